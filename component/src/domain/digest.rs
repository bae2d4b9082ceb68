//! The weekly summary: when it goes out, and what it says.

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, monday};
use super::health::movers::Mover;
use super::id::ClientId;
use super::money::Money;
use super::ranges;
use super::settings::Digest;
use super::time::Timestamp;

/// How many clients each list of a summary names.
pub const NAMED_MAX: usize = 5;

/// Where an agency's weekly summaries stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    /// When the next one is due; none while it is off.
    pub next: Option<Timestamp>,
    /// The Monday of the week in which the last one went out.
    #[serde(deserialize_with = "ranges::read_day")]
    pub sent_week: Option<i64>,
    /// When the last one went out, and how many clients were in each status then.
    pub last: Option<(Timestamp, Counts)>,
}

/// How many clients are in each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Counts {
    pub active: u32,
    pub at_risk: u32,
    pub churned: u32,
    pub pending: u32,
    pub revoked: u32,
}

impl Counts {
    /// All of them.
    pub const fn all(&self) -> u32 {
        let joined = self.active.saturating_add(self.at_risk).saturating_add(self.churned);
        joined.saturating_add(self.pending).saturating_add(self.revoked)
    }
}

impl Schedule {
    /// When the next summary is due after `now`: when the agency's clocks first show the weekday
    /// and hour that are set, once a calendar week. None while it is off.
    pub fn next_after(
        &self,
        digest: &Digest,
        calendar: &Calendar<'_>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if !digest.on {
            return None;
        }
        let this_week = monday(calendar.day(now));
        let first = self.sent_week.map_or(this_week, |sent| this_week.max(sent + 7));
        let in_week =
            |monday: i64| calendar.at_hour(monday + digest.weekday.after_monday(), digest.hour);
        let due = Some(in_week(first)).filter(|at| now < *at);
        Some(due.unwrap_or_else(|| in_week(first + 7)))
    }
}

/// What a summary says. People stand in it by their ids: their names are looked up when a
/// mail goes out, and nowhere kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Since when.
    pub since: Timestamp,
    /// As of when.
    pub until: Timestamp,
    /// How many clients are in each status.
    pub counts: Counts,
    /// How many there were in the summary before; none: it is the first.
    pub before: Option<Counts>,
    /// Who turned at-risk since, and is still.
    pub at_risk: Named<ClientId>,
    /// Who churned since, and is still.
    pub churned: Named<ClientId>,
    /// The biggest falls of 7 days.
    pub falls: Vec<Mover>,
    /// The biggest rises of 7 days.
    pub rises: Vec<Mover>,
    /// Pending invites that expire within the next 7 days, and when.
    pub expiring: Named<(ClientId, Timestamp)>,
    /// Pending invites whose mail didn't arrive, and that haven't expired before this time.
    #[serde(default)]
    pub undelivered: Named<ClientId>,
    /// How many brands are charged for.
    pub brands: u32,
    /// What they cost a month.
    pub run_rate: Money,
}

/// Some, by name, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<T> {
    /// The first few.
    pub named: Vec<T>,
    /// All of them.
    pub count: u32,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named { named: Vec::new(), count: 0 }
    }
}

impl<T> Named<T> {
    /// One more.
    pub fn push(&mut self, one: T) {
        if self.named.len() < NAMED_MAX {
            self.named.push(one);
        }
        self.count = self.count.saturating_add(1);
    }

    /// How many aren't named.
    pub fn more(&self) -> u32 {
        self.count.saturating_sub(u32::try_from(self.named.len()).unwrap_or(u32::MAX))
    }
}

impl<T> Extend<T> for Named<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, more: I) {
        more.into_iter().for_each(|one| self.push(one));
    }
}

impl Summary {
    /// Whether there is nothing to say: nobody moved, and nothing is about to happen.
    pub fn is_quiet(&self) -> bool {
        self.before.unwrap_or_default() == self.counts
            && [self.at_risk.count, self.churned.count] == [0; 2]
            && [self.expiring.count, self.undelivered.count] == [0; 2]
            && self.falls.is_empty()
            && self.rises.is_empty()
    }

    /// The clients that it names.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> {
        let turned = self.at_risk.named.iter().chain(&self.churned.named).copied();
        let moved = self.falls.iter().chain(&self.rises).map(|mover| mover.client);
        let expiring = self.expiring.named.iter().map(|(client, _)| *client);
        turned.chain(moved).chain(expiring).chain(self.undelivered.named.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::{SomeZones, utc, zone};
    use crate::domain::settings::{UtcOffset, Weekday};
    use crate::domain::time::{DAY, HOUR};

    const UTC: Calendar<'_> = Calendar::UTC;

    fn digest(weekday: Weekday, hour: u8) -> Digest {
        Digest { on: true, weekday, hour, recipients: Vec::new() }
    }

    #[test]
    fn it_is_due_at_its_weekday_and_hour_once_a_week() {
        // Day 4 after the epoch is a Monday.
        let at = |day: u64, hour: u64| Timestamp::from_millis(day * DAY + hour * HOUR).unwrap();
        let monday = digest(Weekday::Monday, 8);
        let wednesday = digest(Weekday::Wednesday, 8);
        let sunday = digest(Weekday::Sunday, 23);
        let early = Calendar::fixed(UtcOffset::from_minutes(840).unwrap());
        for (digest, calendar, now, sent_week, next) in [
            (&monday, &UTC, at(4, 7), None, at(4, 8)),
            (&monday, &UTC, at(4, 8), None, at(11, 8)),
            (&monday, &UTC, at(4, 8), Some(4), at(11, 8)),
            (&monday, &UTC, at(40, 0), Some(4), at(46, 8)),
            (&wednesday, &UTC, at(4, 9), Some(4), at(13, 8)),
            (&wednesday, &UTC, at(4, 9), None, at(6, 8)),
            (&sunday, &UTC, at(4, 9), None, at(10, 23)),
            (&sunday, &UTC, at(10, 23), Some(4), at(17, 23)),
            (&monday, &early, at(5, 0), None, at(10, 18)),
        ] {
            let schedule = Schedule { sent_week, ..Schedule::default() };
            let found = schedule.next_after(digest, calendar, now);
            assert_eq!(found, Some(next), "{now}, {sent_week:?}");
        }
        let off = Digest::default();
        assert_eq!(Schedule::default().next_after(&off, &UTC, at(4, 7)), None);
    }

    #[test]
    fn its_hour_is_the_clocks_on_both_sides_of_a_change() {
        let zones = SomeZones::default();
        let berlin = Calendar::new(&zone("Europe/Berlin", 0), &zones);
        for (digest, sent, next) in [
            (digest(Weekday::Monday, 8), utc((2026, 10, 19), 6, 0), utc((2026, 10, 26), 7, 0)),
            (digest(Weekday::Monday, 8), utc((2026, 3, 23), 7, 0), utc((2026, 3, 30), 6, 0)),
            // It comes twice: once is enough.
            (digest(Weekday::Sunday, 2), utc((2026, 10, 18), 0, 0), utc((2026, 10, 25), 0, 0)),
            (digest(Weekday::Sunday, 2), utc((2026, 10, 25), 0, 0), utc((2026, 11, 1), 1, 0)),
            // It is skipped: then right after.
            (digest(Weekday::Sunday, 2), utc((2026, 3, 22), 1, 0), utc((2026, 3, 29), 1, 0)),
            (digest(Weekday::Sunday, 2), utc((2026, 3, 29), 1, 0), utc((2026, 4, 5), 0, 0)),
        ] {
            let sent_week = Some(monday(berlin.day(sent)));
            let schedule = Schedule { sent_week, ..Schedule::default() };
            assert_eq!(schedule.next_after(&digest, &berlin, sent), Some(next), "after {sent}");
        }
    }

    #[test]
    fn some_are_named_and_the_rest_is_counted() {
        let mut named = Named::default();
        for number in 0..8 {
            named.push(number);
        }
        assert_eq!((named.named.len(), named.more()), (5, 3));
    }
}
