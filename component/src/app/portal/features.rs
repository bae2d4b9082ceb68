//! What of the portal an account has.

use crate::app::accounts::has_feature;
use crate::app::error::Error;
use crate::app::keys::Key;
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::catalog::AccountFeature;

/// Refuses to export where an account doesn't have that.
pub fn check_exports(tx: &mut Tx<'_>, account: &Key<Account>) -> Result<(), Error> {
    let account = tx.expect(account)?;
    if has_feature(tx.view(), &account, AccountFeature::DownloadReports)? {
        return Ok(());
    }
    let message = "exports aren't part of what this account has: ask whoever invited you";
    Err(Error::denied("account-feature", message))
}
