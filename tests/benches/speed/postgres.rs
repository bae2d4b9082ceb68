//! What things cost in a PostgreSQL database, each beside the statements that it asks for, sent by hand.
//!
//! `cargo bench -- postgres`, with the server's address in `CLIENTDESK_POSTGRES`; schemas whose names begin with `bench` are
//! made there. Both sides take turns, so that what else goes on there and on the machine counts for both.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clientdesk_host::adapters::storage::{
    MemoryStorage, PostgresOptions, PostgresStorage, Storage,
};
use clientdesk_host::bindings::exports::clientdesk::core::clients::{
    ClientFilter, ClientSort, EmailInvite,
};
use clientdesk_host::bindings::exports::clientdesk::core::types::{self, Call};
use clientdesk_host::{Host, Instances};

use super::raw::{Asked, Recorder};
use super::raw_postgres::RawPostgres;
use super::table::{Goal, Row};
use super::{pages, world};

/// What the specification asks of every row.
const MOST: f64 = 1.3;
/// How often each thing is done, by each side.
const ROUNDS: usize = 500;
/// How many clients are there before a list is looked at.
const CLIENTS: usize = 300;
const THREADS: usize = 8;
/// How many invites the threads make, all together.
const INVITES: usize = 2_000;
/// Where our rows are.
pub const SCHEMA: &str = "bench";

/// A store in PostgreSQL that remembers what it was asked for.
pub type Recorded = Arc<Recorder<PostgresStorage>>;

pub fn rows() -> Vec<Row> {
    let address = address();
    let mut rows: Vec<Row> = STEPS.iter().map(|step| step.row_beside_memory(&address)).collect();
    rows.push(threads(&address));
    rows.push(crowd(&address));
    rows
}

pub fn address() -> String {
    std::env::var("CLIENTDESK_POSTGRES")
        .expect("CLIENTDESK_POSTGRES names a server: postgres://user@host/database")
}

/// Something that is done over and over.
pub struct Step {
    pub what: &'static str,
    /// What comes before each time, which isn't timed.
    before: fn(&Desk, usize),
    step: fn(&Desk, usize),
}

pub const STEPS: [Step; 5] = [
    Step { what: "invite", before: |_, _| (), step: |desk, number| desk.invite("new", number) },
    Step {
        what: "accept",
        before: |desk, number| desk.invite("guest", number),
        step: Desk::accept,
    },
    Step { what: "page of 50 clients", before: |_, _| (), step: |desk, _| desk.list() },
    Step { what: "search for a client", before: |_, _| (), step: |desk, _| desk.search() },
    Step { what: "check a session", before: |_, _| (), step: |desk, _| desk.me() },
];

impl Step {
    fn row_beside_memory(&self, address: &str) -> Row {
        let in_memory = Desk::with_clients(Arc::new(MemoryStorage::new()));
        let own = (0..ROUNDS).map(|number| {
            (self.before)(&in_memory, number);
            timed(|| (self.step)(&in_memory, number))
        });
        let own = median(own.collect()) / 1_000.0;
        let storage = recorded(address);
        let desk = Desk::with_clients(Arc::clone(&storage) as _);
        let mut raw = RawPostgres::copy_of(address, SCHEMA);
        let what = format!("PostgreSQL, {} (in memory {own:.0} µs)", self.what);
        self.row(&what, &desk, &storage, &mut raw)
    }

    /// Both sides in turn: what ours asks for, the other sends by hand.
    pub fn row(&self, what: &str, desk: &Desk, storage: &Recorded, raw: &mut RawPostgres) -> Row {
        storage.take();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for number in 0..ROUNDS {
            (self.before)(desk, number);
            raw.replay(&storage.take());
            ours.push(timed(|| (self.step)(desk, number)));
            let asked = storage.take();
            theirs.push(timed(|| raw.replay(&asked)));
        }
        let (ours, theirs) = (Some(median(ours)), Some(median(theirs)));
        Row::of(what, ours, "the same statements, by hand", theirs, Goal::Ratio(MOST))
    }
}

pub fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// In nanoseconds.
pub fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_nanos() as f64
}

/// Invites a second of many threads, each with an agency of its own.
fn threads(address: &str) -> Row {
    let each = INVITES / THREADS;
    let below = fresh(address);
    // Compiling takes seconds: once for all.
    let compiled = world::warm_host(Arc::new(MemoryStorage::new()));
    let desks: Vec<(Recorded, Desk)> = (0..THREADS)
        .map(|number| {
            let storage = Arc::new(Recorder::over(Arc::clone(&below)));
            let agency = format!("agency{number}");
            world::prepare_agency(&world::ports(Arc::clone(&storage) as _), &agency);
            let instances = Instances::Warm { max_idle: 1 };
            let host = world::host_of(compiled.sharing(), Arc::clone(&storage) as _, instances);
            storage.take();
            (storage, Desk { host, agency, session: String::new() })
        })
        .collect();
    let mut raw = vec![RawPostgres::copy_of(address, SCHEMA)];
    raw.extend((1..THREADS).map(|_| RawPostgres::open(address)));
    let ours = rate(desks.iter().enumerate().map(|(at, (_, desk))| {
        move || (0..each).for_each(|number| desk.invite("new", at * each + number))
    }));
    let asked: Vec<Vec<Asked>> = desks.iter().map(|(storage, _)| storage.take()).collect();
    let theirs = rate(raw.iter_mut().zip(&asked).map(|(raw, asked)| || raw.replay(asked)));
    let what = format!("PostgreSQL, invites, {THREADS} threads");
    Row::rate(&what, ours, theirs, 1.0 / MOST)
}

/// The same of one agency: each writes the head of its log, so of those that meet one is made, and the others begin anew.
fn crowd(address: &str) -> Row {
    let storage = fresh(address);
    world::prepare(&world::ports(Arc::clone(&storage) as _));
    let host = world::host(storage, Instances::Warm { max_idle: THREADS });
    let desk = &Desk { host, agency: "acme".to_owned(), session: String::new() };
    let each = INVITES / THREADS;
    let invites =
        |thread: usize| move || (0..each).for_each(|at| desk.invite("new", thread * each + at));
    let all = rate((0..THREADS).map(invites));
    let alone = timed(invites(THREADS)).as_nanos() as f64 / each as f64;
    let what = format!("PostgreSQL, invites, {THREADS} threads, one agency");
    Row::of(&what, Some(1e9 / all), "one thread", Some(alone), Goal::None)
}

/// How many invites a second the threads make that do these things.
fn rate(work: impl Iterator<Item = impl FnOnce() + Send>) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| work.for_each(|work| drop(scope.spawn(work))));
    INVITES as f64 / start.elapsed().as_secs_f64()
}

/// A store of ours in a new schema.
pub fn fresh(address: &str) -> Arc<PostgresStorage> {
    let options = || PostgresOptions::read(address).unwrap().schema(SCHEMA);
    drop(options().open().unwrap());
    options().remove().unwrap();
    Arc::new(options().open().unwrap())
}

pub fn recorded(address: &str) -> Recorded {
    Arc::new(Recorder::over(fresh(address)))
}

/// An agency with clients, of whom one is logged in.
pub struct Desk {
    pub host: Host,
    pub agency: String,
    pub session: String,
}

impl Desk {
    fn with_clients(storage: Arc<dyn Storage>) -> Desk {
        world::prepare(&world::ports(Arc::clone(&storage)));
        let host = world::warm_host(storage);
        let desk = Desk { session: world::sign_up(&host), agency: "acme".to_owned(), host };
        (0..CLIENTS).for_each(|number| desk.invite("client", number));
        desk
    }

    fn call(&self) -> Call {
        Call { agency: self.agency.clone(), ..world::call() }
    }

    fn invite(&self, who: &str, number: usize) {
        let invite = EmailInvite {
            email: format!("{who}{number}@nike.example"),
            brands: vec!["nike".to_owned()],
            name: Some("Ann Example".to_owned()),
            note: None,
            permissions: None,
            access_ends_at: None,
        };
        let call = self.call();
        let answer = || {
            self.host
                .typed(|exports, store| {
                    exports.clientdesk_core_clients().call_invite_by_email(store, &call, &invite)
                })
                .unwrap()
        };
        // Whoever always meets others tries again.
        while let Err(error) = answer() {
            assert!(matches!(error, types::Error::Busy), "{error:?}");
        }
    }

    fn accept(&self, number: usize) {
        let email = format!("guest{number}@nike.example");
        let answer = self.host.typed(|exports, store| {
            let portal = exports.clientdesk_core_portal();
            portal.call_admit(store, &self.agency, &email, None, None)
        });
        answer.unwrap().unwrap();
    }

    fn list(&self) {
        pages::page_of(&self.host, &self.call(), None, ClientSort::Name);
    }

    /// For the one client whose address has this in it.
    fn search(&self) {
        let filter = ClientFilter {
            search: Some("client77@".to_owned()),
            brand: None,
            status: None,
            delivery: None,
        };
        pages::page_of(&self.host, &self.call(), Some(filter), ClientSort::Name);
    }

    fn me(&self) {
        let answer = self
            .host
            .typed(|exports, store| exports.clientdesk_core_portal().call_me(store, &self.session));
        answer.unwrap().unwrap();
    }
}
