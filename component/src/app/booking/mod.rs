//! Booking white-label: what commands and jobs both do, and which commits it takes.
//!
//! What runs is renewed by a job at each period's start (`jobs/renewals.rs`), and by the next
//! command that touches it if that is earlier. Commands book some renewals along with what
//! they do. Where there are more, the command is put off until its brands have caught up, in
//! commits of their own. So it is where prices depend on all that renews, and nobody has looked
//! yet (`openings.rs`).

pub mod accounts;
pub mod closing;
pub mod openings;

use super::error::Error;
use super::keys;
use super::tx::{Behind, Tx};
use super::view::View;
use crate::domain::billing::white_label::RENEWALS_AT_ONCE;
use crate::domain::billing::{BillingItem, PayerId, Posting, Reason, Terms};
use crate::domain::brand::Brand;
use crate::domain::due::Due;
use crate::domain::id::BrandId;
use crate::domain::time::Timestamp;

/// How many brands are renewed in one commit: each is checked and written.
pub const BRANDS_AT_ONCE: u32 = 100;

/// What the agency is charged by at `since` and later, but for what all that renews at one moment
/// comes to.
pub fn terms(view: &mut View<'_>, since: Timestamp) -> Result<Terms, Error> {
    let prices = view.prices(since)?;
    let agency = view.agency();
    let (periods, own) = (agency.periods(), agency.terms.clone());
    let closed_at = agency.standing.closed_at();
    Ok(Terms { periods, prices, own, closed_at, running: 0, openings: Default::default() })
}

/// What a brand is charged by from its last debit on up to `now`: where it is about to change,
/// or to be brought up to date.
pub fn brand_terms(tx: &mut Tx<'_>, brand: &Brand, now: Timestamp) -> Result<Terms, Error> {
    let since = brand.white_label.as_ref().map_or(now, |item| item.covers.start.min(now));
    let mut terms = terms(tx.view(), since)?;
    openings::load(tx, &mut terms, brand, now)?;
    Ok(terms)
}

/// The same where the brand may start to be charged for.
pub fn starting_terms(tx: &mut Tx<'_>, brand: &Brand) -> Result<Terms, Error> {
    let at = tx.priced_at();
    let mut terms = brand_terms(tx, brand, at)?;
    if terms.counts_brands(at) {
        terms.running = openings::running(tx, &brand.id)?;
    }
    Ok(terms)
}

/// Books what white-label of a brand came to: the agency pays for it, whoever pays for the plan
/// of the brand's account.
///
/// A period that was charged makes the next one fall due. One that has begun already needs no
/// entry of its own: that of the period before stands, or whoever books goes on.
pub fn book_white_label(
    tx: &mut Tx<'_>,
    brand: &BrandId,
    postings: &[Posting],
) -> Result<(), Error> {
    if postings.is_empty() {
        return Ok(());
    }
    if let Some(Posting { reason: Reason::Started | Reason::Renewed, covers, .. }) = postings.last()
        && tx.now() < covers.end
    {
        tx.schedule(covers.end, Due::Renewals)?;
    }
    tx.book(&PayerId::Agency, &BillingItem::WhiteLabel(brand.clone()), postings)
}

/// Lets a command go on that is about to change what is charged for these brands, unless one
/// of them is further behind than a commit books, or is renewed at a price that depends on what
/// nobody has looked at: then that is done first, and the command starts again.
pub fn keep_up(tx: &mut Tx<'_>, brands: &[&BrandId]) -> Result<(), Error> {
    if brands.is_empty() {
        return Ok(());
    }
    let (agency, now) = (tx.agency().id.clone(), tx.now());
    // Periods are the same at all prices.
    let terms = terms(tx.view(), now)?;
    let (mut behind, mut unopened) = (Vec::new(), Vec::new());
    for id in brands {
        let brand: Option<Brand> = tx.read(&keys::brand(&agency, id))?;
        let Some(item) = brand.and_then(|brand| brand.white_label) else { continue };
        let rates = terms.brand(id);
        if item.is_behind(&rates, now) {
            behind.push(BrandId::clone(id));
        }
        unopened.extend(item.renewal_times(&rates, now, RENEWALS_AT_ONCE));
    }
    if !behind.is_empty() {
        return Err(tx.put_off(Behind::Brands(behind)));
    }
    unopened.extend(openings::trial_ends(tx.agency(), now));
    let unopened = openings::missing(tx, unopened)?;
    if unopened.is_empty() { Ok(()) } else { Err(tx.put_off(Behind::Openings(unopened))) }
}

/// Books what is due for these brands, as much as one commit books. Gives whether there is
/// more.
pub fn catch_up(tx: &mut Tx<'_>, brands: &[BrandId]) -> Result<bool, Error> {
    let (agency, now) = (tx.agency().id.clone(), tx.now());
    let mut more = false;
    openings::open_trial_ends(tx, now)?;
    tx.view().fetch(brands.iter().map(|id| keys::brand(&agency, id).into_text()))?;
    for id in brands {
        let key = keys::brand(&agency, id);
        let Some(mut brand) = tx.read(&key)? else { continue };
        let terms = brand_terms(tx, &brand, now)?;
        let before = brand.white_label.clone();
        let postings = brand.settle(&terms, now, RENEWALS_AT_ONCE)?;
        if brand.white_label != before {
            tx.write(key, &brand)?;
            book_white_label(tx, id, &postings)?;
        }
        more |= brand.white_label.is_some_and(|item| item.is_due(&terms.brand(id), now));
    }
    Ok(more)
}
