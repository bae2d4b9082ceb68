//! What stores on a server have in common, whichever server it is.
//!
//! - `blocking`: waiting for a connection on the thread that uses it;
//! - `commit`: a commit with each key once;
//! - `deadline`: when an operation has to be over;
//! - `figures`: what a store tells of its connections;
//! - `pool`: as many connections as there may be;
//! - `scrubber`: cleaning beside whoever uses the store;
//! - `tls`: whose certificates are good.

pub(super) mod blocking;
mod commit;
mod deadline;
mod figures;
mod pool;
mod scrubber;
pub(super) mod tls;

#[cfg(test)]
pub(super) mod proxy;
#[cfg(test)]
pub(super) mod trials;

pub(super) use commit::Commit;
pub(super) use deadline::Deadline;
pub(super) use figures::Connections;
pub(super) use pool::{Pool, lock};
pub(super) use scrubber::{ROW, Scrubber, wish};
