//! Connections that break, stall or aren't made: an answer, or an error that says why, and no later than the deadline.

use super::*;
use crate::adapters::storage::remote::proxy::Fault;
use crate::adapters::storage::remote::trials::unavailable;

/// More than a commit and its answer have.
const UP_BYTES: usize = 900;
const DOWN_BYTES: usize = 500;

/// The connection breaks after every so many bytes of a commit, either way: it is made once, and answered so.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn commits_are_made_once_wherever_the_connection_breaks() {
    let (place, proxy) = (Fresh::new(), proxy());
    drop(place.open());
    let storage = EtcdStorage::open(&through(&proxy, &place.address)).unwrap();
    assert_eq!(increment(&storage, "sum"), Ok(Outcome::Committed));
    let mut sum = 1;
    let ups = (0..UP_BYTES).step_by(15).map(Fault::CutsUp);
    let mut whole = 0;
    for fault in ups.chain((0..DOWN_BYTES).step_by(9).map(Fault::CutsDown)) {
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

/// The same of a commit that others get in the way of: what it is told is final, whatever is still on its way.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn conflicts_are_told_wherever_the_connection_breaks() {
    let (place, proxy) = (Fresh::new(), proxy());
    put(&place.open(), "k", "1");
    let storage = EtcdStorage::open(&through(&proxy, &place.address)).unwrap();
    put(&storage, "other", "1");
    let ups = (0..UP_BYTES).step_by(60).map(Fault::CutsUp);
    for fault in ups.chain((0..DOWN_BYTES).step_by(45).map(Fault::CutsDown)) {
        proxy.set(fault);
        let absent = Check { key: "k".into(), version: None };
        let done = storage.commit(vec![absent], vec![write("other", "2")]);
        assert_eq!(done, Ok(Outcome::Conflict(vec!["k".into()])), "{fault:?}");
        proxy.set(Fault::None);
    }
    assert_eq!(row(&storage, "other").unwrap().value, "1");
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn reads_are_answered_wherever_the_connection_breaks() {
    let (place, proxy) = (Fresh::new(), proxy());
    put(&place.open(), "k", "{}");
    let storage = EtcdStorage::open(&through(&proxy, &place.address)).unwrap();
    let ups = (0..300).step_by(19).map(Fault::CutsUp);
    for fault in ups.chain((0..500).step_by(19).map(Fault::CutsDown)) {
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
#[ignore = "needs a server: .ci/etcd.sh"]
fn an_unknown_outcome_is_said_to_be_one_and_stays_what_it_is() {
    let (place, proxy) = (Fresh::new(), proxy());
    let direct = place.open();
    let storage = EtcdStorage::open(&through(&proxy, &place.with("deadline=1"))).unwrap();
    put(&storage, "sum", "0");
    let mut made = 0;
    for bytes in (0..UP_BYTES).step_by(90) {
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
        assert!(storage.writers.has_no_doubts());
    }
    assert!(made <= 1, "what wasn't sent whole isn't made: {made}");
}

/// A commit is held up on its way, given up, and made over another connection; then the first arrives after all.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_commit_that_arrives_late_is_made_no_more() {
    let (place, proxy) = (Fresh::new(), proxy());
    let storage = EtcdStorage::open(&through(&proxy, &place.with("deadline=2"))).unwrap();
    put(&storage, "k", "before");
    proxy.set(Fault::Holds);
    let done = storage.commit(vec![], vec![write("k", "held up")]);
    let why = unavailable(done);
    assert!(
        why.ends_with(": no answer in time"),
        "the outcome is known: it wasn't made, and never will be: {why}"
    );
    assert_eq!(row(&place.open(), "k").unwrap().value, "before");
    proxy.set(Fault::None);
    std::thread::sleep(Duration::from_millis(300));
    let late = row(&storage, "k").unwrap().value;
    assert_eq!(late, "before", "it has arrived, and found its writer's row changed");
    put(&storage, "k", "after");
    assert_eq!(row(&storage, "k").unwrap().value, "after");
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_server_that_stalls_is_given_up_at_the_deadline() {
    let (place, proxy) = (Fresh::new(), proxy());
    let storage = EtcdStorage::open(&through(&proxy, &place.with("deadline=1"))).unwrap();
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
    let stalled = through(&proxy, &place.with("deadline=1"));
    let begun = Instant::now();
    let error = EtcdStorage::open(&stalled).unwrap_err().to_string();
    assert!(error.contains("in time"), "{error}");
    assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
    proxy.set(Fault::None);
    put(&storage, "k", "3");
    assert_eq!(row(&storage, "k").unwrap().value, "3");
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_server_that_refuses_is_named_and_used_again_when_it_doesnt() {
    let (place, proxy) = (Fresh::new(), proxy());
    let storage = EtcdStorage::open(&through(&proxy, &place.with("deadline=1"))).unwrap();
    put(&storage, "k", "1");
    proxy.set(Fault::Refuses);
    // Those that are there go on.
    put(&storage, "k", "2");
    proxy.set(Fault::CutsUpForGood(0));
    let begun = Instant::now();
    let why = unavailable(storage.commit(vec![], vec![write("k", "3")]));
    assert!(why.starts_with(&format!("etcd: {}: ", proxy.place())), "{why}");
    assert!(begun.elapsed() < Duration::from_millis(1_100), "{:?}", begun.elapsed());
    proxy.set(Fault::None);
    put(&storage, "k", "4");
    assert_eq!(row(&storage, "k").unwrap().value, "4");
}

/// Of several servers, those that refuse, stall or aren't there are left for the next.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn a_server_that_fails_is_left_for_the_next() {
    let (place, first, second) = (Fresh::new(), proxy(), proxy());
    let (own, rest) = place.address.split_once("://").unwrap();
    let address =
        format!("{own}://127.0.0.1:9,{},{},{rest}?deadline=2", first.place(), second.place());
    let storage = EtcdStorage::open(&address).unwrap();
    for (fault, used) in [
        (Fault::Refuses, "gone on over the second"),
        (Fault::CutsUpForGood(0), "cut, and then refused"),
        (Fault::Stalls, "silent"),
        (Fault::Holds, "held up"),
    ] {
        put(&storage, "k", "before");
        first.set(fault);
        for number in 0..3 {
            put(&storage, "k", &format!("{number}"));
            assert_eq!(row(&storage, "k").unwrap().value, format!("{number}"), "{used}");
        }
        first.set(Fault::None);
        second.set(fault);
        put(&storage, "k", "after");
        assert_eq!(row(&storage, "k").unwrap().value, "after", "{used}");
        second.set(Fault::None);
    }
}

/// Nobody listens there: an error, after the patience for a server that is restarted.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn an_address_where_nobody_listens_is_an_error() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let begun = Instant::now();
    let error = EtcdStorage::open(&format!("etcd://u:secret@127.0.0.1:{free},127.0.0.1:9/d"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("Connection refused") && !error.contains("secret"), "{error}");
    assert!(error.contains(&free.to_string()) && error.contains("127.0.0.1:9: "), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}
