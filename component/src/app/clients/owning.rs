//! What a client is to accounts: the owner of some, as long as it has access, or the offer of it.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::{Behind, Tx};
use crate::domain::account::Account;
use crate::domain::client::{Client, Phase};
use crate::domain::id::{AccountId, ClientId};
use crate::domain::log::Event;

/// Of how many accounts a command takes care, along with what it does itself. Each is up to six checks
/// and writes; the command may change 200 brands, and a commit holds 1,000.
const BESIDES: usize = 20;

/// Of how many a commit takes care that does nothing else.
const AT_ONCE: usize = 100;

/// An owner who has access, or the offer of it.
pub fn who_is(tx: &mut Tx<'_>, owner: ClientId) -> Result<Option<Client>, Error> {
    let client = tx.read(&keys::client(&tx.agency().id.clone(), owner))?;
    let client = client.map(|client| client.current(tx.now(), &tx.agency().archived));
    Ok(client.filter(|client| match client.phase(tx.now()) {
        Phase::Joined | Phase::Pending => true,
        Phase::Expired | Phase::Revoked => false,
    }))
}

/// Gives the accounts that `owner` owns to another client; none: nobody owns them any more. Where there
/// are many, some are given in commits of their own first. `by_itself` says whose doing it is.
pub fn pass_on(
    tx: &mut Tx<'_>,
    owner: ClientId,
    heir: Option<ClientId>,
    by_itself: bool,
) -> Result<(), Error> {
    let accounts = owned(tx, owner)?;
    if accounts.len() > BESIDES {
        return Err(tx.put_off(Behind::Owner(owner, heir, pass_some_on)));
    }
    give(tx, &accounts, heir, by_itself)
}

fn pass_some_on(tx: &mut Tx<'_>, owner: ClientId, heir: Option<ClientId>) -> Result<(), Error> {
    let mut accounts = owned(tx, owner)?;
    accounts.truncate(AT_ONCE);
    give(tx, &accounts, heir, true)
}

fn give(
    tx: &mut Tx<'_>,
    accounts: &[AccountId],
    heir: Option<ClientId>,
    by_itself: bool,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    tx.view().fetch(accounts.iter().map(|id| keys::account(&agency, id).into_text()))?;
    for id in accounts {
        let account: Account = tx.expect(&keys::account(&agency, id))?;
        tx.save_account(&Account { owner: heir, ..account })?;
        let event = Event::AccountOwnerSet { account: id.clone(), client: heir };
        if by_itself {
            tx.log_by_itself(event, Vec::new())?
        } else {
            tx.log(event)?
        };
    }
    Ok(())
}

/// The accounts that a client owns, as this command leaves them.
fn owned(tx: &Tx<'_>, owner: ClientId) -> Result<Vec<AccountId>, Error> {
    if !tx.agency_has(|agency| agency.has_owners)? {
        return Ok(Vec::new());
    }
    let range = keys::accounts_owned(&tx.agency().id, owner);
    let keys = tx.keys_from(&range, range.start().to_owned())?;
    let id =
        |key: &String| AccountId::parse(range.suffix(key)).map_err(|why| Error::corrupt(key, why));
    keys.iter().map(id).collect()
}
