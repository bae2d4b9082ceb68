//! How many clients an agency has, and how many of them count as what.
//!
//! Statuses move with the days, without anybody doing anything. So clients who have joined
//! are counted by the day of their latest log-in: how many are active follows from the days,
//! and from a look at the one day that a threshold falls into.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::client::{Client, Standing};
use super::time::{DAY, Timestamp};

/// The counters of an agency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many clients were ever made: the next one's seat.
    pub seats: u32,
    /// Pending, links included.
    pub pending: u32,
    /// Revoked.
    pub revoked: u32,
    /// Joined, by the day (UTC, from the epoch) of the latest log-in.
    log_ins: BTreeMap<u64, u32>,
}

impl Tally {
    /// Counts a client that was `before` (none: it is new) and is `after` (none: it is gone).
    pub fn change(&mut self, before: Option<&Client>, after: Option<&Client>) {
        if let Some(client) = before {
            let count = self.counter(client);
            *count = count.saturating_sub(1);
        }
        if let Some(client) = after {
            let count = self.counter(client);
            *count = count.saturating_add(1);
            self.seats = self.seats.max(client.seat.saturating_add(1));
        }
        self.log_ins.retain(|_, count| *count > 0);
    }

    fn counter(&mut self, client: &Client) -> &mut u32 {
        match client.standing {
            Standing::Pending { .. } => &mut self.pending,
            Standing::Revoked { .. } => &mut self.revoked,
            Standing::Joined { .. } => {
                let login = client.last_login.unwrap_or(Timestamp::EPOCH);
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
        assert_eq!((tally.all(), tally.pending, tally.seats), (1, 1, 1));
        tally.change(Some(&invited), Some(&joined));
        assert_eq!((tally.pending, tally.joined()), (0, 1));
        for (day, before) in [(3, 0), (4, 1)] {
            assert_eq!(tally.joined_before_the_day_of(at(day * DAY)), before, "day {day}");
        }
        tally.change(Some(&joined), Some(&revoked));
        assert_eq!((tally.joined(), tally.revoked), (0, 1));
        tally.change(Some(&revoked), None);
        assert_eq!((tally.all(), tally.seats), (0, 1), "seats aren't given twice");
    }
}
