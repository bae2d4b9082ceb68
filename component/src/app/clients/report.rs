//! `clients.report`

use core::ops::{ControlFlow, Range, RangeInclusive};
use std::collections::BTreeMap;

use super::load;
use super::share::activity_of;
use crate::app::audit::each_event;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view::View;
use crate::domain::activity::{ActivityKind, DAYS_KEPT, Day, last_days};
use crate::domain::calendar::Calendar;
use crate::domain::id::{ClientId, FeatureKey};
use crate::domain::time::Timestamp;

/// What a client did in a period.
pub struct Report {
    /// What the client is called.
    pub title: String,
    /// When the first day begins.
    pub starts_at: Timestamp,
    /// When the last day ends.
    pub ends_at: Timestamp,
    /// The days on which something happened.
    pub days: Vec<DayOfUse>,
    /// Page views by feature, the most used first.
    pub features: Vec<(FeatureKey, u32)>,
    /// The scores of the weeks that begin in the period.
    pub scores: Vec<(Timestamp, u8)>,
}

/// What happened on a day.
pub struct DayOfUse {
    /// When it begins.
    pub starts_at: Timestamp,
    /// What happened.
    pub counts: Day,
}

/// What a client did from the day of `first_day` to that of `last_day`; none: the agency has no such
/// client.
///
/// # Errors
///
/// When the days are out of range.
pub fn report(
    ports: &Ports,
    call: &Call,
    id: &str,
    first_day: u64,
    last_day: u64,
) -> Result<Option<Report>, Error> {
    let caller = Caller::within(call, functions::CLIENTS_REPORT)?;
    let agency = &caller.agency;
    let client = ClientId::parse(id).ok();
    let keys = client.iter().flat_map(|id| {
        let (client, activity) = (keys::client(agency, *id), keys::activity(agency, *id));
        [client.into_text(), activity.into_text(), keys::trail(agency, *id).into_text()]
    });
    let mut view = query(ports, &caller, keys.collect())?;
    let calendar = view.calendar();
    let today = calendar.day(view.now());
    let period = period(&calendar, today, first_day, last_day)?;
    let time = calendar.start_of(*period.start())..calendar.start_of(period.end() + 1);
    let Some(id) = client else { return Ok(None) };
    let Some(client) = load::current_whole(&mut view, id)? else { return Ok(None) };
    let activity = activity_of(&mut view, id)?;
    let trail = view.read(&keys::trail(agency, id))?.unwrap_or_default();
    let days = activity
        .days(&period)
        .map(|counts| DayOfUse { starts_at: calendar.start_of(counts.day), counts: *counts });
    let weeks = trail.weeks(today, client.score);
    let weeks = weeks.filter(|(monday, _)| period.contains(monday));
    Ok(Some(Report {
        title: client.title().to_owned(),
        starts_at: time.start,
        ends_at: time.end,
        days: days.collect(),
        features: features(&view, id, &time)?,
        scores: weeks
            .filter_map(|(monday, score)| Some((calendar.start_of(monday), score?)))
            .collect(),
    }))
}

/// The days that are asked for.
fn period(
    calendar: &Calendar<'_>,
    today: i64,
    first_day: u64,
    last_day: u64,
) -> Result<RangeInclusive<i64>, Error> {
    let mut fields = Fields::default();
    let kept = last_days(today, DAYS_KEPT);
    let mut day = |field: &str, millis: u64| {
        let day = Timestamp::from_millis(millis).map(|at| calendar.day_from(at, kept.start() - 1));
        let day = day.filter(|day| kept.contains(day));
        if day.is_none() {
            let message = "must be one of the last 120 days, today included";
            fields.refuse(field, "out-of-range", message);
        }
        day
    };
    let days = day("first-day", first_day).zip(day("last-day", last_day));
    if days.is_some_and(|(first, last)| last < first) {
        fields.refuse("last-day", "out-of-range", "must not be before `first-day`");
    }
    fields.finish(days.map(|(first, last)| first..=last))
}

/// Page views by feature, counted from the events themselves: days by feature are kept for 30
/// days only.
fn features(
    view: &View<'_>,
    client: ClientId,
    time: &Range<Timestamp>,
) -> Result<Vec<(FeatureKey, u32)>, Error> {
    let mut views: BTreeMap<FeatureKey, u32> = BTreeMap::new();
    let acting = view.acting();
    each_event(view.ports(), &view.agency().id, client, None, |_, event, brand| {
        let is_seen = acting.as_ref().is_none_or(|acting| acting.reach.has(brand));
        if let ActivityKind::View(feature) = &event.what
            && is_seen
            && time.contains(&event.at)
        {
            let count = views.entry(feature.clone()).or_default();
            *count = count.saturating_add(1);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut features: Vec<(FeatureKey, u32)> = views.into_iter().collect();
    features.sort_by_key(|(_, views)| core::cmp::Reverse(*views));
    Ok(features)
}
