//! What the reference says, in the words of the domain.

use clientdesk_component::domain::billing::PayerId;
use clientdesk_component::domain::billing::agency_terms::AgencyPrice;
use clientdesk_component::domain::catalog::{
    AddOn, Allowance, BasisPoints, BrandTier, Catalog, CatalogVersion, Plan, PlanDiscount,
    Policies, Proration, Resources, TierMode, WhiteLabelPrices, WhiteLabelStart,
};
use clientdesk_component::domain::id::{AccountId, AddOnId, PlanId};
use clientdesk_component::domain::period::Interval;
use clientdesk_component::domain::text::Name;
use clientdesk_component::domain::time::Timestamp;
use clientdesk_tests::billing_reference::history::{self, Amount, Payer, Terms, Time};

const RESOURCES: Resources = Resources {
    dashboards: Allowance::AtMost(5),
    users: Allowance::AtMost(10),
    api_calls: Allowance::Unlimited,
};

pub fn time(millis: Time) -> Timestamp {
    Timestamp::from_millis(u64::try_from(millis).unwrap()).unwrap()
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn number(amount: Amount) -> u64 {
    u64::try_from(amount).unwrap()
}

pub fn basis_points(points: u32) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

pub fn interval(interval: history::Interval) -> Interval {
    match interval {
        history::Interval::Monthly => Interval::Monthly,
        history::Interval::Annual => Interval::Annual,
    }
}

pub fn payer_id(payer: &Payer) -> PayerId {
    match payer {
        Payer::Agency => PayerId::Agency,
        Payer::Account(account) => PayerId::Account(AccountId::parse(account).unwrap()),
    }
}

/// A price of the agency's own; none where these are other terms.
pub fn price_changes(terms: &Terms) -> Option<AgencyPrice> {
    let Terms::Price { monthly, annual, since } = terms else { return None };
    Some(AgencyPrice {
        monthly: monthly.map(number),
        annual: annual.map(number),
        since: time(*since),
        reason: name("Loyal"),
    })
}

/// A version of the catalog, with its number.
pub fn version((place, version): (usize, &history::CatalogVersion)) -> CatalogVersion {
    let history::CatalogVersion { since, catalog } = version;
    CatalogVersion {
        version: u32::try_from(place).unwrap(),
        since: time(*since),
        catalog: said(catalog),
    }
}

fn said(catalog: &history::Catalog) -> Catalog {
    let (plan, add_on) =
        (|id: &str| PlanId::parse(id).unwrap(), |id: &str| AddOnId::parse(id).unwrap());
    let plans = catalog.plans.iter().map(|product| Plan {
        id: plan(&product.id),
        name: name(&product.id),
        monthly: number(product.monthly),
        resources: RESOURCES,
        features: Vec::new(),
    });
    let add_ons = catalog.add_ons.iter().map(|product| AddOn {
        id: add_on(&product.id),
        name: name(&product.id),
        monthly: number(product.monthly),
        resources: RESOURCES,
        features: Vec::new(),
    });
    let discounts = catalog.plan_discounts.iter().map(|tier| PlanDiscount {
        from_plans: tier.from_plans,
        off: basis_points(tier.basis_points),
    });
    let base = Catalog::default();
    Catalog {
        white_label: white_label(catalog),
        plans: plans.collect(),
        add_ons: add_ons.collect(),
        plan_discounts: discounts.collect(),
        policies: Policies {
            proration: proration(catalog.proration),
            white_label_start: if catalog.starts_at_acceptance {
                WhiteLabelStart::Acceptance
            } else {
                WhiteLabelStart::Invite
            },
            payment_days: catalog.payment_days,
            ..base.policies
        },
        ..base
    }
}

fn white_label(catalog: &history::Catalog) -> WhiteLabelPrices {
    let tier = |tier: &history::Tier| BrandTier {
        from_brands: tier.from_brands,
        monthly: number(tier.price.monthly),
        annual: number(tier.price.annual),
    };
    WhiteLabelPrices {
        monthly: number(catalog.white_label.monthly),
        annual: number(catalog.white_label.annual),
        mode: match catalog.mode {
            history::TierMode::Volume => TierMode::Volume,
            history::TierMode::Graduated => TierMode::Graduated,
        },
        tiers: catalog.tiers.iter().map(tier).collect(),
    }
}

fn proration(proration: history::Proration) -> Proration {
    match proration {
        history::Proration::Millisecond => Proration::Millisecond,
        history::Proration::Day => Proration::Day,
        history::Proration::None => Proration::None,
    }
}
