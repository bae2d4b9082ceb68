//! The contract in Rust: what `wit/` says, generated.
//!
//! Embedders use these types with [`Host::typed`](crate::Host::typed), adapters use those of
//! `clientdesk::host`. Their documentation is the WIT's.
#![expect(
    missing_docs,
    reason = "generated: the traits and functions that the macro adds carry no docs of their own"
)]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "clientdesk",
    // The host stops a guest that calls too often, or passes too much.
    imports: { default: trappable },
    additional_derives: [PartialEq],
});
