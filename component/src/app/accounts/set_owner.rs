//! `accounts.set-owner`

use super::change::{conflict, let_owner_in, not_deleted};
use super::{parse_id, unknown};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::Account;
use crate::domain::client::{Client, Phase};
use crate::domain::id::ClientId;
use crate::domain::log::Event;

/// Names the owner of an account: it gets the account's brands, unless that is in set-up. What the
/// owner before it has, it keeps.
///
/// # Errors
///
/// When there is no such client, when its access was removed, or when the account is deleted.
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
        if let Some((key, client)) = known.as_ref().zip(client) {
            let found: Option<Client> = tx.read(key)?;
            let found = found.ok_or_else(|| Error::not_found("client", &client.to_string()))?;
            // Access that is over may not be written down yet.
            let found = found.current(tx.now(), &tx.agency().archived);
            if found.phase(tx.now()) == Phase::Revoked {
                let message = "the client's access was removed: invite it again first";
                return Err(conflict("revoked", caller.function.own_name(), message));
            }
        }
        if account.owner == client {
            return Ok(());
        }
        tx.log(Event::AccountOwnerSet { account: account.id.clone(), client })?;
        let account = Account { owner: client, ..account };
        tx.save_account(&account)?;
        match client {
            Some(_) => {
                let who = (caller.function.own_name(), &caller.operator.name);
                let_owner_in(tx, &account, who).map(drop)
            }
            None => Ok(()),
        }
    })
}
