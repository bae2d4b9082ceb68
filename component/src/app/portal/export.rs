//! `portal.export`

use super::activity::record;
use super::features::check_exports;
use super::on_behalf;
use super::sessions::{Opened, ended};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::activity::{ActivityEvent, ActivityKind, Format};
use crate::domain::brand::Brand;

/// Whether the client may export. Both forms are allowed or denied together. If so, it is
/// recorded.
///
/// # Errors
///
/// When it may not, when the brand's account doesn't have the feature, or when the session has ended.
pub fn export(ports: &Ports, session: &str, format: Format) -> Result<(), Error> {
    if let Some(claim) = on_behalf::claim(ports, session)? {
        return on_behalf::export(ports, &claim, format);
    }
    record(ports, session, |tx, opened| {
        if !opened.client.permissions.can_export {
            return Err(Error::denied("no-export", "you don't have permission to export"));
        }
        check_account(tx, opened)?;
        Ok((vec![ActivityEvent { at: tx.now(), what: ActivityKind::Export(format) }], ()))
    })
}

/// Refuses what the account of the session's brand can't do, if the brand is of one.
fn check_account(tx: &mut Tx<'_>, opened: &Opened) -> Result<(), Error> {
    if !tx.agency().has_account_brands {
        return Ok(());
    }
    let (agency, brand) = (tx.agency().id.clone(), opened.brand().ok_or_else(ended)?);
    let brand: Brand = tx.expect(&keys::brand(&agency, brand))?;
    let Some(account) = brand.account else { return Ok(()) };
    check_exports(tx, &keys::account(&agency, &account))
}
