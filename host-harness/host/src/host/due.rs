//! Running what is due, until nothing moves any more.

use serde_json::{Value, json};

use super::{CallError, Host};

/// What several runs of due jobs came to.
#[derive(Debug, Default)]
pub struct DueRun {
    /// How many jobs were done.
    pub done: u64,
    /// How many failed, and are tried again later.
    pub failed: u64,
    /// When the next is due, in milliseconds since 1970; none: nothing is scheduled.
    pub next_due: Option<u64>,
    /// Why it ended while more may be due; none: nothing is left that can be done now.
    pub stopped: Option<DueStop>,
}

/// Why a run ended early.
#[derive(Debug)]
pub enum DueStop {
    /// A call gave no answer.
    Call(CallError),
    /// The component couldn't go on, and says why.
    Problem(String),
    /// Whoever asked for it had enough.
    Told,
}

impl Host {
    /// Runs the jobs that are due, at most `limit` (1 to 500) in a call, again and again until nothing more is
    /// done. `go_on` is asked after each call that leaves more to do, with what was done up to then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use clientdesk_host::Host;
    /// # let host = Host::builder().build()?;
    /// let run = host.run_due(200, |_| true);
    /// assert!(run.stopped.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_due(&self, limit: u32, mut go_on: impl FnMut(&DueRun) -> bool) -> DueRun {
        let mut run = DueRun::default();
        loop {
            let report = match self.call("jobs.run", &[json!(limit)]) {
                Ok(report) => report,
                Err(error) => return run.stopped(DueStop::Call(error)),
            };
            let number = |field: &str| report.get(field).and_then(Value::as_u64);
            let [done, failed] = ["done", "failed"].map(|field| number(field).unwrap_or_default());
            run.done = run.done.saturating_add(done);
            run.failed = run.failed.saturating_add(failed);
            run.next_due = number("next-due");
            if let Some(problem) = report.get("problem").and_then(Value::as_str) {
                return run.stopped(DueStop::Problem(problem.to_owned()));
            }
            // Where nothing moves, another worker has the rest.
            let more = report.get("more").is_some_and(|more| more == true);
            if !more || (done, failed) == (0, 0) {
                return run;
            }
            if !go_on(&run) {
                return run.stopped(DueStop::Told);
            }
        }
    }
}

impl DueRun {
    fn stopped(self, why: DueStop) -> DueRun {
        DueRun { stopped: Some(why), ..self }
    }
}
