//! Invoices: what is closed at the start of a month, and what becomes of it.

use serde::{Deserialize, Serialize};

use super::agency_terms::TaxRate;
use super::item::PayerId;
use super::ledger::LedgerTotals;
use crate::domain::money::{Money, MoneyError};
use crate::domain::ranges;
use crate::domain::time::{DAY, Timestamp};

/// An invoice. Only its payment changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Numbered from 1 without gaps, for each payer.
    #[serde(deserialize_with = "ranges::read_number")]
    pub number: u64,
    /// Who pays.
    pub payer: PayerId,
    /// When it closed.
    pub closed_at: Timestamp,
    /// It is overdue from then on, if it isn't paid.
    pub due_at: Timestamp,
    /// Who sells, as of then.
    pub seller: Party,
    /// Who pays, as of then.
    pub payer_party: Party,
    /// The number of its first ledger line.
    pub first_line: u64,
    /// The number of its last. Not all between the two are its own.
    pub last_line: u64,
    /// How many it has.
    pub lines: u64,
    /// What they come to.
    pub subtotal: Money,
    /// Credit from earlier invoices that was taken off: 0 or positive.
    pub credit_used: Money,
    /// What is to be paid before taxes.
    pub due: Money,
    /// Credit that is left for later ones: 0 or positive.
    pub credit_left: Money,
    /// Taxes on what is due.
    pub taxes: Vec<TaxLine>,
    /// What is to be paid with taxes.
    pub total: Money,
    /// What became of it.
    pub payment: PaymentState,
    /// What the host calls the payment.
    pub reference: Option<String>,
}

/// A name and an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The address, in lines.
    pub address: String,
}

/// A tax on an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    /// The tax.
    pub tax: TaxRate,
    /// What it comes to.
    pub amount: Money,
}

/// What the host said about an invoice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaymentState {
    /// Nothing.
    #[default]
    Open,
    /// It was paid.
    Paid,
    /// Paying it failed.
    Failed,
}

/// What stands on an invoice besides its lines.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// Who sells.
    pub seller: Party,
    /// Who pays.
    pub payer: Party,
    /// The taxes that it shows.
    pub taxes: Vec<TaxRate>,
    /// Within how many days it is to be paid.
    pub payment_days: u32,
}

impl Invoice {
    /// Whether it is still to be paid although its time is over.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_payable() && self.payment != PaymentState::Paid && self.due_at <= now
    }

    /// Whether there is anything to pay.
    pub const fn is_payable(&self) -> bool {
        self.total.amount > 0
    }
}

/// What is left to pay of `lines`, and what is carried on, where `carried` (0 or negative) was
/// left over from before.
///
/// # Errors
///
/// When the sum overflows.
pub fn after_credit(lines: i64, carried: i64) -> Result<(i64, i64), MoneyError> {
    let sum = lines.checked_add(carried).ok_or(MoneyError::Overflow)?;
    Ok((sum.max(0), sum.min(0)))
}

impl LedgerTotals {
    /// Closes the next invoice that closes at `until` or earlier: none is left, or this is it.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn close_next(
        &mut self,
        payer: PayerId,
        head: &Letterhead,
        until: Timestamp,
    ) -> Result<Option<Invoice>, MoneyError> {
        let Some(open) = self.open.first().copied().filter(|open| open.closes_at <= until) else {
            return Ok(None);
        };
        let money = |amount| Money::new(amount, self.total.currency);
        let (due, carried) = after_credit(open.amount, self.carried)?;
        let used = due.checked_sub(open.amount.max(0)).ok_or(MoneyError::Overflow)?;
        let due = money(due);
        let (mut taxes, mut total) = (Vec::with_capacity(head.taxes.len()), due);
        for tax in &head.taxes {
            let amount = tax.on(due)?;
            total = total.plus(amount)?;
            taxes.push(TaxLine { tax: tax.clone(), amount });
        }
        let invoice = Invoice {
            number: self.invoices.saturating_add(1),
            payer,
            closed_at: open.closes_at,
            due_at: open.closes_at.plus(u64::from(head.payment_days) * DAY),
            seller: head.seller.clone(),
            payer_party: head.payer.clone(),
            first_line: open.first_line,
            last_line: open.last_line,
            lines: open.lines,
            subtotal: money(open.amount),
            credit_used: money(used).negated()?,
            due,
            credit_left: money(carried).negated()?,
            taxes,
            total,
            payment: PaymentState::Open,
            reference: None,
        };
        self.open.remove(0);
        (self.invoices, self.carried) = (invoice.number, carried);
        self.closed = self.closed.max(Some(open.closes_at));
        Ok(Some(invoice))
    }

    /// Notes that all invoices up to `until` are closed: what is booked late stands on a later
    /// one.
    pub fn close_until(&mut self, until: Timestamp) {
        self.closed = self.closed.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::billing::ledger::OpenInvoice;
    use crate::domain::catalog::BasisPoints;
    use crate::domain::money::Currency;
    use crate::domain::text::Name;

    fn head(taxes: &[u32]) -> Letterhead {
        let tax = |points: &u32| TaxRate {
            name: Name::parse("VAT").unwrap(),
            rate: BasisPoints::new(*points).unwrap(),
        };
        let taxes = taxes.iter().map(tax).collect();
        let party = Party::default();
        Letterhead { seller: party.clone(), payer: party, taxes, payment_days: 14 }
    }

    fn day(number: u64) -> Timestamp {
        Timestamp::EPOCH.plus(number * DAY)
    }

    fn totals(amounts: &[(u64, i64)]) -> LedgerTotals {
        let open = |(closes, amount): &(u64, i64)| OpenInvoice {
            closes_at: day(*closes),
            first_line: 1,
            last_line: 3,
            lines: 2,
            amount: *amount,
        };
        let open = amounts.iter().map(open).collect();
        LedgerTotals { open, ..LedgerTotals::empty(Currency::USD) }
    }

    #[test]
    fn credit_is_carried_and_never_paid_out() {
        let mut totals = totals(&[(31, -500), (59, 300), (90, 1_000), (120, 100)]);
        let mut found = Vec::new();
        while let Some(invoice) = totals.close_next(PayerId::Agency, &head(&[]), day(100)).unwrap()
        {
            let Invoice { number, subtotal, credit_used, due, credit_left, .. } = invoice;
            found.push((number, [subtotal, credit_used, due, credit_left].map(|m| m.amount)));
        }
        assert_eq!(
            found,
            [(1, [-500, 0, 0, 500]), (2, [300, 300, 0, 200]), (3, [1_000, 200, 800, 0]),]
        );
        assert_eq!((totals.invoices, totals.carried, totals.closed), (3, 0, Some(day(90))));
        assert_eq!(totals.open.len(), 1, "the fourth isn't due");
    }

    #[test]
    fn taxes_are_on_what_is_due_and_each_is_rounded_by_itself() {
        for (amount, taxes, total) in [
            (4_900, vec![1_900], 4_900 + 931),
            (4_955, vec![825, 125], 4_955 + 409 + 62),
            (-100, vec![1_900], 0),
        ] {
            let closed =
                totals(&[(31, amount)]).close_next(PayerId::Agency, &head(&taxes), day(31));
            let invoice = closed.unwrap().unwrap();
            assert_eq!(invoice.total.amount, total, "{amount}");
            assert_eq!(invoice.is_payable(), total > 0);
        }
    }

    #[test]
    fn what_is_paid_or_nothing_is_never_overdue() {
        let closed = totals(&[(31, 4_900)]).close_next(PayerId::Agency, &head(&[]), day(31));
        let invoice = closed.unwrap().unwrap();
        for (payment, now, overdue) in [
            (PaymentState::Open, day(45).minus(1).unwrap(), false),
            (PaymentState::Open, day(45), true),
            (PaymentState::Failed, day(45), true),
            (PaymentState::Paid, day(45), false),
        ] {
            let invoice = Invoice { payment, ..invoice.clone() };
            assert_eq!(invoice.is_overdue(now), overdue, "{payment:?} at {now:?}");
        }
        let nothing = Invoice {
            due: Money::zero(Currency::USD),
            total: Money::zero(Currency::USD),
            ..invoice
        };
        assert!(!nothing.is_overdue(day(99)));
    }
}
