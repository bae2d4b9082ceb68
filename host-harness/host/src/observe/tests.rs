//! What a host tells of what it did, from outside.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::*;
use crate::adapters::mail::{Handover, Mail, Message};
use crate::adapters::secrets::SystemSecrets;
use crate::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome as Committed, Page, Storage, StorageFigures, Write,
};
use crate::{Host, HostBuilder, Instances, Limits};

/// A store in which somebody else is quicker, so many times.
struct Contended {
    below: MemoryStorage,
    times: AtomicU32,
}

impl Storage for Contended {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.below.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.below.scan(start, end, limit, reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Committed, Error> {
        let left = self.times.load(Ordering::SeqCst);
        if left > 0 && !checks.is_empty() {
            self.times.store(left - 1, Ordering::SeqCst);
            return Ok(Committed::Conflict(vec![checks[0].key.clone()]));
        }
        self.below.commit(checks, writes)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.below.scrub()
    }

    fn figures(&self) -> StorageFigures {
        StorageFigures { kind: "contended", figures: Vec::new() }
    }
}

/// Never takes a mail.
struct Away;

impl Mail for Away {
    fn send(&self, _: Message) -> Handover {
        Handover::TryLater("421".into())
    }
}

fn builder() -> HostBuilder {
    static COMPILED: LazyLock<Host> = LazyLock::new(|| Host::builder().build().unwrap());
    COMPILED.sharing()
}

fn call() -> Value {
    json!({
        "agency": "acme", "actor": {"id": "olga", "name": "Olga Owner", "role": "owner"},
        "trace-id": "0af7651916cd43dd8448eb211c80319c",
    })
}

fn prepare(host: &Host) {
    let acme = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
    });
    host.call("agencies.create", &[acme]).unwrap();
    let nike = json!({"id": "nike", "name": "Nike"});
    host.call("brands.create", &[call(), nike]).unwrap();
}

fn invite(host: &Host) -> Result<Value, crate::CallError> {
    let invite = json!({"email": "ann@nike.example", "name": "Ann Ode", "brands": ["nike"]});
    host.call("clients.invite-by-email", &[call(), invite])
}

fn of<'f>(figures: &'f Figures, function: &str) -> &'f CallFigures {
    figures.calls.iter().find(|calls| calls.function == function).unwrap()
}

#[test]
fn calls_are_counted_with_what_became_of_them_and_what_they_asked() {
    let contended = Contended { below: MemoryStorage::new(), times: AtomicU32::new(0) };
    let storage = Arc::new(contended);
    let secrets = Arc::new(SystemSecrets::ephemeral().unwrap());
    let host = builder().storage(storage.clone()).secrets(secrets).mail(Arc::new(Away));
    let host = host.build().unwrap();
    prepare(&host);
    storage.times.store(2, Ordering::SeqCst);
    let (invited, asked) = observed(|| invite(&host));
    invited.unwrap();
    assert_eq!((asked.calls, asked.conflicts, asked.times(HostCall::Commit)), (1, 2, 4));
    assert!(asked.rows_written > 5 && asked.rows_read > 0 && asked.bytes > 100, "{asked:?}");
    assert_eq!(asked.failures, 1, "the mail wasn't taken");
    storage.times.store(100, Ordering::SeqCst);
    assert!(host.call("brands.create", &[call(), json!({"name": "Puma"})]).is_err());
    storage.times.store(0, Ordering::SeqCst);
    assert!(host.call("clients.revoke", &[call(), json!("nobody")]).is_err());
    let figures = host.figures();
    assert_eq!(of(&figures, "clients.invite-by-email").outcomes.len(), 1);
    let outcomes = |function: &str| -> Vec<(Outcome, u64)> {
        of(&figures, function).outcomes.iter().map(|one| (one.outcome, one.calls)).collect()
    };
    let expected = [(Outcome::Done, 1), (Outcome::Failed("busy"), 1)];
    assert_eq!(outcomes("brands.create"), expected);
    assert!(matches!(outcomes("clients.revoke")[..], [(Outcome::Refused(_), 1)]));
    let took = of(&figures, "brands.create").took;
    assert_eq!(took.buckets.iter().sum::<u64>(), 2);
    assert_eq!(figures.conflicts, 2 + 8);
    assert_eq!(figures.store.kind, "contended");
    let (mails, instances) = (figures.mails, figures.instances);
    assert_eq!((mails.accepted, mails.later), (0, 1));
    assert!(mails.oldest_waiting.is_some());
    assert_eq!((instances.live(), instances.idle), (0, 0), "each was for one call");
    assert_eq!(instances.made, 5);
    let get = figures.host_calls.iter().find(|one| one.function == HostCall::Get).unwrap();
    assert!(get.calls > 5 && !get.took.is_zero());
}

#[test]
fn instances_that_are_kept_live_and_a_rehearsal_counts_for_nobody() {
    let host = builder().instances(Instances::Warm { max_idle: 2 }).build().unwrap();
    for _ in 0..3 {
        host.call("system.schema", &[]).unwrap();
    }
    host.typed(|exports, store| exports.clientdesk_core_system().call_schema(store)).unwrap();
    host.rehearsal().call("system.schema", &[]).unwrap();
    let figures = host.figures();
    let expected = InstanceFigures { made: 1, ended: 0, idle: 1 };
    assert_eq!(figures.instances, expected);
    let names: Vec<(&str, u64)> =
        figures.calls.iter().map(|one| (one.function.as_str(), one.outcomes[0].calls)).collect();
    assert_eq!(names, [("system.schema", 3), ("typed", 1)]);
    let uncounted = host.sharing().uncounted().build().unwrap();
    let (_, asked) = observed(|| uncounted.call("system.schema", &[]).unwrap());
    assert_eq!((asked.calls, uncounted.figures().calls.len()), (0, 0));
}

#[test]
fn a_call_that_is_stopped_counts_with_why() {
    let limits = Limits { host_calls: 3, ..Limits::default() };
    let host = builder().limits(limits).build().unwrap();
    assert!(host.call("system.status", &[]).is_err());
    let figures = host.figures();
    let outcomes = &of(&figures, "system.status").outcomes;
    assert_eq!(outcomes[0].outcome, Outcome::Failed("host-calls"));
    assert_eq!(figures.instances, InstanceFigures { made: 1, ended: 1, idle: 0 });
}

#[cfg(feature = "tracing")]
mod spans {
    use std::fmt::Write as _;
    use std::sync::Mutex;

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;

    /// Writes down all spans up to a level, with what they say.
    #[derive(Clone)]
    struct Notes(Level, Arc<Mutex<String>>);

    struct Words<'t>(&'t mut String);

    impl Visit for Words<'_> {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            let _ = writeln!(self.0, "{}={value:?}", field.name());
        }
    }

    impl Subscriber for Notes {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "clientdesk" && *metadata.level() <= self.0
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            let text = &mut *self.1.lock().unwrap();
            let _ = writeln!(text, "[{}]", span.metadata().name());
            span.record(&mut Words(text));
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, values: &Record<'_>) {
            values.record(&mut Words(&mut self.1.lock().unwrap()));
        }

        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    fn told(level: Level, work: impl FnOnce()) -> String {
        let notes = Notes(level, Arc::default());
        tracing::subscriber::with_default(notes.clone(), work);
        notes.1.lock().unwrap().clone()
    }

    #[test]
    fn calls_and_what_they_ask_are_spans_without_anybodys_data() {
        let host = builder().build().unwrap();
        prepare(&host);
        let text = told(Level::TRACE, || {
            invite(&host).unwrap();
            assert!(host.call("clients.revoke", &[call(), json!("ann@nike.example")]).is_err());
            let mut nosy = call();
            nosy["agency"] = json!("ann@nike.example");
            nosy["trace-id"] = json!("of Ann Ode, ann@nike.example");
            assert!(host.call("clients.counts", &[nosy]).is_err());
        });
        for line in [
            "[call]",
            "function=\"clients.invite-by-email\"",
            "agency=\"acme\"",
            "trace=\"0af7651916cd43dd8448eb211c80319c\"",
            "[host call]",
            "function=\"storage.commit\"",
            "function=\"mail.send\"",
            "conflict=false",
            "outcome=\"done\"",
            "outcome=\"refused\"",
            "host_calls=",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        for somebodys in ["ann", "Ann", "Ode", "olga", "Olga", "nike", "Nike", "@"] {
            assert!(!text.contains(somebodys), "{somebodys}\n{text}");
        }
        let calls = told(Level::DEBUG, || drop(host.call("system.status", &[])));
        assert!(calls.contains("[call]") && !calls.contains("[host call]"), "{calls}");
    }
}
