//! What comes out: ledger lines, invoices, items.

use crate::billing_reference::history::{Amount, Moment, Payer, Time};

/// What is paid for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// White-label of a brand.
    WhiteLabel(String),
    /// The plan of an account.
    Plan(String),
    /// An account's add-on: the account, the add-on.
    AddOn(String, String),
    /// Booked by hand, by its note.
    Adjustment(String),
}

impl Item {
    /// Sorts items: white-label by brand, then account by account the plan and its add-ons, then
    /// adjustments. All ids byte by byte.
    pub fn order(&self) -> (u8, &str, u8, &str) {
        match self {
            Self::WhiteLabel(brand) => (0, brand, 0, ""),
            Self::Plan(account) => (1, account, 0, ""),
            Self::AddOn(account, add_on) => (1, account, 1, add_on),
            Self::Adjustment(note) => (2, note, 0, ""),
        }
    }
}

/// What a line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It isn't owed any more.
    Credit,
    /// It is owed.
    Charge,
    /// It is taken off a charge.
    Discount,
    /// It was booked by hand.
    Adjustment,
}

/// Why a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It began.
    Started,
    /// A new period began, or the agency's trial ended.
    Renewed,
    /// Somebody ended it.
    Stopped,
    /// It ended by itself.
    Expired,
    /// One plan gave way to another.
    Changed,
    /// Another payer took over.
    Switched,
    /// It was booked by hand.
    Adjusted,
}

/// `base` × `numerator` ÷ `denominator` is the amount, but for its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Working {
    /// The price, what was debited, or what a percentage is taken of.
    pub base: Amount,
    /// The part.
    pub numerator: i64,
    /// Of so many.
    pub denominator: i64,
    /// The number of the catalog's version.
    pub catalog: usize,
}

impl Working {
    /// Whether another working says the same: a whole period may be 1 of 1, or all its
    /// milliseconds of as many.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let across = |a: i64, b: i64| i128::from(a) * i128::from(b);
        self.base == other.base
            && self.catalog == other.catalog
            && across(self.numerator, other.denominator)
                == across(other.numerator, self.denominator)
    }
}

/// A line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The time that it counts from.
    pub at: Time,
    /// The moment at which a punctual job or a command books it.
    pub booked: Moment,
    /// In whose ledger.
    pub payer: Payer,
    /// What for.
    pub item: Item,
    /// What it does.
    pub kind: Kind,
    /// Positive for a charge, negative for a credit and a discount.
    pub amount: Amount,
    /// What it pays for begins here.
    pub covers_from: Time,
    /// And ends here.
    pub covers_to: Time,
    /// Why.
    pub reason: Reason,
    /// The discount's name or the adjustment's note.
    pub note: Option<String>,
    /// How it was worked out; none for adjustments and shares of an amount off.
    pub working: Option<Working>,
    /// When the invoice closes on which it stands.
    pub invoiced_at: Time,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Counted from 1 for each payer.
    pub number: u64,
    /// When it closed.
    pub closed_at: Time,
    /// When the last day of payment is over.
    pub due_at: Time,
    /// How many lines it has.
    pub lines: u64,
    /// What they come to.
    pub subtotal: Amount,
    /// Credit from before that was taken off.
    pub credit_used: Amount,
    /// What is to be paid before taxes.
    pub due: Amount,
    /// Credit that is left.
    pub credit_left: Amount,
    /// One amount for each rate.
    pub taxes: Vec<Amount>,
    /// What is to be paid.
    pub total: Amount,
}

/// Something that is charged for period after period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// What.
    pub item: Item,
    /// By whom.
    pub payer: Payer,
    /// What a period of it costs by today's prices.
    pub price: Amount,
    /// Since when it is charged without a break.
    pub since: Time,
}

/// What one invoice of the forecast comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForecastMonth {
    /// When it closes.
    pub closes_at: Time,
    /// What its lines come to.
    pub subtotal: Amount,
    /// What is left to pay after carried credit.
    pub due: Amount,
}
