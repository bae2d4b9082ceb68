//! What was there before the first call: the agency, and the brands, clients and accounts that calls name.

use std::collections::BTreeSet;

use clientdesk_host::Host;
use serde_json::{Map, Value, json};

use super::teller::Teller;
use super::text;
use crate::hearing::Heard;
use crate::workbench::trial::ask;

/// The settings that change how calls end.
const SETTINGS: [&str; 7] =
    ["branding", "invites", "thresholds", "permissions", "features", "digest", "calendar"];

/// Makes what the calls name and didn't make themselves.
pub(super) fn prepare(
    teller: &mut Teller<'_>,
    host: &Host,
    agency: &str,
    calls: &[&Heard],
) -> Result<(), String> {
    let is_new = calls.iter().any(|call| {
        call.function == "agencies.create" && call.outcome.as_ref().is_ok_and(|id| id == agency)
    });
    if is_new {
        return Ok(());
    }
    make_agency(teller, host, agency)?;
    let mut named = BTreeSet::new();
    let mut made = BTreeSet::new();
    for call in calls {
        // Who calls is nothing that is made.
        let rest = call.arguments.iter().filter(|(name, _)| *name != "call");
        rest.for_each(|(_, value)| gather(value, &mut named));
        if let Ok(answer) = &call.outcome {
            gather(answer, &mut made);
        }
    }
    let page = json!({"limit": 200});
    let brands = ask(host, "brands.list", agency, std::slice::from_ref(&page)).unwrap_or_default();
    let accounts = ask(host, "accounts.list", agency, &[Value::Null, Value::Null, page]);
    let accounts = accounts.unwrap_or_default();
    let fresh = |function: &str| -> BTreeSet<String> {
        let of = calls.iter().filter(|call| call.function == function);
        of.filter_map(|call| text(call.outcome.as_ref().ok()).map(str::to_owned)).collect()
    };
    let clients = clients(host, agency, &named, &made);
    let mut wanted: BTreeSet<String> = named.clone();
    for client in &clients {
        wanted.extend(grants(client).map(str::to_owned));
    }
    // Whoever has no brand any more had one.
    let any = rows(&brands, "brands").next().and_then(|brand| text(brand.get("id")));
    if clients.iter().any(|client| grants(client).next().is_none()) {
        wanted.extend(any.map(str::to_owned));
    }
    let fresh_brands = fresh("brands.create");
    for account in rows(&accounts, "accounts").filter(|it| is_in(it, &named)) {
        if !fresh("accounts.create").contains(text(account.get("id")).unwrap_or_default()) {
            make_account(teller, agency, account)?;
        }
    }
    for brand in rows(&brands, "brands").filter(|brand| is_in(brand, &wanted)) {
        let id = text(brand.get("id")).unwrap_or_default();
        if !fresh_brands.contains(id) {
            let new = json!({"id": id, "name": brand.get("name")});
            teller.prepare("brands.create", by(agency, "brand", new), json!(id))?;
        }
    }
    for client in clients {
        make_client(teller, agency, &client, &fresh_brands, any)?;
    }
    Ok(())
}

fn make_agency(teller: &mut Teller<'_>, host: &Host, agency: &str) -> Result<(), String> {
    let found = host.call("agencies.get", &[json!(agency)]).map_err(|error| error.to_string())?;
    let fields = ["id", "name", "notification-email", "billing-interval", "portal-address"];
    let new: Map<String, Value> = fields
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), found.get(field)?.clone())))
        .collect();
    let arguments = Map::from_iter([("agency".to_owned(), Value::Object(new))]);
    teller.prepare("agencies.create", arguments, json!(agency))?;
    let settings = ask(host, "agencies.settings", agency, &[]).unwrap_or_default();
    let changes =
        SETTINGS.iter().filter_map(|name| Some(((*name).to_owned(), settings.get(*name)?.clone())));
    let changes = Value::Object(changes.collect());
    teller.prepare("agencies.update", by(agency, "changes", changes), settings)?;
    Ok(())
}

fn make_account(teller: &mut Teller<'_>, agency: &str, account: &Value) -> Result<(), String> {
    let id = account.get("id").cloned().unwrap_or_default();
    let start = match text(account.get("status")) {
        Some("trial") => json!({"trial": 14}),
        _ => json!("setup"),
    };
    let new = json!({
        "id": id, "name": account.get("name"), "billing-owner": "agency", "start": start,
    });
    teller.prepare("accounts.create", by(agency, "account", new), id)?;
    Ok(())
}

/// Invites a client, and lets it in if it has joined.
fn make_client(
    teller: &mut Teller<'_>,
    agency: &str,
    client: &Value,
    fresh: &BTreeSet<String>,
    any: Option<&str>,
) -> Result<(), String> {
    let id = text(client.get("id")).unwrap_or_default();
    let mut brands: Vec<&str> = grants(client).filter(|brand| !fresh.contains(*brand)).collect();
    if brands.is_empty() {
        brands.extend(any.filter(|brand| !fresh.contains(*brand)));
    }
    let Some(email) = text(client.get("email")) else { return Ok(()) };
    if brands.is_empty() || teller.knows(id) {
        return Ok(());
    }
    let invite = json!({"email": email, "brands": brands, "name": client.get("name")});
    let there = json!({"client": id, "outcome": "invited"});
    teller.prepare("clients.invite-by-email", by(agency, "invite", invite), there)?;
    if client.get("joined-at").is_some_and(|at| !at.is_null()) {
        let name = client.get("name").cloned().unwrap_or_default();
        let who = [("agency", json!(agency)), ("email", json!(email)), ("name", name)];
        let who = who.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        teller.prepare("portal.admit", who, Value::Null)?;
    }
    Ok(())
}

/// The clients from before that calls name.
fn clients(
    host: &Host,
    agency: &str,
    named: &BTreeSet<String>,
    made: &BTreeSet<String>,
) -> Vec<Value> {
    let is_id = |text: &&String| text.len() == 36 && text.matches('-').count() == 4;
    let ids = named.iter().filter(is_id).filter(|id| !made.contains(*id));
    let found = ids.filter_map(|id| ask(host, "clients.get", agency, &[json!(id)]));
    found.filter(|client| !client.is_null()).collect()
}

fn grants(client: &Value) -> impl Iterator<Item = &str> {
    rows(client, "grants").filter_map(|grant| text(grant.get("brand")))
}

fn rows<'v>(page: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    page.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn is_in(row: &Value, named: &BTreeSet<String>) -> bool {
    text(row.get("id")).is_some_and(|id| named.contains(id))
}

/// The arguments of a call in an owner's name.
fn by(agency: &str, name: &str, value: Value) -> Map<String, Value> {
    let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
    let call = json!({"agency": agency, "actor": actor});
    Map::from_iter([("call".to_owned(), call), (name.to_owned(), value)])
}

/// All texts in a value.
fn gather(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
        Value::Object(fields) => fields.values().for_each(|item| gather(item, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
