//! What happens to an account by itself, its trial ends, and what its mails say.

use crate::app::clients::who_is;
use crate::app::error::Error;
use crate::app::impersonation::end_all;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::account::{Account, Standing};
use crate::domain::due::Due;
use crate::domain::id::{AccountId, MailId};
use crate::domain::log::Event;
use crate::domain::mail::{Content, Notice};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Writes a mail about an account: to its own address, or to the agency.
pub fn tell(
    tx: &mut Tx<'_>,
    account: &Account,
    notice: impl FnOnce(Name) -> Notice,
) -> Result<(), Error> {
    let to = account.email.clone().unwrap_or_else(|| tx.agency().notification_email.clone());
    tx.notify(to, notice(account.name.clone()))
}

/// Writes that an account's plan is to be chosen, if it is and the account is open: to its own
/// address, or else to its owner, or else to the agency.
pub fn tell_of_due_plan(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    let standing = account.standing.at(tx.now());
    if !account.is_plan_due() || !standing.lets_clients_in() {
        return Ok(());
    }
    let trial_ends_at = match standing {
        Standing::Trial(trial) => Some(trial.ends_at),
        Standing::Setup
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => None,
    };
    let owner = account.owner.map(|owner| who_is(tx, owner)).transpose()?.flatten();
    match owner.as_ref().and_then(|owner| Some((owner, owner.email.clone()?))) {
        Some((owner, to)) if account.email.is_none() => {
            let id = MailId::generate(tx.now(), tx.id_seed()?);
            let account = account.name.clone();
            tx.mail(id, to, owner.addressee(), Content::PlanDue { account, trial_ends_at })
        }
        Some(_) | None => {
            let has_owner = owner.is_some();
            tell(tx, account, |account| Notice::PlanDue { account, trial_ends_at, has_owner })
        }
    }
}

/// What falls due by an account's status, and when: a reminder only as long as it comes after `now`.
pub fn trial_dues(account: &Account, now: Timestamp) -> Vec<(Timestamp, Due)> {
    let id = || account.id.clone();
    match account.standing {
        Standing::Trial(trial) => {
            let reminder = trial.reminded_at().filter(|at| *at > now);
            let reminder = reminder.map(|at| (at, Due::TrialEnding(id())));
            reminder.into_iter().chain([(trial.ends_at, Due::TrialEnd(id()))]).collect()
        }
        Standing::Disabled { deletes_at: Some(at), .. } => vec![(at, Due::TrialDeletion(id()))],
        Standing::Setup
        | Standing::Active
        | Standing::Disabled { deletes_at: None, .. }
        | Standing::Deleted { .. } => Vec::new(),
    }
}

/// The job three days before the end of a trial: a mail, unless it got another end.
pub fn remind(tx: &mut Tx<'_>, id: &AccountId, at: Timestamp) -> Result<(), Error> {
    let account: Option<Account> = tx.read(&keys::account(&tx.agency().id.clone(), id))?;
    let Some(account) = account else { return Ok(()) };
    match account.standing {
        Standing::Trial(trial) if trial.reminded_at() == Some(at) && tx.now() < trial.ends_at => {
            let (ends_at, deletes_at) = (trial.ends_at, trial.deletes_at());
            tell(tx, &account, |account| Notice::TrialEnding { account, ends_at, deletes_at })
        }
        Standing::Setup
        | Standing::Trial(_)
        | Standing::Active
        | Standing::Disabled { .. }
        | Standing::Deleted { .. } => Ok(()),
    }
}

/// Writes down that an account's trial is over, if it is. Gives the account as it is now, and whether a
/// mail is to say so ([`tell_end`]).
pub fn settle_trial(tx: &mut Tx<'_>, account: Account) -> Result<(Account, bool), Error> {
    let standing = account.standing.noted_at(tx.now());
    if standing == account.standing {
        return Ok((account, false));
    }
    let was_on_trial = matches!(account.standing, Standing::Trial(_));
    let account = Account { standing, ..account };
    if let (Standing::Disabled { reason, .. }, true) = (standing, was_on_trial) {
        let event = Event::AccountDisabled { account: account.id.clone(), reason };
        tx.log_by_itself(event, Vec::new())?;
        for (at, due) in trial_dues(&account, tx.now()) {
            tx.schedule(at, due)?;
        }
    }
    tx.save_account(&account)?;
    end_all(tx, &account)?;
    Ok((account, was_on_trial))
}

/// Mails that an account's trial is over, as long as the account is disabled for that: what a command
/// does with it in the same moment may have made that untrue.
pub fn tell_end(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    match account.standing {
        Standing::Disabled { deletes_at, .. } => {
            tell(tx, account, |account| Notice::TrialEnded { account, deletes_at })
        }
        Standing::Setup | Standing::Trial(_) | Standing::Active | Standing::Deleted { .. } => {
            Ok(())
        }
    }
}

/// The job at the end of a trial.
pub fn end_trial(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), Error> {
    let account: Option<Account> = tx.read(&keys::account(&tx.agency().id.clone(), id))?;
    let Some(account) = account else { return Ok(()) };
    let (account, ended) = settle_trial(tx, account)?;
    if ended { tell_end(tx, &account) } else { Ok(()) }
}
