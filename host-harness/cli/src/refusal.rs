//! The contract's errors as a line that people read.

use std::time::Duration;

use serde_json::Value;

use super::answer::{at, number, string};
use super::caller::ACTING_AS;
use super::failure::Failure;
use super::format::cut;
use super::times;
use clientdesk_host::CallError;

/// A failed call as the end of a command.
pub(crate) fn failed(error: CallError) -> Failure {
    failed_in(error, None)
}

/// The same of a call about an agency, which what isn't found is then missing from.
pub(crate) fn failed_in(error: CallError, agency: Option<&str>) -> Failure {
    match error {
        CallError::Refused { function, mut error } => {
            let sentence = sentence(&error, str::to_owned);
            let text = match (case(&error), agency) {
                (("not-found", _), Some(agency)) => missing_from(&sentence, agency),
                _ => sentence,
            };
            times::spell_out(&mut error);
            Failure::Refused { text, function, error }
        }
        CallError::UnknownFunction { name, close } => {
            let short = CallError::UnknownFunction { name: cut(&name), close };
            Failure::Usage(format!("{short}\n`clientdesk functions` lists all that there are"))
        }
        CallError::Trap { details, .. } => {
            Failure::failed(format!("the component trapped: {details}"))
        }
        other => other.into(),
    }
}

/// ``no client `x` in agency `acme` ``; what stands behind a colon comes last.
fn missing_from(sentence: &str, agency: &str) -> String {
    if sentence.starts_with("no agency ") {
        return sentence.to_owned();
    }
    let end = sentence.rfind('`').unwrap_or(0);
    let colon = sentence.match_indices(": ").map(|(at, _)| at).find(|at| *at > end);
    let (what, why) =
        sentence.split_at_checked(colon.unwrap_or(sentence.len())).unwrap_or((sentence, ""));
    format!("{what} in agency `{agency}`{why}")
}

/// Why something was refused. `rename` gives wrong arguments the names that the reader knows
/// them by.
pub(crate) fn sentence(error: &Value, rename: impl Fn(&str) -> String) -> String {
    let (case, payload) = case(error);
    let text = || payload.as_str().unwrap_or_default();
    match case {
        "invalid" => invalid(payload, rename),
        "not-found" => format!("no {}", text()),
        "denied" if at(payload, "code") == "acting-as" => {
            format!("{}; in your own name: unset {ACTING_AS}", on_behalf(payload))
        }
        "denied" | "conflict" => on_behalf(payload),
        "other" => string(payload, "message"),
        "exists" | "unavailable" | "corrupt" => text().to_owned(),
        "expired" => format!("it expired on {}", times::full(payload.as_u64().unwrap_or_default())),
        "limit" => limit(payload),
        "busy" => "others keep changing the same data; try again".into(),
        // A newer component may have more cases.
        _ => error.to_string(),
    }
}

/// A message with the token of a sign-in as it is given here.
fn on_behalf(payload: &Value) -> String {
    string(payload, "message").replace("`acting-as`", "`--acting-as`")
}

/// A case's name and payload, as [`clientdesk_host::values`] tells.
fn case(error: &Value) -> (&str, &Value) {
    match error {
        Value::String(case) => (case, &Value::Null),
        Value::Object(object) => match object.iter().next() {
            Some((case, payload)) => (case, payload),
            None => ("", &Value::Null),
        },
        _ => ("", &Value::Null),
    }
}

fn invalid(payload: &Value, rename: impl Fn(&str) -> String) -> String {
    let fields = payload.as_array().map(Vec::as_slice).unwrap_or_default();
    let line = |field: &Value| {
        format!("{}: {}", rename(&string(field, "field")), string(field, "message"))
    };
    fields.iter().map(line).collect::<Vec<_>>().join("; ")
}

fn limit(payload: &Value) -> String {
    let name = string(payload, "limit");
    let (allowed, asked) = (number(payload, "allowed"), number(payload, "asked"));
    let wait = match at(payload, "wait").as_u64() {
        Some(wait) => format!("; try again in {}", span(Duration::from_millis(wait))),
        None => String::new(),
    };
    format!("the limit `{name}` is {allowed}, and this would be {asked}{wait}")
}

/// How long, in its largest unit, rounded up: nobody should come back too early.
fn span(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1000);
    let (count, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_case_becomes_a_line() {
        let email = json!({"field": "invite.email", "code": "malformed", "message": "must be one"});
        let brand = json!({"field": "invite.brands[0]", "code": "unknown", "message": "is gone"});
        let limit =
            |wait| json!({"limit": {"limit": "tries", "allowed": 5, "asked": 6, "wait": wait}});
        for (error, line) in [
            (json!({"invalid": [email, brand]}), "email: must be one; brands[0]: is gone"),
            (json!({"not-found": "agency `x`"}), "no agency `x`"),
            (json!({"denied": {"code": "role", "message": "needs a manager"}}), "needs a manager"),
            (
                json!({"conflict": {"state": "revoked", "event": "revoke", "message": "it ended"}}),
                "it ended",
            ),
            (
                json!({"denied": {"code": "acting-as", "message": "it is over: start anew"}}),
                "it is over: start anew; in your own name: unset CLIENTDESK_ACTING_AS",
            ),
            (
                json!({"conflict": {"state": "acting", "event": "disable",
                    "message": "give the token as `acting-as`, or stop it first"}}),
                "give the token as `--acting-as`, or stop it first",
            ),
            (json!({"exists": "there is a brand"}), "there is a brand"),
            (json!({"expired": 1_788_264_000_000_u64}), "it expired on 2026-09-01T12:00:00Z"),
            (limit(json!(null)), "the limit `tries` is 5, and this would be 6"),
            (
                limit(json!(1_000)),
                "the limit `tries` is 5, and this would be 6; try again in 1 second",
            ),
            (
                limit(json!(91_000)),
                "the limit `tries` is 5, and this would be 6; try again in 2 minutes",
            ),
            (
                limit(json!(86_400_000)),
                "the limit `tries` is 5, and this would be 6; try again in 24 hours",
            ),
            (json!("busy"), "others keep changing the same data; try again"),
            (json!({"busy": null}), "others keep changing the same data; try again"),
            (json!({"unavailable": "the disk is full"}), "the disk is full"),
            (json!({"corrupt": "row `k`"}), "row `k`"),
            (json!({"other": {"code": "x", "message": "too bad"}}), "too bad"),
            (json!({"newer": 1}), r#"{"newer":1}"#),
        ] {
            let short = |field: &str| field.replace("invite.", "");
            assert_eq!(sentence(&error, short), line);
        }
    }

    #[test]
    fn what_is_missing_is_missing_from_an_agency() {
        for (text, sentence) in [
            ("client `x`", "no client `x` in agency `acme`"),
            ("brand `a: b`", "no brand `a: b` in agency `acme`"),
            ("agency `acme`", "no agency `acme`"),
            (
                "brand `b` any more: it was archived",
                "no brand `b` any more in agency `acme`: it was archived",
            ),
            (
                "client with this e-mail address",
                "no client with this e-mail address in agency `acme`",
            ),
        ] {
            let error = json!({"not-found": text});
            let refused = CallError::Refused { function: "f".into(), error };
            assert_eq!(failed_in(refused, Some("acme")).to_string(), sentence);
        }
    }
}
