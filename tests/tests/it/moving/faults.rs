//! Hosts that fail in the middle of an import, at each of its commits and reads in turn, and imports
//! that are given up there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, Storage, Write,
};
use clientdesk_scenario::world::Rows;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::damage::give_up;
use super::{Place, end_of};
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("moving/faults/what_is_interrupted_goes_on", what_is_interrupted_goes_on),
        trial("moving/faults/what_is_given_up_is_gone", what_is_given_up_is_gone),
        trial("moving/faults/two_go_on_with_one_import", two_go_on_with_one_import),
    ]
}

/// How the call that fails does so.
#[derive(Clone, Copy, Debug)]
enum How {
    /// It wasn't made.
    Lost,
    /// It was made, and nobody heard of it.
    Unheard,
}

/// A store of which one call fails.
struct Failing {
    inner: MemoryStorage,
    calls: AtomicUsize,
    fails: AtomicUsize,
    how: How,
}

impl Failing {
    fn new(how: How) -> Arc<Failing> {
        let (calls, fails) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
        Arc::new(Failing { inner: MemoryStorage::new(), calls, fails, how })
    }

    /// From here on, the call with this number fails.
    fn fail(&self, number: usize) {
        self.calls.store(0, Ordering::SeqCst);
        self.fails.store(number, Ordering::SeqCst);
    }

    fn run<T>(&self, call: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let fails = self.calls.fetch_add(1, Ordering::SeqCst) == self.fails.load(Ordering::SeqCst);
        let failed = || Err(Error::Unavailable("as it was told".into()));
        match (fails, self.how) {
            (false, _) => call(),
            (true, How::Lost) => failed(),
            (true, How::Unheard) => call().and_then(|_| failed()),
        }
    }
}

impl Storage for Failing {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.run(|| self.inner.get(keys))
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.run(|| self.inner.scan(start, end, limit, reverse))
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.run(|| self.inner.commit(checks, writes))
    }

    fn scrub(&self) -> Result<(), Error> {
        self.inner.scrub()
    }
}

/// The story whose end is moved, its lines, and a store with what is sold there.
struct Moved {
    source: Place,
    lines: Vec<String>,
}

impl Moved {
    fn new() -> Moved {
        let source = end_of("clients/story");
        let lines = source.export("acme", 500).unwrap();
        Moved { source, lines }
    }

    fn place(&self, storage: &Arc<Failing>) -> Place {
        let place = Place::on(Arc::<Failing>::clone(storage), self.source.now());
        place.world.restore(&self.source.elsewhere().rows()).unwrap();
        place
    }
}

/// Imports until it is done, and goes on where a call fails. Gives how many did.
fn import_with_patience(place: &Place, lines: &[String]) -> usize {
    let (mut ticket, mut from, mut failed) = (Value::Null, 0, 0);
    loop {
        let some = &lines[from..lines.len().min(from + 25)];
        let asked = [json!(some), Value::Null, ticket.clone()];
        match place.try_to("system.import", &asked) {
            Ok(answer) if answer["done"] == true => return failed,
            Ok(answer) => {
                ticket = answer["ticket"].clone();
                from = usize::try_from(answer["lines"].as_u64().unwrap()).unwrap();
            }
            Err(error) => {
                assert!(error["unavailable"].is_string() || error == "busy", "{error}");
                failed += 1;
                assert!(failed < 10, "{error}");
            }
        }
    }
}

fn what_is_interrupted_goes_on() {
    let moved = Moved::new();
    for how in [How::Lost, How::Unheard] {
        let mut expected: Option<Rows> = None;
        for number in 0.. {
            let storage = Failing::new(how);
            let place = moved.place(&storage);
            storage.fail(if number == 0 { usize::MAX } else { number - 1 });
            let failed = import_with_patience(&place, &moved.lines);
            let hit = number == 0 || storage.calls.load(Ordering::SeqCst) >= number;
            storage.fail(usize::MAX);
            let rows = place.rows();
            let expected = expected.get_or_insert_with(|| rows.clone());
            assert_eq!(&rows, expected, "{how:?}, call {number}");
            assert_eq!(place.export("acme", 500).unwrap(), moved.lines);
            if !hit || failed == 0 && number > 0 {
                assert!(number > 20, "only {number} calls");
                break;
            }
        }
    }
}

fn what_is_given_up_is_gone() {
    let moved = Moved::new();
    for how in [How::Lost, How::Unheard] {
        for number in 0.. {
            let storage = Failing::new(how);
            let place = moved.place(&storage);
            let before = place.rows();
            storage.fail(number);
            let answer = place.import(&moved.lines, 25, None);
            let ran = storage.calls.load(Ordering::SeqCst);
            storage.fail(usize::MAX);
            if answer.is_ok() {
                assert!(ran <= number, "what failed is told");
                assert!(number > 20, "only {number} calls");
                break;
            }
            if place.agency("acme").is_null() {
                // Jobs that run meanwhile take nothing away, and put nothing there.
                place.run_jobs();
                give_up(&place);
                assert_eq!(place.rows(), before, "{how:?}, call {number}");
                import_with_patience(&place, &moved.lines);
            } else {
                // Too late: it is there, and stays.
                let error = place.try_to("system.abort-import", &[json!("acme")]).unwrap_err();
                assert!(error["exists"].is_string() || error["not-found"].is_string(), "{error}");
            }
            assert_eq!(place.export("acme", 500).unwrap(), moved.lines);
        }
    }
}

/// Both send every page; one of them gets through each time, and neither does harm.
fn two_go_on_with_one_import() {
    let moved = Moved::new();
    let place = moved.source.elsewhere();
    let mut ticket = Value::Null;
    for page in moved.lines.chunks(20) {
        let asked = [json!(page), Value::Null, ticket.clone()];
        let [one, other] = [(); 2].map(|()| place.try_to("system.import", &asked));
        ticket = one.unwrap()["ticket"].clone();
        if let Ok(other) = other {
            assert_eq!(other["ticket"], ticket);
        }
    }
    assert_eq!(place.export("acme", 500).unwrap(), moved.lines);
}
