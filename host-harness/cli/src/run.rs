//! `clientdesk run`: stories, told to the component.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::DateTime;
use clap::Args;
use clientdesk_host::Host;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::report::Seen;
use clientdesk_scenario::{Scenario, Watcher, World};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::print;

const EXAMPLES: &str = "\
Examples:
  clientdesk run tests/scenarios/billing/monthly.toml
      plays one story, step by step
  clientdesk run --component my.wasm tests/scenarios/*/*.toml
      plays all of them against another build of the component

The documentation of the crate `clientdesk-scenario` lists what a scenario file can say.";

/// Runs scenario files: stories that call the component and say what they expect
///
/// Each runs in a world of its own: an empty store in memory, a clock that the story moves,
/// mails that go nowhere, and failures where the story asks for them.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    /// The scenario files
    #[arg(value_name = "SCENARIO.TOML", required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(component: &ComponentArgs, args: &RunArgs) -> Result<(), Failure> {
    let host = component.host()?.build()?;
    let mut failed = 0;
    for file in &args.files {
        let went_well = tell(&host, file)?;
        failed += usize::from(!went_well);
    }
    let all = args.files.len();
    if failed > 0 {
        return Err(Failure::failed(format!("{failed} of {all} scenarios failed")));
    }
    Ok(print(&format!("{all} of {all} scenarios passed\n"))?)
}

/// Whether the story went as it tells.
fn tell(host: &Host, file: &Path) -> Result<bool, Failure> {
    let story = Scenario::read(file)?;
    let world = World::new(Arc::new(MemoryStorage::new()));
    let target = host
        .sharing()
        .storage(world.storage.clone())
        .mail(world.mail.clone())
        .clock(Arc::new(world.clock.clone()))
        .secrets(world.secrets.clone())
        .build()?;
    print(&format!("{}\n", story.title))?;
    let mut teller = Teller::default();
    let ran = clientdesk_scenario::run(&story, &world, &target, &mut teller);
    teller.end_line();
    teller.written?;
    match ran {
        Ok(()) => print(&format!("  {} steps\n\n", story.steps.len()))?,
        Err(ref failure) => print(&format!("  ✗ {failure}\n\n"))?,
    }
    Ok(ran.is_ok())
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
    number: usize,
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
        if self.line.as_ref().is_none_or(|line| line.number != seen.step.line) {
            self.end_line();
            self.line =
                Some(Line { number: seen.step.line, begin: begin(seen), times: 0, rehearsals: 0 });
        }
        let rehearsal = seen.called.as_ref().is_some_and(|called| called.rehearsal);
        if let Some(line) = &mut self.line {
            line.times += usize::from(!rehearsal);
            line.rehearsals += usize::from(rehearsal);
        }
    }
}

/// `✓ 2026-09-01 09:00  Mia invites Ann.  clients.invite-by-email`
fn begin(seen: &Seen<'_>) -> String {
    let time = i64::try_from(seen.now).ok().and_then(DateTime::from_timestamp_millis);
    let time = time.map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string());
    let function = seen.called.as_ref().map_or("", |called| called.function);
    match &seen.step.say {
        Some(say) => format!("  ✓ {time}  {say}  {function}"),
        None => format!("  ✓ {time}  {function}"),
    }
}
