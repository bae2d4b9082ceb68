//! How often something may happen within a time.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::time::Timestamp;

/// At most so often within any stretch of so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is called in errors.
    pub name: &'static str,
    /// How often.
    pub max: usize,
    /// Within how many milliseconds.
    pub window: u64,
}

/// It happened too often lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("limit `{limit}` allows {allowed}; wait {wait} ms")]
pub struct TooOften {
    /// The rule's name.
    pub limit: &'static str,
    /// How often is allowed.
    pub allowed: usize,
    /// Milliseconds until it is allowed again.
    pub wait: u64,
}

/// When something happened lately, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent(Vec<Timestamp>);

impl Recent {
    /// Whether nothing is remembered.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is remembered after it happened once more at `now`.
    ///
    /// # Errors
    ///
    /// When it happened as often as `rule` allows.
    pub fn once_more(&self, rule: Rule, now: Timestamp) -> Result<Recent, TooOften> {
        check(rule, self.0.iter().copied(), now)?;
        let within = |at: &Timestamp| now.since(*at) < rule.window;
        let mut times: Vec<Timestamp> = self.0.iter().copied().filter(within).collect();
        times.push(now);
        Ok(Recent(times))
    }

    /// When each time that is remembered is forgotten.
    pub fn ends(&self, rule: Rule) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(move |at| at.plus(rule.window))
    }

    /// When the last of it is forgotten; none when nothing is remembered.
    pub fn forgotten_at(&self, rule: Rule) -> Option<Timestamp> {
        self.0.last().map(|at| at.plus(rule.window))
    }
}

/// Whether `rule` allows once more at `now` what happened at `times` (oldest first).
fn check(
    rule: Rule,
    times: impl Iterator<Item = Timestamp>,
    now: Timestamp,
) -> Result<(), TooOften> {
    let recent: Vec<Timestamp> = times.filter(|at| now.since(*at) < rule.window).collect();
    let Some(over) = recent.len().checked_sub(rule.max) else { return Ok(()) };
    // It is allowed again when all but `max - 1` of them are forgotten.
    let wait = recent.get(over).map_or(0, |at| at.plus(rule.window).since(now));
    Err(TooOften { limit: rule.name, allowed: rule.max, wait })
}

/// The failed attempts to log in with one address, wherever they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failures(Vec<Failure>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Failure {
    at: Timestamp,
    origin: String,
}

/// How often logging in may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInRules {
    /// From one origin.
    pub per_origin: Rule,
    /// From all origins.
    pub in_all: Rule,
}

impl Failures {
    /// Whether another attempt from `origin` may be made at `now`.
    ///
    /// # Errors
    ///
    /// When too many failed.
    pub fn check(&self, rules: SignInRules, origin: &str, now: Timestamp) -> Result<(), TooOften> {
        let here = self.0.iter().filter(|failure| failure.origin == origin);
        let here = check(rules.per_origin, here.map(|failure| failure.at), now);
        let in_all = check(rules.in_all, self.0.iter().map(|failure| failure.at), now);
        match (here, in_all) {
            (Err(here), Err(in_all)) => Err(if in_all.wait > here.wait { in_all } else { here }),
            (Err(only), Ok(())) | (Ok(()), Err(only)) => Err(only),
            (Ok(()), Ok(())) => Ok(()),
        }
    }

    /// The failures after one more.
    pub fn once_more(&self, rules: SignInRules, origin: &str, now: Timestamp) -> Failures {
        let within = |failure: &&Failure| now.since(failure.at) < rules.in_all.window;
        let mut failures: Vec<Failure> = self.0.iter().filter(within).cloned().collect();
        failures.push(Failure { at: now, origin: origin.to_owned() });
        Failures(failures)
    }

    /// When each of them is forgotten.
    pub fn ends(&self, rules: SignInRules) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(move |failure| failure.at.plus(rules.in_all.window))
    }

    /// When the last of them is forgotten.
    pub fn forgotten_at(&self, rules: SignInRules) -> Option<Timestamp> {
        self.0.last().map(|failure| failure.at.plus(rules.in_all.window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { name: "tries", max: 3, window: 100 };

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn the_window_slides() {
        let mut recent = Recent::default();
        for now in [10, 20, 30] {
            recent = recent.once_more(RULE, at(now)).unwrap();
        }
        for (now, wait) in [(30, Some(80)), (109, Some(1)), (110, None), (500, None)] {
            let answer = recent.once_more(RULE, at(now));
            assert_eq!(answer.err().map(|error| error.wait), wait, "at {now}");
        }
        let next = recent.once_more(RULE, at(110)).unwrap();
        assert_eq!(next.once_more(RULE, at(111)).unwrap_err().wait, 9, "of the one at 20");
        assert_eq!(next.forgotten_at(RULE), Some(at(210)));
    }

    #[test]
    fn failures_count_by_origin_and_in_all() {
        let rules = SignInRules {
            per_origin: Rule { name: "here", max: 2, window: 100 },
            in_all: Rule { name: "in-all", max: 5, window: 100 },
        };
        let mut failures = Failures::default();
        for (now, origin) in [(0, "a"), (1, "a"), (2, "b"), (3, "c")] {
            assert_eq!(failures.check(rules, origin, at(now)), Ok(()));
            failures = failures.once_more(rules, origin, at(now));
        }
        assert_eq!(failures.check(rules, "a", at(4)).unwrap_err().limit, "here");
        assert_eq!(failures.check(rules, "b", at(4)), Ok(()), "another origin may");
        failures = failures.once_more(rules, "b", at(4));
        let error = failures.check(rules, "z", at(5)).unwrap_err();
        assert_eq!((error.limit, error.wait), ("in-all", 95));
        assert_eq!(failures.check(rules, "a", at(101)), Ok(()));
        assert_eq!(failures.forgotten_at(rules), Some(at(104)));
    }
}
