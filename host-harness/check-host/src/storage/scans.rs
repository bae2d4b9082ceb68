//! Promises about `scan`.

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, ensure, expect};
use crate::own::{LAST, Own, delete, owned};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "scan-in-key-order",
        promise: "a scan gives rows by ascending key, compared byte by byte",
        advice: "Order by key with a binary collation (`COLLATE \"C\"`, `BINARY`): most others sort `a` before `B`, and `a!` behind `a0`.",
        test: Test::Storage(in_key_order),
    },
    Check {
        name: "scan-of-a-range",
        promise: "a scan gives the rows from its start, which belongs to it, to its end, which doesn't",
        advice: "`key >= start AND key < end`, also where start is behind end or equal to it: then there are no rows.",
        test: Test::Storage(of_a_range),
    },
    Check {
        name: "scan-in-reverse",
        promise: "a reverse scan gives the rows of the same range by descending key",
        advice: "Only the order is turned around: start stays the smaller bound, which belongs to the range.",
        test: Test::Storage(in_reverse),
    },
    Check {
        name: "scan-in-pages",
        promise: "`next` continues a scan without a gap or a repeat, and is none at the end only",
        advice: "Read one row more than the limit: upwards, `next` is its key; downwards, the key of the last row that is given. No row more: none.",
        test: Test::Storage(in_pages),
    },
    Check {
        name: "scan-of-limit-0",
        promise: "a scan with limit 0 gives no rows, and tells whether there are any",
        advice: "Upwards, `next` is the first row's key; downwards, it is the end that was asked for.",
        test: Test::Storage(of_limit_0),
    },
    Check {
        name: "scan-with-a-large-limit",
        promise: "a limit may be as large as 4294967295",
        advice: "Take the limit as an unsigned number of 32 bits, and add 1 to it in 64: it is no number of rows to make room for.",
        test: Test::Storage(with_a_large_limit),
    },
];

/// In order of their bytes.
const KEYS: [&str; 17] = [
    "!", "\"", "%", "'", "A", "B", "\\", "_", "a", "a!", "a%", "a/1", "a/10", "a/2", "a0", "b", "~",
];

const RANGES: [(&str, &str, &[&str]); 9] = [
    ("", LAST, &KEYS),
    ("a/", "a0", &["a/1", "a/10", "a/2"]),
    ("a/1", "a/2", &["a/1", "a/10"]),
    ("a/10", "a/11", &["a/10"]),
    ("A", "a", &["A", "B", "\\", "_"]),
    ("C", "Z", &[]),
    ("c", "a", &[]),
    ("a", "a", &[]),
    ("", "", &[]),
];

fn keys_of(
    own: &Own<'_>,
    range: (&str, &str),
    limit: u32,
    reverse: bool,
) -> Result<Vec<String>, Broken> {
    Ok(own.pages(range, limit, reverse)?.into_iter().map(|row| row.key).collect())
}

fn in_key_order(own: &Own<'_>) -> Kept {
    own.fill(&KEYS)?;
    expect("keys", keys_of(own, ("", LAST), 100, false)?, owned(&KEYS))
}

fn of_a_range(own: &Own<'_>) -> Kept {
    own.fill(&KEYS)?;
    for (start, end, expected) in RANGES {
        let keys = keys_of(own, (start, end), 100, false)?;
        expect(&format!("keys from {start:?} to {end:?}"), sorted(keys), owned(expected))?;
    }
    own.write(&[delete("a/10")])?;
    let keys = keys_of(own, ("a/", "a0"), 100, false)?;
    expect("keys after one was deleted", sorted(keys), owned(&["a/1", "a/2"]))
}

/// The order is for another check.
fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}

fn in_reverse(own: &Own<'_>) -> Kept {
    own.fill(&KEYS)?;
    for (start, end, expected) in RANGES {
        let keys = keys_of(own, (start, end), 100, true)?;
        let mut expected = owned(expected);
        expected.reverse();
        expect(&format!("keys from {end:?} down to {start:?}"), keys, expected)?;
    }
    Ok(())
}

fn in_pages(own: &Own<'_>) -> Kept {
    own.fill(&KEYS)?;
    for limit in [1, 2, 3, 5, 16, 17, 18] {
        for reverse in [false, true] {
            let mut keys = keys_of(own, ("!", LAST), limit, reverse)?;
            if reverse {
                keys.reverse();
            }
            let way = if reverse { "in reverse" } else { "upwards" };
            expect(&format!("keys in pages of {limit} {way}"), keys, owned(&KEYS))?;
        }
    }
    Ok(())
}

fn of_limit_0(own: &Own<'_>) -> Kept {
    for reverse in [false, true] {
        let page = own.scan(("", LAST), 0, reverse)?;
        expect("`next` where there are no rows", page.next, None)?;
    }
    own.fill(&["a", "b"])?;
    for reverse in [false, true] {
        let page = own.scan(("", LAST), 0, reverse)?;
        let Some(next) = page.next else {
            return Err(Broken::new("a `next`, since there are rows", "none"));
        };
        let rest = if reverse { ("", next.as_str()) } else { (next.as_str(), LAST) };
        let keys = sorted(keys_of(own, rest, 100, reverse)?);
        expect("keys from `next` on", keys, owned(&["a", "b"]))?;
    }
    Ok(())
}

fn with_a_large_limit(own: &Own<'_>) -> Kept {
    own.fill(&["a", "b"])?;
    for reverse in [false, true] {
        let page = own.scan(("", LAST), u32::MAX, reverse)?;
        let found = page.entries.len();
        ensure(
            found == 2 && page.next.is_none(),
            || "2 rows, and no `next`".to_owned(),
            || format!("{found} rows, and `next` is {:?}", page.next),
        )?;
    }
    Ok(())
}
