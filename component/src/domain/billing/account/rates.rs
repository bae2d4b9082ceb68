//! What a plan or an add-on of an account is charged by.

use serde::{Deserialize, Serialize};

use super::Payer;
use crate::domain::billing::charge::worked_out;
use crate::domain::billing::rates::{Charged, Deduction, Moment, Price, Rates};
use crate::domain::billing::{BillingError, BillingItem, Opening, PayerId, Terms};
use crate::domain::catalog::{CatalogVersion, PriceBook, Proration};
use crate::domain::id::{AccountId, AddOnId, PlanId};
use crate::domain::money::Money;
use crate::domain::period::{Interval, Periods};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// What an account is charged by, whoever pays.
///
/// Its price book must reach back to [`AccountBilling::priced_from`](super::AccountBilling::priced_from).
/// Its openings are those at which something of the account is renewed
/// ([`AccountBilling::renewal_times`](super::AccountBilling::renewal_times)), and, where they are
/// needed ([`Terms::needs_opening`]), those at the starts of the agency's months in which that
/// happens and in which it is now.
#[derive(Clone, Copy, Debug)]
pub struct AccountTerms<'a> {
    /// What its agency is charged by.
    pub terms: &'a Terms,
    /// The account.
    pub account: &'a AccountId,
}

/// What was sold to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sold<'a> {
    /// A plan.
    Plan(&'a PlanId),
    /// An add-on to it.
    AddOn(&'a AddOnId),
}

impl Sold<'_> {
    /// Its id in the catalog.
    pub fn id(&self) -> &str {
        match self {
            Sold::Plan(plan) => plan.as_str(),
            Sold::AddOn(add_on) => add_on.as_str(),
        }
    }
}

/// A price, and the version of the catalog that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPrice {
    /// A month, in minor units.
    pub monthly: u64,
    /// The version of the catalog.
    pub catalog: u32,
}

/// What one plan or add-on is charged by: by its payer's months, and with what the platform
/// grants to the agency only where the agency pays.
#[derive(Clone, Debug)]
pub struct ItemRates<'a> {
    prices: &'a PriceBook,
    sold: Sold<'a>,
    /// The price that counts where the catalog has none any more.
    known: ListPrice,
    item: BillingItem,
    periods: Periods,
    closed_at: Option<Timestamp>,
    /// None where the account pays itself.
    agency: Option<&'a Terms>,
}

impl Terms {
    /// What plan and add-ons of an account are charged by, whoever pays.
    pub const fn account<'a>(&'a self, account: &'a AccountId) -> AccountTerms<'a> {
        AccountTerms { terms: self, account }
    }
}

impl<'a> AccountTerms<'a> {
    /// The months of whoever pays, as periods.
    pub fn periods(&self, payer: Payer) -> Periods {
        let anchor = match payer {
            Payer::Agency { .. } => self.terms.months().start(0),
            Payer::Account { anchor } => anchor,
        };
        Periods::new(anchor, Interval::Monthly)
    }

    /// Who pays, as ledgers name them.
    pub fn payer_id(&self, payer: Payer) -> PayerId {
        match payer {
            Payer::Agency { .. } => PayerId::Agency,
            Payer::Account { .. } => PayerId::Account(self.account.clone()),
        }
    }

    /// What ledgers call something that was sold to the account.
    pub fn item(&self, sold: Sold<'_>) -> BillingItem {
        let account = self.account.clone();
        match sold {
            Sold::Plan(_) => BillingItem::Plan(account),
            Sold::AddOn(add_on) => BillingItem::AddOn { account, add_on: add_on.clone() },
        }
    }

    /// What is in the catalog at `at`; none where it isn't for sale then.
    pub fn for_sale(&self, sold: Sold<'_>, at: Timestamp) -> Option<ListPrice> {
        listed(self.terms.prices.at(at), sold)
    }

    /// What `sold` is charged by, where `known` is its last price that anybody knows of.
    pub fn rates(&self, payer: Payer, sold: Sold<'a>, known: ListPrice) -> ItemRates<'a> {
        let agency = match payer {
            Payer::Agency { .. } => Some(self.terms),
            Payer::Account { .. } => None,
        };
        let (item, periods) = (self.item(sold), self.periods(payer));
        let (prices, closed_at) = (&self.terms.prices, self.terms.closed_at);
        ItemRates { prices, sold, known, item, periods, closed_at, agency }
    }
}

fn listed(version: &CatalogVersion, sold: Sold<'_>) -> Option<ListPrice> {
    let monthly = match sold {
        Sold::Plan(plan) => version.catalog.plan(plan).map(|plan| plan.monthly),
        Sold::AddOn(add_on) => version.catalog.add_on(add_on).map(|add_on| add_on.monthly),
    };
    monthly.map(|monthly| ListPrice { monthly, catalog: version.version })
}

impl ItemRates<'_> {
    /// What ledgers call it.
    pub const fn item(&self) -> &BillingItem {
        &self.item
    }

    /// Its price for a charge. What was left out of the catalog keeps the last price that it had.
    pub fn list_price(&self, moment: Moment) -> ListPrice {
        self.prices
            .by(moment.settled())
            .find_map(|version| listed(version, self.sold))
            .unwrap_or(self.known)
    }

    fn price(&self, moment: Moment) -> Result<Price, BillingError> {
        let ListPrice { monthly, catalog } = self.list_price(moment);
        let currency = self.prices.latest().catalog.currency;
        Ok(Price { amount: Money::of_price(monthly, currency)?, catalog })
    }

    /// What a period that begins at `at` comes to before an amount off, where `opening` is what
    /// was found then.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn renewed(&self, opening: &Opening, at: Timestamp) -> Result<Money, BillingError> {
        let moment = Moment::Renewal(at);
        let price = self.price(moment)?;
        let (working, _) = worked_out(self, price, moment);
        let (amount, catalog) = (working.amount()?, price.catalog);
        let Some(terms) = self.agency else { return Ok(amount) };
        let charge = Charged { at, amount, renewal: true, catalog };
        self.percentages(terms, opening.plans, &charge).map(|(rest, _)| rest)
    }

    /// A month by today's prices, where the agency has so many plans running: with the volume
    /// discount, which doesn't end by itself, and without what does.
    ///
    /// # Errors
    ///
    /// When amounts overflow.
    pub fn run_rate(&self, plans: u32, now: Timestamp) -> Result<Money, BillingError> {
        let Price { amount, .. } = self.price(Moment::Start(now))?;
        match self.agency.filter(|terms| self.is_plan() && terms.own.is_eligible(now)) {
            Some(terms) => match terms.volume_discount(plans, Moment::Start(now), amount)? {
                Some(discount) => Ok(amount.plus(discount.amount.negated()?)?),
                None => Ok(amount),
            },
            None => Ok(amount),
        }
    }

    /// What percentages take off a charge, and what they leave.
    fn percentages(
        &self,
        terms: &Terms,
        plans: u32,
        charge: &Charged,
    ) -> Result<(Money, Vec<Deduction>), BillingError> {
        let month = terms.month_of(charge.at);
        let mut rest = charge.amount;
        let mut deductions = Vec::new();
        if self.is_plan()
            && terms.has_volume_discount(month)
            && let Some(volume) = terms.volume_discount(plans, Moment::Renewal(month), rest)?
        {
            rest = rest.plus(volume.amount.negated()?)?;
            deductions.push(volume);
        }
        if let Some(percent) = terms.percent_off(&Charged { amount: rest, ..*charge })? {
            rest = rest.plus(percent.amount.negated()?)?;
            deductions.push(percent);
        }
        Ok((rest, deductions))
    }

    const fn is_plan(&self) -> bool {
        matches!(self.sold, Sold::Plan(_))
    }
}

impl Rates for ItemRates<'_> {
    fn periods(&self) -> &Periods {
        &self.periods
    }

    fn proration(&self, moment: Moment) -> Proration {
        self.prices.at(moment.settled()).catalog.policies.proration
    }

    fn catalog(&self, moment: Moment) -> u32 {
        self.list_price(moment).catalog
    }

    fn closed_at(&self) -> Option<Timestamp> {
        self.closed_at
    }

    fn trial_after(&self, moment: Moment) -> Option<Timestamp> {
        self.agency.and_then(|terms| terms.own.trial_of(moment))
    }

    fn note(&self) -> Option<Name> {
        match self.sold {
            Sold::Plan(plan) => Name::parse(plan.as_str()).ok(),
            // Its id is part of what its lines are about.
            Sold::AddOn(_) => None,
        }
    }

    fn start_price(&self, at: Timestamp) -> Result<Price, BillingError> {
        self.price(Moment::Start(at))
    }

    fn renewal_price(&self, at: Timestamp) -> Result<Price, BillingError> {
        self.price(Moment::Renewal(at))
    }

    fn discounts(&self, charge: &Charged) -> Result<Vec<Deduction>, BillingError> {
        let Some(terms) = self.agency else { return Ok(Vec::new()) };
        let plans = terms.plans_in_month(charge)?;
        let (rest, mut deductions) = self.percentages(terms, plans, charge)?;
        deductions.extend(terms.share_of_amount_off(&self.item, rest, charge)?);
        Ok(deductions)
    }
}
