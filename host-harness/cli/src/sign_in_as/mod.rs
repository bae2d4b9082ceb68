//! `clientdesk sign-in-as ID`: acting on an account's behalf, for a while and with a reason.

mod banner;
pub(crate) mod reminder;

use clap::Args;
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, HostApi};
use super::answer::{at, string};
use super::caller::{ACTING_AS, CallerArgs};
use super::failure::Failure;
use super::format::shell_word;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::store::StoreArgs;
pub(crate) use banner::Banner;

const EXAMPLES: &str = "\
Examples:
  clientdesk sign-in-as nike-inc --reason 'Look at the new brand' --agency acme
      signs in for half an hour, to look; what it prints makes later commands act on its behalf
  clientdesk sign-in-as --current --agency acme
      shows on whose behalf the caller is signed in, until when, and the way out
  clientdesk sign-in-as --stop --agency acme
      signs out again
  clientdesk sign-in-as nike-inc --reason 'Invite the team' --full --minutes 15 --export \\
      --agency acme
      prints it for a shell alone: eval \"$(clientdesk sign-in-as … --export)\" signs this one in";

/// Signs in on an account's behalf, for a while and with a reason, and out again
///
/// Later commands act on the account's behalf where the token is in CLIENTDESK_ACTING_AS, or
/// given with `--acting-as`: they see and change what is the account's, and nothing else. It is
/// good for the same caller only (`--as`). The log names who acted, and for whom.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SignInArgs {
    /// The account, by id
    #[arg(required_unless_present_any = ["stop", "current"])]
    account: Option<String>,
    /// Why, on one line. It is logged, and stays: no names of persons
    #[arg(long, value_name = "WHY", required_unless_present_any = ["stop", "current"])]
    reason: Option<String>,
    /// Allows all that the caller's role allows; without it, looking
    #[arg(long)]
    full: bool,
    /// For how many minutes, 1 to 60; 30 without it
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<u32>,
    /// The web address to go back to when it is over
    #[arg(long, value_name = "URL")]
    return_to: Option<String>,
    /// Signs out: of the sign-in that runs for the caller, or of the one with this id
    #[arg(
        long,
        value_name = "SIGN-IN",
        num_args = 0..=1,
        conflicts_with_all = ["account", "reason", "full", "minutes", "return_to"]
    )]
    stop: Option<Option<String>>,
    /// Shows on whose behalf the caller is signed in
    #[arg(
        long,
        conflicts_with_all = ["account", "reason", "full", "minutes", "return_to", "stop", "export"]
    )]
    current: bool,
    /// Prints what a shell is to run, and nothing else; the banner goes to standard error
    #[arg(long)]
    export: bool,
    #[command(flatten)]
    caller: CallerArgs,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(component: &ComponentArgs, args: &SignInArgs, form: Form) -> Result<(), Failure> {
    if args.export && form.is_json() {
        return Err(Failure::Usage("`--export` and `--json` can't both be: choose one".into()));
    }
    let api = HostApi::open_in_own_name(component.host()?, &args.store, &args.caller)?;
    if args.current {
        return current(&api, args, form);
    }
    match &args.stop {
        Some(which) => stop(&api, which.as_deref(), args, form),
        None => start(&api, args, form),
    }
}

fn start(api: &impl AgencyApi, args: &SignInArgs, form: Form) -> Result<(), Failure> {
    let SignInArgs { account, reason, full, minutes, return_to, .. } = args;
    let sign_in = json!({
        "account": account, "reason": reason, "minutes": minutes, "return-to": return_to,
        "mode": if *full { "full" } else { "read-only" },
    });
    let grant = api.get("impersonation.start", &[sign_in])?;
    if form.is_json() {
        return Ok(output::answer(grant)?);
    }
    let banner = Banner { record: at(&grant, "banner"), way_out: way_out(api, args) };
    let variables = variables(&string(&grant, "token"), &args.caller);
    if args.export {
        let mut page = Page::on_standard_error();
        banner.show(&mut page);
        page.print()?;
        return Ok(output::print(&format!("{}\n", variables.join("\n")))?);
    }
    let mut page = Page::on_standard_output();
    banner.show(&mut page);
    page.line("So that later commands in this shell act on its behalf:");
    for variable in variables {
        page.whole(&format!("  {variable}"));
    }
    Ok(page.print()?)
}

/// What a shell runs for later commands to act on the account's behalf. The token is good for
/// the same caller only.
fn variables(token: &str, caller: &CallerArgs) -> Vec<String> {
    let actor = caller.actor().map(|actor| format!("export CLIENTDESK_AS={}", shell_word(&actor)));
    let token = format!("export {ACTING_AS}={}", shell_word(token));
    [Some(token), actor].into_iter().flatten().collect()
}

/// The command that ends the caller's sign-in.
fn way_out(api: &impl AgencyApi, args: &SignInArgs) -> String {
    let agency = api.agency().unwrap_or_default();
    let actor = args.caller.actor();
    let actor = actor.map(|actor| format!(" --as {}", shell_word(&actor))).unwrap_or_default();
    format!("clientdesk sign-in-as --stop --agency {agency}{actor}{}", args.store.option())
}

fn current(api: &impl AgencyApi, args: &SignInArgs, form: Form) -> Result<(), Failure> {
    let record = api.get("impersonation.current", &[])?;
    if form.is_json() {
        return Ok(output::answer(json!({"banner": record}))?);
    }
    let mut page = Page::on_standard_output();
    if record.is_null() {
        page.line("You aren't signed in on anybody's behalf.");
        forget(&mut page, &args.caller);
    } else {
        Banner { record: &record, way_out: way_out(api, args) }.show(&mut page);
    }
    Ok(page.print()?)
}

fn stop(
    api: &impl AgencyApi,
    which: Option<&str>,
    args: &SignInArgs,
    form: Form,
) -> Result<(), Failure> {
    let banner = match which {
        Some(_) => Value::Null,
        None => api.get("impersonation.current", &[])?,
    };
    let id = which.map(str::to_owned).or_else(|| at(&banner, "id").as_str().map(str::to_owned));
    let return_to = match &id {
        Some(id) => api.get("impersonation.stop", &[json!(id)])?,
        None => Value::Null,
    };
    if form.is_json() {
        return Ok(output::json(&json!({"return-to": return_to, "sign-in": id}))?);
    }
    let told = match (&id, at(&banner, "account-name").as_str()) {
        (None, _) => "You weren't signed in on anybody's behalf.".to_owned(),
        (Some(_), Some(name)) => format!("You left {name}."),
        (Some(_), None) => "That sign-in is stopped.".to_owned(),
    };
    let mut page = if args.export { Page::on_standard_error() } else { Page::on_standard_output() };
    page.line(&told);
    if let Some(address) = return_to.as_str() {
        page.line(&format!("Back to {address}"));
    }
    if args.export {
        page.print()?;
        return Ok(output::print(&format!("unset {ACTING_AS}\n"))?);
    }
    forget(&mut page, &args.caller);
    Ok(page.print()?)
}

/// Says that a token is of no use any more, where one is left.
fn forget(page: &mut Page, caller: &CallerArgs) {
    if caller.acting_as().is_some() {
        page.line("Later commands in this shell are refused until it forgets the token:");
        page.whole(&format!("  unset {ACTING_AS}"));
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        caller: CallerArgs,
    }

    #[test]
    fn a_shell_learns_the_token_and_for_whom_it_is_good() {
        for (words, told) in [
            (&["test"][..], vec!["export CLIENTDESK_ACTING_AS=t0k.en"]),
            (
                &["test", "--as", "manager:mia:Mia's"],
                vec![
                    "export CLIENTDESK_ACTING_AS=t0k.en",
                    r"export CLIENTDESK_AS='manager:mia:Mia'\''s'",
                ],
            ),
        ] {
            let options = Options::parse_from(words);
            assert_eq!(variables("t0k.en", &options.caller), told);
        }
    }
}
