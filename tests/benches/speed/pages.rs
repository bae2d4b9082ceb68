//! The first page of the clients, whatever the number of clients.

use std::sync::Arc;

use clientdesk_harness::Host;
use clientdesk_harness::adapters::storage::{MemoryStorage, SqliteStorage, Storage, Write};
use clientdesk_harness::bindings::exports::clientdesk::core::types::PageRequest;
use criterion::Criterion;

use super::invites::temporary;
use super::raw::RawSqlite;
use super::table::{Goal, Row};
use super::world;

const FEW: usize = 1_000;
const MANY: usize = 100_000;
const ROWS: u32 = 50;

pub fn measure(criterion: &mut Criterion) {
    let memory = Arc::new(MemoryStorage::new());
    let ports = world::ports(Arc::clone(&memory) as Arc<dyn Storage>);
    world::prepare(&ports);
    let mut group = criterion.benchmark_group("first-page");
    let mut clients = 1;
    for count in [FEW, MANY] {
        while clients < count {
            world::invite_natively(&ports);
            clients += 1;
        }
        let folder = temporary();
        let rows = memory.dump();
        let raw = RawSqlite::create(&folder.join("raw.sqlite"), &rows);
        group.bench_function(format!("raw-{count}"), |b| {
            b.iter(|| raw.scan("a/acme/client/", "a/acme/client0", ROWS));
        });
        let storage = SqliteStorage::open(folder.join("store.sqlite")).unwrap();
        let rows: Vec<(String, String)> = rows.into_iter().collect();
        for rows in rows.chunks(1_000) {
            let write = |(key, value): &(String, String)| Write {
                key: key.clone(),
                value: Some(value.clone()),
            };
            storage.commit(Vec::new(), rows.iter().map(write).collect()).unwrap();
        }
        let host = world::warm_host(Arc::new(storage));
        group.bench_function(format!("warm-{count}"), |b| b.iter(|| first_page(&host)));
    }
    group.finish();
}

pub fn rows() -> Vec<Row> {
    let (few, many) = ("first-page/warm-1000", "first-page/warm-100000");
    let goal = || Goal::Nanos(250_000.0);
    vec![
        Row::new(
            "first page of 50, 1,000 clients",
            few,
            ("raw scan", "first-page/raw-1000"),
            goal(),
        ),
        Row::new(
            "first page of 50, 100,000 clients",
            many,
            ("raw scan", "first-page/raw-100000"),
            goal(),
        ),
        Row::new("the same", many, ("at 1,000 clients", few), Goal::Ratio(1.5)),
    ]
}

fn first_page(host: &Host) -> usize {
    let (call, page) = (world::call(), PageRequest { limit: ROWS, cursor: None });
    let answer = host
        .typed(|exports, store| exports.clientdesk_core_clients().call_list(store, &call, &page));
    let clients = answer.unwrap().unwrap().clients.len();
    assert_eq!(clients, ROWS as usize);
    clients
}
