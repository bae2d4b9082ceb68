//! Booking white-label: what commands and jobs both do, and which commits it takes.
//!
//! What runs is renewed by a job at each period's start (`jobs/renewals.rs`), and by the next
//! command that touches it if that is earlier. Commands book some renewals along with what
//! they do. Where there are more, the command is put off until its brands have caught up, in
//! commits of their own.

use super::error::Error;
use super::keys;
use super::tx::Tx;
use super::view::View;
use crate::domain::billing::white_label::RENEWALS_AT_ONCE;
use crate::domain::billing::{BillingItem, PayerId, Posting, Reason, Terms};
use crate::domain::brand::Brand;
use crate::domain::due::Due;
use crate::domain::id::BrandId;

/// How many brands are renewed in one commit: each is checked and written.
pub const BRANDS_AT_ONCE: u32 = 100;

/// What the agency is charged for white-label.
pub fn terms(view: &View<'_>) -> Terms {
    let agency = view.agency();
    let price = view.catalog().white_label_price(agency.billing_interval);
    Terms { price, periods: agency.periods() }
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
    if let Some(Posting { reason: Reason::Started | Reason::Renewed, covers, .. }) = postings.last()
        && tx.now() < covers.end
    {
        tx.schedule(covers.end, Due::Renewals)?;
    }
    tx.book(&PayerId::Agency, &BillingItem::WhiteLabel(brand.clone()), postings)
}

/// Lets a command go on that is about to change what is charged for these brands, unless one
/// of them is further behind than a commit books: then those catch up first, and the command
/// starts again.
pub fn keep_up(tx: &mut Tx<'_>, brands: &[&BrandId]) -> Result<(), Error> {
    let (agency, now, terms) = (tx.agency().id.clone(), tx.now(), terms(tx.view()));
    let mut behind = Vec::new();
    for id in brands {
        let brand: Option<Brand> = tx.read(&keys::brand(&agency, id))?;
        let item = brand.and_then(|brand| brand.white_label);
        if item.is_some_and(|item| item.is_behind(&terms, now)) {
            behind.push(BrandId::clone(id));
        }
    }
    if behind.is_empty() { Ok(()) } else { Err(tx.put_off(behind)) }
}

/// Books what is due for these brands, as much as one commit books. Gives whether there is
/// more.
pub fn catch_up(tx: &mut Tx<'_>, brands: &[BrandId]) -> Result<bool, Error> {
    let (agency, now, terms) = (tx.agency().id.clone(), tx.now(), terms(tx.view()));
    let mut more = false;
    tx.view().fetch(brands.iter().map(|id| keys::brand(&agency, id).into_text()))?;
    for id in brands {
        let key = keys::brand(&agency, id);
        let Some(mut brand) = tx.read(&key)? else { continue };
        let postings = brand.settle(&terms, now, RENEWALS_AT_ONCE)?;
        if !postings.is_empty() {
            tx.write(key, &brand)?;
            book_white_label(tx, id, &postings)?;
        }
        more |= brand.white_label.is_some_and(|item| item.is_due(&terms, now));
    }
    Ok(more)
}
