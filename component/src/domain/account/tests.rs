//! Accounts to test with.

use super::*;
use crate::domain::billing::account::{Downgrade, Item, ListPrice, PlanItem};
use crate::domain::catalog::Catalog;
use crate::domain::id::PlanId;
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::time::DAY;

/// So many days after the epoch.
pub const fn at(day: u64) -> Timestamp {
    Timestamp::EPOCH.plus(day * DAY)
}

/// An account in set-up.
pub fn named(id: &str, name: &str) -> Account {
    Account {
        id: AccountId::parse(id).unwrap(),
        name: Name::parse(name).unwrap(),
        description: None,
        email: None,
        address: String::new(),
        created_at: at(0),
        standing: Standing::Setup,
        let_in_since: None,
        billing_owner: BillingOwner::Agency,
        resale_price: None,
        owner: None,
        sign_ins: SignIns::default(),
        resources: None,
        features: None,
        intended_plan: None,
        welcome: None,
        billing: AccountBilling::default(),
    }
}

/// One that stands so.
pub fn standing(id: &str, standing: Standing) -> Account {
    Account { standing, ..named(id, "Nike Inc") }
}

/// The same account with a plan, which it changes for the plan `tiny` at `downgraded`.
pub fn with_plan(account: Account, id: &str, downgraded: Option<Timestamp>) -> Account {
    let plan = |id: &str| PlanId::parse(id).unwrap();
    let price = ListPrice { monthly: 0, catalog: 0 };
    let item = Item {
        since: at(0),
        begun: at(0),
        by_itself: false,
        debited: Money::of_price(0, Catalog::default().currency).unwrap(),
        covers: Period { start: at(0), end: at(30) },
        price,
    };
    let downgrade = downgraded.map(|at| Downgrade { at, plan: plan("tiny"), price });
    let own = Some(PlanItem { plan: plan(id), item });
    let billing = AccountBilling { state: State::Running, plan: own, downgrade, ..account.billing };
    Account { billing, ..account }
}
