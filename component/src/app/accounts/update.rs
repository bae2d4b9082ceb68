//! `accounts.update`

use serde::Serialize;

use super::change::{conflict, let_owner_in, not_deleted};
use super::{check_for_sale, parse_id, unknown};
use crate::app::acting::check_account;
use crate::app::brands::has_owner;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::resources::check_allocation;
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::catalog::check;
use crate::domain::email::Email;
use crate::domain::id::PlanId;
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
    pub resale_price: Option<PriceChange>,
    pub intended_plan: Option<String>,
}

/// What becomes of a price.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum PriceChange {
    /// None is kept any more.
    Nothing,
    /// It is this, a month, in minor units.
    Monthly(u64),
}

/// The same, read. An empty text takes away what was there.
#[derive(Default)]
struct Parsed {
    name: Option<Name>,
    description: Option<Option<Note>>,
    email: Option<Option<Email>>,
    address: Option<String>,
    resale_price: Option<Option<u64>>,
    intended_plan: Option<Option<PlanId>>,
}

/// Changes what is said of an account. With its first address, its owner is invited.
///
/// # Errors
///
/// When it is deleted; for the plan that it is to have, when it was activated, there is no such plan,
/// or more is in use.
pub fn update(ports: &Ports, call: &Call, id: &str, raw: &AccountChanges) -> Result<(), Error> {
    let parse = |fields: &mut Fields| read(fields, raw);
    let (caller, changes) = Caller::within_with(call, functions::ACCOUNTS_UPDATE, parse)?;
    let parsed = parse_id(id)?;
    let key = keys::account(&caller.agency, &parsed);
    let keys = vec![key.text().to_owned(), keys::catalog().into_text()];
    command(ports, &caller, &(id, raw), keys, |tx| {
        check_account(tx.view(), &parsed)?;
        let account: Account = tx.read(&key)?.ok_or_else(|| unknown(id))?;
        not_deleted(&account, caller.function.own_name())?;
        let after = changes.applied(account.clone());
        let changed = changed(&account, &after);
        if changed.is_empty() {
            return Ok(());
        }
        check_intended(tx, &account, &after, caller.function.own_name())?;
        tx.log(Event::AccountUpdated { account: account.id.clone(), changed })?;
        tx.save_account(&after)?;
        // Whoever is to get in by itself is invited as soon as there is an address.
        let is_new = after.email.is_some() && after.email != account.email;
        if is_new && !has_owner(tx, &after)? {
            let_owner_in(tx, &after, (caller.function.own_name(), &caller.operator.name))?;
        }
        Ok(())
    })
}

/// Refuses another plan to have from an account that has one, one that isn't for sale, and one that
/// is less than what is in use.
fn check_intended(
    tx: &mut Tx<'_>,
    before: &Account,
    after: &Account,
    event: &'static str,
) -> Result<(), Error> {
    if before.intended_plan == after.intended_plan {
        return Ok(());
    }
    if before.was_active() {
        let message = format!("`{}` was activated: change its plan instead", before.name);
        return Err(conflict("active", event, message));
    }
    if let Some(plan) = &after.intended_plan {
        check_for_sale(tx, "changes.intended-plan", plan)?;
    }
    check_allocation(tx, before, after, event)
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
        Some(PriceChange::Nothing) => Some(Some(None)),
        Some(PriceChange::Monthly(price)) => {
            fields.take("changes.resale-price", check::price(price)).map(|price| Some(Some(price)))
        }
    };
    let plan = match raw.intended_plan.is_some().then(|| filled(&raw.intended_plan)) {
        None => Some(None),
        Some(text) => fields.take_optional("changes.intended-plan", text, PlanId::parse).map(Some),
    };
    Some(Parsed {
        name: name?,
        description: description?,
        email: email?,
        address: address?,
        resale_price: price?,
        intended_plan: plan?,
    })
}

impl Parsed {
    fn applied(&self, account: Account) -> Account {
        Account {
            name: self.name.clone().unwrap_or(account.name),
            description: self.description.clone().unwrap_or(account.description),
            email: self.email.clone().unwrap_or(account.email),
            address: self.address.clone().unwrap_or(account.address),
            resale_price: self.resale_price.unwrap_or(account.resale_price),
            intended_plan: self.intended_plan.clone().unwrap_or(account.intended_plan),
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
        ("intended-plan", before.intended_plan != after.intended_plan),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
