//! `billing.summary`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::page::LIMIT_MAX;
use super::super::ports::Ports;
use super::super::record;
use super::super::view;
use super::settled;
use crate::domain::actor::Role;
use crate::domain::brand::Brand;
use crate::domain::money::Money;
use crate::domain::period::{Interval, Period};

const FUNCTION: Function = Function { name: "billing.summary", least: Role::Viewer };

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
///
/// # Errors
///
/// When an amount overflows, or the store fails.
pub fn summary(ports: &Ports, call: &Call) -> Result<Summary, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let agency = &caller.agency;
    let payer = keys::payer(agency);
    let mut view = query(ports, agency, vec![payer.text().to_owned()])?;
    let mut total = view.expect(&payer)?.total;
    let mut brands = 0_u32;
    let range = keys::brands(agency);
    let mut bound = None;
    loop {
        let rows = view::scan(ports, &range, bound, LIMIT_MAX, false)?;
        for row in &rows {
            let brand: Brand = record::decode(&row.key, &row.value)?;
            let (item, due) = settled(&view, brand.white_label)?;
            brands = brands.saturating_add(u32::from(item.is_some()));
            for posting in due {
                total = total.plus(posting.amount)?;
            }
        }
        match rows.last() {
            // The next key after this one: no key sorts between a text and itself with `!`.
            Some(last) if rows.len() == LIMIT_MAX as usize => {
                bound = Some(format!("{}!", last.key))
            }
            Some(_) | None => break,
        }
    }
    let interval = view.agency().billing_interval;
    let run_rate = view.catalog().white_label_run_rate(interval).times(u64::from(brands))?;
    let period = view.agency().periods().at(view.now());
    Ok(Summary { interval, brands, run_rate, period, total })
}
