//! `clients.list`

use crate::app::caller::{Call, Caller, Function};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::page::{self, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use super::show::{ClientView, brand_keys, brand_names, show};
use crate::domain::actor::Role;
use crate::domain::client::Client;

const FUNCTION: Function = Function { name: "clients.list", least: Role::Viewer };

/// A page of the agency's clients, in the order in which they were first invited.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn list(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<ClientView>, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let page = page::read(ports, "clients", &keys::clients(&caller.agency), request)?;
    let page = page.try_map(|row| record::decode::<Client>(&row.key, &row.value))?;
    let mut view = query(ports, &caller.agency, brand_keys(&caller.agency, &page.items))?;
    let names = brand_names(&mut view, &page.items)?;
    page.try_map(|client| Ok(show(&view, &names, client)))
}
