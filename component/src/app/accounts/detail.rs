//! `accounts.detail`

use super::people::{People, people_of};
use super::show::{Shown, show};
use super::unknown;
use super::usage::{AccountUsage, Found, RunningOut};
use crate::app::caller::Call;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::app::resources::users_of;
use crate::domain::time::Timestamp;

/// An account with what a page about it shows besides.
pub struct AccountDetail {
    /// The account.
    pub account: Shown,
    /// What it uses.
    pub usage: AccountUsage,
    /// What will run out.
    pub running_out: Vec<RunningOut>,
    /// Its people.
    pub people: People,
    /// The time that everything was derived for.
    pub as_of: Timestamp,
}

/// An account with all that a page about it shows. Its users are gone through once for all of it.
pub fn detail(ports: &Ports, call: &Call, id: &str) -> Result<AccountDetail, Error> {
    let mut found = Found::read(ports, call, functions::ACCOUNTS_DETAIL, id)?;
    let users = users_of(&found.view, &found.account.id)?;
    let (usage, running_out) = (found.in_use(&users), found.running_out(&users));
    let as_of = found.view.now();
    let account = found.account.clone();
    let account = show(&mut found.view, vec![account])?.pop().ok_or_else(|| unknown(id))?;
    let people = people_of(&found.view, &account.account, &account.brands, users)?;
    Ok(AccountDetail { account, usage, running_out, people, as_of })
}
