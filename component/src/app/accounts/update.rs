//! `accounts.update`

use serde::Serialize;

use super::change::{let_owner_in, not_deleted};
use super::{parse_id, unknown};
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::Account;
use crate::domain::catalog::check;
use crate::domain::email::Email;
use crate::domain::log::Event;
use crate::domain::text::{Name, Note, lines};

/// What to change of an account, as it arrives; what is left out stays.
#[derive(Clone, Debug, Default, Serialize)]
#[allow(missing_docs, reason = "as in `Account`")]
pub struct AccountChanges {
    pub name: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub resale_price: Option<u64>,
}

/// The same, read. An empty text takes away what was there.
#[derive(Default)]
struct Parsed {
    name: Option<Name>,
    description: Option<Option<Note>>,
    email: Option<Option<Email>>,
    address: Option<String>,
    resale_price: Option<u64>,
}

/// Changes what is said of an account. With its first address, its owner is invited.
///
/// # Errors
///
/// When it is deleted.
pub fn update(ports: &Ports, call: &Call, id: &str, raw: &AccountChanges) -> Result<(), Error> {
    let parse = |fields: &mut Fields| read(fields, raw);
    let (caller, changes) = Caller::within_with(call, functions::ACCOUNTS_UPDATE, parse)?;
    let parsed = parse_id(id)?;
    let key = keys::account(&caller.agency, &parsed);
    command(ports, &caller, &(id, raw), vec![key.text().to_owned()], |tx| {
        check_account(tx.view(), &parsed)?;
        let account: Account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        not_deleted(&account, caller.function.own_name())?;
        let after = changes.applied(account.clone());
        let changed = changed(&account, &after);
        if changed.is_empty() {
            return Ok(());
        }
        tx.log(Event::AccountUpdated { account: account.id.clone(), changed })?;
        tx.save_account(&after)?;
        // Whoever is to get in by itself is invited as soon as there is an address.
        match (after.owner, &after.email) {
            (None, Some(_)) if after.email != account.email => {
                let_owner_in(tx, &after, &caller.operator.name).map(drop)
            }
            _ => Ok(()),
        }
    })
}

fn read(fields: &mut Fields, raw: &AccountChanges) -> Option<Parsed> {
    let name = raw.name.as_deref();
    let name = fields.take_optional("changes.name", name, Name::parse);
    let description = raw.description.as_deref();
    let description = fields.take_optional("changes.description", description, Note::parse);
    let email = match raw.email.is_some().then(|| filled(&raw.email)) {
        None => Some(None),
        Some(text) => fields.take_optional("changes.email", text, Email::parse).map(Some),
    };
    let address = raw.address.as_deref();
    let address = fields
        .take_optional("changes.address", address, |text| lines(text, check::ADDRESS_CHARS_MAX));
    let price = match raw.resale_price {
        None => Some(None),
        Some(price) => fields.take("changes.resale-price", check::price(price)).map(Some),
    };
    Some(Parsed {
        name: name?,
        description: description?,
        email: email?,
        address: address?,
        resale_price: price?,
    })
}

impl Parsed {
    fn applied(&self, account: Account) -> Account {
        Account {
            name: self.name.clone().unwrap_or(account.name),
            description: self.description.clone().unwrap_or(account.description),
            email: self.email.clone().unwrap_or(account.email),
            address: self.address.clone().unwrap_or(account.address),
            resale_price: self.resale_price.or(account.resale_price),
            ..account
        }
    }
}

fn changed(before: &Account, after: &Account) -> Vec<&'static str> {
    let parts = [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("email", before.email != after.email),
        ("address", before.address != after.address),
        ("resale-price", before.resale_price != after.resale_price),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
