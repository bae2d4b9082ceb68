//! Booking what is charged for a brand, and keeping up with its periods.
//!
//! A brand whose item runs falls due where its next period begins. The job books that, or a
//! command that touches the brand before. What is far behind is caught up in commits of its
//! own, so that no command grows with the time that nobody looked.

use super::error::Error;
use super::keys;
use super::record::{self, DueState};
use super::tx::Tx;
use super::view::{self, View};
use crate::domain::billing::{BillingItem, PayerId, Posting, Terms};
use crate::domain::brand::Brand;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::BrandId;
use crate::domain::time::{DAY, Timestamp};

/// How many periods one commit books: a line of the ledger each.
const PERIODS_AT_ONCE: usize = 200;
/// How many brands are looked at in one read.
const BRANDS_AT_ONCE: u32 = 500;
/// How many a command books beside what it does.
const PERIODS_BESIDE: usize = 20;

/// What the agency is charged for white-label.
pub fn terms(view: &View<'_>) -> Terms {
    let agency = view.agency();
    let price = view.catalog().white_label_price(agency.billing_interval);
    Terms { price, periods: agency.periods() }
}

/// Writes a brand that `was` to be renewed then, with what it came to: the agency pays for its
/// white-label, whoever pays for the plan of the brand's account.
pub fn book_white_label(
    tx: &mut Tx<'_>,
    was: Option<Timestamp>,
    brand: &Brand,
    postings: &[Posting],
) -> Result<(), Error> {
    let (renewal, due) = (brand.renewal_at(), || Due::Renewal(brand.id.clone()));
    if was != renewal {
        if let Some(at) = was {
            tx.unschedule(at, due());
        }
        if let Some(at) = renewal {
            tx.schedule(at, due())?;
        }
    }
    tx.write(keys::brand(&tx.agency().id.clone(), &brand.id), brand)?;
    tx.book(&PayerId::Agency, &BillingItem::WhiteLabel(brand.id.clone()), postings)
}

/// Makes sure that these brands, which were read, are hardly behind: a command may change many
/// at once.
///
/// # Errors
///
/// When they are behind: the command starts again once they were caught up.
pub fn keep_up(tx: &mut Tx<'_>, brands: &[BrandId]) -> Result<(), Error> {
    let (terms, now) = (terms(tx.view()), tx.now());
    let (agency, mut behind) = (tx.agency().id.clone(), 0);
    for id in brands {
        let Some(mut brand) = tx.read(&keys::brand(&agency, id))? else { continue };
        behind += brand.catch_up(&terms, now, PERIODS_BESIDE + 1)?.len();
        if behind > PERIODS_BESIDE {
            tx.lags(brands.to_vec());
            return Err(Error::Busy);
        }
    }
    Ok(())
}

/// Books some of what is due for these brands. Gives whether there is more.
pub fn catch_up_some(tx: &mut Tx<'_>, brands: &[BrandId]) -> Result<bool, Error> {
    let (terms, now) = (terms(tx.view()), tx.now());
    let (agency, mut left) = (tx.agency().id.clone(), PERIODS_AT_ONCE);
    for id in brands {
        let Some(mut brand) = tx.read(&keys::brand(&agency, id))? else { continue };
        let was = brand.renewal_at();
        let postings = brand.catch_up(&terms, now, left)?;
        if !postings.is_empty() {
            book_white_label(tx, was, &brand, &postings)?;
        }
        left = left.saturating_sub(postings.len());
        if left == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first brands that should have been renewed by `then`.
fn overdue(tx: &mut Tx<'_>, then: Timestamp) -> Result<Vec<(Timestamp, BrandId)>, Error> {
    let range = keys::brands(&tx.agency().id);
    let (mut overdue, mut bound) = (Vec::new(), None);
    loop {
        let rows = view::scan(tx.view().ports(), &range, bound, BRANDS_AT_ONCE, false)?;
        for row in &rows {
            // A damaged one is no reason not to find the others.
            let Ok(brand) = record::decode::<Brand>(&row.key, &row.value) else { continue };
            let at = brand.renewal_at().filter(|at| *at <= then);
            overdue.extend(at.map(|at| (at, brand.id)));
        }
        match rows.last() {
            Some(last)
                if rows.len() == BRANDS_AT_ONCE as usize && overdue.len() < PERIODS_AT_ONCE =>
            {
                bound = Some(format!("{}!", last.key));
            }
            Some(_) | None => {
                overdue.truncate(PERIODS_AT_ONCE);
                return Ok(overdue);
            }
        }
    }
}

/// Makes brands fall due that should have been renewed a day ago, and have no entry in the
/// due index: an older release didn't make any.
pub fn find_overdue(tx: &mut Tx<'_>) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let Some(yesterday) = tx.now().minus(DAY) else { return Ok(()) };
    for (at, brand) in overdue(tx, yesterday)? {
        let entry = DueEntry { at, agency: agency.clone(), due: Due::Renewal(brand) };
        let known: Option<DueState> = tx.read(&keys::due(&entry))?;
        if known.is_none() && tx.read(&keys::parked(&entry))?.is_none() {
            tx.schedule(at, entry.due)?;
        }
    }
    Ok(())
}
