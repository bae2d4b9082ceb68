//! What of the portal an account has, and who gets in by it.

use std::collections::BTreeSet;

use super::visible::visible;
use crate::app::accounts::has_feature;
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::brand::Brand;
use crate::domain::catalog::AccountFeature;
use crate::domain::client::Client;
use crate::domain::id::AccountId;

/// Refuses to export where an account doesn't have that.
pub fn check_exports(tx: &mut Tx<'_>, account: &Key<Account>) -> Result<(), Error> {
    let account = tx.expect(account)?;
    if has_feature(tx.view(), &account, AccountFeature::DownloadReports)? {
        return Ok(());
    }
    let message = "exports aren't part of what this account has: ask whoever invited you";
    Err(Error::denied("account-feature", message))
}

/// Refuses single sign-on where none of the accounts has it whose brands the client can look at.
/// One account that has it is enough, and so is a brand of the agency's own: the session is at all of the
/// client's brands. Where there is nothing to look at, opening a session says so.
pub fn check_single_sign_on(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    if !tx.agency().has_account_brands {
        return Ok(());
    }
    let agency = tx.agency().id.clone();
    let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
    for brand in visible(tx.view(), client)? {
        let brand: Brand = tx.expect(&keys::brand(&agency, &brand))?;
        match brand.account {
            Some(account) => accounts.insert(account),
            None => return Ok(()),
        };
    }
    for account in &accounts {
        let account = tx.expect(&keys::account(&agency, account))?;
        if has_feature(tx.view(), &account, AccountFeature::SingleSignOn)? {
            return Ok(());
        }
    }
    if accounts.is_empty() {
        return Ok(());
    }
    let message = "single sign-on isn't part of what this account has: log in with a password";
    Err(Error::denied("account-feature", message))
}
