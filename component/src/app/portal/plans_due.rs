//! Which accounts' plans a client is to choose.

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::view::{self, View};
use crate::domain::account::Account;
use crate::domain::id::{AccountId, ClientId};
use crate::domain::text::Name;

/// How many are told of: nobody owns more that wait.
const PLANS_DUE_MAX: u32 = 100;

/// An account whose plan its owner is to choose.
pub struct PlanDue {
    /// Which.
    pub account: AccountId,
    /// What it is called.
    pub name: Name,
}

/// The open accounts that this client owns, and whose plan it is to choose: the first
/// [`PLANS_DUE_MAX`] by their ids.
pub fn plans_due(view: &mut View<'_>, owner: ClientId) -> Result<Vec<PlanDue>, Error> {
    if !view.agency().has_owners {
        return Ok(Vec::new());
    }
    let agency = view.agency().id.clone();
    let range = keys::plans_due(&agency, owner);
    let rows = view::scan(view.ports(), &range, None, PLANS_DUE_MAX, false)?;
    let mut keys: Vec<Key<Account>> = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = AccountId::parse(range.suffix(&row.key));
        let id = id.map_err(|why| Error::corrupt(&row.key, why))?;
        keys.push(keys::account(&agency, &id));
    }
    view.fetch(keys::texts(&keys))?;
    let mut due = Vec::with_capacity(keys.len());
    for key in &keys {
        let account: Account = view.expect(key)?;
        if account.standing.at(view.now()).lets_clients_in() {
            due.push(PlanDue { account: account.id, name: account.name });
        }
    }
    Ok(due)
}
