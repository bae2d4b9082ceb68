//! `accounts.create`

use serde::Serialize;

use super::change::{Command, change};
use super::plan_id;
use super::trial::{checked_days, policies, schedule};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::account::{Account, BillingOwner, SignIns, Standing, Trial};
use crate::domain::billing::account::AccountBilling;
use crate::domain::catalog::Policies;
use crate::domain::catalog::check::ADDRESS_CHARS_MAX;
use crate::domain::email::Email;
use crate::domain::id::{AccountId, PlanId};
use crate::domain::log::Event;
use crate::domain::text::{Name, Note, lines};

/// An account to create, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct NewAccount {
    /// The host's own id; none generates one.
    pub id: Option<String>,
    /// The company's name.
    pub name: String,
    /// What the agency says of it.
    pub description: Option<String>,
    /// Where its mail goes.
    pub email: Option<String>,
    /// Its address on invoices.
    pub address: Option<String>,
    /// Whom the platform bills for it.
    pub billing_owner: BillingOwner,
    /// How it begins.
    pub start: Start,
}

/// How an account begins.
#[derive(Clone, Debug, Serialize)]
pub enum Start {
    /// In set-up.
    Setup,
    /// On trial, for so many days.
    Trial(u32),
    /// Active, with this plan.
    Active(String),
}

/// The same, read.
struct Parsed {
    id: Option<AccountId>,
    name: Name,
    description: Option<Note>,
    email: Option<Email>,
    address: Option<String>,
    start: Begin,
}

enum Begin {
    Setup,
    Trial { days: u32, deleted_after: Option<u32> },
    Active(PlanId),
}

/// Creates an account.
///
/// # Errors
///
/// When the id is taken, there is no such plan, or a trial may not be that long.
pub fn create(ports: &Ports, call: &Call, new: &NewAccount) -> Result<AccountId, Error> {
    let policies = policies(ports)?;
    let parse = |fields: &mut Fields| read(fields, new, policies);
    let (caller, parsed) = Caller::with(call, functions::ACCOUNTS_CREATE, parse)?;
    let agency = &caller.agency;
    let mut keys = vec![keys::agency_totals(agency).into_text(), keys::catalog().into_text()];
    keys.extend(parsed.id.as_ref().map(|id| keys::account(agency, id).into_text()));
    command(ports, &caller, new, keys, |tx| {
        let id = match &parsed.id {
            Some(id) => id.clone(),
            None => AccountId::generate(tx.now(), tx.id_seed()?),
        };
        if tx.view().read(&keys::account(agency, &id))?.is_some() {
            return Err(Error::Exists(format!("account `{id}` already exists")));
        }
        begin(tx, new.billing_owner, &id, &parsed)?;
        Ok(id)
    })
}

fn read(fields: &mut Fields, new: &NewAccount, policies: Policies) -> Option<Parsed> {
    let id = fields.take_optional("account.id", new.id.as_deref(), AccountId::parse);
    let name = fields.take("account.name", Name::parse(&new.name));
    let description = filled(&new.description);
    let description = fields.take_optional("account.description", description, Note::parse);
    let description = description.map(Option::flatten);
    let email = fields.take_optional("account.email", filled(&new.email), Email::parse);
    let address = new.address.as_deref();
    let address =
        fields.take_optional("account.address", address, |text| lines(text, ADDRESS_CHARS_MAX));
    let start = match &new.start {
        Start::Setup => Some(Begin::Setup),
        Start::Trial(days) => {
            let most = policies.trial_days_max;
            let days = checked_days(fields, "account.start.trial", *days, most);
            let deleted_after = policies.delete_expired_trials_after_days;
            days.map(|days| Begin::Trial { days, deleted_after })
        }
        Start::Active(_) if new.billing_owner == BillingOwner::Platform => {
            let message = "must be set-up or a trial: its owner chooses the plan";
            fields.refuse("account.start", "wrong", message);
            None
        }
        Start::Active(plan) => plan_id(fields, "account.start.active", plan).map(Begin::Active),
    };
    Some(Parsed {
        id: id?,
        name: name?,
        description: description?,
        email: email?,
        address: address?,
        start: start?,
    })
}

/// A refusal of the plan, which stands elsewhere than in other commands.
fn of_the_start(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in fields.iter_mut().filter(|field| field.field == "plan") {
                field.field = "account.start.active".to_owned();
            }
            Error::Invalid(fields)
        }
        other => other,
    }
}

fn begin(
    tx: &mut Tx<'_>,
    billing_owner: BillingOwner,
    id: &AccountId,
    parsed: &Parsed,
) -> Result<(), Error> {
    let now = tx.now();
    let standing = match parsed.start {
        Begin::Setup | Begin::Active(_) => Standing::Setup,
        Begin::Trial { days, deleted_after } => {
            Standing::Trial(Trial::of(days, now).deleted_after(deleted_after))
        }
    };
    let account = Account {
        id: id.clone(),
        name: parsed.name.clone(),
        description: parsed.description.clone(),
        email: parsed.email.clone(),
        address: parsed.address.clone().unwrap_or_default(),
        created_at: now,
        standing,
        let_in_since: None,
        billing_owner,
        resale_price: None,
        owner: None,
        sign_ins: SignIns::default(),
        resources: None,
        features: None,
        billing: AccountBilling::default(),
    };
    tx.save_account(&account)?;
    tx.log(Event::AccountCreated { account: id.clone(), name: account.name.to_string() })?;
    match &parsed.start {
        Begin::Setup => Ok(()),
        Begin::Trial { .. } => {
            if let Standing::Trial(Trial { ends_at, .. }) = standing {
                tx.log(Event::TrialSet { account: id.clone(), ends_at })?;
            }
            schedule(tx, &account)
        }
        Begin::Active(plan) => {
            let asked = Command {
                request: (id.as_str(), plan.as_str()),
                allow: &|_, _| Ok(()),
                stands: &|_, _| Some(Standing::Active),
                act: &|billing, terms, now| billing.activate(terms, plan, false, now),
                event: &|account, _| Some(Event::AccountActivated { account, plan: plan.clone() }),
            };
            let event = functions::ACCOUNTS_CREATE.own_name();
            change(tx, account, event, &asked).map(drop).map_err(of_the_start)
        }
    }
}
