//! What adapters in Rust promise beyond what every host does.

use std::sync::Arc;

use super::{
    Case, Error, How, Kept, Outcome, Seen, Storage, absent, all_keys, at, delete, expect, fill,
    put, row, version, write,
};

pub(super) const CASES: &[Case] = &[
    Case {
        promise: "text comes back byte for byte, whether it is JSON or not",
        how: How::Own(any_text_comes_back),
    },
    Case { promise: "the bounds of a scan are any text", how: How::Own(bounds_are_any_text) },
    Case { promise: "only the last page of a scan isn't full", how: How::Own(pages_are_full) },
    Case {
        promise: "a conflict names exactly the keys whose checks don't hold",
        how: How::Own(conflicts),
    },
    Case { promise: "writes to one key are made in their order", how: How::Own(writes_in_order) },
    Case {
        promise: "a key with other characters than printable ASCII, or with none, is too large everywhere",
        how: How::Own(malformed_keys),
    },
];

fn any_text_comes_back(storage: Arc<dyn Storage>) -> Kept {
    for text in ["", " ", "{", "\"a\u{0}b\"", "\u{feff}", "ﬀ"] {
        write(&*storage, vec![put("k", text)])?;
        let value = row(&*storage, "k")?.map(|row| row.value);
        expect("the value", value, Some(text.to_owned()))?;
    }
    Ok(())
}

fn bounds_are_any_text(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b"])?;
    for (start, end) in [("", "\u{7f}"), ("\u{0}", "😀"), ("A\u{0}", "é")] {
        for reverse in [false, true] {
            let page = storage.scan(start, end, 10, reverse)?;
            expect(&format!("rows of {start:?}..{end:?}"), page.entries.len(), 2)?;
        }
    }
    Ok(())
}

fn pages_are_full(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b", "c", "d", "e"])?;
    for limit in 1..=6 {
        for reverse in [false, true] {
            let page = storage.scan("", "\u{7f}", limit, reverse)?;
            expect("rows", u32::try_from(page.entries.len()), Ok(limit.min(5)))?;
            expect("whether there is more", page.next.is_some(), limit < 5)?;
        }
    }
    Ok(())
}

fn conflicts(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b", "c"])?;
    let old = version(&*storage, "b")?;
    fill(&*storage, &["b"])?;
    let checks = vec![
        at("a", version(&*storage, "a")?),
        at("b", old),
        absent("c"),
        at("gone", old),
        absent("nowhere"),
    ];
    let mut broken = match storage.commit(checks, vec![put("new", "2")])? {
        Outcome::Conflict(keys) => keys,
        Outcome::Committed => Vec::new(),
    };
    broken.sort();
    expect("conflicting keys", broken, ["b", "c", "gone"].map(String::from).to_vec())
}

fn writes_in_order(storage: Arc<dyn Storage>) -> Kept {
    let writes =
        vec![put("a", "1"), put("a", "2"), put("b", "1"), delete("b"), delete("c"), put("c", "1")];
    write(&*storage, writes)?;
    expect("keys", all_keys(&*storage)?, vec!["a".into(), "c".into()])?;
    let value = row(&*storage, "a")?.map(|row| row.value);
    expect("the value", value, Some("2".into()))
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

fn too_large<T>(what: &str, result: Result<T, Error>) -> Kept {
    match result {
        Err(Error::TooLarge(_)) => Ok(()),
        Err(error) => Err(Seen(format!("{what}: {error:?} instead of too-large"))),
        Ok(_) => Err(Seen(format!("{what}: it was accepted"))),
    }
}
