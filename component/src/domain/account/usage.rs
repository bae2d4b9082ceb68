//! What an account uses, and when that runs out.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::catalog::Resource;
use crate::domain::settings::is_default;

/// Of how many days, today among them, use is kept.
pub const DAYS_KEPT: i64 = 30;

/// How many days ahead running out is written down.
pub const WARNED_DAYS: i64 = 7;

/// How many days ahead is foreseen at all: a line through a month says nothing of next year.
const FORESEEN_DAYS: u64 = 365;

/// What an account uses of its resources. Users aren't counted here: they are the clients with
/// access to its brands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Usage {
    /// Its days, the earliest first: those on which something was noted, and of older ones than
    /// [`DAYS_KEPT`] the last.
    days: Vec<Day>,
    /// Of which limits it was written down that they run out, or have.
    #[serde(skip_serializing_if = "is_default")]
    warned: Vec<Warned>,
}

/// A calendar day of the agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Day {
    /// Counted from the epoch's.
    day: i64,
    /// How many dashboards there were at its end.
    dashboards: u64,
    /// How many users there were, when that was last noted; none: it wasn't yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<u64>,
    /// How many calls there were on it.
    api_calls: u64,
}

/// That it was written down that something runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Warned {
    resource: Resource,
    limit: u64,
}

/// Why nothing was reserved or released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UsageError {
    /// There is a limit.
    #[error("at most {allowed}, not {asked}")]
    Exceeded {
        /// How many there may be.
        allowed: u64,
        /// How many there would be.
        asked: u64,
    },
    /// Not so many are reserved.
    #[error("must be at most {used}: no more are reserved")]
    NotReserved {
        /// How many are.
        used: u64,
    },
}

impl Usage {
    /// How many of something are in use today: of calls, those of the day, and of users, how many were
    /// noted last. Dashboards stay what they are on whichever day a clock that was set back says it is.
    pub fn used(&self, resource: Resource, today: i64) -> u64 {
        match resource {
            Resource::Dashboards => self.days.last().map_or(0, |last| last.dashboards),
            Resource::Users | Resource::ApiCalls => self.of(resource, today),
        }
    }

    /// Takes so many more of something on a day; `limit`: how many there may be.
    ///
    /// # Errors
    ///
    /// When there would be more.
    pub fn reserve(
        &mut self,
        resource: Resource,
        amount: u64,
        limit: Option<u64>,
        day: i64,
    ) -> Result<(), UsageError> {
        let asked = self.used(resource, day).saturating_add(amount);
        match limit {
            Some(allowed) if asked > allowed => Err(UsageError::Exceeded { allowed, asked }),
            Some(_) | None => {
                self.set(resource, asked, day);
                Ok(())
            }
        }
    }

    /// Gives so many of something back: of calls, those of that day.
    ///
    /// # Errors
    ///
    /// When not so many are in use.
    pub fn release(&mut self, resource: Resource, amount: u64, day: i64) -> Result<(), UsageError> {
        let used = self.used(resource, day);
        let left = used.checked_sub(amount).ok_or(UsageError::NotReserved { used })?;
        self.set(resource, left, day);
        Ok(())
    }

    /// Notes how many users there are on a day. That some left is only noted with the next one who
    /// comes.
    pub fn note_users(&mut self, users: u64, day: i64) {
        if self.day(day).and_then(|noted| noted.users) != Some(users) {
            self.set(Resource::Users, users, day);
        }
    }

    /// In how many days something runs out of which there are `used` of `limit`, if it goes on as
    /// in the last [`DAYS_KEPT`] days, or since the day `since`: along the line that fits them best.
    /// 0: today, or there is nothing left. None: not within a year.
    pub fn runs_out_in(
        &self,
        resource: Resource,
        (used, limit): (u64, u64),
        (since, today): (i64, i64),
    ) -> Option<u64> {
        if limit == 0 {
            return None;
        }
        if used >= limit {
            return Some(0);
        }
        let first = since.max(today - DAYS_KEPT + 1).max(self.known_from(resource, today));
        let past = (first..today).map(|day| self.of(resource, day));
        let days = match resource {
            Resource::Dashboards | Resource::Users => {
                let line = Line::through(&past.chain([used]).collect::<Vec<u64>>())?;
                line.days_to_gain(limit - used)
            }
            // Today isn't over.
            Resource::ApiCalls => Line::through(&past.collect::<Vec<u64>>())?.days_to(limit),
        };
        u64::try_from(days).ok().filter(|days| *days <= FORESEEN_DAYS)
    }

    /// Notes that it is written down that this limit runs out. Gives whether it wasn't before.
    pub fn warn(&mut self, resource: Resource, limit: u64) -> bool {
        let warned = Warned { resource, limit };
        if self.warned.contains(&warned) {
            return false;
        }
        self.warned.retain(|warned| warned.resource != resource);
        self.warned.push(warned);
        true
    }

    /// From which day on it is known how many there were. Before anything is reserved there is none;
    /// users are counted only where there is a limit for them.
    fn known_from(&self, resource: Resource, today: i64) -> i64 {
        match resource {
            Resource::Dashboards | Resource::ApiCalls => i64::MIN,
            Resource::Users => {
                let noted = self.days.iter().find(|noted| noted.users.is_some());
                noted.map_or(today, |noted| noted.day)
            }
        }
    }

    /// What was noted last by a day.
    fn day(&self, day: i64) -> Option<&Day> {
        self.days.iter().rev().find(|noted| noted.day <= day)
    }

    fn of(&self, resource: Resource, day: i64) -> u64 {
        let Some(last) = self.day(day) else { return 0 };
        match resource {
            Resource::Dashboards => last.dashboards,
            Resource::Users => last.users.unwrap_or_default(),
            Resource::ApiCalls if last.day == day => last.api_calls,
            Resource::ApiCalls => 0,
        }
    }

    fn set(&mut self, resource: Resource, number: u64, day: i64) {
        let of = |resource| self.used(resource, day);
        let mut today = Day {
            day,
            dashboards: of(Resource::Dashboards),
            users: self.day(day).and_then(|noted| noted.users),
            api_calls: of(Resource::ApiCalls),
        };
        match resource {
            Resource::Dashboards => today.dashboards = number,
            Resource::Users => today.users = Some(number),
            Resource::ApiCalls => today.api_calls = number,
        }
        // Later days than today are those of a clock that was wrong.
        self.days.retain(|noted| noted.day < day);
        let older = self.days.partition_point(|noted| noted.day <= day - DAYS_KEPT);
        self.days.drain(..older.saturating_sub(1));
        self.days.push(today);
    }
}

/// The line that fits the numbers of days that follow one another best (least squares). Days are
/// counted in halves from the middle, so that all sums are whole numbers.
struct Line {
    /// How many days there are.
    count: i128,
    /// The sum of their numbers.
    sum: i128,
    /// How steep the line is, per half day: `rise` in `run`.
    rise: i128,
    run: i128,
}

impl Line {
    /// None where it doesn't rise.
    fn through(numbers: &[u64]) -> Option<Line> {
        let count = i128::try_from(numbers.len()).ok()?;
        let halves = (0..count).map(|place| 2 * place - (count - 1));
        let numbers = numbers.iter().map(|number| i128::from(*number));
        let rise: i128 = halves.clone().zip(numbers.clone()).map(|(x, y)| x * y).sum();
        let run = halves.map(|x| x * x).sum();
        (rise > 0).then(|| Line { count, sum: numbers.sum(), rise, run })
    }

    /// In how many days it rises by so much.
    fn days_to_gain(&self, more: u64) -> i128 {
        ceil(i128::from(more) * self.run, 2 * self.rise)
    }

    /// How many days after the one that follows its last it is as high as this; 0 where it is
    /// there already.
    fn days_to(&self, height: u64) -> i128 {
        let missing = i128::from(height) * self.count - self.sum;
        let gained = (self.count + 1) * self.count * self.rise;
        ceil(missing * self.run - gained, 2 * self.count * self.rise).max(0)
    }
}

/// Divides by a number above 0, and rounds up.
const fn ceil(number: i128, by: i128) -> i128 {
    -(-number).div_euclid(by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Resource::{ApiCalls, Dashboards, Users};

    #[test]
    fn no_more_is_reserved_than_there_may_be() {
        for (before, amount, limit, expected) in [
            (0, 1, Some(1), Ok(1)),
            (1, 1, Some(1), Err(UsageError::Exceeded { allowed: 1, asked: 2 })),
            (0, 1, Some(0), Err(UsageError::Exceeded { allowed: 0, asked: 1 })),
            (5, 7, None, Ok(12)),
            (u64::MAX, 1, None, Ok(u64::MAX)),
            // A limit that became smaller.
            (5, 1, Some(3), Err(UsageError::Exceeded { allowed: 3, asked: 6 })),
        ] {
            for resource in [Dashboards, ApiCalls] {
                let mut usage = Usage::default();
                usage.reserve(resource, before, None, 10).unwrap();
                let done = usage.reserve(resource, amount, limit, 10);
                let found = done.map(|()| usage.used(resource, 10));
                assert_eq!(found, expected, "{before} + {amount} of {limit:?}");
                let stays = expected.unwrap_or(before);
                assert_eq!(usage.used(resource, 10), stays);
            }
        }
    }

    #[test]
    fn dashboards_stay_and_calls_are_of_a_day() {
        let mut usage = Usage::default();
        usage.reserve(Dashboards, 3, None, 10).unwrap();
        usage.reserve(ApiCalls, 4, None, 10).unwrap();
        assert_eq!((usage.used(Dashboards, 11), usage.used(ApiCalls, 11)), (3, 0));
        assert_eq!(usage.release(Dashboards, 4, 11), Err(UsageError::NotReserved { used: 3 }));
        assert_eq!(usage.release(ApiCalls, 1, 11), Err(UsageError::NotReserved { used: 0 }));
        usage.release(Dashboards, 2, 11).unwrap();
        let seen = [(9, 1, 0), (10, 1, 4), (11, 1, 0), (99, 1, 0)];
        for (day, dashboards, calls) in seen {
            let found = (usage.used(Dashboards, day), usage.used(ApiCalls, day));
            assert_eq!(found, (dashboards, calls), "day {day}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_forgets_no_dashboard() {
        let mut usage = Usage::default();
        usage.reserve(Dashboards, 2, Some(2), 11).unwrap();
        let beyond = Err(UsageError::Exceeded { allowed: 2, asked: 3 });
        assert_eq!(usage.reserve(Dashboards, 1, Some(2), 10), beyond);
        usage.reserve(ApiCalls, 1, None, 10).unwrap();
        assert_eq!((usage.used(Dashboards, 10), usage.used(Dashboards, 11)), (2, 2));
        usage.release(Dashboards, 1, 10).unwrap();
        assert_eq!(usage.used(Dashboards, 11), 1);
    }

    #[test]
    fn thirty_days_are_kept_and_the_last_before() {
        let mut usage = Usage::default();
        for day in 0..100 {
            usage.reserve(Dashboards, 1, None, day).unwrap();
        }
        let first = 100 - DAYS_KEPT - 1;
        assert_eq!(usage.days.len(), 31);
        assert_eq!(usage.days.first().map(|day| day.day), Some(first));
        usage.note_users(7, 200);
        assert_eq!(
            (usage.days.len(), usage.used(Dashboards, 171), usage.used(Users, 200)),
            (2, 100, 7)
        );
        // The clock was wrong, and is put right.
        usage.reserve(Dashboards, 1, None, 150).unwrap();
        assert_eq!((usage.days.len(), usage.used(Users, 200)), (2, 0));
    }

    /// What comes of these numbers on days 1, 2, 3, …, the last of which is today.
    fn runs_out(resource: Resource, numbers: &[u64], limit: u64) -> Option<u64> {
        let mut usage = Usage::default();
        let mut today = 0;
        for number in numbers {
            today += 1;
            usage.set(resource, *number, today);
        }
        let used = usage.used(resource, today);
        usage.runs_out_in(resource, (used, limit), (1, today))
    }

    #[test]
    fn what_grows_runs_out() {
        for (resource, numbers, limit, expected) in [
            // One more each day, and 4 left.
            (Dashboards, &[1, 2, 3, 4, 5, 6][..], 10, Some(4)),
            (Users, &[1, 2, 3, 4, 5, 6], 10, Some(4)),
            // One in two days: 3 left take 6 days; the line rises by 0.486 a day.
            (Dashboards, &[1, 1, 2, 2, 3, 3], 6, Some(7)),
            (Dashboards, &[6, 6, 6], 10, None),
            (Dashboards, &[6, 5, 4], 10, None),
            (Dashboards, &[6], 10, None),
            (Dashboards, &[3, 10], 10, Some(0)),
            (Dashboards, &[10, 10], 10, Some(0)),
            (Dashboards, &[0, 0], 0, None),
            // More than a year ahead.
            (Dashboards, &[1, 2], 368, None),
            (Dashboards, &[1, 2], 367, Some(365)),
            // Ten more each day: 60 would be today's, 100 are those of the fourth day from now.
            (ApiCalls, &[10, 20, 30, 40, 50, 0], 100, Some(4)),
            (ApiCalls, &[10, 20, 30, 40, 50, 0], 60, Some(0)),
            (ApiCalls, &[10, 20, 30, 40, 50, 60], 60, Some(0)),
            (ApiCalls, &[50, 40, 30, 20, 10, 0], 60, None),
            (ApiCalls, &[10, 0], 100, None),
        ] {
            assert_eq!(runs_out(resource, numbers, limit), expected, "{numbers:?} of {limit}");
        }
    }

    #[test]
    fn the_last_thirty_days_count_and_none_before_its_creation() {
        let mut usage = Usage::default();
        usage.set(Dashboards, 30, 71);
        usage.set(Dashboards, 31, 100);
        // From day 71 on it was 30, and is 31 now.
        assert_eq!(usage.runs_out_in(Dashboards, (31, 32), (0, 100)), Some(155));
        // Two days since it was created: one more a day.
        assert_eq!(usage.runs_out_in(Dashboards, (31, 32), (99, 100)), Some(1));
        assert_eq!(usage.runs_out_in(Dashboards, (31, 32), (100, 100)), None);
    }

    #[test]
    fn each_limit_is_warned_of_once() {
        let mut usage = Usage::default();
        for (resource, limit, expected) in [
            (Dashboards, 10, true),
            (Dashboards, 10, false),
            (Users, 10, true),
            (Dashboards, 20, true),
            (Dashboards, 20, false),
            (Users, 10, false),
        ] {
            assert_eq!(usage.warn(resource, limit), expected, "{resource:?}, {limit}");
        }
    }
}
