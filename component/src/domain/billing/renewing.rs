//! Looking at all that renews at one moment.

use std::collections::BTreeMap;

use super::BillingError;
use super::account::AccountBilling;
use super::item::BillingItem;
use super::opening::{Opening, Split};
use super::rates::{Charged, Price};
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
        if self.has_tiers(at) {
            let together = self.brands_together(opening.brands, at)?;
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
        if !self.months().begins_at(at) {
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
        let trial = self.own.trial_after(at).is_some();
        let price = self.brand_renewal(brand, opening, at)?;
        let Price { amount, catalog } = price;
        let amount = if trial { Money::zero(amount.currency) } else { amount };
        let percent = self.percent_off(&Charged { at, amount, renewal: true, catalog })?;
        match percent {
            Some(percent) => Ok(amount.plus(percent.amount.negated()?)?),
            None => Ok(amount),
        }
    }
}
