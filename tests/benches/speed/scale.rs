//! A million clients in ten thousand agencies, in one PostgreSQL database: setting up, looking, inviting, jobs, each beside the statements that it asks for, sent by hand.
//!
//! `cargo bench -- scale`, with the server's address in `CLIENTDESK_POSTGRES`; `CLIENTDESK_SCALE` is the number of agencies
//! (10000), each with a hundred clients. Some 8 GB are written, in two schemas whose names begin with `bench`.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use serde_json::json;

use super::postgres::{self, Desk, Recorded, STEPS};
use super::raw_postgres::RawPostgres;
use super::table::{Goal, Row};
use super::{roster, world};

const AGENCIES: usize = 10_000;
/// Of each agency.
const CLIENTS: usize = 100;
/// How many agencies are set up at once.
const THREADS: usize = 4;
const DAY: u64 = 86_400_000;
/// A month's end costs what a day does, and closes invoices.
const OCTOBER: u64 = world::NOW + 30 * DAY + 3_600_000;
/// How much one call of the jobs does at most.
const AT_ONCE: u32 = 100;
/// So long, and no longer, jobs are run for a row.
const PATIENCE: Duration = Duration::from_secs(100);

pub fn rows() -> Vec<Row> {
    let address = postgres::address();
    let count = match std::env::var("CLIENTDESK_SCALE") {
        Ok(count) => count.parse().expect("CLIENTDESK_SCALE is a number of agencies"),
        Err(_) => AGENCIES,
    };
    let storage = postgres::recorded(&address);
    let mut rows = fill(&storage, count);

    let clock = ManualClock::at(world::NOW);
    let host = world::host_at(Arc::clone(&storage) as _, clock.clone());
    let session = world::sign_up(&host);
    let desk = Desk { host, agency: "acme".to_owned(), session };
    tell("both sides have the same rows");
    let mut raw = RawPostgres::copy_of(&address, postgres::SCHEMA);
    let of = format!("of {} clients in {} agencies", grouped(count * CLIENTS), grouped(count));
    for step in &STEPS {
        tell(step.what);
        rows.push(step.row(&format!("{}, {of}", step.what), &desk, &storage, &mut raw));
    }
    for (what, at) in [("the jobs of a day", world::NOW + DAY), ("the end of a month", OCTOBER)] {
        tell(what);
        clock.set(at);
        rows.push(jobs(what, &desk.host, &storage, &mut raw));
    }
    rows
}

/// Sets so many agencies up, `acme` among them.
fn fill(storage: &Recorded, count: usize) -> Vec<Row> {
    let agency = |number: usize| match number {
        0 => "acme".to_owned(),
        _ => format!("agency-{number}"),
    };
    let each = |step: &(dyn Fn(&str) + Sync)| {
        let start = Instant::now();
        thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || {
                    (thread..count).step_by(THREADS).for_each(|number| step(&agency(number)));
                });
            }
        });
        let taken = start.elapsed();
        storage.take();
        taken.as_nanos() as f64 / count as f64
    };
    tell("agencies");
    // Ports aren't for several threads: each makes its own.
    let made =
        each(&|agency| world::prepare_agency(&world::ports(Arc::clone(storage) as _), agency));
    tell("clients");
    let filled = each(&|agency| roster::fill(storage.as_ref(), agency, CLIENTS));
    let of = |what: &str, nanos| Row::of(what, Some(nanos), "", None, Goal::None);
    vec![
        of("set up an agency with a brand and a client", made),
        of(&format!("load an agency's {CLIENTS} clients as rows"), filled),
    ]
}

/// Whatever is due, by call: each is repeated by hand at once.
fn jobs(what: &str, host: &Host, storage: &Recorded, raw: &mut RawPostgres) -> Row {
    storage.take();
    let (mut ours, mut theirs, mut done) = (Duration::ZERO, Duration::ZERO, 0);
    let mut more = true;
    while more && ours < PATIENCE {
        ours += postgres::timed(|| {
            let report = host.call("jobs.run", &[json!(AT_ONCE)]).unwrap();
            done += report["done"].as_u64().unwrap();
            more = report["more"] == true;
        });
        let asked = storage.take();
        theirs += postgres::timed(|| raw.replay(&asked));
    }
    let each = |taken: Duration| Some(taken.as_nanos() as f64 / done as f64);
    let seconds = ours.as_secs_f64();
    let (which, done) = (if more { "the first" } else { "all" }, usize::try_from(done).unwrap());
    let what = format!("{what}: {which} {} in {seconds:.0} s, each", grouped(done));
    Row::of(&what, each(ours), "the same statements, by hand", each(theirs), Goal::None)
}

/// `1,000,000`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
    parts.join(",")
}

/// It takes a while: what it is at stands on standard error.
fn tell(what: &str) {
    eprintln!("{what} …");
}
