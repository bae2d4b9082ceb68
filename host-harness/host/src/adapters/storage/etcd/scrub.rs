//! Cleaning after a client was erased, so that what was deleted or overwritten doesn't stay in the servers' databases.

use std::time::{Duration, Instant};

use super::cause::{Failed, Kind};
use super::client::{COMPACT, Client, DEFRAGMENT, RANGE, STATUS, TXN};
use super::options::Scrub;
use super::wire::{
    Anything, Bytes, Compaction, Compare, Delete, Nothing, Number, Op, Range, Ranged, Status, Txn,
};
use crate::adapters::storage::remote::ROW;

/// Up to this size a database is defragmented: its server answers nobody meanwhile.
const DEFRAGMENTED_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Does what the row asks for, if it is there.
pub(super) fn clean(client: &Client) -> Result<(), Failed> {
    let key = client.options.keys.row(ROW);
    let wish: Ranged = client.ask(RANGE, &Range::key(&key), client.deadline())?;
    let Some(wished) = wish.kvs.first() else { return Ok(()) };
    compact(client, wish.header.revision)?;
    if client.options.scrub == Scrub::Defragment {
        for server in 0..client.options.endpoints.len() {
            defragment(client, server)?;
        }
    }
    let gone = Delete { key: Bytes::new(&key), range_end: None };
    let done = Txn {
        compare: vec![Compare::revision(&key, wished.mod_revision.0)],
        success: vec![Op::Delete(gone)],
        failure: Vec::new(),
    };
    client.ask::<Anything>(TXN, &done, client.deadline()).map(drop)
}

/// Throws away what was before the revision, whichever server sees to it.
fn compact(client: &Client, revision: Number) -> Result<(), Failed> {
    let compaction = Compaction { revision, physical: true };
    let mut done = Ok(());
    for server in 0..client.options.endpoints.len() {
        let until = Instant::now() + PATIENCE;
        match client.ask_only::<Anything>(server, COMPACT, &compaction, until) {
            Ok(_) => return Ok(()),
            // Somebody else threw even more away.
            Err(failed) if failed.is(Kind::Compacted) => return Ok(()),
            Err(failed) => done = Err(failed),
        }
    }
    done
}

fn defragment(client: &Client, server: usize) -> Result<(), Failed> {
    let until = Instant::now() + PATIENCE;
    let status: Status = client.ask_only(server, STATUS, &Nothing {}, until)?;
    if status.size.0 > DEFRAGMENTED_BYTES_MAX {
        return Ok(());
    }
    client.ask_only::<Anything>(server, DEFRAGMENT, &Nothing {}, until).map(drop)
}
