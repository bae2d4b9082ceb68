//! Whatever is changed in a log's rows, verifying the log names the entry.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use clientdesk_host::adapters::storage::{MemoryStorage, Storage as _, Write};
use clientdesk_scenario::{Target, World};
use libtest_mimic::Trial;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("tamper/every_byte_of_the_log_is_covered", every_byte_of_the_log_is_covered),
        trial("tamper/nothing_can_be_put_beside_it", nothing_can_be_put_beside_it),
        trial("tamper/only_an_erasure_takes_names_away", only_an_erasure_takes_names_away),
    ]
}

const LOG: &str = "a/acme/log/";

/// An agency whose log holds names and addresses, some blocks of more than one entry, a
/// client who was erased, and one who was merged into another who was.
struct Office {
    world: World,
    target: Native,
}

impl Office {
    fn open() -> Office {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let office = Office { target: Native::new(&world), world };
        let settings = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        office.ask("agencies.create", &[settings]);
        let olga = || call("acme", "owner");
        office.ask("brands.create", &[olga(), json!({"id": "nike", "name": "Nike"})]);
        for name in ["Zoë", "Ben \"the pen\"", "Cleo"] {
            let letter = name.chars().next().unwrap();
            let email = format!("{letter}@nike.example").to_lowercase();
            let invite = json!({"email": email, "brands": ["nike"], "name": name});
            let invited = office.ask("clients.invite-by-email", &[olga(), invite]);
            let id = invited["client"].clone();
            office.ask("clients.update", &[olga(), id.clone(), json!({"label": "Ms. Ω"})]);
            if name == "Cleo" {
                office.ask("clients.revoke", &[olga(), id.clone()]);
                office.ask("clients.erase", &[olga(), id]);
            }
        }
        office
    }

    fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("{function}: {error:?}"))
    }

    /// What verifying all of the log gives: the number of the flaw, if there is one.
    fn verify(&self) -> Result<Option<u64>, String> {
        let arguments = [call("acme", "viewer"), json!(1), Value::Null, Value::Null];
        let found = self.target.call("audit.verify", &arguments);
        let found = found.map_err(|error| format!("{error:?}"))?;
        Ok(found["flaw"]["number"].as_u64())
    }

    /// The same with a row as somebody made it.
    fn verify_with(&self, key: &str, value: &str) -> Result<Option<u64>, String> {
        let before = self.rows().remove(key).unwrap();
        self.put(key, value);
        let found = self.verify();
        self.put(key, &before);
        found
    }

    fn put(&self, key: &str, value: &str) {
        let write = Write { key: key.to_owned(), value: Some(value.to_owned()) };
        self.world.storage.commit(Vec::new(), vec![write]).unwrap();
    }

    fn rows(&self) -> BTreeMap<String, String> {
        let rows = self.world.rows().unwrap();
        rows.into_iter().filter(|(key, _)| key.starts_with(LOG)).collect()
    }
}

/// The number of a row's first entry.
fn first_of(key: &str) -> u64 {
    key.strip_prefix(LOG).unwrap().parse().unwrap()
}

/// The parts of an object, as they are spelled.
fn parts(object: &str) -> BTreeMap<&str, &RawValue> {
    serde_json::from_str(object).unwrap()
}

/// Which stretches of a row belong to which of its entries.
fn owners(row: &str) -> Vec<(Range<usize>, usize)> {
    let data = parts(parts(row)["data"].get());
    let entries: Vec<&RawValue> = serde_json::from_str(data["entries"].get()).unwrap();
    let personal = data.get("personal").map(|personal| parts(personal.get())).unwrap_or_default();
    let range = |part: &str| {
        let start = part.as_ptr() as usize - row.as_ptr() as usize;
        start..start + part.len()
    };
    let places = entries.iter().enumerate();
    let mut owners: Vec<_> = places.map(|(i, entry)| (range(entry.get()), i)).collect();
    for (reference, value) in personal {
        let quoted = format!("\"{reference}\"");
        let owner = entries.iter().position(|entry| entry.get().contains(&quoted)).unwrap();
        owners.push((range(reference), owner));
        owners.push((range(value.get()), owner));
    }
    owners
}

fn every_byte_of_the_log_is_covered() {
    let office = Office::open();
    assert_eq!(office.verify(), Ok(None));
    let (mut flips, mut blocks) = (0, 0);
    for (key, row) in office.rows() {
        let first = first_of(&key);
        let (owners, entries) = (owners(&row), row.matches("{\"body\":").count() as u64);
        blocks += usize::from(entries > 1);
        for (at, old) in row.char_indices() {
            for new in [' ', char::from(u8::try_from(old).unwrap_or(b'x') ^ 1), '"'] {
                if new == old || !new.is_ascii() {
                    continue;
                }
                let mut changed = row.clone();
                changed.replace_range(at..at + old.len_utf8(), new.encode_utf8(&mut [0; 4]));
                let owner = owners.iter().find(|(range, _)| range.contains(&at));
                let numbers = match owner {
                    Some((_, index)) => first + *index as u64..first + *index as u64 + 1,
                    None => first..first + entries,
                };
                match office.verify_with(&key, &changed) {
                    Ok(Some(number)) if numbers.contains(&number) => (),
                    // It says that a newer release wrote it.
                    Err(error) if error.contains("newer-schema") && at < 20 => (),
                    found => panic!("{key}: {old:?} at {at} became {new:?}: {found:?}\n{changed}"),
                }
                flips += 1;
            }
        }
    }
    assert!(flips > 10_000 && blocks > 0, "{flips} flips, {blocks} blocks of several entries");
}

/// Changes that leave every entry and every name what it is.
fn nothing_can_be_put_beside_it() {
    let office = Office::open();
    let rows = office.rows();
    let named = |(_, row): &(&String, &String)| row.contains("\"value\":");
    let (key, row) = rows.iter().rev().find(named).unwrap();
    let first = first_of(key);
    let numbers = first..first + row.matches("{\"body\":").count() as u64;
    let stranger = r#""personal":{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA":{"salt":"AAAAAAAAAAAAAAAAAAAAAA","value":"Eve"},"#;
    for changed in [
        format!("{row} "),
        format!(" {row}"),
        row.replacen("{\"body\":", "{\"by\":\"eve\",\"body\":", 1),
        row.replacen(",\"mac\":", ",\"by\":1,\"mac\":", 1),
        row.replacen("],\"personal\":{", &format!("],{stranger}"), 1),
        row.replacen("\"value\":\"", "\"value\":\"\\u0041", 1),
        row.replacen("\"data\":{", "\"data\":{\"more\":[],", 1),
        row.replacen("{\"schema\":2,", "{\"by\":\"eve\",\"schema\":2,", 1),
        row.replacen("{\"schema\":2,", "{\"schema\":1,", 1),
        row.replacen("{\"schema\":2,", "{\"schema\":0,", 1),
    ] {
        assert_ne!(&changed, row);
        let found = office.verify_with(key, &changed);
        assert!(
            matches!(found, Ok(Some(number)) if numbers.contains(&number)),
            "{found:?}\n{changed}"
        );
    }
}

fn only_an_erasure_takes_names_away() {
    let office = Office::open();
    let mut taken = 0;
    for (key, row) in office.rows() {
        let Some((before, _)) = row.split_once(",\"personal\":{") else { continue };
        let found = office.verify_with(&key, &format!("{before}}}}}"));
        let number = found.unwrap().expect("nobody erased those that are still there");
        let first = first_of(&key);
        assert!(number >= first, "{key}: {number}");
        taken += 1;
    }
    assert!(taken >= 4, "{taken}");
    // What was erased may be gone, and may not come back as somebody likes.
    let erased = office.rows();
    let gone = |row: &&String| row.contains("\"personal\":{\"") && !row.contains("\"value\":");
    assert!(erased.values().any(|row| gone(&row)), "somebody was erased");
}
