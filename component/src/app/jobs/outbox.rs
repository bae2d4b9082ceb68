//! `jobs.outbox`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{self, List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::domain::mail::OutboxMail;

/// A page of the agency's mails, oldest first: all but those whose rows are damaged, which
/// their jobs tell of.
pub fn outbox(
    ports: &Ports,
    call: &Call,
    request: &PageRequest,
) -> Result<Page<OutboxMail>, Error> {
    let list = List::of("jobs.outbox", &call.agency, &());
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::with(call, functions::JOBS_OUTBOX, page)?;
    query(ports, &caller, Vec::new())?;
    let page = page::read(ports, &list, &keys::mails(&caller.agency), &asked)?;
    page.try_map(|row| record::decode_whole(&row))
}
