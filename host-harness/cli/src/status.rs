//! `clientdesk status`: the component and its store as a whole.

use clap::Args;
use serde_json::Value;

use super::answer::{at, elements, number, string, time};
use super::failure::Failure;
use super::format::{span, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::{Page, Shown};
use super::store::StoreArgs;

const EXAMPLES: &str = "\
Examples:
  clientdesk status
      shows what is due since when, how many mails wait, and how many jobs were set aside
  clientdesk status --json
      the same for a program that watches";

/// Shows how the store is: what is due, mails that wait, jobs that were set aside, keys
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(component: &ComponentArgs, args: &StatusArgs, form: Form) -> Result<(), Failure> {
    let host = args.store.open_to_read(component.host()?)?.build()?;
    let status = host.call("system.status", &[]).map_err(refusal::failed)?;
    if form.is_json() {
        return Ok(output::answer(status)?);
    }
    let mut page = Page::on_standard_output();
    page.table(&["What", "How it is"], &rows(&status));
    if number(at(&status, "stuck"), "number") > 0 {
        page.line("What was set aside, and why: clientdesk jobs");
    }
    Ok(page.print()?)
}

fn rows(status: &Value) -> Vec<Vec<Shown>> {
    let keys: Vec<&str> = elements(status, "keys").iter().filter_map(Value::as_str).collect();
    let all = [
        ("Time", time(status, "now")),
        ("Schema", number(status, "schema").to_string()),
        ("Due", at_least(at(status, "due"))),
        ("Due for longest", longest(status)),
        ("Due next", time(status, "next-due")),
        ("Mails that wait", at_least(at(status, "mails"))),
        ("Jobs set aside", at_least(at(status, "stuck"))),
        ("Keys", keys.join(", ")),
    ];
    all.map(|(what, how)| vec![Shown::Text(what.to_owned()), Shown::Strong(how)]).into()
}

fn at_least(counted: &Value) -> String {
    let number = thousands(number(counted, "number"));
    if at(counted, "more") == true { format!("{number} or more") } else { number }
}

/// What has been due for longest, since when, and how often it failed.
fn longest(status: &Value) -> String {
    let job = at(status, "oldest-due");
    if job.is_null() {
        return "nothing".to_owned();
    }
    let late = span(number(status, "now").saturating_sub(number(job, "due-at")));
    let (kind, agency) = (string(job, "kind"), string(job, "agency"));
    let failed = match number(job, "failures") {
        0 => String::new(),
        1 => ", failed once".to_owned(),
        times => format!(", failed {times} times"),
    };
    format!("{kind} of {agency}, since {} ({late}){failed}", time(job, "due-at"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_due_for_longest_says_how_late_it_is() {
        let status = |failures: u32| {
            json!({"now": 600_000, "oldest-due": {
                "agency": "acme", "kind": "renewals", "subject": "agency", "due-at": 0,
                "failures": failures,
            }})
        };
        let expected = "renewals of acme, since 1970-01-01T00:00:00Z (10 minutes)";
        assert_eq!(longest(&status(0)), expected);
        assert_eq!(longest(&status(2)), format!("{expected}, failed 2 times"));
        assert_eq!(longest(&json!({"oldest-due": null})), "nothing");
        for (minutes, said) in [
            (0, "0 minutes"),
            (1, "1 minute"),
            (119, "119 minutes"),
            (120, "2 hours"),
            (2_880, "2 days"),
        ] {
            assert_eq!(span(minutes * 60_000), said);
        }
        assert_eq!(at_least(&json!({"number": 6_400, "more": true})), "6,400 or more");
        assert_eq!(at_least(&json!({"number": 3, "more": false})), "3");
    }
}
