//! Runs Clientdesk, the client management component, in a wasmtime sandbox.
//!
//! - [`Host`] runs the component: built in, or any other build of it;
//! - [`adapters`] are what it may touch: storage, mail, clock and secrets;
//! - [`values`] turn JSON into WIT values and back, so that any function can be called by
//!   name;
//! - [`suggest`] finds the names that somebody may have meant;
//! - [`bindings`] are the contract in Rust types.

pub mod adapters;
pub mod bindings;
mod files;
mod host;
pub mod suggest;
pub mod values;

pub use host::{
    BuildError, CallError, Cause, Function, Host, HostBuilder, HostState, Import, Instances,
    Limits, Param, RANDOM_BYTES_MAX,
};

/// The component that was built with this library.
#[cfg(feature = "built-in")]
pub const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/clientdesk.wasm"));
