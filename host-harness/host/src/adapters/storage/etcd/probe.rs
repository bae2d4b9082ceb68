//! Whether a server takes the greatest commit.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::cause::{Failed, Kind};
use super::client::{Client, TXN};
use super::needs::{BYTES_NEEDED, OPS_NEEDED};
use super::wire::{Compare, Txn, Txned};
use crate::adapters::storage::remote::{Deadline, lock};

/// The servers that this process has found to take it: perhaps it opens other stores there.
static TAKERS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// What a server takes beyond what it is allowed, for what surrounds a transaction.
const BYTES_AROUND: usize = 512 * 1024;

/// What a comparison has beside its key and its value.
const COMPARE_BYTES: usize = 16;

/// Asks for a transaction that only compares, and so changes nothing and isn't sent to the other servers.
pub(super) fn probe(client: &Client, endpoint: usize, deadline: Deadline) -> Result<Tried, Failed> {
    let server = client.options.endpoints.get(endpoint).map(ToString::to_string);
    let server = server.unwrap_or_default();
    if lock(&TAKERS).contains(&server) {
        return Ok(Tried::Takes);
    }
    let key = client.options.keys.tried("");
    let value_bytes = (BYTES_NEEDED + BYTES_AROUND) / OPS_NEEDED - key.len() - COMPARE_BYTES;
    let compare = vec![Compare::value(key, vec![b'.'; value_bytes]); OPS_NEEDED];
    let txn = Txn { compare, ..Txn::default() };
    match client.ask_only::<Txned>(endpoint, TXN, &txn, deadline.end()) {
        Ok(_) => {
            lock(&TAKERS).insert(server);
            Ok(Tried::Takes)
        }
        Err(failed)
            if failed.is(Kind::TooLarge) || failed.why().contains("too many operations") =>
        {
            Ok(Tried::Lacks)
        }
        Err(failed) if failed.is_the_servers() => Ok(Tried::Silent),
        Err(failed) => Err(failed),
    }
}

/// What a server makes of the greatest commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    Takes,
    Lacks,
    /// It doesn't answer now.
    Silent,
}
