//! `billing.ledger`

use crate::app::acting::check_payer;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record::{self, LedgerBlock};
use crate::app::view::{self, View};
use crate::domain::billing::{BillingItem, Line, PayerId};
use crate::domain::time::Timestamp;

/// How many blocks are read for one page at most: a filter may leave few of their lines.
const BLOCKS_AT_ONCE: u32 = 500;

/// Which lines of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Whose ledger.
    pub payer: PayerId,
    /// About this; none: about anything.
    pub item: Option<BillingItem>,
    /// Of this time or later.
    pub since: Option<Timestamp>,
    /// Of before this time.
    pub until: Option<Timestamp>,
    /// On the invoice that closes then.
    pub invoiced_at: Option<Timestamp>,
}

impl LedgerFilter {
    /// All of a payer's.
    pub const fn all(payer: PayerId) -> LedgerFilter {
        LedgerFilter { payer, item: None, since: None, until: None, invoiced_at: None }
    }

    /// Whether a line is wanted.
    pub fn wants(&self, line: &Line) -> bool {
        self.item.as_ref().is_none_or(|item| line.item == *item)
            && self.since.is_none_or(|since| line.at >= since)
            && self.until.is_none_or(|until| line.at < until)
            && self.invoiced_at.is_none_or(|at| line.invoiced_at == Some(at))
    }
}

/// A page of a ledger, as booked.
pub fn ledger(
    ports: &Ports,
    call: &Call,
    filter: impl FnOnce(&mut Fields) -> Option<LedgerFilter>,
    request: &PageRequest,
) -> Result<Page<Line>, Error> {
    let parse = |fields: &mut Fields| {
        let filter = filter(fields);
        let list = List::of("billing.ledger", &call.agency, &filter);
        let asked = request.numbered(fields, &list);
        Some((filter?, list, asked?))
    };
    let (caller, (filter, list, asked)) =
        Caller::within_with(call, functions::BILLING_LEDGER, parse)?;
    let totals = keys::totals(&caller.agency, &filter.payer).into_text();
    let mut view = query(ports, &caller, vec![totals])?;
    check_payer(&view, &filter.payer)?;
    let (items, next) = some_lines(&mut view, &filter, asked.place.unwrap_or(1), asked.limit)?;
    let next = next.map(|number| list.cursor(number));
    Ok(Page { items, next, within: view.within() })
}

/// The lines that are wanted from number `first` on, `limit` of them at most, and the number to go
/// on with; none: there are no more. A payer who was never charged has none.
pub fn some_lines(
    view: &mut View<'_>,
    filter: &LedgerFilter,
    first: u64,
    limit: u32,
) -> Result<(Vec<Line>, Option<u64>), Error> {
    let (ports, agency) = (view.ports(), view.agency().id.clone());
    let Some(totals) = view.read(&keys::totals(&agency, &filter.payer))? else {
        return Ok((Vec::new(), None));
    };
    let range = keys::ledger(&agency, &filter.payer);
    let start = keys::ledger_block(&agency, &filter.payer, first);
    let start = view::block_of(ports, &range, start.text())?;
    let mut lines: Vec<Line> = Vec::new();
    let mut next = first;
    let rows = view::scan(ports, &range, Some(start), BLOCKS_AT_ONCE, false)?;
    let is_end = rows.len() < BLOCKS_AT_ONCE as usize;
    for row in rows {
        let block: LedgerBlock = record::decode(&row.key, &row.value)?;
        for line in block.lines.into_iter().filter(|line| line.number >= first) {
            if lines.len() == limit as usize {
                return Ok((lines, Some(line.number)));
            }
            next = line.number.saturating_add(1);
            if filter.wants(&line) {
                lines.push(line);
            }
        }
    }
    let left = Some(next).filter(|next| *next <= totals.lines);
    match left {
        // Whoever goes on would never come to an end.
        Some(number) if is_end => {
            let lost = keys::ledger_block(&agency, &filter.payer, number);
            let counted = keys::totals(&agency, &filter.payer);
            let why = format!("it is missing, though `{}` counts it", counted.text());
            Err(Error::corrupt(lost.text(), why))
        }
        left => Ok((lines, left)),
    }
}
