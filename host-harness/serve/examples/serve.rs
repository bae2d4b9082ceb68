//! Serves a store over HTTP, on this machine alone:
//!
//! ```sh
//! cargo run --release --example serve -- FOLDER
//! ```
//!
//! The folder has the store and its keys; it is made if it isn't there, with an agency to try it with.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::mail::FolderMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_serve::{Options, Service};
use serde_json::json;
use tokio::net::TcpListener;

const LISTEN: &str = "127.0.0.1:8700";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/serve".into()));
    fs::create_dir_all(&folder)?;
    let host = Host::builder()
        .storage(Arc::new(SqliteStorage::open(folder.join("clients.sqlite"))?))
        .secrets(Arc::new(SystemSecrets::open(folder.join("keys.json"))?))
        .mail(Arc::new(FolderMail::open(folder.join("mails"), "desk@clientdesk.example")?))
        .build()?;
    if host.call("agencies.get", &["acme".into()])?.is_null() {
        host.call(
            "agencies.create",
            &[json!({
                "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
            })],
        )?;
    }
    // Nobody but this machine can call, so no key is needed until the first is made.
    let options = Options { open_without_keys: true, ..Options::default() };
    let service = Service::new(Arc::new(host), options);
    let listener = TcpListener::bind(LISTEN).await?;
    println!("Serving {} at http://{LISTEN}. Try, and stop with Ctrl-C:", folder.display());
    println!(
        "  curl http://{LISTEN}/v1/call/brands.create --json '{{\"call\": {{\"agency\": \"acme\"}}, \"brand\": {{\"name\": \"Nike\"}}}}'"
    );
    println!("  curl -N 'http://{LISTEN}/v1/events?agency=acme&after=0'");
    println!("  curl http://{LISTEN}/v1/api-keys --json '{{\"name\": \"Platform\"}}'");
    service.run(listener, async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await?;
    Ok(())
}
