//! What follows from accounts.

use super::Whole;
use super::walk::{Found, Walk};
use super::whole::{Flag, needs_flag};
use crate::app::accounts::trial_dues;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::tx::account_rows;
use crate::domain::account::{Account, Standing};
use crate::domain::billing::account::Payer;
use crate::domain::due::{Due, DueEntry};

/// Looks at accounts: their rows, and what falls due for them.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::accounts(of.id()), after, &mut |walk, row| one(walk, of, row))
}

fn one(walk: &mut Walk<'_>, of: &Whole, row: &Stored) -> Result<(), Error> {
    let agency = of.id();
    let name = format!("account `{}`", keys::accounts(agency).suffix(&row.key));
    let Some(account) = walk.whole::<Account>(row, &name)? else { return Ok(()) };
    if keys::account(agency, &account.id).text() != row.key {
        let message = format!("the row `{}` holds account `{}`", row.key, account.id);
        walk.contradicts(&row.key, &name, message);
        return Ok(());
    }
    walk.all_follow((&name, row), account_rows(agency, &account), of.latest)?;
    let is_there = !matches!(account.standing, Standing::Deleted { .. });
    if let Some(owner) = account.owner.filter(|_| is_there)
        && matches!(walk.find(&keys::client(agency, owner))?, Found::Nothing)
    {
        let message = format!("{name} is owned by client `{owner}`, who isn't there");
        walk.contradicts(&row.key, &name, message);
    }
    if account.owner.is_some() {
        needs_flag(walk, of, &name, Flag::Owners)?;
    }
    let entry = |at, due| DueEntry { at, agency: agency.clone(), due };
    for (at, due) in trial_dues(&account, of.latest) {
        walk.falls_due(&name, &entry(at, due))?;
    }
    let Some(at) = account.billing.due_at() else { return Ok(()) };
    let own = Due::AccountRenewals(account.id.clone());
    match account.billing.payer {
        Payer::Account { .. } => walk.falls_due_by(&name, &entry(at, own.clone()), &[own]),
        Payer::Agency { .. } => {
            walk.falls_due_by(&name, &entry(at, Due::Renewals), &[Due::Renewals, own])
        }
    }
}
