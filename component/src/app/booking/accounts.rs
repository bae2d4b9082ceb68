//! Booking plans and add-ons of accounts: what commands and jobs both do.

use super::openings;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::{Behind, Tx};
use crate::domain::account::Account;
use crate::domain::billing::account::{Outcome, Payer};
use crate::domain::billing::white_label::RENEWALS_AT_ONCE;
use crate::domain::billing::{PayerId, Posting, Terms};
use crate::domain::due::Due;
use crate::domain::id::AccountId;
use crate::domain::log::{AccountStep, Event};
use crate::domain::time::Timestamp;

/// How many accounts are renewed in one commit: each has a plan and some add-ons.
pub const ACCOUNTS_AT_ONCE: u32 = 25;

/// What an account is charged by from its last debits on up to `now`, whoever pays.
pub fn account_terms(tx: &mut Tx<'_>, account: &Account, now: Timestamp) -> Result<Terms, Error> {
    let since = account.billing.priced_from(tx.agency().months(), now);
    let mut terms = super::terms(tx.view(), since)?;
    openings::load_account(tx, &mut terms, account, now)?;
    Ok(terms)
}

/// Lets a command go on that is about to change what an account has, unless it is further behind
/// than a commit books, or depends on what nobody has looked at: then that is done first, and the
/// command starts again.
pub fn keep_up(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    let now = tx.now();
    let terms = super::terms(tx.view(), now)?;
    let own = terms.account(&account.id);
    if account.billing.is_behind(&own, now) {
        return Err(tx.put_off(Behind::Account(account.id.clone())));
    }
    let mut times = account.billing.renewal_times(&own, now, RENEWALS_AT_ONCE);
    times.extend(openings::trial_ends(tx.agency(), now));
    let unopened = openings::missing(tx, openings::with_months(&terms, times, now))?;
    if unopened.is_empty() { Ok(()) } else { Err(tx.put_off(Behind::Openings(unopened))) }
}

/// Books what is due for an account by `now`, as much as one commit books. Gives the account, and
/// whether there is more.
pub fn settle(tx: &mut Tx<'_>, account: Account, now: Timestamp) -> Result<(Account, bool), Error> {
    let terms = account_terms(tx, &account, now)?;
    let own = terms.account(&account.id);
    let outcome = account.billing.clone().settle_some(&own, now, RENEWALS_AT_ONCE)?;
    let account = book(tx, account, outcome)?;
    let more = account.billing.is_due(now);
    Ok((account, more))
}

/// Books what is due for the account with this id. Gives whether there is more.
pub fn catch_up(tx: &mut Tx<'_>, id: &AccountId) -> Result<bool, Error> {
    let now = tx.now();
    let Some(account) = tx.read(&keys::account(&tx.agency().id.clone(), id))? else {
        return Ok(false);
    };
    openings::open_trial_ends(tx, now)?;
    Ok(settle(tx, account, now)?.1)
}

/// Books what an account came to, and writes it down. Gives the account afterwards.
pub fn book(tx: &mut Tx<'_>, account: Account, outcome: Outcome) -> Result<Account, Error> {
    let Outcome { account: billing, booked, planned } = outcome;
    let before = account.billing.clone();
    let account = Account { billing, ..account };
    if account.billing == before {
        return Ok(account);
    }
    if let Payer::Account { anchor } = account.billing.payer {
        tx.open_ledger(&PayerId::Account(account.id.clone()), anchor)?;
    }
    for (change, became) in planned {
        let event = Event::account_step(AccountStep::of(&account.id, change), became);
        if became.is_by_itself() {
            tx.log_by_itself(event, Vec::new())?;
        } else {
            tx.log(event)?;
        }
    }
    for alike in booked.chunk_by(|a, b| (&a.payer, &a.item) == (&b.payer, &b.item)) {
        let Some(first) = alike.first() else { continue };
        let postings: Vec<Posting> = alike.iter().map(|booked| booked.posting.clone()).collect();
        tx.book(&first.payer, &first.item, &postings)?;
    }
    schedule(tx, &account)?;
    tx.save_account(&account)?;
    Ok(account)
}

/// Makes the next thing of an account fall due: with the agency's own where the agency pays.
pub fn schedule(tx: &mut Tx<'_>, account: &Account) -> Result<(), Error> {
    due_of(account).map_or(Ok(()), |(at, due)| tx.schedule(at, due))
}

/// The next thing of an account that falls due, and when.
pub fn due_of(account: &Account) -> Option<(Timestamp, Due)> {
    let due = match account.billing.payer {
        Payer::Account { .. } => Due::AccountRenewals(account.id.clone()),
        Payer::Agency { .. } => Due::Renewals,
    };
    Some((account.billing.due_at()?, due))
}
