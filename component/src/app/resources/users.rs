//! The users of an account: the clients with access to its brands, or with the offer of it.

use std::collections::BTreeSet;

use crate::app::acting::brands_of;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::view::{self, View};
use crate::domain::id::{AccountId, BrandId, ClientId};

/// The users of an account as they are stored, each once.
///
/// What is read needs no check of its own: every change of access writes the agency's log, and so
/// does whatever is decided by it.
pub fn users_of(view: &View<'_>, account: &AccountId) -> Result<BTreeSet<ClientId>, Error> {
    let mut users = BTreeSet::new();
    for brand in brands_of(view, account)? {
        add_users(view, &brand, &mut users)?;
    }
    Ok(users)
}

/// Adds those with access to a brand. Access that is over counts for nothing, written down or not.
pub(super) fn add_users(
    view: &View<'_>,
    brand: &BrandId,
    users: &mut BTreeSet<ClientId>,
) -> Result<(), Error> {
    let agency = view.agency();
    if agency.archived.iter().any(|archived| archived.brand == *brand) {
        return Ok(());
    }
    let range = keys::accesses(&agency.id, brand);
    let from = keys::access_after(&agency.id, brand, view.now());
    view::each_from(view.ports(), &range, from, |row| {
        let (_, client) = keys::parse_access(range.suffix(&row.key))
            .ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
        users.insert(client);
        Ok(())
    })
}
