//! The users of an account: the clients with access to its brands, or with the offer of it.

use std::collections::BTreeSet;

use crate::app::error::Error;
use crate::app::keys::{self, Range};
use crate::app::record::Marker;
use crate::app::tx::Tx;
use crate::app::view::{self, View};
use crate::domain::agency::Agency;
use crate::domain::id::{AccountId, BrandId, ClientId};
use crate::domain::time::Timestamp;

/// The users of an account as they are stored, each once.
pub fn users_of(view: &View<'_>, account: &AccountId) -> Result<BTreeSet<ClientId>, Error> {
    Source::stored(view).users(account)
}

/// The users of an account as a command leaves them so far.
///
/// What is read needs no check of its own: every change of access writes the agency's log, and so
/// does whatever is decided by it.
pub(super) fn users_left(tx: &Tx<'_>, account: &AccountId) -> Result<BTreeSet<ClientId>, Error> {
    Source::left(tx).users(account)
}

/// The same for one brand.
pub(super) fn users_of_brand(tx: &Tx<'_>, brand: &BrandId) -> Result<BTreeSet<ClientId>, Error> {
    let mut users = BTreeSet::new();
    Source::left(tx).add_users(brand, &mut users)?;
    Ok(users)
}

type KeysFrom<'a> = dyn Fn(&Range<Marker>, String) -> Result<Vec<String>, Error> + 'a;

/// Where users are looked for.
struct Source<'a> {
    agency: &'a Agency,
    now: Timestamp,
    /// Gives the keys of a range from one on.
    keys: Box<KeysFrom<'a>>,
    /// Whom a command takes a brand from before it ends.
    loses: Option<&'a (BrandId, ClientId)>,
}

impl<'a> Source<'a> {
    fn stored(view: &'a View<'_>) -> Source<'a> {
        let keys = |range: &Range<Marker>, from| {
            let mut keys = Vec::new();
            view::each_from(view.ports(), range, from, |row| {
                keys.push(row.key);
                Ok(())
            })?;
            Ok(keys)
        };
        Source { agency: view.agency(), now: view.now(), keys: Box::new(keys), loses: None }
    }

    fn left(tx: &'a Tx<'_>) -> Source<'a> {
        let keys = |range: &Range<Marker>, from| tx.keys_from(range, from);
        Source { agency: tx.agency(), now: tx.now(), keys: Box::new(keys), loses: tx.takes() }
    }

    fn brands(&self, account: &AccountId) -> Result<Vec<BrandId>, Error> {
        let range = keys::account_brands(&self.agency.id, account);
        let found = (self.keys)(&range, range.start().to_owned())?;
        let id = |key: &String| {
            BrandId::parse(range.suffix(key)).map_err(|why| Error::corrupt(key, why))
        };
        found.iter().map(id).collect()
    }

    fn users(&self, account: &AccountId) -> Result<BTreeSet<ClientId>, Error> {
        let mut users = BTreeSet::new();
        for brand in self.brands(account)? {
            self.add_users(&brand, &mut users)?;
        }
        Ok(users)
    }

    /// Adds those with access to a brand. Access that is over counts for nothing, written down or
    /// not.
    fn add_users(&self, brand: &BrandId, users: &mut BTreeSet<ClientId>) -> Result<(), Error> {
        if self.agency.archived.iter().any(|archived| archived.brand == *brand) {
            return Ok(());
        }
        let range = keys::accesses(&self.agency.id, brand);
        let from = keys::access_after(&self.agency.id, brand, self.now);
        for key in (self.keys)(&range, from)? {
            let parsed = keys::parse_access(range.suffix(&key));
            let (_, client) = parsed.ok_or_else(|| Error::corrupt(&key, "its key is malformed"))?;
            if self.loses != Some(&(brand.clone(), client)) {
                users.insert(client);
            }
        }
        Ok(())
    }
}
