//! `accounts.set-billing-owner`

use super::change::{change, conflict};
use super::{parse_id, unknown};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::{Account, BillingOwner, Status};
use crate::domain::billing::account::{AccountBilling, AccountTerms, Switch};
use crate::domain::log::Event;

/// Whom the platform is to bill. The agency takes over at once what the account pays itself; the
/// account takes over when its owner chooses a plan.
///
/// # Errors
///
/// When the account is deleted, or is disabled and pays itself.
pub fn set_billing_owner(
    ports: &Ports,
    call: &Call,
    id: &str,
    owner: BillingOwner,
) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_SET_BILLING_OWNER)?;
    let name = caller.function.own_name();
    let key = keys::account(&caller.agency, &parse_id(id)?);
    let keys = [
        key.text().to_owned(),
        keys::agency_totals(&caller.agency).into_text(),
        keys::catalog().into_text(),
    ];
    command(ports, &caller, &(id, owner), keys.to_vec(), |tx| {
        let account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        if account.status() == Status::Deleted {
            return Err(conflict("deleted", name, "the account is deleted, which is for ever"));
        }
        if account.billing_owner == owner {
            return Ok(());
        }
        let account = Account { billing_owner: owner, ..account };
        tx.write(key.clone(), &account)?;
        tx.log(Event::BillingOwnerChanged { account: account.id.clone(), owner })?;
        if owner == BillingOwner::Platform || !account.pays_itself() {
            return Ok(());
        }
        let act = |billing: AccountBilling, terms: &AccountTerms<'_>, now| {
            billing.switch_payer(terms, Switch::ToAgency, now)
        };
        change(tx, account, name, &act, &|_, _| None)
    })
}
