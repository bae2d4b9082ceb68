//! The checks against a host that keeps all promises, and against many that break one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod bent;
mod sound;
mod table;
