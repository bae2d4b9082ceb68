//! Runs Clientdesk, the client management component, in a wasmtime sandbox: the library to
//! embed.
//!
//! There are three ways in:
//!
//! 1. **A host that is ready**: [`Host`] has an engine, limits and instances, and calls any
//!    function, by Rust types ([`Host::typed`]) or by name with JSON ([`Host::call`]).
//! 2. **An engine of one's own**: [`add_to_linker`] puts the four interfaces that the
//!    component imports into a wasmtime linker, and [`bindings::Clientdesk`] calls what it
//!    exports. `examples/own_engine.rs` does so from async code.
//! 3. **Adapters of one's own**: [`adapters`] are traits of a few functions for storage, mail,
//!    clock and secrets, the only things that the component can touch. Those that come with
//!    the library are made for both other ways; [`adapters::storage::contract`] checks another
//!    store against what the component relies on.
//!
//! # Examples
//!
//! Everything in memory, until the builder is told otherwise:
//!
//! ```
//! # #[cfg(feature = "built-in")] {
//! use clientdesk_host::Host;
//! use serde_json::json;
//!
//! let host = Host::builder().build()?;
//! host.call("agencies.create", &[json!({
//!     "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
//!     "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
//! })])?;
//! let agency = host.call("agencies.get", &["acme".into()])?;
//! assert_eq!(agency["name"], "Acme");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! | feature | gives | costs |
//! | --- | --- | --- |
//! | `built-in` (default) | [`BUILT_IN`]: the component itself, built from source | `wit-component`, and Rust's target for WebAssembly, when it is built |
//! | `check-host` | [`CHECK_HOST`]: the component that checks hosts | as `built-in` |
//! | `sqlite` | [`SqliteStorage`](adapters::storage::SqliteStorage) | SQLite, and a C compiler |
//! | `postgres` | [`PostgresStorage`](adapters::storage::PostgresStorage) | `tokio-postgres`, rustls, and a C compiler |
//! | `etcd` | [`EtcdStorage`](adapters::storage::EtcdStorage) | `hyper`, rustls, and a C compiler |
//! | `folder-mail` | [`FolderMail`](adapters::mail::FolderMail) | `mail-builder` |
//! | `tracing` | spans: `call` for each call (DEBUG), `host call` for what it asks of the host (TRACE), target `clientdesk` | `tracing` |
//! | `code-cache` | [`HostBuilder::code_cache`]: the next process doesn't compile again | zstd, and a C compiler |
//!
//! # Beside these
//!
//! [`Host::figures`] and [`observed`] tell what was done, for whoever watches. [`values`] say how JSON stands for WIT values; [`suggest`] finds the names that somebody
//! may have meant.

pub mod adapters;
pub mod bindings;
mod files;
mod host;
mod imports;
mod meter;
mod observe;
pub mod suggest;
pub mod values;

#[cfg(feature = "bounces")]
pub use host::Returned;
pub use host::{
    BuildError, CallError, Cause, DueRun, DueStop, Function, Host, HostBuilder, HostState, Import,
    Instances, Limits, Param,
};
pub use imports::{Adapters, AdaptersView, RANDOM_BYTES_MAX, add_to_linker};
pub use meter::Meter;
pub use observe::{
    Asked, CALL_SECONDS, CallFigures, Figures, HostCall, HostCallFigures, InstanceFigures,
    MailFigures, Outcome, OutcomeFigures, Took, observed,
};

/// The component that was built with this library.
#[cfg(feature = "built-in")]
pub const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/clientdesk.wasm"));

/// The component that checks hosts (`clientdesk:check-host`), as it was built with this library.
#[cfg(feature = "check-host")]
pub const CHECK_HOST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/check-host.wasm"));

/// What the README shows, so that it is run as it stands there.
#[cfg(all(doctest, feature = "built-in", feature = "sqlite"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
