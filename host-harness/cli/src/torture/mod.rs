//! `clientdesk torture`: whether anything is lost when processes are killed.
//!
//! | to find | open |
//! | --- | --- |
//! | the process that is killed | `worker.rs`; what it does next: `draw.rs` |
//! | what it was told, in a file that outlives it | `diary.rs` |
//! | what must be there after that | `people.rs` |
//! | when it is killed | `round.rs` |
//! | what is looked at then, and how long a store lives | `siege.rs` |
//! | whether it is there, once and whole | `check.rs` |
//! | whether it still is, after more kills | `kept.rs` |
//! | whether log, ledger, invoices, lists and mails agree | `books.rs` |

mod books;
mod check;
mod diary;
mod draw;
mod kept;
mod people;
mod round;
mod siege;
mod stage;
mod worker;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::format::{count, thousands};
use crate::host::ComponentArgs;
use crate::output::{self, Form};
use crate::show::Page;
use crate::store::{KeyRing, Place, SyncMode};
use siege::{Siege, Sum};
use stage::Stage;

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
/// second. Then the store is opened, and every command that was answered since the kill before
/// must be there, with the same answer when it is repeated, and so must some of those before;
/// what was under way must be there whole, or not at all; the logs must verify, and ledgers,
/// bills and invoices agree. Time goes on meanwhile, so that months begin and invoices close.
///
/// The store is one of its own. After some forty rounds, everything in it is looked at once
/// more, also lists, mails, indexes and each page of the file, and a new one takes its place.
/// The last one is removed when all is well, unless it was named; when something is lost, the
/// store is kept, with what the processes wrote down.
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
    /// The store, a file that isn't there yet, or an address of a PostgreSQL database or an etcd cluster without one; a
    /// file in the folder for temporary files without it
    #[arg(long, value_name = "FILE|ADDRESS")]
    store: Option<PathBuf>,
    /// What an acknowledged command outlives
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    sync: SyncMode,
}

const BAR: &str =
    "{msg} {wide_bar} {human_pos} of {human_len} kills, {elapsed} (about {eta} to go) ";

pub(crate) fn run(
    component: &ComponentArgs,
    args: &TortureArgs,
    form: Form,
) -> Result<(), Failure> {
    let begun = Instant::now();
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let folder = || tempfile::Builder::new().prefix("clientdesk-torture-").tempdir();
    let (place, temporary) = match &args.store {
        Some(store) if Place::is_address(store) => {
            let folder = folder()?;
            {
                let ring = KeyRing::File(folder.path().join("store.keys.json"));
                (Place::of(store, Some(&ring))?, Some(folder))
            }
        }
        Some(store) => (Place::of(store, None)?, None),
        None => {
            let folder = folder()?;
            (Place::of(&folder.path().join("store.sqlite"), None)?, Some(folder))
        }
    };
    let shown = place.shown();
    let bar = bar(args.kills, form);
    let stage = Stage::new(component, place, args.sync)?;
    let mut siege = Siege::new(component, args.processes, stage, seed);
    let done = siege.go_on(args.kills, &bar);
    bar.finish_and_clear();
    if let Err(problem) = done {
        // It stays where it is.
        let _ = temporary.map(tempfile::TempDir::keep);
        return Err(Failure::failed(format!(
            "after {}: {problem:#}\n\nThe store is kept: {}, with what the processes wrote down: {}. \
             The seed was {seed}",
            count(siege.sum.kills as usize, "kill"),
            shown,
            siege.diaries.display(),
        )));
    }
    if form.is_json() {
        return Ok(output::json(&in_json(args, &siege.sum, seed, begun.elapsed()))?);
    }
    Ok(told(args, &siege.sum, seed, begun.elapsed()).print()?)
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

fn told(args: &TortureArgs, sum: &Sum, seed: u64, taken: Duration) -> Page {
    let Sum { tally, size, .. } = sum;
    let many = |number: u64, word| count(usize::try_from(number).unwrap_or(usize::MAX), word);
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "{}, {} at a time, in {}: all {} acknowledged commands are there, and repeating them gives the \
         same answers.",
        many(sum.kills.into(), "kill"),
        args.processes,
        many(sum.stores.into(), "store"),
        thousands(tally.acknowledged),
    ));
    page.line(&format!(
        "{} under way: {} had been carried out, the others not at all. {} refused for the moment.",
        many(tally.under_way, "command"),
        thousands(tally.made),
        thousands(tally.refused),
    ));
    page.line(&format!(
        "{} after later kills, and at the end of each store: none was lost since.",
        many(tally.again, "second look"),
    ));
    page.line(&format!(
        "The logs of {} agencies verify ({} entries), and the bills add up ({} in the ledgers, {}).",
        thousands(sum.agencies),
        thousands(size.entries),
        many(size.lines, "line"),
        many(size.invoices, "invoice"),
    ));
    page.line(&format!("{} seconds, seed {seed}.", taken.as_secs()));
    page
}

fn in_json(args: &TortureArgs, sum: &Sum, seed: u64, taken: Duration) -> Value {
    let Sum { kills, stores, agencies, tally, size } = sum;
    json!({
        "kills": kills,
        "processes": args.processes,
        "stores": stores,
        "acknowledged": tally.acknowledged,
        "again": tally.again,
        "refused": tally.refused,
        "under-way": tally.under_way,
        "made": tally.made,
        "agencies": agencies,
        "clients": size.clients,
        "entries": size.entries,
        "lines": size.lines,
        "invoices": size.invoices,
        "seconds": taken.as_secs(),
        "seed": seed,
    })
}

#[cfg(test)]
mod tests;
