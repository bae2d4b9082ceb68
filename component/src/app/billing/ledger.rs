//! `billing.ledger`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record::{self, LedgerBlock};
use crate::app::view;
use crate::domain::billing::{Line, PayerId};

/// A page of the agency's ledger, as booked.
pub fn ledger(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Line>, Error> {
    let list = List::of("billing.ledger", &call.agency, &());
    let page = |fields: &mut Fields| request.numbered(fields, &list);
    let (caller, asked) = Caller::with(call, functions::BILLING_LEDGER, page)?;
    let agency = &caller.agency;
    let (first, limit) = (asked.place.unwrap_or(1), asked.limit);
    let payer = PayerId::Agency;
    let totals = keys::totals(agency, &payer);
    let mut view = query(ports, agency, vec![totals.text().to_owned()])?;
    let last = view.expect(&totals)?.lines;

    let range = keys::ledger(agency, &payer);
    let block = keys::ledger_block(agency, &payer, first);
    let start = view::block_of(ports, &range, block.text())?;
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
    Ok(Page { items, next: next.map(|number| list.cursor(number.saturating_add(1))) })
}
