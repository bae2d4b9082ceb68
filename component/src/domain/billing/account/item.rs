//! A plan or an add-on that runs.

use serde::{Deserialize, Serialize};

use super::rates::{ItemRates, ListPrice, Sold};
use crate::domain::billing::charge::Charge;
use crate::domain::billing::rates::Moment;
use crate::domain::billing::{BillingError, Posting, Rates as _, Reason};
use crate::domain::id::{AddOnId, PlanId};
use crate::domain::money::Money;
use crate::domain::period::Period;
use crate::domain::time::Timestamp;

/// The plan that an account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PlanItem {
    /// Which.
    pub plan: PlanId,
    /// What is charged for it.
    pub item: Item,
}

/// An add-on that an account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AddOnItem {
    /// Which.
    pub add_on: AddOnId,
    /// What is charged for it.
    pub item: Item,
    /// When it goes; none: that isn't planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

/// What is charged for a plan or an add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Item {
    /// Since when its payer is charged for it, whichever plan it was.
    pub since: Timestamp,
    /// Since when it is this plan or add-on: only what was debited from then on can be credited.
    pub begun: Timestamp,
    /// Whether it became so by itself, as a month began.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub by_itself: bool,
    /// What was debited last, net of discounts.
    pub debited: Money,
    /// What that debit covers.
    pub covers: Period,
    /// The price that was debited last, or asked for in its place.
    pub price: ListPrice,
}

impl PlanItem {
    /// As what was sold.
    pub const fn sold(&self) -> Sold<'_> {
        Sold::Plan(&self.plan)
    }
}

impl AddOnItem {
    /// As what was sold.
    pub const fn sold(&self) -> Sold<'_> {
        Sold::AddOn(&self.add_on)
    }
}

impl Item {
    /// A start at `at`: what is left of the month is charged.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn start(
        rates: &ItemRates<'_>,
        at: Timestamp,
        reason: Reason,
    ) -> Result<(Item, Vec<Posting>), BillingError> {
        let (Charge { debited, covers, .. }, postings) = Charge::start(rates, at, reason)?;
        let price = rates.list_price(Moment::Start(at));
        let item = Item { since: at, begun: at, by_itself: false, debited, covers, price };
        Ok((item, postings))
    }

    /// The next month, charged in advance.
    ///
    /// # Errors
    ///
    /// When amounts overflow, or a discount depends on what nobody looked at.
    pub fn renew(&mut self, rates: &ItemRates<'_>) -> Result<Vec<Posting>, BillingError> {
        let at = self.covers.end;
        let mut charge = self.charge();
        let postings = charge.renew(rates)?;
        (self.debited, self.covers) = (charge.debited, charge.covers);
        self.price = rates.list_price(Moment::Renewal(at));
        Ok(postings)
    }

    /// What is credited if it stops at `at`.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn stop(
        &self,
        rates: &ItemRates<'_>,
        at: Timestamp,
        reason: Reason,
    ) -> Result<Vec<Posting>, BillingError> {
        self.charge().stop(rates, at, reason)
    }

    /// When it is renewed by `now`: the first times, and no more than `most`.
    pub fn renewal_times(
        &self,
        rates: &ItemRates<'_>,
        now: Timestamp,
        most: u32,
    ) -> Vec<Timestamp> {
        let mut times = Vec::new();
        let mut time = self.covers.end;
        for _ in 0..most {
            if now < time || time == Timestamp::MAX {
                break;
            }
            times.push(time);
            let end = rates.periods().at(time).end;
            time = rates
                .trial_after(Moment::Renewal(time))
                .map_or(end, |trial_end| trial_end.min(end));
        }
        times
    }

    const fn charge(&self) -> Charge {
        let since =
            if self.by_itself { Moment::Renewal(self.begun) } else { Moment::Start(self.begun) };
        Charge { since, debited: self.debited, covers: self.covers }
    }
}
