//! Invites that are sent to functions that answer from a script.

use std::cell::RefCell;

use clientdesk_host::CallError;

use super::*;
use crate::import::people::PersonRow;
use crate::import::row::Source;

fn brands() -> Brands {
    let api = |_: &str, _: &[Value]| Ok(json!({"brands": [{"id": "nike", "name": "Nike"}]}));
    Brands::read(&api).unwrap()
}

fn person(line: u64, email: &str) -> Person {
    let source = Source { line, last: line, rows: 1, cells: Vec::new() };
    let row = PersonRow { source, email: email.into(), remarks: Vec::new() };
    Person { email: email.into(), brands: vec![0], rows: vec![row], ..Person::default() }
}

fn refusal(function: &str, error: Value) -> CallError {
    CallError::Refused { function: function.into(), error }
}

/// Answers each row by what stands before the address's `@`: an outcome, or a refusal.
fn outcome(invite: &Value) -> Value {
    let email = invite["email"].as_str().unwrap();
    match email.split('@').next().unwrap() {
        "bad" => {
            let field = json!({"field": "invite.email", "code": "malformed", "message": "is bad"});
            json!({"refused": {"invalid": [field]}})
        }
        outcome => json!({"done": {"client": email, "outcome": outcome, "expires-at": null}}),
    }
}

fn answers(arguments: &[Value]) -> Result<Value, CallError> {
    Ok(arguments[0].as_array().unwrap().iter().map(outcome).collect())
}

#[test]
fn each_row_has_its_outcome() {
    let api = |function: &str, arguments: &[Value]| {
        assert_eq!(function, "clients.invite-many");
        answers(arguments)
    };
    let emails = ["invited@x", "bad@x", "invited@y", "already-there@x", "newer@x"];
    let people: Vec<Person> = (2..).zip(emails).map(|(line, email)| person(line, email)).collect();
    let sent = send(&api, &people, &mut brands(), |_| {});
    let outcomes: Vec<&Outcome> = sent.settled.iter().map(|row| &row.outcome).collect();
    let newer = Outcome::Other("newer".into());
    let expected =
        [&Outcome::Invited, &Outcome::Refused, &Outcome::Invited, &Outcome::AlreadyThere, &newer];
    assert_eq!(outcomes, expected);
    assert_eq!(
        sent.settled[1].remarks,
        ["e-mail: is bad; its domain `x` has no ending such as `.com`"]
    );
    assert!(sent.stopped.is_none() && sent.made.is_empty());
}

#[test]
fn a_person_is_an_email_invite() {
    let full = Person { name: Some("Ann".into()), message: Some("Hi".into()), ..person(2, "a@x") };
    assert_eq!(
        email_invite(&full, &brands()),
        json!({"email": "a@x", "name": "Ann", "brands": ["nike"], "note": "Hi"})
    );
}

#[test]
fn brands_are_made_just_before_somebody_gets_them() {
    let calls = RefCell::new(Vec::new());
    let api = |function: &str, arguments: &[Value]| {
        calls.borrow_mut().push(function.to_owned());
        if function == "brands.create" { Ok(json!("fila")) } else { answers(arguments) }
    };
    let mut brands = brands();
    let fila = brands.add_new("trial".into(), "Fila".into());
    let mut people: Vec<Person> = (2..300).map(|line| person(line, "invited@x")).collect();
    people[250].brands = vec![0, fila];
    people[251].brands = vec![fila];
    let sent = send(&api, &people, &mut brands, |_| {});
    assert_eq!(calls.take(), ["clients.invite-many", "brands.create", "clients.invite-many"]);
    assert_eq!(sent.made, ["Fila"]);
    assert_eq!(sent.settled[250].brands, ["Nike", "Fila"]);
}

#[test]
fn calls_are_small_and_the_first_that_fails_is_the_last() {
    let calls = RefCell::new(Vec::new());
    let api = |function: &str, arguments: &[Value]| {
        calls.borrow_mut().push(arguments[0].as_array().unwrap().len());
        match calls.borrow().len() {
            3 => Err(refusal(function, json!({"unavailable": "the disk is full"}))),
            _ => answers(arguments),
        }
    };
    let people: Vec<Person> = (2..1_002).map(|line| person(line, "invited@x")).collect();
    let done = RefCell::new(0);
    let sent = send(&api, &people, &mut brands(), |people| *done.borrow_mut() += people);
    assert_eq!(calls.take(), [200, 200, 200]);
    assert_eq!(done.take(), 400);
    let count = |outcome| sent.settled.iter().filter(|row| row.outcome == outcome).count();
    assert_eq!((count(Outcome::Invited), count(Outcome::NotReached)), (400, 600));
    let (line, failure) = sent.stopped.unwrap();
    assert_eq!(line, 402);
    assert_eq!(failure.to_string(), "the disk is full");
}

/// What a row with a name, a label and a note changes of a client that is so, and what is
/// kept; by the outcome of its invite.
fn described(outcome: &str, client: &Value) -> (Option<Value>, Settled) {
    let changes = RefCell::new(None);
    let email = format!("{outcome}@x");
    let api = |function: &str, arguments: &[Value]| match function {
        "clients.invite-many" => answers(arguments),
        "clients.get" => Ok(client.clone()),
        "clients.update" => {
            assert_eq!(arguments[0], json!(email));
            *changes.borrow_mut() = Some(arguments[1].clone());
            Ok(Value::Null)
        }
        other => panic!("{other}"),
    };
    let text = |text: &str| Some(text.to_owned());
    let row = Person { name: text("Ann"), label: text("L"), note: text("N"), ..person(2, &email) };
    let mut sent = send(&api, &[row], &mut brands(), |_| {});
    assert!(sent.stopped.is_none());
    (changes.take(), sent.settled.remove(0))
}

#[test]
fn what_is_missing_is_filled_in_and_nothing_is_replaced() {
    let all = json!({"name": "Ann", "label": "L", "note": "N"});
    for (client, changes, outcome, kept) in [
        (json!({"name": null}), Some(all.clone()), Outcome::FilledIn, vec![]),
        (
            json!({"name": "ANN", "label": "L"}),
            Some(json!({"note": "N"})),
            Outcome::FilledIn,
            vec![],
        ),
        (
            json!({"name": "Anna", "label": "Mine", "note": "N"}),
            None,
            Outcome::AlreadyThere,
            vec!["the name that is there is kept: `Anna`", "the label that is there is kept"],
        ),
        (all, None, Outcome::AlreadyThere, vec![]),
    ] {
        let (changed, row) = described("already-there", &client);
        assert_eq!(
            (changed, row.outcome, row.remarks),
            (changes, outcome, kept.iter().map(|s| (*s).to_owned()).collect()),
            "{client}"
        );
    }
    let (changed, row) = described("invited", &Value::Null);
    assert_eq!(
        (changed, row.outcome),
        (Some(json!({"label": "L", "note": "N"})), Outcome::Invited)
    );
    let (changed, row) = described("granted", &json!({"name": "Anna", "label": null, "note": "N"}));
    assert_eq!((changed, row.outcome), (Some(json!({"label": "L"})), Outcome::Granted));
}
