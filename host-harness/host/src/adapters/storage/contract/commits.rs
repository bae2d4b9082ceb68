//! Promises about `commit`.

use std::sync::Arc;

use super::super::COMMIT_ROWS_MAX;
use super::{
    Case, Kept, Outcome, Storage, absent, all_keys, at, delete, expect, fill, put, row, version,
    write,
};

pub(super) const CASES: &[Case] = &[
    Case { promise: "a commit of nothing is committed", check: commit_of_nothing },
    Case { promise: "checks that hold let all writes through", check: checks_that_hold },
    Case {
        promise: "a conflict names exactly the keys whose checks don't hold, and writes nothing",
        check: conflicts,
    },
    Case { promise: "a commit of checks alone tells whether they hold", check: checks_alone },
    Case { promise: "deleting an absent key does nothing", check: deletes_of_nothing },
    Case {
        promise: "a commit sees its own checks before its own writes",
        check: checks_come_first,
    },
    Case { promise: "writes to one key are made in their order", check: writes_in_order },
    Case { promise: "a commit of 1,000 writes is made", check: largest_commit },
];

fn commit_of_nothing(storage: Arc<dyn Storage>) -> Kept {
    write(&*storage, Vec::new())?;
    expect("keys", all_keys(&*storage)?, Vec::new())
}

fn checks_that_hold(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b"])?;
    let checks = vec![at("a", version(&*storage, "a")?), absent("c")];
    let writes = vec![put("a", "1"), delete("b"), put("c", "3")];
    expect("the outcome", storage.commit(checks, writes)?, Outcome::Committed)?;
    expect("keys", all_keys(&*storage)?, vec!["a".into(), "c".into()])?;
    let value = row(&*storage, "a")?.map(|row| row.value);
    expect("the value", value, Some("1".into()))
}

fn conflicts(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b", "c"])?;
    let old = version(&*storage, "b")?;
    fill(&*storage, &["b"])?;
    let before = storage.scan("", "\u{7f}", 100, false)?;
    let checks = vec![
        at("a", version(&*storage, "a")?),
        at("b", old),
        absent("c"),
        at("gone", old),
        absent("nowhere"),
    ];
    let writes = vec![put("a", "1"), delete("c"), put("new", "2")];
    let mut broken = match storage.commit(checks, writes)? {
        Outcome::Conflict(keys) => keys,
        Outcome::Committed => Vec::new(),
    };
    broken.sort();
    let expected = ["b", "c", "gone"].map(String::from).to_vec();
    expect("conflicting keys", broken, expected)?;
    let after = storage.scan("", "\u{7f}", 100, false)?;
    expect("rows after the conflict", after, before)
}

fn checks_alone(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a"])?;
    let current = version(&*storage, "a")?;
    let held = storage.commit(vec![at("a", current), absent("b")], Vec::new())?;
    expect("checks that hold", held, Outcome::Committed)?;
    expect("the version", version(&*storage, "a")?, current)?;
    let broken = storage.commit(vec![at("b", current)], Vec::new())?;
    expect("a check that doesn't", broken, Outcome::Conflict(vec!["b".into()]))
}

fn deletes_of_nothing(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a"])?;
    write(&*storage, vec![delete("b"), delete("b")])?;
    expect("keys", all_keys(&*storage)?, vec!["a".into()])
}

fn checks_come_first(storage: Arc<dyn Storage>) -> Kept {
    let created = storage.commit(vec![absent("a")], vec![put("a", "1")])?;
    expect("create", created, Outcome::Committed)?;
    let again = storage.commit(vec![absent("a")], vec![put("a", "2")])?;
    expect("create again", again, Outcome::Conflict(vec!["a".into()]))
}

fn writes_in_order(storage: Arc<dyn Storage>) -> Kept {
    let writes =
        vec![put("a", "1"), put("a", "2"), put("b", "1"), delete("b"), delete("c"), put("c", "1")];
    write(&*storage, writes)?;
    expect("keys", all_keys(&*storage)?, vec!["a".into(), "c".into()])?;
    let value = row(&*storage, "a")?.map(|row| row.value);
    expect("the value", value, Some("2".into()))
}

fn largest_commit(storage: Arc<dyn Storage>) -> Kept {
    let writes = |value: &str| {
        (0..COMMIT_ROWS_MAX).map(|number| put(&format!("k{number:04}"), value)).collect()
    };
    write(&*storage, writes("1"))?;
    write(&*storage, writes("2"))?;
    let page = storage.scan("k", "l", 2_000, false)?;
    let twos = page.entries.iter().filter(|row| row.value == "2").count();
    expect("rows with the second value", twos, COMMIT_ROWS_MAX)
}
