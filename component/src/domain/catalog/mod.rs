//! What is sold, and for how much: the platform's to set.
//!
//! | to find | open |
//! | --- | --- |
//! | what a catalog may say | [`check`] |
//! | which version counts at a time | [`PriceBook`] |
//! | what white-label of so many brands costs | [`white_label`] |
//! | how limits are added and compared | [`Resources`] |
//!
//! How much of everything is allowed is in the [`Limits`](super::limits::Limits).

mod book;
pub mod check;
mod resources;
pub mod white_label;

use serde::{Deserialize, Serialize};

pub use book::{CatalogVersion, PriceBook};
pub use resources::{Allowance, Resource, Resources};
pub use white_label::{BrandTier, TierMode, WhiteLabelPrices};

use super::id::{AddOnId, PlanId};
use super::money::{Currency, Money};
use super::text::Name;

/// What is sold, and for how much. Prices are minor units of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Of all prices.
    pub currency: Currency,
    /// White-label of a brand.
    pub white_label: WhiteLabelPrices,
    /// The plans for accounts.
    pub plans: Vec<Plan>,
    /// The add-ons to plans.
    pub add_ons: Vec<AddOn>,
    /// What is taken off plans from so many on, with growing numbers.
    pub plan_discounts: Vec<PlanDiscount>,
    /// Who sells.
    pub seller: Seller,
    /// How things are done.
    pub policies: Policies,
}

/// What an account can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountFeature {
    /// Exporting what a page shows.
    DownloadReports,
    /// Reports by mail.
    EmailReports,
    /// Links to embed.
    EmbeddedLinks,
    /// Links for those who have them.
    PrivateLinks,
    /// Links for everybody.
    PublicLinks,
    /// Logging in by the account's own identity provider.
    SingleSignOn,
}

impl AccountFeature {
    /// All of them.
    pub const ALL: [AccountFeature; 6] = [
        AccountFeature::DownloadReports,
        AccountFeature::EmailReports,
        AccountFeature::EmbeddedLinks,
        AccountFeature::PrivateLinks,
        AccountFeature::PublicLinks,
        AccountFeature::SingleSignOn,
    ];

    /// Its key in the contract.
    pub const fn key(self) -> &'static str {
        match self {
            AccountFeature::DownloadReports => "download-reports",
            AccountFeature::EmailReports => "email-reports",
            AccountFeature::EmbeddedLinks => "embedded-links",
            AccountFeature::PrivateLinks => "private-links",
            AccountFeature::PublicLinks => "public-links",
            AccountFeature::SingleSignOn => "single-sign-on",
        }
    }
}

/// A plan for accounts, billed by the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Its name.
    pub name: Name,
    /// A month, in minor units.
    pub monthly: u64,
    /// What it gives.
    pub resources: Resources,
    /// What it allows.
    pub features: Vec<AccountFeature>,
}

/// An add-on to a plan, billed by the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddOn {
    /// Its id.
    pub id: AddOnId,
    /// Its name.
    pub name: Name,
    /// A month, in minor units.
    pub monthly: u64,
    /// What it adds.
    pub resources: Resources,
    /// What it allows besides.
    pub features: Vec<AccountFeature>,
}

/// What is taken off account plans from so many on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDiscount {
    /// From this number of running plans on.
    pub from_plans: u32,
    /// How much.
    pub off: BasisPoints,
}

/// Hundredths of a percent: 0 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// All of it.
    pub const WHOLE: u32 = 10_000;
    /// Nothing.
    pub const ZERO: BasisPoints = BasisPoints(0);

    /// So many; none beyond the whole.
    pub const fn new(points: u32) -> Option<BasisPoints> {
        if points <= BasisPoints::WHOLE { Some(BasisPoints(points)) } else { None }
    }

    /// How many.
    pub const fn points(self) -> u32 {
        self.0
    }
}

/// Who sells: it stands on invoices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// Its name; empty where invoices name no seller.
    pub name: String,
    /// Its address, in lines.
    pub address: String,
}

/// How a share of a period is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proration {
    /// By the millisecond.
    Millisecond,
    /// By the day: that of a start counts, that of a stop is used up.
    Day,
    /// Not at all.
    None,
}

/// From when on white-label of a brand runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhiteLabelStart {
    /// From the first invite on.
    Invite,
    /// From the first client that has accepted on.
    Acceptance,
}

/// How things are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// How a share of a period is counted.
    pub proration: Proration,
    /// From when on white-label runs.
    pub white_label_start: WhiteLabelStart,
    /// How many days an account's trial may last.
    pub trial_days_max: u32,
    /// Within how many days an invoice is to be paid.
    pub payment_days: u32,
    /// How many days after its trial an account that wasn't activated is deleted; none: it isn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_expired_trials_after_days: Option<u32>,
}

impl Default for Catalog {
    /// That of a platform that didn't set one: the seeds' figures.
    fn default() -> Catalog {
        let ten_percent = BasisPoints::new(1_000).unwrap_or(BasisPoints::ZERO);
        Catalog {
            currency: Currency::USD,
            white_label: WhiteLabelPrices {
                monthly: 4_900,
                annual: 49_200,
                mode: TierMode::Volume,
                tiers: Vec::new(),
            },
            plans: Vec::new(),
            add_ons: Vec::new(),
            plan_discounts: vec![PlanDiscount { from_plans: 3, off: ten_percent }],
            seller: Seller::default(),
            policies: Policies {
                proration: Proration::Millisecond,
                white_label_start: WhiteLabelStart::Invite,
                trial_days_max: 14,
                payment_days: 14,
                delete_expired_trials_after_days: None,
            },
        }
    }
}

impl Catalog {
    /// So many minor units of its currency.
    ///
    /// # Errors
    ///
    /// When they are more than an amount holds.
    pub fn money(&self, minor_units: u64) -> Result<Money, super::money::MoneyError> {
        Money::of_price(minor_units, self.currency)
    }

    /// The plan with this id.
    pub fn plan(&self, id: &PlanId) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == *id)
    }

    /// The add-on with this id.
    pub fn add_on(&self, id: &AddOnId) -> Option<&AddOn> {
        self.add_ons.iter().find(|add_on| add_on.id == *id)
    }

    /// What is taken off each of `running` plans.
    pub fn plan_discount(&self, running: u32) -> BasisPoints {
        let reached = self.plan_discounts.iter().take_while(|tier| tier.from_plans <= running);
        reached.last().map_or(BasisPoints::ZERO, |tier| tier.off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_discount_begins_with_the_third_plan() {
        let catalog = Catalog::default();
        for (running, points) in [(0, 0), (2, 0), (3, 1_000), (100, 1_000)] {
            assert_eq!(catalog.plan_discount(running).points(), points, "{running} plans");
        }
    }
}
