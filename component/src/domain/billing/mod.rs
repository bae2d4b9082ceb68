//! What is owed, to the cent, and why.
//!
//! | to find the rule about | open |
//! | --- | --- |
//! | when a brand is charged, and what a start, a renewal and a stop come to | [`white_label`] |
//! | how lines are numbered and added up | [`ledger`] |
//! | what a period is | [`period`](super::period) |
//! | how a share of an amount is rounded | [`Money::share`](super::money::Money::share) |

pub mod ledger;
pub mod white_label;

pub use ledger::{Line, Payer};
pub use white_label::{BillingError, Posting, Reason, Terms, WhiteLabel};
