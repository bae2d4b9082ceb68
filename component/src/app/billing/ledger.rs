//! `billing.ledger`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::page::{Page, PageRequest, cursor, numbered};
use super::super::ports::Ports;
use super::super::record::{self, LedgerBlock};
use super::super::view;
use crate::domain::actor::Role;
use crate::domain::billing::Line;

const FUNCTION: Function = Function { name: "billing.ledger", least: Role::Viewer };

/// What cursors call this list.
const LIST: &str = "ledger";

/// A page of the agency's ledger, as booked.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn ledger(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Line>, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let agency = &caller.agency;
    let (first, limit) = numbered(LIST, request)?;
    let payer = keys::payer(agency);
    let mut view = query(ports, agency, vec![payer.text().to_owned()])?;
    let last = view.expect(&payer)?.lines;

    let range = keys::ledgers(agency);
    let start = view::block_of(ports, &range, keys::ledger(agency, first).text())?;
    let rows = view::scan(ports, &range, Some(start), limit, false)?;
    let mut items: Vec<Line> = Vec::new();
    for row in rows {
        let block: LedgerBlock = record::decode(&row.key, &row.value)?;
        items.extend(block.lines.into_iter().filter(|line| line.number >= first));
        if items.len() >= limit as usize {
            break;
        }
    }
    items.truncate(limit as usize);
    let next = items.last().map(|line| line.number).filter(|number| *number < last);
    Ok(Page { items, next: next.map(|number| cursor(LIST, number.saturating_add(1))) })
}
