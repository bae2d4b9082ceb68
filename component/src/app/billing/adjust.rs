//! `billing.adjust`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::billing::{BillingItem, LineKind, PayerId, Posting, Reason};
use crate::domain::id::AgencyId;
use crate::domain::money::{Currency, Money};
use crate::domain::period::Period;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// The largest amount, in minor units: a ledger adds up however many of them there are.
const AMOUNT_MAX: u64 = 1_000_000_000_000;

/// An amount to book by hand, as it arrives.
pub struct Adjustment {
    /// Minor units; positive is owed, negative is given back.
    pub amount: i64,
    /// Of this currency.
    pub currency: String,
    /// Why.
    pub note: String,
    /// The time that it has in the ledger; none: now.
    pub effective_at: Option<u64>,
}

/// What of it is plain.
struct Parsed {
    agency: AgencyId,
    payer: PayerId,
    amount: Money,
    note: Name,
    effective_at: Option<Timestamp>,
}

/// Books an amount by hand, and gives the number of its line.
///
/// # Errors
///
/// When the payer was never charged, or the currency isn't that of its ledger.
pub fn adjust(
    ports: &Ports,
    agency: &str,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    adjustment: &Adjustment,
) -> Result<u64, Error> {
    let Parsed { agency, payer, amount, note, effective_at } = parse(agency, payer, adjustment)?;
    let totals = keys::totals(&agency, &payer);
    let keys = [totals.text().to_owned()];
    transact(ports, &Tenant::Existing(agency), Actor::Platform, &keys, |tx| {
        let stored = tx.read(&totals)?;
        let stored = stored.ok_or_else(|| Error::not_found("payer", &payer.to_string()))?;
        let currency = stored.total.currency;
        if amount.currency != currency {
            let message = format!("must be `{}`, as the ledger is", currency.code());
            return Err(Error::invalid("amount.currency", "wrong", &message));
        }
        let at = effective(tx, effective_at)?;
        let posting = Posting {
            at,
            kind: LineKind::Adjustment,
            amount,
            covers: Period { start: at, end: at },
            reason: Reason::Adjusted,
            note: Some(note.clone()),
            working: None,
        };
        tx.book(&payer, &BillingItem::Adjustment(note.clone()), &[posting])?;
        Ok(stored.lines.saturating_add(1))
    })
}

fn parse(
    agency: &str,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    adjustment: &Adjustment,
) -> Result<Parsed, Error> {
    let mut fields = Fields::default();
    let agency = fields.take("agency", AgencyId::parse(agency));
    let payer = payer(&mut fields);
    let currency = Currency::parse(&adjustment.currency);
    if currency.is_none() {
        let message = "must be an ISO 4217 code: three capital letters";
        fields.refuse("amount.currency", "malformed", message.to_owned());
    }
    let Adjustment { amount, note, effective_at, .. } = adjustment;
    if *amount == 0 || amount.unsigned_abs() > AMOUNT_MAX {
        let message = format!("must be 1 to {AMOUNT_MAX}, or as much below 0, is {amount}");
        fields.refuse("amount.amount", "out-of-range", message);
    }
    let note = fields.take("note", Name::parse(note));
    let effective_at = fields.optional_time("effective-at", *effective_at);
    let built = (|| {
        let amount = Money::new(*amount, currency?);
        Some(Parsed {
            agency: agency?,
            payer: payer?,
            amount,
            note: note?,
            effective_at: effective_at?,
        })
    })();
    fields.finish(built)
}

/// The time that an adjustment has in the ledger.
fn effective(tx: &Tx<'_>, at: Option<Timestamp>) -> Result<Timestamp, Error> {
    let (created, now) = (tx.agency().created_at, tx.now());
    match at {
        None => Ok(now),
        Some(at) if (created..=now).contains(&at) => Ok(at),
        Some(_) => {
            let message = "must be between the agency's creation and now";
            Err(Error::invalid("effective-at", "out-of-range", message))
        }
    }
}
