//! `clients.detail`

use super::load;
use super::share::activity_of;
use super::show::{ClientView, activity_summary, besides, show};
use crate::app::audit::{EntryView, about};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::activity::Summary;
use crate::domain::id::ClientId;

/// How many log entries it shows.
const ENTRIES: usize = 20;

/// A client with what the list leaves out.
pub struct ClientDetail {
    /// The client.
    pub client: ClientView,
    /// What it did.
    pub activity: Summary,
    /// The latest log entries about it, newest first.
    pub latest: Vec<EntryView>,
}

/// A client with everything that a detail view shows; none: the agency has no such client.
pub fn detail(ports: &Ports, call: &Call, id: &str) -> Result<Option<ClientDetail>, Error> {
    let caller = Caller::within(call, functions::CLIENTS_DETAIL)?;
    let agency = &caller.agency;
    let Ok(id) = ClientId::parse(id) else { return Ok(None) };
    let keys = vec![keys::client(agency, id).into_text(), keys::activity(agency, id).into_text()];
    let mut view = query(ports, &caller, keys)?;
    let Some(client) = load::current_whole(&mut view, id)? else { return Ok(None) };
    let besides = besides(&mut view, [&client])?;
    let acting = view.acting();
    let latest = about(ports, agency, id, ENTRIES, |entry| {
        acting.as_ref().is_none_or(|acting| acting.reach.tells(entry))
    })?;
    let activity = activity_of(&mut view, id)?;
    let activity = activity_summary(&view, &client, &activity);
    Ok(Some(ClientDetail { client: show(&view, &besides, client), activity, latest }))
}
