//! `clientdesk jobs`: runs the jobs that are due, once or again and again.

use std::thread;
use std::time::Duration;

use clap::Args;
use clientdesk_host::{DueStop, Host};
use serde_json::{Value, json};

use super::answer::{number, rows_of, string};
use super::failure::Failure;
use super::format::{count, shell_word, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::{terminal, times};

const EXAMPLES: &str = "\
Examples:
  clientdesk jobs
      runs every job that is due, and lists those that keep failing
  clientdesk jobs --watch
      runs what has fallen due, every minute, until you stop it";

/// Runs the jobs that are due: mails, expiring access, scores, alerts, weekly summaries, clean-up
///
/// A platform calls `jobs.run` every minute or so, from as many places as it likes; this command
/// makes the same call. Running it twice does no harm.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct JobsArgs {
    /// Keeps running until it is stopped
    #[arg(long)]
    watch: bool,
    /// How many seconds to wait between two runs
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "watch",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    #[command(flatten)]
    store: StoreArgs,
}

/// How much one call does.
const LIMIT: u32 = 200;

/// What several calls came to.
#[derive(Default)]
struct Total {
    done: u64,
    failed: u64,
    next: Option<u64>,
}

const COLUMNS: [Column; 5] = [
    Column::may_go("Agency", 2),
    Column::stays("Job"),
    Column::may_go("Subject", 3),
    Column::may_go("Due", 1),
    Column::stays("Problem"),
];

pub(crate) fn run(component: &ComponentArgs, args: &JobsArgs, form: Form) -> Result<(), Failure> {
    let host = args.store.open(component.host()?)?.build()?;
    if args.watch {
        return watch(&host, Duration::from_secs(args.every), form);
    }
    let total = all(&host)?;
    let stuck = stuck(&host)?;
    if form.is_json() {
        let Total { done, failed, next } = total;
        let answer = json!({"done": done, "failed": failed, "next-due": next, "stuck": stuck});
        return Ok(output::answer(answer)?);
    }
    let mut page = Page::on_standard_output();
    page.line(&total.line());
    if !stuck.is_empty() {
        page.heading("Parked after failing ten times");
        page.table(&COLUMNS, &rows(&stuck));
        page.line(&again(&stuck, &args.store.option()));
    }
    Ok(page.print()?)
}

fn watch(host: &Host, pause: Duration, form: Form) -> Result<(), Failure> {
    if !form.is_json() {
        let mut page = Page::on_standard_output();
        page.line("Watching for due jobs. Press Ctrl-C to stop.");
        page.print()?;
    }
    let mut watch = Watch::default();
    loop {
        let run = all(host);
        if let (true, Ok(Total { done, failed, next })) = (form.is_json(), &run) {
            let line = json!({"done": done, "failed": failed, "next-due": next});
            output::answer_line(line)?;
        }
        match watch.line(run) {
            Some(Said::News(_)) if form.is_json() => (),
            Some(Said::News(line)) => {
                let mut page = Page::on_standard_output();
                page.line(&line);
                page.print()?;
            }
            Some(Said::Problem(line)) => eprintln!("{}", terminal::shown(&line)),
            None => (),
        }
        thread::sleep(pause);
    }
}

/// What a watcher says of one run after the other. A run that fails doesn't end it: the store
/// may come back, and what one damaged thing keeps from being done is parked in the end.
#[derive(Default)]
struct Watch {
    /// What went wrong the last time, if it did.
    problem: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    News(String),
    Problem(String),
}

impl Watch {
    /// What is to be said of a run: nothing where nothing happened, and of the same problem
    /// only once.
    fn line(&mut self, run: Result<Total, Failure>) -> Option<Said> {
        match run {
            Ok(total) => {
                let failed_before = self.problem.take().is_some();
                let news = failed_before || total.done + total.failed > 0;
                news.then(|| Said::News(total.line()))
            }
            Err(failure) => {
                let problem = failure.to_string();
                let again = self.problem.replace(problem.clone()).is_some_and(|p| p == problem);
                let line = format!("error: {problem} (still watching, and trying again)");
                (!again).then_some(Said::Problem(line))
            }
        }
    }
}

/// Does everything that is due.
fn all(host: &Host) -> Result<Total, Failure> {
    let run = host.run_due(LIMIT, |_| true);
    let total = Total { done: run.done, failed: run.failed, next: run.next_due };
    match run.stopped {
        None | Some(DueStop::Told) => Ok(total),
        Some(DueStop::Call(error)) => Err(total.stopped(refusal::failed(error))),
        Some(DueStop::Problem(problem)) => Err(total.stopped(Failure::failed(problem))),
    }
}

impl Total {
    /// The failure that ended the run, with what was done before.
    fn stopped(&self, failure: Failure) -> Failure {
        if self.done + self.failed == 0 {
            return failure;
        }
        let (done, failed) = (thousands(self.done), thousands(self.failed));
        Failure::failed(format!("{failure} (before that, {done} were done and {failed} failed)"))
    }

    fn line(&self) -> String {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {} failed and will be retried", thousands(failed)),
        };
        let next = match self.next {
            None => "nothing else is scheduled".to_owned(),
            Some(next) => format!("the next is due at {}", times::full(next)),
        };
        format!("{} done{failed}; {next}.", count(usize::try_from(self.done).unwrap_or(0), "job"))
    }
}

fn stuck(host: &Host) -> Result<Vec<Value>, Failure> {
    let page = host.call("jobs.stuck", &[json!({"limit": 50})]).map_err(refusal::failed)?;
    Ok(rows_of(&page, "jobs")?)
}

fn rows(stuck: &[Value]) -> Vec<Vec<Shown>> {
    let row = |job: &Value| {
        let text = |field| Shown::Text(string(job, field));
        let due = Shown::Text(times::full(number(job, "due-at")));
        vec![text("agency"), text("kind"), text("subject"), due, text("problem")]
    };
    stuck.iter().map(row).collect()
}

/// How the first of them is tried again.
fn again(stuck: &[Value], store: &str) -> String {
    let first = stuck.first().unwrap_or(&Value::Null);
    let [agency, kind, subject] =
        ["agency", "kind", "subject"].map(|field| shell_word(&string(first, field)));
    let due = times::full(number(first, "due-at"));
    format!(
        "Once the cause is fixed, run: clientdesk call jobs.retry {agency} {kind} {subject} \
         {due}{store}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_happened() {
        for (done, failed, next, line) in [
            (0, 0, None, "0 jobs done; nothing else is scheduled."),
            (1, 0, Some(1_788_264_000_000), "1 job done; the next is due at 2026-09-01T12:00:00Z."),
            (
                1_200,
                2,
                None,
                "1,200 jobs done, 2 failed and will be retried; nothing else is scheduled.",
            ),
        ] {
            assert_eq!(Total { done, failed, next }.line(), line);
        }
    }

    #[test]
    fn a_watcher_says_what_is_new_and_goes_on() {
        let done = |done| Ok(Total { done, ..Total::default() });
        let failed = |why: &str| Err(Failure::failed(why.to_owned()));
        let news = |line: &str| Some(Said::News(line.to_owned()));
        let problem = |why: &str| {
            Some(Said::Problem(format!("error: {why} (still watching, and trying again)")))
        };
        let mut watch = Watch::default();
        for (run, said) in [
            (done(0), None),
            (done(1), news("1 job done; nothing else is scheduled.")),
            (failed("the disk is full"), problem("the disk is full")),
            (failed("the disk is full"), None),
            (failed("the component trapped"), problem("the component trapped")),
            (failed("the disk is full"), problem("the disk is full")),
            (done(0), news("0 jobs done; nothing else is scheduled.")),
            (done(0), None),
        ] {
            assert_eq!(watch.line(run), said);
        }
    }

    #[test]
    fn a_failure_says_what_was_done_before() {
        let text = |done| {
            let total = Total { done, failed: 2 * done, next: None };
            total.stopped(Failure::failed("the store is away".to_owned())).to_string()
        };
        assert_eq!(text(0), "the store is away");
        assert_eq!(text(3), "the store is away (before that, 3 were done and 6 failed)");
    }

    #[test]
    fn what_was_parked_says_how_to_go_on() {
        let job = json!({"agency": "acme", "kind": "digest", "subject": "agency", "due-at": 5_000});
        assert!(again(&[job], " --store s.db").ends_with(
            "clientdesk call jobs.retry acme digest agency 1970-01-01T00:00:05Z --store s.db"
        ));
    }
}
