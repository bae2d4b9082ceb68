//! What PostgreSQL adds to the contract. All of this needs a server, so it is ignored unless it is asked for:
//! `.ci/postgres.sh` starts one, names it by `CLIENTDESK_POSTGRES`, and asks.

mod faults;
mod opening;
mod races;
mod scrubbing;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::link::Link;
use super::options::Purpose;
use super::*;

use crate::adapters::storage::contract;
use crate::adapters::storage::remote::proxy::Proxy;
use crate::adapters::storage::remote::trials::{Alone, InTurn, increment, put, row, write};

/// Names the server's address.
const SERVER: &str = "CLIENTDESK_POSTGRES";

/// A schema of its own on the server, gone at the end.
struct Fresh {
    address: String,
}

impl Fresh {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self::named(&format!("Test {} {number}", std::process::id()))
    }

    fn named(schema: &str) -> Self {
        Self { address: with(&server(), &format!("schema={}", schema.replace(' ', "%20"))) }
    }

    /// The address with another parameter.
    fn with(&self, parameter: &str) -> String {
        with(&self.address, parameter)
    }

    fn open(&self) -> PostgresStorage {
        PostgresStorage::open(&self.address).unwrap()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let options = PostgresOptions::read(&self.address).unwrap();
        let schema = options::quoted(&options.schema);
        run(&self.address, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
    }
}

fn server() -> String {
    std::env::var(SERVER).expect("`.ci/postgres.sh` names a server")
}

/// A proxy of the server.
fn proxy() -> Proxy {
    let address = server();
    let (_, place) = address.split_once('@').unwrap();
    Proxy::start(place.split_once('/').unwrap().0)
}

/// The address through a proxy.
fn through(proxy: &Proxy, address: &str) -> String {
    let (own, rest) = address.split_once('@').unwrap();
    let (_, rest) = rest.split_once('/').unwrap();
    format!("{own}@{}/{rest}", proxy.place())
}

fn with(address: &str, parameter: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{parameter}")
}

/// Has the server run statements, in the store's schema.
fn run(address: &str, sql: &str) {
    let options = PostgresOptions::read(address).unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    let mut link = Link::open(&options, Purpose::Care, until).unwrap();
    link.run(until, async |client| client.batch_execute(sql).await).unwrap();
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn two_hosts_in_turn_keep_the_contract() {
    contract::check(&|| {
        let schema = Fresh::new();
        Arc::new(InTurn::new([schema.open(), schema.open()], schema))
    })
    .unwrap();
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn one_host_keeps_the_contract() {
    contract::check(&|| {
        let schema = Fresh::new();
        Arc::new(Alone::new(schema.open(), schema))
    })
    .unwrap();
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn versions_go_on_after_deletion_and_restart() {
    let schema = Fresh::new();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let storage = schema.open();
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

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_writer_that_was_forgotten_makes_itself_a_new_one() {
    let schema = Fresh::new();
    let storage = schema.open();
    put(&storage, "k", "1");
    run(&schema.address, "DELETE FROM writers");
    put(&storage, "k", "2");
    assert_eq!(row(&storage, "k").unwrap().value, "2");
    run(&schema.address, "UPDATE writers SET closed = true");
    put(&storage, "k", "3");
    assert_eq!(row(&storage, "k").unwrap().value, "3");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn keys_of_checks_and_writes_may_repeat() {
    let schema = Fresh::new();
    let storage = schema.open();
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

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn it_can_be_called_from_async_code() {
    let schema = Fresh::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let storage = schema.open();
        put(&storage, "k", "1");
        tokio::task::spawn_blocking(move || put(&storage, "k", "2")).await.unwrap();
        assert_eq!(row(&schema.open(), "k").unwrap().value, "2");
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let storage = schema.open();
    runtime.block_on(async move {
        tokio::task::spawn_blocking(move || put(&storage, "k", "3")).await.unwrap();
    });
}
