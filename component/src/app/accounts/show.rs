//! What an account looks like from outside: with all that is due counted in.

use crate::app::acting::brands_of;
use crate::app::billing::Standing;
use crate::app::booking;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::resources::allotment;
use crate::app::view::{self, View};
use crate::domain::account::{Account, Allotment, Status};
use crate::domain::billing::Terms;
use crate::domain::billing::account::{Item, Sold};
use crate::domain::id::BrandId;
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

/// What accounts are shown by.
struct Basis {
    terms: Terms,
    /// How many plans the agency pays for, where what a plan costs depends on it.
    plans: u32,
}

/// An account as it is at one moment.
pub struct Shown {
    /// The account, with all done that is due.
    pub account: Account,
    /// Where it stands.
    pub status: Status,
    /// Its plan.
    pub plan: Option<Purchase>,
    /// Its add-ons.
    pub add_ons: Vec<Purchase>,
    /// What all that runs costs a month.
    pub run_rate: Money,
    /// What the agency charges its client a month.
    pub resale_price: Option<Money>,
    /// What the agency keeps of that.
    pub margin: Option<Money>,
    /// Its brands.
    pub brands: Vec<BrandId>,
    /// What it may use.
    pub allotment: Allotment,
}

/// A plan or an add-on that an account has.
pub struct Purchase {
    /// Which.
    pub id: String,
    /// What it costs a month.
    pub monthly: Money,
    /// Since when its payer is charged for it.
    pub since: Timestamp,
    /// Until when it is paid for.
    pub paid_until: Timestamp,
}

/// Shows accounts as they are now. Only where something is due, which a job books soon, all
/// others are read.
pub fn show(view: &mut View<'_>, accounts: Vec<Account>) -> Result<Vec<Shown>, Error> {
    let now = view.now();
    let is_due = accounts.iter().any(|account| account.billing.is_due(now));
    let basis = if is_due {
        let standing = Standing::read(view, now, |_| Ok(()))?;
        Basis { plans: standing.plans(), terms: standing.terms }
    } else {
        let terms = booking::terms(view, now)?;
        Basis { plans: plans_that_matter(view, &terms)?, terms }
    };
    let mut shown = Vec::with_capacity(accounts.len());
    for account in accounts {
        let brands = brands_of(view, &account.id)?;
        let allotment = allotment(view, &account)?;
        shown.push(basis.show(account, (brands, allotment), now)?);
    }
    Ok(shown)
}

/// How many plans the agency pays for, no more than what decides about its volume discount: of all
/// that there are, so many are read.
fn plans_that_matter(view: &View<'_>, terms: &Terms) -> Result<u32, Error> {
    let most = terms.plans_that_matter(view.now());
    if most == 0 || !view.agency().terms.is_eligible(view.now()) {
        return Ok(0);
    }
    let counted = keys::accounts_counted(&view.agency().id);
    let counted = view::scan(view.ports(), &counted, None, most, false)?;
    Ok(u32::try_from(counted.len()).unwrap_or(most))
}

impl Basis {
    fn show(
        &self,
        account: Account,
        (brands, allotment): (Vec<BrandId>, Allotment),
        now: Timestamp,
    ) -> Result<Shown, Error> {
        let terms = self.terms.account(&account.id);
        let billing = account.billing.settle(&terms, now)?.account;
        let purchase = |(sold, item): (Sold<'_>, &Item)| {
            let rates = terms.rates(billing.payer, sold, item.price);
            Ok(Purchase {
                id: sold.id().to_owned(),
                monthly: rates.run_rate(self.plans, now)?,
                since: item.since,
                paid_until: item.covers.end,
            })
        };
        let items = billing.items().map(purchase).collect::<Result<Vec<_>, Error>>()?;
        let mut items = items.into_iter();
        let plan = if billing.plan.is_some() { items.next() } else { None };
        let add_ons = items.collect();
        let run_rate = billing.run_rate(&terms, self.plans, now)?;
        let resale = account.resale_price.map(|price| Money::of_price(price, run_rate.currency));
        let resale_price = resale.transpose()?;
        let margin = match resale_price.filter(|_| billing.paid_by_agency()) {
            Some(price) => Some(price.plus(run_rate.negated()?)?),
            None => None,
        };
        let (id, standing) = (account.id.clone(), account.standing.at(now));
        let account = Account { id, standing, billing, ..account };
        let status = standing.status();
        Ok(Shown {
            account,
            status,
            plan,
            add_ons,
            run_rate,
            resale_price,
            margin,
            brands,
            allotment,
        })
    }
}
