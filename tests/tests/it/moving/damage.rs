//! Files that are cut, damaged or put together anew import nothing; nor do calls that are.

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{Place, call, end_of};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial(
            "moving/damage/a_file_that_is_cut_imports_nothing",
            a_file_that_is_cut_imports_nothing,
        ),
        trial("moving/damage/a_damaged_file_imports_nothing", a_damaged_file_imports_nothing),
        trial("moving/damage/lines_come_in_their_order", lines_come_in_their_order),
        trial("moving/damage/an_agency_that_changes_is_told", an_agency_that_changes_is_told),
        trial("moving/damage/there_is_one_agency_of_an_id", there_is_one_agency_of_an_id),
        trial(
            "moving/damage/books_in_another_currency_stay_out",
            books_in_another_currency_stay_out,
        ),
    ]
}

const STORY: &str = "clients/story";

/// That nothing is seen of the agency, and nothing is left when the import is given up.
fn nothing_came(place: &Place, before: &clientdesk_scenario::world::Rows) {
    assert_eq!(place.agency("acme"), Value::Null);
    place.run_jobs();
    give_up(place);
    assert_eq!(&place.rows(), before);
}

pub fn give_up(place: &Place) {
    loop {
        match place.try_to("system.abort-import", &[json!("acme")]) {
            Ok(more) if more == true => (),
            Ok(_) => return,
            // It never began.
            Err(error) => {
                assert!(error["not-found"].is_string(), "{error}");
                return;
            }
        }
    }
}

fn a_file_that_is_cut_imports_nothing() {
    let source = end_of(STORY);
    let lines = source.export("acme", 500).unwrap();
    assert!(lines.len() > 30, "{} lines", lines.len());
    for count in 1..lines.len() {
        let place = source.elsewhere();
        let before = place.rows();
        let cut = &lines[..count];
        for function in ["system.check-import", "system.import"] {
            let answer = place.carry(function, cut, 10, None).unwrap();
            assert_eq!((&answer["complete"], &answer["done"]), (&json!(false), &json!(false)));
            assert_eq!(answer["lines"], count);
        }
        nothing_came(&place, &before);
    }
    // Where the beginning is missing, it can't begin.
    let place = source.elsewhere();
    let error = place.import(&lines[1..], 500, None).unwrap_err();
    assert_eq!(error["invalid"][0]["field"], "lines", "{error}");
}

/// What damage does to a line.
fn damages(line: &str) -> Vec<String> {
    let mut damaged = Vec::new();
    let at = |place: usize| line.char_indices().nth(place).map(|(at, _)| at);
    let count = line.chars().count();
    for place in [0, 1, count / 3, count / 2, count - 1] {
        let (before, rest) = line.split_at(at(place).unwrap());
        let (_, after) = rest.split_at(rest.chars().next().unwrap().len_utf8());
        damaged.push(format!("{before}{after}"));
        for other in ["0", "x", "\"", "}", "ä", "\u{0}"] {
            damaged.push(format!("{before}{other}{after}"));
        }
    }
    damaged.push(line.split_at(at(count / 2).unwrap()).0.to_owned());
    damaged.push(format!("{line}{line}"));
    damaged.push(String::new());
    // Many a digit by another one: ids, times, amounts, hashes.
    let digits = line.char_indices().filter(|(_, c)| c.is_ascii_digit()).step_by(19);
    for (at, digit) in digits {
        let (before, rest) = line.split_at(at);
        let other = if digit == '1' { "2" } else { "1" };
        damaged.push(format!("{before}{other}{}", rest.split_at(1).1));
    }
    damaged.retain(|other| other != line);
    damaged
}

fn a_damaged_file_imports_nothing() {
    let source = end_of(STORY);
    let lines = source.export("acme", 500).unwrap();
    let place = source.elsewhere();
    let before = place.rows();
    let mut tried = 0;
    for number in 0..lines.len() {
        for damaged in damages(&lines[number]) {
            let mut lines = lines.clone();
            lines[number] = damaged;
            for function in ["system.check-import", "system.import"] {
                let error = place.carry(function, &lines, 500, None);
                let error = error.expect_err("a damaged line is refused");
                let told = &error["invalid"][0];
                let told = told["field"] == "lines" && told["message"].as_str() != Some("");
                // The first line may say that another release wrote it.
                assert!(told || number == 0, "{function}, line {number}: {error}");
            }
            assert_eq!(place.rows(), before, "what is refused leaves nothing behind");
            tried += 1;
        }
    }
    assert!(tried > 1_000, "{tried} tries");
    place.import(&lines, 500, None).unwrap();
}

fn lines_come_in_their_order() {
    let source = end_of(STORY);
    let lines = source.export("acme", 500).unwrap();
    let other = end_of("clients/access").export("acme", 500).unwrap();
    let place = source.elsewhere();
    let send = |lines: &[String], ticket: &Value| {
        place.try_to("system.import", &[json!(lines), Value::Null, ticket.clone()])
    };
    let conflict = |answer: Result<Value, Value>| {
        let error = answer.expect_err("it is refused");
        assert_eq!(error["conflict"]["state"], "importing", "{error}");
    };
    let first = send(&lines[..10], &Value::Null).unwrap();
    let rows = place.rows();
    // The same once more: its lines are passed over.
    assert_eq!(send(&lines[..10], &Value::Null).unwrap()["lines"], 10);
    assert_eq!(send(&lines[..4], &Value::Null).unwrap_err()["conflict"]["state"], "importing");
    // Another file under the same id, from its beginning and in the middle.
    conflict(send(&other[..10], &Value::Null));
    let elsewhere = end_of("clients/access").elsewhere();
    let theirs = elsewhere.try_to("system.import", &[json!(other[..10]), Value::Null, Value::Null]);
    let theirs = theirs.unwrap()["ticket"].clone();
    conflict(send(&other[10..20], &theirs));
    // Pages swapped, one left out, lines of another file with the right ticket.
    for wrong in [&lines[20..30], &lines[11..20], &lines[..10], &other[10..20]] {
        match send(wrong, &first["ticket"]) {
            Err(error) => assert!(error["invalid"].is_array(), "{error}"),
            // Seen at the end.
            Ok(answer) => {
                assert_eq!(answer["done"], false);
                let rest = send(
                    &lines[usize::try_from(answer["lines"].as_u64().unwrap()).unwrap()..],
                    &answer["ticket"],
                );
                assert!(rest.is_err() || rest.unwrap()["done"] == false);
                super::damage::give_up(&place);
                send(&lines[..10], &Value::Null).unwrap();
            }
        }
    }
    assert_eq!(place.rows(), rows, "and all of it is as it was");
    // A page that overlaps goes on behind what has come.
    let second = send(&lines[..15], &Value::Null).unwrap();
    assert_eq!(second["lines"], 15);
    let second = send(&lines[10..25], &first["ticket"]).unwrap();
    assert_eq!(second["lines"], 25);
    let last = send(&lines[25..], &second["ticket"]).unwrap();
    assert_eq!((&last["complete"], &last["done"]), (&json!(true), &json!(true)));
    // As if the answer had been lost.
    assert_eq!(send(&lines[25..], &second["ticket"]).unwrap()["done"], true);
    assert_eq!(send(&[], &last["ticket"]).unwrap()["done"], true);
    assert_eq!(place.verified("acme"), Value::Null);
    for ticket in ["", "x", "e30", "eyJhZ2VuY3kiOiJhY21lIn0"] {
        let error = send(&[], &json!(ticket)).unwrap_err();
        assert_eq!(error["invalid"][0]["field"], "ticket", "{error}");
        let error = place.try_to("system.export", &[json!("acme"), json!(ticket), json!(5)]);
        assert_eq!(error.unwrap_err()["invalid"][0]["field"], "cursor");
    }
}

fn an_agency_that_changes_is_told() {
    type Change = fn(&Place);
    let changes: [(&str, Change); 4] = [
        ("a command", |place| {
            place.ask("brands.create", &[call("acme"), json!({"id": "late", "name": "Late"})]);
        }),
        ("beside the log", |place| {
            let rows = place.rows();
            let (key, value) = rows.range("a/acme/activity/".to_owned()..).next().unwrap();
            place.write(&[(key, value.clone())]);
        }),
        ("a login", |place| {
            let rows = place.rows();
            let (key, value) = rows.range("identity/".to_owned()..).next().unwrap();
            place.write(&[(key, value.clone())]);
        }),
        ("a row that is new", |place| {
            let rows = place.rows();
            let (_, value) = rows.range("a/acme/about/".to_owned()..).next().unwrap();
            place.write(&[("a/acme/about/0/1", value.clone())]);
        }),
    ];
    for (what, change) in changes {
        let place = end_of(STORY);
        let calls = 1 + {
            let (mut cursor, mut calls) = (Value::Null, 0);
            loop {
                let page = place.ask("system.export", &[json!("acme"), cursor, json!(20)]);
                cursor = page["next"].clone();
                if cursor.is_null() {
                    break calls;
                }
                calls += 1;
            }
        };
        for before in 1..calls {
            let place = Place::with(&place.rows(), place.now());
            let (mut cursor, mut number, mut lines) = (Value::Null, 0, Vec::new());
            let error = loop {
                if number == before {
                    change(&place);
                }
                number += 1;
                match place.try_to("system.export", &[json!("acme"), cursor, json!(20)]) {
                    Ok(page) => {
                        let some = page["lines"].as_array().unwrap().iter();
                        lines.extend(some.map(|line| line.as_str().unwrap().to_owned()));
                        cursor = page["next"].clone();
                        if cursor.is_null() {
                            break None;
                        }
                    }
                    Err(error) => break Some(error),
                }
            };
            match error {
                Some(error) => assert_eq!(error["conflict"]["state"], "changed", "{error}"),
                // It came before what it changed was read: the lines are the agency after it.
                None => {
                    assert!(before + 1 < calls, "{what} before call {before}");
                    assert_eq!(place.export("acme", 500).unwrap(), lines, "{what} {before}");
                }
            }
        }
    }
}

fn there_is_one_agency_of_an_id() {
    let source = end_of(STORY);
    let lines = source.export("acme", 500).unwrap();
    let rows = source.rows();
    for function in ["system.import", "system.check-import"] {
        let error = source.carry(function, &lines, 500, None).unwrap_err();
        assert!(error["exists"].is_string(), "{error}");
    }
    assert!(source.try_to("system.abort-import", &[json!("acme")]).is_err());
    assert_eq!(source.rows(), rows);
    // Nor is one made while it arrives, and nobody gets in.
    let place = source.elsewhere();
    let first = place.try_to("system.import", &[json!(lines[..1]), Value::Null, Value::Null]);
    first.unwrap();
    let new = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    let error = place.try_to("agencies.create", &[new]).unwrap_err();
    assert!(error["exists"].is_string(), "{error}");
    place
        .try_to("system.import", &[json!(lines[..lines.len() - 1]), Value::Null, Value::Null])
        .unwrap();
    for (function, arguments) in [
        ("clients.counts", vec![call("acme")]),
        ("portal.log-in", vec![json!("acme"), json!("ann@nike.example"), json!("x"), Value::Null]),
        ("portal.theme", vec![json!("acme")]),
        ("system.export", vec![json!("acme"), Value::Null, json!(10)]),
    ] {
        let error = place.try_to(function, &arguments).unwrap_err();
        assert!(error["not-found"].is_string(), "{function}: {error}");
    }
    place.import(&lines, 500, None).unwrap();
    let error = place.try_to("system.export", &[json!("nobody"), Value::Null, json!(10)]);
    assert!(error.unwrap_err()["not-found"].is_string());
}

fn books_in_another_currency_stay_out() {
    let source = end_of(STORY);
    let lines = source.export("acme", 500).unwrap();
    for (change, field) in [
        (json!({"currency": "EUR"}), "currency"),
        (json!({"policies": {"white-label-start": "acceptance"}}), "policies.white-label-start"),
    ] {
        let place = source.elsewhere();
        let mut catalog = place.ask("catalog.get", &[])["catalog"].clone();
        for (name, value) in change.as_object().unwrap() {
            match value.as_object() {
                Some(fields) => fields.iter().for_each(|(n, v)| catalog[name][n] = v.clone()),
                None => catalog[name] = value.clone(),
            }
        }
        let version = place.ask("catalog.get", &[])["version"].clone();
        place.ask("catalog.set", &[catalog, version]);
        for function in ["system.import", "system.check-import"] {
            let error = place.carry(function, &lines, 500, None).unwrap_err();
            assert_eq!(error["conflict"]["state"], "in-use", "{error}");
            assert!(error["conflict"]["message"].as_str().unwrap().contains(field), "{error}");
        }
    }
}
