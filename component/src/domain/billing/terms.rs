//! What an agency is charged by.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::BillingError;
use super::agency_terms::AgencyTerms;
use super::item::BillingItem;
use super::opening::Opening;
use super::posting::Working;
use super::rates::{Charged, Deduction, Moment, Price, Rates};
use crate::domain::catalog::{BasisPoints, CatalogVersion, PriceBook, Proration, WhiteLabelStart};
use crate::domain::id::BrandId;
use crate::domain::money::Money;
use crate::domain::period::{Interval, Months, Periods};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// What an agency is charged by: prices, what holds for it alone, and its periods.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The periods of white-label.
    pub periods: Periods,
    /// The catalog's versions.
    pub prices: Rc<PriceBook>,
    /// What holds for the agency alone.
    pub own: AgencyTerms,
    /// When the agency was closed: what runs is paid for to the end of its term, and isn't
    /// renewed. None: it isn't closed.
    pub closed_at: Option<Timestamp>,
    /// How many brands run, where the price of a start depends on it
    /// ([`Terms::counts_brands`]).
    pub running: u32,
    /// What was found when somebody looked at all that runs, by the time that it is about.
    pub openings: BTreeMap<Timestamp, Opening>,
}

impl Terms {
    /// What white-label of a brand is charged by.
    pub const fn brand<'a>(&'a self, brand: &'a BrandId) -> BrandRates<'a> {
        BrandRates { terms: self, brand }
    }

    /// The latest time up to `now` at which a period may begin that is charged for.
    pub fn renewed_until(&self, now: Timestamp) -> Timestamp {
        self.closed_at.map_or(now, |closed| closed.min(now))
    }

    /// The agency's months.
    pub const fn months(&self) -> Months {
        self.periods.months()
    }

    /// From when on white-label of a brand runs. It is settled before there is an agency, so it
    /// is the same at all times.
    pub fn white_label_start(&self) -> WhiteLabelStart {
        self.prices.latest().catalog.policies.white_label_start
    }

    /// Whether what renews at `at` depends on what else does: somebody has to look at all of
    /// it first.
    pub fn needs_opening(&self, at: Timestamp) -> bool {
        let counts_plans = self.months().begins_at(at) && self.has_volume_discount(at);
        self.has_tiers(Moment::Renewal(at)) || self.amount_off(at).is_some() || counts_plans
    }

    /// Whether the price of a start at `at` depends on how many brands run.
    pub fn counts_brands(&self, at: Timestamp) -> bool {
        self.has_tiers(Moment::Start(at))
    }

    /// Whether the prices of brands that are charged then depend on how many there are.
    pub(super) fn has_tiers(&self, moment: Moment) -> bool {
        let at = moment.at();
        let own = self.own.own_price(self.periods.interval(at), at);
        own.is_none() && !self.version(moment).catalog.white_label.tiers.is_empty()
    }

    /// The version of the catalog that counts for a charge.
    fn version(&self, moment: Moment) -> &CatalogVersion {
        self.prices.at(moment.settled())
    }

    /// The amount that is taken off what renews at `at`: only where a month begins.
    pub fn amount_off(&self, at: Timestamp) -> Option<u64> {
        let months = self.months();
        let amount = self.own.amount_off(months.number(at)).map(|(_, amount)| amount);
        amount.filter(|_| months.begins_at(at))
    }

    /// What a period of white-label costs where it is `nth` of the brands that run.
    ///
    /// # Errors
    ///
    /// When it is more than an amount holds.
    pub fn nth_brand(&self, nth: u32, moment: Moment) -> Result<Price, BillingError> {
        let at = moment.at();
        let interval = self.periods.interval(at);
        let version = self.version(moment);
        let listed = || version.catalog.white_label.nth(nth.max(1), interval);
        let price = self.own.own_price(interval, at).unwrap_or_else(listed);
        Ok(Price { amount: version.catalog.money(price)?, catalog: version.version })
    }

    /// What `brands` cost together for one period.
    ///
    /// # Errors
    ///
    /// When it is more than an amount holds.
    pub fn brands_together(&self, brands: u32, moment: Moment) -> Result<Money, BillingError> {
        let at = moment.at();
        let interval = self.periods.interval(at);
        let version = self.version(moment);
        let total = match self.own.own_price(interval, at) {
            Some(price) => price.checked_mul(u64::from(brands)),
            None => version.catalog.white_label.together(brands, interval),
        };
        Ok(version.catalog.money(total.unwrap_or(u64::MAX))?)
    }

    /// What `brands` come to a month: a twelfth of a year's price on annual billing.
    ///
    /// # Errors
    ///
    /// When it is more than an amount holds.
    pub fn run_rate(&self, brands: u32, at: Timestamp) -> Result<Money, BillingError> {
        self.a_month(self.brands_together(brands, Moment::Start(at))?, at)
    }

    /// What white-label for `price` a period comes to a month: a twelfth on annual billing.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill.
    pub fn a_month(&self, price: Money, at: Timestamp) -> Result<Money, BillingError> {
        Ok(match self.periods.interval(at) {
            Interval::Monthly => price,
            Interval::Annual => price.share(1, 12)?,
        })
    }

    /// The percentage that is taken off a charge.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill.
    pub fn percent_off(&self, charge: &Charged) -> Result<Option<Deduction>, BillingError> {
        let month = self.months().number(charge.at);
        let Some((name, points)) = self.own.percent_off(month) else { return Ok(None) };
        let working = Working {
            base: charge.amount,
            numerator: u64::from(points.points()),
            denominator: u64::from(BasisPoints::WHOLE),
            catalog: charge.catalog,
        };
        let amount = working.amount()?;
        Ok(Some(Deduction { name: name.clone(), amount, working: Some(working) }))
    }

    /// When the agency's month began that `at` lies in.
    pub fn month_of(&self, at: Timestamp) -> Timestamp {
        self.months().start(self.months().number(at))
    }

    /// Whether the volume discount holds for the month that began at `month`.
    pub fn has_volume_discount(&self, month: Timestamp) -> bool {
        self.own.has_volume_discount(month)
    }

    /// How many plans count for the volume discount on a charge: those that ran as its month
    /// began. No plan ran where nobody looked then.
    ///
    /// # Errors
    ///
    /// When the charge is one of those that somebody has to look at first.
    pub fn plans_in_month(&self, charge: &Charged) -> Result<u32, BillingError> {
        let month = self.month_of(charge.at);
        match self.openings.get(&month) {
            Some(opening) => Ok(opening.plans),
            None if charge.renewal && charge.at == month && self.has_volume_discount(month) => {
                Err(BillingError::NotOpened(month))
            }
            None => Ok(0),
        }
    }

    /// From how many plans on more of them change nothing of the volume discount at `now`; 0 where
    /// there is none.
    pub fn plans_that_matter(&self, now: Timestamp) -> u32 {
        let version = self.version(Moment::Start(now));
        version.catalog.plan_discounts.iter().map(|tier| tier.from_plans).max().unwrap_or(0)
    }

    /// The volume discount on a plan for `amount` where so many run, by the tiers of `moment`.
    ///
    /// # Errors
    ///
    /// Never for the amounts of a real bill.
    pub fn volume_discount(
        &self,
        plans: u32,
        moment: Moment,
        amount: Money,
    ) -> Result<Option<Deduction>, BillingError> {
        let version = self.version(moment);
        let off = version.catalog.plan_discount(plans);
        if off == BasisPoints::ZERO {
            return Ok(None);
        }
        let working = Working {
            base: amount,
            numerator: u64::from(off.points()),
            denominator: u64::from(BasisPoints::WHOLE),
            catalog: version.version,
        };
        let name = Name::of_ours("Volume discount");
        Ok(Some(Deduction { name, amount: working.amount()?, working: Some(working) }))
    }

    /// An item's share of the amount that is taken off a month's renewals, where `rest` is what
    /// other discounts leave of its charge.
    ///
    /// # Errors
    ///
    /// When nobody looked at all that renews then.
    pub fn share_of_amount_off(
        &self,
        item: &BillingItem,
        rest: Money,
        charge: &Charged,
    ) -> Result<Option<Deduction>, BillingError> {
        if !charge.renewal || !self.months().begins_at(charge.at) {
            return Ok(None);
        }
        let month = self.months().number(charge.at);
        let Some((name, _)) = self.own.amount_off(month) else { return Ok(None) };
        let Some(split) = &self.opening(charge.at)?.amount_off else { return Ok(None) };
        let amount = split.share(&item.place(), rest)?;
        Ok(Some(Deduction { name: name.clone(), amount, working: None }))
    }

    /// What a period of white-label of a brand costs that begins at `at`.
    pub(super) fn brand_renewal(
        &self,
        brand: &BrandId,
        opening: &Opening,
        at: Timestamp,
    ) -> Result<Price, BillingError> {
        let moment = Moment::Renewal(at);
        if !self.has_tiers(moment) {
            return self.nth_brand(1, moment);
        }
        let together = self.brands_together(opening.brands, moment)?;
        let amount = opening.brand_share(brand, together)?;
        Ok(Price { amount, catalog: self.version(moment).version })
    }

    /// The opening at `at`, which needs one.
    fn opening(&self, at: Timestamp) -> Result<&Opening, BillingError> {
        self.openings.get(&at).ok_or(BillingError::NotOpened(at))
    }
}

/// What white-label of one brand is charged by.
#[derive(Clone, Copy, Debug)]
pub struct BrandRates<'a> {
    /// The agency's terms.
    pub terms: &'a Terms,
    /// The brand.
    pub brand: &'a BrandId,
}

impl Rates for BrandRates<'_> {
    fn periods(&self) -> &Periods {
        &self.terms.periods
    }

    fn proration(&self, moment: Moment) -> Proration {
        self.terms.version(moment).catalog.policies.proration
    }

    fn catalog(&self, moment: Moment) -> u32 {
        self.terms.version(moment).version
    }

    fn closed_at(&self) -> Option<Timestamp> {
        self.terms.closed_at
    }

    fn trial_after(&self, moment: Moment) -> Option<Timestamp> {
        self.terms.own.trial_of(moment)
    }

    fn note(&self) -> Option<Name> {
        None
    }

    fn start_price(&self, at: Timestamp) -> Result<Price, BillingError> {
        self.terms.nth_brand(self.terms.running.saturating_add(1), Moment::Start(at))
    }

    fn renewal_price(&self, at: Timestamp) -> Result<Price, BillingError> {
        let moment = Moment::Renewal(at);
        if !self.terms.has_tiers(moment) {
            return self.terms.nth_brand(1, moment);
        }
        self.terms.brand_renewal(self.brand, self.terms.opening(at)?, at)
    }

    fn discounts(&self, charge: &Charged) -> Result<Vec<Deduction>, BillingError> {
        let mut deductions = Vec::new();
        let mut rest = charge.amount;
        if let Some(percent) = self.terms.percent_off(charge)? {
            rest = rest.plus(percent.amount.negated()?)?;
            deductions.push(percent);
        }
        let item = BillingItem::WhiteLabel(self.brand.clone());
        deductions.extend(self.terms.share_of_amount_off(&item, rest, charge)?);
        Ok(deductions)
    }
}
