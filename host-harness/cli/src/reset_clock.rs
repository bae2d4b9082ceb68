//! `clientdesk reset-clock`: back from a time that was too far ahead.

use clap::Args;
use clientdesk_host::{CallError, Host};
use serde_json::{Value, json};

use super::agency_api::{AgencyApi, each_page};
use super::answer::{number, rows_of};
use super::failure::Failure;
use super::format::thousands;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::Page;
use super::store::StoreFile;
use super::times::full;

const LEFT: &str = "\
Left as it is:
  - what was logged in between, with its times, and what was booked, which stays booked
  - log-ins and page views of that time, which make scores look fresh until then
  - links, sessions and access that ended, and mails that went out
Scores and weekly summaries begin anew: a summary that went out early goes out again in its week.";

/// Sets an agency's time back to the clock, after a call at a time too far ahead
///
/// An agency's time never runs backwards by itself: after a call with `--now` in a far future,
/// everything happens at that moment until the clock catches up. This undoes the jump, and
/// logs that it did. It doesn't undo what was done meanwhile.
#[derive(Args)]
#[command(after_help = LEFT)]
pub(crate) struct ResetClockArgs {
    /// The agency
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: String,
    #[command(flatten)]
    store: StoreFile,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &ResetClockArgs,
    form: Form,
) -> Result<(), Failure> {
    let host = args.store.open_host(component.host()?)?.build()?;
    let reset = host.call("agencies.reset-clock", &[json!(args.agency)]);
    let reset = reset.map_err(refusal::failed)?;
    let (now, was) = (number(&reset, "now"), number(&reset, "was"));
    if form.is_json() {
        return Ok(output::answer(reset)?);
    }
    let mut page = Page::on_standard_output();
    let (agency, to) = (&args.agency, full(now));
    if was <= now {
        page.line(&format!("The time of `{agency}` wasn't ahead: it is {to}."));
        return Ok(page.print()?);
    }
    let (entries, first) = logged_after(&AsOwner { host: &host, agency }, now)?;
    page.line(&format!("The time of `{agency}` is {to} again; it was {}.", full(was)));
    match (entries, first.map(thousands)) {
        (1, Some(only)) => {
            page.line(&format!("1 entry of the log is dated after now: number {only}."))
        }
        (_, Some(first)) => page.line(&format!(
            "{} entries of the log are dated after now, from number {first} on.",
            thousands(entries)
        )),
        (_, None) => {}
    }
    page.line("");
    page.line(LEFT);
    Ok(page.print()?)
}

/// The agency's functions, for an owner.
struct AsOwner<'a> {
    host: &'a Host,
    agency: &'a str,
}

impl AgencyApi for AsOwner<'_> {
    fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        let actor = json!({"id": "cli", "name": "cli", "role": "owner"});
        let call = json!({"agency": self.agency, "actor": actor});
        self.host.call(function, &[&[call], arguments].concat())
    }
}

/// How many entries are dated later than this, and the number of the first.
fn logged_after(api: &impl AgencyApi, now: u64) -> Result<(u64, Option<u64>), Failure> {
    let (mut entries, mut first) = (0, None);
    let filter = json!({"since": now + 1});
    each_page(api, "audit.list", &[filter, json!("forward")], None, |page| {
        for entry in rows_of(page, "entries")? {
            entries += 1;
            first = first.or(Some(number(&entry, "number")));
        }
        Ok(())
    })?;
    Ok((entries, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_logged_later_is_counted_over_all_pages() {
        let api = |function: &str, arguments: &[Value]| {
            assert_eq!((function, &arguments[0]), ("audit.list", &json!({"since": 1_001})));
            Ok(match arguments[2]["cursor"].as_str() {
                None => json!({"entries": [], "next": "b"}),
                Some("b") => json!({"entries": [{"number": 7}, {"number": 8}], "next": "c"}),
                Some(_) => json!({"entries": [{"number": 9}]}),
            })
        };
        assert_eq!(logged_after(&api, 1_000).unwrap(), (3, Some(7)));
    }
}
