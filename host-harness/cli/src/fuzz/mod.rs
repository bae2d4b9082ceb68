//! `clientdesk fuzz`: hostile input for every door, for a while.

mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use clientdesk_fuzz::calls::Exports;
use clientdesk_fuzz::export_files::ExportFiles;
use clientdesk_fuzz::rows::DamagedRows;
use clientdesk_fuzz::scenarios::Scenarios;
use clientdesk_fuzz::{News, Sandbox, Stages, Subject, Tally, hunt};
use clientdesk_host::Host;
use indicatif::{ProgressBar, ProgressStyle};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::import::Rosters;
use super::output::Form;
use report::{Finding, Tried};

const HELP: &str = "\
Each target draws its inputs from the seed, which is printed: the same seed finds the same. Before that, it
tries the inputs that found something once. Nothing may trap, panic or hang; every error must name what is wrong;
a refusal leaves nothing behind.

  exports     calls of any function with any arguments, in stores that stories left
  rows        the same, after rows of the store were damaged; then a week of jobs
  scenarios   the texts of scenario files
  exportfile  the lines of an exported agency
  csv         rosters to import; what is imported is exported and read back

What finds something is made as short as it goes, and kept in a file: `--target NAME --input FILE` tries
it again. The folder `fuzz` of the repository has the same targets for cargo-fuzz.";

/// Tries hostile input on every door of the component and of this program
///
/// It runs in the repository's root, whose stories it begins with.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct FuzzArgs {
    /// What is fuzzed; can be given more than once. Without it, everything
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<Door>,
    /// How long each target is fuzzed
    #[arg(long, value_name = "N", default_value_t = 20)]
    seconds: u64,
    /// What inputs are drawn from; without it, something new each time
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Tries this input only
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The folder of the stories that inputs begin with
    #[arg(long, value_name = "FOLDER", default_value = "tests/scenarios")]
    stories: PathBuf,
    /// The folder of inputs that found something once, a folder for each target
    #[arg(long, value_name = "FOLDER", default_value = "tests/fixtures/fuzz")]
    kept: PathBuf,
    /// The folder of rosters that `csv` begins with
    #[arg(long, value_name = "FOLDER", default_value = "tests/fixtures/rosters")]
    rosters: PathBuf,
}

/// What is fuzzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Door {
    Exports,
    Rows,
    Scenarios,
    Exportfile,
    Csv,
}

impl Door {
    /// What this host's component can be fuzzed with.
    fn of(host: &Host) -> Vec<Door> {
        let moves = host.functions().any(|function| function.name() == "system.import");
        let is_there = |door: &Door| *door != Door::Exportfile || moves;
        Door::value_variants().iter().copied().filter(is_there).collect()
    }
}

pub(crate) fn run(component: &ComponentArgs, args: &FuzzArgs, form: Form) -> Result<(), Failure> {
    if !args.stories.is_dir() {
        let folder = args.stories.display();
        return Err(Failure::Usage(format!(
            "there is no folder `{folder}`: run this in the repository's root, or name its stories with `--stories`"
        )));
    }
    let host = component.host()?.build()?;
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..));
    let targets = match args.targets.as_slice() {
        [] => Door::of(&host),
        some => some.to_vec(),
    };
    match (&args.input, targets.as_slice()) {
        (Some(file), [target]) => {
            let input =
                fs::read(file).with_context(|| format!("can't read `{}`", file.display()))?;
            let found =
                with_subject(&host, args, *target, |subject| subject.examine(&input).err())?;
            match found {
                None => report::nothing(file, form),
                Some(found) => Err(Failure::failed(format!("`{}`: {found}", file.display()))),
            }
        }
        (Some(_), _) => Err(Failure::Usage("`--input` goes with one `--target`".into())),
        (None, targets) => {
            let tried = targets.iter().map(|target| {
                let tried = with_subject(&host, args, *target, |it| search(it, args, seed, form))??;
                report::tried(&tried, form)?;
                Ok(tried)
            });
            let tried = tried.collect::<Result<Vec<Tried>, Failure>>()?;
            report::all(&tried, form)
        }
    }
}

/// Gives `with` what a target is about.
fn with_subject<T>(
    host: &Host,
    args: &FuzzArgs,
    target: Door,
    with: impl FnOnce(&dyn Subject) -> T,
) -> Result<T, Failure> {
    let sandbox = Rc::new(Sandbox::of(host.sharing().build()?));
    let stages = Stages::of(Rc::clone(&sandbox) as Rc<_>, args.stories.clone());
    let failed = |problem: String| Failure::failed(problem);
    // An input says on which stage it plays; one that is drawn may be like calls on any.
    if matches!(target, Door::Exports | Door::Rows) && args.input.is_none() {
        stages.prepare().map_err(failed)?;
    }
    Ok(match target {
        Door::Exports => with(&Exports::on(&stages)),
        Door::Rows => with(&DamagedRows::on(&stages)),
        Door::Scenarios => with(&Scenarios::like(sandbox.as_ref(), &args.stories).map_err(failed)?),
        Door::Exportfile => with(&ExportFiles::of(&stages).map_err(failed)?),
        Door::Csv => with(&Rosters::like(host.sharing().build()?, &args.rosters)?),
    })
}

/// Tries what found something once, and then what is drawn from the seed.
fn search(subject: &dyn Subject, args: &FuzzArgs, seed: u64, form: Form) -> Result<Tried, Failure> {
    clientdesk_fuzz::subject::note_panics();
    let mut tried = Tried {
        target: subject.name(),
        seed,
        seconds: args.seconds,
        kept: 0,
        inputs: 0,
        found: Vec::new(),
        tally: Tally::default(),
    };
    for file in files(&args.kept.join(subject.name()))? {
        let input = fs::read(&file).with_context(|| format!("can't read `{}`", file.display()))?;
        tried.kept += 1;
        if let Err(found) = subject.examine(&input) {
            tried.found.push(Finding { found, file });
        }
    }
    let bar = if form.is_json() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
        bar.set_style(style);
    }
    let mut kept = Vec::new();
    let mut tell = |news: News<'_>| match news {
        News::Tried(inputs) if inputs.is_multiple_of(20) => {
            bar.set_message(format!("{}: {inputs} inputs", subject.name()));
            bar.tick();
        }
        News::Tried(_) => {}
        // At once, so that nothing is lost when somebody loses patience.
        News::Found(input, _) => kept.push(keep(subject.name(), subject.ending(), input)),
    };
    let hunted = hunt(subject, seed, Duration::from_secs(args.seconds), &mut tell, hung);
    bar.finish_and_clear();
    tried.inputs = hunted.inputs;
    tried.tally = subject.tally();
    for ((_, found), file) in hunted.found.into_iter().zip(kept) {
        tried.found.push(Finding { found, file: file? });
    }
    Ok(tried)
}

/// The files of a folder, in their order; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<PathBuf>, std::io::Error>>()?;
    files.sort();
    Ok(files)
}

/// Writes an input into a file of the working directory that isn't there yet.
fn keep(name: &str, ending: &str, input: &[u8]) -> Result<PathBuf, Failure> {
    let free = (1..).map(|number| PathBuf::from(format!("found-{name}-{number}.{ending}")));
    let file = free.into_iter().find(|file| !file.exists()).unwrap_or_default();
    fs::write(&file, input).with_context(|| format!("can't write `{}`", file.display()))?;
    Ok(file)
}

/// An input doesn't come to an end: it is kept, and that's it.
fn hung(ending: &str, input: &[u8]) {
    match keep("hangs", ending, input) {
        Ok(file) => eprintln!("error: an input doesn't come to an end: `{}`", file.display()),
        Err(failure) => eprintln!("error: an input doesn't come to an end, and {failure}"),
    }
    process::exit(1);
}
