//! How engaged a client is: a score from 0 to 100, and what it follows from.
//!
//! | to find | open |
//! | --- | --- |
//! | the four factors, and their numbers | [`factors`] |
//! | the score, the bands, the signals | here |
//! | the sentences | [`sentences`] |
//! | how a client's score went | [`trail`] |
//! | who fell and rose most | [`movers`] |

pub mod factors;
pub mod movers;
pub mod sentences;
pub mod trail;

use super::activity::{Activity, last_days};
use super::calendar::Calendar;
use super::client::{Client, Status};
use super::permissions::Permissions;
use super::settings::{Feature, Settings, Thresholds};
use super::time::{DAY, Timestamp};

pub use factors::{Factor, Frequency, Numbers, Recency, Share, Trend};

/// What a score means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// 70 to 100.
    Active,
    /// 40 to 69.
    AtRisk,
    /// 0 to 39.
    Churned,
}

impl Band {
    /// What `score` means.
    pub const fn of(score: u8) -> Band {
        match score {
            70.. => Band::Active,
            40..=69 => Band::AtRisk,
            0..=39 => Band::Churned,
        }
    }

    /// The band's name, as the contract spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Band::Active => "active",
            Band::AtRisk => "at-risk",
            Band::Churned => "churned",
        }
    }
}

/// What a score is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// When.
    pub now: Timestamp,
    /// The agency's settings.
    pub settings: &'a Settings,
    /// And its calendar.
    pub calendar: &'a Calendar<'a>,
    /// What the client may do.
    pub permissions: &'a Permissions,
    /// Since when it is there: windows begin then.
    pub since: Timestamp,
    /// The latest log-in; none: never, at this brand.
    pub last_log_in: Option<Timestamp>,
    /// What it did since.
    pub activity: &'a Activity,
}

impl<'a> Facts<'a> {
    /// The facts of a client who has joined, over all its brands; none of others.
    pub fn overall(
        client: &'a Client,
        activity: &'a Activity,
        settings: &'a Settings,
        calendar: &'a Calendar<'a>,
        now: Timestamp,
    ) -> Option<Facts<'a>> {
        let since = client.joined_at.filter(|_| client.is_joined())?;
        let (permissions, last_log_in) = (&client.permissions, client.last_log_in);
        Some(Facts { now, settings, calendar, permissions, since, last_log_in, activity })
    }

    /// Today, by the agency's own clocks.
    fn today(&self) -> i64 {
        self.calendar.day(self.now)
    }

    /// The features that the client sees.
    fn visible(&self) -> impl Iterator<Item = &'a Feature> {
        let permissions = self.permissions;
        self.settings.features.iter().filter(move |feature| permissions.shows(feature))
    }

    /// Those of them that it used in the last 30 days.
    fn used(&self) -> impl Iterator<Item = &'a Feature> {
        let stretch = self.within(0, 30);
        let activity = self.activity;
        self.visible().filter(move |feature| {
            activity.features(&stretch).any(|(used, _)| *used == feature.key)
        })
    }

    /// The `count` calendar days that end `back` days before today, as far as the client was
    /// there.
    fn within(&self, back: i64, count: i64) -> core::ops::RangeInclusive<i64> {
        let days = last_days(self.today() - back, count);
        self.calendar.day_from(self.since, *days.start())..=*days.end()
    }

    /// Whether the client has been there for `days` days.
    const fn is_there_for(&self, days: u64) -> bool {
        self.now.since(self.since) >= days * DAY
    }
}

/// A score, and what it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100.
    pub value: u8,
    /// The factors, in the order of their weights.
    pub factors: [Factor; 4],
}

impl Score {
    /// The score that follows from these facts.
    pub fn of(facts: &Facts<'_>) -> Score {
        let factors = factors::of(facts);
        let present = || factors.iter().filter_map(|f| f.value().map(|value| (f.weight(), value)));
        let weights: u64 = present().map(|(weight, _)| u64::from(weight)).sum();
        let sum = present().map(|(weight, value)| u64::from(weight) * u64::from(value)).sum();
        Score { value: rounded(sum, weights), factors }
    }

    /// What it means.
    pub const fn band(&self) -> Band {
        Band::of(self.value)
    }
}

/// `part` ÷ `whole`, rounded half up, at most 100; 0 of nothing.
pub(crate) fn rounded(part: u64, whole: u64) -> u8 {
    let doubled = whole.saturating_mul(2);
    let rounded = part.saturating_mul(2).saturating_add(whole).checked_div(doubled);
    u8::try_from(rounded.unwrap_or(0).min(100)).unwrap_or(100)
}

/// Something worth a look, whatever the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// One feature of several was used in the last 30 days.
    SingleFeature,
    /// Nothing was exported in the last 30 days.
    NoRecentExport,
    /// Log-ins are more than 20 % below what is usual.
    LogInsFalling,
    /// Status and band say different things.
    StatusAndBandDiffer,
}

/// What is worth a look.
pub fn signals(facts: &Facts<'_>, score: &Score, thresholds: Thresholds) -> Vec<Signal> {
    let (mut used, mut visible) = (facts.used(), facts.visible());
    let single = used.next().is_some() && used.next().is_none() && visible.nth(1).is_some();
    let exports = facts.activity.sum(&facts.within(0, 30), |day| day.exports);
    let no_export = facts.permissions.can_export && facts.is_there_for(30) && exports == 0;
    let falling = score.factors.iter().any(|factor| {
        // A value below 80 is a share of what is usual; without anything usual there is no fall.
        matches!(factor.numbers, Numbers::Frequency(Frequency { earlier: 1.., .. }))
            && factor.value().is_some_and(|value| value < 80)
    });
    let status = facts.last_log_in.map(|login| Status::of_joined(login, facts.now, thresholds));
    let differ = match (status, score.band()) {
        (Some(Status::Active), Band::Active)
        | (Some(Status::AtRisk), Band::AtRisk)
        | (Some(Status::Churned) | None, Band::Churned) => false,
        (_, Band::Active | Band::AtRisk | Band::Churned) => true,
    };
    let all = [
        (Signal::SingleFeature, single),
        (Signal::NoRecentExport, no_export),
        (Signal::LogInsFalling, falling),
        (Signal::StatusAndBandDiffer, differ),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(signal, _)| signal).collect()
}

#[cfg(test)]
mod tests;
