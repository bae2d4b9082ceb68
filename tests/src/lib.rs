//! What tests and benchmarks share.

pub mod billing_reference;
pub mod bridge;
