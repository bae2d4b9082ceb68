//! What was committed is answered as done: nothing that can fail comes after a command's commit,
//! except handing over mails, whose failure stays in the outbox.
//!
//! Every story is told once more. Each of its commands, wherever it stands, is tried in copies
//! of the store with one of its calls of the host failing: the storage, the clock, the keys, the
//! mails, one after the other.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use clientdesk_host::adapters::clock::Clock;
use clientdesk_host::adapters::mail::{Handover, Mail, Message};
use clientdesk_host::adapters::secrets::{Key, Secrets, SecretsError, SeededSecrets};
use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, Storage, Write,
};
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Scenario, Target, TargetError, World};
use clientdesk_tests::bridge;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::corpus::stories;
use crate::native::Native;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![trial("commits/what_was_committed_is_answered_as_done", committed_is_done)]
}

/// How often each function is tried, in each story.
const TRIES_EACH: usize = 3;

/// Functions that are many commands, each with an answer of its own.
const MANY: [&str; 5] = [
    "accounts.delete-many",
    "clients.invite-many",
    "jobs.run",
    "system.abort-import",
    "system.import",
];

/// Functions whose job, where they leave their rest to it, logs that at its own time.
const REST_IS_LOGGED: [&str; 2] = ["brands.archive", "portal.confirm-email"];

/// Functions that commit nothing.
const READING: &[&str] = &[
    "accounts.allows",
    "accounts.counts",
    "accounts.detail",
    "accounts.forecast",
    "accounts.get",
    "accounts.list",
    "accounts.pool",
    "accounts.templates",
    "accounts.usage",
    "agencies.get",
    "agencies.list",
    "agencies.settings",
    "audit.activity",
    "audit.export",
    "audit.head",
    "audit.list",
    "audit.read",
    "audit.verify",
    "billing.document",
    "billing.export-ledger",
    "billing.forecast",
    "billing.get-invoice",
    "billing.invoices",
    "billing.items",
    "billing.ledger",
    "billing.preview",
    "billing.preview-platform",
    "billing.summary",
    "brands.list",
    "catalog.get",
    "catalog.history",
    "catalog.terms",
    "clients.counts",
    "clients.detail",
    "clients.export",
    "clients.get",
    "clients.list",
    "clients.report",
    "health.explain",
    "health.history",
    "health.overview",
    "impersonation.current",
    "impersonation.list",
    "jobs.outbox",
    "jobs.stuck",
    "portal.colleagues",
    "portal.me",
    "portal.open",
    "portal.sign-ins",
    "portal.theme",
    "system.check",
    "system.check-import",
    "system.export",
    "system.key-uses",
    "system.schema",
    "system.status",
];

fn committed_is_done() {
    let mut tried = BTreeSet::new();
    for story in stories() {
        // Brands that are years behind catch up in commits of their own, before the command's.
        if story == "billing/silence" {
            continue;
        }
        let file = repository(&format!("tests/scenarios/{story}.toml"));
        let scenario = Scenario::read(&file).unwrap();
        let world = World::new(Arc::new(MemoryStorage::new()));
        let probe = Probe { story, inner: Native::new(&world), world, tries: RefCell::default() };
        clientdesk_scenario::run(&scenario, &probe.world, &probe, &mut ())
            .unwrap_or_else(|failure| panic!("{failure}"));
        tried.extend(probe.tries.into_inner().into_keys());
    }
    let commands = Contract::get().functions().map(str::to_owned);
    let commands: BTreeSet<String> = commands
        .filter(|name| !MANY.contains(&name.as_str()) && !READING.contains(&name.as_str()))
        .collect();
    assert_eq!(tried, commands, "each command that commits was tried");
}

/// Tries each call in copies of the world before it lets it happen.
struct Probe {
    story: String,
    world: World,
    inner: Native,
    tries: RefCell<BTreeMap<String, usize>>,
}

impl Target for Probe {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        self.inner.parameters(function)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        let known = self.tries.borrow().get(function).copied().unwrap_or_default();
        if known < TRIES_EACH
            && !MANY.contains(&function)
            && !READING.contains(&function)
            && self.probe(function, arguments)
        {
            self.tries.borrow_mut().insert(function.to_owned(), known + 1);
        }
        self.inner.call(function, arguments)
    }
}

impl Probe {
    /// Tries a call with each of the host's answers failing. Gives whether it commits at all.
    fn probe(&self, function: &str, arguments: &[Value]) -> bool {
        let before = self.world.rows().unwrap();
        let attempt = |fails| Attempt::run(self, &before, function, arguments, fails);
        let done = attempt(None);
        let Some(commit) = done.script.committed() else { return false };
        for call in 0..done.script.calls() {
            let name =
                format!("{}: {function}, host call {call} of {}", self.story, done.script.calls());
            let failed = attempt(Some(call));
            assert!(call <= commit || failed.answer == done.answer, "{name}: it was committed");
            if failed.answer == done.answer {
                failed.assert_like(&done, function, &name);
            } else {
                assert!(failed.answer.is_err(), "{name}: {:?}", failed.answer);
                assert_eq!(failed.world.rows().unwrap(), before, "{name}: nothing half-done");
                assert!(failed.world.mails_after(0).is_empty(), "{name}: no mail");
            }
        }
        true
    }
}

/// An answer without what it says of its mails: where they stand by then, also when the host
/// didn't take them.
fn without_delivery(mut answer: Value) -> Value {
    match &mut answer {
        Value::Object(fields) => drop(fields.remove("delivery")),
        Value::Array(rows) => {
            rows.iter_mut().for_each(|row| *row = without_delivery(row.take()));
        }
        _ => (),
    }
    answer
}

/// A call in a world of its own.
struct Attempt {
    world: World,
    script: Arc<Script>,
    answer: Result<Value, TargetError>,
}

impl Attempt {
    fn run(
        probe: &Probe,
        before: &Rows,
        function: &str,
        arguments: &[Value],
        fails: Option<usize>,
    ) -> Attempt {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.restore(before).unwrap();
        world.clock.set(probe.world.clock.now());
        let script = Arc::new(Script { fails, ..Script::default() });
        let of = |script: &Arc<Script>| Arc::clone(script);
        let ports = bridge::ports(
            Arc::new(Scripted(of(&script), Arc::clone(&world.storage))),
            Arc::new(Scripted(of(&script), Arc::clone(&world.mail))),
            Arc::new(Scripted(of(&script), probe.world.clock.clone())),
            Arc::new(Scripted(
                of(&script),
                (Arc::clone(&probe.world.secrets), SeededSecrets::new(7)),
            )),
        );
        let answer = Native::of(ports).call(function, arguments).map(without_delivery);
        Attempt { world, script, answer }
    }

    /// After the jobs have run, everything is as if nothing had failed.
    fn assert_like(&self, other: &Attempt, function: &str, name: &str) {
        let own = self.settled(function);
        let others = other.settled(function);
        let differs = |(key, value): &(&String, &String)| others.get(*key) != Some(*value);
        if let Some((key, value)) = own.iter().find(differs) {
            panic!("{name}: {key} is {value}, and else {:?}", others.get(key));
        }
        let missing = others.keys().find(|key| !own.contains_key(*key));
        assert_eq!(missing, None, "{name}");
        let mails = |attempt: &Attempt| -> BTreeSet<String> {
            attempt.world.mails_after(0).into_iter().map(|mail| mail.id).collect()
        };
        assert_eq!(mails(self), mails(other), "{name}: the same mails go out");
    }

    /// The rows after an hour of jobs, but for those that tell how often a mail was tried and
    /// when a job ran.
    fn settled(&self, function: &str) -> Rows {
        let target = Native::new(&self.world);
        let after = self.world.clock.now() + 3_600_000;
        self.world.clock.set(after);
        while target.call("jobs.run", &[json!(1_000)]).unwrap()["more"] == true {}
        let rows = self.world.rows().unwrap();
        // The next comparison begins where this one did.
        self.world.clock.set(after - 3_600_000);
        let logged = REST_IS_LOGGED.contains(&function);
        let told = |key: &str| {
            let kind = key.strip_prefix("a/").and_then(|rest| rest.split('/').nth(1));
            match kind {
                Some("head" | "mail") => false,
                Some("log" | "about") => !logged,
                Some(_) => true,
                None => !key.starts_with("due/") && !key.starts_with("lease/"),
            }
        };
        rows.into_iter().filter(|(key, _)| told(key)).collect()
    }
}

/// Counts a command's calls of the host, and makes one of them fail.
#[derive(Default)]
struct Script {
    fails: Option<usize>,
    calls: AtomicUsize,
    committed: Mutex<Option<usize>>,
}

impl Script {
    /// Whether this call fails.
    fn next(&self) -> bool {
        Some(self.calls.fetch_add(1, Ordering::SeqCst)) == self.fails
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Which call was the first commit.
    fn committed(&self) -> Option<usize> {
        *self.committed.lock().unwrap()
    }
}

/// What a host gives, as the script says.
struct Scripted<T>(Arc<Script>, T);

fn down() -> Error {
    Error::Unavailable("it is down".to_owned())
}

impl<S: Storage> Storage for Scripted<Arc<S>> {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        if self.0.next() { Err(down()) } else { self.1.get(keys) }
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        if self.0.next() { Err(down()) } else { self.1.scan(start, end, limit, reverse) }
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        let call = self.0.calls();
        if self.0.next() {
            return Err(down());
        }
        let outcome = self.1.commit(checks, writes)?;
        if matches!(outcome, Outcome::Committed) {
            self.0.committed.lock().unwrap().get_or_insert(call);
        }
        Ok(outcome)
    }

    fn scrub(&self) -> Result<(), Error> {
        if self.0.next() { Err(down()) } else { self.1.scrub() }
    }
}

impl<M: Mail> Mail for Scripted<Arc<M>> {
    fn send(&self, message: Message) -> Handover {
        if self.0.next() {
            Handover::TryLater("it is down".to_owned())
        } else {
            self.1.send(message)
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        if self.0.next() { Err("it is down".to_owned()) } else { self.1.forget(ids) }
    }
}

impl<C: Clock> Clock for Scripted<C> {
    fn now(&self) -> u64 {
        if self.0.next() { u64::MAX } else { self.1.now() }
    }

    /// None is no failure, but another answer.
    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        self.1.offset(zone, at)
    }
}

/// The story's keys, and the same random bytes in each attempt.
impl Secrets for Scripted<(Arc<SeededSecrets>, SeededSecrets)> {
    fn random(&self, len: usize) -> Result<Vec<u8>, SecretsError> {
        if self.0.next() {
            Err(SecretsError("it is down".to_owned()))
        } else {
            self.1.1.random(len)
        }
    }

    fn keys(&self) -> Result<Vec<Key>, SecretsError> {
        if self.0.next() { Err(SecretsError("it is down".to_owned())) } else { self.1.0.keys() }
    }
}
