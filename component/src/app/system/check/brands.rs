//! What follows from brands alone.

use super::Whole;
use super::walk::{Found, Walk};
use super::whole::{Flag, needs_flag};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::record;
use crate::app::rows::Rows;
use crate::domain::brand::Brand;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AgencyId;

/// Every row that follows from one brand alone, besides that which its name leads to.
pub(super) fn brand_rows(agency: &AgencyId, brand: &Brand) -> Rows<'static> {
    let mut rows = Rows::default();
    if let Some(account) = &brand.account {
        rows.mark(keys::account_brand(agency, account, &brand.id));
    }
    rows
}

/// Looks at brands: their names, their accounts, and when they are charged again.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::brands(of.id()), after, &mut |walk, row| one(walk, of, row))
}

fn one(walk: &mut Walk<'_>, of: &Whole, row: &Stored) -> Result<(), Error> {
    let agency = of.id();
    let name = format!("brand `{}`", keys::brands(agency).suffix(&row.key));
    let Some(brand) = walk.whole::<Brand>(row, &name)? else { return Ok(()) };
    if keys::brand(agency, &brand.id).text() != row.key {
        let message = format!("the row `{}` holds brand `{}`", row.key, brand.id);
        walk.contradicts(&row.key, &name, message);
        return Ok(());
    }
    walk.all_follow((&name, row), brand_rows(agency, &brand), of.latest)?;
    if brand.archived_at.is_none() {
        let key = keys::brand_name(agency, &brand.name);
        walk.follows(&name, key.text(), record::encode(&brand.id)?)?;
    }
    if let Some(account) = &brand.account {
        needs_flag(walk, of, &name, Flag::AccountBrands)?;
        if matches!(walk.find(&keys::account(agency, account))?, Found::Nothing) {
            let message = format!("{name} belongs to account `{account}`, which isn't there");
            walk.contradicts(&row.key, &name, message);
        }
    }
    let Some(item) = &brand.white_label else { return Ok(()) };
    // A store of a release that had no such job gets it with the next day's scoring.
    if matches!(walk.find(&keys::renewals(agency))?, Found::Nothing) {
        return Ok(());
    }
    let entry = DueEntry { at: item.covers.end, agency: agency.clone(), due: Due::Renewals };
    walk.falls_due_by(&name, &entry, &[Due::Renewals, Due::BrandRenewals(brand.id.clone())])
}
