//! How many clients an agency has, and how many of them count as what.
//!
//! Statuses move with the days, without anybody doing anything. So clients who have joined
//! are counted by the day of their latest log-in: how many are active follows from the days,
//! and from a look at the one day that a threshold falls into.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::client::{Client, Standing};
use super::health::{Band, rounded};
use super::time::{DAY, Timestamp};

/// The counters of an agency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many clients were ever made: the next one's search slot.
    pub search_slots: u32,
    /// Pending, links included.
    pub pending: u32,
    /// Revoked.
    pub revoked: u32,
    /// Joined, by the day (UTC, from the epoch) of the latest log-in.
    log_ins: BTreeMap<u64, u32>,
    /// The scores of those who have one.
    #[serde(default)]
    pub scores: Scores,
}

/// How many clients' scores are in each band, and what they add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Scores {
    pub active: u32,
    pub at_risk: u32,
    pub churned: u32,
    sum: u64,
}

impl Scores {
    /// The average, rounded half up; none without any.
    pub fn average(&self) -> Option<u8> {
        let all = [self.active, self.at_risk, self.churned].map(u64::from).iter().sum();
        (all > 0).then(|| rounded(self.sum, all))
    }

    /// Counts a score that was `before` and is `after`.
    pub fn change(&mut self, before: Option<u8>, after: Option<u8>) {
        if let Some(score) = before {
            self.take(score);
        }
        if let Some(score) = after {
            self.add(score);
        }
    }

    fn of(&mut self, score: u8) -> &mut u32 {
        match Band::of(score) {
            Band::Active => &mut self.active,
            Band::AtRisk => &mut self.at_risk,
            Band::Churned => &mut self.churned,
        }
    }

    fn add(&mut self, score: u8) {
        let count = self.of(score);
        *count = count.saturating_add(1);
        self.sum = self.sum.saturating_add(score.into());
    }

    fn take(&mut self, score: u8) {
        let count = self.of(score);
        *count = count.saturating_sub(1);
        self.sum = self.sum.saturating_sub(score.into());
    }
}

impl Tally {
    /// Counts a client that was `before` (none: it is new) and is `after` (none: it is gone).
    pub fn change(&mut self, before: Option<&Client>, after: Option<&Client>) {
        if let Some(client) = before {
            let count = self.counter(client);
            *count = count.saturating_sub(1);
        }
        self.rescore(before.and_then(|client| client.score), after.and_then(|client| client.score));
        if let Some(client) = after {
            let count = self.counter(client);
            *count = count.saturating_add(1);
            self.search_slots = self.search_slots.max(client.search_slot.saturating_add(1));
        }
        self.log_ins.retain(|_, count| *count > 0);
    }

    /// How many clients are invited or have joined, as far as it was written down.
    pub fn present(&self) -> u64 {
        let joined: u64 = self.log_ins.values().copied().map(u64::from).sum();
        joined.saturating_add(self.pending.into())
    }

    /// Counts a score that was `before` and is `after`.
    pub fn rescore(&mut self, before: Option<u8>, after: Option<u8>) {
        self.scores.change(before, after);
    }

    fn counter(&mut self, client: &Client) -> &mut u32 {
        match client.standing {
            Standing::Pending { .. } => &mut self.pending,
            Standing::Revoked { .. } => &mut self.revoked,
            Standing::Joined { .. } => {
                let login = client.last_log_in.unwrap_or(Timestamp::EPOCH);
                self.log_ins.entry(login.millis() / DAY).or_default()
            }
        }
    }

    /// All that are there.
    pub fn all(&self) -> u32 {
        self.pending.saturating_add(self.revoked).saturating_add(self.joined())
    }

    /// All that have joined.
    pub fn joined(&self) -> u32 {
        self.log_ins.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many of those who have joined last logged in on a day before that of `time`; those
    /// of its own day are to be looked at one by one.
    pub fn joined_before_the_day_of(&self, time: Timestamp) -> u32 {
        let days = self.log_ins.range(..time.millis() / DAY);
        days.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::tests::{at, pending};
    use crate::domain::id::IdentityId;

    #[test]
    fn clients_count_as_what_they_are() {
        let mut tally = Tally::default();
        let invited = pending(1, &["nike"], at(0));
        let joined = invited.accept(IdentityId::from_bytes([1; 16]), at(3 * DAY + 5)).unwrap();
        let revoked = joined.revoke(at(4 * DAY)).unwrap();
        tally.change(None, Some(&invited));
        assert_eq!((tally.all(), tally.pending, tally.search_slots), (1, 1, 1));
        tally.change(Some(&invited), Some(&joined));
        assert_eq!((tally.pending, tally.joined()), (0, 1));
        for (day, before) in [(3, 0), (4, 1)] {
            assert_eq!(tally.joined_before_the_day_of(at(day * DAY)), before, "day {day}");
        }
        tally.change(Some(&joined), Some(&revoked));
        assert_eq!((tally.joined(), tally.revoked), (0, 1));
        tally.change(Some(&revoked), None);
        assert_eq!((tally.all(), tally.search_slots), (0, 1), "search slots aren't given twice");
    }

    #[test]
    fn scores_add_up() {
        let mut tally = Tally::default();
        for score in [70, 40, 39, 0] {
            tally.rescore(None, Some(score));
        }
        let bands =
            |tally: &Tally| (tally.scores.active, tally.scores.at_risk, tally.scores.churned);
        assert_eq!((bands(&tally), tally.scores.average()), ((1, 1, 2), Some(37)), "37.25");
        tally.rescore(Some(39), Some(100));
        assert_eq!((bands(&tally), tally.scores.average()), ((2, 1, 1), Some(53)), "52.5");
        for score in [70, 40, 100, 0] {
            tally.rescore(Some(score), None);
        }
        assert_eq!((bands(&tally), tally.scores.average()), ((0, 0, 0), None));
    }
}
