//! Every story's end: exported, imported elsewhere, exported again; and what jobs make of both.

use std::collections::{BTreeMap, BTreeSet};

use clientdesk_component::app::keys;
use clientdesk_component::app::system::moving::kinds::{DueMoves, KINDS, Moves, due_moves};
use clientdesk_component::domain::due::Due;
use clientdesk_scenario::world::Rows;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{Place, agencies, call, end_of};
use crate::corpus::stories;
use crate::derived;

const DAY: u64 = 24 * 3_600_000;

pub fn trials() -> Vec<Trial> {
    let trial = |story: String| {
        Trial::test(format!("moving/stories/{story}"), move || {
            moves(&story);
            Ok(())
        })
    };
    stories().into_iter().map(trial).collect()
}

/// Stories that leave a damaged row: nothing is exported then, and the row is named.
const DAMAGED: [&str; 0] = [];

fn moves(story: &str) {
    let place = end_of(story);
    let rows = place.rows();
    each_kind_is_known(&rows);
    for agency in agencies(&rows) {
        let lines = match place.export(&agency, 500) {
            Ok(lines) => lines,
            Err(error) => {
                assert!(DAMAGED.contains(&story), "{agency}: {error}");
                assert!(error["corrupt"].is_string(), "{agency}: {error}");
                continue;
            }
        };
        assert_eq!(place.export(&agency, 7).unwrap(), lines, "whatever the pages are");
        assert_eq!(place.rows(), rows, "exporting changes nothing");

        let other = place.elsewhere();
        let before = other.rows();
        let found = other.carry("system.check-import", &lines, 3, None).unwrap();
        assert_eq!((&found["complete"], &found["done"]), (&json!(true), &json!(false)));
        assert_eq!(found["findings"], json!([]));
        assert_eq!(other.rows(), before, "a dry run changes nothing");
        for at_once in [500, 11] {
            let other = place.elsewhere();
            let answer = other.import(&lines, at_once, None).unwrap();
            assert_eq!(answer["done"], true);
            assert_eq!(answer["findings"], json!([]));
            is_the_same(&agency, &rows, &other.rows());
            assert_eq!(other.export(&agency, 500).unwrap(), lines, "exported again");
            derived::check(&other.rows()).unwrap();
            // Two sign-ins of one operator run there, which is damage of its own.
            if story != "accounts/damaged-account" {
                other.is_whole(&agency);
            }
        }

        goes_on_alike(&agency, &rows, &lines, &place);
    }
}

/// Every kind of key that any story leaves is one that somebody thought of.
fn each_kind_is_known(rows: &Rows) {
    for key in rows.keys() {
        let parts: Vec<&str> = key.split('/').collect();
        match parts[..] {
            ["a", _, word, ..] => {
                let kind = KINDS.iter().find(|kind| kind.word == word);
                let kind = kind.unwrap_or_else(|| panic!("{key}: how does it move?"));
                assert_eq!(kind.is_single, parts.len() == 3, "{key}");
            }
            ["due" | "stuck", ..] => {
                let suffix = key
                    .strip_prefix("stuck/")
                    .or_else(|| Some(key.split_once('/')?.1.split_once('/')?.1));
                let entry = suffix.and_then(keys::parse_due);
                due_moves(&entry.unwrap_or_else(|| panic!("{key}: what is it?")).due);
            }
            // Logins move with their clients; the rest is the store's.
            ["identity" | "identity-email" | "attempts" | "lease" | "catalog", ..] => (),
            _ => panic!("{key}: how does it move?"),
        }
    }
}

/// Whether the rows of an agency are those that it had.
fn is_the_same(agency: &str, source: &Rows, found: &Rows) {
    let prefix = format!("a/{agency}/");
    let stays = |key: &str| {
        let word = key.strip_prefix(&prefix).unwrap().split('/').next().unwrap();
        KINDS.iter().any(|kind| kind.word == word && matches!(kind.moves, Moves::Stays(_)))
    };
    let own = |rows: &Rows| -> BTreeMap<String, String> {
        let own = rows.iter().filter(|(key, _)| key.starts_with(&prefix) && !stays(key));
        own.map(|(key, value)| (key.clone(), sorted(key, value)))
            .filter(|(_, v)| v != "[]")
            .collect()
    };
    let (expected, own) = (own(source), own(found));
    for (key, value) in &expected {
        assert_eq!(own.get(key), Some(value), "{key}");
    }
    let more = own.keys().find(|key| !expected.contains_key(*key));
    assert_eq!(more, None, "nothing else came");
    let ids: BTreeSet<&str> = expected
        .iter()
        .filter(|(key, _)| key.starts_with(&format!("{prefix}client/")))
        .filter_map(|(_, value)| value.split_once(r#""identity":""#)?.1.get(..36))
        .collect();
    for id in ids {
        let (was, is) = (&source[&format!("identity/{id}")], &found[&format!("identity/{id}")]);
        let [mut was, is]: [Value; 2] = [was, is].map(|text| serde_json::from_str(text).unwrap());
        let all = was["data"]["memberships"].as_array_mut().unwrap();
        all.retain(|own| own["agency"] == agency);
        assert_eq!(was["data"], is["data"]);
    }
    dues_are_the_same(agency, source, found);
}

/// A block of the search is the same in whatever order clients stand in it.
fn sorted(key: &str, value: &str) -> String {
    if key.split('/').nth(2) != Some("search") {
        return value.to_owned();
    }
    let value: Value = serde_json::from_str(value).unwrap();
    let mut entries: Vec<&str> =
        value["data"].as_str().unwrap().split('|').filter(|entry| !entry.is_empty()).collect();
    entries.sort_unstable();
    json!(entries).to_string()
}

/// Whatever is of use there falls due here too. Entries about accounts stay behind there when they are of no
/// use any more: what counts of them, `system.check` finds, and so does going on with both.
fn dues_are_the_same(agency: &str, source: &Rows, found: &Rows) {
    let own = |rows: &Rows| derived::entries(rows, &keys_agency(agency));
    let found = own(found);
    for entry in own(source) {
        let counts = match due_moves(&entry.due) {
            DueMoves::Stays => false,
            DueMoves::Follows | DueMoves::FollowsAhead => {
                matches!(
                    entry.due,
                    Due::InviteExpiry(_) | Due::AccessEnd(_) | Due::MailRetry(_) | Due::Digest
                ) || entry.due == Due::Sealing && has_unsealed(agency, source)
            }
            // The daily scoring, which comes at once, makes the next one of these.
            DueMoves::AsItIs => entry.due != Due::Crossing,
        };
        assert!(!counts || found.contains(&entry), "{entry:?} is missing among {found:?}");
    }
}

/// Whether there is something left to seal: the job passes over the entry otherwise.
fn has_unsealed(agency: &str, rows: &Rows) -> bool {
    rows.range(format!("a/{agency}/unsealed/")..format!("a/{agency}/unsealed0")).next().is_some()
}

fn keys_agency(agency: &str) -> clientdesk_component::domain::id::AgencyId {
    clientdesk_component::domain::id::AgencyId::parse(agency).unwrap()
}

/// Some weeks on, the same has happened in both.
fn goes_on_alike(agency: &str, rows: &Rows, lines: &[String], place: &Place) {
    let here = Place::with(rows, place.now());
    let there = place.elsewhere();
    there.import(lines, 500, None).unwrap();
    let begin = place.now();
    for ahead in [0, DAY, 5 * DAY, 40 * DAY] {
        for place in [&here, &there] {
            place.world.clock.set(begin + ahead);
            place.run_jobs();
        }
        let (was, is) = (happened(&here, agency), happened(&there, agency));
        assert_eq!(was, is, "after {ahead} ms");
        let (was, is) = (books(&here, agency), books(&there, agency));
        assert_eq!(was, is, "after {ahead} ms");
        let (was, is) = (mails(&here), mails(&there));
        assert!(is.iter().all(|mail| was.contains(mail)), "{is:?} instead of {was:?}");
    }
    assert_eq!(here.verified(agency), there.verified(agency));
    derived::check(&there.rows()).unwrap();
    there.is_whole(agency);
}

/// What the log says, whatever jobs were done first in the same moment.
fn happened(place: &Place, agency: &str) -> Vec<(u64, String, String)> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = place.ask("audit.read", &[call(agency), json!(after), json!(500)]);
        let entries = page["entries"].as_array().unwrap();
        for entry in entries {
            let text = |field: &str| entry[field].to_string();
            all.push((entry["at"].as_u64().unwrap(), text("kind"), text("about")));
            after = entry["number"].as_u64().unwrap();
        }
        if entries.is_empty() {
            all.sort();
            return all;
        }
    }
}

fn books(place: &Place, agency: &str) -> Vec<(String, String)> {
    let rows = place.rows();
    let mut books = Vec::new();
    for word in ["payer", "invoice"] {
        let (start, end) = (format!("a/{agency}/{word}/"), format!("a/{agency}/{word}0"));
        books.extend(rows.range(start..end).map(|(key, value)| (key.clone(), value.clone())));
    }
    books
}

fn mails(place: &Place) -> Vec<(String, String)> {
    let mails = place.world.mails_after(0).into_iter();
    mails.map(|mail| (mail.to, mail.subject)).collect()
}
