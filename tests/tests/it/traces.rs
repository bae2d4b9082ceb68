//! Once a person is erased, no byte of the name or the address is in any file, whoever erased:
//! a host that keeps the store open, or a job. And what happens when the host can't now.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::{Clock, ManualClock};
use clientdesk_host::adapters::mail::{FolderMail, Handover, Mail, Message, RecordingMail};
use clientdesk_host::adapters::secrets::SeededSecrets;
use clientdesk_host::adapters::storage::{MemoryStorage, SqliteStorage};
use clientdesk_scenario::faults::{Breakage, Fault, FaultyStorage, Operation};
use clientdesk_scenario::{Target, World};
use clientdesk_tests::bridge;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::call;
use crate::corpus::host;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("traces/a_host_leaves_none_in_any_file", a_host_leaves_none),
        trial("traces/a_job_leaves_none_in_any_file", a_job_leaves_none),
        trial("traces/a_host_that_cannot_forget_is_asked_again", it_is_asked_again),
        trial("traces/a_mail_on_its_way_is_forgotten_too", a_mail_on_its_way),
        trial("traces/a_host_that_never_forgets_holds_up_nothing_else", it_holds_up_nothing),
    ]
}

const MINUTE: u64 = 60_000;

/// Of the name and of the address, in lower case.
const WORD: &str = "secretive";

/// A host in a folder of its own.
struct Place {
    folder: tempfile::TempDir,
    host: Host,
    storage: Arc<FaultyStorage>,
    clock: ManualClock,
}

impl Place {
    /// An agency with a client called Secretive, and with a copy of her bytes where SQLite leaves
    /// them when it moves a row from page to page.
    fn with_client() -> (Place, Value) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStorage::open(folder.path().join("store.sqlite")).unwrap();
        let storage = Arc::new(FaultyStorage::new(Arc::new(store)));
        let mails = FolderMail::open(folder.path().join("mails"), "no-reply@host.example").unwrap();
        let clock = ManualClock::at(1_788_220_800_000);
        let host = host()
            .sharing()
            .storage(storage.clone())
            .mail(Arc::new(mails))
            .clock(Arc::new(clock.clone()))
            .secrets(Arc::new(SeededSecrets::new(1)))
            .build()
            .unwrap();
        let place = Place { folder, host, storage, clock };
        place.call(
            "agencies.create",
            &[json!({
                "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://acme.example",
            })],
        );
        let caller = call("acme", "owner");
        place.call("brands.create", &[caller.clone(), json!({"id": "nike", "name": "Nike"})]);
        let email = "secretive@x.example";
        let invite = json!({"email": email, "name": "Secretive", "brands": ["nike"]});
        let invited = place.call("clients.invite-by-email", &[caller.clone(), invite]);
        let client = invited["client"].clone();
        place.call("clients.revoke", &[caller, client.clone()]);
        place.leave_copy();
        (place, client)
    }

    /// A row that is deleted without being overwritten.
    fn leave_copy(&self) {
        let connection = rusqlite::Connection::open(self.folder.path().join("store.sqlite"));
        let connection = connection.unwrap();
        connection.pragma_update(None, "secure_delete", false).unwrap();
        let row = format!("INSERT INTO entries VALUES ('zzz', '\"{}\"', 0)", WORD.repeat(200));
        connection.execute(&row, []).unwrap();
        connection.execute("DELETE FROM entries WHERE key = 'zzz'", []).unwrap();
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Value {
        self.host.call(function, arguments).unwrap_or_else(|error| panic!("{function}: {error}"))
    }

    fn erase(&self, client: &Value) {
        self.call("clients.erase", &[call("acme", "owner"), client.clone()]);
    }

    /// Files that hold the word, in any case.
    fn holding(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.folder.path(), &mut found);
        found
    }

    #[track_caller]
    fn assert_soon_clean(&self) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.holding().is_empty() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(self.holding(), [""; 0]);
    }
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if let Ok(bytes) = fs::read(&path) {
            let bytes = bytes.to_ascii_lowercase();
            if bytes.windows(WORD.len()).any(|part| part == WORD.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
}

fn a_host_leaves_none() {
    let (place, client) = Place::with_client();
    let before = place.holding();
    for file in ["store.sqlite", ".eml"] {
        assert!(before.iter().any(|name| name.contains(file)), "or this tests nothing: {before:?}");
    }
    place.erase(&client);
    place.assert_soon_clean();
}

/// The store can't note the wish, nor much else, when the client is erased: a job goes on.
fn a_job_leaves_none() {
    let (place, client) = Place::with_client();
    let (storage, on) = (Breakage::Unavailable, Some(Operation::Scrub));
    place.storage.begin(Some(Fault { storage, on, nth: 1, times: 1 }));
    place.erase(&client);
    assert_eq!(place.storage.hits(), 1);
    // Emptying the log isn't enough.
    std::thread::sleep(Duration::from_secs(4));
    let store = place.folder.path().join("store.sqlite").display().to_string();
    assert_eq!(place.holding(), [store], "or this tests nothing");
    place.clock.set(place.clock.now() + 1);
    let report = place.call("jobs.run", &[json!(1_000)]);
    assert_eq!((&report["failed"], &report["done"]), (&json!(0), &json!(1)), "{report}");
    place.assert_soon_clean();
}

/// Takes mails, and can't forget so many times.
struct Stubborn {
    inner: RecordingMail,
    refusals: AtomicUsize,
}

impl Mail for Stubborn {
    fn send(&self, message: Message) -> Handover {
        self.inner.send(message)
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        let left = self.refusals.load(Ordering::SeqCst);
        if left > 0 {
            self.refusals.store(left - 1, Ordering::SeqCst);
            return Err("the mail folder is away".to_owned());
        }
        self.inner.forget(ids)
    }
}

/// A world whose client was erased by a host that refuses to forget so many times.
struct Refused {
    world: World,
    mail: Arc<Stubborn>,
    target: Native,
}

impl Refused {
    fn times(count: usize) -> Refused {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(1_788_220_800_000);
        let refusals = AtomicUsize::new(count);
        let mail = Arc::new(Stubborn { inner: RecordingMail::new(), refusals });
        let World { storage, clock, secrets, .. } = world.clone();
        let ports = bridge::ports(storage, mail.clone(), Arc::new(clock), secrets);
        let refused = Refused { world, mail, target: Native::of(ports) };
        refused.call(
            "agencies.create",
            &[json!({
                "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://acme.example",
            })],
        );
        let caller = call("acme", "owner");
        refused.call("brands.create", &[caller.clone(), json!({"id": "nike", "name": "Nike"})]);
        let invite =
            json!({"email": "secretive@x.example", "name": "Secretive", "brands": ["nike"]});
        let invited = refused.call("clients.invite-by-email", &[caller.clone(), invite]);
        for function in ["clients.revoke", "clients.erase"] {
            refused.call(function, &[caller.clone(), invited["client"].clone()]);
        }
        refused
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Value {
        let answer = self.target.call(function, arguments);
        answer.unwrap_or_else(|error| panic!("{function}: {error:?}"))
    }

    /// The rows that hold the word: of mails, while the host keeps theirs.
    fn rows(&self) -> Vec<String> {
        let rows = self.world.rows().unwrap().into_iter();
        let telling = rows.filter(|(_, value)| value.to_lowercase().contains(WORD));
        telling.map(|(key, _)| key).collect()
    }

    /// All that hosts may show of the client, the log too; the outbox isn't the client.
    fn shown(&self) -> String {
        let caller = || call("acme", "owner");
        let page = || json!({"limit": 50});
        let list = [caller(), Value::Null, Value::Null, page()];
        [
            self.call("clients.list", &list),
            self.call("clients.export", &list),
            self.call("audit.list", &[caller(), Value::Null, json!("backward"), page()]),
        ]
        .map(|answer| answer.to_string().to_lowercase())
        .concat()
    }

    fn run_jobs(&self, after: u64) -> Value {
        self.world.clock.set(self.world.clock.now() + after);
        self.call("jobs.run", &[json!(1_000)])
    }

    fn stuck(&self) -> Value {
        self.call("jobs.stuck", &[json!({"limit": 10})])["jobs"].clone()
    }

    /// While it can't forget: the client is erased, and only the mail's row says what is left.
    fn assert_only_mails_left(&self) {
        assert_eq!(self.mail.inner.messages().len(), 1);
        let rows = self.rows();
        assert!(rows.len() == 1 && rows[0].starts_with("a/acme/mail/"), "{rows:?}");
        assert!(!self.shown().contains(WORD));
    }

    fn assert_nothing_left(&self) {
        assert!(self.mail.inner.messages().is_empty());
        assert_eq!(self.rows(), [""; 0]);
        let rows = self.world.rows().unwrap();
        let left = rows.keys().filter(|key| key.contains("erasure") || key.contains("mail-of"));
        assert_eq!(left.collect::<Vec<_>>(), [""; 0]);
        assert_eq!(
            self.call("audit.verify", &[call("acme", "owner"), json!(1)])["flaw"],
            Value::Null
        );
    }
}

/// Once, or some times: the next job does it.
fn it_is_asked_again() {
    for count in 0..4 {
        let refused = Refused::times(count);
        for failed in 1..count {
            refused.assert_only_mails_left();
            let report = refused.run_jobs(16 * MINUTE);
            assert_eq!(report["failed"], 1, "{failed} of {count}: {report}");
            assert_eq!(refused.stuck(), json!([]));
        }
        if count > 0 {
            refused.assert_only_mails_left();
            let report = refused.run_jobs(16 * MINUTE);
            assert_eq!((&report["failed"], &report["done"]), (&json!(0), &json!(1)), "{count}");
        }
        refused.assert_nothing_left();
    }
}

/// Always: it is parked after ten times, says why, and can be taken up.
fn it_holds_up_nothing() {
    let refused = Refused::times(usize::MAX);
    for _ in 0..10 {
        refused.assert_only_mails_left();
        assert_eq!(refused.stuck(), json!([]));
        refused.run_jobs(10 * 60 * MINUTE);
    }
    refused.assert_only_mails_left();
    let [job]: [Value; 1] = refused.stuck().as_array().unwrap().clone().try_into().unwrap();
    assert_eq!((&job["kind"], &job["agency"]), (&json!("erasure"), &json!("acme")));
    let problem = job["problem"].as_str().unwrap();
    assert!(problem.contains("the mail folder is away"), "{problem}");
    assert!(!problem.to_lowercase().contains(WORD), "{problem}");

    refused.mail.refusals.store(0, Ordering::SeqCst);
    let retry = ["agency", "kind", "subject", "due-at"].map(|field| job[field].clone());
    refused.call("jobs.retry", &retry);
    assert_eq!(refused.run_jobs(1)["failed"], 0);
    refused.assert_nothing_left();
}

/// A host that is handed a mail while somebody erases the client, and then can't forget it.
struct Overtaken {
    world: World,
    inner: Arc<Stubborn>,
    /// Whether the next mail is overtaken.
    armed: AtomicUsize,
}

impl Overtaken {
    fn native(world: &World, mail: Arc<dyn Mail>) -> Native {
        let World { storage, clock, secrets, .. } = world.clone();
        Native::of(bridge::ports(storage, mail, Arc::new(clock), secrets))
    }
}

impl Mail for Overtaken {
    fn send(&self, message: Message) -> Handover {
        if self.armed.swap(0, Ordering::SeqCst) == 1 {
            let other = Overtaken::native(&self.world, self.inner.clone());
            let page = [call("acme", "owner"), Value::Null, Value::Null, json!({"limit": 1})];
            let client = other.call("clients.list", &page).unwrap()["clients"][0]["id"].clone();
            for function in ["clients.revoke", "clients.erase"] {
                let done = other.call(function, &[call("acme", "owner"), client.clone()]);
                assert!(matches!(function, "clients.revoke") || done.is_ok(), "{done:?}");
            }
            self.inner.refusals.store(1, Ordering::SeqCst);
        }
        self.inner.send(message)
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.inner.forget(ids)
    }
}

/// To the client, and to the agency: an alert that names a client whose access was taken away.
fn a_mail_on_its_way() {
    for to_agency in [false, true] {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(1_788_220_800_000);
        let (inner, refusals) = (RecordingMail::new(), AtomicUsize::new(0));
        let stubborn = Arc::new(Stubborn { inner, refusals });
        let armed = AtomicUsize::new(0);
        let mail = Arc::new(Overtaken { world: world.clone(), inner: stubborn.clone(), armed });
        let target = Overtaken::native(&world, mail.clone());
        let refused = Refused { world, mail: stubborn, target };
        let caller = || call("acme", "owner");
        refused.call(
            "agencies.create",
            &[json!({
                "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
                "billing-interval": "monthly", "portal-address": "https://acme.example",
            })],
        );
        refused.call("agencies.update", &[caller(), json!({"alerts": true})]);
        refused.call("brands.create", &[caller(), json!({"id": "nike", "name": "Nike"})]);
        let invite =
            json!({"email": "secretive@x.example", "name": "Secretive", "brands": ["nike"]});
        if to_agency {
            refused.call("clients.invite-by-email", &[caller(), invite]);
            let who = json!("secretive@x.example");
            refused.call("portal.admit", &[json!("acme"), who, Value::Null, Value::Null]);
            let before = refused.mail.inner.messages().len();
            mail.armed.store(1, Ordering::SeqCst);
            for _ in 0..60 {
                refused.run_jobs(24 * 60 * MINUTE);
            }
            assert!(refused.mail.inner.attempts() > before, "an alert went out");
        } else {
            mail.armed.store(1, Ordering::SeqCst);
            refused.call("clients.invite-by-email", &[caller(), invite]);
            assert_eq!(refused.mail.inner.messages().len(), 1);
        }
        assert_eq!(mail.armed.load(Ordering::SeqCst), 0);
        assert_eq!(refused.mail.refusals.load(Ordering::SeqCst), 0, "it was asked, and refused");
        refused.run_jobs(24 * 60 * MINUTE);
        refused.assert_nothing_left();
    }
}
