//! `accounts`: client companies that the agency runs, and what each has.
//!
//! | to find | open |
//! | --- | --- |
//! | how a command changes what an account has | `change.rs` |
//! | what happens to an account by itself | `by_itself.rs`; that it is deleted, `delete_expired.rs` |
//! | how a new account comes to be | `create.rs` reads it, `begin.rs` makes it |
//! | what an account looks like from outside | `show.rs` |
//! | who belongs to an account | `people.rs` |
//! | filters, orders and pages of the list | `listing/` |
//! | a function of the contract | the file of its verb |

mod activate;
mod begin;
mod by_itself;
mod change;
mod choose_plan;
mod counts;
mod create;
mod delete_expired;
mod delete_many;
mod detail;
mod disable;
mod get;
pub mod listing;
mod move_brand;
mod people;
mod plan;
mod pool;
mod reserve;
mod reset_password;
mod resources;
mod set_billing_owner;
mod set_owner;
mod show;
mod templates;
mod trial;
mod update;
mod usage;

pub use activate::activate;
pub use by_itself::{end_trial, remind, trial_dues};
pub use choose_plan::{PlanOffer, choose, plans, rehearse_choice};
pub use counts::{AccountCounts, counts};
pub use create::{NewAccount, Start, create};
pub use delete_expired::{delete_expired, rehearse_trials};
pub use delete_many::{Deletion, delete_many};
pub use detail::{AccountDetail, detail};
pub use disable::{delete, disable, resume};
pub use get::get;
pub use move_brand::move_brand;
pub use people::{People, Person, everybody, persons};
pub use plan::{add_add_on, change_plan, remove_add_on};
pub use pool::{PoolShares, Share, pool};
pub use reserve::{ResourceUse, release, reserve};
pub use reset_password::reset_password;
pub use resources::{set_features, set_resources};
pub use set_billing_owner::set_billing_owner;
pub use set_owner::set_owner;
pub use show::{Purchase, Shown};
pub use templates::{RawTemplate, remove_template, set_template, templates};
pub use trial::{extend_trial, start_trial};
pub use update::{AccountChanges, PriceChange, update};
pub use usage::{AccountUsage, RunningOut, allows, forecast, has_feature, usage};

use super::error::Error;
use super::fields::Fields;
use super::tx::Tx;
use crate::domain::id::{AccountId, AddOnId, PlanId};

/// The id in a command about one account. A malformed one is no account's.
fn parse_id(id: &str) -> Result<AccountId, Error> {
    AccountId::parse(id).map_err(|_| unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::not_found("account", id)
}

fn plan_id(fields: &mut Fields, field: &str, plan: &str) -> Option<PlanId> {
    fields.take(field, PlanId::parse(plan))
}

/// Refuses a plan that the catalog doesn't have now.
fn check_for_sale(tx: &mut Tx<'_>, field: &str, plan: &PlanId) -> Result<(), Error> {
    let now = tx.now();
    if tx.view().prices(now)?.at(now).catalog.plan(plan).is_some() {
        return Ok(());
    }
    let message = format!("there is no plan `{plan}` in the catalog");
    Err(Error::invalid(field, "unknown", message))
}

fn add_on_id(fields: &mut Fields, add_on: &str) -> Option<AddOnId> {
    fields.take("add-on", AddOnId::parse(add_on))
}
