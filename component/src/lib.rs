//! Client management for agencies as a WebAssembly component: all rules, no I/O.
//!
//! Three layers, each knowing only the next:
//!
//! | layer | does |
//! | --- | --- |
//! | [`guest`] | speaks WIT: converts arguments and results |
//! | [`app`] | one use case a file over four ports: load, decide, commit, send |
//! | [`domain`] | decides: pure types and functions |
//!
//! The component is this crate built for WebAssembly. Built for the machine, it is what
//! tests and benchmarks compare the component with.

pub mod app;
pub mod domain;
pub mod guest;
