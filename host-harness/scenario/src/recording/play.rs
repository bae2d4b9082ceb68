//! Plays a recording against a host.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::Clock;
use clientdesk_host::adapters::mail::{Handover, Mail, Message};
use clientdesk_host::adapters::secrets::{Key, Secrets, SecretsError};
use clientdesk_host::adapters::storage::{Check, Entry, Error, Outcome, Page, Storage, Write};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::difference::{self, Place};
use super::{Answer, Call, Difference, End, FORMAT, Failed, Handed, Head, RingKey, bytes};
use crate::faults::{FaultyStorage, Operation};
use crate::target::{Target, TargetError};
use crate::world::World;

/// Plays `text`, the text of a recording, against the component of `host` on `storage`, which is
/// empty: how many calls it made.
///
/// # Errors
///
/// The first difference.
pub fn play(text: &str, host: &Host, storage: Arc<dyn Storage>) -> Result<usize, Box<Difference>> {
    let mut lines: Vec<&str> = text.lines().collect();
    let (story, last) = ("a recording".to_owned(), lines.len());
    let mut at = Position { story, line: 1, call: None };
    let head: Head = at.parse(lines.first().copied().unwrap_or_default())?;
    at.story.clone_from(&head.story);
    if head.format != FORMAT {
        let found = format!("this plays format {FORMAT}");
        return Err(at.difference(("format".to_owned(), head.format.to_string(), found)));
    }
    let stage = Arc::new(Stage::new(storage, head.keys));
    let target = stage.host(host).map_err(|problem| at.broken(problem))?;
    let end = if last > 1 { lines.pop() } else { None };
    for (line, call) in (2..).zip(lines.iter().skip(1)) {
        at.line = line;
        at.call = None;
        let call: Call = at.parse(call)?;
        at.call = Some(call.call.clone());
        match stage.perform(&target, call) {
            Ok(None) => {}
            Ok(Some(place)) => return Err(at.difference(place)),
            Err(problem) => return Err(at.broken(problem)),
        }
    }
    at = Position { line: last, call: None, ..at };
    let end: End = at.parse(end.unwrap_or_default())?;
    let rows = stage.world.rows().map_err(|problem| at.broken(problem))?;
    let recorded: Value = end.rows.into_iter().collect();
    let found: Value = rows.into_iter().collect();
    match difference::first("rows", &recorded, &found) {
        None => Ok(last.saturating_sub(2)),
        Some(place) => Err(at.difference(place)),
    }
}

/// Where in a recording the player is.
struct Position {
    story: String,
    line: usize,
    call: Option<String>,
}

impl Position {
    fn parse<T: DeserializeOwned>(&self, line: &str) -> Result<T, Box<Difference>> {
        serde_json::from_str(line).map_err(|error| self.broken(error.to_string()))
    }

    fn broken(&self, problem: String) -> Box<Difference> {
        self.difference(("the line".to_owned(), "something to play".to_owned(), problem))
    }

    fn difference(&self, (at, recorded, found): Place) -> Box<Difference> {
        let Position { story, line, call } = self;
        let (story, line, call) = (story.clone(), *line, call.clone());
        Box::new(Difference { story, line, call, at, recorded, found })
    }
}

/// A host whose answers are as recorded.
struct Stage {
    world: World,
    script: Mutex<Script>,
}

/// What is left to answer, and what wasn't as recorded.
#[derive(Default)]
struct Script {
    now: u64,
    keys: Vec<RingKey>,
    offsets: VecDeque<(String, u64, Option<i32>)>,
    random: VecDeque<String>,
    mail: VecDeque<Handed>,
    forgotten: VecDeque<Vec<String>>,
    storage: VecDeque<Failed>,
    storage_calls: u32,
    difference: Option<Place>,
}

impl Stage {
    fn new(storage: Arc<dyn Storage>, keys: Vec<RingKey>) -> Stage {
        let script = Script { keys, ..Script::default() };
        Stage { world: World::new(storage), script: Mutex::new(script) }
    }

    fn host(self: &Arc<Self>, host: &Host) -> Result<Host, String> {
        let built = host
            .sharing()
            .storage(Arc::clone(self) as Arc<dyn Storage>)
            .mail(Arc::clone(self) as Arc<dyn Mail>)
            .clock(Arc::clone(self) as Arc<dyn Clock>)
            .secrets(Arc::clone(self) as Arc<dyn Secrets>)
            .build();
        built.map_err(|error| error.to_string())
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn storage(&self) -> &FaultyStorage {
        &self.world.storage
    }

    /// Makes a call, and says where it differs.
    fn perform(&self, target: &Host, call: Call) -> Result<Option<Place>, String> {
        let mut rows = self.world.rows()?;
        for (key, value) in call.set {
            match value {
                Some(value) => drop(rows.insert(key, value)),
                None => drop(rows.remove(&key)),
            }
        }
        self.world.restore(&rows)?;
        self.script().begin(Script {
            now: call.now,
            keys: call.keys.unwrap_or_default(),
            offsets: call.offsets.into(),
            random: call.random.into(),
            mail: call.mail.into(),
            forgotten: call.forgotten.into(),
            storage: call.storage.into(),
            ..Script::default()
        });
        let parameters = Target::parameters(target, &call.call).unwrap_or_default();
        let argument = |name: &String| call.arguments.get(name).cloned().unwrap_or_default();
        let arguments: Vec<Value> = parameters.iter().map(argument).collect();
        let found = match Target::call(target, &call.call, &arguments) {
            Ok(answer) => Answer::Ok(answer),
            Err(TargetError::Refused(error)) => Answer::Err(error),
            Err(TargetError::Broken(problem)) => Answer::Err(problem.into()),
        };
        let mut script = self.script();
        let of_host = script.difference.take().or_else(|| script.left());
        Ok(of_host.or_else(|| difference::first("answer", &json(&call.answer), &json(&found))))
    }

    /// Makes a storage call, or fails as recorded.
    fn ask<T>(
        &self,
        operation: Operation,
        work: impl FnOnce(&FaultyStorage) -> Result<T, Error>,
        conflict: impl FnOnce(Vec<String>) -> Option<T>,
    ) -> Result<T, Error> {
        let failed = self.script().failure(operation);
        let Some(failed) = failed else { return work(self.storage()) };
        if failed.applied {
            let _ = work(self.storage())?;
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let error = failed.answer.get("err").cloned().unwrap_or_default();
        if let Some(what) = text(error.get("too-large")) {
            return Err(Error::TooLarge(what));
        }
        if let Some(why) = text(error.get("unavailable")) {
            return Err(Error::Unavailable(why));
        }
        let keys = failed.answer.pointer("/ok/conflicts").cloned().unwrap_or_default();
        let answer = serde_json::from_value(keys).ok().and_then(conflict);
        answer.ok_or_else(|| Error::Unavailable("the recording has no such answer".to_owned()))
    }
}

fn json(answer: &Answer) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

impl Script {
    /// Begins with another call; no keys: the ring stays.
    fn begin(&mut self, next: Script) {
        let before = std::mem::replace(self, next);
        if self.keys.is_empty() {
            self.keys = before.keys;
        }
    }

    fn failure(&mut self, operation: Operation) -> Option<Failed> {
        self.storage_calls += 1;
        let due = self.storage.front()?.nth == self.storage_calls;
        let failed = if due { self.storage.pop_front()? } else { return None };
        if failed.operation != operation {
            let words = |operation| format!("a call of {operation:?}");
            self.note("storage", words(failed.operation), words(operation));
        }
        Some(failed)
    }

    /// Notes a difference, if it is the first.
    fn note(&mut self, at: &str, recorded: String, found: String) {
        self.difference.get_or_insert((at.to_owned(), recorded, found));
    }

    fn nothing_left(&mut self, at: &str) {
        self.note(at, "nothing more".to_owned(), "one more call".to_owned());
    }

    /// What was recorded and not asked for.
    fn left(&self) -> Option<Place> {
        let counts = [
            ("offsets", self.offsets.len()),
            ("random", self.random.len()),
            ("mail", self.mail.len()),
            ("forgotten", self.forgotten.len()),
            ("storage", self.storage.len()),
        ];
        let (at, count) = counts.into_iter().find(|(_, count)| *count > 0)?;
        Some((at.to_owned(), format!("{count} more"), "nothing more was asked for".to_owned()))
    }
}

impl Storage for Stage {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.ask(Operation::Get, |storage| storage.get(keys), |_| None)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        let work = |storage: &FaultyStorage| storage.scan(start, end, limit, reverse);
        self.ask(Operation::Scan, work, |_| None)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        let work = |storage: &FaultyStorage| storage.commit(checks, writes);
        self.ask(Operation::Commit, work, |keys| Some(Outcome::Conflict(keys)))
    }

    fn scrub(&self) -> Result<(), Error> {
        self.ask(Operation::Scrub, |storage| storage.scrub(), |_| None)
    }
}

impl Mail for Stage {
    fn send(&self, message: Message) -> Handover {
        let mut script = self.script();
        let Some(handed) = script.mail.pop_front() else {
            script.nothing_left("mail");
            return Handover::Accepted;
        };
        let found = super::message_json(&message);
        if let Some((at, a, b)) = difference::first("mail", &handed.message, &found) {
            script.note(&at, a, b);
        }
        let reason = |case| handed.answer.get(case).and_then(Value::as_str).map(str::to_owned);
        match (reason("try-later"), reason("never")) {
            (Some(why), _) => Handover::TryLater(why),
            (None, Some(why)) => Handover::Never(why),
            (None, None) => Handover::Accepted,
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        let mut script = self.script();
        match script.forgotten.pop_front() {
            None => script.nothing_left("forgotten"),
            Some(recorded) if recorded == ids => {}
            Some(recorded) => script.note("forgotten", recorded.join(", "), ids.join(", ")),
        }
        Ok(())
    }
}

impl Clock for Stage {
    fn now(&self) -> u64 {
        self.script().now
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        let mut script = self.script();
        let Some((recorded, when, offset)) = script.offsets.pop_front() else {
            script.nothing_left("offsets");
            return None;
        };
        if (recorded.as_str(), when) != (zone, at) {
            script.note("offsets", format!("{recorded} at {when}"), format!("{zone} at {at}"));
        }
        offset
    }
}

impl Secrets for Stage {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        let mut script = self.script();
        let Some(recorded) = script.random.pop_front() else {
            script.nothing_left("random");
            return Ok(vec![0; len]);
        };
        let given = bytes(&recorded).unwrap_or_default();
        if given.len() != len {
            script.note("random", format!("{} bytes", given.len()), format!("{len} bytes"));
        }
        Ok(given)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        let script = self.script();
        let key = |key: &RingKey| {
            let bytes = bytes(&key.bytes).and_then(|bytes| bytes.try_into().ok());
            bytes.map(|bytes| Key { id: key.id.clone(), bytes })
        };
        let ring: Option<Vec<Key>> = script.keys.iter().map(key).collect();
        ring.ok_or_else(|| SecretsError("the recording's keys aren't 32 bytes each".to_owned()))
    }
}
