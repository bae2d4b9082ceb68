//! `billing.summary`

use core::ops::ControlFlow;

use super::{Charged, each_brand};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::money::Money;
use crate::domain::period::{Interval, Period};

/// What is owed as things stand.
pub struct Summary {
    /// How often white-label is billed.
    pub interval: Interval,
    /// How many brands are charged for.
    pub brands: u32,
    /// What they cost a month.
    pub run_rate: Money,
    /// The running period.
    pub period: Period,
    /// All charges less all credits, what is due included.
    pub total: Money,
}

/// What is owed as things stand: the ledger's total, and what is due besides.
///
/// It looks at every brand, since any of them may have ended by itself.
pub fn summary(ports: &Ports, call: &Call) -> Result<Summary, Error> {
    let caller = Caller::of(call, functions::BILLING_SUMMARY)?;
    let agency = &caller.agency;
    let totals = keys::agency_totals(agency);
    let mut view = query(ports, agency, vec![totals.text().to_owned()])?;
    let mut total = view.expect(&totals)?.total;
    let mut brands = 0_u32;
    each_brand(&view, None, |charged| {
        let Charged { item, due, .. } = charged?;
        brands = brands.saturating_add(u32::from(item.is_some()));
        for posting in due {
            total = total.plus(posting.amount)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let interval = view.agency().billing_interval;
    let run_rate = view.catalog().white_label_run_rate(interval).times(u64::from(brands))?;
    let period = view.agency().periods().at(view.now());
    Ok(Summary { interval, brands, run_rate, period, total })
}
