//! A catalog as it arrives, and how each of its fields is read: all that is wrong is named at
//! once.

use std::collections::BTreeSet;

use crate::app::error::Error;
use crate::app::fields::{Fields, Problem};
use crate::domain::catalog::check::{self, CheckError};
use crate::domain::catalog::{
    AccountFeature, AddOn, Allowance, BrandTier, Catalog, Plan, PlanDiscount, Policies, Resource,
    Resources, Seller, WhiteLabelPrices,
};
use crate::domain::id::{AddOnId, PlanId};
use crate::domain::text::{Name, lines};

/// A catalog, as it arrives.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in `Catalog`")]
pub struct RawCatalog {
    pub currency: String,
    pub white_label: WhiteLabelPrices,
    pub plans: Vec<RawOffer>,
    pub add_ons: Vec<RawOffer>,
    pub plan_discounts: Vec<RawPlanDiscount>,
    pub seller: Seller,
    pub policies: Policies,
}

/// A plan or an add-on, as it arrives.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in `Plan`")]
pub struct RawOffer {
    pub id: String,
    pub name: String,
    pub monthly: u64,
    pub resources: Resources,
    pub features: Vec<String>,
}

/// What is taken off plans, as it arrives.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as in `PlanDiscount`")]
pub struct RawPlanDiscount {
    pub from_plans: u32,
    pub basis_points: u32,
}

/// The catalog that this means.
///
/// # Errors
///
/// When any field of it is wrong; all of them are named.
pub fn parse(raw: &RawCatalog) -> Result<Catalog, Error> {
    let mut fields = Fields::default();
    let built = read(raw, &mut fields);
    fields.finish(built)
}

fn read(raw: &RawCatalog, fields: &mut Fields) -> Option<Catalog> {
    let currency = fields.take("catalog.currency", check::currency(&raw.currency));
    let white_label = white_label(&raw.white_label, fields);
    let plans = offers(&raw.plans, "catalog.plans", fields, PlanId::parse);
    let add_ons = offers(&raw.add_ons, "catalog.add-ons", fields, AddOnId::parse);
    let plan_discounts = plan_discounts(&raw.plan_discounts, fields);
    let seller = seller(&raw.seller, fields);
    let policies = policies(raw.policies, fields);
    let plan = |(id, offer): (PlanId, Offer)| {
        let Offer { name, monthly, resources, features } = offer;
        Plan { id, name, monthly, resources, features }
    };
    let add_on = |(id, offer): (AddOnId, Offer)| {
        let Offer { name, monthly, resources, features } = offer;
        AddOn { id, name, monthly, resources, features }
    };
    Some(Catalog {
        currency: currency?,
        white_label: white_label?,
        plans: plans?.into_iter().map(plan).collect(),
        add_ons: add_ons?.into_iter().map(add_on).collect(),
        plan_discounts: plan_discounts?,
        seller: seller?,
        policies: policies?,
    })
}

fn white_label(raw: &WhiteLabelPrices, fields: &mut Fields) -> Option<WhiteLabelPrices> {
    let field = "catalog.white-label";
    let monthly = fields.take(&format!("{field}.monthly"), check::price(raw.monthly));
    let annual = fields.take(&format!("{field}.annual"), check::price(raw.annual));
    let field = format!("{field}.tiers");
    let mut tiers = fields.take(&field, check::count(raw.tiers.len(), check::TIERS_MAX)).is_some();
    let mut before = None;
    for (index, tier) in raw.tiers.iter().enumerate().take(check::TIERS_MAX) {
        let BrandTier { from_brands, monthly, annual } = *tier;
        let part = |name: &str| format!("{field}[{index}].{name}");
        let from = check::tier_start(from_brands, before, check::FROM_BRANDS_MIN);
        tiers &= fields.take(&part("from-brands"), from).is_some();
        tiers &= fields.take(&part("monthly"), check::price(monthly)).is_some();
        tiers &= fields.take(&part("annual"), check::price(annual)).is_some();
        before = Some(from_brands);
    }
    (monthly.is_some() && annual.is_some() && tiers).then(|| raw.clone())
}

/// What plans and add-ons have in common.
struct Offer {
    name: Name,
    monthly: u64,
    resources: Resources,
    features: Vec<AccountFeature>,
}

fn offers<I: Ord + Clone + ToString, E: Problem>(
    raw: &[RawOffer],
    field: &str,
    fields: &mut Fields,
    parse_id: impl Fn(&str) -> Result<I, E>,
) -> Option<Vec<(I, Offer)>> {
    fields.take(field, check::count(raw.len(), check::OFFERS_MAX))?;
    let mut offers = Vec::with_capacity(raw.len());
    let mut ids = BTreeSet::new();
    for (index, raw) in raw.iter().enumerate() {
        let field = format!("{field}[{index}]");
        let id_field = format!("{field}.id");
        let id = fields.take(&id_field, parse_id(&raw.id));
        let is_new = id.as_ref().is_none_or(|id| ids.insert(id.clone()));
        let once = if is_new { Ok(()) } else { Err(CheckError::Twice(raw.id.clone())) };
        let once = fields.take(&id_field, once);
        let offer = offer(raw, &field, fields);
        offers.push(id.zip(once).zip(offer).map(|((id, ()), offer)| (id, offer)));
    }
    offers.into_iter().collect()
}

fn offer(raw: &RawOffer, field: &str, fields: &mut Fields) -> Option<Offer> {
    let name = fields.take(&format!("{field}.name"), Name::parse(&raw.name));
    let monthly = fields.take(&format!("{field}.monthly"), check::price(raw.monthly));
    let resources = resources(raw.resources, &format!("{field}.resources"), fields);
    let features = features(&raw.features, &format!("{field}.features"), fields);
    Some(Offer { name: name?, monthly: monthly?, resources: resources?, features: features? })
}

/// Resources, each within its bounds.
pub fn resources(raw: Resources, field: &str, fields: &mut Fields) -> Option<Resources> {
    let mut fits = true;
    for resource in Resource::ALL {
        if let Allowance::AtMost(number) = raw.of(resource) {
            let number = check::number(number, &(0..=check::ALLOWANCE_MAX));
            fits &= fields.take(&format!("{field}.{}", resource.key()), number).is_some();
        }
    }
    fits.then_some(raw)
}

/// Features in one order, whatever order they were listed in: it says nothing.
pub fn features(raw: &[String], field: &str, fields: &mut Fields) -> Option<Vec<AccountFeature>> {
    // More than there are can only be wrong, and would only repeat what is wrong.
    fields.take(field, check::count(raw.len(), AccountFeature::ALL.len()))?;
    let mut features = BTreeSet::new();
    let mut fits = true;
    for (index, key) in raw.iter().enumerate() {
        let known = check::feature(key).and_then(|feature| {
            let is_new = features.insert(feature);
            if is_new { Ok(()) } else { Err(CheckError::Twice(key.clone())) }
        });
        fits &= fields.take(&format!("{field}[{index}]"), known).is_some();
    }
    fits.then(|| features.into_iter().collect())
}

fn plan_discounts(raw: &[RawPlanDiscount], fields: &mut Fields) -> Option<Vec<PlanDiscount>> {
    let field = "catalog.plan-discounts";
    fields.take(field, check::count(raw.len(), check::TIERS_MAX))?;
    let mut discounts = Vec::with_capacity(raw.len());
    let mut before = None;
    for (index, &RawPlanDiscount { from_plans, basis_points }) in raw.iter().enumerate() {
        let part = |name: &str| format!("{field}[{index}].{name}");
        let from = check::tier_start(from_plans, before, check::FROM_PLANS_MIN);
        let from = fields.take(&part("from-plans"), from);
        let off = fields.take(&part("basis-points"), check::basis_points(basis_points, 0));
        before = Some(from_plans);
        discounts.push(from.zip(off).map(|(from_plans, off)| PlanDiscount { from_plans, off }));
    }
    discounts.into_iter().collect()
}

fn seller(raw: &Seller, fields: &mut Fields) -> Option<Seller> {
    let name = fields.take("catalog.seller.name", check::seller_name(&raw.name));
    let address = lines(&raw.address, check::ADDRESS_CHARS_MAX);
    let address = fields.take("catalog.seller.address", address);
    Some(Seller { name: name?, address: address? })
}

fn policies(raw: Policies, fields: &mut Fields) -> Option<Policies> {
    let mut fits = true;
    let deleted_after = raw.delete_expired_trials_after_days;
    for (name, days, range) in [
        ("trial-days-max", Some(raw.trial_days_max), check::TRIAL_DAYS),
        ("payment-days", Some(raw.payment_days), check::PAYMENT_DAYS),
        ("delete-expired-trials-after-days", deleted_after, check::DELETED_AFTER_DAYS),
    ] {
        let Some(days) = days else { continue };
        let days = check::number(days.into(), &range);
        fits &= fields.take(&format!("catalog.policies.{name}"), days).is_some();
    }
    fits.then_some(raw)
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
