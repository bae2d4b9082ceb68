//! Every rule at its boundary, and what holds for all scores.

use proptest::prelude::*;

use super::factors::{Frequency, Numbers, Recency, Share, Trend};
use super::*;
use crate::domain::activity::{ActivityEvent, ActivityKind};
use crate::domain::id::FeatureKey;
use crate::domain::settings::UtcOffset;
use crate::domain::text::Name;

const TODAY: u64 = 1_000;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn key(text: &str) -> FeatureKey {
    FeatureKey::parse(text).unwrap()
}

fn settings(features: usize) -> Settings {
    let feature = |number| Feature {
        key: key(&format!("feature-{number}")),
        label: Name::parse(&format!("Feature {number}")).unwrap(),
        on: true,
    };
    Settings { features: (0..features).map(feature).collect(), ..Settings::default() }
}

/// So many days before noon of today.
fn ago(days: u64) -> Timestamp {
    at((TODAY - days) * DAY + DAY / 2)
}

/// Log-ins, and page views of features, each so many days ago.
fn activity(log_ins: &[u64], views: &[(usize, u64)]) -> Activity {
    let mut activity = Activity::default();
    let mut log_ins = log_ins.to_vec();
    log_ins.sort_unstable_by(|a, b| b.cmp(a));
    for days in log_ins {
        activity.log_in(ago(days), UtcOffset::UTC);
    }
    for (feature, days) in views {
        let what = ActivityKind::View(key(&format!("feature-{feature}")));
        activity.record(&ActivityEvent { at: ago(*days), what }, ago(0), UtcOffset::UTC);
    }
    activity
}

fn facts<'a>(
    settings: &'a Settings,
    permissions: &'a Permissions,
    activity: &'a Activity,
    joined_days_ago: u64,
) -> Facts<'a> {
    let (now, since) = (ago(0), ago(joined_days_ago));
    Facts { now, settings, permissions, since, last_log_in: activity.last_log_in, activity }
}

#[test]
fn recency_falls_from_100_to_70_and_from_69_to_0() {
    for (at_risk, churn, millis, value) in [
        (14, 45, 0, 100),
        (14, 45, 7 * DAY, 85),
        (14, 45, 14 * DAY - 1, 70),
        (14, 45, 14 * DAY, 69),
        (14, 45, 14 * DAY + 1, 69),
        (14, 45, 45 * DAY - 1, 0),
        (14, 45, 45 * DAY, 0),
        (14, 45, 400 * DAY, 0),
        // A half is rounded up: 100 − 30 · 7 ÷ 30 … and a bit more than that isn't.
        (60, 90, DAY, 100),
        (60, 90, DAY + 1, 99),
        (1, 2, DAY - 1, 70),
        (1, 2, DAY, 69),
        (1, 2, DAY + DAY / 2, 35),
        (1, 2, 2 * DAY, 0),
        (1, 730, 365 * DAY, 35),
    ] {
        let thresholds = Thresholds::new(at_risk, churn).unwrap();
        let (last_log_in, now) = (Some(at(5)), at(5 + millis));
        let recency = Recency { last_log_in, now, thresholds };
        assert_eq!(recency.value(), value, "{at_risk}, {churn}, {millis}");
    }
    let never = Recency { last_log_in: None, now: at(5), thresholds: Thresholds::DEFAULT };
    assert_eq!(never.value(), 0);
}

#[test]
fn frequency_is_a_share_of_what_is_usual() {
    for (log_ins, earlier, earlier_days, value) in [
        (0, 0, 90, 0),
        (1, 0, 90, 100),
        (0, 9, 90, 0),
        (3, 9, 90, 100),
        (4, 9, 90, 100),
        (2, 9, 90, 67),
        (1, 8, 90, 38), // 37.5
        (1, 1, 30, 100),
        (1, 2, 31, 52),
        (1, 200, 90, 2), // 1.5
        (1, 201, 90, 1),
    ] {
        let known = Frequency { log_ins, earlier, earlier_days, known: true };
        assert_eq!(known.value(), Some(value), "{log_ins}, {earlier}, {earlier_days}");
        assert_eq!(Frequency { known: false, ..known }.value(), None);
    }
}

#[test]
fn depth_is_a_share_of_what_is_seen() {
    for (used, visible, value) in
        [(0, 0, None), (0, 3, Some(0)), (1, 3, Some(33)), (2, 3, Some(67)), (1, 8, Some(13))]
    {
        assert_eq!(Share { used, visible }.value(), value, "{used} of {visible}");
    }
}

#[test]
fn the_trend_compares_two_fortnights() {
    for (recent, earlier, value) in [
        (0, 0, 0),
        (1, 0, 100),
        (106, 100, 100),
        (105, 100, 75),
        (100, 100, 75),
        (95, 100, 75),
        (94, 100, 40),
        (80, 100, 40),
        (79, 100, 0),
        (0, 100, 0),
        (22, 21, 75),  // 4.8 % up
        (21, 20, 75),  // 5 % up
        (20, 19, 100), // 5.3 % up
    ] {
        let known = Trend { recent, earlier, known: true };
        assert_eq!(known.value(), Some(value), "{recent}, {earlier}");
        assert_eq!(Trend { known: false, ..known }.value(), None);
    }
}

#[test]
fn windows_end_at_the_edges_of_days() {
    let settings = settings(2);
    let permissions = Permissions::default();
    let numbers = |log_ins: &[u64], views: &[(usize, u64)], joined| {
        let activity = activity(log_ins, views);
        Score::of(&facts(&settings, &permissions, &activity, joined)).factors.map(|f| f.numbers)
    };
    for (days, recent, earlier) in
        [(0, 1, 0), (29, 1, 0), (30, 0, 1), (119, 0, 1), (120, 0, 0), (121, 0, 0)]
    {
        let [_, frequency, _, _] = numbers(&[days], &[], 300);
        let expected = Frequency { log_ins: recent, earlier, earlier_days: 90, known: true };
        assert_eq!(frequency, Numbers::Frequency(expected), "{days} days ago");
    }
    for (days, recent, earlier) in [(0, 1, 0), (13, 1, 0), (14, 0, 1), (27, 0, 1), (28, 0, 0)] {
        let [_, _, _, trend] = numbers(&[], &[(0, days)], 300);
        assert_eq!(trend, Numbers::Trend(Trend { recent, earlier, known: true }), "{days}");
    }
    for (days, used) in [(0, 1), (29, 1), (30, 0)] {
        let [_, _, depth, _] = numbers(&[], &[(0, days)], 300);
        assert_eq!(depth, Numbers::Depth(Share { used, visible: 2 }), "{days} days ago");
    }
}

#[test]
fn what_is_too_young_to_know_is_missing() {
    let (settings, permissions) = (settings(0), Permissions::default());
    let activity = activity(&[0], &[]);
    let values = |joined: Timestamp| {
        let facts = Facts { since: joined, ..facts(&settings, &permissions, &activity, 0) };
        Score::of(&facts).factors.map(|factor| factor.value())
    };
    let before = |millis: u64| ago(0).minus(millis).unwrap();
    for (joined, frequency, trend) in [
        (before(0), None, None),
        (before(28 * DAY - 1), None, None),
        (before(28 * DAY), None, Some(100)),
        (before(60 * DAY - 1), None, Some(100)),
        (before(60 * DAY), Some(100), Some(100)),
    ] {
        assert_eq!(values(joined), [Some(100), frequency, None, trend], "{joined}");
    }
}

#[test]
fn a_baseline_counts_the_days_that_the_client_was_there() {
    let (settings, permissions) = (settings(0), Permissions::default());
    // 3 log-ins in the 31 days from 60 to 30 days ago, both included.
    let activity = activity(&[0, 40, 50, 60], &[]);
    let score = Score::of(&facts(&settings, &permissions, &activity, 60));
    let expected = Frequency { log_ins: 1, earlier: 3, earlier_days: 31, known: true };
    assert_eq!(score.factors[1].numbers, Numbers::Frequency(expected));
    assert_eq!(score.factors[1].value(), Some(34), "31 ÷ 90");
}

#[test]
fn windows_begin_when_the_client_joined() {
    let (settings, permissions) = (settings(0), Permissions::default());
    let activity = activity(&[0, 5, 10, 70], &[]);
    let score = Score::of(&facts(&settings, &permissions, &activity, 5));
    let expected = Frequency { log_ins: 2, earlier: 0, earlier_days: 0, known: false };
    assert_eq!(score.factors[1].numbers, Numbers::Frequency(expected));
}

#[test]
fn the_sum_is_what_a_person_gets() {
    for (values, score) in [
        ([Some(80_u8), Some(50), Some(75), Some(75)], 70), // 69.5
        ([Some(85), None, Some(50), None], 73),
        ([Some(100), None, None, None], 100),
        ([Some(0), Some(0), Some(0), Some(0)], 0),
        ([Some(0), None, None, Some(100)], 20),
    ] {
        let weights = [40_u64, 30, 20, 10];
        let present =
            || values.iter().zip(weights).filter_map(|(v, w)| Some((u64::from((*v)?), w)));
        let sum: u64 = present().map(|(value, weight)| value * weight).sum();
        assert_eq!(rounded(sum, present().map(|(_, weight)| weight).sum()), score, "{values:?}");
    }
}

#[test]
fn bands_turn_at_40_and_70() {
    for (score, band) in [
        (0, Band::Churned),
        (39, Band::Churned),
        (40, Band::AtRisk),
        (69, Band::AtRisk),
        (70, Band::Active),
        (100, Band::Active),
    ] {
        assert_eq!(Band::of(score), band, "{score}");
    }
}

#[test]
fn signals_say_what_is_worth_a_look() {
    use Signal as S;
    let found = |features, log_ins: &[u64], views: &[(usize, u64)], joined, can_export| {
        let settings = settings(features);
        let permissions = Permissions { can_export, ..Permissions::default() };
        let activity = activity(log_ins, views);
        let facts = facts(&settings, &permissions, &activity, joined);
        signals(&facts, &Score::of(&facts), settings.thresholds)
    };
    assert_eq!(found(3, &[0], &[(0, 1), (0, 2)], 29, true), [S::SingleFeature]);
    assert_eq!(found(3, &[0], &[(0, 1), (1, 2)], 29, true), []);
    assert_eq!(found(1, &[0], &[(0, 1)], 29, true), [], "there is only one to see");
    assert_eq!(found(0, &[0], &[], 30, true), [S::NoRecentExport]);
    assert_eq!(found(0, &[0], &[], 30, false), [], "it may not export");
    // 5 in 30 days are usual: 4 are 80 %.
    let usual: Vec<u64> = (0..15).map(|number| 30 + 6 * number).collect();
    let with = |recent: &[u64]| [recent, &usual].concat();
    assert_eq!(found(0, &with(&[0, 1, 2, 3]), &[], 300, false), []);
    assert_eq!(found(0, &with(&[0, 1, 2]), &[], 300, false), [S::LogInsFalling]);
    assert_eq!(found(0, &[10], &[], 10, false), []);
    assert_eq!(found(4, &[10], &[], 10, false), [S::StatusAndBandDiffer], "active, but 53");
}

#[test]
fn sentences_say_why_and_what_would_help() {
    let settings = settings(3);
    let permissions = Permissions::default();
    let sentences = |log_ins: &[u64], views: &[(usize, u64)], joined| {
        let activity = activity(log_ins, views);
        let facts = facts(&settings, &permissions, &activity, joined);
        Score::of(&facts).factors.map(|factor| sentences::sentence(&factor, &facts))
    };
    insta::assert_snapshot!(
        [
            sentences(&[0], &[], 0),
            sentences(&[1, 35, 50, 60, 70], &[(0, 1), (0, 20)], 100),
            sentences(&[20], &[(0, 3), (1, 3), (2, 3)], 300),
            sentences(&[], &[], 300),
            sentences(&[0, 2, 40], &[(0, 3), (1, 16), (1, 16)], 61),
        ]
        .map(|sentences| sentences.join("\n"))
        .join("\n\n"),
        @r#"
    The last log-in was less than a day ago: this is as high as it gets.
    1 log-in in the last 30 days; it takes 60 days to learn what is usual, so this doesn't count yet.
    Used 0 of 3 features in the last 30 days: visiting Feature 0 would raise this to 33.
    Log-ins, page views and exports: 1 in the last 14 days, 0 in the 14 before; comparing them takes 28 days of history, so this doesn't count yet.

    The last log-in was a day ago: another one would raise this to 100.
    1 log-in in the last 30 days, where 1.7 are usual: 1 more would raise this to 100.
    Used 1 of 3 features in the last 30 days: visiting Feature 1 would raise this to 67.
    Log-ins, page views and exports: 2 in the last 14 days, 1 in the 14 before: this is as high as it gets.

    The last log-in was 20 days ago: another one would raise this to 100.
    1 log-in in the last 30 days, where none are usual: this is as high as it gets.
    Used 3 of 3 features in the last 30 days: this is as high as it gets.
    Log-ins, page views and exports: 3 in the last 14 days, 1 in the 14 before: this is as high as it gets.

    Has never logged in here: a first log-in would raise this to 100.
    No log-ins in the last 30 days, and none before: one would raise this to 100.
    Used 0 of 3 features in the last 30 days: visiting Feature 0 would raise this to 33.
    Log-ins, page views and exports: 0 in the last 14 days, 0 in the 14 before: 1 more would raise this to 100.

    The last log-in was less than a day ago: this is as high as it gets.
    2 log-ins in the last 30 days, where 0.9 are usual: this is as high as it gets.
    Used 2 of 3 features in the last 30 days: visiting Feature 2 would raise this to 100.
    Log-ins, page views and exports: 3 in the last 14 days, 2 in the 14 before: this is as high as it gets.
    "#
    );
}

prop_compose! {
    /// Any client: when it joined, its log-ins and page views since, and features.
    fn history()(
        joined in 0_u64..400,
        log_ins in prop::collection::vec(0_u64..130, 0..40),
        views in prop::collection::vec((0_usize..6, 0_u64..130), 0..40),
        features in 0_usize..6,
        thresholds in (1_u16..40, 1_u16..100),
    ) -> (u64, Vec<u64>, Vec<(usize, u64)>, Settings) {
        let since = |days: &u64| *days <= joined;
        let mut log_ins: Vec<u64> = log_ins.into_iter().filter(since).collect();
        log_ins.push(joined);
        let views = views.into_iter().filter(|(_, days)| since(days)).collect();
        let thresholds = Thresholds::new(thresholds.0, thresholds.0 + thresholds.1).unwrap();
        (joined, log_ins, views, Settings { thresholds, ..settings(features) })
    }
}

proptest! {
    #[test]
    fn a_score_is_the_sum_of_its_breakdown((joined, log_ins, views, settings) in history()) {
        let permissions = Permissions::default();
        let activity = activity(&log_ins, &views);
        let score = Score::of(&facts(&settings, &permissions, &activity, joined));
        let present: Vec<(f64, f64)> = score
            .factors
            .iter()
            .filter_map(|f| f.value().map(|value| (f64::from(f.weight()), f64::from(value))))
            .collect();
        let (sum, weights) = present.iter().fold((0.0, 0.0), |(s, w), (weight, value)| {
            (s + weight * value, w + weight)
        });
        prop_assert!(score.value <= 100);
        prop_assert!(score.factors.iter().all(|factor| factor.value() <= Some(100)));
        // Quotients of such small numbers are never close enough to a half to be mistaken.
        prop_assert_eq!(f64::from(score.value), (sum / weights + 0.5).floor());
    }

    #[test]
    fn using_more_never_lowers_a_score((joined, log_ins, views, settings) in history()) {
        let permissions = Permissions::default();
        let score = |activity: &Activity| {
            Score::of(&facts(&settings, &permissions, activity, joined)).value
        };
        let less = activity(&log_ins, &views);
        let mut log_in = less.clone();
        log_in.log_in(ago(0), UtcOffset::UTC);
        prop_assert!(score(&log_in) >= score(&less));
        for feature in 0..settings.features.len() {
            let more = activity(&log_ins, &[&views[..], &[(feature, 0)]].concat());
            prop_assert!(score(&more) >= score(&less), "feature {feature}");
        }
    }
}
