//! What things cost in a PostgreSQL database, each beside the statements that it asks for, sent by hand.
//!
//! `cargo bench -- postgres`, with the server's address in `CLIENTDESK_POSTGRES`; schemas that begin with `bench` are made
//! there. Both sides take turns, so that what else goes on there and on the machine counts for both.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clientdesk_host::adapters::storage::{MemoryStorage, PostgresOptions, Storage, Write};
use clientdesk_host::bindings::exports::clientdesk::core::clients::{ClientSort, EmailInvite};
use clientdesk_host::{Host, Instances};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, NoTls, Statement};

use super::raw::{Asked, Recorder, Recording};
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

pub fn rows() -> Vec<Row> {
    let address = std::env::var("CLIENTDESK_POSTGRES")
        .expect("CLIENTDESK_POSTGRES names a server: postgres://user@host/database");
    let mut rows: Vec<Row> = STEPS.iter().map(|step| step.row(&address)).collect();
    rows.push(threads(&address));
    rows
}

/// Something that is done over and over.
struct Step {
    what: &'static str,
    /// What comes before each time, which isn't timed.
    before: fn(&Desk, usize),
    step: fn(&Desk, usize),
}

const STEPS: [Step; 4] = [
    Step { what: "invite", before: |_, _| (), step: |desk, number| desk.invite("new", number) },
    Step {
        what: "accept",
        before: |desk, number| desk.invite("guest", number),
        step: Desk::accept,
    },
    Step { what: "page of 50 clients", before: |_, _| (), step: |desk, _| desk.list() },
    Step { what: "check a session", before: |_, _| (), step: |desk, _| desk.me() },
];

impl Step {
    fn row(&self, address: &str) -> Row {
        let recorder = Arc::new(Recorder::default());
        let recorded = Desk::new(Arc::clone(&recorder) as _);
        recorder.take();
        let before = recorder.dump();
        let recordings: Vec<(Vec<Asked>, Vec<Asked>)> = (0..ROUNDS)
            .map(|number| {
                (self.before)(&recorded, number);
                let before = recorder.take();
                (self.step)(&recorded, number);
                (before, recorder.take())
            })
            .collect();

        let in_memory = Desk::new(Arc::new(MemoryStorage::new()));
        let desk = Desk::new(fresh(address, "bench"));
        let mut raw = RawPostgres::create(address, "bench_raw", &before);
        raw.tidy("bench");
        let (mut own, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (before, step)) in recordings.iter().enumerate() {
            (self.before)(&in_memory, number);
            (self.before)(&desk, number);
            raw.replay(before);
            own.push(timed(|| (self.step)(&in_memory, number)));
            ours.push(timed(|| (self.step)(&desk, number)));
            theirs.push(timed(|| raw.replay(step)));
        }
        let own = median(own) / 1_000.0;
        let what = format!("PostgreSQL, {} (in memory {own:.0} µs)", self.what);
        let (ours, theirs) = (Some(median(ours)), Some(median(theirs)));
        Row::of(&what, ours, "the same statements, by hand", theirs, Goal::Ratio(MOST))
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// In nanoseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_nanos() as f64
}

/// Invites a second of many threads, each with an agency of its own.
fn threads(address: &str) -> Row {
    let agency = |number: usize| format!("agency{number}");
    let recorder = Arc::new(Recorder::default());
    let ports = world::ports(Arc::clone(&recorder) as _);
    (0..THREADS).for_each(|number| world::prepare_agency(&ports, &agency(number)));
    let each = INVITES / THREADS;
    let recordings: Vec<Recording> = (0..THREADS)
        .map(|number| {
            Recording::of(&recorder, each, || world::invite_natively_to(&ports, &agency(number)))
        })
        .collect();

    let storage = fresh(address, "bench");
    let ports = world::ports(Arc::clone(&storage));
    (0..THREADS).for_each(|number| world::prepare_agency(&ports, &agency(number)));
    let host = world::host(storage, Instances::Warm { max_idle: THREADS });
    let mut raw: Vec<RawPostgres> = Vec::new();
    raw.push(RawPostgres::create(address, "bench_raw", &recordings[0].before));
    raw.extend((1..THREADS).map(|_| RawPostgres::open(address, "bench_raw")));
    raw[0].tidy("bench");

    let host = &host;
    let ours = rate((0..THREADS).map(|number| {
        let agency = agency(number);
        move || (0..each).for_each(|_| world::invite_to(host, &agency))
    }));
    let theirs = rate(
        raw.iter_mut()
            .zip(&recordings)
            .map(|(raw, recording)| || recording.steps.iter().for_each(|asked| raw.replay(asked))),
    );
    let what = format!("PostgreSQL, invites, {THREADS} threads");
    Row::rate(&what, ours, theirs, 1.0 / MOST)
}

/// How many invites a second the threads make that do these things.
fn rate(work: impl Iterator<Item = impl FnOnce() + Send>) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| work.for_each(|work| drop(scope.spawn(work))));
    INVITES as f64 / start.elapsed().as_secs_f64()
}

/// A store of ours in a new schema.
fn fresh(address: &str, schema: &str) -> Arc<dyn Storage> {
    let options = || PostgresOptions::read(address).unwrap().schema(schema);
    drop(options().open().unwrap());
    options().remove().unwrap();
    Arc::new(options().open().unwrap())
}

/// An agency with clients, of whom one is logged in.
struct Desk {
    host: Host,
    session: String,
}

impl Desk {
    fn new(storage: Arc<dyn Storage>) -> Desk {
        world::prepare(&world::ports(Arc::clone(&storage)));
        let host = world::warm_host(storage);
        let desk = Desk { session: world::sign_up(&host), host };
        (0..CLIENTS).for_each(|number| desk.invite("client", number));
        desk
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
        let call = world::call();
        let answer = self.host.typed(|exports, store| {
            exports.clientdesk_core_clients().call_invite_by_email(store, &call, &invite)
        });
        answer.unwrap().unwrap();
    }

    fn accept(&self, number: usize) {
        let (agency, email) = ("acme".to_owned(), format!("guest{number}@nike.example"));
        let answer = self.host.typed(|exports, store| {
            exports.clientdesk_core_portal().call_admit(store, &agency, &email, None, None)
        });
        answer.unwrap().unwrap();
    }

    fn list(&self) {
        pages::page(&self.host, None, ClientSort::Name);
    }

    fn me(&self) {
        let answer = self
            .host
            .typed(|exports, store| exports.clientdesk_core_portal().call_me(store, &self.session));
        answer.unwrap().unwrap();
    }
}

/// Two connections, one to read and one to write, as the adapter has them.
struct RawPostgres {
    runtime: Runtime,
    reader: Client,
    writer: Client,
    get: Statement,
    scan: Statement,
    scan_reverse: Statement,
    write: Statement,
}

const GET: &str = "SELECT key, value FROM entries WHERE key = ANY ($1)";
const SCAN: &str =
    "SELECT key, value FROM entries WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3";
const SCAN_REVERSE: &str =
    "SELECT key, value FROM entries WHERE key >= $1 AND key < $2 ORDER BY key DESC LIMIT $3";
const WRITE: &str = "
    WITH gone AS (DELETE FROM entries WHERE key = ANY ($3::text[]))
    INSERT INTO entries SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT (key) DO UPDATE SET value = excluded.value";

impl RawPostgres {
    /// A new table with these rows.
    fn create(address: &str, schema: &str, rows: &BTreeMap<String, String>) -> RawPostgres {
        let (runtime, client) = connect(address);
        let make = format!(
            "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};
             CREATE TABLE {schema}.entries (key text COLLATE \"C\" PRIMARY KEY, value text NOT NULL)
                 WITH (fillfactor = 85)"
        );
        runtime.block_on(client.batch_execute(&make)).unwrap();
        let mut raw = RawPostgres::open(address, schema);
        let write = |(key, value): (&String, &String)| Write {
            key: key.clone(),
            value: Some(value.clone()),
        };
        raw.replay(&[Asked::Commit(rows.iter().map(write).collect())]);
        raw
    }

    fn open(address: &str, schema: &str) -> RawPostgres {
        let (runtime, reader) = connect(address);
        let writer = runtime.block_on(client_of(address));
        let settings = format!(
            "SET search_path = {schema};
             SET default_transaction_isolation = serializable;"
        );
        let prepared = async {
            writer.batch_execute(&settings).await.unwrap();
            reader.batch_execute(&settings).await.unwrap();
            reader.batch_execute("SET default_transaction_read_only = on").await.unwrap();
            (
                reader.prepare(GET).await.unwrap(),
                reader.prepare(SCAN).await.unwrap(),
                reader.prepare(SCAN_REVERSE).await.unwrap(),
                writer.prepare(WRITE).await.unwrap(),
            )
        };
        let (get, scan, scan_reverse, write) = runtime.block_on(prepared);
        RawPostgres { runtime, reader, writer, get, scan, scan_reverse, write }
    }

    /// Statistics and free space as they are some time after rows were written, here and in a schema of ours.
    fn tidy(&self, ours: &str) {
        for table in ["entries".to_owned(), format!("{ours}.entries")] {
            let vacuum = format!("VACUUM ANALYZE {table}");
            self.runtime.block_on(self.writer.batch_execute(&vacuum)).unwrap();
        }
    }

    /// Sends what was asked for, one statement each, and again where others were in the way.
    fn replay(&mut self, asked: &[Asked]) {
        for asked in asked {
            while let Err(error) = self.runtime.block_on(self.send(asked)) {
                assert_eq!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE), "{error}");
            }
        }
    }

    async fn send(&self, asked: &Asked) -> Result<(), Error> {
        match asked {
            Asked::Get(keys) => texts(&self.reader.query(&self.get, &[keys]).await?),
            Asked::Scan { start, end, limit, reverse } => {
                let scan = if *reverse { &self.scan_reverse } else { &self.scan };
                let limit = i64::from(*limit) + 1;
                texts(&self.reader.query(scan, &[start, end, &limit]).await?);
            }
            Asked::Commit(writes) => {
                let put = writes.iter().filter_map(|it| Some((&it.key, it.value.as_ref()?)));
                let (keys, values): (Vec<_>, Vec<_>) = put.unzip();
                let gone = writes.iter().filter(|it| it.value.is_none());
                let gone: Vec<_> = gone.map(|it| &it.key).collect();
                self.writer.execute(&self.write, &[&keys, &values, &gone]).await?;
            }
        }
        Ok(())
    }
}

/// What was found, as texts of one's own.
fn texts(rows: &[tokio_postgres::Row]) {
    let texts: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    std::hint::black_box(texts);
}

fn connect(address: &str) -> (Runtime, Client) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(client_of(address));
    (runtime, client)
}

/// A connection, which goes on while its runtime is waited for.
async fn client_of(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
