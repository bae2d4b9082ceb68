//! What is owed, to the cent, and why.
//!
//! The rules in words are in `docs/billing.md`.
//!
//! | to find the rule about | open |
//! | --- | --- |
//! | when a brand is charged | [`white_label`] |
//! | what an account's plan and add-ons come to | [`account`] |
//! | what a start, a renewal and a stop come to | [`charge`] |
//! | what an agency is charged by: prices, tiers, discounts, a trial | [`terms`], [`agency_terms`] |
//! | what the platform changes for one agency, and what goes for it | [`terms_changes`] |
//! | what becomes of what is planned when something else happens | [`planned`] |
//! | what all that renews at one moment comes to together | [`opening`], `renewing.rs` |
//! | who pays, and for what | [`item`] |
//! | how lines are numbered and added up, and which share a log entry | [`ledger`] |
//! | which lines stand on which invoice, and what is to be paid | [`invoice`] |
//! | what becomes of what is planned when something else happens | [`planned`] |
//! | what a quote promises | [`quote`] |
//! | what an invoice looks like: text, HTML, JSON | [`document`] |
//! | how the ledger is exported for other programs | [`export`] |
//! | amounts, items and shares in words | [`words`] |
//! | what a period is | [`period`](super::period) |
//! | how a share of an amount is rounded | [`Money::share`](super::money::Money::share) |

pub mod account;
pub mod agency_terms;
pub mod charge;
pub mod document;
pub mod export;
pub mod invoice;
pub mod item;
pub mod ledger;
pub mod opening;
pub mod planned;
pub mod posting;
pub mod quote;
pub mod rates;
mod renewing;
pub mod terms;
pub mod terms_changes;
pub mod white_label;
pub mod words;

use thiserror::Error;

pub use account::{AccountBilling, AccountBillingError};
pub use agency_terms::AgencyTerms;
pub use invoice::Invoice;
pub use item::{BillingItem, PayerId};
pub use ledger::{LedgerTotals, Line};
pub use opening::Opening;
pub use posting::{LineKind, Posting, Reason, Working};
pub use quote::Quote;
pub use rates::Rates;
pub use terms::{BrandRates, Terms};
pub use white_label::WhiteLabel;

use super::money::MoneyError;
use super::time::Timestamp;
use white_label::RENEWALS_MAX;

/// Why something can't be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BillingError {
    /// An amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// More renewals are due at once than a clock that is right could have left.
    #[error("more than {max} billing periods are due at once: is the host's clock right?", max = RENEWALS_MAX)]
    TooFarBehind,
    /// Prices at this time depend on all that renews then, and nobody looked.
    #[error("nobody looked at all that renews at {} ms", .0.millis())]
    NotOpened(Timestamp),
}
