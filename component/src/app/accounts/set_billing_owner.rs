//! `accounts.set-billing-owner`

use super::by_itself::tell_of_due_plan;
use super::change::{Command, change, not_deleted, stays};
use super::{parse_id, unknown};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::{Account, BillingOwner};
use crate::domain::billing::account::Switch;
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
        not_deleted(&account, name)?;
        if account.billing_owner == owner {
            return Ok(());
        }
        let account = Account { billing_owner: owner, ..account };
        tx.save_account(&account)?;
        tx.log(Event::BillingOwnerChanged { account: account.id.clone(), owner })?;
        if owner == BillingOwner::Platform {
            return tell_of_due_plan(tx, &account);
        }
        if !account.pays_itself() {
            return Ok(());
        }
        let taken_over = Command {
            request: (id, ""),
            allow: &|_, _| Ok(()),
            stands: &stays,
            act: &|billing, terms, now| billing.switch_payer(terms, Switch::ToAgency, now),
            event: &|_, _| None,
        };
        change(tx, account, name, &taken_over).map(drop)
    })
}
