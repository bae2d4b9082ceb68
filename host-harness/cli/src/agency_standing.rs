//! `clientdesk agencies suspend`, `resume` and `close`: an agency at rest, at work again, or closed.

use clap::Args;
use clientdesk_host::Host;
use serde_json::{Value, json};

use super::answer::{at, number, string};
use super::failure::Failure;
use super::output::{self, Form};
use super::refusal;
use super::show::Page;
use super::times::full;

/// Which agency, and why.
#[derive(Args)]
pub(crate) struct StandingArgs {
    /// The agency's id
    #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
    pub(crate) agency: String,
    /// Why: it stands in the agency's log
    #[arg(long, value_name = "WHY")]
    reason: String,
}

/// Takes such a step, and says how the agency stands then.
pub(crate) fn take(
    host: &Host,
    function: &str,
    args: &StandingArgs,
    form: Form,
) -> Result<(), Failure> {
    let StandingArgs { agency: id, reason } = args;
    let get = || host.call("agencies.get", &[json!(id)]).map_err(refusal::failed);
    let before = get()?;
    host.call(function, &[json!(id), json!(reason)]).map_err(refusal::failed)?;
    let agency = get()?;
    if form.is_json() {
        return Ok(output::answer(agency)?);
    }
    let mut page = Page::on_standard_output();
    let stood_so = at(&before, "status") == at(&agency, "status");
    said(&agency, stood_so).iter().for_each(|line| page.line(line));
    Ok(page.print()?)
}

/// How it stands, and what that means; `stood_so` when nothing has changed.
fn said(agency: &Value, stood_so: bool) -> Vec<String> {
    let (id, since) = (string(agency, "id"), full(number(agency, "status-since")));
    let reason = string(agency, "status-reason");
    let status = string(agency, "status");
    let means: &[&str] = match status.as_str() {
        "suspended" => &[
            "Nobody signs in, operators only look, and no mail goes out. What is charged for goes on.",
            "To let it work again: clientdesk agencies resume",
        ],
        "closed" => &[
            "Nobody signs in, operators only look, and no mail goes out. What is paid for lasts to the \
             end of its month or year, and nothing is renewed.",
        ],
        _ if stood_so => &[],
        _ => &["Clients sign in anew."],
    };
    let word = if status == "active" { "at work" } else { &status };
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    let is = if stood_so { "is, as it was," } else { "is" };
    let first = format!("`{id}` {is} {word} since {since}{why}");
    [first].into_iter().chain(means.iter().map(|line| (*line).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_agency_stands_is_a_sentence() {
        let agency = |status: &str, reason: Option<&str>| json!({"id": "acme", "status": status, "status-since": 0, "status-reason": reason});
        let first = |status, reason| said(&agency(status, reason), false).remove(0);
        let at = full(0);
        assert_eq!(first("active", None), format!("`acme` is at work since {at}"));
        assert_eq!(
            first("suspended", Some("Unpaid")),
            format!("`acme` is suspended since {at}: Unpaid")
        );
        let again = [format!("`acme` is, as it was, at work since {at}")];
        assert_eq!(said(&agency("active", None), true), again);
        assert_eq!(first("closed", Some("Gone")), format!("`acme` is closed since {at}: Gone"));
    }
}
