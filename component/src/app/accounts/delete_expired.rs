//! What a trial left is deleted, where the platform's policy says so and nobody activated it.

use super::change::change;
use super::disable::{archive_brands, deletion};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::{Account, Standing};
use crate::domain::actor::Actor;
use crate::domain::id::{AccountId, AgencyId};
use crate::domain::time::Timestamp;

/// The job at the time that the mail about the trial's end named.
pub fn delete_expired(tx: &mut Tx<'_>, id: &AccountId, at: Timestamp) -> Result<(), Error> {
    let account: Option<Account> = tx.read(&keys::account(&tx.agency().id.clone(), id))?;
    let Some(account) = account else { return Ok(()) };
    match account.standing {
        Standing::Disabled { deletes_at, .. } if deletes_at == Some(at) => delete(tx, account),
        Standing::Setup
        | Standing::Trial(_)
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => Ok(()),
    }
}

/// Deletes in a rehearsal of a later time what will be deleted by then, if nothing is done before.
pub fn rehearse_deletions(ports: &Ports, agency: &AgencyId, by: Timestamp) -> Result<(), Error> {
    let mut due = Vec::new();
    view::each(ports, &keys::accounts(agency), |row| {
        if let Some(account) = record::decode_whole::<Account>(&row)?
            && account.standing.deletes_at().is_some_and(|at| at <= by)
        {
            due.push(account.id);
        }
        Ok(())
    })?;
    let tenant = Tenant::Existing(agency.clone());
    let keys = [keys::agency_totals(agency).into_text(), keys::catalog().into_text()];
    for id in due {
        transact(ports, &tenant, Actor::System, &keys, |tx| {
            let account = tx.expect(&keys::account(agency, &id))?;
            delete(tx, account)
        })?;
    }
    Ok(())
}

fn delete(tx: &mut Tx<'_>, account: Account) -> Result<(), Error> {
    let (id, name) = (account.id.clone(), functions::ACCOUNTS_DELETE.own_name());
    let deleted = change(tx, account, name, &deletion(id.as_str()))?;
    archive_brands(tx, &deleted.after)
}
