//! The people of an account: whom mail to its address reaches, and whom its owner may invite.

use crate::domain::client::{Client, Phase};
use crate::domain::email::Email;
use crate::domain::id::BrandId;
use crate::domain::identity::Identity;
use crate::domain::time::Timestamp;

/// Whether mail to `email` reaches a client's person: at the address of its login, which may have
/// changed since it was invited; without a login, at the address of the invite.
pub fn is_reached(client: &Client, login: Option<&Identity>, email: &Email) -> bool {
    let own = login.map(|login| &login.email).or(client.email.as_ref());
    own.is_some_and(|own| own.folded() == email.folded())
}

/// Whether a client has access, or the offer of it, to no brands but these.
pub fn is_within(client: &Client, brands: &[BrandId]) -> bool {
    client.grants.iter().all(|grant| brands.contains(&grant.brand))
}

/// Whether the owner of an account with these brands may invite somebody whom the agency knows.
///
/// A fresh invite takes the place of one that has expired, with all that was offered by that: what
/// others offered isn't the owner's to withdraw. In any other phase nothing of others' changes.
pub fn may_be_invited(client: &Client, brands: &[BrandId], now: Timestamp) -> bool {
    match client.phase(now) {
        Phase::Expired => is_within(client, brands),
        Phase::Pending | Phase::Joined | Phase::Revoked => true,
    }
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
