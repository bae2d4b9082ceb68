//! An amount to book, and how it was worked out.

use serde::{Deserialize, Serialize};

use crate::domain::money::{Money, MoneyError};
use crate::domain::period::Period;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// What a line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// It is owed.
    Charge,
    /// It isn't owed any more.
    Credit,
    /// It is taken off a charge.
    Discount,
    /// The platform booked it by hand.
    Adjustment,
}

/// Why something was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It began.
    Started,
    /// A new period began.
    Renewed,
    /// Somebody ended it.
    Stopped,
    /// It ended by itself: an open invite expired, or its time was over.
    Expired,
    /// It gave way to another plan, or came in place of one.
    Changed,
    /// Another payer took over.
    Switched,
    /// The platform booked it by hand.
    Adjusted,
}

impl Reason {
    /// Whether nobody did it: its time had come.
    pub const fn is_by_itself(self) -> bool {
        match self {
            Reason::Renewed | Reason::Expired => true,
            Reason::Started
            | Reason::Stopped
            | Reason::Changed
            | Reason::Switched
            | Reason::Adjusted => false,
        }
    }
}

/// How an amount was worked out: `base` × `numerator` ÷ `denominator`, rounded half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Working {
    /// The price, or what was debited.
    pub base: Money,
    /// The part of it.
    pub numerator: u64,
    /// Of so many.
    pub denominator: u64,
    /// The version of the catalog that counted.
    pub catalog: u32,
}

impl Working {
    /// What it comes to.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill.
    pub fn amount(&self) -> Result<Money, MoneyError> {
        self.base.share(self.numerator, self.denominator)
    }
}

/// An amount to book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The time that it counts from.
    pub at: Timestamp,
    /// What it does.
    pub kind: LineKind,
    /// Positive for a charge, negative for a credit.
    pub amount: Money,
    /// What it pays for, or gives back.
    pub covers: Period,
    /// Why.
    pub reason: Reason,
    /// The discount that it is, or what the platform wrote.
    pub note: Option<Name>,
    /// How it was worked out; none where it wasn't a share of anything.
    pub working: Option<Working>,
}
