//! `billing.export-ledger`

use std::collections::BTreeMap;

use super::document::{lines_of, names_of};
use super::ledger::{LedgerFilter, some_lines};
use super::summary::INVOICES_MAX;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{Asked, List, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view::{self, View};
use crate::domain::billing::export::{Closed, ExportError, Layout, Numbered, Part};
use crate::domain::billing::{Invoice, PayerId};
use crate::domain::time::Timestamp;

/// A page of an export.
pub struct ExportPage {
    /// Whole lines.
    pub text: String,
    /// Where to go on.
    pub next: Option<String>,
}

/// A page of a ledger as a table; the first with the heading.
pub fn export_ledger(
    ports: &Ports,
    call: &Call,
    filter: impl FnOnce(&mut Fields) -> Option<LedgerFilter>,
    layout: Layout,
    request: &PageRequest,
) -> Result<ExportPage, Error> {
    let parse = |fields: &mut Fields| {
        let filter = filter(fields);
        let whole = filter.as_ref().map(|filter| keeps_invoices_whole(fields, filter, layout));
        let list = List::of("billing.export-ledger", &call.agency, &(&filter, layout));
        let asked = request.numbered(fields, &list);
        whole?.then_some(())?;
        Some((filter?, list, asked?))
    };
    let (caller, parsed) = Caller::with(call, functions::BILLING_EXPORT_LEDGER, parse)?;
    let (filter, list, asked) = parsed;
    let totals = keys::totals(&caller.agency, &filter.payer).into_text();
    let mut view = query(ports, &caller, vec![totals])?;
    let (text, next) = match layout.is_of_invoices() {
        true => of_invoices(&mut view, &filter, layout, &asked)?,
        false => of_lines(&mut view, &filter, layout, &asked)?,
    };
    Ok(ExportPage { text, next: next.map(|number| list.cursor(number)) })
}

impl From<ExportError> for Error {
    fn from(error: ExportError) -> Error {
        match error {
            ExportError::Money(error) => error.into(),
            ExportError::Csv(error) => Error::internal(error),
        }
    }
}

/// Refuses what would leave lines of an invoice out where invoices are exported: they wouldn't
/// come to what is due.
fn keeps_invoices_whole(fields: &mut Fields, filter: &LedgerFilter, layout: Layout) -> bool {
    let cuts = [
        ("filter.item", filter.item.is_some()),
        ("filter.since", filter.since.is_some()),
        ("filter.until", filter.until.is_some()),
    ];
    let mut whole = true;
    for (field, _) in cuts.into_iter().filter(|(_, cuts)| *cuts && layout.is_of_invoices()) {
        let message = "this format is made of whole invoices: leave it out, or name one by \
                       `invoiced-at`";
        fields.refuse(field, "wrong", message);
        whole = false;
    }
    whole
}

/// What a page says, and the number to go on with.
type Written = (String, Option<u64>);

fn of_lines(
    view: &mut View<'_>,
    filter: &LedgerFilter,
    layout: Layout,
    asked: &Asked<u64>,
) -> Result<Written, Error> {
    let (lines, next) = some_lines(view, filter, asked.place.unwrap_or(1), asked.limit)?;
    let names = names_of(view, &lines)?;
    let numbers = numbers(view, &filter.payer)?;
    let number = |at: Timestamp| numbers.get(&at).copied();
    let lines: Vec<Numbered> = lines
        .into_iter()
        .map(|line| {
            let invoice = line.invoiced_at.and_then(number);
            (line, invoice)
        })
        .collect();
    let agency = &view.agency().id;
    let part = Part { layout, has_heading: asked.place.is_none(), agency, names: &names };
    Ok((part.of_lines(&lines)?, next))
}

/// The numbers of a payer's invoices, by when they closed.
fn numbers(view: &View<'_>, payer: &PayerId) -> Result<BTreeMap<Timestamp, u64>, Error> {
    let range = keys::invoices(&view.agency().id, payer);
    let mut numbers = BTreeMap::new();
    for row in view::scan(view.ports(), &range, None, INVOICES_MAX, false)? {
        let invoice: Invoice = record::decode(&row.key, &row.value)?;
        numbers.insert(invoice.closed_at, invoice.number);
    }
    Ok(numbers)
}

/// Invoices until there are as many lines as were asked for: one at least, and each whole.
fn of_invoices(
    view: &mut View<'_>,
    filter: &LedgerFilter,
    layout: Layout,
    asked: &Asked<u64>,
) -> Result<Written, Error> {
    let agency = view.agency().id.clone();
    let range = keys::invoices(&agency, &filter.payer);
    let bound = asked.place.map(|number| keys::invoice(&agency, &filter.payer, number).into_text());
    // Each has a line at least.
    let rows = view::scan(view.ports(), &range, bound, asked.limit + 1, false)?;
    let (mut closed, mut next, mut lines) = (Vec::new(), None, 0_u64);
    for row in rows {
        let invoice: Invoice = record::decode(&row.key, &row.value)?;
        if lines >= u64::from(asked.limit) {
            next = Some(invoice.number);
            break;
        }
        if filter.invoiced_at.is_some_and(|at| at != invoice.closed_at) {
            lines += 1;
            continue;
        }
        lines = lines.saturating_add(invoice.lines.max(1));
        let own = lines_of(view, &invoice)?;
        closed.push(Closed { invoice, lines: own });
    }
    let names = names_of(view, closed.iter().flat_map(|closed| &closed.lines))?;
    let part = Part { layout, has_heading: asked.place.is_none(), agency: &agency, names: &names };
    Ok((part.of_invoices(&closed)?, next))
}
