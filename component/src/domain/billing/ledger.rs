//! The ledger: what was booked, numbered, and never edited.

use serde::{Deserialize, Serialize};

use super::item::{BillingItem, PayerId};
use super::posting::{LineKind, Posting, Reason, Working};
use crate::domain::money::{Currency, Money, MoneyError};
use crate::domain::period::{Months, Period};
use crate::domain::ranges;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// A line of a payer's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Numbered from 1 without gaps, for each payer.
    #[serde(deserialize_with = "ranges::read_number")]
    pub number: u64,
    /// The time that it counts from.
    pub at: Timestamp,
    /// Whose ledger it is in.
    pub payer: PayerId,
    /// What it is about.
    pub item: BillingItem,
    /// What it does; none in lines of releases that knew charges and credits only.
    #[serde(default, rename = "kind", skip_serializing_if = "Option::is_none")]
    pub booked_as: Option<LineKind>,
    /// Positive for a charge, negative for a credit.
    pub amount: Money,
    /// What it pays for, or gives back.
    pub covers: Period,
    /// Why.
    pub reason: Reason,
    /// The discount that it is, or what the platform wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Name>,
    /// How the amount was worked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working: Option<Working>,
    /// When the invoice closes on which it stands; none in lines of releases without invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoiced_at: Option<Timestamp>,
    /// The log entry that was written with it.
    pub log_entry: u64,
}

impl Line {
    /// What it does.
    pub const fn kind(&self) -> LineKind {
        match self.booked_as {
            Some(kind) => kind,
            None if self.amount.amount < 0 => LineKind::Credit,
            None => LineKind::Charge,
        }
    }
}

/// What a payer's ledger comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerTotals {
    /// How many lines it has.
    #[serde(deserialize_with = "ranges::read_number")]
    pub lines: u64,
    /// The sum of their amounts.
    pub total: Money,
    /// From when the payer's months count; none: from the agency's creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Timestamp>,
    /// Until when invoices are closed; none: none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// How many invoices there are.
    #[serde(default)]
    pub invoices: u64,
    /// What invoices left over for later ones: 0 or negative.
    #[serde(default)]
    pub carried: i64,
    /// What stands on invoices that aren't closed, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenInvoice>,
}

/// Lines that stand on an invoice that isn't closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInvoice {
    /// When it closes.
    pub closes_at: Timestamp,
    /// The number of its first line.
    pub first_line: u64,
    /// The number of its last line. Not all between the two are its own.
    pub last_line: u64,
    /// How many lines it has.
    pub lines: u64,
    /// What they come to.
    pub amount: i64,
}

impl LedgerTotals {
    /// Those of a payer who was never charged.
    pub const fn empty(currency: Currency) -> LedgerTotals {
        LedgerTotals {
            lines: 0,
            total: Money::zero(currency),
            anchor: None,
            closed: None,
            invoices: 0,
            carried: 0,
            open: Vec::new(),
        }
    }

    /// The payer's months, where the agency was created at `created`.
    pub fn months(&self, created: Timestamp) -> Months {
        Months::new(self.anchor.unwrap_or(created))
    }

    /// Counts a posting in at `now`: it becomes the next line of the payer's ledger.
    ///
    /// # Errors
    ///
    /// When the total overflows.
    pub fn book(
        &mut self,
        months: Months,
        (payer, item): (PayerId, BillingItem),
        posting: Posting,
        (now, log_entry): (Timestamp, u64),
    ) -> Result<Line, MoneyError> {
        let Posting { at, kind, amount, covers, reason, note, working } = posting;
        self.total = self.total.plus(amount)?;
        let number = self.lines.saturating_add(1);
        // What is booked by hand corrects an earlier time, but stands where punctual jobs would
        // have left room for it: not on an invoice that they are late with.
        let counts_from = if reason == Reason::Adjusted { now } else { at };
        // Nor is a credit charged in advance: that of a payer who is relieved as it begins to pay.
        let in_advance = kind != LineKind::Credit && self.is_in_advance(counts_from, reason);
        let invoiced_at = self.invoice_at(months, counts_from, in_advance);
        self.put_on_invoice(invoiced_at, number, amount)?;
        self.lines = number;
        let (booked_as, invoiced_at) = (Some(kind), Some(invoiced_at));
        Ok(Line {
            number,
            at,
            payer,
            item,
            booked_as,
            amount,
            covers,
            reason,
            note,
            working,
            invoiced_at,
            log_entry,
        })
    }

    /// When the invoice closes on which something stands that was posted for this reason: at the
    /// next start of a month; at this one, if a period begins, which is charged in advance.
    /// But never on one that is closed.
    pub fn invoice_of(&self, months: Months, at: Timestamp, reason: Reason) -> Timestamp {
        self.invoice_at(months, at, self.is_in_advance(at, reason))
    }

    fn is_in_advance(&self, at: Timestamp, reason: Reason) -> bool {
        match reason {
            Reason::Renewed => true,
            // An account's first month, which it chose.
            Reason::Started | Reason::Switched => self.anchor == Some(at),
            Reason::Stopped | Reason::Expired | Reason::Changed | Reason::Adjusted => false,
        }
    }

    fn invoice_at(&self, months: Months, at: Timestamp, in_advance: bool) -> Timestamp {
        let closes_at = if in_advance && months.begins_at(at) { at } else { months.next(at) };
        match self.closed {
            Some(closed) if closes_at <= closed => months.next(closed),
            Some(_) | None => closes_at,
        }
    }

    fn put_on_invoice(
        &mut self,
        closes_at: Timestamp,
        number: u64,
        amount: Money,
    ) -> Result<(), MoneyError> {
        let place = self.open.partition_point(|open| open.closes_at < closes_at);
        match self.open.get_mut(place).filter(|open| open.closes_at == closes_at) {
            Some(open) => {
                open.last_line = number;
                open.lines = open.lines.saturating_add(1);
                open.amount = open.amount.checked_add(amount.amount).ok_or(MoneyError::Overflow)?;
            }
            None => {
                let (first_line, last_line, amount) = (number, number, amount.amount);
                let open = OpenInvoice { closes_at, first_line, last_line, lines: 1, amount };
                self.open.insert(place, open);
            }
        }
        Ok(())
    }
}

/// The postings that share a log entry: renewals that follow one another, a charge and what is
/// taken off it, and any other alone.
pub fn entries(postings: &[Posting]) -> impl Iterator<Item = &[Posting]> {
    let renewed = |posting: &Posting| posting.reason == Reason::Renewed;
    postings.chunk_by(move |a, b| (renewed(a) && renewed(b)) || b.kind == LineKind::Discount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::BrandId;
    use crate::domain::time::DAY;

    fn posting(reason: Reason, amount: i64) -> Posting {
        let at = Timestamp::EPOCH;
        let amount = Money::new(amount, Currency::USD);
        let kind = if amount.amount < 0 { LineKind::Credit } else { LineKind::Charge };
        let covers = Period { start: at, end: at.plus(1) };
        Posting { at, kind, amount, covers, reason, note: None, working: None }
    }

    const fn months() -> Months {
        Months::new(Timestamp::EPOCH)
    }

    fn day(number: u64) -> Timestamp {
        Timestamp::EPOCH.plus(number * DAY)
    }

    /// January 1970 ends with day 31, February with day 59.
    #[test]
    fn a_line_stands_on_the_next_invoice_that_isnt_closed() {
        use Reason::{Renewed, Started, Stopped, Switched};
        let agency = LedgerTotals::empty(Currency::USD);
        let account = LedgerTotals { anchor: Some(day(0)), ..agency.clone() };
        let closed = LedgerTotals { closed: Some(day(31)), ..agency.clone() };
        for (totals, at, reason, expected) in [
            (&agency, day(0), Started, day(31)),
            (&agency, day(30), Stopped, day(31)),
            (&agency, day(31), Renewed, day(31)),
            // Whatever else happens as a month begins belongs to that month.
            (&agency, day(31), Started, day(59)),
            (&agency, day(31), Stopped, day(59)),
            // The end of a trial is no start of a month.
            (&agency, day(40), Renewed, day(59)),
            (&account, day(0), Started, day(0)),
            (&account, day(0), Switched, day(0)),
            (&account, day(31), Started, day(59)),
            (&closed, day(30), Stopped, day(59)),
            (&closed, day(31), Renewed, day(59)),
            (&closed, day(59), Renewed, day(59)),
            (&closed, day(59), Started, day(90)),
        ] {
            let found = totals.invoice_of(months(), at, reason);
            assert_eq!(found, expected, "{at:?} {reason:?}, closed {:?}", totals.closed);
        }
    }

    #[test]
    fn what_is_given_back_as_an_account_begins_to_pay_stands_on_the_next_invoice() {
        let item = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let account = LedgerTotals { anchor: Some(day(0)), ..LedgerTotals::empty(Currency::USD) };
        for (amount, reason, at, expected) in [
            (1, Reason::Started, day(0), day(0)),
            (1, Reason::Switched, day(0), day(0)),
            (-1, Reason::Switched, day(0), day(31)),
            (1, Reason::Changed, day(0), day(31)),
            (-1, Reason::Changed, day(0), day(31)),
            (1, Reason::Renewed, day(31), day(31)),
            (-1, Reason::Switched, day(31), day(59)),
            (1, Reason::Switched, day(31), day(59)),
        ] {
            let posting = Posting { at, ..posting(reason, amount) };
            let of = (PayerId::Agency, item.clone());
            let line = account.clone().book(months(), of, posting, (day(40), 7)).unwrap();
            assert_eq!(line.invoiced_at, Some(expected), "{amount} {reason:?} at {at:?}");
        }
    }

    #[test]
    fn lines_are_numbered_and_added_up() {
        let item = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let mut totals = LedgerTotals::empty(Currency::USD);
        for (number, amount, total) in [(1, 4_900, 4_900), (2, -1_633, 3_267), (3, 0, 3_267)] {
            let posting = posting(Reason::Started, amount);
            let of = (PayerId::Agency, item.clone());
            let line = totals.book(months(), of, posting, (day(0), 7)).unwrap();
            assert_eq!((line.number, line.amount.amount, line.log_entry), (number, amount, 7));
            assert_eq!((totals.lines, totals.total.amount), (number, total));
        }
        let of = (PayerId::Agency, item);
        let too_much = totals.book(months(), of, posting(Reason::Started, i64::MAX), (day(0), 7));
        assert_eq!(too_much, Err(MoneyError::Overflow));
    }

    #[test]
    fn what_is_booked_by_hand_stands_on_the_next_invoice_to_close() {
        let item = BillingItem::WhiteLabel(BrandId::parse("nike").unwrap());
        let agency = LedgerTotals::empty(Currency::USD);
        let ahead = LedgerTotals { closed: Some(day(59)), ..agency.clone() };
        for (totals, reason, now, expected) in [
            (&agency, Reason::Adjusted, day(0), day(31)),
            (&agency, Reason::Adjusted, day(30), day(31)),
            // The jobs are late: nobody has closed the invoice of day 31.
            (&agency, Reason::Adjusted, day(31), day(59)),
            (&agency, Reason::Adjusted, day(40), day(59)),
            // The clock was set back.
            (&ahead, Reason::Adjusted, day(40), day(90)),
            // What was due then is theirs, however late.
            (&agency, Reason::Expired, day(40), day(31)),
        ] {
            let of = (PayerId::Agency, item.clone());
            let line = totals.clone().book(months(), of, posting(reason, -1), (now, 7)).unwrap();
            assert_eq!(line.invoiced_at, Some(expected), "{reason:?} at {now:?}");
        }
    }

    #[test]
    fn only_renewals_share_a_log_entry() {
        use Reason::{Expired as E, Renewed as R, Started as S, Stopped as X};
        for (reasons, sizes) in [
            (vec![], vec![]),
            (vec![S], vec![1]),
            (vec![R, R, R, X], vec![3, 1]),
            (vec![R, E, S], vec![1, 1, 1]),
            (vec![S, X, S, X], vec![1, 1, 1, 1]),
        ] {
            let postings: Vec<_> = reasons.iter().map(|reason| posting(*reason, 1)).collect();
            let found: Vec<usize> = entries(&postings).map(<[Posting]>::len).collect();
            assert_eq!(found, sizes, "{reasons:?}");
        }
    }
}
