//! `jobs.outbox`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::page::{self, Page, PageRequest};
use super::super::ports::Ports;
use super::super::record;
use crate::domain::actor::Role;
use crate::domain::mail::OutboxMail;

const FUNCTION: Function = Function { name: "jobs.outbox", least: Role::Viewer };

/// A page of the agency's mails, oldest first.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn outbox(
    ports: &Ports,
    call: &Call,
    request: &PageRequest,
) -> Result<Page<OutboxMail>, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    query(ports, &caller.agency, Vec::new())?;
    let page = page::read(ports, "outbox", &keys::mails(&caller.agency), request)?;
    page.try_map(|row| record::decode(&row.key, &row.value))
}
