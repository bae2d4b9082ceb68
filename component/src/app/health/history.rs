//! `health.history`

use crate::app::caller::{Call, Caller};
use crate::app::clients::load;
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::health::{Facts, Score};
use crate::domain::id::ClientId;
use crate::domain::time::Timestamp;

/// A client's scores of the last 26 weeks, each with the first millisecond of its week; none
/// at all where the agency has no such client.
pub fn history(
    ports: &Ports,
    call: &Call,
    id: &str,
) -> Result<Vec<(Timestamp, Option<u8>)>, Error> {
    let caller = Caller::within(call, functions::HEALTH_HISTORY)?;
    let agency = &caller.agency;
    let Ok(id) = ClientId::parse(id) else { return Ok(Vec::new()) };
    let (activity, trail) = (keys::activity(agency, id), keys::trail(agency, id));
    let client = keys::client(agency, id).into_text();
    let keys = vec![client, activity.text().to_owned(), trail.text().to_owned()];
    let mut view = query(ports, &caller, keys)?;
    let Some(client) = load::current_whole(&mut view, id)? else { return Ok(Vec::new()) };
    let activity = view.read(&activity)?.unwrap_or_default();
    let trail = view.read(&trail)?.unwrap_or_default();
    let settings = &view.agency().settings;
    let calendar = view.calendar();
    let facts = Facts::overall(&client, &activity, settings, &calendar, view.now());
    let current = facts.map(|facts| Score::of(&facts).value);
    let weeks = trail.weeks(calendar.day(view.now()), current);
    Ok(weeks.map(|(monday, score)| (calendar.start_of(monday), score)).collect())
}
