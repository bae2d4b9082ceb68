//! The four factors: whole numbers from 0 to 100, so that a person can redo the sum.

use super::{Facts, rounded};
use crate::domain::settings::Thresholds;
use crate::domain::time::{DAY, Timestamp};

/// A factor of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// What it follows from.
    pub numbers: Numbers,
    value: Option<u8>,
}

/// The numbers behind a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// How long ago the latest log-in is.
    Recency(Recency),
    /// Log-ins beside what is usual.
    Frequency(Frequency),
    /// How many features are used.
    Depth(Share),
    /// Whether engagement grows.
    Trend(Trend),
}

/// The numbers behind recency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recency {
    /// The latest log-in.
    pub last_log_in: Option<Timestamp>,
    /// When it was looked at.
    pub now: Timestamp,
    /// The agency's.
    pub thresholds: Thresholds,
}

/// The numbers behind frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    /// Log-ins in the last 30 days.
    pub log_ins: u32,
    /// Log-ins in the 90 days before those.
    pub earlier: u32,
    /// How many of those 90 days the client was there for.
    pub earlier_days: u16,
    /// Whether it was there for 60 days in all.
    pub known: bool,
}

/// The numbers behind depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Features used in the last 30 days.
    pub used: u32,
    /// Features that the client sees.
    pub visible: u32,
}

/// The numbers behind the trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trend {
    /// What happened in the last 14 days.
    pub recent: u32,
    /// What happened in the 14 days before.
    pub earlier: u32,
    /// Whether the client was there for 28 days.
    pub known: bool,
}

impl Factor {
    const fn new(numbers: Numbers, value: Option<u8>) -> Factor {
        Factor { numbers, value }
    }

    /// 0 to 100; none: missing.
    pub const fn value(&self) -> Option<u8> {
        self.value
    }

    /// How much it counts.
    pub const fn weight(&self) -> u32 {
        match self.numbers {
            Numbers::Recency(_) => 40,
            Numbers::Frequency(_) => 30,
            Numbers::Depth(_) => 20,
            Numbers::Trend(_) => 10,
        }
    }
}

/// The factors that follow from these facts, in the order of their weights.
pub(super) fn of(facts: &Facts<'_>) -> [Factor; 4] {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (last_log_in, now) = (facts.last_log_in, facts.now);
    let recency = Recency { last_log_in, now, thresholds: facts.settings.thresholds };
    let before = facts.within(30, 90);
    let frequency = Frequency {
        log_ins: facts.activity.sum(&facts.within(0, 30), |day| day.log_ins),
        earlier: facts.activity.sum(&before, |day| day.log_ins),
        earlier_days: u16::try_from((before.end() - before.start() + 1).max(0)).unwrap_or(0),
        known: facts.is_there_for(60),
    };
    let depth =
        Share { used: count(facts.used().count()), visible: count(facts.visible().count()) };
    let trend = Trend {
        recent: facts.activity.sum(&facts.within(0, 14), |day| day.events()),
        earlier: facts.activity.sum(&facts.within(14, 14), |day| day.events()),
        known: facts.is_there_for(28),
    };
    [
        Factor::new(Numbers::Recency(recency), Some(recency.value())),
        Factor::new(Numbers::Frequency(frequency), frequency.value()),
        Factor::new(Numbers::Depth(depth), depth.value()),
        Factor::new(Numbers::Trend(trend), trend.value()),
    ]
}

impl Recency {
    /// 100 at once, falling evenly to 70 just before the at-risk days; 69 there, falling
    /// evenly to 0 at the churn days.
    pub fn value(self) -> u8 {
        let Some(last_log_in) = self.last_log_in else { return 0 };
        let (at_risk, churn) = self.thresholds.days();
        let (at_risk, churn) = (u64::from(at_risk) * DAY, u64::from(churn) * DAY);
        let since = self.now.since(last_log_in);
        if since < at_risk {
            rounded(100 * at_risk - 30 * since, at_risk)
        } else if since < churn {
            rounded(69 * (churn - since), churn - at_risk)
        } else {
            0
        }
    }
}

impl Frequency {
    /// How much of the usual log-ins there were, in rounded; none where it isn't known
    /// yet what is usual.
    pub fn value(self) -> Option<u8> {
        let Frequency { log_ins, earlier, earlier_days, known } = self;
        known.then(|| match (earlier, log_ins) {
            (0, 0) => 0,
            (0, 1..) => 100,
            (1.., _) => {
                let usual = 30 * u64::from(earlier);
                rounded(100 * u64::from(log_ins) * u64::from(earlier_days), usual)
            }
        })
    }
}

impl Share {
    /// How many of the features were used, in rounded; none where there are none.
    pub fn value(self) -> Option<u8> {
        (self.visible > 0).then(|| rounded(100 * u64::from(self.used), self.visible.into()))
    }
}

impl Trend {
    /// 100 for more than 5 % up, 75 within 5 %, 40 down to 20 % less, 0 below; none where
    /// there is nothing to compare with yet.
    pub fn value(self) -> Option<u8> {
        let (recent, earlier) = (u64::from(self.recent), u64::from(self.earlier));
        self.known.then_some(match (100 * recent, earlier) {
            (0, 0) => 0,
            (_, 0) => 100,
            (recent, earlier) if recent > 105 * earlier => 100,
            (recent, earlier) if recent >= 95 * earlier => 75,
            (recent, earlier) if recent >= 80 * earlier => 40,
            (_, _) => 0,
        })
    }
}
