//! Promises about `get` and `scan`.

use std::sync::Arc;

use super::{Case, Kept, Seen, Storage, all_keys, delete, expect, fill, put, row, write};

pub(super) const CASES: &[Case] = &[
    Case {
        promise: "get answers for each key in the order asked, none where there is no row",
        check: get_keeps_the_order,
    },
    Case { promise: "get of nothing gives nothing", check: get_of_nothing },
    Case { promise: "text comes back byte for byte", check: text_comes_back },
    Case {
        promise: "a scan gives the rows from start (inclusive) to end (exclusive) by bytes",
        check: scan_ranges,
    },
    Case { promise: "a reverse scan gives the same rows from the end", check: scan_backwards },
    Case {
        promise: "next continues a scan without gap or repeat, and is none at the end",
        check: scan_in_pages,
    },
    Case { promise: "a scan with limit 0 tells whether there is more", check: scan_of_no_rows },
];

fn get_keeps_the_order(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b"])?;
    let asked = ["b", "missing", "a", "b"];
    let rows = storage.get(asked.map(String::from).to_vec())?;
    let values: Vec<Option<String>> = rows.into_iter().map(|row| Some(row?.value)).collect();
    let (a, b) = (Some("\"a\"".to_owned()), Some("\"b\"".to_owned()));
    expect("values", values, vec![b.clone(), None, a, b])
}

fn get_of_nothing(storage: Arc<dyn Storage>) -> Kept {
    expect("rows", storage.get(Vec::new())?, Vec::new())
}

fn text_comes_back(storage: Arc<dyn Storage>) -> Kept {
    let texts = [
        "",
        "{}",
        " { \"b\" : 1 , \"a\" : 1.0 }\n",
        r#"{"a":1,"a":2,"escaped":"\u00e9\/"}"#,
        "{\"text\":\"Zoë 😀 \u{feff}\u{2028}\"}",
        "12345678901234567890.10",
        "\"a\u{0}b\"",
    ];
    for text in texts {
        write(&*storage, vec![put("k", text)])?;
        let value = row(&*storage, "k")?.map(|row| row.value);
        expect("the value", value, Some(text.to_owned()))?;
    }
    Ok(())
}

/// In order of their bytes.
const KEYS: &[&str] = &["!", "A", "a", "a!", "a/1", "a/10", "a/2", "a0", "b", "~"];

fn keys_of(
    storage: &dyn Storage,
    (start, end): (&str, &str),
    limit: u32,
    reverse: bool,
) -> Result<(Vec<String>, Option<String>), Seen> {
    let page = storage.scan(start, end, limit, reverse)?;
    let keys = page.entries.into_iter().map(|row| row.key).collect();
    Ok((keys, page.next))
}

const RANGES: &[(&str, &str, &[&str])] = &[
    ("", "\u{7f}", KEYS),
    ("a/", "a0", &["a/1", "a/10", "a/2"]),
    ("a/1", "a/2", &["a/1", "a/10"]),
    ("a/10", "a/11", &["a/10"]),
    ("B", "Z", &[]),
    ("c", "a", &[]),
    ("a", "a", &[]),
    ("", "", &[]),
];

fn scan_ranges(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, KEYS)?;
    for (start, end, expected) in RANGES {
        let (keys, next) = keys_of(&*storage, (start, end), 100, false)?;
        expect(&format!("keys of {start:?}..{end:?}"), keys, owned(expected))?;
        expect("next", next, None)?;
    }
    write(&*storage, vec![delete("a/10")])?;
    let (keys, _) = keys_of(&*storage, ("a/", "a0"), 100, false)?;
    expect("keys after a deletion", keys, owned(&["a/1", "a/2"]))
}

fn scan_backwards(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, KEYS)?;
    for (start, end, expected) in RANGES {
        let (mut keys, next) = keys_of(&*storage, (start, end), 100, true)?;
        keys.reverse();
        expect(&format!("keys of {start:?}..{end:?}"), keys, owned(expected))?;
        expect("next", next, None)?;
    }
    Ok(())
}

fn scan_in_pages(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, KEYS)?;
    for limit in 1..=11 {
        for reverse in [false, true] {
            let mut seen = pages(&*storage, limit, reverse)?;
            if reverse {
                seen.reverse();
            }
            expect(&format!("keys in pages of {limit}"), seen, owned(KEYS))?;
        }
    }
    Ok(())
}

/// All keys, read in pages of exactly `limit` rows but for the last.
fn pages(storage: &dyn Storage, limit: u32, reverse: bool) -> Result<Vec<String>, Seen> {
    let (mut start, mut end) = (String::new(), "\u{7f}".to_owned());
    let mut seen = Vec::new();
    loop {
        let (keys, next) = keys_of(storage, (&start, &end), limit, reverse)?;
        let full = u32::try_from(keys.len()) == Ok(limit);
        seen.extend(keys);
        match next {
            None => return Ok(seen),
            Some(_) if !full => return Err(Seen("a short page that isn't the last".into())),
            Some(next) if reverse => end = next,
            Some(next) => start = next,
        }
    }
}

fn scan_of_no_rows(storage: Arc<dyn Storage>) -> Kept {
    for reverse in [false, true] {
        let (keys, next) = keys_of(&*storage, ("", "\u{7f}"), 0, reverse)?;
        expect("an empty store", (keys, next), (Vec::new(), None))?;
    }
    fill(&*storage, KEYS)?;
    for reverse in [false, true] {
        let (keys, next) = keys_of(&*storage, ("", "\u{7f}"), 0, reverse)?;
        expect("rows", keys, Vec::new())?;
        expect("whether there is more", next.is_some(), true)?;
    }
    expect("keys", all_keys(&*storage)?, owned(KEYS))
}

fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}
