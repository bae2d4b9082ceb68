//! `accounts.create`

use std::collections::BTreeSet;

use serde::Serialize;

use super::begin::{Begin, Parsed, begin};
use super::plan_id;
use super::trial::{checked_days, policies};
use crate::app::caller::{Call, Caller};
use crate::app::catalog;
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::account::{BillingOwner, Template};
use crate::domain::catalog::check::{self, ADDRESS_CHARS_MAX, CheckError, OFFERS_MAX};
use crate::domain::catalog::{Policies, Resources};
use crate::domain::email::Email;
use crate::domain::id::{AccountId, AddOnId, TemplateId};
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
    /// The plan that it is to have.
    pub plan: Option<String>,
    /// Its add-ons from the start.
    pub add_ons: Vec<String>,
    /// An allocation of its own.
    pub resources: Option<Resources>,
    /// Features of its own.
    pub features: Option<Vec<String>>,
    /// What the agency charges its client a month.
    pub resale_price: Option<u64>,
    /// What it is made from.
    pub template: Option<String>,
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

/// Creates an account.
///
/// # Errors
///
/// When the id is taken, there is no such plan, add-on or template, or a trial may not be that long.
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
        let template = template(tx, parsed.template.as_deref())?;
        begin(tx, &id, &parsed, template.as_ref(), &caller.operator.name)?;
        Ok(id)
    })
}

/// The template with this id. A malformed one is no template's.
fn template(tx: &mut Tx<'_>, id: Option<&str>) -> Result<Option<Template>, Error> {
    let Some(id) = id else { return Ok(None) };
    let unknown = || Error::not_found("template", id);
    let template = TemplateId::parse(id).map_err(|_| unknown())?;
    let key = keys::account_template(&tx.agency().id.clone(), &template);
    tx.read(&key)?.ok_or_else(unknown).map(Some)
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
    let start = read_start(fields, new, policies);
    let plan = match &new.plan {
        None => Some(None),
        Some(plan) => plan_id(fields, "account.plan", plan).map(Some),
    };
    let add_ons = read_add_ons(fields, &new.add_ons);
    let resources = match new.resources {
        None => Some(None),
        Some(raw) => catalog::resources(raw, "account.resources", fields).map(Some),
    };
    let features = match &new.features {
        None => Some(None),
        Some(raw) => catalog::features(raw, "account.features", fields).map(Some),
    };
    let price = match new.resale_price {
        None => Some(None),
        Some(price) => fields.take("account.resale-price", check::price(price)).map(Some),
    };
    Some(Parsed {
        id: id?,
        name: name?,
        description: description?,
        email: email?,
        address: address?,
        billing_owner: new.billing_owner,
        start: start?,
        plan: plan?,
        add_ons: add_ons?,
        resources: resources?,
        features: features?,
        resale_price: price?,
        template: new.template.clone(),
    })
}

fn read_start(fields: &mut Fields, new: &NewAccount, policies: Policies) -> Option<Begin> {
    let is_active = matches!(new.start, Start::Active(_));
    if is_active && new.plan.is_some() {
        let message = "must be left out: the account starts with the plan of `start`";
        fields.refuse("account.plan", "wrong", message);
    }
    if !is_active && !new.add_ons.is_empty() {
        let message = "must be left out, unless the account starts active: add-ons go with a plan \
                       that runs";
        fields.refuse("account.add-ons", "wrong", message);
    }
    match &new.start {
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
    }
}

fn read_add_ons(fields: &mut Fields, raw: &[String]) -> Option<Vec<AddOnId>> {
    fields.take("account.add-ons", check::count(raw.len(), OFFERS_MAX))?;
    let mut known = BTreeSet::new();
    let mut fits = true;
    for (index, text) in raw.iter().enumerate() {
        let field = format!("account.add-ons[{index}]");
        let Some(add_on) = fields.take(&field, AddOnId::parse(text)) else {
            fits = false;
            continue;
        };
        let is_new = known.insert(add_on);
        let twice = if is_new { Ok(()) } else { Err(CheckError::Twice(text.clone())) };
        fits &= fields.take(&field, twice).is_some();
    }
    fits.then(|| known.into_iter().collect())
}
