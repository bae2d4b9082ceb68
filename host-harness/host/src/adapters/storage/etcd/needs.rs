//! What a server must take.
//!
//! The greatest commit of the contract has 1,000 checks and writes, and 4 MiB of keys and values. In etcd each key has the
//! store's prefix of up to 128 bytes before it, and some bytes around it; and the writer has an operation of its own.
//! That is up to 1,001 operations, and some 4,400,000 bytes.

/// How many operations a transaction must be allowed (`--max-txn-ops`).
pub(super) const OPS_NEEDED: usize = 1024;

/// How many bytes a request must be allowed (`--max-request-bytes`).
pub(super) const BYTES_NEEDED: usize = 5 * 1024 * 1024;
