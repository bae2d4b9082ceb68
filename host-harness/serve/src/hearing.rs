//! What calls were made and what came of each, for whoever looks on. Kept only where a workbench is
//! open: the service by itself remembers no call.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use clientdesk_host::adapters::mail::{Handover, Message};
use clientdesk_host::{CallError, Host};
use serde_json::{Map, Value, json};

/// How many calls are remembered; older ones are forgotten.
const CALLS_MAX: usize = 2_000;

/// What is asked for again and again.
const JOBS: &str = "jobs.run";

/// A call, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// The first one is 1.
    pub(crate) number: u64,
    /// The time that the component was told.
    pub(crate) at: u64,
    pub(crate) function: String,
    /// By name, with times as numbers.
    pub(crate) arguments: Map<String, Value>,
    /// The answer, or the error.
    pub(crate) outcome: Result<Value, Value>,
    pub(crate) micros: u64,
    pub(crate) traces: Traces,
}

/// What a call left behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    /// How many commits were made.
    pub(crate) commits: u32,
    /// The agencies whose rows were written.
    pub(crate) agencies: BTreeSet<String>,
    /// The mails that were handed over, and what was said to them.
    pub(crate) mails: Vec<(Message, Handover)>,
    /// How many requests to the store failed on demand.
    pub(crate) faults: u32,
}

thread_local! {
    /// What the call that runs on this thread has left so far.
    static TRACES: RefCell<Option<Traces>> = const { RefCell::new(None) };
}

/// Adds to what the call on this thread leaves behind, if anybody listens to it.
pub(crate) fn note(add: impl FnOnce(&mut Traces)) {
    TRACES.with_borrow_mut(|traces| {
        if let Some(traces) = traces {
            add(traces);
        }
    });
}

/// The calls that were heard.
#[derive(Default)]
pub(crate) struct Hearing(Mutex<Calls>);

#[derive(Default)]
struct Calls {
    heard: VecDeque<Heard>,
    last: u64,
}

impl Hearing {
    /// Makes a call on this thread, and remembers it. `shown` is the answer as JSON.
    pub(crate) fn hear<T>(
        &self,
        at: u64,
        function: &str,
        arguments: Map<String, Value>,
        call: impl FnOnce() -> Result<T, CallError>,
        shown: impl FnOnce(&T) -> Value,
    ) -> Result<T, CallError> {
        TRACES.set(Some(Traces::default()));
        let began = Instant::now();
        let answer = call();
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let traces = TRACES.take().unwrap_or_default();
        let outcome = match &answer {
            Ok(answer) => Ok(shown(answer)),
            Err(error) => Err(told(error)),
        };
        let function = function.to_owned();
        self.keep(Heard { number: 0, at, function, arguments, outcome, micros, traces });
        answer
    }

    fn keep(&self, mut heard: Heard) {
        // Jobs are asked for every few seconds, and mostly nothing is due.
        if heard.function == JOBS && heard.traces.agencies.is_empty() && heard.traces.faults == 0 {
            return;
        }
        let mut calls = self.calls();
        calls.last += 1;
        heard.number = calls.last;
        calls.heard.push_back(heard);
        if calls.heard.len() > CALLS_MAX {
            calls.heard.pop_front();
        }
    }

    /// The calls after this one, the oldest first.
    pub(crate) fn after(&self, number: u64) -> Vec<Heard> {
        self.calls().heard.iter().filter(|call| call.number > number).cloned().collect()
    }

    /// The number of the last call; 0: there was none.
    pub(crate) fn last(&self) -> u64 {
        self.calls().last
    }

    /// Forgets what mails with these ids said: somebody whom they are about was erased.
    pub(crate) fn forget(&self, ids: &[String]) {
        for call in &mut self.calls().heard {
            call.traces.mails.retain(|(mail, _)| !ids.contains(&mail.id));
        }
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls a function, so that whoever listens hears it.
pub(crate) fn called(
    host: &Host,
    hearing: Option<&Hearing>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, CallError> {
    let call = || host.call(name, arguments);
    let Some(hearing) = hearing else { return call() };
    let names = host.function(name)?.params().iter().map(|param| param.name.clone());
    let by_name = names.zip(arguments.iter().cloned()).collect();
    hearing.hear(host.clock().now(), name, by_name, call, Value::clone)
}

/// The component's own error, or why it gave none.
fn told(error: &CallError) -> Value {
    match error {
        CallError::Refused { error, .. } => error.clone(),
        error => json!({"broken": error.to_string()}),
    }
}
