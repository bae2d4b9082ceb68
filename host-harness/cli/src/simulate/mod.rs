//! `clientdesk simulate`: random histories in which much goes wrong, and whether all is right all the same.

mod planted;
mod progress;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::Args;
use clientdesk_host::Host;
use clientdesk_simulate::history::Move;
use clientdesk_simulate::run::{self, Failure as Broken, HISTORY, Options};
use clientdesk_simulate::tally::{Reached, Tally};
use serde_json::json;

use super::failure::Failure;
use super::format::{count, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::terminal;
use progress::Progress;

const EXAMPLES: &str = "\
Examples:
  clientdesk simulate --seed 7 --steps 400
      plays histories from seed 7 on until 400 things have happened; each has 160
  clientdesk simulate --planted mail-lost
      plants a bug, and shows after how many steps it is found

A history that fails is made as short as it gets, and written to a file; `--history FILE` plays it again.
`--seed N --steps 160` plays the whole history of a seed that failed.";

/// Plays random histories in which much goes wrong, and compares each step with a small reference
///
/// Agencies, accounts and people, with a store that fails, answers that get lost, hosts that die,
/// crashes that take commits back, clocks that jump, mails that fail, and two hosts at once. After each
/// step, what the component says must be what a small reference says; at the end everything has to
/// come to rest.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// The first history's seed; the next ones have those after it. Without it, it is a new one each time
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many things happen, in all histories together
    #[arg(long, value_name = "M", default_value_t = 20_000)]
    steps: u64,
    /// Goes on for so many seconds instead
    #[arg(long, value_name = "S", conflicts_with = "steps")]
    seconds: Option<u64>,
    /// On how many threads; by default as many as there are processors
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Fails if an export, an error, an event or something that happens only sometimes was never reached
    #[arg(long)]
    require_all: bool,
    /// Plays the history of each seed in this file first: one a line
    #[arg(long, value_name = "FILE")]
    seeds: Option<PathBuf>,
    /// Plays the history in this file instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "seeds", "planted"])]
    history: Option<PathBuf>,
    /// Plants this bug, or all that are known one after the other, and shows when each is found
    #[arg(long, value_name = "BUG", num_args = 0..=1, default_missing_value = "")]
    planted: Option<String>,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &SimulateArgs,
    form: Form,
) -> Result<(), Failure> {
    let seed = args.seed.unwrap_or_else(new_seed);
    if args.history.is_none() {
        // First of all: whatever becomes of this process, it can be done again.
        match form {
            Form::Table => eprintln!("from seed {seed} on"),
            // The answer says it.
            Form::Json => (),
        }
    }
    let host = component.host()?.build()?;
    if let Some(file) = &args.history {
        return replay(&host, file);
    }
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let options = Options { seed, threads, shorten: false, ..Options::of(args.steps) };
    if let Some(name) = &args.planted {
        return planted::run(&host, name, options, form);
    }
    let tally = Arc::new(Tally::default());
    if let Some(file) = &args.seeds {
        for seed in seeds(file)? {
            let alone = Options { seed, threads: 1, shorten: false, ..Options::of(HISTORY) };
            run::run(&host, &alone, &tally, &|_| {})
                .map_err(|broken| broke(&host, &alone, *broken))?;
        }
    }
    let options = match args.seconds {
        None => options,
        Some(seconds) => Options { seconds: Some(seconds), steps: u64::MAX, ..options },
    };
    let progress = Progress::new(&options);
    let steps = run::run(&host, &options, &tally, &|done| progress.done(done));
    progress.finish();
    let steps = steps.map_err(|broken| broke(&host, &options, *broken))?;
    let names: Vec<String> = host.functions().map(|function| function.name().to_owned()).collect();
    let reached = tally.reached(names.iter().map(String::as_str));
    if form.is_json() {
        output::json(&json!({
            "seed": seed, "steps": steps, "reached": reached.counts, "missing": reached.missing,
            "needless": reached.needless,
        }))?;
    } else {
        told(seed, steps, &reached).print()?;
    }
    let lacks = !reached.missing.is_empty() || !reached.needless.is_empty();
    if args.require_all && lacks {
        let text = format!(
            "{} never reached, and {} in the list of exceptions that were",
            count(reached.missing.len(), "thing"),
            count(reached.needless.len(), "thing"),
        );
        return Err(Failure::failed(text));
    }
    Ok(())
}

/// One that wasn't there before.
fn new_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() * 1_000
}

/// The seeds of a file, without what is behind a `#`.
fn seeds(file: &Path) -> Result<Vec<u64>> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("can't read `{shown}`"))?;
    let lines = text.lines().filter_map(|line| line.split('#').next());
    let seeds = lines.map(str::trim).filter(|line| !line.is_empty());
    seeds
        .map(|line| line.parse().with_context(|| format!("`{line}` in `{shown}` is no seed")))
        .collect()
}

/// What was exercised.
fn told(seed: u64, steps: u64, reached: &Reached) -> Page {
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "{} steps from seed {seed} on, and all was as it should be.",
        thousands(steps)
    ));
    for (heading, begin) in [
        ("Exports", "export "),
        ("Errors", "error "),
        ("Events", "event "),
        ("What happens only sometimes", "sometimes "),
    ] {
        page.heading(heading);
        let those = reached
            .counts
            .iter()
            .filter_map(|(what, times)| Some((what.strip_prefix(begin)?, times)));
        let those: Vec<String> =
            those.map(|(what, times)| format!("{what} {}", thousands(*times))).collect();
        page.line(&those.join(", "));
    }
    for (heading, things) in
        [("Never reached", &reached.missing), ("Exceptions that aren't needed", &reached.needless)]
    {
        if !things.is_empty() {
            page.heading(heading);
            things.iter().for_each(|thing| page.line(&format!("  {thing}")));
        }
    }
    page
}

/// Plays the history of a file.
fn replay(host: &Host, file: &Path) -> Result<(), Failure> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("can't read `{shown}`"))?;
    // The names in it stay as long as the program runs.
    let moves: Vec<Move> = serde_json::from_str(Box::leak(text.into_boxed_str()))
        .with_context(|| format!("`{shown}` is no history"))?;
    match run::replay(host, None, &moves) {
        None => Ok(output::print(&format!(
            "{}, and all was as it should be\n",
            count(moves.len(), "step")
        ))?),
        Some(why) => {
            Err(Failure::failed(format!("after at most {}: {why}", count(moves.len(), "step"))))
        }
    }
}

/// Says at once which history is wrong, and then how to play the shortest one that is found.
fn broke(host: &Host, options: &Options, broken: Broken) -> Failure {
    let told = format!("seed {}: {}; looking for a shorter history", broken.seed, broken.why);
    eprintln!("{}", terminal::shown(&told));
    failed(run::shorter(host, options, broken))
}

/// Says what is wrong with a history, and how to play it again.
fn failed(broken: Broken) -> Failure {
    let Broken { seed, why, moves, steps } = broken;
    let file = format!("history-{seed}.json");
    let kept = serde_json::to_string_pretty(&moves).map_err(anyhow::Error::from);
    let kept = kept.and_then(|text| Ok(fs::write(&file, text)?));
    let again = match kept {
        Ok(()) => format!("`clientdesk simulate --history {file}`"),
        Err(error) => {
            format!("`clientdesk simulate --seed {seed} --steps {HISTORY}` ({file}: {error})")
        }
    };
    let told: Vec<String> = moves.iter().map(|next| format!("  {next:?}")).collect();
    let length = count(moves.len(), "step");
    Failure::failed(format!(
        "seed {seed}, after {} steps of the run: {why}\nthe shortest history found has {length}; {again} plays it \
         again:\n{}",
        thousands(steps),
        told.join("\n"),
    ))
}
