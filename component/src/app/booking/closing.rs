//! Closing invoices at the start of a month.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::billing::PayerId;
use crate::domain::billing::invoice::{Letterhead, Party};
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;

/// How many invoices one commit closes.
const INVOICES_AT_ONCE: u32 = 12;

/// Closes the agency's invoices up to `until`, where a month begins: some of them. Gives whether
/// there are more.
pub fn close(tx: &mut Tx<'_>, until: Timestamp) -> Result<bool, Error> {
    if !tx.agency().months().begins_at(until) {
        return Ok(false);
    }
    close_some(tx, &PayerId::Agency, until)
}

/// Closes the invoices of an account that pays or paid itself, up to the start of its month:
/// some of them. Gives whether there are more.
pub fn close_account(tx: &mut Tx<'_>, account: &AccountId) -> Result<bool, Error> {
    let payer = PayerId::Account(account.clone());
    let totals = keys::totals(&tx.agency().id.clone(), &payer);
    let Some(totals) = tx.read(&totals)? else { return Ok(false) };
    let months = totals.months(tx.agency().created_at);
    let until = months.start(months.number(tx.now()));
    close_some(tx, &payer, until)
}

fn close_some(tx: &mut Tx<'_>, payer: &PayerId, until: Timestamp) -> Result<bool, Error> {
    for _ in 0..INVOICES_AT_ONCE {
        let Some(at) = tx.next_closing(payer, until)? else { return Ok(false) };
        let head = letterhead(tx, payer, at)?;
        tx.close_invoice(payer, &head, at)?;
    }
    Ok(true)
}

/// What stands on a payer's invoice that closes at `at`: the catalog of then, and names, addresses
/// and taxes as they are as the job closes it. The taxes are those of the agency's own
/// invoices: what an account owes besides is known to nobody but the host.
fn letterhead(tx: &mut Tx<'_>, payer: &PayerId, at: Timestamp) -> Result<Letterhead, Error> {
    let book = tx.view().prices(at)?;
    let catalog = &book.at(at).catalog;
    let seller =
        Party { name: catalog.seller.name.clone(), address: catalog.seller.address.clone() };
    let payment_days = catalog.policies.payment_days;
    let (payer, taxes) = match payer {
        PayerId::Agency => {
            let agency = tx.agency();
            let address = agency.terms.billing_address.clone();
            (Party { name: agency.name.to_string(), address }, agency.terms.taxes.clone())
        }
        PayerId::Account(id) => {
            let account: Account = tx.expect(&keys::account(&tx.agency().id.clone(), id))?;
            (Party { name: account.name.to_string(), address: account.address }, Vec::new())
        }
    };
    Ok(Letterhead { seller, payer, taxes, payment_days })
}
