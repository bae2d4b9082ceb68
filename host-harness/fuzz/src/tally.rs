//! How far calls came: hostile input that never gets past the door tries nothing behind it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clear::case_of;

/// How often calls of each function came how far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    by_function: BTreeMap<String, Reached>,
}

/// How often calls came how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Arguments that the contract has no form for: the host says so, and the component never sees them.
    pub unfit: u64,
    /// `invalid`.
    pub invalid: u64,
    /// `not-found` and `denied`.
    pub turned_away: u64,
    /// Any other refusal: by a rule, on what is there.
    pub ruled: u64,
    /// An answer.
    pub answered: u64,
}

impl Reached {
    /// All calls.
    pub fn calls(&self) -> u64 {
        self.unfit + self.invalid + self.turned_away + self.ruled + self.answered
    }

    fn plus(self, other: &Reached) -> Reached {
        Reached {
            unfit: self.unfit + other.unfit,
            invalid: self.invalid + other.invalid,
            turned_away: self.turned_away + other.turned_away,
            ruled: self.ruled + other.ruled,
            answered: self.answered + other.answered,
        }
    }
}

impl Tally {
    /// Of these functions, none called yet.
    pub fn of(functions: impl Iterator<Item = String>) -> Tally {
        Tally { by_function: functions.map(|name| (name, Reached::default())).collect() }
    }

    /// Notes what came of a call; none: its arguments didn't fit.
    pub fn note(&mut self, function: &str, came: Option<&Result<Value, Value>>) {
        let of = self.by_function.entry(function.to_owned()).or_default();
        match came {
            None => of.unfit += 1,
            Some(Ok(_)) => of.answered += 1,
            Some(Err(error)) => match case_of(error).0 {
                "invalid" => of.invalid += 1,
                "not-found" | "denied" => of.turned_away += 1,
                _ => of.ruled += 1,
            },
        }
    }

    /// All functions together.
    pub fn total(&self) -> Reached {
        self.by_function.values().fold(Reached::default(), Reached::plus)
    }

    /// Functions that never answered.
    pub fn unanswered(&self) -> Vec<&str> {
        let silent = self.by_function.iter().filter(|(_, of)| of.answered == 0);
        silent.map(|(name, _)| name.as_str()).collect()
    }

    /// Of each function that was called, how often it came how far.
    pub fn in_json(&self) -> Value {
        let called = self.by_function.iter().filter(|(_, of)| of.calls() > 0);
        let shown = called.map(|(name, of)| {
            let of = json!({
                "unfit": of.unfit,
                "invalid": of.invalid,
                "turned-away": of.turned_away,
                "ruled": of.ruled,
                "answered": of.answered,
            });
            (name.clone(), of)
        });
        Value::Object(shown.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_come_so_far() {
        let names = ["clients.get", "clients.revoke"].map(str::to_owned);
        let mut tally = Tally::of(names.into_iter());
        for came in [
            None,
            Some(Ok(json!(null))),
            Some(Err(json!({"invalid": []}))),
            Some(Err(json!({"not-found": "no client"}))),
            Some(Err(json!({"denied": {"code": "role", "message": "no"}}))),
            Some(Err(json!({"conflict": {"state": "revoked", "message": "no"}}))),
        ] {
            tally.note("clients.get", came.as_ref());
        }
        let reached = Reached { unfit: 1, invalid: 1, turned_away: 2, ruled: 1, answered: 1 };
        assert_eq!((tally.total(), reached.calls()), (reached, 6));
        assert_eq!(tally.unanswered(), ["clients.revoke"]);
    }
}
