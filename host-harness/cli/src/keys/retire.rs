//! `clientdesk keys --retire`: an old key goes, and what hangs on it is told before.

use anyhow::anyhow;
use clientdesk_host::adapters::secrets::{
    Secrets as _, SystemSecrets, remembered_keys, retire_key,
};
use serde_json::{Value, json};

use super::KeysArgs;
use super::uses::Uses;
use crate::failure::Failure;
use crate::format::quoted;
use crate::host::ComponentArgs;
use crate::output::{self, Form};
use crate::show::Page;

pub(super) fn run(
    component: &ComponentArgs,
    args: &KeysArgs,
    id: &str,
    form: Form,
) -> Result<(), Failure> {
    let storage = args.store.open()?;
    let ring = args.store.ring()?;
    let keys = ring.open()?.keys().unwrap_or_default();
    let Some(place) = keys.iter().position(|key| key.id == id) else {
        if retire_key(&*storage, id)? {
            return done(id, None, form);
        }
        let known = remembered_keys(&*storage)?;
        let known = quoted(known.iter().map(String::as_str));
        return Err(anyhow!("the store doesn't remember a key `{id}`; it has {known}").into());
    };
    if place == 0 {
        let option = args.store.option();
        return Err(anyhow!(
            "the key `{id}` signs; put a new one in front first: clientdesk keys --rotate{option}"
        )
        .into());
    }
    let uses = Uses::of_store(component, &args.store)?;
    if !args.yes && !uses.is_unused(id) {
        told(id, &uses, form)?;
        return Err(anyhow!(
            "{} would be worth nothing without the key `{id}`; it stays. Wait until less hangs on it, \
             or retire it all the same with --yes",
            uses.summary(id)
        )
        .into());
    }
    let path = ring.file("take the key out there, and do this again: then the store forgets it")?;
    // In this order: a store that remembers a key which the ring lacks isn't opened any more.
    retire_key(&*storage, id)?;
    SystemSecrets::retire(path, id)?;
    done(id, Some(&uses), form)
}

/// What would break.
fn told(id: &str, uses: &Uses, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::json(&json!({"retired": Value::Null, "uses": uses.in_json(id)}))?);
    }
    let mut page = Page::on_standard_output();
    uses.show(&mut page, id);
    Ok(page.print()?)
}

/// That it is gone, and what broke, where that is known.
fn done(id: &str, uses: Option<&Uses>, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        let uses = uses.map(|uses| uses.in_json(id));
        return Ok(output::json(&json!({"retired": id, "uses": uses}))?);
    }
    let mut page = Page::on_standard_output();
    page.line(&format!(
        "The store does without the key `{id}` from now on. Processes that are running give it up within a second."
    ));
    if let Some(uses) = uses.filter(|uses| !uses.is_unused(id)) {
        page.line("");
        uses.show(&mut page, id);
    }
    Ok(page.print()?)
}
