//! Promises about versions.

use std::collections::BTreeSet;

use crate::check::{Check, Test};
use crate::judge::{Kept, expect};
use crate::own::{Own, at, delete, put};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "version-new-with-each-write",
        promise: "a version changes with every write, and with writes of the same value too",
        advice: "Take versions from one counter that each commit moves on; not from the value, and not from a clock, which stands still at times.",
        test: Test::Storage(new_with_each_write),
    },
    Check {
        name: "version-stays-without-a-write",
        promise: "a row's version stays while other rows are written, and by commits that aren't made",
        advice: "A row keeps the number of the commit that wrote it: no counter of the whole store is its version.",
        test: Test::Storage(stays_without_a_write),
    },
    Check {
        name: "version-never-used-again",
        promise: "a version is never used twice for a key, not even after it was deleted and written again",
        advice: "Counting each row's writes begins anew with a new row: count the commits of the whole store, and keep the counter beside the rows.",
        test: Test::Storage(never_used_again),
    },
    Check {
        name: "version-same-in-all-reads",
        promise: "get and scan give a row the same version, and a commit with it is made",
        advice: "Versions are unsigned numbers of 64 bits: nothing on the way may round them, as floating-point numbers do beyond 2^53.",
        test: Test::Storage(same_in_all_reads),
    },
];

/// How often a row is written.
const ROUNDS: usize = 20;

fn new_with_each_write(own: &Own<'_>) -> Kept {
    let mut seen = BTreeSet::new();
    for _ in 0..ROUNDS {
        own.write(&[put("a", "1")])?;
        seen.insert(own.version("a")?);
    }
    expect("how many versions so many writes had", seen.len(), ROUNDS)
}

fn stays_without_a_write(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    let before = own.version("a")?;
    own.write(&[put("b", "1"), put("c", "1")])?;
    own.write(&[delete("b"), delete("nothing")])?;
    own.refused(&[at("nothing", before)], &[put("a", "1")], &["nothing"])?;
    expect("the version", own.version("a")?, before)
}

fn never_used_again(own: &Own<'_>) -> Kept {
    let mut seen = BTreeSet::new();
    for _ in 0..ROUNDS {
        own.write(&[put("a", "1")])?;
        let created = own.version("a")?;
        seen.insert(created);
        own.write(&[delete("a")])?;
        own.refused(&[at("a", created)], &[put("a", "2")], &["a"])?;
        own.write(&[put("a", "1")])?;
        own.refused(&[at("a", created)], &[put("a", "2")], &["a"])?;
        own.write(&[delete("a")])?;
    }
    expect("how many versions so many creations had", seen.len(), ROUNDS)
}

fn same_in_all_reads(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    own.fill(&["a"])?;
    for row in own.rows()? {
        let (key, version) = (row.key.clone(), row.version);
        expect(&format!("the row {key:?} by get"), own.row(&key)?, Some(row))?;
        own.made(&[at(&key, version)], &[put(&key, "2")])?;
    }
    Ok(())
}
