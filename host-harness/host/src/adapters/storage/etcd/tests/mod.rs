//! What etcd adds to the contract. All of this needs a server, so it is ignored unless it is asked for: `.ci/etcd.sh`
//! starts one, names it by `CLIENTDESK_ETCD`, and asks.

mod asking;
mod cluster;
mod faults;
mod opening;
mod races;
mod refusals;
mod scrubbing;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::adapters::storage::contract;
use crate::adapters::storage::remote::Deadline;
use crate::adapters::storage::remote::proxy::Proxy;
use crate::adapters::storage::remote::trials::{Alone, InTurn, increment, put, row, write};
use client::{RANGE, TXN};
use wire::{Bytes, Number, Op, Put, Range, Ranged, Txn, Txned};

/// Names the server's address, without a prefix.
const SERVER: &str = "CLIENTDESK_ETCD";

/// A prefix of its own on the server, gone at the end.
struct Fresh {
    address: String,
}

impl Fresh {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self::named(&format!("test-{}-{number}", std::process::id()))
    }

    fn named(prefix: &str) -> Self {
        Self { address: format!("{}/{prefix}", server()) }
    }

    /// The address with a parameter.
    fn with(&self, parameter: &str) -> String {
        format!("{}?{parameter}", self.address)
    }

    fn open(&self) -> EtcdStorage {
        EtcdStorage::open(&self.address).unwrap()
    }

    /// The key of something of the store.
    fn key(&self, end: &str) -> String {
        let options = EtcdOptions::read(&self.address).unwrap();
        format!("{}/{end}", options.keys.prefix())
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let options = EtcdOptions::read(&self.address).unwrap();
        let (from, to) = options.keys.all();
        let all = wire::Delete { key: Bytes::new(from), range_end: Some(Bytes::new(to)) };
        run(Op::Delete(all));
    }
}

fn server() -> String {
    std::env::var(SERVER).expect("`.ci/etcd.sh` names a server")
}

/// A proxy of the server.
fn proxy() -> Proxy {
    let server = server();
    Proxy::start(server.split_once("://").unwrap().1)
}

/// The address through a proxy.
fn through(proxy: &Proxy, address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap();
    let (_, rest) = rest.split_once('/').unwrap();
    format!("{scheme}://{}/{rest}", proxy.place())
}

/// Asks the server itself.
fn client() -> Client {
    Client::new(EtcdOptions::read(&server()).unwrap())
}

/// Has the server do something, in nobody's name.
fn run(op: Op) -> Txned {
    let txn = Txn { success: vec![op], ..Txn::default() };
    let client = client();
    let deadline = Deadline::after(Duration::from_secs(30));
    client.ask(TXN, &txn, deadline).unwrap()
}

/// Writes a key, in nobody's name.
fn set(key: &str, value: &str) {
    run(Op::Put(Put { key: Bytes::new(key), value: Bytes::new(value), lease: None }));
}

/// Deletes everything that begins so, in nobody's name.
fn unset(key: &str) {
    let end = format!("{key}\u{7f}");
    run(Op::Delete(wire::Delete { key: Bytes::new(key), range_end: Some(Bytes::new(end)) }));
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn two_hosts_in_turn_keep_the_contract() {
    contract::check(&|| {
        let place = Fresh::new();
        Arc::new(InTurn::new([place.open(), place.open()], place))
    })
    .unwrap();
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn one_host_keeps_the_contract() {
    contract::check(&|| {
        let place = Fresh::new();
        Arc::new(Alone::new(place.open(), place))
    })
    .unwrap();
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn versions_go_on_after_deletion_and_restart() {
    let place = Fresh::new();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let storage = place.open();
        for value in ["1", "2"] {
            put(&storage, "k", value);
            seen.push(row(&storage, "k").unwrap().version);
        }
        let gone = Write { key: "k".into(), value: None };
        storage.commit(vec![], vec![gone]).unwrap();
        assert_eq!(row(&storage, "k"), None);
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all, "no version twice");
}

/// Somebody throws the writers' rows away, or writes to them: others take their place.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_writer_whose_row_is_gone_or_changed_is_replaced() {
    let place = Fresh::new();
    let storage = place.open();
    put(&storage, "k", "1");
    unset(&place.key("w/"));
    put(&storage, "k", "2");
    assert_eq!(row(&storage, "k").unwrap().value, "2");
    let options = EtcdOptions::read(&place.address).unwrap();
    let from = options.keys.writer("");
    let found: Ranged = client()
        .ask(
            RANGE,
            &Range::between(&from, format!("{from}~")),
            Deadline::after(Duration::from_secs(9)),
        )
        .unwrap();
    assert_eq!(found.kvs.len(), 1);
    for writer in found.kvs {
        set(std::str::from_utf8(&writer.key.0).unwrap(), "{\"another\":1}");
    }
    put(&storage, "k", "3");
    assert_eq!(row(&storage, "k").unwrap().value, "3");
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn keys_of_checks_and_writes_may_repeat() {
    let place = Fresh::new();
    let storage = place.open();
    put(&storage, "k", "1");
    let at = |version| Check { key: "k".into(), version };
    let version = row(&storage, "k").unwrap().version;
    let twice = storage.commit(vec![at(Some(version)), at(Some(version))], vec![write("n", "1")]);
    assert_eq!(twice, Ok(Outcome::Committed));
    let both = storage.commit(vec![at(Some(version)), at(None)], vec![write("n", "2")]);
    assert_eq!(both, Ok(Outcome::Conflict(vec!["k".into()])));
    assert_eq!(row(&storage, "n").unwrap().value, "1");
    let asked = storage.get(["k", "n", "k", "gone", "gone"].map(String::from).to_vec()).unwrap();
    let found: Vec<bool> = asked.iter().map(Option::is_some).collect();
    assert_eq!(found, [true, true, true, false, false]);
    assert_eq!(asked[0], asked[2]);
}

/// No row ever had the version 0, by which etcd means that there is none.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_version_that_no_row_has_is_a_conflict() {
    let place = Fresh::new();
    let storage = place.open();
    put(&storage, "there", "1");
    for version in [0, u64::MAX, i64::MAX as u64 + 1] {
        for key in ["there", "nowhere"] {
            let check = Check { key: key.into(), version: Some(version) };
            for writes in [vec![], vec![write("n", "1")]] {
                let done = storage.commit(vec![check.clone()], writes);
                assert_eq!(done, Ok(Outcome::Conflict(vec![key.into()])), "{version}");
            }
        }
    }
    assert_eq!(row(&storage, "n"), None);
}

/// What can't be one of ours isn't passed over.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_row_that_another_program_wrote_is_an_error() {
    let place = Fresh::new();
    let storage = place.open();
    put(&storage, "k", "1");
    let key = place.key("r/l");
    run(Op::Put(Put { key: Bytes::new(&key), value: Bytes(vec![0xff]), lease: None }));
    let why = format!("etcd: another program wrote to the row `{key}`");
    for keys in [vec!["l"], vec!["k", "l", "m"]] {
        let keys = keys.into_iter().map(String::from).collect();
        assert_eq!(storage.get(keys), Err(Error::Unavailable(why.clone())));
    }
    assert_eq!(storage.scan("", "~", 9, true).err(), Some(Error::Unavailable(why)));
    assert!(row(&storage, "k").is_some());
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn it_can_be_called_from_async_code() {
    let place = Fresh::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let storage = place.open();
        put(&storage, "k", "1");
        tokio::task::spawn_blocking(move || put(&storage, "k", "2")).await.unwrap();
        assert_eq!(row(&place.open(), "k").unwrap().value, "2");
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let storage = place.open();
    runtime.block_on(async move {
        tokio::task::spawn_blocking(move || put(&storage, "k", "3")).await.unwrap();
    });
}
