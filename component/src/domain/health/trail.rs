//! How a client's score went: its changes of the last days, and the weeks before.

use serde::{Deserialize, Serialize, de};

use crate::domain::calendar::monday;
use crate::domain::ranges;

/// How many weeks of history there are, the running one included.
pub const WEEKS: i64 = 26;
/// For how many days each change is kept: enough to look 7 days back.
const DAYS: i64 = 8;

/// A client's scores, as they changed. A score holds until the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Changes", into = "Changes")]
pub struct Trail {
    /// Days, by the agency's clocks, and what the score was from then on; the earliest
    /// first. None: it had none from then on.
    changes: Changes,
}

type Changes = Vec<(i64, Option<u8>)>;

impl From<Trail> for Changes {
    fn from(trail: Trail) -> Changes {
        trail.changes
    }
}

impl TryFrom<Changes> for Trail {
    type Error = serde::de::value::Error;

    fn try_from(changes: Changes) -> Result<Trail, Self::Error> {
        for (day, score) in &changes {
            ranges::day::<Self::Error>(*day)?;
            ranges::score::<Self::Error>(*score)?;
        }
        if changes.is_sorted_by(|(one, _), (other, _)| one < other) {
            Ok(Trail { changes })
        } else {
            Err(de::Error::custom("days that don't follow one another"))
        }
    }
}

impl Trail {
    /// Notes the score of a day; gives whether that is news.
    pub fn note(&mut self, day: i64, score: Option<u8>) -> bool {
        if self.at(day) == score {
            return false;
        }
        // A clock that was set back leaves days behind that haven't come yet.
        self.changes.retain(|(noted, _)| *noted < day);
        self.changes.push((day, score));
        self.thin(day);
        true
    }

    /// The score that held at the end of `day`; none before the first.
    pub fn at(&self, day: i64) -> Option<u8> {
        self.changes.iter().rev().find(|(noted, _)| *noted <= day).and_then(|(_, score)| *score)
    }

    /// The score 7 days before `day`; for a younger one, its first.
    pub fn week_before(&self, day: i64) -> Option<u8> {
        let first = || self.changes.first().and_then(|(_, score)| *score);
        let older = self.changes.first().is_some_and(|(noted, _)| *noted <= day - 7);
        if older { self.at(day - 7) } else { first() }
    }

    /// The last scores of the 26 weeks up to that of `today`, the earliest first, each with
    /// the day of its Monday; `current` is the one of right now.
    pub fn weeks(
        &self,
        today: i64,
        current: Option<u8>,
    ) -> impl Iterator<Item = (i64, Option<u8>)> {
        let this_monday = monday(today);
        (0..WEEKS).rev().map(move |back| {
            let monday = this_monday - 7 * back;
            (monday, if back == 0 { current } else { self.at(monday + 6) })
        })
    }

    /// Forgets what nobody asks for: of earlier weeks all changes but the last, and of the
    /// time before all of them all but the last.
    fn thin(&mut self, today: i64) {
        let oldest = monday(today) - 7 * (WEEKS - 1);
        let span = |day: i64| {
            if day > today - DAYS { day } else { monday(day).max(oldest - 7) - 7 }
        };
        let mut kept: Changes = Vec::with_capacity(self.changes.len());
        for change in self.changes.drain(..) {
            match kept.last_mut().filter(|last| span(last.0) == span(change.0)) {
                Some(last) => *last = change,
                None => kept.push(change),
            }
        }
        self.changes = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_holds_until_the_next() {
        let mut trail = Trail::default();
        assert_eq!((trail.at(5), trail.week_before(5)), (None, None));
        assert!(trail.note(10, Some(80)));
        assert!(!trail.note(11, Some(80)), "no news");
        assert!(trail.note(12, Some(70)));
        assert_eq!(
            [9, 10, 11, 12, 99].map(|day| trail.at(day)),
            [None, Some(80), Some(80), Some(70), Some(70)]
        );
        assert_eq!(trail.week_before(12), Some(80), "a young one's first");
        assert_eq!(trail.week_before(18), Some(80));
        assert_eq!(trail.week_before(19), Some(70));
        assert!(trail.note(11, Some(60)), "the clock was set back");
        assert_eq!((trail.at(10), trail.at(12)), (Some(80), Some(60)));
    }

    #[test]
    fn half_a_year_is_kept_and_no_more() {
        let mut trail = Trail::default();
        // Day 4 is a Monday.
        for day in 4..4 + 400 {
            trail.note(day, Some(u8::try_from(day % 100).unwrap()));
        }
        let today = 403;
        assert!(trail.changes.len() <= 26 + 2 + 8, "{}", trail.changes.len());
        let weeks: Vec<_> = trail.weeks(today, Some(1)).collect();
        assert_eq!(weeks.len(), 26);
        for (monday, score) in &weeks[..25] {
            assert_eq!(*score, Some(u8::try_from((monday + 6) % 100).unwrap()), "{monday}");
        }
        assert_eq!(weeks[25], (monday(today), Some(1)));
        for back in 0..8 {
            let day = today - back;
            assert_eq!(trail.at(day), Some(u8::try_from(day % 100).unwrap()));
        }
    }
}
