//! One plain sentence for each factor: why it is what it is, and what would raise it.

use super::factors::{Factor, Frequency, Numbers, Recency, Share, Trend};
use super::{Facts, rounded};
use crate::domain::settings::Feature;
use crate::domain::time::DAY;

/// The sentence that goes with a factor of these facts.
pub fn sentence(factor: &Factor, facts: &Facts<'_>) -> String {
    match factor.numbers {
        Numbers::Recency(recency) => of_recency(recency),
        Numbers::Frequency(frequency) => of_frequency(frequency),
        Numbers::Depth(share) => of_depth(share, facts),
        Numbers::Trend(trend) => of_trend(trend),
    }
}

fn of_recency(recency: Recency) -> String {
    let Some(last_log_in) = recency.last_log_in else {
        return "Has never logged in here: a first log-in would raise this to 100.".to_owned();
    };
    let days = recency.now.since(last_log_in) / DAY;
    let when = match days {
        0 => "less than a day ago".to_owned(),
        1 => "a day ago".to_owned(),
        days => format!("{days} days ago"),
    };
    match recency.value() {
        100 => format!("The last log-in was {when}: this is as high as it gets."),
        _ => format!("The last log-in was {when}: another one would raise this to 100."),
    }
}

fn of_frequency(frequency: Frequency) -> String {
    let Frequency { log_ins, earlier, earlier_days, known } = frequency;
    let recent = format!("{} in the last 30 days", counted(log_ins, "log-in"));
    if !known {
        return format!(
            "{recent}; it takes 60 days to learn what is usual, so this doesn't count yet."
        );
    }
    if earlier == 0 {
        return match log_ins {
            0 => "No log-ins in the last 30 days, and none before: one would raise this to 100."
                .to_owned(),
            _ => format!("{recent}, where none are usual: this is as high as it gets."),
        };
    }
    let usual = usual(earlier, earlier_days);
    // The fewest that reach what is usual.
    let full = (30 * u64::from(earlier)).div_ceil(u64::from(earlier_days).max(1));
    match full.saturating_sub(u64::from(log_ins)) {
        0 => format!("{recent}, where {usual} are usual: this is as high as it gets."),
        missing => {
            format!("{recent}, where {usual} are usual: {missing} more would raise this to 100.")
        }
    }
}

/// The usual log-ins in 30 days, to a tenth.
fn usual(earlier: u32, days: u16) -> String {
    let days = u64::from(days).max(1);
    let tenths = (u64::from(earlier) * 600 + days) / (days * 2);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

fn of_depth(share: Share, facts: &Facts<'_>) -> String {
    let Share { used, visible } = share;
    if visible == 0 {
        return "There are no features that this client can see, so this doesn't count.".to_owned();
    }
    let unused = facts.visible().find(|feature| facts.used().all(|used| used.key != feature.key));
    let used_of = format!("Used {used} of {} in the last 30 days", counted(visible, "feature"));
    match unused {
        None => format!("{used_of}: this is as high as it gets."),
        Some(Feature { label, .. }) => {
            let raised = rounded(100 * (u64::from(used) + 1), u64::from(visible));
            format!("{used_of}: visiting {label} would raise this to {raised}.")
        }
    }
}

fn of_trend(trend: Trend) -> String {
    let Trend { recent, earlier, known } = trend;
    let beside = format!(
        "Log-ins, page views and exports: {recent} in the last 14 days, {earlier} in the 14 before"
    );
    if !known {
        return format!(
            "{beside}; comparing them takes 28 days of history, so this doesn't count yet."
        );
    }
    // The fewest that are more than 5 % up.
    let full = if earlier == 0 { 1 } else { 105 * u64::from(earlier) / 100 + 1 };
    match full.saturating_sub(u64::from(recent)) {
        0 => format!("{beside}: this is as high as it gets."),
        missing => format!("{beside}: {missing} more would raise this to 100."),
    }
}

/// `1 log-in`, `2 log-ins`.
pub(crate) fn counted(count: u32, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
