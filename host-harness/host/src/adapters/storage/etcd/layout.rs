//! Whether a store is there, of which layout, and making one.

use super::EtcdStorageError;
use super::cause::{Failed, Kind};
use super::client::{Client, GRANT, TXN};
use super::needs::{BYTES_NEEDED, OPS_NEEDED};
use super::probe::{Tried, probe};
use super::wire::{
    Anything, Bytes, Compare, Delete, Grant, Granted, Number, Op, Put, Range, Ranged, Txn, Txned,
};
use crate::adapters::storage::remote::Deadline;

/// The newest layout that this release knows.
const LAYOUT: u64 = 1;

/// How long it is remembered that a server takes all commits.
const TRIED_SECONDS: i64 = 86_400;

/// What stands in the key of the layout.
#[derive(serde::Serialize, serde::Deserialize)]
struct Layout {
    layout: u64,
}

/// What is below the prefix.
enum Found {
    Nothing,
    Layout(u64),
    SomethingElse(String),
}

/// What is there, and which of the servers weren't tried lately.
struct Seen {
    found: Found,
    untried: Vec<usize>,
}

/// Sees to it that the store is there, as this release knows it; `make`: it is made where it isn't.
pub(super) fn prepare(client: &Client, make: bool) -> Result<(), EtcdStorageError> {
    let deadline = client.deadline();
    let store = || client.options.shown();
    let failed =
        |failed: Failed| EtcdStorageError::Open { store: store(), why: failed.why().into() };
    let seen = look(client, deadline).map_err(failed)?;
    let is_there = is_there(client, seen.found)?;
    if !is_there && !make {
        return Err(EtcdStorageError::Missing { store: store() });
    }
    let takers = try_servers(client, &seen.untried)?;
    if !is_there {
        must_stand_alone(client, deadline)?;
        create(client, client.deadline()).map_err(failed)?;
    }
    // Whoever comes next tries again, where it isn't remembered.
    let _ = remember(client, takers, client.deadline());
    Ok(())
}

/// Removes everything below the prefix, if it is a store.
pub(super) fn remove(client: &Client) -> Result<(), EtcdStorageError> {
    let store = client.options.shown();
    let deadline = client.deadline();
    let failed =
        |failed: Failed| EtcdStorageError::Open { store: store.clone(), why: failed.why().into() };
    if !is_there(client, look(client, deadline).map_err(failed)?.found)? {
        return Err(EtcdStorageError::Missing { store });
    }
    let (from, to) = client.options.keys.all();
    let all = Delete { key: Bytes::new(from), range_end: Some(Bytes::new(to)) };
    let txn = Txn { success: vec![Op::Delete(all)], ..Txn::default() };
    client.ask::<Txned>(TXN, &txn, deadline).map(drop).map_err(failed)
}

fn look(client: &Client, deadline: Deadline) -> Result<Seen, Failed> {
    let options = &client.options;
    let (from, to) = options.keys.all();
    let anything = Range { limit: Some(Number(1)), ..Range::between(from, to).without_values() };
    let tried =
        options.endpoints.iter().map(|server| Range::key(options.keys.tried(&server.to_string())));
    let looks = [Range::key(options.keys.layout()), anything].into_iter().chain(tried);
    let txn = Txn { success: looks.map(Op::Range).collect(), ..Txn::default() };
    let mut ranges = client.ask::<Txned>(TXN, &txn, deadline)?.ranges();
    let layout = ranges.next().unwrap_or_default();
    let anything = ranges.next().unwrap_or_default();
    let untried =
        ranges.enumerate().filter(|(_, row)| row.kvs.is_empty()).map(|(at, _)| at).collect();
    Ok(Seen { found: found(&layout, &anything), untried })
}

fn found(layout: &Ranged, anything: &Ranged) -> Found {
    match (layout.kvs.first(), anything.kvs.first()) {
        (Some(row), _) => match serde_json::from_slice(&row.value.0) {
            Ok(Layout { layout }) => Found::Layout(layout),
            Err(_) => Found::SomethingElse("another program wrote its key `layout`".into()),
        },
        (None, Some(row)) => Found::SomethingElse(format!(
            "another program's key `{}` is there",
            String::from_utf8_lossy(&row.key.0).escape_debug()
        )),
        (None, None) => Found::Nothing,
    }
}

/// Whether a store is there that this release can use.
fn is_there(client: &Client, found: Found) -> Result<bool, EtcdStorageError> {
    let store = client.options.shown();
    match found {
        Found::Nothing => Ok(false),
        Found::Layout(found) if found > LAYOUT => {
            Err(EtcdStorageError::NewerLayout { store, found, known: LAYOUT })
        }
        Found::Layout(_) => Ok(true),
        Found::SomethingElse(found) => Err(EtcdStorageError::NotOurs { store, found }),
    }
}

/// A store can't lie within another one.
fn must_stand_alone(client: &Client, deadline: Deadline) -> Result<(), EtcdStorageError> {
    let around = client.options.keys.around();
    if around.is_empty() {
        return Ok(());
    }
    let looks = around.iter().map(|key| Op::Range(Range::key(key).without_values())).collect();
    let looked: Result<Txned, Failed> =
        client.ask(TXN, &Txn { success: looks, ..Txn::default() }, deadline);
    let store = client.options.shown();
    match looked {
        Ok(done) => match done.ranges().zip(around).find(|(row, _)| !row.kvs.is_empty()) {
            Some((_, key)) => Err(EtcdStorageError::NotOurs {
                store,
                found: format!("it lies within the one whose layout is in `{key}`"),
            }),
            None => Ok(()),
        },
        // Who has no right to read what is around it has none to write it, either.
        Err(failed) if failed.is(Kind::Denied) => Ok(()),
        Err(failed) => Err(EtcdStorageError::Open { store, why: failed.why().into() }),
    }
}

/// The keys of the servers that take every commit; that one doesn't is an error. Of those that don't answer, nobody
/// knows.
fn try_servers(client: &Client, untried: &[usize]) -> Result<Vec<String>, EtcdStorageError> {
    let store = client.options.shown();
    let mut takers = Vec::new();
    for number in untried {
        let Some(server) = client.options.endpoints.get(*number) else { continue };
        match probe(client, *number, client.deadline()) {
            Ok(Tried::Takes) => takers.push(client.options.keys.tried(&server.to_string())),
            Ok(Tried::Silent) => {}
            Ok(Tried::Lacks) => {
                return Err(EtcdStorageError::Limits {
                    server: server.to_string(),
                    ops: OPS_NEEDED,
                    bytes: BYTES_NEEDED,
                    store,
                });
            }
            Err(failed) => return Err(EtcdStorageError::Open { store, why: failed.why().into() }),
        }
    }
    Ok(takers)
}

fn remember(client: &Client, takers: Vec<String>, deadline: Deadline) -> Result<(), Failed> {
    if takers.is_empty() {
        return Ok(());
    }
    let lease: Granted = client.ask(GRANT, &Grant { ttl: Number(TRIED_SECONDS) }, deadline)?;
    let puts = takers.into_iter().map(|key| {
        Op::Put(Put { key: Bytes::new(key), value: Bytes::new("{}"), lease: Some(lease.id) })
    });
    let txn = Txn { success: puts.collect(), ..Txn::default() };
    client.ask::<Anything>(TXN, &txn, deadline).map(drop)
}

/// Of several hosts that begin at once, one makes it.
fn create(client: &Client, deadline: Deadline) -> Result<(), Failed> {
    let key = client.options.keys.layout();
    let value = serde_json::to_vec(&Layout { layout: LAYOUT }).unwrap_or_default();
    let txn = Txn {
        compare: vec![Compare::revision(&key, 0)],
        success: vec![Op::Put(Put { key: Bytes::new(key), value: Bytes(value), lease: None })],
        failure: Vec::new(),
    };
    client.ask::<Txned>(TXN, &txn, deadline).map(drop)
}
