//! The runner, against a toy that behaves and misbehaves: a check that lets everything pass
//! would be worse than none.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::target::TargetError;
use clientdesk_host::adapters::mail::{Mail as _, Message};
use clientdesk_host::adapters::storage::{
    Error, MemoryStorage, Outcome as Committed, Storage as _, Write,
};

struct Toy(World);

impl Target for Toy {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        let names: &[&str] = match function {
            "toy.echo" | "toy.put" => &["value"],
            "toy.who" => &["call"],
            "toy.refuse" | "toy.refuse-dirty" | "toy.careless" | "toy.late" | "toy.mail" => &[],
            _ => return None,
        };
        Some(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        let argument = arguments.first().cloned().unwrap_or_default();
        match function {
            "toy.echo" | "toy.who" => Ok(argument),
            "toy.put" => {
                self.get()?;
                self.put(&argument.to_string()).map(|()| argument)
            }
            "toy.refuse" => Err(TargetError::Refused(json!({"denied": "no"}))),
            "toy.refuse-dirty" => {
                self.put("dirt")?;
                Err(TargetError::Refused(json!({"denied": "no"})))
            }
            "toy.careless" => {
                self.put("half")?;
                self.get().map(|()| Value::Null)
            }
            "toy.late" => {
                self.put("whole")?;
                let _ = self.get();
                Ok(Value::Null)
            }
            _ => {
                let text = |text: &str| text.to_owned();
                let handover = self.0.mail.send(Message {
                    id: text("m1"),
                    agency: text("acme"),
                    sender_name: text("Acme"),
                    reply_to: None,
                    to: text("ann@nike.example"),
                    subject: text("Come in"),
                    text: text("See https://acme.example/invite/secret-1 soon"),
                    html: text(""),
                    kind: text("invite"),
                });
                Ok(json!(format!("{handover:?}")))
            }
        }
    }
}

impl Toy {
    fn get(&self) -> Result<(), TargetError> {
        self.0.storage.get(vec!["row".into()]).map(drop).map_err(unavailable)
    }

    fn put(&self, value: &str) -> Result<(), TargetError> {
        let write = Write { key: "row".into(), value: Some(value.into()) };
        match self.0.storage.commit(vec![], vec![write]).map_err(unavailable)? {
            Committed::Committed => Ok(()),
            Committed::Conflict(_) => Err(TargetError::Refused(json!("busy"))),
        }
    }
}

fn unavailable(error: Error) -> TargetError {
    TargetError::Refused(json!({ "unavailable": format!("{error:?}") }))
}

/// Where the story isn't as it tells; nothing when it is.
fn mismatches(steps: &str) -> Vec<String> {
    let text = format!(
        "title = 't'\nstart = 2026-09-01T00:00:00Z\nagency = 'acme'\n\
         [[step]]\ncall = 'toy.put'\nwith.value = 'old'\nexpect = 'old'\n{steps}"
    );
    let scenario = Scenario::parse("story.toml", &text).unwrap();
    let world = World::new(Arc::new(MemoryStorage::new()));
    match run(&scenario, &world, &Toy(world.clone()), &mut ()) {
        Ok(()) => Vec::new(),
        Err(failure) => failure.mismatches.into_iter().map(|mismatch| mismatch.at).collect(),
    }
}

fn step(lines: &str) -> Vec<String> {
    mismatches(&format!("[[step]]\n{lines}"))
}

#[test]
fn what_a_step_says_is_what_must_happen() {
    for (lines, wrong) in [
        ("call = 'toy.echo'\nwith.value = { a = 1 }\nexpect.a = 1", None),
        ("call = 'toy.echo'\nwith.value = { a = 1 }\nexpect.a = 2", Some("answer.a")),
        ("call = 'toy.echo'\nwith.value = 1\nerror = 'denied'", Some("answer")),
        ("call = 'toy.refuse'\nerror = 'denied'", None),
        ("call = 'toy.refuse'\nerror = 'busy'", Some("error")),
        ("call = 'toy.refuse'", Some("answer")),
        ("call = 'toy.refuse-dirty'\nerror = 'denied'", Some("the store")),
        ("call = 'toy.refuse'\nerror = 'denied'\nstore-changes = true", Some("the store")),
        ("call = 'toy.mail'\nexpect = '...Accepted...'", Some("mails")),
        ("call = 'toy.mail'\nmails = [{ to = 'ann@nike.example' }]", Some("answer")),
        (
            "call = 'toy.mail'\nexpect = '...Accepted...'\n\
             mails = [{ to = 'ann@nike.example', token = 'secret-1' }]",
            None,
        ),
        (
            "call = 'toy.mail'\nexpect = '...Accepted...'\nmails = [{ to = 'ben@nike.example' }]",
            Some("mails[0].to"),
        ),
        ("call = 'toy.refuse-dirty'\nerror = 'denied'\nstore-changes = true", None),
        ("call = 'toy.mail'\nmail-says = 'never'\nexpect = '...Never(...)'", None),
        ("call = 'toy.mail'\nmail-says = { try-later = 'x' }\nexpect = '...TryLater(\"x\")'", None),
        ("call = 'toy.mail'\nmail-says = 'perhaps'", Some("scenario")),
        ("call = 'toy.echo'\nlog = ['something']", Some("log")),
        ("call = 'toy.nothing'", Some("scenario")),
        ("call = 'toy.echo'\nwith.valeu = 1", Some("scenario")),
        ("call = 'toy.echo'\nwith.value = '${nobody}'", Some("scenario")),
        ("call = 'toy.echo'\nsave.a = 'answer.b'\nkey = '${a}'", Some("scenario")),
    ] {
        assert_eq!(step(lines), wrong.into_iter().collect::<Vec<_>>(), "{lines}");
    }
}

#[test]
fn storage_fails_as_told() {
    for (lines, wrong) in [
        ("call = 'toy.put'\nfail = { storage = 'unavailable' }\nerror = 'unavailable'", None),
        ("call = 'toy.put'\nfail = { storage = 'unavailable' }", Some("answer")),
        ("call = 'toy.put'\nfail = { storage = 'conflict' }\nerror = 'busy'", None),
        ("call = 'toy.put'\nfail = { storage = 'conflict', nth = 2 }", Some("fail")),
        ("call = 'toy.put'\nhost-calls = { get = 1, commit = 1 }", None),
        ("call = 'toy.put'\nhost-calls = { get = 1 }", Some("host-calls")),
        ("call = 'toy.put'\nwith.value = 'new'\nexpect = 'new'\neach-storage-failure = true", None),
        ("call = 'toy.late'\neach-storage-failure = true", None),
        (
            "call = 'toy.careless'\neach-storage-failure = true",
            Some("with storage call 2 failing: the store"),
        ),
    ] {
        assert_eq!(step(lines), wrong.into_iter().collect::<Vec<_>>(), "{lines}");
    }
}

#[test]
fn what_was_saved_can_be_used() {
    let steps = "[[step]]\ncall = 'toy.mail'\nexpect = '...Accepted...'\n\
         mails = [{ to = 'ann@nike.example' }]\nsave.token = 'mail.token'\n\
         [[step]]\ncall = 'toy.echo'\nwith.value = [{ a = 5 }]\nsave.five = 'answer.0.a'\n\
         [[step]]\ncall = 'toy.echo'\nwith.value = ['${five}', '${token}']\n\
         expect = [5, 'secret-1']\n\
         [[step]]\ncall = 'toy.echo'\nwith.value = '${n}'\nrepeat = 3\nexpect = '${n}'\n";
    assert_eq!(mismatches(steps), Vec::<String>::new());
}

#[test]
fn the_caller_is_who_the_step_says() {
    for (lines, expected) in [
        ("", "{ agency = 'acme', actor = { role = 'owner' }, idempotency-key = '<none>' }"),
        ("as = 'manager:mia'", "{ actor = { role = 'manager', id = 'mia', name = 'Mia' } }"),
        ("as = 'viewer:v:Vic V.'", "{ actor = { role = 'viewer', id = 'v', name = 'Vic V.' } }"),
        ("agency = 'beta'\nkey = 'k'", "{ agency = 'beta', idempotency-key = 'k' }"),
        ("with.call.actor.name = ''", "{ actor = { role = 'owner', name = '' } }"),
    ] {
        let wrong = step(&format!("call = 'toy.who'\n{lines}\nexpect = {expected}"));
        assert_eq!(wrong, Vec::<String>::new(), "{lines}");
    }
}

#[test]
fn a_failure_says_where_it_is_and_what_came() {
    let text = "title = 't'\nstart = 2026-09-01T00:00:00Z\n\n\
        [[step]]\nsay = 'Five is six.'\ncall = 'toy.echo'\nwith.value = 5\nexpect = 6\n";
    let scenario = Scenario::parse("story.toml", text).unwrap();
    let world = World::new(Arc::new(MemoryStorage::new()));
    let failure = run(&scenario, &world, &Toy(world.clone()), &mut ()).unwrap_err();
    let lines = [
        "story.toml:4: step 1: Five is six.",
        "    answer",
        "      expected 6",
        "      found    5",
        "  toy.echo",
        "    value = 5",
        "  answered 5",
    ];
    assert_eq!(failure.to_string(), lines.join("\n"));
}
