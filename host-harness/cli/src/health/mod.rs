//! `clientdesk health`: how the clients of an agency are, or why one's score is what it is.

mod show;

use clap::Args;
use serde_json::json;

use super::agency_api::{AgencyApi, HostApi};
use super::answer::at;
use super::caller::CallerArgs;
use super::failure::Failure;
use super::find;
use super::host::ComponentArgs;
use super::output::{self, Form};
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

pub(crate) fn run(component: &ComponentArgs, args: &HealthArgs, form: Form) -> Result<(), Failure> {
    let api = HostApi::open_to_read(component.host()?, &args.store, &args.caller)?;
    let mut page = Page::on_standard_output();
    match &args.client {
        None => {
            let overview = api.get("health.overview", &[])?;
            if form.is_json() {
                return Ok(output::answer(overview)?);
            }
            show::overview(&mut page, &overview);
        }
        Some(text) => {
            let client = find::client(&api, text)?;
            let id = at(&client, "id").clone();
            let explained = api.get("health.explain", std::slice::from_ref(&id))?;
            let history = api.get("health.history", &[id])?;
            if form.is_json() {
                let all = json!({"client": client, "explanation": explained, "history": history});
                return Ok(output::answer(all)?);
            }
            show::client(&mut page, &client, &explained, &history);
        }
    }
    Ok(page.print()?)
}
