//! Runs Clientdesk, the client management component, in a wasmtime sandbox.
//!
//! - [`Host`] runs the component: built in, or any other build of it;
//! - [`adapters`] are what it may touch: storage, mail, clock and secrets;
//! - [`values`] turn JSON into WIT values and back, so that any function can be called by
//!   name;
//! - [`scenario`] runs stories from TOML files, with the clock and all failures in its hands;
//! - [`suggest`] finds the names that somebody may have meant;
//! - [`bindings`] are the contract in Rust types.
//!
//! # Examples
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use clientdesk_harness::Host;
//! use clientdesk_harness::adapters::{mail::FolderMail, secrets::SystemSecrets, storage::SqliteStorage};
//!
//! let host = Host::builder()
//!     .storage(Arc::new(SqliteStorage::open("clients.sqlite")?))
//!     .mail(Arc::new(FolderMail::open("mails", "no-reply@agency.example")?))
//!     .secrets(Arc::new(SystemSecrets::open("clients.keys.json")?))
//!     .build()?;
//! let agency = host.call("agencies.get", &["acme".into()])?;
//! println!("{agency:#}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod adapters;
pub mod bindings;
mod files;
mod host;
pub mod scenario;
pub mod suggest;
pub mod values;

pub use host::{
    BuildError, CallError, Cause, Function, Host, HostBuilder, HostState, Import, Instances,
    Limits, Param, RANDOM_BYTES_MAX,
};

/// The component that was built with this library.
pub const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/clientdesk.wasm"));
