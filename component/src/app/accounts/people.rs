//! The people of an account: its owner, and its users.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::clients::listing::gather::each_client;
use crate::app::error::Error;
use crate::app::resources::users_of;
use crate::app::view::View;
use crate::domain::account::Account;
use crate::domain::client::{Client, Status};
use crate::domain::id::{BrandId, ClientId};

/// How many are shown.
const PEOPLE_MAX: usize = 100;

/// Some of an account's people.
pub struct People {
    /// The owner, then the others by their ids: the first 100.
    pub people: Vec<Person>,
    /// How many there are.
    pub total: u32,
}

/// A person of an account.
pub struct Person {
    /// The person as a client, with the account's brands and no others.
    pub client: Client,
    /// Where the client stands.
    pub status: Status,
    /// Whether it is the account's owner.
    pub owner: bool,
}

/// The people of an account whose users these are. The owner is one of them, also without a brand. One
/// whose row is damaged isn't shown, but counted.
pub fn people_of(
    view: &View<'_>,
    account: &Account,
    brands: &[BrandId],
    users: BTreeSet<ClientId>,
) -> Result<People, Error> {
    let users = with_owner(account, users);
    let first = first(account.owner, &users);
    let mut found = persons(view, account, brands, &first)?;
    let people = first.iter().filter_map(|id| found.remove(id)).collect();
    Ok(People { people, total: u32::try_from(users.len()).unwrap_or(u32::MAX) })
}

/// Those who are shown: the owner before all.
fn first(owner: Option<ClientId>, users: &BTreeSet<ClientId>) -> Vec<ClientId> {
    let others = users.iter().copied().filter(|user| Some(*user) != owner);
    owner.into_iter().chain(others).take(PEOPLE_MAX).collect()
}

/// The ids of all people of an account.
pub fn everybody(view: &View<'_>, account: &Account) -> Result<BTreeSet<ClientId>, Error> {
    Ok(with_owner(account, users_of(view, &account.id)?))
}

fn with_owner(account: &Account, mut users: BTreeSet<ClientId>) -> BTreeSet<ClientId> {
    users.extend(account.owner);
    users
}

/// These clients as persons of an account with these brands: all but those whose rows are damaged.
pub fn persons(
    view: &View<'_>,
    account: &Account,
    brands: &[BrandId],
    clients: &[ClientId],
) -> Result<BTreeMap<ClientId, Person>, Error> {
    let (now, thresholds) = (view.now(), view.agency().settings.thresholds);
    let mut persons = BTreeMap::new();
    each_client(view, clients.iter().copied(), |_, mut client| {
        let status = client.status(now, thresholds);
        client.grants.retain(|grant| brands.contains(&grant.brand));
        client.grants.sort_by(|one, other| one.brand.cmp(&other.brand));
        let owner = account.owner == Some(client.id);
        persons.insert(client.id, Person { client, status, owner });
    })?;
    Ok(persons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_shown_before_all_and_no_more_than_a_hundred_are() {
        let id = |number: u8| ClientId::from_bytes([number; 16]);
        let numbers = |shown: Vec<ClientId>| -> Vec<u8> {
            shown.into_iter().map(|id| id.to_bytes()[0]).collect()
        };
        for (owner, users, expected) in [
            (None, 1..=3, vec![1, 2, 3]),
            (Some(3), 1..=3, vec![3, 1, 2]),
            (Some(9), 1..=2, vec![9, 1, 2]),
            (None, 1..=101, (1..=100).collect()),
            (Some(101), 1..=102, [101].into_iter().chain(1..=99).collect()),
        ] {
            let users: BTreeSet<ClientId> = users.map(id).collect();
            assert_eq!(numbers(first(owner.map(id), &users)), expected, "{owner:?}");
        }
    }
}
