//! Keeping a command to a quote.
//!
//! A preview carries the command out on a copy of the store, and notes what it came to. The quote
//! is a keyed hash over that and its instant; nothing is stored. The command that brings it is
//! priced at that instant, and goes through only if it comes to the same.

use serde::Serialize;

use super::caller::Caller;
use super::error::Error;
use super::functions::Function;
use super::tx::Tx;
use crate::domain::agency::Agency;
use crate::domain::billing::Reason;
use crate::domain::billing::{AgencyTerms, BillingItem, Line, LineKind, PayerId, Working};
use crate::domain::money::Money;
use crate::domain::period::{IntervalChange, Period};
use crate::domain::spelling::composed;
use crate::domain::text::Name;

/// Prices a command at the instant of the quote that it brings.
///
/// # Errors
///
/// When the quote is too old, or of a time that hasn't come.
pub fn price(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), Error> {
    let Some(quote) = &caller.quote else { return Ok(()) };
    if quote.is_over(tx.now()) {
        let message = "the quote is older than 15 minutes: ask for a new one";
        return Err(conflict(caller.function, message));
    }
    tx.price_at(quote.as_of);
    Ok(())
}

/// Compares what a command comes to with the quote that it brings, and notes it where it is a
/// rehearsal.
///
/// # Errors
///
/// When it comes to something else.
pub fn settle(tx: &mut Tx<'_>, caller: &Caller, request: &impl Serialize) -> Result<(), Error> {
    let rehearsal = tx.view().ports().rehearsal.clone();
    if rehearsal.is_none() && caller.quote.is_none() {
        return Ok(());
    }
    let basis = basis(tx, caller, request)?;
    if let Some(quote) = &caller.quote
        && !quote.holds(&basis, tx.ring())
    {
        let message = "the quote is for something else, or this comes to something else by now: \
                       ask for a new one";
        return Err(conflict(caller.function, message));
    }
    if let Some(rehearsal) = rehearsal {
        rehearsal.note(basis);
    }
    Ok(())
}

fn conflict(function: Function, message: &str) -> Error {
    Error::Conflict { state: "quote", event: function.own_name(), message: message.to_owned() }
}

/// All that a command's price relies on, and what it comes to.
#[derive(Serialize)]
struct Basis<'a, R> {
    agency: &'a str,
    function: &'a str,
    request: &'a R,
    catalog: u32,
    terms: &'a AgencyTerms,
    interval_changes: &'a [IntervalChange],
    period: Period,
    lines: Vec<BasisLine<'a>>,
}

/// A line, but for the numbers that it gets.
#[derive(Serialize)]
struct BasisLine<'a> {
    payer: &'a PayerId,
    item: &'a BillingItem,
    kind: LineKind,
    amount: Money,
    covers: Period,
    reason: Reason,
    note: &'a Option<Name>,
    working: &'a Option<Working>,
}

fn basis(tx: &mut Tx<'_>, caller: &Caller, request: &impl Serialize) -> Result<String, Error> {
    let catalog = tx.view().catalog()?.version;
    let now = tx.now();
    let agency: &Agency = tx.agency();
    let basis = Basis {
        agency: agency.id.as_str(),
        function: caller.function.name,
        request,
        catalog,
        terms: &agency.terms,
        interval_changes: &agency.interval_changes,
        period: agency.periods().at(now),
        lines: tx.booked().filter(|line| is_asked_for(line)).map(line).collect(),
    };
    // As with idempotency keys: the same request from every keyboard.
    Ok(composed(&serde_json::to_string(&basis).map_err(Error::internal)?))
}

/// Whether a line is what the command does, and wasn't due anyway.
pub fn is_asked_for(line: &Line) -> bool {
    !line.reason.is_by_itself()
}

const fn line(line: &Line) -> BasisLine<'_> {
    BasisLine {
        payer: &line.payer,
        item: &line.item,
        kind: line.kind(),
        amount: line.amount,
        covers: line.covers,
        reason: line.reason,
        note: &line.note,
        working: &line.working,
    }
}
