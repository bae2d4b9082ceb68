//! What an account may use, in each of its states.

use super::*;
use crate::domain::account::{BillingOwner, DisabledReason};
use crate::domain::billing::account::{AddOnItem, Downgrade, Item, ListPrice, PlanItem, State};
use crate::domain::catalog::{AddOn, Allowance, Catalog, CatalogVersion, Plan};
use crate::domain::id::AccountId;
use crate::domain::money::{Currency, Money};
use crate::domain::period::Period;
use crate::domain::text::Name;
use crate::domain::time::DAY;

const fn at(day: u64) -> Timestamp {
    Timestamp::EPOCH.plus(day * DAY)
}

const fn users(number: u64) -> Resources {
    Resources {
        dashboards: Allowance::AtMost(1),
        users: Allowance::AtMost(number),
        api_calls: Allowance::AtMost(0),
    }
}

fn plan(id: &str, number: u64, features: &[AccountFeature]) -> Plan {
    Plan {
        id: PlanId::parse(id).unwrap(),
        name: Name::parse(id).unwrap(),
        monthly: number,
        resources: users(number),
        features: features.to_vec(),
    }
}

/// Small and Large with an add-on for ten users and links; Old was for sale once.
fn prices() -> PriceBook {
    let more = AddOn {
        id: AddOnId::parse("more").unwrap(),
        name: Name::parse("More").unwrap(),
        monthly: 1,
        resources: Resources { dashboards: Allowance::AtMost(0), ..users(10) },
        features: vec![AccountFeature::PublicLinks],
    };
    let version = |version, plans: Vec<Plan>| CatalogVersion {
        version,
        since: at(u64::from(version)),
        catalog: Catalog { plans, add_ons: vec![more.clone()], ..Catalog::default() },
    };
    let small = |number| plan("small", number, &[AccountFeature::DownloadReports]);
    let latest = version(2, vec![small(5), plan("large", 50, &[])]);
    let earlier = vec![version(0, vec![]), version(1, vec![small(4), plan("old", 7, &[])])];
    PriceBook::new(latest).with_earlier(earlier)
}

fn item() -> Item {
    Item {
        since: at(0),
        begun: at(0),
        by_itself: false,
        debited: Money::new(1, Currency::USD),
        covers: Period { start: at(0), end: at(30) },
        price: ListPrice { monthly: 1, catalog: 1 },
    }
}

/// An account in set-up, without anything of its own.
fn fresh() -> Account {
    Account {
        id: AccountId::parse("nike-inc").unwrap(),
        name: Name::parse("Nike Inc").unwrap(),
        description: None,
        email: None,
        address: String::new(),
        created_at: at(0),
        standing: Standing::Setup,
        let_in_since: None,
        billing_owner: BillingOwner::Agency,
        resale_price: None,
        owner: None,
        sign_ins: Default::default(),
        resources: None,
        features: None,
        intended_plan: None,
        welcome: None,
        billing: AccountBilling::default(),
    }
}

/// One that is to have a plan.
fn intended(plan: &str) -> Account {
    Account { intended_plan: Some(PlanId::parse(plan).unwrap()), ..fresh() }
}

fn active(plan: &str) -> Account {
    let plan = PlanItem { plan: PlanId::parse(plan).unwrap(), item: item() };
    let billing =
        AccountBilling { state: State::Running, plan: Some(plan), ..AccountBilling::default() };
    Account { standing: Standing::Active, billing, ..fresh() }
}

fn with_add_on(account: Account, removed_at: Option<Timestamp>) -> Account {
    let add_on = AddOnItem { add_on: AddOnId::parse("more").unwrap(), item: item(), removed_at };
    let billing = AccountBilling { add_ons: vec![add_on], ..account.billing };
    Account { billing, ..account }
}

fn downgraded(account: Account, plan: &str, day: u64) -> Account {
    let (at, plan, price) = (at(day), PlanId::parse(plan).unwrap(), item().price);
    let billing =
        AccountBilling { downgrade: Some(Downgrade { at, plan, price }), ..account.billing };
    Account { billing, ..account }
}

#[test]
fn resources_are_its_own_or_of_its_plan_and_its_add_ons() {
    let own = |account| Account { resources: Some(users(2)), ..account };
    let disabled = |account| {
        let standing = Standing::Disabled {
            since: at(1),
            reason: DisabledReason::ByHand,
            trial: None,
            deletes_at: None,
        };
        Account { standing, ..account }
    };
    let deleted = |account| Account { standing: Standing::Deleted { since: at(1) }, ..account };
    let unlimited = Resources::UNLIMITED;
    let goes = |day| with_add_on(active("small"), Some(at(day)));
    // What it may use at day 10, and what of that is its allocation.
    for (name, account, resources, allocation) in [
        ("fresh", fresh(), unlimited, unlimited),
        ("fresh, own", own(fresh()), users(2), users(2)),
        ("intended", intended("small"), users(5), users(5)),
        ("intended, own", own(intended("small")), users(2), users(2)),
        ("intended, disabled", disabled(intended("small")), users(5), users(5)),
        ("active", active("small"), users(5), users(5)),
        ("active, plan not for sale any more", active("old"), users(7), users(7)),
        ("active, own", own(active("small")), users(2), users(2)),
        ("add-on", with_add_on(active("small"), None), users(15), users(5)),
        ("own and add-on", own(with_add_on(active("small"), None)), users(12), users(2)),
        ("add-on goes later", goes(11), users(15), users(5)),
        ("add-on is gone, not booked", goes(10), users(5), users(5)),
        ("downgrade later", downgraded(active("large"), "small", 11), users(50), users(50)),
        ("downgrade, not booked", downgraded(active("large"), "small", 10), users(5), users(5)),
        ("disabled", disabled(active("small")), users(5), users(5)),
        ("disabled, own", disabled(own(fresh())), users(2), users(2)),
        ("deleted", deleted(own(active("small"))), Resources::NONE, Resources::NONE),
    ] {
        let found = Allotment::at(&account, &prices(), at(10));
        assert_eq!((found.resources, found.allocation), (resources, allocation), "{name}");
    }
    let ahead = Allotment::ahead(&downgraded(goes(11), "old", 11), &prices());
    assert_eq!(ahead.resources, users(7));
}

#[test]
fn features_are_its_own_or_of_its_plan_and_its_add_ons() {
    use AccountFeature::{DownloadReports, PrivateLinks, PublicLinks};
    let own = |account, features: &[AccountFeature]| Account {
        features: Some(features.iter().copied().collect()),
        ..account
    };
    for (name, account, expected) in [
        ("fresh", fresh(), &AccountFeature::ALL[..]),
        ("fresh, own", own(fresh(), &[PrivateLinks]), &[PrivateLinks]),
        ("fresh, none", own(fresh(), &[]), &[]),
        ("intended", intended("small"), &[DownloadReports]),
        ("intended, own", own(intended("small"), &[PrivateLinks]), &[PrivateLinks]),
        ("plan", active("small"), &[DownloadReports]),
        ("plan without", active("large"), &[]),
        ("add-on", with_add_on(active("small"), None), &[DownloadReports, PublicLinks]),
        (
            "own and add-on",
            own(with_add_on(active("small"), None), &[PrivateLinks]),
            &[PrivateLinks],
        ),
        ("deleted", Account { standing: Standing::Deleted { since: at(1) }, ..fresh() }, &[]),
    ] {
        let found = Allotment::at(&account, &prices(), at(10)).features;
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn what_comes_out_of_the_pool() {
    let own = |account| Account { resources: Some(users(2)), ..account };
    let standing = |account, standing| Account { standing, ..account };
    let disabled = Standing::Disabled {
        since: at(1),
        reason: DisabledReason::TrialExpired,
        trial: None,
        deletes_at: None,
    };
    let deleted = Standing::Deleted { since: at(1) };
    for (name, account, expected) in [
        ("fresh", fresh(), None),
        ("fresh, own", own(fresh()), None),
        ("intended", intended("small"), None),
        ("was never active", standing(own(fresh()), disabled), None),
        ("active", active("small"), Some(users(5))),
        ("add-ons are beside it", with_add_on(active("small"), None), Some(users(5))),
        ("own", own(active("small")), Some(users(2))),
        ("disabled", standing(active("small"), disabled), Some(users(5))),
        ("deleted", standing(active("small"), deleted), None),
        ("planned", downgraded(active("small"), "old", 11), Some(users(7))),
        ("planned to be less", downgraded(active("large"), "old", 11), Some(users(50))),
        ("planned, not booked", downgraded(active("large"), "old", 10), Some(users(7))),
    ] {
        assert_eq!(account.allocated(&prices(), at(10)), expected, "{name}");
    }
}

#[test]
fn it_says_when_earlier_versions_are_needed() {
    let latest = PriceBook::new(prices().latest().clone());
    for (account, known) in [
        (fresh(), true),
        (intended("old"), false),
        (active("small"), true),
        (active("old"), false),
        (downgraded(active("small"), "old", 11), false),
        (with_add_on(active("small"), Some(at(11))), true),
    ] {
        assert_eq!(account.is_of(&latest), known, "{:?}", account.billing);
        assert!(account.is_of(&prices()));
    }
}
