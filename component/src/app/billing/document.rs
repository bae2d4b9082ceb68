//! `billing.document`

use std::collections::BTreeSet;

use super::invoices::numbered;
use super::ledger::{LedgerFilter, some_lines};
use crate::app::acting::check_payer;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys::{self, Key};
use crate::app::ports::Ports;
use crate::app::record::Record;
use crate::app::view::View;
use crate::domain::account::Account;
use crate::domain::billing::document::{Document, DocumentError, Format};
use crate::domain::billing::words::Names;
use crate::domain::billing::{Invoice, Line, PayerId};
use crate::domain::brand::Brand;
use crate::domain::sets::one_by_one;

/// How many rows are read at a time.
const ROWS_AT_ONCE: u32 = 500;

/// An invoice as a document; none: there is none with this number.
pub fn document(
    ports: &Ports,
    call: &Call,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    number: u64,
    format: Format,
) -> Result<Option<String>, Error> {
    let parse = |fields: &mut Fields| numbered(fields, payer, number);
    let (caller, (payer, number)) = Caller::within_with(call, functions::BILLING_DOCUMENT, parse)?;
    let key = keys::invoice(&caller.agency, &payer, number);
    let totals = keys::totals(&caller.agency, &payer).into_text();
    let mut view = query(ports, &caller, vec![key.text().to_owned(), totals])?;
    check_payer(&view, &payer)?;
    let Some(invoice) = view.read(&key)? else { return Ok(None) };
    let lines = lines_of(&mut view, &invoice)?;
    let names = names_of(&mut view, &lines)?;
    let document = Document::of(&invoice, &lines, &names, view.now())?;
    Ok(Some(document.written(format)?))
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Error {
        match error {
            DocumentError::Money(error) => error.into(),
            DocumentError::Html(_) | DocumentError::Json(_) | DocumentError::Text(_) => {
                Error::internal(error)
            }
        }
    }
}

/// All lines of an invoice.
///
/// # Errors
///
/// When there are fewer or more than it had as it was closed: nobody should pay such a one.
pub(super) fn lines_of(view: &mut View<'_>, invoice: &Invoice) -> Result<Vec<Line>, Error> {
    let mut filter = LedgerFilter::all(invoice.payer.clone());
    filter.invoiced_at = Some(invoice.closed_at);
    let (mut lines, mut next) = (Vec::new(), Some(invoice.first_line));
    while let Some(first) = next.filter(|first| *first <= invoice.last_line) {
        let (some, beyond) = some_lines(view, &filter, first, ROWS_AT_ONCE)?;
        lines.extend(some);
        next = beyond;
    }
    if u64::try_from(lines.len()) != Ok(invoice.lines) {
        let agency = view.agency().id.clone();
        let counter = keys::totals(&agency, &invoice.payer);
        let counted = view.read(&counter)?.map_or(0, |totals| totals.lines);
        if counted < invoice.last_line {
            let Invoice { number, last_line, .. } = invoice;
            let why =
                format!("it counts {counted} lines, and invoice {number} ends with {last_line}");
            return Err(Error::corrupt(counter.text(), why));
        }
        let key = keys::invoice(&agency, &invoice.payer, invoice.number);
        let why = format!("it has {} lines, and {} are in the ledger", invoice.lines, lines.len());
        return Err(Error::corrupt(key.text(), why));
    }
    Ok(lines)
}

/// What all that lines are about is called now. What has a row that is missing or damaged
/// stands by its id: what was charged can be read all the same.
pub(super) fn names_of<'l>(
    view: &mut View<'_>,
    lines: impl IntoIterator<Item = &'l Line>,
) -> Result<Names, Error> {
    let agency = view.agency().id.clone();
    let (mut brands, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        brands.extend(line.item.brand());
        accounts.extend(line.item.account());
    }
    let brands = brands.into_iter().map(|brand| keys::brand(&agency, brand)).collect();
    let brands = readable(view, brands)?.into_iter().map(|Brand { id, name, .. }| (id, name));
    let mut names = Names { brands: one_by_one(brands), ..Names::default() };
    if accounts.is_empty() {
        return Ok(names);
    }
    let accounts = accounts.into_iter().map(|account| keys::account(&agency, account)).collect();
    let accounts = readable(view, accounts)?.into_iter();
    names.accounts = one_by_one(accounts.map(|Account { id, name, .. }| (id, name)));
    let sold = view.catalog()?.catalog;
    names.plans =
        one_by_one(sold.plans.into_iter().map(|plan| (plan.id.as_str().to_owned(), plan.name)));
    names.add_ons = one_by_one(sold.add_ons.into_iter().map(|add_on| (add_on.id, add_on.name)));
    Ok(names)
}

/// The records under these keys that are there and can be read.
fn readable<R: Record>(view: &mut View<'_>, keys: Vec<Key<R>>) -> Result<Vec<R>, Error> {
    let mut found = Vec::new();
    for some in keys.chunks(ROWS_AT_ONCE as usize) {
        view.fetch(keys::texts(some))?;
        for key in some {
            match view.read(key) {
                Ok(record) => found.extend(record),
                Err(Error::Corrupt(_)) => (),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}
