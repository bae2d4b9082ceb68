//! `accounts.templates`, `accounts.set-template`, `accounts.remove-template`

use std::collections::BTreeSet;

use serde::Serialize;

use super::{check_for_sale, plan_id};
use crate::app::caller::{Call, Caller};
use crate::app::catalog;
use crate::app::command::{command, query};
use crate::app::error::Error;
use crate::app::fields::{Fields, filled};
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::account::Template;
use crate::domain::account::template::{BRANDS_MAX, TEMPLATES_MAX};
use crate::domain::catalog::Resources;
use crate::domain::catalog::check::{self, CheckError};
use crate::domain::id::TemplateId;
use crate::domain::log::Event;
use crate::domain::sets::one_by_one;
use crate::domain::text::{Name, Note};

/// A template, as it arrives.
#[derive(Clone, Debug, Serialize)]
pub struct RawTemplate {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The plan that an account is to have.
    pub plan: Option<String>,
    /// An allocation of its own.
    pub resources: Option<Resources>,
    /// Features of its own.
    pub features: Option<Vec<String>>,
    /// The names of its brands.
    pub brands: Vec<String>,
    /// What the invite of its owner says.
    pub welcome: Option<String>,
}

/// What the agency's accounts can be made from, by the templates' ids.
pub fn templates(ports: &Ports, call: &Call) -> Result<Vec<Template>, Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_TEMPLATES)?;
    let view = query(ports, &caller, Vec::new())?;
    let range = keys::account_templates(&caller.agency);
    let rows = view::scan(view.ports(), &range, None, TEMPLATES_MAX, false)?;
    rows.iter().map(|row| record::decode(&row.key, &row.value)).collect()
}

/// Makes a template, or changes the one that has its id.
///
/// # Errors
///
/// When there is no such plan, or there are too many templates.
pub fn set_template(ports: &Ports, call: &Call, raw: &RawTemplate) -> Result<(), Error> {
    let parse = |fields: &mut Fields| read(fields, raw);
    let (caller, template) = Caller::with(call, functions::ACCOUNTS_SET_TEMPLATE, parse)?;
    let key = keys::account_template(&caller.agency, &template.id);
    let keys = vec![key.text().to_owned(), keys::catalog().into_text()];
    command(ports, &caller, raw, keys, |tx| {
        let before = tx.read(&key)?;
        if before.as_ref() == Some(&template) {
            return Ok(());
        }
        if let Some(plan) = &template.plan {
            check_for_sale(tx, "template.plan", plan)?;
        }
        if before.is_none() {
            check_room(tx)?;
        }
        let (id, name) = (template.id.clone(), template.name.to_string());
        tx.log(Event::TemplateSet { template: id, name })?;
        tx.write(key.clone(), &template)
    })
}

/// Removes a template. What was made from it stays as it is.
///
/// # Errors
///
/// When there is no such template.
pub fn remove_template(ports: &Ports, call: &Call, id: &str) -> Result<(), Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_REMOVE_TEMPLATE)?;
    let unknown = || Error::not_found("template", id);
    let template = TemplateId::parse(id).map_err(|_| unknown())?;
    let key = keys::account_template(&caller.agency, &template);
    command(ports, &caller, &id, vec![key.text().to_owned()], |tx| {
        tx.read(&key)?.ok_or_else(unknown)?;
        tx.log(Event::TemplateRemoved { template: template.clone() })?;
        tx.delete(key.clone());
        Ok(())
    })
}

/// Refuses one template too many. What is counted needs no check of its own: whatever changes it
/// writes the agency's log.
fn check_room(tx: &mut Tx<'_>) -> Result<(), Error> {
    let range = keys::account_templates(&tx.agency().id.clone());
    let has = view::scan(tx.view().ports(), &range, None, TEMPLATES_MAX, false)?.len() as u64;
    let (allowed, asked) = (u64::from(TEMPLATES_MAX), has + 1);
    if asked > allowed {
        return Err(Error::Limit { limit: "templates", allowed, asked, wait: None });
    }
    Ok(())
}

fn read(fields: &mut Fields, raw: &RawTemplate) -> Option<Template> {
    let id = fields.take("template.id", TemplateId::parse(&raw.id));
    let name = fields.take("template.name", Name::parse(&raw.name));
    let plan = match &raw.plan {
        None => Some(None),
        Some(plan) => plan_id(fields, "template.plan", plan).map(Some),
    };
    let resources = match raw.resources {
        None => Some(None),
        Some(raw) => catalog::resources(raw, "template.resources", fields).map(Some),
    };
    let features = match &raw.features {
        None => Some(None),
        Some(raw) => catalog::features(raw, "template.features", fields).map(Some),
    };
    let brands = read_brands(fields, &raw.brands);
    let welcome = fields.take_optional("template.welcome", filled(&raw.welcome), Note::parse);
    Some(Template {
        id: id?,
        name: name?,
        plan: plan?,
        resources: resources?,
        features: features?.map(one_by_one),
        brands: brands?,
        welcome: welcome?.flatten(),
    })
}

/// Names of brands, each once: two brands of an agency never have the same.
fn read_brands(fields: &mut Fields, raw: &[String]) -> Option<Vec<Name>> {
    fields.take("template.brands", check::count(raw.len(), BRANDS_MAX))?;
    let (mut brands, mut taken) = (Vec::with_capacity(raw.len()), BTreeSet::new());
    for (index, text) in raw.iter().enumerate() {
        let field = format!("template.brands[{index}]");
        let Some(name) = fields.take(&field, Name::parse(text)) else { continue };
        let is_new = taken.insert(name.key_hash());
        let twice = if is_new { Ok(()) } else { Err(CheckError::Twice(text.clone())) };
        if fields.take(&field, twice).is_some() {
            brands.push(name);
        }
    }
    (brands.len() == raw.len()).then_some(brands)
}
