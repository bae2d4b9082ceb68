//! What a trial left is deleted, where the platform's policy says so and nobody activated it: by a job, and
//! in rehearsals of a later time.

use std::collections::BTreeSet;

use super::by_itself::end_trial;
use super::change::change;
use super::disable::{archive_brands, deletion};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::rehearsal::at_time;
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

/// Carries out in a rehearsal what becomes of trials from `now` until a later time, if nothing is done
/// before, each at its own time: they end, and what they left is deleted. What is late is done now.
pub fn rehearse_trials(
    copy: &Ports,
    agency: &AgencyId,
    now: Timestamp,
    by: Timestamp,
) -> Result<(), Error> {
    let due = |standing| due_at(standing).map(|at| at.max(now)).filter(|at| *at <= by);
    let mut queue = BTreeSet::new();
    view::each(copy, &keys::accounts(agency), |row| {
        if let Some(account) = record::decode_whole::<Account>(&row)?
            && let Some(at) = due(account.standing)
        {
            queue.insert((at, account.id));
        }
        Ok(())
    })?;
    let tenant = Tenant::Existing(agency.clone());
    let keys = [keys::agency_totals(agency).into_text(), keys::catalog().into_text()];
    while let Some((at, id)) = queue.pop_first() {
        let key = keys::account(agency, &id);
        let standing = transact(&at_time(copy, at), &tenant, Actor::System, &keys, |tx| {
            let account = tx.expect(&key)?;
            go_on(tx, account)?;
            Ok(tx.expect(&key)?.standing)
        })?;
        if let Some(next) = due(standing) {
            queue.insert((next, id));
        }
    }
    Ok(())
}

/// When an account's trial ends, or when it is deleted after one; none: neither happens by itself.
fn due_at(standing: Standing) -> Option<Timestamp> {
    match standing {
        Standing::Trial(trial) => Some(trial.ends_at),
        Standing::Disabled { deletes_at, .. } => deletes_at,
        Standing::Setup | Standing::Active | Standing::Deleted { .. } => None,
    }
}

/// Does what is due by [`due_at`].
fn go_on(tx: &mut Tx<'_>, account: Account) -> Result<(), Error> {
    match account.standing {
        Standing::Trial(_) => end_trial(tx, &account.id),
        Standing::Disabled { .. } => delete(tx, account),
        Standing::Setup | Standing::Active | Standing::Deleted { .. } => Ok(()),
    }
}

fn delete(tx: &mut Tx<'_>, account: Account) -> Result<(), Error> {
    let (id, name) = (account.id.clone(), functions::ACCOUNTS_DELETE.own_name());
    let deleted = change(tx, account, name, &deletion(id.as_str()))?;
    archive_brands(tx, &deleted.after)
}
