//! `accounts.create`

use serde::Serialize;

use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::{Account, BillingOwner};
use crate::domain::billing::account::AccountBilling;
use crate::domain::catalog::check::ADDRESS_CHARS_MAX;
use crate::domain::id::AccountId;
use crate::domain::log::Event;
use crate::domain::text::{Name, lines};

/// An account to create, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct NewAccount {
    /// The host's own id; none generates one.
    pub id: Option<String>,
    /// The company's name.
    pub name: String,
    /// Its address on invoices.
    pub address: Option<String>,
    /// Whom the platform bills for it.
    pub billing_owner: BillingOwner,
}

/// Creates an account, in set-up.
///
/// # Errors
///
/// When the id is taken.
pub fn create(ports: &Ports, call: &Call, new: &NewAccount) -> Result<AccountId, Error> {
    let (caller, (id, name, address)) = Caller::with(call, functions::ACCOUNTS_CREATE, |fields| {
        let id = fields.take_optional("account.id", new.id.as_deref(), AccountId::parse);
        let name = fields.take("account.name", Name::parse(&new.name));
        let address = new.address.as_deref();
        let address = fields
            .take_optional("account.address", address, |address| lines(address, ADDRESS_CHARS_MAX));
        Some((id?, name?, address?))
    })?;

    let agency = &caller.agency;
    let keys = id.as_ref().map(|id| keys::account(agency, id).into_text());
    command(ports, &caller, new, keys.into_iter().collect(), |tx| {
        let now = tx.now();
        let id = match &id {
            Some(id) => id.clone(),
            None => AccountId::generate(now, tx.id_seed()?),
        };
        let key = keys::account(agency, &id);
        if tx.view().read(&key)?.is_some() {
            return Err(Error::Exists(format!("account `{id}` already exists")));
        }
        let account = Account {
            id: id.clone(),
            name: name.clone(),
            address: address.clone().unwrap_or_default(),
            created_at: now,
            billing_owner: new.billing_owner,
            owner: None,
            billing: AccountBilling::default(),
        };
        tx.write(key, &account)?;
        tx.log(Event::AccountCreated { account: id.clone(), name: name.to_string() })?;
        Ok(id)
    })
}
