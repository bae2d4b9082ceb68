//! Serves a store with its workbench, on this machine alone:
//!
//! ```sh
//! cargo run --release --example workbench -- FOLDER PORT
//! ```
//!
//! The folder has the store, its keys and its mails; it is made if it isn't there, with an agency to try it with.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::mail::FolderMail;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_serve::workbench::{Adapters, Workbench};
use clientdesk_serve::{Options, Service};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let folder = PathBuf::from(given.next().unwrap_or_else(|| "target/workbench".into()));
    let port: u16 = given.next().map_or(Ok(8701), |port| port.parse())?;
    // Mails say where the portal is, so the port is known first.
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    fs::create_dir_all(&folder)?;
    let storage = Arc::new(SqliteStorage::open(folder.join("clients.sqlite"))?);
    let mails = folder.join("clients.sqlite.mails");
    let mail = Arc::new(FolderMail::open(&mails, "desk@clientdesk.example")?);
    let adapters = Adapters {
        key_ring: Some(folder.join("clients.sqlite.keys.json")),
        mail_folder: Some(mails),
        ..Adapters::new(storage, mail)
    };
    let workbench = Workbench::new(adapters)?;
    // Tests start it again and again: compiled once, it is there at once.
    let builder = match std::env::var_os("CODE_CACHE") {
        Some(folder) => Host::builder().code_cache(folder),
        None => Host::builder(),
    };
    let host = workbench.equip(builder).build()?;
    let agencies = host.call("agencies.list", &[json!(null), json!({"limit": 1})])?;
    if agencies.get("agencies").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        host.call(
            "agencies.create",
            &[json!({
                "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
                "billing-interval": "monthly",
                "portal-address": format!("{address}/portal/acme"),
            })],
        )?;
    }
    let options =
        Options { open_without_keys: true, workbench: Some(workbench), ..Options::default() };
    let service = Service::new(Arc::new(host), options);
    println!("{address}/workbench/");
    service.run(listener, async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await?;
    Ok(())
}
