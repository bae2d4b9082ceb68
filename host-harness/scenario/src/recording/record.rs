//! Records a story while it runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clientdesk_host::adapters::clock::Clock;
use clientdesk_host::adapters::mail::{Handover, Mail, Message};
use clientdesk_host::adapters::secrets::{Key, Secrets, SecretsError};
use clientdesk_host::adapters::storage::{Check, Entry, Error, Outcome, Page, Storage, Write};
use clientdesk_host::{BuildError, Function, Host, values};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Answer, Call, End, FORMAT, Failed, Handed, Head, RingKey, handover_json, hex, message_json,
};
use crate::faults::Operation;
use crate::target::{Target, TargetError};
use crate::world::{Rows, World};

/// The component in the world of a story, which writes down what it is told and answers.
pub struct Recorder {
    host: Host,
    ear: Arc<Ear>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    text: String,
    /// The rows as the call before left them.
    rows: Rows,
    keys: Vec<RingKey>,
}

impl Recorder {
    /// Begins to record `story`, which is told in `world` to the component of `host`.
    ///
    /// # Errors
    ///
    /// When there can't be a host with this world.
    pub fn new(host: &Host, world: &World, story: &str) -> Result<Recorder, BuildError> {
        let ear = Arc::new(Ear { world: world.clone(), heard: Mutex::default() });
        let host = host
            .sharing()
            .storage(Arc::clone(&ear) as Arc<dyn Storage>)
            .mail(Arc::clone(&ear) as Arc<dyn Mail>)
            .clock(Arc::clone(&ear) as Arc<dyn Clock>)
            .secrets(Arc::clone(&ear) as Arc<dyn Secrets>)
            .build()?;
        let mut state = State { keys: ear.ring()?, ..State::default() };
        let (story, keys) = (story.to_owned(), state.keys.clone());
        state.write(&Head { story, format: FORMAT, keys });
        Ok(Recorder { host, ear, state: Mutex::new(state) })
    }

    /// Ends the recording, with the rows that the story has left: the file's text.
    ///
    /// # Errors
    ///
    /// When the store can't answer.
    pub fn finish(self) -> Result<String, String> {
        let rows = self.ear.world.rows()?;
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.write(&End { rows: rows.into_iter().collect() });
        Ok(state.text)
    }

    fn record(
        &self,
        state: &mut State,
        function: &str,
        arguments: &[Value],
    ) -> Result<Result<Value, TargetError>, String> {
        let world = &self.ear.world;
        let before = world.rows()?;
        let set = changes(&state.rows, &before);
        self.ear.begin();
        let now = world.clock.now();
        let answer = Target::call(&self.host, function, arguments);
        let heard = self.ear.begin();
        state.rows = world.rows()?;
        let keys = heard.keys.filter(|keys| *keys != state.keys);
        if let Some(keys) = &keys {
            state.keys.clone_from(keys);
        }
        let ended = match &answer {
            Ok(answer) => Answer::Ok(answer.clone()),
            Err(TargetError::Refused(error)) => Answer::Err(error.clone()),
            // No story can expect that: it fails, and so does its recording.
            Err(TargetError::Broken(_)) => return Ok(answer),
        };
        state.write(&Call {
            call: function.to_owned(),
            arguments: in_full(self.host.function(function).ok(), arguments),
            now,
            set,
            keys,
            offsets: heard.offsets,
            random: heard.random,
            mail: heard.mail,
            forgotten: heard.forgotten,
            storage: heard.storage,
            answer: ended,
        });
        Ok(answer)
    }
}

impl State {
    fn write(&mut self, line: &impl Serialize) {
        // Maps have strings for keys, and nothing refuses to be written: that is all that can fail.
        self.text.push_str(&serde_json::to_string(line).unwrap_or_default());
        self.text.push('\n');
    }
}

impl Target for Recorder {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        Target::parameters(&self.host, function)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.record(&mut state, function, arguments).map_err(TargetError::Broken)?
    }
}

/// What turns the rows of `before` into those of `after`.
fn changes(before: &Rows, after: &Rows) -> Vec<(String, Option<String>)> {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    let gone = gone.map(|key| (key.clone(), None));
    let other = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    gone.chain(other.map(|(key, value)| (key.clone(), Some(value.clone())))).collect()
}

/// The arguments by name, with everything that was left out.
fn in_full(function: Option<&Function>, arguments: &[Value]) -> Value {
    let params = function.map(Function::params).unwrap_or_default();
    let named = params.iter().zip(arguments).map(|(param, given)| {
        let value = values::from_json(given, &param.ty, &param.name).ok();
        let value = value.and_then(|value| values::to_json(&value).ok());
        (param.name.clone(), value.unwrap_or_else(|| given.clone()))
    });
    Value::Object(named.collect::<Map<_, _>>())
}

/// Passes everything on to the world, and notes what it says.
struct Ear {
    world: World,
    heard: Mutex<Heard>,
}

/// What the host told the component during a call.
#[derive(Default)]
struct Heard {
    keys: Option<Vec<RingKey>>,
    offsets: Vec<(String, u64, Option<i32>)>,
    random: Vec<String>,
    mail: Vec<Handed>,
    forgotten: Vec<Vec<String>>,
    storage: Vec<Failed>,
    storage_calls: u32,
}

impl Ear {
    /// What was heard; from here on, it listens anew.
    fn begin(&self) -> Heard {
        std::mem::take(&mut *self.heard())
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) -> Result<Vec<RingKey>, SecretsError> {
        Ok(self.world.secrets.keys()?.iter().map(RingKey::from).collect())
    }

    /// Makes a storage call; `failed` says what to note of one that failed on demand.
    fn ask<T>(
        &self,
        operation: Operation,
        call: impl FnOnce(&dyn Storage) -> Result<T, Error>,
        failed: impl FnOnce(&Result<T, Error>) -> Option<(Value, bool)>,
    ) -> Result<T, Error> {
        let storage = self.world.storage.as_ref();
        let hits = storage.hits();
        let answer = call(storage);
        let mut heard = self.heard();
        heard.storage_calls += 1;
        let nth = heard.storage_calls;
        if storage.hits() != hits
            && let Some((answer, applied)) = failed(&answer)
        {
            heard.storage.push(Failed { nth, operation, answer, applied });
        }
        answer
    }

    /// Whether the store holds what these writes say.
    fn holds(&self, writes: &[Write]) -> bool {
        let keys = writes.iter().map(|write| write.key.clone()).collect();
        let found = self.world.storage.inner().get(keys).unwrap_or_default();
        let mut pairs = found.iter().zip(writes);
        let same = |(entry, write): (&Option<Entry>, &Write)| {
            entry.as_ref().map(|entry| &entry.value) == write.value.as_ref()
        };
        found.len() == writes.len() && pairs.all(same)
    }
}

/// What to note of a failure that isn't a commit's.
fn refused<T>(answer: &Result<T, Error>) -> Option<(Value, bool)> {
    answer.as_ref().err().map(|error| (json!({"err": error_json(error)}), false))
}

fn error_json(error: &Error) -> Value {
    match error {
        Error::Unavailable(why) => json!({"unavailable": why}),
        Error::TooLarge(what) => json!({"too-large": what}),
    }
}

impl Storage for Ear {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.ask(Operation::Get, |storage| storage.get(keys), refused)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.ask(Operation::Scan, |storage| storage.scan(start, end, limit, reverse), refused)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        let asked = writes.clone();
        self.ask(
            Operation::Commit,
            |storage| storage.commit(checks, writes),
            |answer| {
                let answer = match answer {
                    Ok(Outcome::Committed) => return None,
                    Ok(Outcome::Conflict(keys)) => {
                        json!({"ok": {"committed": false, "conflicts": keys}})
                    }
                    Err(error) => json!({"err": error_json(error)}),
                };
                Some((answer, self.holds(&asked)))
            },
        )
    }

    fn scrub(&self) -> Result<(), Error> {
        self.ask(Operation::Scrub, |storage| storage.scrub(), refused)
    }
}

impl Mail for Ear {
    fn send(&self, message: Message) -> Handover {
        let json = message_json(&message);
        let answer = self.world.mail.send(message);
        self.heard().mail.push(Handed { message: json, answer: handover_json(&answer) });
        answer
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.world.mail.forget(ids)?;
        self.heard().forgotten.push(ids.to_vec());
        Ok(())
    }
}

impl Clock for Ear {
    fn now(&self) -> u64 {
        self.world.clock.now()
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        let offset = self.world.clock.offset(zone, at);
        self.heard().offsets.push((zone.to_owned(), at, offset));
        offset
    }
}

impl Secrets for Ear {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        let bytes = self.world.secrets.random(len)?;
        self.heard().random.push(hex(&bytes));
        Ok(bytes)
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        self.heard().keys = Some(self.ring()?);
        self.world.secrets.keys()
    }
}
