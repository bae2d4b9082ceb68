//! What an account may use, by today's catalog.

use std::rc::Rc;

use crate::app::error::Error;
use crate::app::view::View;
use crate::domain::account::{Account, Allotment};
use crate::domain::catalog::PriceBook;
use crate::domain::time::Timestamp;

/// What an account may use now: nothing once what was paid for is over in a closed agency.
pub fn allotment(view: &mut View<'_>, account: &Account) -> Result<Allotment, Error> {
    if view.agency().standing.closed_at().is_some() && account.has_run_out(view.now()) {
        return Ok(Allotment::NOTHING);
    }
    let prices = prices_of(view, account)?;
    Ok(Allotment::at(account, &prices, view.now()))
}

/// The catalog with all that an account has. Earlier versions are only read where the latest lacks
/// some of it: what was left out of the catalog stays what it is.
pub(super) fn prices_of(view: &mut View<'_>, account: &Account) -> Result<Rc<PriceBook>, Error> {
    let latest = view.prices(view.now())?;
    if account.is_of(&latest) { Ok(latest) } else { view.prices(Timestamp::EPOCH) }
}
