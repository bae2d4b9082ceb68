//! `clientdesk torture`: whether anything is lost when processes are killed.
//!
//! | to find | open |
//! | --- | --- |
//! | the process that is killed | `worker.rs`; what it does next: `draw.rs` |
//! | what it was told, in a file that outlives it | `diary.rs` |
//! | what must be there after that | `people.rs` |
//! | when it is killed | `round.rs` |
//! | whether it is there, once and whole | `check.rs` |
//! | whether log, ledger, invoices, lists and mails agree | `books.rs` |

mod books;
mod check;
mod diary;
mod draw;
mod people;
mod round;
mod stage;
mod worker;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Args;
use clientdesk_host::Host;
use fastrand::Rng;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::answer::at;
use crate::failure::Failure;
use crate::format::{count, thousands};
use crate::host::{ComponentArgs, beside};
use crate::output::{self, Form};
use crate::show::Page;
use crate::store::SyncMode;
use books::{Book, Size};
use check::Tally;
use stage::{DAY, Stage};
use worker::Orders;

pub(crate) use worker::{WorkerArgs, run as work};

const EXAMPLES: &str = "\
Examples:
  clientdesk torture --kills 3
      kills a process three times, and checks after each
  clientdesk torture --kills 4 --processes 2 --sync full --seed 7
      lets two processes write to the same store, and waits for the disk";

/// Kills processes that write to a store, again and again, and checks that nothing is lost
///
/// Processes invite, change and revoke clients of several agencies without a pause, in several
/// threads, and write down what they were answered. Each is killed (SIGKILL) after less than a
/// second. Then the store is opened, and every command that was answered must be there, with
/// the same answer when it is repeated; what was under way must be there whole, or not at all;
/// the logs must verify, and ledgers, bills, invoices, lists and mails agree. Time goes on
/// meanwhile, so that months begin and invoices close.
///
/// The store is one of its own. It is removed when all is well, unless it was named; when
/// something is lost, it is kept, with what the processes wrote down.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TortureArgs {
    /// How many processes to kill
    #[arg(long, value_name = "N", default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    kills: u32,
    /// How many work at the same time
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=2))]
    processes: u32,
    /// The seed that commands and moments are drawn from; another one each time without it. How
    /// far a process gets until it is killed depends on the machine, too
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The store, a file that isn't there yet; one in the folder for temporary files without it
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// What an acknowledged command outlives
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    sync: SyncMode,
}

/// How many threads a process has, each with an agency of its own.
const THREADS: usize = 3;

/// After so many rounds all agencies are closed, and new ones begin: nothing has to be read
/// too often.
const GENERATION: u32 = 10;

/// How much time goes by then: every third time, a month begins.
const PAUSE: u64 = 11 * DAY;

const BAR: &str = "{wide_bar} {human_pos} of {human_len} kills, {elapsed} (about {eta} to go) ";

pub(crate) fn run(
    component: &ComponentArgs,
    args: &TortureArgs,
    form: Form,
) -> Result<(), Failure> {
    let begun = Instant::now();
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let (store, temporary) = match &args.store {
        Some(store) => (store.clone(), None),
        None => {
            let folder = tempfile::Builder::new().prefix("clientdesk-torture-").tempdir()?;
            (folder.path().join("store.sqlite"), Some(folder))
        }
    };
    let bar = bar(args.kills, form);
    let stage = Stage::make(component, &store, args.sync)?;
    let mut torture = Torture::new(component, args, stage, seed);
    let done = torture.go_on(args.kills, &bar);
    bar.finish_and_clear();
    if let Err(problem) = done {
        // It stays where it is.
        let _ = temporary.map(tempfile::TempDir::keep);
        return Err(Failure::failed(format!(
            "after {}: {problem:#}\n\nThe store is kept: {}, with what the processes wrote down: {}. \
             The seed was {seed}",
            count(torture.kills as usize, "kill"),
            store.display(),
            torture.diaries.display(),
        )));
    }
    if form.is_json() {
        return Ok(output::json(&torture.in_json(seed, begun.elapsed()))?);
    }
    Ok(torture.told(seed, begun.elapsed()).print()?)
}

/// Programs are told nothing in between.
fn bar(kills: u32, form: Form) -> ProgressBar {
    let bar = match form {
        Form::Table => ProgressBar::new(u64::from(kills)),
        Form::Json => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style);
    }
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(200));
    }
    bar
}

/// How far it is.
struct Torture<'a> {
    component: &'a ComponentArgs,
    processes: usize,
    stage: Stage,
    diaries: PathBuf,
    rng: Rng,
    seed: u64,
    rounds: u32,
    kills: u32,
    tally: Tally,
    /// Of the agencies that are at work, in the order of [`Torture::agencies`].
    books: Vec<Book>,
    closed: Vec<Book>,
}

impl<'a> Torture<'a> {
    fn new(component: &'a ComponentArgs, args: &TortureArgs, stage: Stage, seed: u64) -> Self {
        Self {
            component,
            processes: if args.processes == 2 { 2 } else { 1 },
            diaries: beside(&stage.store, ".diaries"),
            stage,
            rng: Rng::with_seed(seed),
            seed,
            rounds: 0,
            kills: 0,
            tally: Tally::default(),
            books: Vec::new(),
            closed: Vec::new(),
        }
    }

    /// Until so many were killed; then everything is looked at once more.
    fn go_on(&mut self, kills: u32, bar: &ProgressBar) -> Result<()> {
        fs::create_dir(&self.diaries)
            .with_context(|| format!("can't create `{}`", self.diaries.display()))?;
        while self.kills < kills {
            if self.rounds.is_multiple_of(GENERATION) {
                self.begin_generation()?;
            }
            self.round(kills - self.kills)?;
            bar.set_position(u64::from(self.kills));
        }
        let host = self.stage.open()?;
        self.closed.append(&mut self.books);
        drain(&host)?;
        for book in &mut self.closed {
            book.close(&host)?;
        }
        books::check_indexes(&host, &Value::Null)?;
        drop(host);
        self.stage.is_sound()?;
        fs::remove_dir_all(&self.diaries)?;
        Ok(())
    }

    /// Closes the books of the agencies so far, and founds new ones.
    fn begin_generation(&mut self) -> Result<()> {
        let host = self.stage.open()?;
        for book in &mut self.books {
            book.close(&host)?;
        }
        self.closed.append(&mut self.books);
        drop(host);
        self.stage.is_sound()?;
        self.stage.now += PAUSE;
        let host = self.stage.open()?;
        for agency in self.agencies() {
            stage::found(&host, &agency)?;
            self.books.push(Book::new(&agency));
        }
        Ok(())
    }

    /// The agencies that are at work: those of each thread, and the one that all share.
    fn agencies(&self) -> Vec<String> {
        let own = (0..self.processes).flat_map(|process| self.own(process));
        own.chain([self.shared()]).collect()
    }

    fn own(&self, process: usize) -> Vec<String> {
        let generation = self.rounds / GENERATION;
        (0..THREADS).map(|thread| format!("g{generation}-p{process}-t{thread}")).collect()
    }

    fn shared(&self) -> String {
        format!("g{}-shared", self.rounds / GENERATION)
    }

    /// Processes work, are killed, and what they were told is checked.
    fn round(&mut self, most: u32) -> Result<()> {
        let begun = Instant::now();
        let processes = self.processes.min(most as usize);
        let orders: Vec<Orders> = (0..processes).map(|process| self.orders(process)).collect();
        let diaries = round::play(self.component, &orders, &mut self.rng)?;
        self.kills += u32::try_from(diaries.len())?;
        let taken = u64::try_from(begun.elapsed().as_millis())?;
        // The processes began a little later.
        self.stage.now += taken + 1;
        let host = self.stage.open().context("opening the store after a kill")?;
        for diary in &diaries {
            self.check(&host, diary)?;
        }
        for book in &mut self.books {
            book.read(&host)?;
        }
        self.rounds += 1;
        for diary in diaries {
            if diary.exists() {
                fs::remove_file(diary)?;
            }
        }
        Ok(())
    }

    fn orders(&self, process: usize) -> Orders {
        let stamp = format!("r{}-p{process}", self.rounds);
        let place = u64::from(self.rounds) * 2 + process as u64;
        Orders {
            store: self.stage.store.clone(),
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
        for course in diary::read(diary)? {
            let made = check::course(host, &course, &mut self.tally)?;
            for book in &mut self.books {
                book.add(&made.people);
            }
        }
        Ok(())
    }

    fn size(&self) -> Size {
        let add = |sum: Size, book: &Book| Size {
            entries: sum.entries + book.size.entries,
            lines: sum.lines + book.size.lines,
            invoices: sum.invoices + book.size.invoices,
            clients: sum.clients + book.size.clients,
        };
        self.closed.iter().fold(Size::default(), add)
    }

    fn told(&self, seed: u64, taken: Duration) -> Page {
        let (tally, size) = (self.tally, self.size());
        let mut page = Page::on_standard_output();
        page.line(&format!(
            "{}, {} at a time: all {} acknowledged commands are there, and repeating them gives the \
             same answers.",
            count(self.kills as usize, "kill"),
            self.processes,
            thousands(tally.acknowledged),
        ));
        page.line(&format!(
            "{} under way: {} had been carried out, the others not at all. {} refused for the moment.",
            count(usize::try_from(tally.under_way).unwrap_or(0), "command"),
            thousands(tally.made),
            thousands(tally.refused),
        ));
        page.line(&format!(
            "The logs of {} agencies verify ({} entries), and the bills add up ({} in the ledgers, {}).",
            thousands(self.closed.len() as u64),
            thousands(size.entries),
            count(usize::try_from(size.lines).unwrap_or(0), "line"),
            count(usize::try_from(size.invoices).unwrap_or(0), "invoice"),
        ));
        page.line(&format!("{} seconds, seed {seed}.", taken.as_secs()));
        page
    }

    fn in_json(&self, seed: u64, taken: Duration) -> Value {
        let (tally, size) = (self.tally, self.size());
        json!({
            "kills": self.kills,
            "processes": self.processes,
            "acknowledged": tally.acknowledged,
            "refused": tally.refused,
            "under-way": tally.under_way,
            "made": tally.made,
            "agencies": self.closed.len(),
            "clients": size.clients,
            "entries": size.entries,
            "lines": size.lines,
            "invoices": size.invoices,
            "seconds": taken.as_secs(),
            "seed": seed,
        })
    }
}

/// Does all that is due.
fn drain(host: &Host) -> Result<()> {
    while at(&host.call("jobs.run", &[json!(500)])?, "more") == true {}
    Ok(())
}

#[cfg(test)]
mod tests;
