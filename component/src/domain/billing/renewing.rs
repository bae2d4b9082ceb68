//! Looking at all that renews at one moment.

use std::collections::BTreeMap;

use super::BillingError;
use super::account::AccountBilling;
use super::charge::worked_out;
use super::item::BillingItem;
use super::opening::{Opening, Split};
use super::rates::{Charged, Moment};
use super::terms::Terms;
use super::white_label::WhiteLabel;
use crate::domain::id::{AccountId, BrandId};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

impl Terms {
    /// What all that renews at `at` comes to, of all that the agency is charged for, whatever is
    /// due for it before. Tiers count all brands that have been running, also those that are
    /// paid for beyond `at`, as some are where a trial ends; the volume discount counts the
    /// plans that the agency pays for and that renew as its month begins.
    ///
    /// Prices have to be known as far back as any of the accounts needs them
    /// ([`AccountBilling::priced_from`]).
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn open(
        &self,
        at: Timestamp,
        charged: &BTreeMap<BrandId, WhiteLabel>,
        accounts: &BTreeMap<AccountId, AccountBilling>,
    ) -> Result<Opening, BillingError> {
        let runs = |(_, item): &(&BrandId, &WhiteLabel)| item.since < at && item.runs_at(at);
        let brands: Vec<BrandId> = charged.iter().filter(runs).map(|(id, _)| id.clone()).collect();
        let mut opening = Opening {
            brands: u32::try_from(brands.len()).unwrap_or(u32::MAX),
            plans: self.plans_renewed(at, accounts),
            ..Opening::default()
        };
        if self.has_tiers(Moment::Renewal(at)) {
            let together = self.brands_together(opening.brands, Moment::Renewal(at))?;
            opening.extra_through = Opening::extra_through(&brands, together);
        }
        if let Some(amount) = self.amount_off(at) {
            let renew = |(id, item): &(&BrandId, &WhiteLabel)| item.renews_at(&self.brand(id), at);
            let mut items = Vec::with_capacity(brands.len());
            for (brand, _) in charged.iter().filter(renew) {
                let rest = self.renewed_brand(brand, &opening, at)?;
                let rest = u64::try_from(rest.amount).unwrap_or(0);
                items.push((BillingItem::WhiteLabel(brand.clone()).place(), rest));
            }
            for (id, account) in accounts {
                for rates in account.renewed_by_agency(&self.account(id), at) {
                    let rest = rates.renewed(&opening, at)?;
                    items.push((rates.item().place(), u64::try_from(rest.amount).unwrap_or(0)));
                }
            }
            opening.amount_off = Some(Split::new(amount, &items)?);
        }
        Ok(opening)
    }

    /// How many plans that the agency pays for renew at `at`, if a month begins then.
    fn plans_renewed(&self, at: Timestamp, accounts: &BTreeMap<AccountId, AccountBilling>) -> u32 {
        if !self.months().begins_at(at) || self.renewed_until(at) < at {
            return 0;
        }
        let renewed = |account: &&AccountBilling| account.plan_renewed_by_agency(at);
        u32::try_from(accounts.values().filter(renewed).count()).unwrap_or(u32::MAX)
    }

    /// What a brand that renews costs after a percentage off, and before an amount off.
    fn renewed_brand(
        &self,
        brand: &BrandId,
        opening: &Opening,
        at: Timestamp,
    ) -> Result<Money, BillingError> {
        let price = self.brand_renewal(brand, opening, at)?;
        // As a trial ends, a year may have begun before: only what is left of it is charged.
        let (working, _) = worked_out(&self.brand(brand), price, Moment::Renewal(at));
        let (amount, catalog) = (working.amount()?, price.catalog);
        let percent = self.percent_off(&Charged { at, amount, renewal: true, catalog })?;
        match percent {
            Some(percent) => Ok(amount.plus(percent.amount.negated()?)?),
            None => Ok(amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::domain::billing::AgencyTerms;
    use crate::domain::billing::agency_terms::{Discount, Off};
    use crate::domain::catalog::{CatalogVersion, PriceBook};
    use crate::domain::money::Currency;
    use crate::domain::period::{Interval, Period, Periods};
    use crate::domain::text::Name;
    use crate::domain::time::{DAY, Until};

    /// Days after midnight of 1 September 2026: October begins after 30.
    fn at(day: u64) -> Timestamp {
        Timestamp::from_millis(1_788_220_800_000 + day * DAY).unwrap()
    }

    /// Two brands are renewed on 1 October, with 10.00 off.
    #[test]
    fn an_amount_off_is_shared_by_what_is_charged() {
        for (what, interval, trial, charged, off) in [
            ("a month", Interval::Monthly, None, 4_900, 500),
            ("a month after a trial", Interval::Monthly, Some(30), 4_900, 500),
            // 492.00 with 335 of 365 days left.
            ("a year after a trial", Interval::Annual, Some(30), 45_156, 500),
            ("a month of a trial", Interval::Monthly, Some(40), 0, 0),
        ] {
            let name = Name::parse("Welcome").unwrap();
            let welcome = Discount { name, off: Off::Amount(1_000), from_month: 1, months: 1 };
            let mut own = AgencyTerms { discounts: vec![welcome], ..AgencyTerms::default() };
            if let Some(day) = trial {
                own.set_trial(at(day), at(0));
            }
            let mut terms = Terms {
                periods: Periods::new(at(0), interval),
                prices: Rc::new(PriceBook::new(CatalogVersion::default())),
                own,
                closed_at: None,
                running: 0,
                openings: BTreeMap::new(),
            };
            let item = WhiteLabel {
                since: at(0),
                until: Until::FOREVER,
                debited: Money::zero(Currency::USD),
                covers: Period { start: at(0), end: at(30) },
            };
            let ids = ["adidas", "nike"].map(|id| BrandId::parse(id).unwrap());
            let brands = ids.clone().map(|id| (id, item.clone())).into();
            let opening = terms.open(at(30), &brands, &BTreeMap::new()).unwrap();
            terms.openings.insert(at(30), opening);
            for id in ids {
                let (_, postings) = item.clone().settle(&terms.brand(&id), at(30)).unwrap();
                let amounts: Vec<i64> = postings.iter().map(|line| line.amount.amount).collect();
                let taken = (off > 0).then_some(-off);
                let expected: Vec<i64> = [charged].into_iter().chain(taken).collect();
                assert_eq!(amounts, expected, "{what}: {id}");
            }
        }
    }
}
