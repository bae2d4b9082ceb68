//! What the tests of accounts share: a platform that sells three plans and two add-ons, and an
//! account of an agency that was created at midnight of 1 September 2026.

mod edges;
mod examples;
mod histories;
mod planned;
mod table;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;
use crate::domain::billing::planned::{AccountCommand, AgencyCommand, Command, Fate, fate};
use crate::domain::billing::{AgencyTerms, LineKind, Reason, Terms};
use crate::domain::catalog::{
    AddOn, Allowance, Catalog, CatalogVersion, Plan, PriceBook, Proration, Resources,
};
use crate::domain::id::AccountId;
use crate::domain::period::{Interval, Periods};
use crate::domain::text::Name;

/// Midnight of 1 September 2026: a month of 30 days.
const SEPTEMBER: u64 = 1_788_220_800_000;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(SEPTEMBER + millis).unwrap()
}

fn time(text: &str) -> Timestamp {
    let time: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
    Timestamp::from_millis(time.timestamp_millis() as u64).unwrap()
}

fn account() -> AccountId {
    AccountId::parse("nike-inc").unwrap()
}

fn plan(id: &str) -> PlanId {
    PlanId::parse(id).unwrap()
}

fn add_on(id: &str) -> AddOnId {
    AddOnId::parse(id).unwrap()
}

const RESOURCES: Resources = Resources {
    dashboards: Allowance::AtMost(5),
    users: Allowance::AtMost(10),
    api_calls: Allowance::Unlimited,
};

/// Plans and add-ons at these prices.
fn catalog(plans: &[(&str, u64)], add_ons: &[(&str, u64)]) -> Catalog {
    let name = |id: &str| Name::parse(id).unwrap();
    let plans = plans.iter().map(|(id, monthly)| Plan {
        id: plan(id),
        name: name(id),
        monthly: *monthly,
        resources: RESOURCES,
        features: Vec::new(),
    });
    let add_ons = add_ons.iter().map(|(id, monthly)| AddOn {
        id: add_on(id),
        name: name(id),
        monthly: *monthly,
        resources: RESOURCES,
        features: Vec::new(),
    });
    let (plans, add_ons) = (plans.collect(), add_ons.collect());
    Catalog { plans, add_ons, ..Catalog::default() }
}

/// What the platform sells if a test doesn't say.
fn usual() -> Catalog {
    catalog(
        &[("small", 1_000), ("medium", 2_000), ("large", 5_000), ("wide", 2_000)],
        &[("calls", 700), ("users", 300)],
    )
}

fn book(catalogs: &[(Timestamp, Catalog)]) -> Rc<PriceBook> {
    let version = |(number, (since, catalog)): (usize, &(Timestamp, Catalog))| CatalogVersion {
        version: number as u32,
        since: *since,
        catalog: catalog.clone(),
    };
    let mut versions: Vec<_> = catalogs.iter().enumerate().map(version).collect();
    let latest = versions.pop().unwrap();
    Rc::new(PriceBook::new(latest).with_earlier(versions))
}

/// An agency's terms, where it was created at `anchor`.
fn terms_since(anchor: Timestamp, catalogs: &[(Timestamp, Catalog)]) -> Terms {
    Terms {
        periods: Periods::new(anchor, Interval::Annual),
        prices: book(catalogs),
        own: AgencyTerms::default(),
        closed_at: None,
        running: 0,
        openings: BTreeMap::new(),
    }
}

fn terms() -> Terms {
    terms_since(at(0), &[(Timestamp::EPOCH, usual())])
}

/// The same where nothing is charged before `ends_at`.
fn in_trial(mut terms: Terms, ends_at: Timestamp) -> Terms {
    terms.own.set_trial(ends_at, terms.months().start(0));
    terms
}

/// Something that is done to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Activate(&'static str),
    ActivateItself(&'static str),
    Plan(&'static str),
    Add(&'static str),
    Remove(&'static str),
    Disable,
    Resume,
    Delete,
    Choose(&'static str),
    ByAgency,
    Wait,
}

fn perform(
    account: AccountBilling,
    terms: &Terms,
    act: Do,
    now: Timestamp,
) -> Result<Outcome, AccountBillingError> {
    let id = self::account();
    let terms = terms.account(&id);
    match act {
        Do::Activate(id) => account.activate(&terms, &plan(id), false, now),
        Do::ActivateItself(id) => account.activate(&terms, &plan(id), true, now),
        Do::Plan(id) => account.change_plan(&terms, &plan(id), now),
        Do::Add(id) => account.add_add_on(&terms, &add_on(id), now),
        Do::Remove(id) => account.remove_add_on(&terms, &add_on(id), now),
        Do::Disable => account.disable(&terms, now),
        Do::Resume => account.resume(&terms, now),
        Do::Delete => account.delete(&terms, now),
        Do::Choose(id) => account.switch_payer(&terms, Switch::ToAccount(&plan(id)), now),
        Do::ByAgency => account.switch_payer(&terms, Switch::ToAgency, now),
        Do::Wait => Ok(account.settle(&terms, now)?),
    }
}

/// All that a history comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    account: AccountBilling,
    booked: Vec<Booked>,
    planned: Vec<(PlannedChange, Became)>,
}

impl Told {
    fn go(mut self, terms: &Terms, act: Do, now: Timestamp) -> Result<Told, AccountBillingError> {
        let outcome = perform(self.account, terms, act, now)?;
        self.booked.extend(outcome.booked);
        self.planned.extend(outcome.planned);
        Ok(Told { account: outcome.account, ..self })
    }

    /// Who was charged what, and why: a short word for each line.
    fn lines(&self) -> Vec<(&'static str, Reason, i64)> {
        let line = |booked: &Booked| {
            let item = match (&booked.item, &booked.payer) {
                (BillingItem::Plan(_), PayerId::Agency) => "plan",
                (BillingItem::Plan(_), PayerId::Account(_)) => "own plan",
                (BillingItem::AddOn { .. }, PayerId::Agency) => "add-on",
                (BillingItem::AddOn { .. }, PayerId::Account(_)) => "own add-on",
                (BillingItem::WhiteLabel(_) | BillingItem::Adjustment(_), _) => "?",
            };
            (item, booked.posting.reason, booked.posting.amount.amount)
        };
        self.booked.iter().map(line).collect()
    }

    fn amounts(&self) -> Vec<i64> {
        self.booked.iter().map(|booked| booked.posting.amount.amount).collect()
    }
}

/// Does all of this at these times.
fn tell(terms: &Terms, steps: &[(Timestamp, Do)]) -> Told {
    let step = |told: Told, (now, act): &(Timestamp, Do)| {
        told.go(terms, *act, *now).unwrap_or_else(|error| panic!("{act:?}: {error}"))
    };
    steps.iter().fold(Told::default(), step)
}
