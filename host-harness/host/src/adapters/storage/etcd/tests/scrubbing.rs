//! What is left of what was deleted.

use super::*;

/// What was below a key at an earlier revision.
fn at(revision: Number, key: &str) -> Result<usize, String> {
    let range = Range { revision: Some(revision), ..Range::between(key, format!("{key}~")) };
    let found = client().ask::<Ranged>(RANGE, &range, Deadline::after(Duration::from_secs(9)));
    found.map(|found| found.kvs.len()).map_err(|failed| failed.why().to_owned())
}

fn now() -> Number {
    let found =
        client().ask::<Ranged>(RANGE, &Range::key("k"), Deadline::after(Duration::from_secs(9)));
    found.unwrap().header.revision
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn what_was_deleted_cant_be_read_at_an_earlier_revision() {
    for (parameter, is_left) in
        [("scrub=leave", true), ("scrub=compact", false), ("scrub=defragment", false)]
    {
        let place = Fresh::new();
        let storage = EtcdStorage::open(&place.with(parameter)).unwrap();
        for number in 0..5 {
            put(&storage, &format!("k{number}"), "\"erased\"");
        }
        let before = now();
        let gone = (0..5).map(|number| Write { key: format!("k{number}"), value: None }).collect();
        storage.commit(vec![], gone).unwrap();
        assert_eq!(at(before, &place.key("r/k")), Ok(5), "etcd remembers");
        storage.scrub().unwrap();
        drop(storage);
        let left = at(before, &place.key("r/k"));
        match is_left {
            true => assert_eq!(left, Ok(5)),
            false => assert!(left.unwrap_err().contains("compacted"), "{parameter}"),
        }
        assert!(place.open().dump().unwrap().is_empty(), "what asked for it is gone, too");
    }
}

/// A process that ended before it cleaned leaves it to the next one.
#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn what_wasnt_cleaned_is_by_the_next_who_opens_it() {
    let place = Fresh::new();
    let storage = place.open();
    put(&storage, "k", "{}");
    let before = now();
    storage.commit(vec![], vec![remote::wish()]).unwrap();
    drop(storage);
    drop(place.open());
    assert!(at(before, &place.key("r/k")).unwrap_err().contains("compacted"));
    let rows = place.open().dump().unwrap();
    assert_eq!(rows.into_keys().collect::<Vec<_>>(), ["k"]);
}
