//! The service within a program of one's own, as short as it goes. `clientdesk serve` does more.
//!
//! ```sh
//! cargo run --release --example serve
//! ```

use std::error::Error;
use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_serve::{Options, Service};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let host = Host::builder()
        .storage(Arc::new(SqliteStorage::open("target/embedded.sqlite")?))
        .secrets(Arc::new(SystemSecrets::open("target/embedded.sqlite.keys.json")?))
        .build()?;
    // Nobody but this machine can call, so no key is needed until the first is made.
    let options = Options { open_without_keys: true, ..Options::default() };
    let service = Service::new(Arc::new(host), options);
    // `service.router()` is the same as a router, to mount beside pages of one's own.
    let listener = TcpListener::bind("127.0.0.1:8700").await?;
    println!("curl http://{}/v1/call/system.status -X POST", listener.local_addr()?);
    service.run(listener, async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await?;
    Ok(())
}
