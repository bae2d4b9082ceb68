//! How long a store lives, and what is looked at when.
//!
//! | when | what is looked at |
//! | --- | --- |
//! | after each kill | all that was answered since the kill before, some of what is older, logs and bills of the agencies that are at work |
//! | after [`ROUNDS`] rounds, when these agencies rest | all that they were ever answered, their logs from the beginning, lists, mails, indexes; each page of the file |
//! | after [`GENERATIONS`] times that, when the store's life ends | all its clients, brands and accounts, and the books of all its agencies, once all jobs are done |
//!
//! So nothing is left out, and a kill costs the same whether few or many were before it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use clientdesk_host::Host;
use fastrand::Rng;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::books::{self, Book, Size};
use super::check::{self, Tally};
use super::diary::Course;
use super::kept::Kept;
use super::stage::{self, DAY, Stage};
use super::worker::Orders;
use super::{diary, round};
use crate::answer::at;
use crate::host::ComponentArgs;

/// How many threads a process has, each with an agency of its own.
const THREADS: usize = 3;

/// After so many rounds all agencies rest, and new ones begin: their books are read each time.
const ROUNDS: u32 = 10;

/// After so many times of that, the store's life ends.
const GENERATIONS: u32 = 4;

/// How much time goes by between them: before the last, a month begins.
const PAUSE: u64 = 11 * DAY;

/// What all stores came to.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) kills: u32,
    pub(super) stores: u32,
    pub(super) agencies: u64,
    pub(super) tally: Tally,
    pub(super) size: Size,
}

/// Stores, one after the other, and how far it is with the one of now.
pub(super) struct Siege<'a> {
    component: &'a ComponentArgs,
    processes: usize,
    stage: Stage,
    pub(super) diaries: PathBuf,
    rng: Rng,
    seed: u64,
    generation: u32,
    rounds: u32,
    /// Of the agencies that are at work, in the order of [`Siege::agencies`].
    books: Vec<Book>,
    /// Of those that rest.
    closed: Vec<Book>,
    kept: Kept,
    pub(super) sum: Sum,
}

impl<'a> Siege<'a> {
    pub(super) fn new(
        component: &'a ComponentArgs,
        processes: u32,
        stage: Stage,
        seed: u64,
    ) -> Self {
        Self {
            component,
            processes: if processes == 2 { 2 } else { 1 },
            diaries: stage.place.beside(".diaries"),
            stage,
            rng: Rng::with_seed(seed),
            seed,
            generation: 0,
            rounds: 0,
            books: Vec::new(),
            closed: Vec::new(),
            kept: Kept::default(),
            sum: Sum::default(),
        }
    }

    /// Until so many were killed; the last store stays.
    pub(super) fn go_on(&mut self, kills: u32, bar: &ProgressBar) -> Result<()> {
        while self.sum.kills < kills {
            self.begin()?;
            for _ in 0..GENERATIONS {
                if self.sum.kills < kills {
                    self.generation(kills, bar)?;
                }
            }
            bar.set_message(format!("store {}, looking at everything", self.sum.stores));
            self.end()?;
        }
        Ok(())
    }

    /// Makes a store, in place of the one before.
    fn begin(&mut self) -> Result<()> {
        if self.sum.stores > 0 {
            self.stage.clear()?;
        }
        self.sum.stores += 1;
        fs::create_dir(&self.diaries)
            .with_context(|| format!("can't create `{}`", self.diaries.display()))?;
        self.stage.make()
    }

    /// Looks at everything.
    fn end(&mut self) -> Result<()> {
        let host = self.stage.open()?;
        drain(&host)?;
        self.kept.are_there(&host, &mut self.sum.tally)?;
        for mut book in self.closed.drain(..) {
            book.close(&host)?;
            self.sum.size.add(book.size);
            self.sum.agencies += 1;
        }
        books::check_indexes(&host, &Value::Null)?;
        drop(host);
        self.stage.is_sound()?;
        self.kept = Kept::default();
        fs::remove_dir_all(&self.diaries)?;
        Ok(())
    }

    /// Founds agencies, lets processes work in them, and closes their books.
    fn generation(&mut self, kills: u32, bar: &ProgressBar) -> Result<()> {
        let host = self.stage.open()?;
        for agency in self.agencies() {
            stage::found(&host, &agency)?;
            self.books.push(Book::new(&agency));
        }
        drop(host);
        for _ in 0..ROUNDS {
            if self.sum.kills < kills {
                bar.set_message(format!("store {}", self.sum.stores));
                self.round(kills - self.sum.kills)?;
                bar.set_position(u64::from(self.sum.kills));
            }
        }
        let host = self.stage.open()?;
        // What the last check repeated is in them, too; what is repeated now must not be.
        for book in &mut self.books {
            book.read(&host)?;
        }
        self.kept.rest(&host, &mut self.sum.tally)?;
        for book in &mut self.books {
            book.close(&host)?;
        }
        self.closed.append(&mut self.books);
        drop(host);
        self.stage.is_sound()?;
        self.generation += 1;
        self.stage.now += PAUSE;
        Ok(())
    }

    /// The agencies that are at work: those of each thread, and the one that all share.
    fn agencies(&self) -> Vec<String> {
        let own = (0..self.processes).flat_map(|process| self.own(process));
        own.chain([self.shared()]).collect()
    }

    fn own(&self, process: usize) -> Vec<String> {
        let generation = self.generation;
        (0..THREADS).map(|thread| format!("g{generation}-p{process}-t{thread}")).collect()
    }

    fn shared(&self) -> String {
        format!("g{}-shared", self.generation)
    }

    /// Processes work, are killed, and what they were told is checked.
    fn round(&mut self, most: u32) -> Result<()> {
        let begun = Instant::now();
        let processes = self.processes.min(most as usize);
        let orders: Vec<Orders> = (0..processes).map(|process| self.orders(process)).collect();
        let diaries = round::play(self.component, &orders, &mut self.rng)?;
        self.rounds += 1;
        self.sum.kills += u32::try_from(diaries.len())?;
        let taken = u64::try_from(begun.elapsed().as_millis())?;
        // The processes began a little later.
        self.stage.now += taken + 1;
        let host = self.stage.open().context("opening the store after a kill")?;
        // Before anything is repeated: that would make good what is there in part.
        for book in &mut self.books {
            book.read(&host)?;
        }
        self.kept.some_are_there(&host, &mut self.rng, &mut self.sum.tally)?;
        for diary in &diaries {
            self.check(&host, diary)?;
        }
        Ok(())
    }

    fn orders(&self, process: usize) -> Orders {
        let stamp = format!("r{}-p{process}", self.rounds);
        let place = u64::from(self.rounds) * 2 + process as u64;
        let (store, keys) = self.stage.place.options();
        Orders {
            store,
            keys,
            sync: self.stage.sync,
            diary: round::diary(&self.diaries, &stamp),
            seed: self.seed.wrapping_mul(1_000_003).wrapping_add(place * 16),
            now: self.stage.now,
            own: self.own(process),
            shared: self.shared(),
            stamp,
        }
    }

    fn check(&mut self, host: &Host, diary: &Path) -> Result<()> {
        let courses = diary::read(diary)?;
        let mut open: Vec<&str> = courses.iter().filter_map(Course::open_at).collect();
        open.sort_unstable();
        open.dedup();
        for agency in open {
            books::check_indexes(host, &json!(agency))?;
        }
        for course in courses {
            let made = check::course(host, &course, &mut self.sum.tally)?;
            for book in &mut self.books {
                book.add(&made.people.people);
            }
            self.kept.add(made);
        }
        Ok(())
    }
}

/// Does all that is due.
fn drain(host: &Host) -> Result<()> {
    while at(&host.call("jobs.run", &[json!(500)])?, "more") == true {}
    Ok(())
}
