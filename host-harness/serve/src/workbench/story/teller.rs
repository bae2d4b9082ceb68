//! Tells calls one after the other: makes each in the world of the story, and notes what came of it.

use std::collections::BTreeMap;

use clientdesk_host::{CallError, Host};
use clientdesk_scenario::{World, token};
use serde_json::{Map, Value, json};

use super::lines::{self, Step};
use super::names::Names;
use super::text;
use crate::hearing::Heard;
use crate::workbench::secrets::{Passwords, nameless};

/// The fields of an error that say which one it is, without words and numbers.
const ERROR_FIELDS: [&str; 4] = ["code", "state", "event", "limit"];
/// How many entries of a log are read at once.
const ENTRIES: u32 = 500;

/// Whoever tells a story.
pub(super) struct Teller<'a> {
    host: &'a Host,
    world: &'a World,
    home: String,
    start: u64,
    steps: Vec<Step>,
    names: Names,
    passwords: Passwords,
    /// How far each agency's log was read.
    read: BTreeMap<String, u64>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(host: &'a Host, world: &'a World, home: &str, start: u64) -> Teller<'a> {
        world.clock.set(start);
        Teller {
            host,
            world,
            home: home.to_owned(),
            start,
            steps: Vec::new(),
            names: Names::default(),
            passwords: Passwords::default(),
            read: BTreeMap::new(),
        }
    }

    /// Whether something of the workbench is known by a name.
    pub(super) fn knows(&self, there: &str) -> bool {
        self.names.knows(there)
    }

    /// Makes a call that prepares the world; gives its answer. `there`: what an answer of the workbench would be.
    pub(super) fn prepare(
        &mut self,
        function: &str,
        arguments: Map<String, Value>,
        there: Value,
    ) -> Result<Value, String> {
        let heard = Heard {
            number: 0,
            at: self.start,
            function: function.to_owned(),
            arguments,
            outcome: Ok(there),
            micros: 0,
            traces: crate::hearing::Traces::default(),
        };
        self.tell(&heard)
    }

    /// Tells a call; gives the answer that it has in the story.
    pub(super) fn tell(&mut self, heard: &Heard) -> Result<Value, String> {
        let at = heard.at.max(self.start);
        self.world.clock.set(at);
        let number = self.steps.len();
        let said = self.passwords.made_up(&without_quote(&heard.arguments));
        let said = nameless(&said, |text| self.names.knows(text));
        let arguments = self.names.here(&said);
        let function = self.host.function(&heard.function).map_err(|error| error.to_string())?;
        let params = function.params().iter();
        let given: Vec<Value> =
            params.map(|param| arguments.get(&param.name).cloned().unwrap_or_default()).collect();
        let (mails_before, rows) = (self.world.mail.messages().len(), self.world.rows()?);
        let answer = match self.host.call(&heard.function, &given) {
            Ok(answer) => Ok(answer),
            Err(CallError::Refused { error, .. }) => Err(error),
            Err(error) => return Err(format!("`{}` can't be told: {error}", heard.function)),
        };
        let mails = self.world.mails_after(mails_before);
        if let ("agencies.create", Ok(Value::String(id))) = (heard.function.as_str(), &answer) {
            self.read.entry(id.clone()).or_default();
        }
        let log = self.news()?;
        let with = self.names.told(&said);
        if let (Ok(there), Ok(here)) = (&heard.outcome, &answer) {
            self.names.learn(number, "answer", there, here);
        }
        for (place, ((there, _), here)) in heard.traces.mails.iter().zip(&mails).enumerate() {
            if let (Some(there), Some(here)) = (token(&there.text), token(&here.text)) {
                self.names.learn_text(number, &format!("mails.{place}.token"), there, here);
            }
        }
        let quiet = mails.is_empty() && log.is_empty();
        let changes = answer.is_err() && quiet && self.world.rows()? != rows;
        self.steps.push(Step {
            at,
            function: heard.function.clone(),
            with,
            expect: match &answer {
                Ok(here) => Ok(stable(heard.outcome.as_ref().unwrap_or(&Value::Null), here)),
                Err(error) => Err(case(error)),
            },
            otherwise: answer.is_ok() != heard.outcome.is_ok(),
            mails: mails.iter().map(|mail| json!({"to": mail.to})).collect(),
            log,
            store_changes: changes,
        });
        Ok(answer.unwrap_or_default())
    }

    /// The kinds of the entries that the logs got.
    fn news(&mut self) -> Result<Vec<String>, String> {
        let mut kinds = Vec::new();
        let ids: Vec<String> = self.read.keys().cloned().collect();
        for agency in ids {
            let after = self.read.get(&agency).copied().unwrap_or_default();
            let actor = json!({"id": "scenario", "name": "Scenario", "role": "viewer"});
            let call = json!({"agency": agency, "actor": actor});
            let found = self.host.call("audit.read", &[call, json!(after), json!(ENTRIES)]);
            let found = found.map_err(|error| error.to_string())?;
            let entries = found.get("entries").and_then(Value::as_array);
            for entry in entries.into_iter().flatten() {
                let kind = text(entry.get("kind")).unwrap_or("?");
                let is_home = agency == self.home;
                kinds.push(if is_home { kind.to_owned() } else { format!("{agency}: {kind}") });
            }
            let read = entries.map_or(0, Vec::len);
            self.read.insert(agency, after.saturating_add(u64::try_from(read).unwrap_or(0)));
        }
        Ok(kinds)
    }

    /// The whole story.
    pub(super) fn finish(&self) -> String {
        lines::story(&self.home, self.start, &self.steps, &self.names.saved())
    }
}

/// The arguments without what a call was quoted: that was signed for another store, and its price is the same
/// anyway.
fn without_quote(arguments: &Map<String, Value>) -> Value {
    let mut arguments = arguments.clone();
    if let Some(Value::Object(call)) = arguments.get_mut("call") {
        call.remove("quote");
    }
    Value::Object(arguments)
}

/// What of an answer is the same there and here; all of it where nothing is.
fn stable(there: &Value, here: &Value) -> Value {
    let Value::Object(fields) = here else { return here.clone() };
    let is_plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let same =
        fields.iter().filter(|(key, value)| is_plain(value) && there.get(key) == Some(value));
    let same: Map<String, Value> = same.map(|(key, value)| (key.clone(), value.clone())).collect();
    if same.is_empty() { here.clone() } else { Value::Object(same) }
}

/// Which error it is.
fn case(error: &Value) -> Value {
    let Value::Object(fields) = error else { return error.clone() };
    let Some((case, payload)) = fields.iter().next() else { return error.clone() };
    let said = match payload {
        Value::Array(wrong) => {
            let field = |wrong: &Value| {
                Some((text(wrong.get("field"))?.to_owned(), wrong.get("code")?.clone()))
            };
            Value::Object(wrong.iter().filter_map(field).collect())
        }
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| ERROR_FIELDS.contains(&key.as_str()));
            let kept: Map<String, Value> =
                kept.map(|(key, value)| (key.clone(), value.clone())).collect();
            if kept.is_empty() {
                return case.as_str().into();
            }
            Value::Object(kept)
        }
        _ => return case.as_str().into(),
    };
    json!({ case.as_str(): said })
}
