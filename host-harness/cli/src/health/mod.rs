//! `clientdesk health`: how the clients of an agency are, or why one's score is what it is.

mod show;

use clap::Args;
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi};
use super::answer::{at, rows_of, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::refusal;
use super::show::Page;
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk health --agency acme
      shows how engaged the clients are, and whose scores fell most
  clientdesk health --agency acme ann@nike.example
      explains her score, and what would raise it";

/// Shows how engaged clients are, and why
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HealthArgs {
    /// A client, by id or by part of the name or e-mail address; without one, the whole agency
    client: Option<String>,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// How many clients are listed that a text could mean.
const MEANT_MAX: u32 = 10;

pub(crate) fn run(component: &ComponentArgs, args: &HealthArgs) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let mut page = Page::on_standard_output();
    match &args.client {
        None => {
            let overview = api.ask("health.overview", &[]).map_err(refusal::failed)?;
            show::overview(&mut page, &overview);
        }
        Some(text) => {
            let client = find(&api, text)?;
            let id = at(&client, "id").clone();
            let ask = |function| api.ask(function, std::slice::from_ref(&id));
            let explained = ask("health.explain").map_err(refusal::failed)?;
            let history = ask("health.history").map_err(refusal::failed)?;
            show::client(&mut page, &client, &explained, &history);
        }
    }
    Ok(page.print()?)
}

/// The client that a text means.
fn find(api: &impl AgencyApi, text: &str) -> Result<Value, Failure> {
    let known = api.ask("clients.get", &[json!(text)]).map_err(refusal::failed)?;
    if !known.is_null() {
        return Ok(known);
    }
    let arguments = [json!({"search": text}), Value::Null, json!({"limit": MEANT_MAX})];
    let page = api.ask("clients.list", &arguments).map_err(refusal::failed)?;
    let found = rows_of(&page, "clients")?;
    let exact = found.iter().find(|client| string(client, "email") == text);
    match (exact, &found[..]) {
        (Some(client), _) | (None, [client]) => Ok(client.clone()),
        (None, []) => {
            Err(Failure::failed(format!("no client's name or e-mail address contains `{text}`")))
        }
        (None, several) => {
            let names: Vec<String> = several.iter().map(show::meant).collect();
            let names = names.join("\n  ");
            Err(Failure::failed(format!("`{text}` matches several clients:\n  {names}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use clientdesk_host::CallError;

    use super::*;

    /// An agency with these clients, each found by every search.
    fn api(emails: &'static [&'static str]) -> impl Fn(&str, &[Value]) -> Result<Value, CallError> {
        move |function: &str, arguments: &[Value]| {
            let client = |email: &&str| json!({"id": format!("id-{email}"), "email": email});
            Ok(match function {
                "clients.get" => emails
                    .iter()
                    .map(client)
                    .find(|client| client["id"] == arguments[0])
                    .unwrap_or(Value::Null),
                _ => json!({"clients": emails.iter().map(client).collect::<Value>()}),
            })
        }
    }

    #[test]
    fn a_client_is_found_by_what_people_know() {
        for (emails, text, found) in [
            (&["ann@x", "ann@xy"][..], "id-ann@xy", Ok("ann@xy")),
            (&["ann@x", "ann@xy"], "ann@x", Ok("ann@x")),
            (&["ann@x"], "an", Ok("ann@x")),
            (&[], "an", Err("no client's name")),
            (&["ann@x", "ann@xy"], "an", Err("matches several")),
        ] {
            match (find(&api(emails), text), found) {
                (Ok(client), Ok(email)) => assert_eq!(string(&client, "email"), email),
                (Err(Failure::Failed(error)), Err(words)) => {
                    assert!(error.to_string().contains(words), "{error}");
                }
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }
}
