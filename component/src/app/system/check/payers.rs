//! What payers' ledgers and invoices come to.
//!
//! The agency first, then its accounts. A payer's invoices are gone through, then its ledger, over as
//! many calls as it takes: whoever books writes the row in which they are added up, so its version
//! tells whether to begin anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Whole;
use super::walk::{Found, Kind, Walk};
use crate::app::error::Error;
use crate::app::keys::{self, Range};
use crate::app::record::{self, LedgerBlock, Record, ToJson as _};
use crate::app::view;
use crate::domain::account::Account;
use crate::domain::billing::account::Payer;
use crate::domain::billing::ledger::OpenInvoice;
use crate::domain::billing::{Invoice, LedgerTotals, Line, PayerId};
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AccountId;
use crate::domain::json::from_json;
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;

/// How many rows are added up in one call.
const ROWS_AT_ONCE: u32 = 200;

/// How often adding up begins anew since somebody booked.
const TRIES_MAX: u32 = 3;

/// How far adding up has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Sum {
    /// Whose; none: the agency's.
    account: Option<AccountId>,
    /// The version of the row with what it comes to, as adding up began.
    version: Option<u64>,
    tries: u32,
    /// The last row that was added up, and whether that is a ledger's.
    after: String,
    ledger: bool,
    invoices: u64,
    /// What they left over for later ones: 0 or negative.
    carried: i64,
    closed: Option<Timestamp>,
    /// How many lines invoices say that they have, and how many stand on them.
    invoiced: u64,
    on_invoices: u64,
    /// Of each invoice its number, and what the lines that were added up leave of what it comes to.
    left: BTreeMap<Timestamp, (u64, i64)>,
    lines: u64,
    /// Lines of releases without invoices.
    on_none: u64,
    total: i64,
    currency: Option<Currency>,
    open: BTreeMap<Timestamp, OpenInvoice>,
}

/// Adds up some of a payer's.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    let mut sum = match after {
        "" => begin(walk, of, None, 0)?,
        after => from_json(after).map_err(Error::internal)?,
    };
    let whole = if sum.ledger {
        let range = keys::ledger(of.id(), &sum.payer());
        add_up(walk, of, &mut sum, &range, &|sum, block: LedgerBlock| {
            block.lines.iter().try_for_each(|line| sum.take_line(line))
        })?
    } else {
        let range = keys::invoices(of.id(), &sum.payer());
        add_up(walk, of, &mut sum, &range, &|sum, invoice: Invoice| sum.take_invoice(&invoice))?
    };
    match whole {
        Added::Some => Ok(Some(text(&sum)?)),
        Added::All if !sum.ledger => {
            (sum.ledger, sum.after) = (true, String::new());
            Ok(Some(text(&sum)?))
        }
        Added::All => {
            let key = keys::totals(of.id(), &sum.payer());
            if walk.version(key.text())? != sum.version && sum.tries < TRIES_MAX {
                walk.fill();
                return Ok(Some(text(&begin(
                    walk,
                    of,
                    sum.account,
                    sum.tries.saturating_add(1),
                )?)?));
            }
            if walk.version(key.text())? == sum.version {
                compare(walk, of, &sum)?;
            }
            next(walk, of, sum.account)
        }
        Added::Contradicted => next(walk, of, sum.account),
    }
}

fn text(sum: &Sum) -> Result<String, Error> {
    Ok(sum.to_json()?.get().to_owned())
}

fn begin(
    walk: &mut Walk<'_>,
    of: &Whole,
    account: Option<AccountId>,
    tries: u32,
) -> Result<Sum, Error> {
    let mut sum = Sum { account, tries, ..Sum::default() };
    sum.version = walk.version(keys::totals(of.id(), &sum.payer()).text())?;
    Ok(sum)
}

/// Begins with the next payer.
fn next(
    walk: &mut Walk<'_>,
    of: &Whole,
    before: Option<AccountId>,
) -> Result<Option<String>, Error> {
    let range = keys::accounts(of.id());
    let bound = before.map(|before| format!("{}{before}!", range.start()));
    let rows = view::scan(walk.ports(), &range, bound, 1, false)?;
    let id = rows.first().and_then(|row| AccountId::parse(range.suffix(&row.key)).ok());
    id.map(|id| text(&begin(walk, of, Some(id), 0)?)).transpose()
}

/// What adding up some rows came to.
enum Added {
    /// There may be more.
    Some,
    /// There are no more.
    All,
    /// They contradict themselves: nobody knows what they come to.
    Contradicted,
}

/// Adds up some rows of a range.
fn add_up<R: Record>(
    walk: &mut Walk<'_>,
    of: &Whole,
    sum: &mut Sum,
    range: &Range<R>,
    take: &dyn Fn(&mut Sum, R) -> Result<(), Gap>,
) -> Result<Added, Error> {
    let bound = (!sum.after.is_empty()).then(|| format!("{}{}!", range.start(), sum.after));
    let rows = view::scan(walk.ports(), range, bound, ROWS_AT_ONCE, false)?;
    walk.count(rows.len().max(1));
    let name = sum.name(of);
    let more = rows.len() == ROWS_AT_ONCE as usize;
    for row in rows {
        range.suffix(&row.key).clone_into(&mut sum.after);
        let Some(record) = walk.whole(&row, &name)? else { return Ok(Added::Contradicted) };
        if let Err(gap) = take(sum, record) {
            let (key, message) = gap.told(of, sum, &row.key);
            walk.contradicts(&key, &name, message);
            return Ok(Added::Contradicted);
        }
    }
    Ok(if more { Added::Some } else { Added::All })
}

/// Something that isn't where it should be.
enum Gap {
    Invoice(u64),
    Line(u64),
    Overflow,
}

impl Gap {
    /// Where, and what about it.
    fn told(&self, of: &Whole, sum: &Sum, at: &str) -> (String, String) {
        let (agency, payer, name) = (of.id(), sum.payer(), sum.name(of));
        match self {
            Gap::Invoice(number) => (
                keys::invoice(agency, &payer, *number).into_text(),
                format!("invoice {number} of {name} isn't there, but `{at}` is"),
            ),
            Gap::Line(number) => (
                keys::ledger_block(agency, &payer, *number).into_text(),
                format!("line {number} in the ledger of {name} isn't there, but `{at}` is"),
            ),
            Gap::Overflow => {
                (at.to_owned(), format!("the ledger of {name} comes to more than there can be"))
            }
        }
    }
}

impl Sum {
    fn payer(&self) -> PayerId {
        self.account.clone().map_or(PayerId::Agency, PayerId::Account)
    }

    fn name(&self, of: &Whole) -> String {
        match &self.account {
            Some(account) => format!("account `{account}`"),
            None => format!("agency `{}`", of.id()),
        }
    }

    fn take_invoice(&mut self, invoice: &Invoice) -> Result<(), Gap> {
        let expected = self.invoices.saturating_add(1);
        if invoice.number != expected {
            return Err(Gap::Invoice(expected));
        }
        self.invoices = expected;
        self.invoiced = self.invoiced.saturating_add(invoice.lines);
        self.left.insert(invoice.closed_at, (invoice.number, invoice.subtotal.amount));
        self.carried = invoice.credit_left.amount.saturating_neg();
        self.closed = Some(invoice.closed_at);
        Ok(())
    }

    fn take_line(&mut self, line: &Line) -> Result<(), Gap> {
        let expected = self.lines.saturating_add(1);
        if line.number != expected {
            return Err(Gap::Line(expected));
        }
        let add = |one: i64| one.checked_add(line.amount.amount).ok_or(Gap::Overflow);
        self.lines = expected;
        self.total = add(self.total)?;
        self.currency = self.currency.or(Some(line.amount.currency));
        let Some(closes_at) = line.invoiced_at else {
            self.on_none = self.on_none.saturating_add(1);
            return Ok(());
        };
        if self.closed.is_some_and(|closed| closes_at <= closed) {
            self.on_invoices = self.on_invoices.saturating_add(1);
            if let Some((_, left)) = self.left.get_mut(&closes_at) {
                *left = left.checked_sub(line.amount.amount).ok_or(Gap::Overflow)?;
            }
            return Ok(());
        }
        let new = OpenInvoice {
            closes_at,
            first_line: line.number,
            last_line: line.number,
            lines: 0,
            amount: 0,
        };
        let open = self.open.entry(closes_at).or_insert(new);
        open.last_line = line.number;
        open.lines = open.lines.saturating_add(1);
        open.amount = add(open.amount)?;
        Ok(())
    }
}

/// Compares what was added up with what is noted.
fn compare(walk: &mut Walk<'_>, of: &Whole, sum: &Sum) -> Result<(), Error> {
    let (agency, payer, name) = (of.id(), sum.payer(), sum.name(of));
    let key = keys::totals(agency, &payer);
    let (kind, stored) = match walk.find(&key)? {
        Found::Whole(totals) => (Kind::Different, Some(totals)),
        Found::Broken => (Kind::Different, None),
        Found::Nothing => (Kind::Missing, None),
    };
    let contradiction = lost(of, sum, stored.as_ref());
    if let Some((key, message)) = contradiction.or_else(|| changed(of, sum, stored.as_ref())) {
        walk.contradicts(&key, &name, message);
        return Ok(());
    }
    let Some(fresh) = fresh(walk, of, sum)? else { return Ok(()) };
    let (anchor, closed) = match &stored {
        Some(stored) => (stored.anchor, stored.closed.max(sum.closed)),
        None => (fresh.anchor, fresh.closed.max(sum.closed)),
    };
    let open: Vec<OpenInvoice> = sum.open.values().copied().collect();
    let totals = LedgerTotals {
        lines: sum.lines,
        total: Money::new(sum.total, sum.currency.unwrap_or(fresh.total.currency)),
        anchor,
        closed,
        invoices: sum.invoices,
        carried: sum.carried,
        open,
    };
    if stored.as_ref() != Some(&totals) {
        let message = format!(
            "the ledger of {name} has {} lines that come to {}, and {} invoices: the row `{}` says otherwise",
            totals.lines,
            totals.total.amount,
            totals.invoices,
            key.text()
        );
        walk.write(kind, key.text(), &name, message, Some(record::encode(&totals)?));
    }
    for open in &totals.open {
        let due = match &sum.account {
            Some(account) => Due::AccountRenewals(account.clone()),
            None => Due::Renewals,
        };
        let entry = DueEntry { at: open.closes_at, agency: agency.clone(), due: due.clone() };
        walk.falls_due_by(&name, &entry, &[due])?;
    }
    Ok(())
}

/// What is lost at the end of a ledger, or of the invoices: more places than one say that it was there.
fn lost(of: &Whole, sum: &Sum, stored: Option<&LedgerTotals>) -> Option<(String, String)> {
    let (agency, payer, name) = (of.id(), sum.payer(), sum.name(of));
    let noted_open = |totals: &LedgerTotals| {
        totals.open.iter().fold(0_u64, |lines, open| lines.saturating_add(open.lines))
    };
    let noted = stored.filter(|totals| {
        let noted = sum.on_none.saturating_add(sum.invoiced).saturating_add(noted_open(totals));
        totals.lines > sum.lines && totals.lines == noted
    });
    if sum.invoiced != sum.on_invoices || noted.is_some() {
        let key = keys::ledger_block(agency, &payer, sum.lines.saturating_add(1)).into_text();
        let message = format!(
            "the ledger of {name} ends with line {}: its invoices and its counters know of more, or of others",
            sum.lines
        );
        return Some((key, message));
    }
    let closed = stored.and_then(|totals| totals.closed);
    let first = sum.open.keys().next().filter(|first| closed.is_some_and(|at| **first <= at))?;
    let key = keys::invoice(agency, &payer, sum.invoices.saturating_add(1)).into_text();
    let message = format!("the invoice of {name} that closed at {first} isn't there");
    Some((key, message))
}

/// What was changed in a ledger, or on an invoice: amounts that more places than one know are others.
fn changed(of: &Whole, sum: &Sum, stored: Option<&LedgerTotals>) -> Option<(String, String)> {
    let (agency, payer, name) = (of.id(), sum.payer(), sum.name(of));
    if let Some((number, left)) = sum.left.values().find(|(_, left)| *left != 0) {
        let key = keys::invoice(agency, &payer, *number).into_text();
        let message = format!(
            "invoice {number} of {name} comes to {left} more than the ledger's lines on it"
        );
        return Some((key, message));
    }
    // The counters agree with one another, and not with the lines.
    let stored = stored?;
    let amounts = |all: i64, open: &OpenInvoice| all.checked_add(open.amount);
    let noted = stored.open.iter().try_fold(0, amounts)?;
    let there = sum.open.values().try_fold(0, amounts)?;
    let before = sum.total.checked_sub(there)?;
    let agree = before.checked_add(noted)? == stored.total.amount;
    (agree && noted != there && stored.lines == sum.lines).then(|| {
        let key = format!("{}{}", keys::ledger(agency, &payer).start(), sum.after);
        let message = format!(
            "the lines of {name} that are on no invoice yet come to {there}, and were {noted} when they were booked"
        );
        (key, message)
    })
}

/// What a ledger begins with, where its row is lost; none for a payer that has none.
fn fresh(walk: &mut Walk<'_>, of: &Whole, sum: &Sum) -> Result<Option<LedgerTotals>, Error> {
    let empty = LedgerTotals::empty(of.catalog.currency);
    let Some(account) = &sum.account else {
        // The jobs close all of a period at once.
        let closed = match walk.find(&keys::renewals(of.id()))? {
            Found::Whole(far) if !far.accounts && far.after.is_none() => Some(far.period),
            Found::Whole(_) | Found::Nothing | Found::Broken => None,
        };
        return Ok(Some(LedgerTotals { closed, ..empty }));
    };
    let is_known = sum.version.is_some() || sum.lines > 0 || sum.invoices > 0;
    match walk.find::<Account>(&keys::account(of.id(), account))? {
        Found::Whole(Account { billing, .. }) => Ok(match billing.payer {
            Payer::Account { anchor } => Some(LedgerTotals { anchor: Some(anchor), ..empty }),
            Payer::Agency { .. } => is_known.then_some(empty),
        }),
        Found::Nothing | Found::Broken => Ok(None),
    }
}
