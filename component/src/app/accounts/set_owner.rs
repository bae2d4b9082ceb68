//! `accounts.set-owner`

use super::change::not_deleted;
use super::{parse_id, unknown};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::Account;
use crate::domain::id::ClientId;
use crate::domain::log::Event;

/// Names the client who may choose the account's plan.
///
/// # Errors
///
/// When there is no such client, or the account is deleted.
pub fn set_owner(ports: &Ports, call: &Call, id: &str, client: Option<&str>) -> Result<(), Error> {
    let parse = |fields: &mut Fields| fields.take_optional("client", client, ClientId::parse);
    let (caller, client) = Caller::with(call, functions::ACCOUNTS_SET_OWNER, parse)?;
    let agency = &caller.agency;
    let key = keys::account(agency, &parse_id(id)?);
    let known = client.map(|client| keys::client(agency, client));
    let keys = [key.text().to_owned()];
    let keys = keys.into_iter().chain(known.clone().map(keys::Key::into_text)).collect();
    command(ports, &caller, &(id, client), keys, |tx| {
        let account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        not_deleted(&account, caller.function.own_name())?;
        if let Some((key, client)) = known.as_ref().zip(client)
            && tx.read(key)?.is_none()
        {
            return Err(Error::not_found("client", &client.to_string()));
        }
        if account.owner == client {
            return Ok(());
        }
        tx.log(Event::AccountOwnerSet { account: account.id.clone(), client })?;
        tx.save_account(&Account { owner: client, ..account })
    })
}
