//! The accounts whose owner somebody is. The contract tells a client of none but those whose plan is due, so they are
//! looked up as the agency's staff would.

use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::Portal;
use super::desk::Profile;
use super::visit::Visit;

/// An account whose owner somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) brands: Vec<String>,
}

#[derive(Deserialize)]
struct Brands {
    brands: Vec<Brand>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Brand {
    id: String,
    account: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    name: String,
    owner: Option<String>,
    brands: Vec<String>,
}

/// How many brands are asked for at once, and how often.
const PAGE: u32 = 500;
const PAGES_MAX: u32 = 20;

/// The accounts of somebody's brands whose owner they are. Where they can't be looked up, none: the pages about
/// them can still be opened.
pub(super) async fn owned(portal: &Portal, visit: &Visit, who: &Profile) -> Vec<Owned> {
    let Some(client) = who.client.as_deref() else { return Vec::new() };
    let call = Portal::looking(visit.place().agency());
    let mut ids: Vec<String> = Vec::new();
    let mut cursor = Value::Null;
    for _ in 0..PAGES_MAX {
        let page = json!({"limit": PAGE, "cursor": cursor});
        let brands = portal.get::<Brands>("brands.list", vec![call.clone(), page]).await;
        let Ok(brands) = brands else { break };
        let theirs = |brand: &Brand| who.brands.iter().any(|seen| seen.id == brand.id);
        for account in brands.brands.into_iter().filter(theirs).filter_map(|brand| brand.account) {
            if !ids.contains(&account) {
                ids.push(account);
            }
        }
        match brands.next {
            Some(next) => cursor = next.into(),
            None => break,
        }
    }
    let mut owned = Vec::new();
    for id in ids {
        let account = portal.get::<Account>("accounts.get", vec![call.clone(), json!(id)]).await;
        if let Ok(Account { name, owner, brands }) = account
            && owner.as_deref() == Some(client)
        {
            owned.push(Owned { id, name, brands });
        }
    }
    owned
}
