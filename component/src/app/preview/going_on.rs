//! What goes on costing after accounts are disabled or deleted.

use super::Change;
use super::figures::open;
use crate::app::acting::brands_of;
use crate::app::billing::{Standing, white_label_of};
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::domain::billing::{BillingItem, PayerId};
use crate::domain::id::{AccountId, AgencyId};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

/// Something that goes on costing.
pub struct GoingOn {
    /// Who pays.
    pub payer: PayerId,
    /// What for.
    pub item: BillingItem,
    /// When it ends by itself; none: it doesn't.
    pub until: Option<Timestamp>,
    /// What of it is paid for already and isn't given back; of white-label, which is renewed, the price of
    /// one period.
    pub amount: Money,
}

/// The accounts that a change puts to rest or deletes, by their ids; the rows that are refused aren't
/// among them.
pub(super) fn left_off(change: &Change, refused: &[(usize, Error)]) -> Vec<AccountId> {
    if !change.ends_accounts() {
        return Vec::new();
    }
    let is_done = |place: usize| refused.iter().all(|(row, _)| *row != place);
    let rows = change.accounts().iter().enumerate().filter(|(place, _)| is_done(*place));
    rows.filter_map(|(_, id)| AccountId::parse(id).ok()).collect()
}

/// What goes on costing of these accounts, as the change left them: account by account, what is paid for
/// until its month is over, then white-label of its brands.
pub(super) fn going_on(
    copy: &Ports,
    agency: &AgencyId,
    accounts: &[AccountId],
) -> Result<Vec<GoingOn>, Error> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let mut view = open(copy, agency)?;
    let now = view.now();
    let standing = Standing::read(&mut view, now, Err)?;
    let mut all = Vec::new();
    for id in accounts {
        if let Some(account) = standing.accounts.get(id) {
            let terms = standing.terms.account(id);
            let account = account.clone().settle(&terms, now)?.account;
            for (sold, until, amount) in account.paid_ahead(&terms, now)? {
                let (payer, item) = (terms.payer_id(account.payer), terms.item(sold));
                all.push(GoingOn { payer, item, until: Some(until), amount });
            }
        }
        for (brand, until, amount) in white_label_of(&standing, &brands_of(&view, id)?, now)? {
            let item = BillingItem::WhiteLabel(brand);
            all.push(GoingOn { payer: PayerId::Agency, item, until, amount });
        }
    }
    Ok(all)
}
