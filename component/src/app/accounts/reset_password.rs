//! `accounts.reset-password`

use super::change::{conflict, not_deleted};
use super::{parse_id, unknown};
use crate::app::acting::brands_of;
use crate::app::caller::{Call, Caller};
use crate::app::clients::{load, login_to_reset, send_reset};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::account::people::is_reached;
use crate::domain::client::{Client, Event as ClientEvent};
use crate::domain::email::Email;
use crate::domain::identity::Identity;

const EVENT: &str = "reset-password";

/// Mails a link to choose a new password to the address of an account, if somebody of the account
/// logs in with that.
///
/// # Errors
///
/// When the account has no address, when nobody of it logs in with that, or not yet, or not any more.
pub fn reset_password(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_RESET_PASSWORD)?;
    let parsed = parse_id(id)?;
    let key = keys::account(&caller.agency, &parsed);
    command(ports, &caller, &id, vec![key.text().to_owned()], |tx| {
        let account: Account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        not_deleted(&account, EVENT)?;
        let email = account.email.clone().ok_or_else(|| no_email(&account))?;
        let found = person_at(tx, &account, &email)?;
        let (client, login) = found.ok_or_else(|| nobody_there(&account))?;
        let phase = client.phase(tx.now()).next(ClientEvent::ResetPassword);
        phase.map_err(|refusal| Error::client(refusal, "reset-password"))?;
        // A client that has joined has a login.
        let login = login.ok_or_else(|| nobody_there(&account))?;
        send_reset(tx, &client, login)
    })
}

/// Whoever of an account is reached at its address: its owner, or else the client with that address,
/// if it has one of the account's brands. A link is never mailed to an address that isn't its login's.
fn person_at(
    tx: &mut Tx<'_>,
    account: &Account,
    email: &Email,
) -> Result<Option<(Client, Option<Identity>)>, Error> {
    let by_address = keys::client_emails(&tx.agency().id.clone(), email);
    let by_address = tx.view().read_first(&by_address)?;
    let brands = brands_of(tx.view(), &account.id)?;
    for id in account.owner.into_iter().chain(by_address) {
        let Some(client) = load::current(tx.view(), id)? else { continue };
        let login = login_to_reset(tx, &client)?;
        let is_of_account =
            account.owner == Some(id) || brands.iter().any(|brand| client.has(brand));
        if is_of_account && is_reached(&client, login.as_ref(), email) {
            return Ok(Some((client, login)));
        }
    }
    Ok(None)
}

fn no_email(account: &Account) -> Error {
    let message = format!(
        "`{}` has no e-mail address, so nobody logs in with it: give it one with `update`, or use \
         `clients.reset-password` for one of its users",
        account.name
    );
    conflict("no-email", EVENT, message)
}

fn nobody_there(account: &Account) -> Error {
    let name = &account.name;
    if account.owner.is_some() {
        let message = format!(
            "nobody of `{name}` logs in with its address: use `clients.reset-password` for its owner, \
             or mend the address with `update`"
        );
        return conflict("other-address", EVENT, message);
    }
    let message = format!(
        "nobody of `{name}` logs in with its address, and nobody owns it: an owner is invited once it \
         is out of set-up and has a brand; where the owner's access was removed, name another with \
         `set-owner`"
    );
    conflict("no-owner", EVENT, message)
}
