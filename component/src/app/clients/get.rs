//! `clients.get`

use super::load;
use super::show::{ClientView, besides, show};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::id::ClientId;

/// A client; none: the agency has no such client.
pub fn get(ports: &Ports, call: &Call, id: &str) -> Result<Option<ClientView>, Error> {
    let caller = Caller::within(call, functions::CLIENTS_GET)?;
    let Ok(id) = ClientId::parse(id) else { return Ok(None) };
    let key = keys::client(&caller.agency, id).into_text();
    let mut view = query(ports, &caller, vec![key])?;
    let Some(client) = load::current(&mut view, id)? else { return Ok(None) };
    let besides = besides(&mut view, [&client])?;
    Ok(Some(show(&view, &besides, client)))
}
