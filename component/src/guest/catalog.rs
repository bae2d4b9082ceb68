//! `catalog`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::catalog as wit;
use super::{Component, with_ports};
use crate::app::catalog::{
    self, RawCatalog, RawDiscount, RawOff, RawOffer, RawPlanDiscount, RawPrice, RawTax,
    RawTermsChanges, Shown,
};
use crate::domain::billing::agency_terms::{AgencyPrice, Discount, Off, TaxRate};
use crate::domain::catalog::{
    AccountFeature, AddOn, Allowance, BrandTier, Catalog, CatalogVersion, Plan, PlanDiscount,
    Policies, Proration, Resources, Seller, TierMode, WhiteLabelPrices, WhiteLabelStart,
};
use crate::domain::period::Months;
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn get() -> Result<wit::CatalogVersion, wit::Error> {
        Ok(with_ports(catalog::get)?.into())
    }

    fn set(catalog: wit::NewCatalog, expected: wit::Version) -> Result<wit::Version, wit::Error> {
        Ok(with_ports(|ports| catalog::set(ports, &catalog.into(), expected))?)
    }

    fn history(page: wit::PageRequest) -> Result<wit::CatalogPage, wit::Error> {
        let page = with_ports(|ports| catalog::history(ports, &page.into()))?;
        let versions = page.items.into_iter().map(wit::CatalogVersion::from).collect();
        Ok(wit::CatalogPage { versions, next: page.next })
    }

    fn terms(agency: wit::AgencyId) -> Result<wit::AgencyTerms, wit::Error> {
        Ok(with_ports(|ports| catalog::terms(ports, &agency))?.into())
    }

    fn set_terms(
        agency: wit::AgencyId,
        changes: wit::TermsChanges,
    ) -> Result<wit::AgencyTerms, wit::Error> {
        Ok(with_ports(|ports| catalog::set_terms(ports, &agency, &changes.into()))?.into())
    }
}

impl From<wit::NewCatalog> for RawCatalog {
    fn from(new: wit::NewCatalog) -> RawCatalog {
        let wit::NewCatalog {
            currency,
            white_label,
            plans,
            add_ons,
            plan_discounts,
            seller,
            policies,
        } = new;
        let plan_discount = |wit::PlanDiscount { from_plans, basis_points }| RawPlanDiscount {
            from_plans,
            basis_points,
        };
        let wit::Seller { name, address } = seller;
        RawCatalog {
            currency,
            white_label: white_label.into(),
            plans: plans.into_iter().map(RawOffer::from).collect(),
            add_ons: add_ons.into_iter().map(RawOffer::from).collect(),
            plan_discounts: plan_discounts.into_iter().map(plan_discount).collect(),
            seller: Seller { name, address },
            policies: policies.into(),
        }
    }
}

impl From<CatalogVersion> for wit::CatalogVersion {
    fn from(version: CatalogVersion) -> wit::CatalogVersion {
        let CatalogVersion { version, since, catalog } = version;
        wit::CatalogVersion { version, since: since.millis(), catalog: catalog.into() }
    }
}

impl From<Catalog> for wit::NewCatalog {
    fn from(catalog: Catalog) -> wit::NewCatalog {
        let Catalog { currency, white_label, plans, add_ons, plan_discounts, seller, policies } =
            catalog;
        let plan_discount = |PlanDiscount { from_plans, off }| wit::PlanDiscount {
            from_plans,
            basis_points: off.points(),
        };
        let Seller { name, address } = seller;
        wit::NewCatalog {
            currency: currency.code().to_owned(),
            white_label: white_label.into(),
            plans: plans.into_iter().map(wit::Plan::from).collect(),
            add_ons: add_ons.into_iter().map(wit::AddOn::from).collect(),
            plan_discounts: plan_discounts.into_iter().map(plan_discount).collect(),
            seller: wit::Seller { name, address },
            policies: policies.into(),
        }
    }
}

impl From<wit::WhiteLabelPrices> for WhiteLabelPrices {
    fn from(prices: wit::WhiteLabelPrices) -> WhiteLabelPrices {
        let wit::WhiteLabelPrices { monthly, annual, mode, tiers } = prices;
        let tier = |wit::BrandTier { from_brands, monthly, annual }| BrandTier {
            from_brands,
            monthly,
            annual,
        };
        let tiers = tiers.into_iter().map(tier).collect();
        WhiteLabelPrices { monthly, annual, mode: mode.into(), tiers }
    }
}

impl From<WhiteLabelPrices> for wit::WhiteLabelPrices {
    fn from(prices: WhiteLabelPrices) -> wit::WhiteLabelPrices {
        let WhiteLabelPrices { monthly, annual, mode, tiers } = prices;
        let tier = |BrandTier { from_brands, monthly, annual }| wit::BrandTier {
            from_brands,
            monthly,
            annual,
        };
        let tiers = tiers.into_iter().map(tier).collect();
        wit::WhiteLabelPrices { monthly, annual, mode: mode.into(), tiers }
    }
}

impl From<wit::Allowance> for Allowance {
    fn from(allowance: wit::Allowance) -> Allowance {
        match allowance {
            wit::Allowance::AtMost(number) => Allowance::AtMost(number),
            wit::Allowance::Unlimited => Allowance::Unlimited,
        }
    }
}

impl From<Allowance> for wit::Allowance {
    fn from(allowance: Allowance) -> wit::Allowance {
        match allowance {
            Allowance::AtMost(number) => wit::Allowance::AtMost(number),
            Allowance::Unlimited => wit::Allowance::Unlimited,
        }
    }
}

impl From<wit::Resources> for Resources {
    fn from(resources: wit::Resources) -> Resources {
        let wit::Resources { dashboards, users, api_calls } = resources;
        Resources {
            dashboards: dashboards.into(),
            users: users.into(),
            api_calls: api_calls.into(),
        }
    }
}

impl From<Resources> for wit::Resources {
    fn from(resources: Resources) -> wit::Resources {
        let Resources { dashboards, users, api_calls } = resources;
        wit::Resources {
            dashboards: dashboards.into(),
            users: users.into(),
            api_calls: api_calls.into(),
        }
    }
}

/// Plans and add-ons have the same fields.
macro_rules! offers {
    ($($wit:ident = $inner:ident;)*) => {$(
        impl From<wit::$wit> for RawOffer {
            fn from(offer: wit::$wit) -> RawOffer {
                let wit::$wit { id, name, monthly, resources, features } = offer;
                RawOffer { id, name, monthly, resources: resources.into(), features }
            }
        }

        impl From<$inner> for wit::$wit {
            fn from(offer: $inner) -> wit::$wit {
                let $inner { id, name, monthly, resources, features } = offer;
                let key = |feature: AccountFeature| feature.key().to_owned();
                wit::$wit {
                    id: id.to_string(),
                    name: name.to_string(),
                    monthly,
                    resources: resources.into(),
                    features: features.into_iter().map(key).collect(),
                }
            }
        }
    )*};
}

offers! {
    Plan = Plan;
    AddOn = AddOn;
}

impl From<wit::Policies> for Policies {
    fn from(policies: wit::Policies) -> Policies {
        let wit::Policies {
            proration,
            white_label_start,
            trial_days_max,
            payment_days,
            delete_expired_trials_after_days,
        } = policies;
        let (proration, white_label_start) = (proration.into(), white_label_start.into());
        Policies {
            proration,
            white_label_start,
            trial_days_max,
            payment_days,
            delete_expired_trials_after_days,
        }
    }
}

impl From<Policies> for wit::Policies {
    fn from(policies: Policies) -> wit::Policies {
        let Policies {
            proration,
            white_label_start,
            trial_days_max,
            payment_days,
            delete_expired_trials_after_days,
        } = policies;
        let (proration, white_label_start) = (proration.into(), white_label_start.into());
        wit::Policies {
            proration,
            white_label_start,
            trial_days_max,
            payment_days,
            delete_expired_trials_after_days,
        }
    }
}

impl From<wit::TermsChanges> for RawTermsChanges {
    fn from(changes: wit::TermsChanges) -> RawTermsChanges {
        let wit::TermsChanges {
            price,
            discount,
            trial_ends_at,
            volume_discount,
            taxes,
            billing_address,
            pool,
        } = changes;
        let tax = |wit::TaxRate { name, basis_points }| RawTax { name, basis_points };
        let taxes = taxes.map(|taxes| taxes.into_iter().map(tax).collect());
        RawTermsChanges {
            price: price.map(RawPrice::from),
            discount: discount.map(RawDiscount::from),
            trial_ends_at,
            volume_discount,
            taxes,
            billing_address,
            pool: pool.map(Resources::from),
        }
    }
}

impl From<wit::AgencyPrice> for RawPrice {
    fn from(price: wit::AgencyPrice) -> RawPrice {
        let wit::AgencyPrice { monthly, annual, since, reason } = price;
        RawPrice { monthly, annual, since, reason }
    }
}

impl From<wit::Discount> for RawDiscount {
    fn from(discount: wit::Discount) -> RawDiscount {
        let wit::Discount { name, off, since, months } = discount;
        let off = match off {
            wit::DiscountOff::Amount(amount) => RawOff::Amount(amount),
            wit::DiscountOff::BasisPoints(points) => RawOff::BasisPoints(points),
        };
        RawDiscount { name, off, since, months }
    }
}

impl From<Shown> for wit::AgencyTerms {
    fn from(shown: Shown) -> wit::AgencyTerms {
        let Shown { terms, months, volume_discount } = shown;
        let trial_ends_at = terms.trial_ends_at().map(Timestamp::millis);
        let price = |AgencyPrice { monthly, annual, since, reason }| {
            let (since, reason) = (since.millis(), reason.to_string());
            wit::AgencyPrice { monthly, annual, since, reason }
        };
        let tax = |TaxRate { name, rate }| {
            let (name, basis_points) = (name.to_string(), rate.points());
            wit::TaxRate { name, basis_points }
        };
        wit::AgencyTerms {
            prices: terms.prices.into_iter().map(price).collect(),
            discounts: terms.discounts.into_iter().map(|d| shown_discount(d, months)).collect(),
            trial_ends_at,
            volume_discount,
            taxes: terms.taxes.into_iter().map(tax).collect(),
            billing_address: terms.billing_address,
            pool: terms.pool.0.into(),
        }
    }
}

/// A discount with the time at which its first month begins.
fn shown_discount(discount: Discount, of: Months) -> wit::Discount {
    let Discount { name, off, from_month, months } = discount;
    let off = match off {
        Off::Amount(amount) => wit::DiscountOff::Amount(amount),
        Off::Percent(points) => wit::DiscountOff::BasisPoints(points.points()),
    };
    wit::Discount { name: name.to_string(), off, since: of.start(from_month).millis(), months }
}

same_cases! {
    wit::TierMode = TierMode: Volume Graduated;
    wit::Proration = Proration: Millisecond Day None;
    wit::WhiteLabelStart = WhiteLabelStart: Invite Acceptance;
}
