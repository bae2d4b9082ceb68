//! What came of a fault: what was delayed, lost, and done twice.

use std::collections::BTreeMap;

use clientdesk_host::Host;
use clientdesk_scenario::faults::Breakage;
use serde_json::{Value, json};

use super::bench::{Workbench, agencies};
use super::mails::{Fate, Saying};

/// How many mails of an outbox are read at once.
const PAGE: u32 = 200;

/// A time in which something failed on demand.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    store: bool,
    conflicts: bool,
    mail: bool,
    since: u64,
    until: Option<u64>,
    /// The last call before it, and the last within it.
    calls: (u64, Option<u64>),
    /// The last entry of each agency's log before it.
    heads: BTreeMap<String, u64>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Aftermath {
    /// Calls that were refused for it.
    refused: usize,
    /// Calls that met a fault and were done all the same.
    absorbed: usize,
    /// Mails that waited, and have gone out.
    delayed: usize,
    /// For how long, at most.
    longest: u64,
    /// Mails that still wait.
    waiting: usize,
    /// Mails that were given up, since somebody said so.
    given_up: usize,
    /// What isn't there any more: mails, and entries of logs.
    lost: usize,
    /// Mails that went out twice.
    repeated: usize,
    /// What verifying the logs found.
    flaws: Vec<String>,
}

impl Trial {
    pub(super) fn begin(host: &Host, now: u64, last_call: u64) -> Trial {
        let ids = agencies(host).unwrap_or_default();
        let head =
            |id: String| Some((id.clone(), number(&ask(host, "audit.head", &id, &[])?, "number")));
        Trial {
            store: false,
            conflicts: false,
            mail: false,
            since: now,
            until: None,
            calls: (last_call, None),
            heads: ids.into_iter().filter_map(head).collect(),
        }
    }

    /// Something more fails.
    pub(super) fn add(&mut self, store: Option<Breakage>, saying: Saying) {
        self.store |= store == Some(Breakage::Unavailable);
        self.conflicts |= store == Some(Breakage::Conflict);
        self.mail |= saying != Saying::Accepted;
    }

    pub(super) fn is_on(&self) -> bool {
        self.until.is_none()
    }

    pub(super) fn end(&mut self, now: u64, last_call: u64) {
        self.until = Some(now);
        self.calls.1 = Some(last_call);
    }

    /// What came of it so far.
    pub(super) fn aftermath(&self, bench: &Workbench, host: &Host) -> Aftermath {
        let mut found = Aftermath::default();
        let (before, last) = (self.calls.0, self.calls.1.unwrap_or(u64::MAX));
        let within = bench.hearing().after(before);
        for call in within.iter().filter(|call| call.number <= last && call.traces.faults > 0) {
            match call.outcome {
                Ok(_) => found.absorbed += 1,
                Err(_) => found.refused += 1,
            }
        }
        let fates = bench.mail().fates();
        let waiting = waiting(host, &fates);
        for (id, fate) in &fates {
            found.repeated += usize::from(fate.taken > 1);
            found.given_up += usize::from(fate.given_up);
            match (fate.refused_at, fate.taken_at) {
                (Some(refused), Some(taken)) => {
                    found.delayed += 1;
                    found.longest = found.longest.max(taken.saturating_sub(refused));
                }
                (Some(_), None) if waiting.contains(id) => found.waiting += 1,
                (Some(_), None) if !fate.given_up => found.lost += 1,
                _ => {}
            }
        }
        for (agency, head) in &self.heads {
            if let Some(flaw) = flaw(host, agency, *head) {
                found.lost += 1;
                found.flaws.push(flaw);
            }
        }
        found
    }

    pub(super) fn in_json(&self, aftermath: Option<&Aftermath>) -> Value {
        json!({
            "on": self.is_on(),
            "since": self.since,
            "until": self.until,
            "what": self.what(),
            "sentence": aftermath.map(|found| found.sentence(&self.what())),
            "refused": aftermath.map(|found| found.refused),
            "delayed": aftermath.map(|found| found.delayed),
            "waiting": aftermath.map(|found| found.waiting),
            "lost": aftermath.map(|found| found.lost),
            "repeated": aftermath.map(|found| found.repeated),
        })
    }

    fn what(&self) -> String {
        let words = [
            (self.store, "the store was down"),
            (self.conflicts, "others were quicker at every commit"),
            (self.mail, "no mail was taken"),
        ];
        let said: Vec<&str> = words.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
        said.join(" and ")
    }
}

impl Aftermath {
    /// All of it in one sentence.
    fn sentence(&self, what: &str) -> String {
        let mut parts = Vec::new();
        if self.refused > 0 {
            let (were, left) = if self.refused == 1 { ("was", "it") } else { ("were", "they") };
            let calls = count(self.refused, "call");
            parts.push(format!("{calls} {were} refused, and {left} left nothing behind"));
        }
        if self.absorbed > 0 {
            let calls = count(self.absorbed, "call");
            parts.push(format!("{calls} came through all the same"));
        }
        if self.delayed > 0 {
            let mails = count(self.delayed, "mail");
            let longest = duration(self.longest);
            parts.push(format!("{mails} came late, by {longest} at most"));
        }
        if self.waiting > 0 {
            let (mails, wait) =
                (count(self.waiting, "mail"), if self.waiting == 1 { "waits" } else { "wait" });
            parts.push(format!("{mails} still {wait} for the next try"));
        }
        if self.given_up > 0 {
            let (mails, was) =
                (count(self.given_up, "mail"), if self.given_up == 1 { "was" } else { "were" });
            parts.push(format!("{mails} {was} given up, as the mail server said"));
        }
        if parts.is_empty() {
            parts.push("nothing was delayed".to_owned());
        }
        parts.push(match self.lost {
            0 => "nothing was lost".to_owned(),
            lost => format!("{lost} lost ({})", self.flaws.join("; ")),
        });
        parts.push(match self.repeated {
            0 => "nothing was done twice".to_owned(),
            repeated => format!("{} went out twice", count(repeated, "mail")),
        });
        let last = parts.pop().unwrap_or_default();
        format!("While {what}: {}; and {last}.", parts.join("; "))
    }
}

/// The mails among these that wait in the outboxes.
fn waiting(host: &Host, fates: &BTreeMap<String, Fate>) -> Vec<String> {
    let mut agencies: Vec<&str> = fates.values().map(|fate| fate.agency.as_str()).collect();
    agencies.sort_unstable();
    agencies.dedup();
    let mut waiting = Vec::new();
    for agency in agencies {
        let mut cursor = Value::Null;
        while let Some(page) =
            ask(host, "jobs.outbox", agency, &[json!({"limit": PAGE, "cursor": cursor})])
        {
            let mails = page.get("mails").and_then(Value::as_array).into_iter().flatten();
            let queued = mails.filter(|mail| mail.get("delivery").is_some_and(|it| it == "queued"));
            let id = |mail: &Value| Some(mail.get("id")?.as_str()?.to_owned());
            waiting.extend(queued.filter_map(id).filter(|id| fates.contains_key(id)));
            cursor = page.get("next").cloned().unwrap_or_default();
            if cursor.is_null() {
                break;
            }
        }
    }
    waiting
}

/// What is wrong with an agency's log behind this entry; none: nothing.
fn flaw(host: &Host, agency: &str, head: u64) -> Option<String> {
    let mut start = json!(head.saturating_add(1).max(1));
    let now = number(&ask(host, "audit.head", agency, &[])?, "number");
    if now < head {
        return Some(format!("the log of `{agency}` ended with {head}, and ends with {now}"));
    }
    if now == head {
        return None;
    }
    loop {
        let found = ask(host, "audit.verify", agency, &[start, Value::Null, Value::Null])?;
        if let Some(problem) = found.pointer("/flaw/problem") {
            return Some(format!("`{agency}`: {problem}"));
        }
        start = found.get("next").cloned().unwrap_or_default();
        if start.is_null() {
            return None;
        }
    }
}

/// What a function of an agency's answers the workbench; none: it doesn't.
pub(super) fn ask(host: &Host, function: &str, agency: &str, rest: &[Value]) -> Option<Value> {
    let actor = json!({"id": "workbench", "name": "Workbench", "role": "owner"});
    let call = json!({"agency": agency, "actor": actor});
    host.call(function, &[&[call], rest].concat()).ok()
}

fn number(value: &Value, field: &str) -> u64 {
    value.get(field).and_then(Value::as_u64).unwrap_or_default()
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("one {what}") } else { format!("{number} {what}s") }
}

/// A duration in its largest whole unit.
fn duration(millis: u64) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    for (unit, word) in units {
        if millis >= unit {
            return count(usize::try_from(millis / unit).unwrap_or(usize::MAX), word);
        }
    }
    "less than a second".to_owned()
}
