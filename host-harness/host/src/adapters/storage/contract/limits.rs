//! Promises about what is too large, or is no key.

use std::sync::Arc;

use super::super::{COMMIT_BYTES_MAX, COMMIT_ROWS_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX};
use super::{
    Case, Check, Error, Kept, Outcome, Seen, Storage, Write, absent, all_keys, delete, expect,
    fill, put, write,
};

pub(super) const CASES: &[Case] = &[
    Case { promise: "a key of 512 bytes and a value of 65,536 bytes fit", check: largest_row },
    Case {
        promise: "a commit that is over a limit is too large, and writes nothing",
        check: oversize_commits,
    },
    Case {
        promise: "a key with other characters than printable ASCII is refused everywhere",
        check: malformed_keys,
    },
    Case { promise: "a value is measured in bytes, not in characters", check: values_in_bytes },
];

fn largest_row(storage: Arc<dyn Storage>) -> Kept {
    let key = "k".repeat(KEY_BYTES_MAX);
    let value = text(VALUE_BYTES_MAX);
    write(&*storage, vec![put(&key, &value)])?;
    let rows = storage.get(vec![key])?;
    let found = rows.into_iter().next().flatten().map(|row| row.value);
    expect("the value came back", found == Some(value), true)
}

fn oversize_commits(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a"])?;
    let keys = |count: usize| (0..count).map(|number| format!("k{number}"));
    let checks = |count| keys(count).map(|key| absent(&key)).collect::<Vec<Check>>();
    let writes = |count| keys(count).map(|key| put(&key, "1")).collect::<Vec<Write>>();
    let large = text(VALUE_BYTES_MAX);
    let too_many_bytes = COMMIT_BYTES_MAX / VALUE_BYTES_MAX + 1;
    let heavy = keys(too_many_bytes).map(|key| put(&key, &large)).collect();
    let cases: [(&str, Vec<Check>, Vec<Write>); 6] = [
        ("a long value", vec![], vec![put("b", &text(VALUE_BYTES_MAX + 1))]),
        ("a long key", vec![], vec![put(&"k".repeat(KEY_BYTES_MAX + 1), "1")]),
        ("many writes", vec![], writes(COMMIT_ROWS_MAX + 1)),
        ("many checks", checks(COMMIT_ROWS_MAX + 1), vec![]),
        ("many of both", checks(COMMIT_ROWS_MAX), vec![put("b", "1")]),
        ("many bytes", vec![], heavy),
    ];
    for (what, checks, mut writes) in cases {
        if writes.len() < COMMIT_ROWS_MAX {
            writes.insert(0, delete("a"));
        }
        too_large(what, storage.commit(checks, writes))?;
        expect(what, all_keys(&*storage)?, vec!["a".into()])?;
    }
    Ok(())
}

fn malformed_keys(storage: Arc<dyn Storage>) -> Kept {
    for key in ["", "a b", "é", "tab\t", "nul\0", "del\u{7f}", "😀", "line\n"] {
        let owned = key.to_owned();
        too_large("get", storage.get(vec!["a".into(), owned]))?;
        let written = storage.commit(vec![], vec![put("a", "1"), put(key, "1")]);
        too_large("write", written)?;
        too_large("delete", storage.commit(vec![], vec![delete(key)]))?;
        let checked = storage.commit(vec![absent(key)], vec![put("a", "1")]);
        too_large("check", checked)?;
    }
    expect("keys", all_keys(&*storage)?, Vec::new())
}

fn values_in_bytes(storage: Arc<dyn Storage>) -> Kept {
    let fits = "é".repeat(VALUE_BYTES_MAX / 2);
    let outcome = storage.commit(vec![], vec![put("a", &fits)])?;
    expect("32,768 letters of 2 bytes", outcome, Outcome::Committed)?;
    let over = storage.commit(vec![], vec![put("b", &format!("{fits}é"))]);
    too_large("32,769 letters of 2 bytes", over)
}

/// A JSON string of this many bytes.
fn text(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes.saturating_sub(2)))
}

fn too_large<T>(what: &str, result: Result<T, Error>) -> Kept {
    match result {
        Err(Error::TooLarge(_)) => Ok(()),
        Err(error) => Err(Seen(format!("{what}: {error:?} instead of too-large"))),
        Ok(_) => Err(Seen(format!("{what}: it was accepted"))),
    }
}
