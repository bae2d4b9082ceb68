//! A tour as it is made.

use std::collections::BTreeMap;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::{Storage as _, Write};
use clientdesk_scenario::{Target, token};
use serde_json::{Map, Value, json};

use super::read::{Call, What, millis};
use crate::pages;
use crate::people::Wrong;
use crate::people::arguments::set;
use crate::people::play::{ALL_JOBS, called, run_jobs};
use crate::read::list;
use crate::tally::error_words;
use crate::world::{Fault, World};

/// Longer than a host that died keeps others from doing what is due.
pub const LEASES_END: u64 = 11_000;

/// Whoever makes a tour, in an agency of its own.
pub(crate) struct Guide<'a> {
    /// Where.
    pub world: &'a World,
    /// By which host.
    pub host: u8,
    /// The agency's id.
    pub agency: &'a str,
    kept: BTreeMap<&'static str, Value>,
    /// The last entry of the log that was looked at.
    seen: u64,
    /// The kinds of all entries.
    pub kinds: Vec<String>,
    damaged: Option<Write>,
    /// What goes wrong during the next call.
    fault: Option<Fault>,
}

impl<'a> Guide<'a> {
    /// Creates the agency.
    pub(crate) fn new(world: &'a World, host: u8, agency: &'a str) -> Result<Guide<'a>, Wrong> {
        let (kept, kinds) = Default::default();
        let (damaged, fault) = (None, None);
        let guide = Guide { world, host, agency, kept, seen: 0, kinds, damaged, fault };
        let new = json!({
            "id": agency, "name": format!("Agency {agency}"),
            "notification-email": format!("office@{agency}.example"),
            "billing-interval": "monthly", "portal-address": format!("https://{agency}.example"),
        });
        let created = called(&world.door(), "agencies.create", &[new])?;
        created.map_err(|refused| format!("agencies.create is refused: {refused}"))?;
        Ok(guide)
    }

    /// Does what a line says.
    pub(crate) fn does(&mut self, what: &What) -> Result<(), Wrong> {
        match what {
            What::Wait(long) => {
                self.world.clock.set(self.world.clock.now() + long);
                Ok(())
            }
            What::Jobs => self.jobs(),
            What::Damage(part) => self.damage(part),
            What::Mend => self.mend(),
            What::Repaired => {
                self.damaged = None;
                self.look().map(drop)
            }
            What::Fails(nth) => {
                self.fault = Some(Fault::Commits(*nth, u32::MAX));
                Ok(())
            }
            What::Call(call) if call.until => self.calls_until(call),
            What::Call(call) => (0..call.times).try_for_each(|nth| self.calls(call, nth)),
        }
    }

    /// Calls as often as it is done; then the refusal has to come.
    fn calls_until(&mut self, call: &Call) -> Result<(), Wrong> {
        let accepted = Call { refused: None, ..call.clone() };
        for nth in 0..call.times {
            if let Err(why) = self.calls(&accepted, nth) {
                return self.calls(call, nth).map_err(|other| format!("{why}; {other}"));
            }
        }
        Err(format!("{} is done {} times", call.function, call.times))
    }

    fn jobs(&mut self) -> Result<(), Wrong> {
        self.world.clock.set(self.world.clock.now() + LEASES_END);
        let mails = self.world.post.count();
        run_jobs(&self.world.door(), ALL_JOBS * 10, false)?;
        self.keep_mail(mails);
        self.look().map(drop)
    }

    /// The last mail of the agency since then is known by its parts.
    fn keep_mail(&mut self, mails: usize) {
        let sent = self.world.post.after(mails);
        let mut all = Vec::new();
        for mail in sent.iter().filter(|mail| mail.agency == self.agency) {
            let token = token(&mail.text);
            if let Some(token) = &token {
                self.world.issued.note(token);
            }
            all.push(json!({"id": mail.id, "token": token, "to": mail.to}));
        }
        if let Some(last) = all.last() {
            self.kept.insert("mail", last.clone());
        }
        self.kept.insert("mails", all.into());
    }

    fn calls(&mut self, call: &Call, nth: u64) -> Result<(), Wrong> {
        let place = self.world.place(self.host);
        let arguments = self.arguments(call, nth)?;
        let mails = self.world.post.count();
        place.gate.begin(self.fault.take(), None);
        let answer = called(&*place.edge, call.function, &arguments);
        place.gate.end();
        let answer = answer?;
        self.keep_mail(mails);
        let new = self.look()?;
        let shown = || format!("{} ({arguments:?})", call.function);
        if let Some(lacks) = call.logs.iter().find(|kind| !new.iter().any(|new| new == *kind)) {
            return Err(format!("{}: {answer:?}; the log lacks {lacks}, it has {new:?}", shown()));
        }
        match (&answer, call.refused) {
            (Ok(answer), None) => {
                let expected = call.answers.as_ref().map(|value| self.filled(value, nth));
                let same = expected.as_ref().is_none_or(|expected| has(answer, expected));
                same.then_some(()).ok_or_else(|| format!("{} answers {answer}", shown()))?;
            }
            (Err(error), Some(word)) if error_words(error).iter().any(|one| one == word) => {
                if call.logs.is_empty() && !new.is_empty() {
                    return Err(format!("{} is refused: {error}, and logs {new:?}", shown()));
                }
            }
            (Ok(_), Some(word)) => return Err(format!("{} is done, and not {word}", shown())),
            (Err(error), _) => {
                return Err(format!("{} is refused: {error}, not {:?}", shown(), call.refused));
            }
        }
        let answer = answer.unwrap_or_default();
        for (name, path) in &call.keeps {
            if let Some(field) = path.strip_prefix("all.") {
                let all = pages::all(field, |cursor| self.page(call, nth, cursor))?;
                self.kept.insert(name, all.into());
                continue;
            }
            let of = |name| self.kept.get(name).cloned().unwrap_or_default();
            let all = json!({"answer": answer, "mail": of("mail"), "mails": of("mails")});
            let found = found(&all, path);
            let found = found.ok_or_else(|| format!("{}: nothing at {path}: {answer}", shown()))?;
            self.kept.insert(name, found);
        }
        Ok(())
    }

    /// The answer with another cursor.
    fn page(&self, call: &Call, nth: u64, cursor: Value) -> Result<Value, Wrong> {
        let mut call = call.clone();
        set(&mut call.with, "cursor", cursor);
        let arguments = self.arguments(&call, nth)?;
        let page = called(&self.world.door(), call.function, &arguments)?;
        page.map_err(|refused| format!("{} is refused: {refused}", call.function))
    }

    /// The arguments in their order.
    fn arguments(&self, call: &Call, nth: u64) -> Result<Vec<Value>, Wrong> {
        let names = self.world.door().parameters(call.function);
        let names = names.ok_or_else(|| format!("no function {}", call.function))?;
        let with = self.filled(&call.with, nth);
        let known = |name: &String| name == "call" || names.contains(name);
        if let Some(other) = with.as_object().and_then(|with| with.keys().find(|name| !known(name)))
        {
            return Err(format!("{} has no `{other}`", call.function));
        }
        let one = |name: String| match name.as_str() {
            "call" => self.caller(call.by, &with["call"]),
            name => with[name].clone(),
        };
        Ok(names.into_iter().map(one).collect())
    }

    fn caller(&self, by: &str, more: &Value) -> Value {
        let role = match by {
            "mia" => "manager",
            "vic" => "viewer",
            _ => "owner",
        };
        let mut caller =
            json!({"agency": self.agency, "actor": {"id": by, "name": by, "role": role}});
        for (field, value) in more.as_object().into_iter().flatten() {
            set(&mut caller, field, value.clone());
        }
        caller
    }

    fn filled(&self, value: &Value, nth: u64) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.filled(item, nth)).collect(),
            Value::Object(fields) => match (value["long"].as_u64(), value["repeat"].as_u64()) {
                (Some(long), _) => (0..long).map(|_| 'x').collect::<String>().into(),
                (_, Some(times)) => (0..times).map(|nth| self.filled(&value["of"], nth)).collect(),
                _ => {
                    let field =
                        |(name, value): (&String, &Value)| (name.clone(), self.filled(value, nth));
                    Value::Object(fields.iter().map(field).collect::<Map<_, _>>())
                }
            },
            Value::String(said) => self.said(said, nth),
            other => other.clone(),
        }
    }

    fn said(&self, said: &str, nth: u64) -> Value {
        let number = |text: &str| text.replace('#', &nth.to_string()).parse::<u64>().ok();
        if let Some(number) = said.strip_prefix('%').and_then(number) {
            return json!(number);
        }
        if let Some(name) = said.strip_prefix('$') {
            let (name, first) = name.split_once('/').unwrap_or((name, ""));
            let kept = self.kept.get(name).cloned().unwrap_or_default();
            let Ok(first) = first.parse() else { return kept };
            return list(&kept).iter().take(first).cloned().collect();
        }
        let (now, said) = (self.world.clock.now(), said.replace('#', &nth.to_string()));
        let time = |begin: &str| said.strip_prefix(begin).and_then(millis);
        match (time("@+"), time("@-")) {
            (Some(later), _) => json!(now + later),
            (_, Some(before)) => json!(now.saturating_sub(before)),
            _ => json!(said.replace('~', self.agency)),
        }
    }

    /// The kinds of the entries that are new.
    fn look(&mut self) -> Result<Vec<String>, Wrong> {
        if self.damaged.is_some() {
            return Ok(Vec::new());
        }
        let (entries, seen) = pages::entries(self.seen, |[after, limit]| {
            let arguments = [self.caller("vic", &Value::Null), after, limit];
            let feed = called(&self.world.door(), "audit.read", &arguments)?;
            feed.map_err(|refused| format!("audit.read is refused: {refused}"))
        })?;
        let new = pages::kinds(&entries);
        self.kinds.extend(new.iter().cloned());
        self.seen = seen;
        Ok(new)
    }

    fn damage(&mut self, part: &str) -> Result<(), Wrong> {
        let (rows, begin) = (self.world.store.all()?, format!("a/{}/", self.agency));
        let mut those = rows.into_iter().filter(|row| row.key.starts_with(&begin));
        let row =
            those.find(|row| row.key.contains(part)).ok_or_else(|| format!("no row {part}"))?;
        self.damaged = Some(Write { key: row.key.clone(), value: Some(row.value) });
        self.write(Write { key: row.key, value: Some("{\"schema\":1".to_owned()) })
    }

    fn mend(&mut self) -> Result<(), Wrong> {
        self.damaged.take().map_or(Ok(()), |write| self.write(write))
    }

    fn write(&self, write: Write) -> Result<(), Wrong> {
        let written = self.world.store.commit(Vec::new(), vec![write]);
        written.map(drop).map_err(|error| format!("a row can't be written: {error:?}"))
    }
}

/// Whether all of this is in an answer.
fn has(answer: &Value, expected: &Value) -> bool {
    match (answer, expected) {
        (Value::Object(found), Value::Object(fields)) => fields
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| has(found, value))),
        (Value::Array(found), Value::Array(items)) => {
            found.len() == items.len() && found.iter().zip(items).all(|(one, item)| has(one, item))
        }
        _ => answer == expected,
    }
}

/// What stands at `answer.clients.0.id`.
fn found(of: &Value, path: &str) -> Option<Value> {
    let step = |value: &Value, part: &str| match part.parse::<usize>() {
        Ok(place) => value.get(place).cloned(),
        Err(_) => value.get(part).cloned(),
    };
    let found = path.split('.').try_fold(of.clone(), |value, part| step(&value, part));
    found.filter(|value| !value.is_null())
}
