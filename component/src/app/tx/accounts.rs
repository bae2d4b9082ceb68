//! Writing an account, and what follows from it: its places in the list's orders.

use super::Tx;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::rows::Rows;
use crate::domain::account::{Account, Standing};
use crate::domain::agency::Agency;
use crate::domain::id::AgencyId;
use crate::domain::search::FoundBy;

impl Tx<'_> {
    /// Writes an account, new or changed, with every row that follows from it.
    ///
    /// Every command that changes an account ends here, so none can forget a part of it.
    pub fn save_account(&mut self, account: &Account) -> Result<(), Error> {
        let agency = self.agency().id.clone();
        let before: Option<Account> = self.read(&keys::account(&agency, &account.id))?;
        let had = before.as_ref().map(|before| account_rows(&agency, before));
        if account.owner.is_some() && !self.agency_has(|agency| agency.has_owners)? {
            let known = self.agency_so_far()?;
            self.write(keys::agency(&agency), &Agency { has_owners: true, ..known })?;
        }
        self.replace(had.unwrap_or_default(), account_rows(&agency, account))
    }
}

/// Every row that follows from one account. A new order of accounts is a line here.
pub fn account_rows<'a>(agency: &AgencyId, account: &'a Account) -> Rows<'a> {
    let mut rows = Rows::default();
    rows.account(keys::account(agency, &account.id), account);
    rows.found_by(keys::account_by_name(agency, account), FoundBy::of(account));
    rows.mark(keys::account_by_created(agency, account));
    rows.mark(keys::account_by_status(agency, account));
    rows.mark(keys::account_billed(agency, account.billing_owner, &account.id));
    // Whoever owned a deleted one stays written there for good, as history.
    let is_there = !matches!(account.standing, Standing::Deleted { .. });
    if let Some(owner) = account.owner.filter(|_| is_there) {
        rows.mark(keys::account_owned(agency, owner, &account.id));
    }
    for plan in account.billing.plans() {
        rows.mark(keys::account_plan(agency, plan, &account.id));
    }
    if account.is_plan_due() {
        rows.mark(keys::account_plan_due(agency, account.owner, &account.id));
    }
    if account.billing.counts_for_volume() {
        rows.mark(keys::account_counted(agency, &account.id));
    }
    rows
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
