//! `clientdesk run`: stories, told to the component.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_host::{BuildError, Host};
use clientdesk_scenario::book::{Book, CONTENTS};
use clientdesk_scenario::recording::Recorder;
use clientdesk_scenario::report::Seen;
use clientdesk_scenario::{Scenario, Target, Watcher, World, folder};
use serde_json::{Value, json};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form, data as print};
use super::times;

const EXAMPLES: &str = "\
Examples:
  clientdesk run tests/scenarios/billing/monthly.toml
      plays one story, step by step
  clientdesk run --component my.wasm tests/scenarios
      plays all of them against another build of the component
  clientdesk run --book tests/scenarios > docs/book.md
      writes all of them down for people to read
  clientdesk run --record target/recordings tests/scenarios
      writes all of them down call by call, for hosts in other languages to play

The documentation of the crate `clientdesk-scenario` lists what a scenario file can say.";

/// Runs scenario files: stories that call the component and say what they expect
///
/// Each runs in a world of its own: an empty store in memory, a clock that the story moves,
/// mails that go nowhere, and failures where the story asks for them.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    /// The scenario files, or folders that hold them
    #[arg(value_name = "SCENARIO.TOML", required = true)]
    paths: Vec<PathBuf>,
    /// Prints the stories as one document in Markdown: what happens, which mails go out, what
    /// is refused and why. A folder's `book.toml` arranges them in chapters
    #[arg(long)]
    book: bool,
    /// Writes what each story told the component, and what it answered, into a file of this
    /// folder: JSON lines that a host in any language can play and compare. It is called as the
    /// story is within the folder that has a `book.toml`, or that is given. A story that failed
    /// leaves none
    #[arg(long, value_name = "FOLDER", conflicts_with = "book")]
    record: Option<PathBuf>,
}

pub(crate) fn run(component: &ComponentArgs, args: &RunArgs, form: Form) -> Result<(), Failure> {
    let host = component.host()?.build()?;
    if args.book {
        let book = book(&args.paths)?;
        let told = book.tell(|world| match stage(&host, world) {
            Ok(target) => Ok(Box::new(target) as Box<dyn Target>),
            Err(error) => Err(Box::new(error) as Box<dyn Error + Send + Sync>),
        })?;
        return Ok(print(&told)?);
    }
    let files = files(&args.paths)?;
    if files.is_empty() {
        return Err(Failure::failed("there are no scenarios in what was given".to_owned()));
    }
    if args.record.is_some() {
        distinct(&files)?;
    }
    let mut told = Vec::new();
    for file in &files {
        told.push(tell(&host, file, args.record.as_deref(), form)?);
    }
    let (all, failed) = (told.len(), told.iter().filter(|told| told.failure.is_some()).count());
    if form.is_json() {
        let items: Vec<Value> = told.iter().map(Told::in_json).collect();
        output::json(&output::list(items, None))?;
    }
    match (failed, form) {
        (0, Form::Json) => Ok(()),
        (0, Form::Table) => Ok(print(&format!("{all} of {all} scenarios passed\n"))?),
        _ => Err(Failure::failed(format!("{failed} of {all} scenarios failed"))),
    }
}

/// How a story went.
struct Told {
    file: String,
    title: String,
    steps: usize,
    failure: Option<String>,
}

impl Told {
    fn in_json(&self) -> Value {
        json!({
            "file": self.file,
            "title": self.title,
            "steps": self.steps,
            "passed": self.failure.is_none(),
            "failure": self.failure,
        })
    }
}

/// A story's file.
struct File {
    path: PathBuf,
    /// What it is called among its like, wherever it was named from: `billing/monthly`.
    story: String,
}

impl File {
    /// The recording within this folder.
    fn recording(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.jsonl", self.story))
    }
}

/// The story files that these paths stand for.
fn files(paths: &[PathBuf]) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let is_folder = path.is_dir();
        let found = if is_folder { folder::stories(path)? } else { vec![path.clone()] };
        let root = path.canonicalize().ok().map(|path| root(&path, is_folder));
        let file = |path: PathBuf| {
            let whole = path.canonicalize().unwrap_or_else(|_| path.clone());
            let within = root.as_ref().and_then(|root| whole.strip_prefix(root).ok());
            let story = within.unwrap_or(&path).with_extension("");
            File { story: story.to_string_lossy().replace('\\', "/"), path }
        };
        files.extend(found.into_iter().map(file));
    }
    Ok(files)
}

/// The folder that stories are named by: the nearest one with a book around them, or else what was given.
fn root(path: &Path, is_folder: bool) -> PathBuf {
    let given = if is_folder { path } else { path.parent().unwrap_or(path) };
    let with_book = given.ancestors().find(|folder| folder.join(CONTENTS).is_file());
    with_book.unwrap_or(given).to_owned()
}

/// Refuses stories whose recordings would be one file.
fn distinct(files: &[File]) -> Result<(), Failure> {
    let mut seen = BTreeMap::new();
    for File { path, story } in files {
        if let Some(other) = seen.insert(story, path)
            && other != path
        {
            return Err(Failure::Usage(format!(
                "`{}` and `{}` would both be recorded as `{story}.jsonl`: record them into folders of their own",
                other.display(),
                path.display()
            )));
        }
    }
    Ok(())
}

/// The book of a folder that arranges one, or of the stories as they are named.
fn book(paths: &[PathBuf]) -> Result<Book, Failure> {
    if let [folder] = paths
        && folder.join(CONTENTS).is_file()
    {
        return Ok(Book::read(folder)?);
    }
    let stories: Result<Vec<_>, _> =
        files(paths)?.iter().map(|file| Scenario::read(&file.path)).collect();
    Ok(Book::of("Stories", stories?))
}

/// The component in the world of a story.
fn stage(host: &Host, world: &World) -> Result<Host, BuildError> {
    host.sharing()
        .storage(world.storage.clone())
        .mail(world.mail.clone())
        .clock(Arc::new(world.clock.clone()))
        .secrets(world.secrets.clone())
        .build()
}

/// Tells a story, and records it into this folder, if there is one and the story went well.
fn tell(host: &Host, file: &File, record: Option<&Path>, form: Form) -> Result<Told, Failure> {
    let story = Scenario::read(&file.path)?;
    let world = World::new(Arc::new(MemoryStorage::new()));
    let Some(folder) = record else {
        return tell_in(&world, &stage(host, &world)?, file, story, form);
    };
    let recorder = Recorder::new(host, &world, &file.story)?;
    let told = tell_in(&world, &recorder, file, story, form)?;
    let recording = file.recording(folder);
    if told.failure.is_some() {
        // Of a story that failed there is none, and an earlier one isn't of this component.
        output::no_file(&recording)?;
    } else {
        output::file(&recording, recorder.finish().map_err(Failure::failed)?.as_bytes())?;
    }
    Ok(told)
}

/// Tells a story: step by step, for people who watch.
fn tell_in(
    world: &World,
    target: &dyn Target,
    file: &File,
    story: Scenario,
    form: Form,
) -> Result<Told, Failure> {
    let steps = story.given.iter().chain([&story]).map(|part| part.steps.len()).sum();
    let ran = match form {
        Form::Json => clientdesk_scenario::run(&story, world, target, &mut Silence),
        Form::Table => {
            print(&format!("{}\n", story.title))?;
            let mut teller = Teller::default();
            let ran = clientdesk_scenario::run(&story, world, target, &mut teller);
            teller.end_line();
            teller.written?;
            match &ran {
                Ok(()) => print(&format!("  {steps} steps\n\n"))?,
                Err(failure) => print(&format!("  ✗ {failure}\n\n"))?,
            }
            ran
        }
    };
    let failure = ran.err().map(|failure| failure.to_string());
    Ok(Told { file: file.path.display().to_string(), title: story.title, steps, failure })
}

/// Watches, and says nothing.
struct Silence;

impl Watcher for Silence {
    fn saw(&mut self, _: &Seen<'_>) {}
}

/// Prints a line for each step of the file; one for all of a step's cases.
struct Teller {
    line: Option<Line>,
    written: io::Result<()>,
}

impl Default for Teller {
    fn default() -> Self {
        Teller { line: None, written: Ok(()) }
    }
}

struct Line {
    /// The file and the line in it at which the step begins.
    place: (String, usize),
    begin: String,
    times: usize,
    rehearsals: usize,
}

impl Teller {
    fn end_line(&mut self) {
        let Some(Line { begin, times, rehearsals, .. }) = self.line.take() else { return };
        let mut text = begin;
        // Writing to a string never fails.
        if times > 1 {
            let _ = write!(text, " ({times} times)");
        }
        if rehearsals > 0 {
            let _ = write!(text, " ({rehearsals} storage failures survived)");
        }
        text.push('\n');
        if self.written.is_ok() {
            self.written = print(&text);
        }
    }
}

impl Watcher for Teller {
    fn saw(&mut self, seen: &Seen<'_>) {
        let place = (seen.scenario.file.clone(), seen.step.line);
        if self.line.as_ref().is_none_or(|line| line.place != place) {
            self.end_line();
            self.line = Some(Line { place, begin: begin(seen), times: 0, rehearsals: 0 });
        }
        let rehearsal = seen.called.as_ref().is_some_and(|called| called.rehearsal);
        if let Some(line) = &mut self.line {
            line.times += usize::from(!rehearsal);
            line.rehearsals += usize::from(rehearsal);
        }
    }
}

/// `✓ 2026-09-01T09:00:00Z  Mia invites Ann.  clients.invite-by-email`
fn begin(seen: &Seen<'_>) -> String {
    let time = times::full(seen.now);
    let function = seen.called.as_ref().map_or("", |called| called.function);
    match seen.step.say.as_deref().or(seen.step.told()) {
        Some(say) => format!("  ✓ {time}  {say}  {function}"),
        None => format!("  ✓ {time}  {function}"),
    }
}
