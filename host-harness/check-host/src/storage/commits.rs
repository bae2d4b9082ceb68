//! Promises about `commit`, and `scrub`.

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, expect};
use crate::own::{Own, absent, at, delete, owned, put};
use crate::ports::Write;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "commit-of-nothing",
        promise: "a commit of nothing is committed",
        advice: "Answer `committed` without a query where there is nothing to write.",
        test: Test::Storage(of_nothing),
    },
    Check {
        name: "commit-writes-and-deletes",
        promise: "a commit makes all of its writes: new rows, new values, deletions",
        advice: "A write is an upsert, whether the row is there or not; a write without a value deletes.",
        test: Test::Storage(writes_and_deletes),
    },
    Check {
        name: "commit-deletes-what-is-absent",
        promise: "deleting a key that doesn't exist does nothing",
        advice: "Don't count the rows that a deletion found.",
        test: Test::Storage(deletes_what_is_absent),
    },
    Check {
        name: "commit-if-checks-hold",
        promise: "a commit whose checks hold is made: a row has the version that was read, or is absent",
        advice: "Compare the version with the row's, and none with there being no row.",
        test: Test::Storage(if_checks_hold),
    },
    Check {
        name: "commit-refused-by-any-check",
        promise: "a commit of which any check fails isn't made, for whatever reason it fails",
        advice: "Look at every check: a row of another version, one that is gone, one that shouldn't be there; and in one transaction with the writes.",
        test: Test::Storage(refused_by_any_check),
    },
    Check {
        name: "commit-all-or-nothing",
        promise: "a commit that isn't made writes nothing, and deletes nothing",
        advice: "Roll the transaction back: what was written before a check failed must be undone.",
        test: Test::Storage(all_or_nothing),
    },
    Check {
        name: "commit-names-failed-checks-only",
        promise: "conflicts are keys whose checks failed, and empty when committed",
        advice: "Give the keys of the checks that failed; or none, if the store doesn't tell which.",
        test: Test::Storage(names_failed_checks_only),
    },
    Check {
        name: "commit-of-checks-alone",
        promise: "a commit of checks without writes tells whether they hold",
        advice: "Look at the checks also where there is nothing to write.",
        test: Test::Storage(of_checks_alone),
    },
    Check {
        name: "commit-checks-before-it-writes",
        promise: "checks are of what was there before the commit's own writes",
        advice: "Look at all checks first, then write.",
        test: Test::Storage(checks_before_it_writes),
    },
    Check {
        name: "scrub-again",
        promise: "scrub may come at any time and again, and changes no row",
        advice: "Note that it is to be done, and do it beside; where nothing is left behind, do nothing.",
        test: Test::Storage(scrub_again),
    },
];

fn of_nothing(own: &Own<'_>) -> Kept {
    own.write(&[])?;
    expect("keys", own.keys()?, Vec::new())
}

fn writes_and_deletes(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    own.write(&[put("a", "1"), delete("b"), put("c", "3")])?;
    expect("keys", own.keys()?, owned(&["a", "c"]))?;
    expect("the value of a", own.value("a")?, Some("1".into()))?;
    expect("the value of c", own.value("c")?, Some("3".into()))
}

fn deletes_what_is_absent(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    own.write(&[delete("b"), put("c", "1"), delete("d")])?;
    expect("keys", own.keys()?, owned(&["a", "c"]))
}

fn if_checks_hold(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    let checks = [at("a", own.version("a")?), at("b", own.version("b")?), absent("c")];
    own.made(&checks, &[put("a", "1"), put("c", "3")])?;
    expect("keys", own.keys()?, owned(&["a", "b", "c"]))?;
    expect("the value of a", own.value("a")?, Some("1".into()))
}

fn refused_by_any_check(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    let old = own.version("b")?;
    own.fill(&["b"])?;
    let holds = at("a", own.version("a")?);
    let fails = [("b", at("b", old)), ("b", absent("b")), ("gone", at("gone", old))];
    for (key, check) in fails {
        own.refused(&[holds.clone(), check.clone()], &[put("a", "1")], &[key])?;
        own.refused(&[check, holds.clone()], &[put("a", "1")], &[key])?;
    }
    own.made(&[holds], &[put("a", "1")])
}

fn all_or_nothing(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b", "c"])?;
    let before = own.rows()?;
    let writes = [put("a", "1"), delete("b"), put("d", "1"), put("e", "1")];
    own.refused(&[absent("z"), absent("c")], &writes, &["c"])?;
    expect("rows after a commit that wasn't made", own.rows()?, before)?;
    own.made(&[absent("z")], &writes)?;
    expect("keys after one that was", own.keys()?, owned(&["a", "c", "d", "e"]))
}

fn names_failed_checks_only(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b", "c"])?;
    let old = own.version("b")?;
    own.fill(&["b"])?;
    let checks =
        [at("a", own.version("a")?), at("b", old), absent("c"), at("gone", old), absent("nowhere")];
    own.refused(&checks, &[put("new", "1")], &["b", "c", "gone"])?;
    own.made(&[absent("new")], &[put("new", "1")])
}

fn of_checks_alone(own: &Own<'_>) -> Kept {
    own.fill(&["a"])?;
    let current = own.version("a")?;
    own.made(&[at("a", current), absent("b")], &[])?;
    expect("the version", own.version("a")?, current)?;
    own.refused(&[at("a", current), absent("a")], &[], &["a"])?;
    own.refused(&[at("b", current)], &[], &["b"])
}

fn checks_before_it_writes(own: &Own<'_>) -> Kept {
    own.made(&[absent("a")], &[put("a", "1")])?;
    own.refused(&[absent("a")], &[delete("a"), put("b", "1")], &["a"])?;
    let version = own.version("a")?;
    own.made(&[at("a", version)], &[delete("a")])?;
    expect("keys", own.keys()?, Vec::new())
}

fn scrub_again(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b", "c"])?;
    own.write(&[delete("b"), put("c", "\"other\"")])?;
    let before = own.rows()?;
    for _ in 0..3 {
        let scrubbed = own.whole().scrub();
        scrubbed.map_err(|error| Broken::failed("storage.scrub", &error))?;
        expect("rows after scrubbing", own.rows()?, before.clone())?;
    }
    let writes: [Write; 1] = [put("d", "1")];
    own.write(&writes)?;
    expect("keys after going on", own.keys()?, owned(&["a", "c", "d"]))
}
