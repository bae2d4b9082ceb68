//! What was exercised: each export, error, event, and what happens only sometimes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// How often each thing happened; things are named as `export clients.get`, `error denied:role`, `event
/// client-invited`, `sometimes a mail after a crash`.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<BTreeMap<String, u64>>,
}

/// What happens only sometimes, and should.
pub const SOMETIMES: [&str; 17] = [
    "a clock that was set back",
    "a commit lost with the tail",
    "a commit that failed",
    "a conflict lost",
    "a fresh instance",
    "a mail after a crash",
    "a mail that came again",
    "a mail that was put off",
    "a mail that was refused for good",
    "a read that failed",
    "a repeated command answered as before",
    "a retry won",
    "a reused instance",
    "an unknown answer that had happened",
    "an unknown answer that had not",
    "both hosts at once",
    "busy after too many conflicts",
];

/// What of a list was reached, and what wasn't.
#[derive(Debug, Default)]
pub struct Reached {
    /// How often each was.
    pub counts: BTreeMap<String, u64>,
    /// What never was.
    pub missing: BTreeSet<String>,
    /// Exceptions that aren't needed any more.
    pub needless: BTreeSet<String>,
}

/// From so many times on, an exception isn't one any more.
const OFTEN: u64 = 20;

/// What may not be reached, each line with a reason: `error busy: …`.
const UNREACHED: &str = include_str!("../unreached.txt");

/// The words of events and errors, as the contract's registry lists them.
const KINDS: &str = include_str!("../../../docs/kinds.txt");

impl Tally {
    /// Something happened.
    pub fn note(&self, what: impl Into<String>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(what.into()).or_default() += 1;
    }

    /// Something of [`SOMETIMES`] happened.
    pub fn sometimes(&self, what: &str) {
        self.note(format!("sometimes {what}"));
    }

    /// A refusal; those of rows in lists, too.
    pub fn error(&self, error: &Value) {
        for word in error_words(error) {
            self.note(format!("error {word}"));
        }
    }

    /// What of all that there is was reached; `exports` are the functions.
    pub fn reached<'a>(&self, exports: impl Iterator<Item = &'a str>) -> Reached {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut wanted: BTreeSet<String> = exports.map(|name| format!("export {name}")).collect();
        wanted.extend(SOMETIMES.map(|what| format!("sometimes {what}")));
        wanted.extend(listed());
        let excused: BTreeSet<String> = excused().map(|(what, _)| what.to_owned()).collect();
        let never = |what: &&String| !counts.contains_key(*what);
        let missing = wanted.iter().filter(never).filter(|what| !excused.contains(*what));
        let often = |what: &&String| counts.get(*what).is_some_and(|times| *times >= OFTEN);
        let needless = excused.iter().filter(|what| often(what) || !wanted.contains(*what));
        let (missing, needless) = (missing.cloned().collect(), needless.cloned().collect());
        Reached { missing, needless, counts }
    }
}

/// The exceptions: what isn't reached, and why.
pub fn excused() -> impl Iterator<Item = (&'static str, &'static str)> {
    UNREACHED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "))
}

/// The parts of the registry that are looked at, and how what stands there is named here.
const PARTS: [(&str, &str); 6] = [
    ("Events", "event "),
    ("States", "error conflict:"),
    ("Limits", "error limit:"),
    ("Refusals", "error denied:"),
    ("Wrong arguments", "error invalid:"),
    ("Other errors", "error other:"),
];

/// Events and errors of the registry.
fn listed() -> Vec<String> {
    let (mut all, mut begin) = (Vec::new(), None);
    for line in KINDS.lines() {
        if !line.starts_with(' ') {
            let part = PARTS.iter().find(|(title, _)| line.starts_with(title));
            begin = part.map(|(_, begin)| begin);
        } else if let (Some(begin), Some(word)) = (begin, line.split_whitespace().next()) {
            all.push(format!("{begin}{word}"));
        }
    }
    for case in ["not-found", "exists", "expired", "busy", "unavailable", "corrupt"] {
        all.push(format!("error {case}"));
    }
    all
}

/// What an error is called: its case, with the code, state or limit in it.
pub fn error_words(error: &Value) -> Vec<String> {
    let Some(fields) = error.as_object() else {
        return error.as_str().map(str::to_owned).into_iter().collect();
    };
    let of_case = |(case, inner): (&String, &Value)| -> Vec<String> {
        if let Some(problems) = inner.as_array() {
            let codes = problems.iter().filter_map(|problem| problem["code"].as_str());
            return codes.map(|code| format!("{case}:{code}")).collect();
        }
        let word = ["code", "state", "limit"].iter().find_map(|field| inner[field].as_str());
        vec![word.map_or_else(|| case.clone(), |word| format!("{case}:{word}"))]
    };
    fields.iter().flat_map(of_case).collect()
}
