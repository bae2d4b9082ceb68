//! Keeping a command to a quote.
//!
//! A preview carries the command out on a copy of the store, and notes what it came to. The quote
//! is a keyed hash over that and its instant; nothing is stored. The command that brings it is
//! priced at that instant, and goes through only if it comes to the same.

use serde::Serialize;
use serde_json::value::RawValue;

use super::caller::Caller;
use super::error::Error;
use super::functions::Function;
use super::record::ToJson;
use super::tx::Tx;
use crate::domain::agency::Agency;
use crate::domain::billing::{
    AgencyTerms, BillingItem, Line, LineKind, PayerId, Quote, Reason, Working,
};
use crate::domain::keyring::KeyRing;
use crate::domain::money::Money;
use crate::domain::period::{IntervalChange, Period};
use crate::domain::spelling::composed;
use crate::domain::text::{Name, key_hash};
use crate::domain::time::Timestamp;

/// Prices a command at the instant of the quote that it brings.
///
/// # Errors
///
/// When the quote is too old, or of a time that hasn't come.
pub fn price(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), Error> {
    let rehearsal = tx.view().ports().rehearsal.as_ref();
    if let Some(at) = rehearsal.and_then(|rehearsal| rehearsal.pricing()) {
        tx.price_at(at);
    }
    let Some(quote) = &caller.quote else { return Ok(()) };
    check_age(quote, caller.function, tx.now())?;
    tx.price_at(quote.as_of);
    Ok(())
}

/// Compares what a command comes to with the quote that it brings, and notes it where it is a
/// rehearsal.
///
/// # Errors
///
/// When it comes to something else.
pub fn settle(tx: &mut Tx<'_>, caller: &Caller, request: &dyn ToJson) -> Result<(), Error> {
    let rehearsal = tx.view().ports().rehearsal.clone();
    if rehearsal.is_none() && caller.quote.is_none() {
        return Ok(());
    }
    let basis = basis(tx, caller, &request.to_json()?)?;
    if let Some(quote) = &caller.quote {
        check(quote, &basis, caller.function, tx.ring())?;
    }
    if let Some(rehearsal) = rehearsal {
        rehearsal.note(basis);
    }
    Ok(())
}

/// Refuses a quote that is too old, or of a time that hasn't come.
///
/// # Errors
///
/// When it is.
pub fn check_age(quote: &Quote, function: Function, now: Timestamp) -> Result<(), Error> {
    if quote.is_over(now) {
        let message = "the quote is older than 15 minutes: ask for a new one";
        return Err(conflict(function, message));
    }
    Ok(())
}

/// Compares a quote with what a command comes to.
///
/// # Errors
///
/// When it was made for something else.
pub fn check(quote: &Quote, basis: &str, function: Function, ring: &KeyRing) -> Result<(), Error> {
    if quote.holds(basis, ring) {
        return Ok(());
    }
    let message = "the quote is for something else, or this comes to something else by now: \
                   ask for a new one";
    Err(conflict(function, message))
}

/// All that the price of a command in many commits relies on, of what each of them does: none
/// where it does nothing.
///
/// # Errors
///
/// Never for texts.
pub fn together(caller: &Caller, parts: &[Option<String>]) -> Result<String, Error> {
    let together = (caller.agency.as_str(), caller.function.name, parts);
    serde_json::to_string(&together).map_err(Error::internal)
}

#[cold]
#[inline(never)]
fn conflict(function: Function, message: &str) -> Error {
    Error::Conflict { state: "quote", event: function.own_name(), message: message.to_owned() }
}

/// All that a command's price relies on, and what it comes to.
#[derive(Serialize)]
struct Basis<'a> {
    agency: &'a str,
    function: &'a str,
    request: &'a RawValue,
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

/// The hash of it: the terms alone may be long, and a command may have a thousand parts.
fn basis(tx: &mut Tx<'_>, caller: &Caller, request: &RawValue) -> Result<String, Error> {
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
    let basis = composed(&serde_json::to_string(&basis).map_err(Error::internal)?);
    Ok(key_hash(&basis))
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
