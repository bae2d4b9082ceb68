//! The account that a client owns, for what only its owner may do.

use super::sessions::closed;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::view::View;
use crate::domain::account::{Account, Standing};
use crate::domain::id::{AccountId, ClientId};

/// The account with this id, if it is this client's. Others' and none at all are refused alike.
pub fn owned(view: &mut View<'_>, id: &str, client: ClientId) -> Result<Account, Error> {
    let id = AccountId::parse(id).map_err(|_| not_the_owner())?;
    let account: Option<Account> = view.read(&keys::account(&view.agency().id.clone(), &id))?;
    let is_own = |account: &Account| {
        let is_there = !matches!(account.standing, Standing::Deleted { .. });
        account.owner == Some(client) && is_there
    };
    account.filter(is_own).ok_or_else(not_the_owner)
}

/// The same for what is about the account's brands, while its clients get in.
///
/// # Errors
///
/// When it isn't this client's, and when it is in set-up or disabled.
pub fn owned_and_open(view: &mut View<'_>, id: &str, client: ClientId) -> Result<Account, Error> {
    let account = owned(view, id, client)?;
    if account.standing.at(view.now()).lets_clients_in() { Ok(account) } else { Err(closed()) }
}

fn not_the_owner() -> Error {
    Error::denied("owner", "only the account's owner can do this: ask the owner, or the agency")
}
