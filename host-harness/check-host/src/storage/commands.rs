//! Promises that commands rely on who read, decide and commit while others do the same.

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, expect};
use crate::own::{Own, absent, at, delete, owned, put};
use crate::ports::Entry;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "commands-lose-no-update",
        promise: "of two commands that read the same row and change it, the second one is refused, and sees the first one's change when it begins again",
        advice: "Look at versions and write in one transaction that holds a lock for both, or is serializable; a check that reads a snapshot from before passes wrongly.",
        test: Test::Storage(lose_no_update),
    },
    Check {
        name: "commands-create-once",
        promise: "of two commands that find a key absent and create it, one is refused",
        advice: "A check for absence must see what was committed a moment ago; a unique key alone isn't enough where a write is an upsert.",
        test: Test::Storage(create_once),
    },
    Check {
        name: "commands-rely-on-what-they-read",
        promise: "a command is refused when a row that it only read was changed or deleted meanwhile",
        advice: "Checks count for rows that aren't written by the commit, too.",
        test: Test::Storage(rely_on_what_they_read),
    },
    Check {
        name: "commands-pass-each-other",
        promise: "commands that read and write different rows don't refuse each other, also where they add to one range",
        advice: "A check covers its key only. Where a store refuses more than that (as a serializable one may), begin the transaction again in the adapter.",
        test: Test::Storage(pass_each_other),
    },
];

/// How often each of two counts.
const ROUNDS: u64 = 20;

fn sum(own: &Own<'_>) -> Result<(u64, Entry), Broken> {
    let Some(row) = own.row("sum")? else {
        return Err(Broken::new("the row \"sum\"", "none"));
    };
    let Ok(sum) = row.value.parse() else {
        return Err(Broken::new("a number, as it was written", format!("{:?}", row.value)));
    };
    Ok((sum, row))
}

fn lose_no_update(own: &Own<'_>) -> Kept {
    own.write(&[put("sum", "0")])?;
    for _ in 0..ROUNDS {
        let (first, row) = sum(own)?;
        let (second, same) = sum(own)?;
        own.made(&[at("sum", row.version)], &[put("sum", &(first + 1).to_string())])?;
        let late = [put("sum", &(second + 1).to_string())];
        own.refused(&[at("sum", same.version)], &late, &["sum"])?;
        let (again, row) = sum(own)?;
        own.made(&[at("sum", row.version)], &[put("sum", &(again + 1).to_string())])?;
    }
    expect("the sum", sum(own)?.0, 2 * ROUNDS)
}

fn create_once(own: &Own<'_>) -> Kept {
    expect("the row, for both", own.row("a")?, None)?;
    own.made(&[absent("a")], &[put("a", "\"first\""), put("by/first", "1")])?;
    own.refused(&[absent("a")], &[put("a", "\"second\""), put("by/second", "1")], &["a"])?;
    expect("the value", own.value("a")?, Some("\"first\"".into()))?;
    expect("keys", own.keys()?, owned(&["a", "by/first"]))
}

fn rely_on_what_they_read(own: &Own<'_>) -> Kept {
    own.fill(&["price", "terms"])?;
    let (price, terms) = (own.version("price")?, own.version("terms")?);
    own.write(&[put("price", "2")])?;
    own.refused(&[at("price", price), at("terms", terms)], &[put("bill", "1")], &["price"])?;
    let price = own.version("price")?;
    own.write(&[delete("terms")])?;
    own.refused(&[at("price", price), at("terms", terms)], &[put("bill", "1")], &["terms"])?;
    expect("the bill", own.row("bill")?, None)
}

fn pass_each_other(own: &Own<'_>) -> Kept {
    own.fill(&["one", "two"])?;
    let (one, two) = (own.version("one")?, own.version("two")?);
    own.rows()?;
    own.made(&[at("one", one)], &[put("one", "1"), put("log/1", "1")])?;
    own.made(&[at("two", two)], &[put("two", "1"), put("log/2", "1")])?;
    expect("keys", own.keys()?, owned(&["log/1", "log/2", "one", "two"]))
}
