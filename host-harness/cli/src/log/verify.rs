//! Whether the log is as it was written.

use clap::Args;
use serde_json::{Value, json};

use crate::agency_api::AgencyApi;
use crate::answer::{at, number, string};
use crate::failure::Failure;
use crate::format::thousands;
use crate::output::{self, Form};
use crate::show::Page;

/// Which entries are checked, and against what.
#[derive(Args)]
pub(super) struct VerifyArgs {
    /// The first entry to check
    #[arg(long, value_name = "NUMBER", default_value_t = 1,
        value_parser = clap::value_parser!(u64).range(1..))]
    start: u64,
    /// The last entry to check; all to the end without it
    #[arg(long, value_name = "NUMBER")]
    to: Option<u64>,
    /// An end of the log that was kept elsewhere, as this command prints it: shows whether the
    /// log has lost its end since
    #[arg(long, value_name = "NUMBER:HASH", value_parser = head)]
    expect: Option<Value>,
}

/// The contract's `log-head`.
fn head(text: &str) -> Result<Value, String> {
    let parts =
        text.split_once(':').and_then(|(number, hash)| Some((number.parse::<u64>().ok()?, hash)));
    let (number, hash) = parts.ok_or("expected the number of an entry, a colon, and its hash")?;
    Ok(json!({"number": number, "hash": hash}))
}

pub(super) fn run(api: &impl AgencyApi, args: &VerifyArgs, form: Form) -> Result<(), Failure> {
    let head = api.get("audit.head", &[])?;
    let last = number(&head, "number");
    // To verify nothing would look like a log that is whole.
    if args.to.is_some_and(|to| to < args.start) {
        return Err(Failure::Usage(
            "`--to` is before `--start`: there is nothing to verify".into(),
        ));
    }
    if args.start > last.max(1) {
        let start = args.start;
        return Err(Failure::failed(format!("no log entry {start}: the last is {last}")));
    }
    let (verified, flaw) = verify(api, args)?;
    if form.is_json() {
        output::answer(json!({"verified": verified, "flaw": flaw, "head": head}))?;
    } else if flaw.is_null() {
        let mut page = Page::on_standard_output();
        page.line(&format!(
            "Verified: {} as they were written, and in order.",
            match usize::try_from(verified) {
                Ok(1) => "1 entry is".to_owned(),
                _ => format!("all {} entries are", thousands(verified)),
            }
        ));
        let (number, hash) = (number(&head, "number"), string(&head, "hash"));
        page.line("To notice later if the end is cut off, keep this elsewhere:");
        page.line(&format!("  --expect {number}:{hash}"));
        page.print()?;
    }
    if flaw.is_null() {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "the log isn't as it was written: entry {} {}; entries found whole before it: {}",
        number(&flaw, "number"),
        match string(&flaw, "problem").as_str() {
            "unknown-key" => "was sealed with a key that isn't in the ring".to_owned(),
            problem => format!("is {}", problem.replace('-', " ")),
        },
        thousands(verified),
    )))
}

/// How many entries are whole, and the first flaw. Goes on until the last, however many calls
/// that takes.
fn verify(api: &impl AgencyApi, args: &VerifyArgs) -> Result<(u64, Value), Failure> {
    let (mut start, mut verified) = (args.start, 0);
    loop {
        let found = api.get("audit.verify", &[json!(start), json!(args.to), json!(args.expect)])?;
        verified += number(&found, "verified");
        let flaw = at(&found, "flaw");
        match (flaw.is_null(), at(&found, "next").as_u64()) {
            (true, Some(next)) => start = next,
            _ => return Ok((verified, flaw.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use clientdesk_host::CallError;

    use super::*;

    #[test]
    fn it_goes_on_to_the_last_entry_or_the_first_flaw() {
        for (flaw, verified) in
            [(Value::Null, 25), (json!({"number": 13, "problem": "changed"}), 12)]
        {
            let api = |_: &str, arguments: &[Value]| -> Result<Value, CallError> {
                Ok(match (arguments[0].as_u64().unwrap(), flaw.is_null()) {
                    (1, _) => json!({"verified": 10, "next": 11}),
                    (11, true) => json!({"verified": 10, "next": 21}),
                    (21, true) => json!({"verified": 5}),
                    (11, false) => json!({"verified": 2, "flaw": flaw}),
                    (start, _) => panic!("{start}"),
                })
            };
            let args = VerifyArgs { start: 1, to: None, expect: None };
            assert_eq!(verify(&api, &args).unwrap(), (verified, flaw.clone()));
        }
    }

    #[test]
    fn a_head_is_a_number_and_a_hash() {
        assert_eq!(head("12:k1:abc"), Ok(json!({"number": 12, "hash": "k1:abc"})));
        for text in ["", "12", "x:y"] {
            assert!(head(text).is_err(), "{text}");
        }
    }
}
