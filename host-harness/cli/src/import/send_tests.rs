//! Invites that are sent to functions that answer from a script.

use std::cell::RefCell;

use super::*;
use crate::import::brands::Brand;

fn invite(line: u64, email: &str) -> Invite {
    let brands = vec![Brand { id: "nike".into(), name: "Nike".into() }];
    Invite { line, email: email.into(), brands, ..Invite::default() }
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

fn invite_many(arguments: &[Value]) -> Result<Value, CallError> {
    Ok(arguments[0].as_array().unwrap().iter().map(outcome).collect())
}

#[test]
fn outcomes_are_counted_and_refusals_named() {
    let api = |function: &str, arguments: &[Value]| {
        assert_eq!(function, "clients.invite-many");
        invite_many(arguments)
    };
    let emails = ["invited@x", "bad@x", "invited@y", "already-there@x", "newer@x"];
    let invites: Vec<Invite> = (2..).zip(emails).map(|(line, email)| invite(line, email)).collect();
    let sent = send(&api, &invites, |_| {});
    let counts: Vec<(&str, usize)> =
        sent.outcomes.iter().map(|(outcome, count)| (outcome.as_str(), *count)).collect();
    assert_eq!(counts, [("already-there", 1), ("invited", 2), ("newer", 1)]);
    let bad = Refused { line: 3, email: "bad@x".into(), reason: "e-mail: is bad".into() };
    assert_eq!(sent.refused, [bad]);
    assert!(sent.stopped.is_none() && sent.incomplete.is_empty());
}

#[test]
fn a_row_is_an_email_invite() {
    let full = Invite { name: Some("Ann".into()), message: Some("Hi".into()), ..invite(2, "a@x") };
    assert_eq!(
        email_invite(&full),
        json!({"email": "a@x", "name": "Ann", "brands": ["nike"], "note": "Hi"})
    );
}

#[test]
fn calls_are_small_and_the_first_that_fails_is_the_last() {
    let calls = RefCell::new(Vec::new());
    let api = |function: &str, arguments: &[Value]| {
        calls.borrow_mut().push(arguments[0].as_array().unwrap().len());
        match calls.borrow().len() {
            3 => Err(refusal(function, json!({"unavailable": "the disk is full"}))),
            _ => invite_many(arguments),
        }
    };
    let invites: Vec<Invite> = (2..1_002).map(|line| invite(line, "invited@x")).collect();
    let done = RefCell::new(0);
    let sent = send(&api, &invites, |rows| *done.borrow_mut() += rows);
    assert_eq!(calls.take(), [200, 200, 200]);
    assert_eq!(done.take(), 400);
    assert_eq!(sent.outcomes["invited"], 400);
    let (line, failure) = sent.stopped.unwrap();
    assert_eq!(line, 402);
    let Failure::Failed(error) = failure else { panic!("{failure:?}") };
    assert_eq!(error.to_string(), "`clients.invite-many` refused: the disk is full");
}

#[test]
fn an_answer_of_another_length_is_a_failure() {
    let api = |_: &str, _: &[Value]| Ok(json!([]));
    assert!(send(&api, &[invite(2, "invited@x")], |_| {}).stopped.is_some());
}

/// The changes that are sent for a row with a label and a note, to a client that is so.
fn changes(client: Value) -> Option<Value> {
    let changes = RefCell::new(None);
    let api = |function: &str, arguments: &[Value]| match function {
        "clients.invite-many" => invite_many(arguments),
        "clients.get" => Ok(client.clone()),
        "clients.update" => {
            assert_eq!(arguments[0], "already-there@x");
            *changes.borrow_mut() = Some(arguments[1].clone());
            Ok(Value::Null)
        }
        other => panic!("{other}"),
    };
    let row =
        Invite { label: Some("L".into()), note: Some("N".into()), ..invite(2, "already-there@x") };
    assert!(send(&api, &[row], |_| {}).stopped.is_none());
    changes.take()
}

#[test]
fn label_and_note_are_filled_in_and_never_replaced() {
    for (client, sent) in [
        (json!({"label": null, "note": null}), Some(json!({"label": "L", "note": "N"}))),
        (json!({"label": "Mine", "note": null}), Some(json!({"note": "N"}))),
        (json!({"label": "Mine", "note": "Mine"}), None),
        (Value::Null, None),
    ] {
        assert_eq!(changes(client.clone()), sent, "{client}");
    }
}

#[test]
fn a_refused_label_leaves_the_invite() {
    let api = |function: &str, arguments: &[Value]| match function {
        "clients.invite-many" => invite_many(arguments),
        "clients.get" => Ok(json!({"label": null})),
        _ => {
            let field = json!({"field": "changes.label", "code": "too-long", "message": "is long"});
            Err(refusal(function, json!({"invalid": [field]})))
        }
    };
    let row = Invite { label: Some("L".into()), ..invite(2, "invited@x") };
    let sent = send(&api, &[row], |_| {});
    assert_eq!(sent.outcomes["invited"], 1);
    assert_eq!(sent.incomplete[0].reason, "invited, but label: is long");
}

#[test]
fn arguments_have_the_names_of_the_file() {
    for (field, name) in [
        ("invite.email", "e-mail"),
        ("invites[3].brands[0]", "brands"),
        ("invite.note", "message"),
        ("changes.note", "note"),
        ("call.actor.name", "name"),
    ] {
        let error = json!({"invalid": [{"field": field, "code": "x", "message": "is bad"}]});
        assert_eq!(reason(&error), format!("{name}: is bad"));
    }
}
