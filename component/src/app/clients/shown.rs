//! Which brands a mail to a client names: those that it can look at, or could, now. What is built in
//! set-up, or at rest, isn't told of by the way.

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::inviting::InvitedBrand;
use crate::domain::text::Name;

/// These brands, each with whether a client can look at it now, as this command leaves its account.
pub fn with_shown(tx: &mut Tx<'_>, brands: Vec<Brand>) -> Result<Vec<InvitedBrand>, Error> {
    let agency = tx.agency().id.clone();
    let accounts = brands.iter().filter_map(|brand| brand.account.as_ref());
    let keys: Vec<Key<Account>> = accounts.map(|account| keys::account(&agency, account)).collect();
    tx.view().fetch(keys::texts(&keys))?;
    let mut invited = Vec::with_capacity(brands.len());
    for Brand { id, name, account, .. } in brands {
        let shown = match account {
            None => true,
            Some(account) => {
                let account: Account = tx.expect(&keys::account(&agency, &account))?;
                account.standing.at(tx.now()).lets_clients_in()
            }
        };
        invited.push(InvitedBrand { id, name, shown });
    }
    Ok(invited)
}

/// The names of a client's brands that it can look at now, or could if it accepted.
pub fn shown_names(tx: &mut Tx<'_>, client: &Client) -> Result<Vec<Name>, Error> {
    let agency = tx.agency().id.clone();
    let granted = client.grants.iter().map(|grant| keys::brand(&agency, &grant.brand));
    let keys: Vec<Key<Brand>> = granted.collect();
    tx.view().fetch(keys::texts(&keys))?;
    let brands = keys.iter().map(|key| tx.expect(key)).collect::<Result<Vec<Brand>, Error>>()?;
    let shown = with_shown(tx, brands)?.into_iter().filter(|brand| brand.shown);
    Ok(shown.map(|brand| brand.name).collect())
}
