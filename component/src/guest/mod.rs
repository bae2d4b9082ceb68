//! Speaks WIT: converts arguments and results, and nothing else.
//!
//! Every export is one line of work: arguments in, a use case, results out. `ports` turns
//! the host's imports into the ports of the app layer, `convert` its errors and shared
//! types; each interface has a file of its own. [`native`] calls the same exports without
//! WebAssembly.

pub mod native;

mod accounts;
mod agencies;
mod audit;
mod billing;
mod billing_types;
mod brands;
mod catalog;
mod client_types;
mod clients;
mod convert;
mod enums;
mod health;
mod jobs;
mod portal;
mod ports;
mod system;

use crate::app::Ports;

/// What `wit-bindgen` makes of the contract.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, clippy::restriction)]
mod wit {
    wit_bindgen::generate!({
        path: "../wit",
        world: "clientdesk",
        generate_all,
        additional_derives: [serde::Serialize, serde::Deserialize],
    });
}

/// The component: a type for the exports to hang on.
struct Component;

/// The exported symbols. Their names are no names for a native linker.
#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro makes the exported symbols")]
mod export {
    use super::Component;
    super::wit::export!(Component with_types_in super::wit);
}

/// Runs a use case on the host's ports: the imports in WebAssembly, and what
/// [`native::call`] was given elsewhere.
fn with_ports<T>(run: impl FnOnce(&Ports) -> T) -> T {
    #[cfg(target_family = "wasm")]
    return run(&ports::imports());
    #[cfg(not(target_family = "wasm"))]
    return native::with_current(run);
}
