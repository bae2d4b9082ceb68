//! Checks a host of Clientdesk: what it promises the component, tried out by asking it.
//!
//! [`all`] lists the promises of the four interfaces that a host gives. They are written
//! once, over [`Host`], and run in two ways: built for WebAssembly, the crate is a component
//! that any host can load (`wit/check-host.wit`); as a library, it checks adapters in Rust
//! without one (`clientdesk_host::adapters::storage::contract`).
//!
//! | to find | open |
//! | --- | --- |
//! | what a host gives, in Rust | `ports.rs` |
//! | a check's own range of keys | `own.rs` |
//! | what is said when a promise isn't kept | `judge.rs` |
//! | the promises | `storage/`, `mail.rs`, `clock.rs`, `secrets.rs` |

mod check;
mod clock;
#[cfg(target_family = "wasm")]
mod guest;
mod judge;
mod mail;
mod own;
pub mod ports;
mod secrets;
mod storage;

pub use check::{Check, Failure, Host, Subject, all, find};
pub use own::RANGE;
