//! People and brands by what they are called: an id, an address or a name. The one place
//! where a command finds whom it was told.

use clientdesk_host::suggest::{close_names, did_you_mean};
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, PAGE_ROWS_MAX, each_page};
use super::answer::{at, rows_of, string};
use super::failure::Failure;
use super::format::{count, cut};

/// How many are listed that a text could mean.
const MEANT_MAX: usize = 10;
/// How many letters of a word are looked for when nobody is called that.
const BEGINNING: usize = 3;

/// The client that a text means: by id, else by e-mail address, else by name or label, else the
/// only one whose name or address contains it.
pub(crate) fn client(api: &impl AgencyApi, text: &str) -> Result<Value, Failure> {
    if is_uuid(text) {
        let known = api.get("clients.get", &[json!(text)])?;
        return if known.is_null() { Err(nobody(api, "client", text, &[])) } else { Ok(known) };
    }
    let found = searched(api, text)?;
    let exact = |fields: &[&str]| -> Vec<Value> {
        let has = |client: &Value, field: &str| same(&string(client, field), text);
        let called = |client: &&Value| fields.iter().any(|field| has(client, field));
        found.iter().filter(called).cloned().collect()
    };
    let wider = [exact(&["email"]), exact(&["name", "label"]), found.clone()];
    match wider.into_iter().find(|clients| !clients.is_empty()) {
        None => {
            let near = near(api, text)?;
            Err(nobody(api, "client", text, &near))
        }
        Some(clients) => one_of("clients", text, clients, &client_title),
    }
}

/// The brand that a text means: by id, else by name; one in use rather than an archived one.
pub(crate) fn brand(api: &impl AgencyApi, text: &str) -> Result<Value, Failure> {
    let mut brands = Vec::new();
    each_page(api, "brands.list", &[], None, |page| {
        brands.extend(rows_of(page, "brands")?);
        Ok(())
    })?;
    if let Some(brand) = brands.iter().find(|brand| at(brand, "id") == text) {
        return Ok(brand.clone());
    }
    let called = |brand: &&Value| same(&string(brand, "name"), text);
    let (archived, in_use): (Vec<Value>, Vec<Value>) = brands
        .iter()
        .filter(called)
        .cloned()
        .partition(|brand| !at(brand, "archived-at").is_null());
    match [in_use, archived].into_iter().find(|brands| !brands.is_empty()) {
        None => {
            let names: Vec<String> = brands
                .iter()
                .flat_map(|brand| {
                    let (name, id) = (string(brand, "name"), string(brand, "id"));
                    let other = (!same(&name, &id)).then_some(id);
                    [Some(name), other].into_iter().flatten()
                })
                .collect();
            let close = close_names(text, names.iter().map(String::as_str));
            Err(nobody(api, "brand", text, &close))
        }
        Some(brands) => one_of("brands", text, brands, &brand_title),
    }
}

fn one_of(
    what: &str,
    text: &str,
    mut found: Vec<Value>,
    title: &dyn Fn(&Value) -> String,
) -> Result<Value, Failure> {
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            found.extend(last);
            let mut lines: Vec<String> =
                found.iter().take(MEANT_MAX).map(|one| format!("\n  {}", title(one))).collect();
            if found.len() > MEANT_MAX {
                lines.push("\n  and more".to_owned());
            }
            let number =
                if found.len() > MEANT_MAX { "many".to_owned() } else { found.len().to_string() };
            Err(Failure::failed(format!(
                "`{}` means {number} {what}; say which by its id:{}",
                cut(text),
                lines.concat()
            )))
        }
    }
}

fn nobody(api: &impl AgencyApi, what: &str, text: &str, close: &[String]) -> Failure {
    let agency = api.agency().map(|agency| format!(" in agency `{agency}`")).unwrap_or_default();
    Failure::failed(format!("no {what} `{}`{agency}{}", cut(text), did_you_mean(close)))
}

/// The clients whose names or addresses contain a text.
fn searched(api: &impl AgencyApi, text: &str) -> Result<Vec<Value>, Failure> {
    let page = json!({"limit": PAGE_ROWS_MAX});
    let found = api.get("clients.list", &[json!({"search": text}), Value::Null, page])?;
    Ok(rows_of(&found, "clients")?)
}

/// What clients are called whose names or addresses are much like a text. Those are looked for
/// that share the beginning of one of its words: a list of all would be long.
fn near(api: &impl AgencyApi, text: &str) -> Result<Vec<String>, Failure> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut called = Vec::new();
    for word in words.take(3) {
        let beginning: String = word.chars().take(BEGINNING).collect();
        for client in searched(api, &beginning)? {
            called.extend([string(&client, "email"), string(&client, "name")]);
        }
    }
    called.retain(|name| !name.is_empty());
    called.sort();
    called.dedup();
    Ok(close_names(text, called.iter().map(String::as_str)))
}

/// What a client is called: `Ann <ann@nike.example>`.
pub(crate) fn client_name(client: &Value) -> String {
    let named = ["name", "label"].iter().find_map(|field| at(client, field).as_str());
    match (named, at(client, "email").as_str()) {
        (Some(name), Some(email)) => format!("{name} <{email}>"),
        (Some(text), None) | (None, Some(text)) => text.to_owned(),
        (None, None) => string(client, "id"),
    }
}

fn client_title(client: &Value) -> String {
    format!("{}  {}, {}", string(client, "id"), client_name(client), string(client, "status"))
}

fn brand_title(brand: &Value) -> String {
    let clients = usize::try_from(at(brand, "clients").as_u64().unwrap_or(0)).unwrap_or(0);
    let state = match at(brand, "archived-at").as_u64() {
        Some(_) => "archived".to_owned(),
        None => count(clients, "client"),
    };
    format!("{}  {}, {state}", string(brand, "id"), string(brand, "name"))
}

/// Whether two names are one but for case and the width of white space.
fn same(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    !one.is_empty() && folded(one) == folded(other)
}

/// Whether a text is spelled like the ids of clients.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().chars().all(|letter| letter.is_ascii_hexdigit())
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
