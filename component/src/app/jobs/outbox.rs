//! `jobs.outbox`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{self, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::domain::mail::OutboxMail;

/// A page of the agency's mails, oldest first.
pub fn outbox(
    ports: &Ports,
    call: &Call,
    request: &PageRequest,
) -> Result<Page<OutboxMail>, Error> {
    let caller = Caller::of(call, functions::JOBS_OUTBOX)?;
    query(ports, &caller.agency, Vec::new())?;
    let page = page::read(ports, "outbox", &keys::mails(&caller.agency), request)?;
    page.try_map(|row| record::decode(&row.key, &row.value))
}
