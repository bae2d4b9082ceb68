//! `billing`: what the agency owes, and why.

mod items;
mod ledger;
mod summary;

pub use items::{Item, items};
pub use ledger::ledger;
pub use summary::{Summary, summary};

use super::error::Error;
use super::view::View;
use crate::domain::billing::{Posting, Terms, WhiteLabel};

/// What the agency is charged for white-label.
pub fn terms(view: &View<'_>) -> Terms {
    let agency = view.agency();
    let price = view.catalog().white_label_price(agency.billing_interval);
    Terms { price, periods: agency.periods() }
}

/// An item as it is now, and what is due for it that no command has booked yet.
///
/// # Errors
///
/// When billing is too far behind the clock.
pub fn settled(
    view: &View<'_>,
    item: Option<WhiteLabel>,
) -> Result<(Option<WhiteLabel>, Vec<Posting>), Error> {
    match item {
        Some(item) => Ok(item.settle(&terms(view), view.now())?),
        None => Ok((None, Vec::new())),
    }
}
