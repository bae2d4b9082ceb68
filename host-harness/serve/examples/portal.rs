//! A portal to try, with two agencies whose invites lie in a folder of mails:
//!
//! ```sh
//! cargo run --release --example portal -- FOLDER [ADDRESS]
//! ```
//!
//! The address is `127.0.0.1:8701` where none is given. Whoever can reach it may call everything at `/v1/call`:
//! it is for this machine alone.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::mail::FolderMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_serve::{Options, PortalOptions, Service};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The agencies, and how their portals look.
const AGENCIES: [(&str, &str, &str, &str); 2] = [
    ("northlight", "Northlight Studio", "#4f46e5", "#f5f5f7"),
    ("sunny", "Sunny Side", "#facc15", "#1e293b"),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "target/portal".into()));
    let address = args.next().unwrap_or_else(|| "127.0.0.1:8701".into());
    let listener = TcpListener::bind(address).await?;
    let site = format!("http://{}", listener.local_addr()?);
    fs::create_dir_all(&folder)?;
    let host = Host::builder()
        .storage(Arc::new(SqliteStorage::open(folder.join("clients.sqlite"))?))
        .secrets(Arc::new(SystemSecrets::open(folder.join("keys.json"))?))
        .mail(Arc::new(FolderMail::open(folder.join("mails"), "desk@clientdesk.example")?))
        .build()?;
    for agency in AGENCIES {
        if host.call("agencies.get", &[agency.0.into()])?.is_null() {
            open(&host, &site, agency)?;
        }
    }
    let portal = PortalOptions { framed: true, ..PortalOptions::default() };
    let options = Options { open_without_keys: true, portal: Some(portal), ..Options::default() };
    println!("{site}/portal/northlight");
    println!("The invite is in {}; stop with Ctrl-C.", folder.join("mails").display());
    let stop = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    Service::new(Arc::new(host), options).run(listener, stop).await?;
    Ok(())
}

/// An agency with two brands, some features, and somebody who is invited.
fn open(
    host: &Host,
    site: &str,
    (id, name, accent, background): (&str, &str, &str, &str),
) -> Result<(), Box<dyn Error>> {
    let agency = json!({
        "id": id, "name": name, "notification-email": "office@agency.example",
        "billing-interval": "monthly", "portal-address": format!("{site}/portal/{id}"),
    });
    host.call("agencies.create", &[agency])?;
    let call = json!({"agency": id, "actor": {"id": "olga", "name": "Olga Berg", "role": "owner"}});
    let features = ["Dashboard", "Citations", "Competitors", "Reports"]
        .map(|label| json!({"key": label.to_lowercase(), "label": label, "on": true}));
    let settings = json!({
        "features": features,
        "branding": {
            "accent-color": accent, "background-color": background, "support-email": "help@agency.example",
            "welcome-message": format!("Good to have you at {name}.\nStart with the dashboard: it is fresh every morning."),
        },
    });
    host.call("agencies.update", &[call.clone(), settings])?;
    for (brand, name) in [("nike", "Nike"), ("adidas", "Adidas")] {
        host.call("brands.create", &[call.clone(), json!({"id": brand, "name": name})])?;
    }
    let invite =
        json!({"email": "ann@nike.example", "name": "Ann Example", "brands": ["nike", "adidas"]});
    let _: Value = host.call("clients.invite-by-email", &[call, invite])?;
    Ok(())
}
