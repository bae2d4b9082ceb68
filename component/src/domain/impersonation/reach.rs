//! What can be seen and changed on an account's behalf: the account, its brands, and what is about
//! them alone.

use std::collections::BTreeSet;

use crate::domain::actor::Actor;
use crate::domain::billing::{BillingItem, PayerId};
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::log::{Entry, Subject};

/// How far acting on an account's behalf reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The account.
    pub account: AccountId,
    /// Its brands.
    pub brands: BTreeSet<BrandId>,
}

/// How much of a client is an account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It has none of the account's brands.
    Nothing,
    /// It has brands besides.
    Shared,
    /// It has the account's brands and no others.
    Whole,
}

impl Reach {
    /// Whether a brand is the account's.
    pub fn has(&self, brand: &BrandId) -> bool {
        self.brands.contains(brand)
    }

    /// Whether a brand that was read is the account's.
    pub fn owns(&self, brand: &Brand) -> bool {
        brand.account.as_ref() == Some(&self.account)
    }

    /// How much of a client, as it is now, is the account's.
    pub fn part_of(&self, client: &Client) -> Part {
        let own = client.grants.iter().filter(|grant| self.has(&grant.brand)).count();
        match own {
            0 => Part::Nothing,
            own if own == client.grants.len() => Part::Whole,
            _ => Part::Shared,
        }
    }

    /// The client with the account's brands only; none where it has none of them. To show, never to
    /// store.
    pub fn shown(&self, mut client: Client) -> Option<Client> {
        client.grants.retain(|grant| self.has(&grant.brand));
        (!client.grants.is_empty()).then_some(client)
    }

    /// Whether a ledger is the account's own.
    pub fn pays(&self, payer: &PayerId) -> bool {
        *payer == PayerId::Account(self.account.clone())
    }

    /// Whether something that is paid for is the account's, whoever pays.
    pub fn is_charged_for(&self, item: &BillingItem) -> bool {
        match item {
            BillingItem::WhiteLabel(brand) => self.has(brand),
            BillingItem::Plan(account) | BillingItem::AddOn { account, .. } => {
                *account == self.account
            }
            BillingItem::Adjustment(_) => false,
        }
    }

    /// Whether an entry of the log says nothing about others' brands and accounts. What was done on
    /// another account's behalf names that one.
    fn keeps_to_itself<E>(&self, entry: &Entry<E>) -> bool {
        let on_behalf_of = on_behalf_of(&entry.actor);
        on_behalf_of.is_none_or(|account| *account == self.account)
            && entry.about.iter().all(|subject| match subject {
                Subject::Client(_) => true,
                Subject::Brand(brand) => self.has(brand),
                Subject::Account(account) => *account == self.account,
            })
    }

    /// Whether an entry of the log is about the account or one of its brands, or was written on its
    /// behalf, and says nothing about others'. One about a client alone isn't: the client may be
    /// others' too.
    pub fn tells<E>(&self, entry: &Entry<E>) -> bool {
        let is_about = entry.about.iter().any(|subject| !matches!(subject, Subject::Client(_)));
        let is_own = is_about || on_behalf_of(&entry.actor) == Some(&self.account);
        is_own && self.keeps_to_itself(entry)
    }

    /// Whether an entry of the log is about one of the account's brands, whatever else it is about.
    pub fn is_about_own<E>(&self, entry: &Entry<E>) -> bool {
        entry.about.iter().any(|subject| match subject {
            Subject::Brand(brand) => self.has(brand),
            Subject::Client(_) | Subject::Account(_) => false,
        })
    }
}

const fn on_behalf_of(actor: &Actor) -> Option<&AccountId> {
    match actor {
        Actor::Operator(operator) => operator.on_behalf_of.as_ref(),
        Actor::Client { .. } | Actor::Visitor | Actor::Platform | Actor::System => None,
    }
}
