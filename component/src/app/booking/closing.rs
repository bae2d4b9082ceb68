//! Closing invoices at the start of a month.

use crate::app::error::Error;
use crate::app::tx::Tx;
use crate::domain::billing::PayerId;
use crate::domain::billing::invoice::{Letterhead, Party};
use crate::domain::time::Timestamp;

/// How many invoices one commit closes.
const INVOICES_AT_ONCE: u32 = 12;

/// Closes the agency's invoices up to `until`, where a month begins: some of them. Gives whether
/// there are more.
pub fn close(tx: &mut Tx<'_>, until: Timestamp) -> Result<bool, Error> {
    if !tx.agency().months().begins_at(until) {
        return Ok(false);
    }
    for _ in 0..INVOICES_AT_ONCE {
        let Some(at) = tx.next_closing(&PayerId::Agency, until)? else { return Ok(false) };
        // Each has what counted as it closed, however late that is written down.
        let head = letterhead(tx, at)?;
        tx.close_invoice(&PayerId::Agency, &head, at)?;
    }
    Ok(true)
}

/// What stands on the agency's invoices that close at `at`.
fn letterhead(tx: &mut Tx<'_>, at: Timestamp) -> Result<Letterhead, Error> {
    let book = tx.view().prices(at)?;
    let catalog = &book.at(at).catalog;
    let agency = tx.agency();
    let address = agency.terms.billing_address.clone();
    Ok(Letterhead {
        seller: Party {
            name: catalog.seller.name.clone(),
            address: catalog.seller.address.clone(),
        },
        payer: Party { name: agency.name.to_string(), address },
        taxes: agency.terms.taxes.clone(),
        payment_days: catalog.policies.payment_days,
    })
}
