//! Connections that break, stall or aren't made: an answer, or an error that says why, and no later than the deadline.

use super::*;
use crate::adapters::storage::remote::proxy::Fault;
use crate::adapters::storage::remote::trials::unavailable;

/// More than a commit and its answer have.
const UP_BYTES: usize = 420;
const DOWN_BYTES: usize = 140;

/// The connection breaks after every so many bytes of a commit, either way: it is made once, and answered so.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn commits_are_made_once_wherever_the_connection_breaks() {
    let (schema, proxy) = (Fresh::new(), proxy());
    drop(schema.open());
    let storage = PostgresStorage::open(&through(&proxy, &schema.address)).unwrap();
    assert_eq!(increment(&storage, "sum"), Ok(Outcome::Committed));
    let mut sum = 1;
    let ups = (0..UP_BYTES).step_by(6).map(Fault::CutsUp);
    let mut whole = 0;
    for fault in ups.chain((0..DOWN_BYTES).step_by(3).map(Fault::CutsDown)) {
        let entry = row(&storage, "sum").unwrap();
        assert_eq!(entry.value, sum.to_string(), "before {fault:?}");
        proxy.set(fault);
        let check = Check { key: "sum".into(), version: Some(entry.version) };
        let next = write("sum", &(sum + 1).to_string());
        let done = storage.commit(vec![check], vec![next]);
        assert_eq!(done, Ok(Outcome::Committed), "{fault:?}");
        sum += 1;
        whole += usize::from(!matches!(proxy.fault(), Fault::CutsUp(0) | Fault::CutsDown(0)));
        proxy.set(Fault::None);
    }
    assert_eq!(row(&storage, "sum").unwrap().value, sum.to_string());
    assert!(whole > 4, "the last ones break nothing: {whole}");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn reads_are_answered_wherever_the_connection_breaks() {
    let (schema, proxy) = (Fresh::new(), proxy());
    put(&schema.open(), "k", "{}");
    let storage = PostgresStorage::open(&through(&proxy, &schema.address)).unwrap();
    let ups = (0..120).step_by(9).map(Fault::CutsUp);
    for fault in ups.chain((0..160).step_by(9).map(Fault::CutsDown)) {
        assert!(row(&storage, "k").is_some());
        proxy.set(fault);
        assert!(row(&storage, "k").is_some(), "{fault:?}");
        assert_eq!(storage.scan("", "~", 10, true).unwrap().entries.len(), 1, "{fault:?}");
        proxy.set(Fault::None);
    }
}

/// The connection breaks in a commit and the server can't be reached any more: the error says that the outcome isn't
/// known; and whatever it was, it stays so.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn an_unknown_outcome_is_said_to_be_one_and_stays_what_it_is() {
    let (schema, proxy) = (Fresh::new(), proxy());
    let direct = schema.open();
    let storage = PostgresStorage::open(&through(&proxy, &schema.with("deadline=1"))).unwrap();
    put(&storage, "sum", "0");
    let mut made = 0;
    for bytes in (0..UP_BYTES).step_by(60) {
        let before = row(&direct, "sum").unwrap();
        proxy.set(Fault::CutsUpForGood(bytes));
        let begun = Instant::now();
        let check = Check { key: "sum".into(), version: Some(before.version) };
        let done = storage.commit(vec![check], vec![write("sum", &(bytes + 1).to_string())]);
        if proxy.fault() != Fault::Refuses {
            assert_eq!(done, Ok(Outcome::Committed), "it wasn't cut");
            continue;
        }
        let why = unavailable(done);
        assert!(why.ends_with("whether the commit was made isn't known: read to see"), "{why}");
        assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
        proxy.set(Fault::None);
        put(&storage, "other", "{}");
        let after = row(&direct, "sum").unwrap();
        made += usize::from(after != before);
        assert!(storage.pools.has_no_doubts());
    }
    assert!(made <= 1, "what wasn't sent whole isn't made: {made}");
}

/// A commit is held up on its way, given up, and made over another connection; then the first arrives after all.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_commit_that_arrives_late_is_made_no_more() {
    let (schema, proxy) = (Fresh::new(), proxy());
    let storage = PostgresStorage::open(&through(&proxy, &schema.with("deadline=2"))).unwrap();
    put(&storage, "k", "before");
    proxy.set(Fault::Holds);
    let done = storage.commit(vec![], vec![write("k", "held up")]);
    let why = unavailable(done);
    assert_eq!(
        why, "PostgreSQL: no answer in time",
        "the outcome is known: it wasn't made, and never will be"
    );
    assert_eq!(row(&schema.open(), "k").unwrap().value, "before");
    proxy.set(Fault::None);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(
        row(&storage, "k").unwrap().value,
        "before",
        "it has arrived, and found its writer closed"
    );
    put(&storage, "k", "after");
    assert_eq!(row(&storage, "k").unwrap().value, "after");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_server_that_stalls_is_given_up_at_the_deadline() {
    let (schema, proxy) = (Fresh::new(), proxy());
    let storage = PostgresStorage::open(&through(&proxy, &schema.with("deadline=1"))).unwrap();
    put(&storage, "k", "1");
    assert!(row(&storage, "k").is_some());
    proxy.set(Fault::Stalls);
    for _ in 0..2 {
        let begun = Instant::now();
        let read = storage.get(vec!["k".into()]).map(|_| Outcome::Committed);
        assert!(unavailable(read).contains("in time"));
        let scanned = storage.scan("", "~", 1, false).map(|_| Outcome::Committed);
        assert!(unavailable(scanned).contains("in time"));
        let why = unavailable(storage.commit(vec![], vec![write("k", "2")]));
        assert!(why.contains("in time"), "{why}");
        assert!(begun.elapsed() < Duration::from_millis(3_300), "{:?}", begun.elapsed());
    }
    let stalled = through(&proxy, &schema.with("deadline=1"));
    let begun = Instant::now();
    let error = PostgresStorage::open(&stalled).unwrap_err().to_string();
    assert!(error.contains("in time") || error.contains("timed out"), "{error}");
    assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
    proxy.set(Fault::None);
    put(&storage, "k", "3");
    assert_eq!(row(&storage, "k").unwrap().value, "3");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_server_that_refuses_is_named_and_used_again_when_it_doesnt() {
    let (schema, proxy) = (Fresh::new(), proxy());
    let storage = PostgresStorage::open(&through(&proxy, &schema.with("deadline=1"))).unwrap();
    put(&storage, "k", "1");
    proxy.set(Fault::Refuses);
    // Those that are there go on.
    put(&storage, "k", "2");
    proxy.set(Fault::CutsUpForGood(0));
    let begun = Instant::now();
    let why = unavailable(storage.commit(vec![], vec![write("k", "3")]));
    assert!(why.starts_with("PostgreSQL: "), "{why}");
    assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
    proxy.set(Fault::None);
    put(&storage, "k", "4");
    assert_eq!(row(&storage, "k").unwrap().value, "4");
}

/// Nobody listens there: an error, after the patience for a server that is restarted.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn an_address_where_nobody_listens_is_an_error() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let begun = Instant::now();
    let error = PostgresStorage::open(&format!("postgres://u:secret@127.0.0.1:{free}/d"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("Connection refused") && !error.contains("secret"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

/// Somebody holds the row for longer than one may wait: a clear error, nothing written, and nothing left that waits.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_row_that_is_locked_for_long_is_given_up() {
    let schema = Fresh::new();
    let storage = PostgresStorage::open(&schema.with("deadline=1")).unwrap();
    put(&storage, "k", "1");
    let options = PostgresOptions::read(&schema.address).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    let mut holder = Link::open(&options, Purpose::Care, until).unwrap();
    let lock = "BEGIN; SELECT FROM entries WHERE key = 'k' FOR UPDATE";
    holder.run(until, async |client| client.batch_execute(lock).await).unwrap();
    let begun = Instant::now();
    let why = unavailable(storage.commit(vec![], vec![write("k", "2")]));
    assert!(why.contains("(55P03); somebody else holds what the statement needs"), "{why}");
    assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
    assert_eq!(row(&storage, "k").unwrap().value, "1", "reads don't wait");
    drop(holder);
    put(&storage, "k", "3");
}

/// The server ends its connections, as it does when it is restarted.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn connections_that_the_server_ends_are_made_anew() {
    let schema = Fresh::new();
    let storage = schema.open();
    for number in 0..5 {
        assert_eq!(increment(&storage, "sum"), Ok(Outcome::Committed));
        let name = format!("ended {} {number}", std::process::id()).replace(' ', "_");
        let other =
            PostgresStorage::open(&schema.with(&format!("application_name={name}"))).unwrap();
        assert_eq!(increment(&other, "sum"), Ok(Outcome::Committed));
        run(
            &schema.address,
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
            ),
        );
        assert_eq!(increment(&other, "sum"), Ok(Outcome::Committed));
    }
    assert_eq!(row(&storage, "sum").unwrap().value, "15");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn tables_that_are_gone_are_an_error() {
    let schema = Fresh::new();
    let storage = schema.open();
    put(&storage, "k", "1");
    run(&schema.address, "DROP TABLE entries");
    let why = unavailable(storage.commit(vec![], vec![write("k", "2")]));
    assert!(why.ends_with("(42P01); the store's tables are gone"), "{why}");
}
