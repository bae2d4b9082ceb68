//! Promises about what doesn't fit: it is refused, and nothing of it is written.

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, expect, in_words};
use crate::own::{Own, absent, delete, owned, put};
use crate::ports::{Checked, Outcome, StorageError, Write};

use super::sizes::{COMMIT_BYTES, COMMIT_ROWS, KEY_BYTES, VALUE_BYTES, text, writes_of};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "too-large-key",
        promise: "a key of more than 512 bytes is too-large, and the commit writes nothing",
        advice: "Measure the keys of writes and checks before the store is asked; none may be cut off.",
        test: Test::Storage(key),
    },
    Check {
        name: "too-large-value",
        promise: "a value of more than 65,536 bytes is too-large, measured in bytes and not in characters, and the commit writes nothing",
        advice: "Measure values in bytes of UTF-8 before the store is asked.",
        test: Test::Storage(value),
    },
    Check {
        name: "too-large-number-of-rows",
        promise: "a commit of more than 1,000 checks and writes in all is too-large, and writes nothing",
        advice: "Count checks and writes together before the store is asked, also where one of them is empty.",
        test: Test::Storage(number_of_rows),
    },
    Check {
        name: "too-large-commit",
        promise: "a commit of more than 4,194,304 bytes of keys and values is too-large, and writes nothing",
        advice: "Add up the bytes of the keys of checks and writes, and of values, before the store is asked.",
        test: Test::Storage(commit),
    },
    Check {
        name: "no-other-keys",
        promise: "a key with characters other than printable ASCII is never stored",
        advice: "Refuse such keys before the store is asked: as too-large, since trying again doesn't help.",
        test: Test::Storage(other_keys),
    },
];

/// A commit with a deletion before it, which mustn't be made either.
fn too_large(own: &Own<'_>, what: &str, checks: &[Checked], writes: &[Write]) -> Kept {
    let mut all = writes.to_vec();
    if checks.len() + all.len() < COMMIT_ROWS {
        all.insert(0, delete("a"));
    }
    let expected = format!("{what}: too-large");
    match own.try_commit(checks, &all) {
        Err(StorageError::TooLarge(_)) => {}
        Err(error) => return Err(Broken::new(expected, in_words(&error))),
        Ok(Outcome { committed, .. }) => {
            let found = if committed { "it was committed" } else { "a conflict" };
            return Err(Broken::new(expected, found));
        }
    }
    expect(&format!("{what}: keys afterwards"), own.keys()?, owned(&["a"]))
}

fn key(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    let long = "k".repeat(KEY_BYTES - own.taken() + 1);
    too_large(own, "a write to a key of 513 bytes", &[], &[put(&long, "1")])?;
    too_large(own, "a check of a key of 513 bytes", &[absent(&long)], &[put("b", "1")])
}

fn value(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    too_large(own, "a value of 65,537 bytes", &[], &[put("b", &text(VALUE_BYTES + 1))])?;
    let wide = format!("\"{}\"", "é".repeat(VALUE_BYTES / 2));
    too_large(own, "32,770 characters of 65,538 bytes", &[], &[put("b", &wide)])
}

fn number_of_rows(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    let keys = |count: usize| (0..count).map(|number| format!("k{number:04}"));
    let checks = |count| keys(count).map(|key| absent(&key)).collect::<Vec<Checked>>();
    let writes = |count| keys(count).map(|key| put(&key, "1")).collect::<Vec<Write>>();
    too_large(own, "1,001 writes", &[], &writes(COMMIT_ROWS + 1))?;
    too_large(own, "1,001 checks", &checks(COMMIT_ROWS + 1), &[])?;
    too_large(own, "1,000 checks and a write", &checks(COMMIT_ROWS), &[put("b", "1")])
}

fn commit(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    // The deletion's key counts too.
    let over = COMMIT_BYTES + 1 - own.taken() - 1;
    too_large(own, "4,194,305 bytes of keys and values", &[], &writes_of(own, over))?;
    let keys = (0..COMMIT_ROWS / 2).map(|number| format!("{}{number:03}", "k".repeat(400)));
    let checks: Vec<Checked> = keys.map(|key| absent(&key)).collect();
    let checked: usize = checks.iter().map(|check| own.taken() + check.key.len()).sum();
    let writes = writes_of(own, over - checked);
    too_large(own, "4,194,305 bytes, some of them keys of checks", &checks, &writes)
}

fn other_keys(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    for key in ["a b", "é", "tab\t", "del\u{7f}", "😀", "line\n"] {
        let outcome = own.try_commit(&[], &[put("b", "1"), put(key, "1")]);
        if outcome.is_ok_and(|outcome| outcome.committed) {
            // It may be out of the range that is cleared.
            let undone = own.try_commit(&[], &[delete(key)]).is_ok();
            let and = if undone { "" } else { ", and can't be deleted" };
            let expected = format!("a write to the key {key:?} to be refused");
            return Err(Broken::new(expected, format!("it was committed{and}")));
        }
        expect("keys afterwards", own.keys()?, owned(&["a"]))?;
    }
    Ok(())
}
