//! Promises about `get`, and about what comes back.

use crate::check::{Check, Test};
use crate::judge::{Kept, expect};
use crate::own::{Own, delete, json, put};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "get-answers-in-order",
        promise: "get answers for each key in the order asked, none where there is no row, and twice for a key that is asked twice",
        advice: "Go through the keys that were asked for and look each one up; a query gives rows in an order of its own, and each one once.",
        test: Test::Storage(answers_in_order),
    },
    Check {
        name: "get-of-nothing",
        promise: "get of no keys gives nothing",
        advice: "Answer an empty list at once: a query with an empty `IN ()` is no query.",
        test: Test::Storage(of_nothing),
    },
    Check {
        name: "reads-see-commits",
        promise: "a read sees everything that was committed before it",
        advice: "Read from where commits go: a cache, a replica or a snapshot from before may be behind.",
        test: Test::Storage(see_commits),
    },
    Check {
        name: "values-come-back",
        promise: "a value comes back byte for byte as it was written",
        advice: "Store values as text or bytes: a column of a JSON type, or a parser on the way, spells them anew, and the log's hashes break.",
        test: Test::Storage(values_come_back),
    },
    Check {
        name: "keys-are-bytes",
        promise: "keys that differ in a single byte are different rows, upper and lower case too",
        advice: "Compare keys by bytes: give the column a binary collation (`COLLATE \"C\"`, `BINARY`), and no type that reads numbers.",
        test: Test::Storage(keys_are_bytes),
    },
];

fn answers_in_order(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    let rows = own.get(&["b", "missing", "a", "b"])?;
    let keys: Vec<Option<String>> = rows.into_iter().map(|row| Some(row?.key)).collect();
    let (a, b) = (Some("a".to_owned()), Some("b".to_owned()));
    expect("the rows of b, missing, a, b", keys, vec![b.clone(), None, a, b])
}

fn of_nothing(own: &Own<'_>) -> Kept {
    expect("rows", own.get(&[])?, Vec::new())
}

/// How often it is written and read.
const ROUNDS: usize = 20;

fn see_commits(own: &Own<'_>) -> Kept {
    for round in 0..ROUNDS {
        let value = round.to_string();
        own.write(&[put("a", &value), put(&format!("b{round:02}"), &value)])?;
        expect("what was just written", own.value("a")?, Some(value))?;
        expect("how many keys there are", own.keys()?.len(), round + 2)?;
    }
    own.write(&[delete("a")])?;
    expect("what was just deleted", own.row("a")?, None)
}

/// All of them are JSON, and no two of them the same bytes.
const VALUES: [&str; 12] = [
    "{}",
    " { \"b\" : 1 , \"a\" : 1.0 }\n",
    r#"{"b":1,"a":2,"a":3}"#,
    r#"{"escaped":"\u00e9\/\u0000\ud83d\ude00"}"#,
    "\"é\"",
    "\"e\u{301}\"",
    "{\"text\":\"Zoë 😀 \u{feff}\u{2028}\"}",
    "12345678901234567890.10",
    "1E400",
    "-0",
    "null",
    "\"trailing \"   ",
];

fn values_come_back(own: &Own<'_>) -> Kept {
    for value in VALUES {
        own.write(&[put("k", value)])?;
        expect("the value by get", own.value("k")?, Some(value.to_owned()))?;
        let scanned = own.rows()?.into_iter().map(|row| row.value).collect::<Vec<_>>();
        expect("the value by scan", scanned, vec![value.to_owned()])?;
    }
    Ok(())
}

/// Keys that something might take for one another.
const ALIKE: [&str; 9] = ["a", "A", "a.", "a/", "1", "01", "1.0", "%", "_"];

fn keys_are_bytes(own: &Own<'_>) -> Kept {
    own.fill(&ALIKE)?;
    for key in ALIKE {
        expect(&format!("the value of {key:?}"), own.value(key)?, Some(json(key)))?;
    }
    own.write(&[delete("A"), delete("%"), delete("_")])?;
    let left = ["a", "a.", "a/", "1", "01", "1.0"];
    for key in left {
        expect(&format!("the value of {key:?}"), own.value(key)?, Some(json(key)))?;
    }
    expect("how many keys are left", own.keys()?.len(), left.len())
}
