//! Promises about what fits, to the last byte.

use crate::check::{Check, Test};
use crate::judge::{Kept, ensure, expect};
use crate::own::{LAST, Own, absent, put};
use crate::ports::{Checked, Write};

use super::sizes::{COMMIT_BYTES, COMMIT_ROWS, KEY_BYTES, VALUE_BYTES, text, writes_of};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "fits-longest-key",
        promise: "a key of 512 bytes fits, and differs from one that is the same but for its last byte",
        advice: "Some stores index no more than the beginning of a key: give keys a column that takes 512 bytes whole.",
        test: Test::Storage(longest_key),
    },
    Check {
        name: "fits-longest-value",
        promise: "a value of 65,536 bytes fits, in letters of one byte or of more",
        advice: "Give values a column without a length of its own, and measure them in bytes of UTF-8.",
        test: Test::Storage(longest_value),
    },
    Check {
        name: "fits-1000-checks-and-writes",
        promise: "a commit of 1,000 checks and writes in all is made, as writes alone, checks alone or both",
        advice: "Some databases take fewer parameters in a statement: split statements, not the transaction.",
        test: Test::Storage(most_rows),
    },
    Check {
        name: "fits-4-mib",
        promise: "a commit of 4,194,304 bytes of keys and values is made",
        advice: "Give statements, packets and transactions room for 4 MiB and some more.",
        test: Test::Storage(most_bytes),
    },
];

fn longest_key(own: &Own<'_>) -> Kept {
    let begin = "k".repeat(KEY_BYTES - own.taken() - 1);
    let (first, second) = (format!("{begin}1"), format!("{begin}2"));
    own.write(&[put(&first, "1"), put(&second, "2")])?;
    expect("the first key's value", own.value(&first)?, Some("1".into()))?;
    expect("the second key's value", own.value(&second)?, Some("2".into()))?;
    expect("how many keys there are", own.keys()?.len(), 2)
}

fn longest_value(own: &Own<'_>) -> Kept {
    let values = [text(VALUE_BYTES), format!("\"{}\"", "é".repeat((VALUE_BYTES - 2) / 2))];
    for value in values {
        own.write(&[put("a", &value)])?;
        let found = own.value("a")?.unwrap_or_default();
        ensure(
            found == value,
            || format!("the value of {} bytes to come back", value.len()),
            || format!("another one, of {} bytes", found.len()),
        )?;
    }
    Ok(())
}

fn most_rows(own: &Own<'_>) -> Kept {
    let keys: Vec<String> = (0..COMMIT_ROWS).map(|number| format!("k{number:03}")).collect();
    let checks: Vec<Checked> = keys.iter().map(|key| absent(key)).collect();
    let writes = |value: &str| keys.iter().map(|key| put(key, value)).collect::<Vec<Write>>();
    own.made(&checks, &[])?;
    own.write(&writes("1"))?;
    own.write(&writes("2"))?;
    let rows = own.rows()?;
    let twos = rows.iter().filter(|row| row.value == "2").count();
    expect("rows with the second value", twos, COMMIT_ROWS)?;
    let versions: Vec<Checked> = rows
        .into_iter()
        .take(COMMIT_ROWS / 2)
        .map(|row| Checked { key: row.key, version: Some(row.version) })
        .collect();
    let half: Vec<Write> = writes("3").into_iter().take(COMMIT_ROWS / 2).collect();
    own.made(&versions, &half)?;
    let threes = own.rows()?.iter().filter(|row| row.value == "3").count();
    expect("rows with the third value", threes, COMMIT_ROWS / 2)
}

fn most_bytes(own: &Own<'_>) -> Kept {
    let writes = writes_of(own, COMMIT_BYTES);
    own.write(&writes)?;
    let rows = own.pages(("", LAST), 16, false)?;
    let bytes: usize = rows.iter().map(|row| row.key.len() + own.taken() + row.value.len()).sum();
    expect("bytes of keys and values", bytes, COMMIT_BYTES)
}
