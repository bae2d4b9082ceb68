//! What is owed, to the cent, and why.
//!
//! | to find the rule about | open |
//! | --- | --- |
//! | when a brand is charged, and what a start, a renewal and a stop come to | [`white_label`] |
//! | who pays, and for what | [`item`] |
//! | how lines are numbered and added up, and which share a log entry | [`ledger`] |
//! | what a period is | [`period`](super::period) |
//! | how a share of an amount is rounded | [`Money::share`](super::money::Money::share) |

pub mod item;
pub mod ledger;
pub mod white_label;

pub use item::{BillingItem, PayerId};
pub use ledger::{LedgerTotals, Line};
pub use white_label::{BillingError, Posting, Reason, Terms, WhiteLabel};
