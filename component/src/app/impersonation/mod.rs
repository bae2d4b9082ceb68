//! `impersonation`: operators who sign in on an account's behalf.
//!
//! What a call with the token may do isn't said here but in [`acting`](super::acting).
//!
//! | to find | open |
//! | --- | --- |
//! | how one ends without being stopped | `end.rs` |
//! | the account's own say | `policy.rs` |
//! | what the account is told at the end | `report.rs` |
//! | a function of the contract | the file of its verb; `left` in `stop.rs` |

mod current;
mod end;
mod list;
mod policy;
mod report;
mod start;
mod stop;

pub use current::current;
pub use end::{end_all, end_due};
pub use list::{PastImpersonation, SignInsView, list, past};
pub use policy::set_sign_ins;
pub use report::report_due;
pub use start::{NewImpersonation, Started, start};
pub use stop::{left, stop};

use super::acting::Running;
use super::error::Error;
use crate::domain::id::AccountId;

/// The id of an account, as an argument names it. A malformed one is no account's.
fn parse_account(id: &str) -> Result<AccountId, Error> {
    AccountId::parse(id).map_err(|_| unknown_account(id))
}

fn unknown_account(id: &str) -> Error {
    Error::not_found("account", id)
}

/// Another sign-in of the operator runs, and there is one at a time.
fn runs_already(running: &Running, event: &'static str) -> Error {
    let Running { id, account_name, impersonation } = running;
    let message = format!(
        "you are signed in on behalf of `{account_name}` (account `{}`, sign-in `{id}`) until {}: \
         stop it first",
        impersonation.account, impersonation.ends_at
    );
    Error::Conflict { state: "acting", event, message }
}
