//! `catalog.set-terms`

use super::arguments;
use super::terms::Shown;
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources;
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::billing::AgencyTerms;
use crate::domain::billing::agency_terms::{AgencyPrice, Off, Pool, TaxRate};
use crate::domain::billing::terms_changes::{NewDiscount, TRIAL_AHEAD_MAX, TermsChanges};
use crate::domain::catalog::Resources;
use crate::domain::catalog::check::{self, CheckError};
use crate::domain::due::Due;
use crate::domain::id::AgencyId;
use crate::domain::log::Event;
use crate::domain::text::{Name, lines};
use crate::domain::time::Timestamp;

/// How many taxes an invoice shows.
const TAXES_MAX: usize = 5;

/// How many bytes an agency's terms take: they are part of its row, which every call reads. It
/// is enough for some 250 prices and discounts.
const TERMS_BYTES_MAX: usize = 24 * 1024;

/// How many more they may take where something is taken away: that it was is written down too, and
/// must fit beside as much as was ever given.
const TAKING_AWAY_BYTES_MAX: usize = 4 * 1024;

/// What to change for one agency, as it arrives.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "as in `TermsChanges`")]
pub struct RawTermsChanges {
    pub price: Option<RawPrice>,
    pub discount: Option<RawDiscount>,
    pub trial_ends_at: Option<u64>,
    pub volume_discount: Option<bool>,
    pub taxes: Option<Vec<RawTax>>,
    pub billing_address: Option<String>,
    pub pool: Option<Resources>,
}

/// A price of an agency's own, as it arrives.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in `AgencyPrice`")]
pub struct RawPrice {
    pub monthly: Option<u64>,
    pub annual: Option<u64>,
    pub since: u64,
    pub reason: String,
}

/// A discount, as it arrives.
#[derive(Clone, Debug)]
pub struct RawDiscount {
    /// What it is called on invoices.
    pub name: String,
    /// An amount, or basis points.
    pub off: RawOff,
    /// Its first month begins then or later.
    pub since: u64,
    /// For so many months.
    pub months: u32,
}

/// What a discount takes off, as it arrives.
#[derive(Clone, Copy, Debug)]
pub enum RawOff {
    /// Minor units.
    Amount(u64),
    /// Hundredths of a percent.
    BasisPoints(u32),
}

/// A tax, as it arrives.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "as in `TaxRate`")]
pub struct RawTax {
    pub name: String,
    pub basis_points: u32,
}

/// Changes what holds for one agency, and gives all of it.
///
/// # Errors
///
/// When a trial would end too early or too late, when there would be more than fits, or when more is
/// allocated than would be in the pool.
pub fn set_terms(ports: &Ports, agency: &str, raw: &RawTermsChanges) -> Result<Shown, Error> {
    let unknown = |_| Error::not_found("agency", agency);
    let tenant = Tenant::Existing(AgencyId::parse(agency).map_err(unknown)?);
    let mut fields = Fields::default();
    let changes = read(raw, &mut fields);
    let changes = fields.finish(changes)?;
    transact(ports, &tenant, Actor::Platform, &[], |tx| {
        let now = tx.now();
        check_trial(changes.trial_ends_at, now)?;
        let agency = tx.agency().clone();
        let (after, replaced) = agency.terms.with(&changes, agency.months(), now);
        let changed = after.changed_since(&agency.terms);
        let shown = Shown::of(&agency, after.clone());
        if !changed.is_empty() {
            let takes_away = changes.only_take_away(&agency.terms, &replaced, now);
            check_size(&agency.terms, &after, takes_away)?;
            if after.pool != agency.terms.pool {
                resources::check_pool(tx, after.pool, "set-terms")?;
            }
            tx.log(Event::TermsChanged { changed, replaced })?;
            schedule_trial_end(tx, &shown)?;
            tx.write(keys::agency(&agency.id.clone()), &Agency { terms: after, ..agency })?;
        }
        Ok(shown)
    })
}

/// What runs is charged for from the end of the trial on.
fn schedule_trial_end(tx: &mut Tx<'_>, shown: &Shown) -> Result<(), Error> {
    let end = shown.terms.trial_after(tx.now());
    end.map_or(Ok(()), |end| tx.schedule(end, Due::Renewals))
}

fn check_trial(ends_at: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    let latest = now.plus(TRIAL_AHEAD_MAX);
    match ends_at {
        Some(end) if end <= now || end > latest => {
            let message =
                format!("must be after now, {now}, and by {latest} at the latest: in 400 days");
            Err(Error::invalid("changes.trial-ends-at", "out-of-range", message))
        }
        Some(_) | None => Ok(()),
    }
}

/// Refuses terms that take more than fits. Whatever is taken away fits, and what takes less than
/// before.
fn check_size(before: &AgencyTerms, after: &AgencyTerms, takes_away: bool) -> Result<(), Error> {
    let allowed = TERMS_BYTES_MAX as u64;
    let room = if takes_away { allowed + TAKING_AWAY_BYTES_MAX as u64 } else { allowed };
    let asked = bytes(after)?;
    if asked > room && asked > bytes(before)? {
        return Err(Error::Limit { limit: "terms-bytes", allowed, asked, wait: None });
    }
    Ok(())
}

fn bytes(terms: &AgencyTerms) -> Result<u64, Error> {
    Ok(serde_json::to_string(terms).map_err(Error::internal)?.len() as u64)
}

fn read(raw: &RawTermsChanges, fields: &mut Fields) -> Option<TermsChanges> {
    let price = optional(raw.price.as_ref(), |raw| price(raw, fields));
    let discount = optional(raw.discount.as_ref(), |raw| discount(raw, fields));
    let trial = optional(raw.trial_ends_at, |at| fields.time("changes.trial-ends-at", at));
    let taxes = optional(raw.taxes.as_ref(), |raw| taxes(raw, fields));
    let address = fields.take_optional(
        "changes.billing-address",
        raw.billing_address.as_deref(),
        |address| lines(address, check::ADDRESS_CHARS_MAX),
    );
    let pool = optional(raw.pool, |pool| arguments::resources(pool, "changes.pool", fields));
    Some(TermsChanges {
        price: price?,
        discount: discount?,
        trial_ends_at: trial?,
        volume_discount: raw.volume_discount,
        taxes: taxes?,
        billing_address: address?,
        pool: pool?.map(Pool),
    })
}

/// What an optional argument means: `Some(None)` where it was left out.
fn optional<R, T>(raw: Option<R>, read: impl FnOnce(R) -> Option<T>) -> Option<Option<T>> {
    match raw {
        None => Some(None),
        Some(raw) => read(raw).map(Some),
    }
}

fn price(raw: &RawPrice, fields: &mut Fields) -> Option<AgencyPrice> {
    let mut amount = |name: &str, amount: Option<u64>| {
        let field = format!("changes.price.{name}");
        optional(amount, |amount| fields.take(&field, check::price(amount)))
    };
    let (monthly, annual) = (amount("monthly", raw.monthly), amount("annual", raw.annual));
    let since = fields.time("changes.price.since", raw.since);
    let reason = fields.take("changes.price.reason", Name::parse(&raw.reason));
    Some(AgencyPrice { monthly: monthly?, annual: annual?, since: since?, reason: reason? })
}

fn discount(raw: &RawDiscount, fields: &mut Fields) -> Option<NewDiscount> {
    let name = fields.take("changes.discount.name", Name::parse(&raw.name));
    let off = match raw.off {
        RawOff::Amount(amount) => check::number(amount, &(1..=check::PRICE_MAX)).map(Off::Amount),
        RawOff::BasisPoints(points) => check::basis_points(points, 1).map(Off::Percent),
    };
    let off = fields.take("changes.discount.off", off);
    let since = fields.time("changes.discount.since", raw.since);
    let months = check::number(raw.months.into(), &check::DISCOUNT_MONTHS).map(|_| raw.months);
    let months = fields.take("changes.discount.months", months);
    Some(NewDiscount { name: name?, off: off?, since: since?, months: months? })
}

fn taxes(raw: &[RawTax], fields: &mut Fields) -> Option<Vec<TaxRate>> {
    let field = "changes.taxes";
    fields.take(field, check::count(raw.len(), TAXES_MAX))?;
    let mut taxes: Vec<TaxRate> = Vec::with_capacity(raw.len());
    let mut fits = true;
    for (index, RawTax { name, basis_points }) in raw.iter().enumerate() {
        let part = |name: &str| format!("{field}[{index}].{name}");
        let name = fields.take(&part("name"), Name::parse(name));
        let rate = check::basis_points(*basis_points, 0);
        let rate = fields.take(&part("basis-points"), rate);
        let Some((name, rate)) = name.zip(rate) else {
            fits = false;
            continue;
        };
        let is_new = !taxes.iter().any(|tax| tax.name == name);
        let once = if is_new { Ok(()) } else { Err(CheckError::Twice(name.to_string())) };
        fits &= fields.take(&part("name"), once).is_some();
        taxes.push(TaxRate { name, rate });
    }
    fits.then_some(taxes)
}

#[cfg(test)]
#[path = "set_terms_tests.rs"]
mod tests;
