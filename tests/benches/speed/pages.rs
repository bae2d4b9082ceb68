//! The list of clients and the search, whatever the number of clients; and checking a session.

use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_host::bindings::exports::clientdesk::core::clients::{
    ClientFilter, ClientOrder, ClientSort, StatusFilter,
};
use clientdesk_host::bindings::exports::clientdesk::core::types::{Call, PageRequest};
use criterion::Criterion;

use super::invites::temporary;
use super::raw::RawSqlite;
use super::table::{Goal, Row};
use super::{roster, world};

const FEW: usize = 1_000;
const MANY: usize = 100_000;
const ROWS: u32 = 50;

/// How many clients there are, one after the other: `CLIENTS=1000000 cargo bench` adds a million.
fn counts() -> Vec<usize> {
    let more = std::env::var("CLIENTS").ok().and_then(|count| count.parse().ok());
    [FEW, 10_000, MANY].into_iter().chain(more).collect()
}

pub fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("clients");
    for count in counts() {
        let folder = temporary();
        let file = folder.join("store.sqlite");
        let storage = Arc::new(SqliteStorage::open(&file).unwrap());
        world::prepare(&world::ports(Arc::clone(&storage) as _));
        roster::fill(storage.as_ref(), "acme", count);
        let raw = RawSqlite::open(&file);
        group.bench_function(format!("raw-{count}"), |b| {
            b.iter(|| raw.scan("a/acme/client/", "a/acme/client0", ROWS));
        });
        let host = world::warm_host(storage);
        for (name, filter, sort) in lists() {
            let name = format!("{name}-{count}");
            group.bench_function(name, |b| b.iter(|| page(&host, filter.clone(), sort)));
        }
        group.bench_function(format!("counts-{count}"), |b| b.iter(|| counted(&host, count)));
    }
    group.finish();
    sessions(criterion);
}

/// What is listed: everybody in two orders, a status in the order of names, and searches.
fn lists() -> Vec<(&'static str, Option<ClientFilter>, ClientSort)> {
    let search = |text: &str| {
        Some(ClientFilter {
            status: None,
            brand: None,
            search: Some(text.to_owned()),
            delivery: None,
        })
    };
    let churned = ClientFilter {
        status: Some(StatusFilter::Churned),
        brand: None,
        search: None,
        delivery: None,
    };
    vec![
        ("first-page", None, ClientSort::Created),
        ("by-name", None, ClientSort::Name),
        ("by-login", None, ClientSort::LastLogIn),
        ("by-health", None, ClientSort::Health),
        ("churned-by-name", Some(churned), ClientSort::Name),
        ("search-common", search("an"), ClientSort::Name),
        ("search-rare", search("client77@"), ClientSort::Name),
    ]
}

fn sessions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session");
    let storage = Arc::new(SqliteStorage::open(temporary().join("store.sqlite")).unwrap());
    world::prepare(&world::ports(Arc::clone(&storage) as _));
    let host = world::warm_host(storage);
    let session = world::sign_up(&host);
    group.bench_function("me", |b| {
        b.iter(|| {
            let me = host
                .typed(|exports, store| exports.clientdesk_core_portal().call_me(store, &session));
            assert_eq!(me.unwrap().unwrap().brands.len(), 1);
        });
    });
    group.finish();
}

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for count in counts() {
        let scan = format!("clients/raw-{count}");
        let row = |what: &str, name: &str, goal| {
            let (what, name) =
                (format!("{what}, {count} clients"), format!("clients/{name}-{count}"));
            Row::new(&what, &name, ("raw scan of 50", &scan), goal)
        };
        rows.push(row("first page of 50", "first-page", Goal::Nanos(250_000.0)));
        rows.push(row("the same by name", "by-name", Goal::Nanos(250_000.0)));
        rows.push(row("the same by last log-in", "by-login", Goal::Nanos(250_000.0)));
        rows.push(row("the same by health", "by-health", Goal::Nanos(250_000.0)));
        rows.push(row("churned ones by name", "churned-by-name", Goal::None));
        rows.push(row("search `an`", "search-common", Goal::Nanos(50_000_000.0)));
        rows.push(row("search `client77@`", "search-rare", Goal::Nanos(50_000_000.0)));
        rows.push(row("counts by status", "counts", Goal::None));
    }
    let (ten, most) = ("clients/by-name-10000", counts().into_iter().max().unwrap_or(MANY));
    let most = format!("clients/by-name-{most}");
    rows.push(Row::new("by name, most clients", &most, ("10,000", ten), Goal::Ratio(1.5)));
    rows.push(Row::new(
        "check a session",
        "session/me",
        ("raw scan of 50", "clients/raw-1000"),
        Goal::Nanos(40_000.0),
    ));
    rows
}

fn page(host: &Host, filter: Option<ClientFilter>, sort: ClientSort) {
    page_of(host, &world::call(), filter, sort);
}

/// The first fifty clients whom somebody asks for.
pub fn page_of(host: &Host, call: &Call, filter: Option<ClientFilter>, sort: ClientSort) {
    let rare = filter.as_ref().and_then(|f| f.search.as_ref()).is_some_and(|s| s.len() > 4);
    let page = PageRequest { limit: ROWS, cursor: None };
    let order = Some(ClientOrder { sort, descending: false });
    let answer = host.typed(|exports, store| {
        let clients = exports.clientdesk_core_clients();
        clients.call_list(store, call, filter.as_ref(), order, &page)
    });
    let found = answer.unwrap().unwrap().clients.len();
    assert_eq!(found, if rare { 1 } else { ROWS as usize });
}

fn counted(host: &Host, count: usize) {
    let call = world::call();
    let answer = host
        .typed(|exports, store| exports.clientdesk_core_clients().call_counts(store, &call, None));
    assert!(answer.unwrap().unwrap().all as usize >= count);
}
