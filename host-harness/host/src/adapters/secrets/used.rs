//! Which keys a store needs that was made before stores remembered them: what it holds names
//! the key that signed it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::adapters::storage::{Error, Storage};

/// How many logins are looked at: most stores have rotated seldom or never.
const LOGINS_MAX: u32 = 1_000;

/// The ids of the keys that signed both ends of every agency's log, and passwords.
pub(super) fn used_keys(storage: &dyn Storage) -> Result<BTreeSet<String>, Error> {
    let mut used = BTreeSet::new();
    let mut read = |start: &str, end: &str, limit, reverse| {
        let page = storage.scan(start, end, limit, reverse)?;
        page.entries.iter().for_each(|entry| named_in(&entry.value, &mut used));
        Ok(page.entries.into_iter().next().map(|entry| entry.key))
    };
    let mut start = String::from("a/");
    while let Some(key) = storage.scan(&start, "a0", 1, false)?.entries.into_iter().next() {
        let agency = key.key.split('/').nth(1).unwrap_or_default().to_owned();
        let [log, after] = [format!("a/{agency}/log/"), format!("a/{agency}/log0")];
        let _: Option<String> = read(&log, &after, 1, false)?;
        let _: Option<String> = read(&log, &after, 1, true)?;
        // `0` is what follows `/`.
        start = format!("a/{agency}0");
    }
    let _: Option<String> = read("identity/", "identity0", LOGINS_MAX, false)?;
    Ok(used)
}

/// The keys that a row names: with each keyed hash, and with each password.
fn named_in(row: &str, found: &mut BTreeSet<String>) {
    // A row that is damaged names none; whoever reads it will say so.
    if let Ok(value) = serde_json::from_str(row) {
        walk(&value, found);
    }
}

fn walk(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => found.extend(key_of_hash(text).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Object(fields) => {
            if let (Some(Value::String(key)), Some(_), Some(_)) =
                (fields.get("key"), fields.get("salt"), fields.get("hash"))
            {
                found.insert(key.clone());
            }
            fields.values().for_each(|field| walk(field, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The key of a keyed hash: its id, a colon, and 32 bytes in base64url.
fn key_of_hash(text: &str) -> Option<&str> {
    let (key, hash) = text.split_once(':')?;
    let plain = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let fits = (1..=16).contains(&key.len()) && hash.len() == 43 && plain(key) && plain(hash);
    fits.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::storage::{MemoryStorage, Write};

    #[test]
    fn keys_are_found_at_both_ends_of_each_log_and_in_logins() {
        let storage = MemoryStorage::new();
        let mac =
            |key: &str| format!(r#"{{"schema":1,"data":{{"mac":"{key}:{}"}}}}"#, "A".repeat(43));
        let password = r#"{"schema":1,"data":{"password":{"key":"k9","salt":"x","hash":"y"}}}"#;
        let rows = [
            ("a/acme/agency", mac("not-a-log")),
            ("a/acme/log/000000000000001", mac("k1")),
            ("a/acme/log/000000000000002", mac("k2")),
            ("a/acme/log/000000000000003", mac("k3")),
            ("a/acme-2/log/000000000000001", mac("k4")),
            ("a/zebra/log/000000000000001", "damaged".to_owned()),
            ("identity/1", password.to_owned()),
        ];
        let write = |(key, value): (&str, String)| Write { key: key.into(), value: Some(value) };
        storage.commit(vec![], rows.map(write).into()).unwrap();
        let used: Vec<String> = used_keys(&storage).unwrap().into_iter().collect();
        assert_eq!(used, ["k1", "k3", "k4", "k9"]);
    }

    #[test]
    fn only_keyed_hashes_name_keys() {
        let hash = "A".repeat(43);
        for (text, key) in [
            (format!("k-1:{hash}"), Some("k-1")),
            (format!(":{hash}"), None),
            (format!("a b:{hash}"), None),
            (format!("k:{hash}A"), None),
            (format!("{}:{hash}", "k".repeat(17)), None),
            ("https://x.example".to_owned(), None),
        ] {
            assert_eq!(key_of_hash(&text), key, "{text}");
        }
    }
}
