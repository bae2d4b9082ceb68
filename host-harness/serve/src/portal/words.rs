//! What the pages say of a refusal: a sentence, beside its field where it has one.

use axum::http::StatusCode;
use serde_json::Value;

use super::ask::Refusal;
use super::times;

/// An argument of the contract, and how a form calls it.
pub(super) struct Named {
    /// What the contract calls it.
    pub(super) argument: &'static str,
    /// What the form calls it.
    pub(super) field: &'static str,
    /// What a sentence about it begins with.
    pub(super) label: &'static str,
}

/// The arguments of most forms.
pub(super) const USUAL: [Named; 4] = [
    Named { argument: "email", field: "email", label: "The e-mail address" },
    Named { argument: "name", field: "name", label: "The name" },
    Named { argument: "password", field: "password", label: "The password" },
    Named { argument: "current", field: "current", label: "The password" },
];

/// What went wrong with a form.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// What the answer says to programs.
    pub(super) status: StatusCode,
    /// What stands above the form.
    pub(super) above: Option<String>,
    /// What stands beside its fields.
    pub(super) beside: Vec<(&'static str, String)>,
    /// How many seconds to wait before trying again.
    pub(super) wait: Option<u64>,
}

impl Trouble {
    /// A sentence above the form.
    pub(super) fn above(status: StatusCode, sentence: impl Into<String>) -> Trouble {
        Trouble { status, above: Some(sentence.into()), ..Trouble::default() }
    }

    /// A sentence beside a field.
    pub(super) fn beside(field: &'static str, sentence: impl Into<String>) -> Trouble {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Trouble { status, beside: vec![(field, sentence.into())], ..Trouble::default() }
    }

    /// What a refusal says of a form with these fields.
    pub(super) fn of(refusal: &Refusal, named: &[Named]) -> Trouble {
        match refusal {
            Refusal::Contract(case, Value::Array(fields)) if case == "invalid" => {
                invalid(fields, named)
            }
            Refusal::Contract(case, said) => {
                let status = status(case, said);
                let mut trouble = Trouble::above(status, sentence(case, said));
                trouble.wait = said["wait"].as_u64().map(|wait| wait.div_ceil(1_000).max(1));
                trouble
            }
            Refusal::Busy => {
                let sentence = "Very many people are here just now. Please try again in a moment.";
                let trouble = Trouble::above(StatusCode::SERVICE_UNAVAILABLE, sentence);
                Trouble { wait: Some(1), ..trouble }
            }
            Refusal::Failed => Trouble::above(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Please try again, or ask for help if it goes on.",
            ),
        }
    }

    /// The same beside a field, where it stood above the form.
    #[must_use]
    pub(super) fn moved(mut self, field: &'static str) -> Trouble {
        if let Some(sentence) = self.above.take() {
            self.beside.push((field, sentence));
        }
        self
    }

    /// What stands beside a field.
    pub(super) fn at(&self, field: &str) -> Option<&str> {
        let found = self.beside.iter().find(|(found, _)| *found == field);
        found.map(|(_, sentence)| sentence.as_str())
    }
}

/// Each argument that is wrong, beside its field; what belongs to none stands above the form.
fn invalid(fields: &[Value], named: &[Named]) -> Trouble {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut trouble = Trouble { status, ..Trouble::default() };
    for field in fields {
        let [argument, code, message] =
            ["field", "code", "message"].map(|part| field[part].as_str().unwrap_or_default());
        match named.iter().find(|named| named.argument == argument) {
            Some(named) => {
                if trouble.at(named.field).is_none() {
                    trouble.beside.push((named.field, wrong(named.label, code, message)));
                }
            }
            None => {
                let sentence =
                    "Something in this form can't be taken as it is. Please look it over.";
                trouble.above = Some(sentence.to_owned());
            }
        }
    }
    trouble
}

/// What is wrong with a field. The contract's messages go on where its name ends.
fn wrong(label: &str, code: &str, message: &str) -> String {
    match code {
        "empty" => format!("{label} is missing."),
        "malformed" if message.starts_with("must be an e-mail address") => {
            "Type an e-mail address, such as ann@nike.example.".to_owned()
        }
        _ => {
            let message = message.replace('`', "");
            // Two sentences read better than a colon.
            let (what, fix) = match message.split_once(": ") {
                Some((what, fix)) => (what, capital(fix)),
                None => (message.as_str(), String::new()),
            };
            let fix = if fix.is_empty() { fix } else { format!(" {fix}.") };
            format!("{label} {what}.{fix}")
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The status of each case, as for calls.
fn status(case: &str, said: &Value) -> StatusCode {
    match case {
        "not-found" => StatusCode::NOT_FOUND,
        "denied" => StatusCode::FORBIDDEN,
        "limit" if said["wait"].is_u64() => StatusCode::TOO_MANY_REQUESTS,
        "conflict" | "exists" | "limit" => StatusCode::CONFLICT,
        "expired" => StatusCode::GONE,
        "busy" | "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        "corrupt" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn sentence(case: &str, said: &Value) -> String {
    let code = |name: &str| said[name].as_str().unwrap_or_default();
    match case {
        "denied" => denied(code("code")).to_owned(),
        "conflict" => conflict(code("state")).to_owned(),
        "not-found" => gone(said.as_str().unwrap_or_default()).to_owned(),
        "exists" => "There is a log-in with this address already.".to_owned(),
        "expired" => match said.as_u64() {
            Some(until) => format!("It was good until {}.", times::moment(until)),
            None => "Its time is over.".to_owned(),
        },
        "limit" => limit(code("limit"), said["wait"].as_u64()),
        "busy" => "Others were quicker. Please try again.".to_owned(),
        "unavailable" => {
            "This can't be done just now. Please try again in a few minutes.".to_owned()
        }
        "corrupt" => {
            "Something went wrong on our side, and trying again won't help. Please ask for help."
                .to_owned()
        }
        _ => "This can't be done. Please ask for help.".to_owned(),
    }
}

fn denied(code: &str) -> &'static str {
    match code {
        "wrong-password" => "The e-mail address or the password isn't right.",
        "revoked" => "Your access to this portal was removed.",
        "pending" => "Your invitation is still open: use the link in its e-mail first.",
        "unverified" => {
            "We don't know yet that this address is yours. Choose a new password by e-mail first, then open the invitation again."
        }
        "address" => "This invitation is for another e-mail address.",
        "account" => {
            "There is nothing to look at yet, or not any more just now. Please try again later."
        }
        "agency" => "This portal is closed for the time being.",
        "no-export" => "You may look at everything here, but not export it.",
        "account-feature" => "Exports aren't part of what your company has booked.",
        "feature" => "You don't have access to this part of the portal.",
        "brand" => "You don't have access to this brand, or not any more.",
        "owner" => "Only the owner of the company's account can do this.",
        "hidden" => "This isn't shown here.",
        "colleague" => "Only your agency can invite this person.",
        "read-only" => "You are signed in to look only.",
        _ => "You may not do this.",
    }
}

fn conflict(state: &str) -> &'static str {
    match state {
        "pays-itself" => "A plan was chosen already.",
        "agency-billing" | "agency-pays" => "There is no plan to choose any more.",
        "setup" => "This isn't open yet. Please try again later.",
        "disabled" | "deleted" => "This account is closed.",
        "in-use" => "More is in use than this plan gives.",
        "resources" => "This plan doesn't give what is needed.",
        "suspended" | "closed" => "This portal is closed for the time being.",
        _ => "This isn't possible any more: things have changed meanwhile.",
    }
}

/// What became of a link, to whoever holds it.
fn gone(text: &str) -> &'static str {
    let has = |word: &str| text.split(|c: char| !c.is_ascii_alphabetic()).any(|it| it == word);
    if has("used") {
        "This link was used already."
    } else if has("replaced") {
        "There is a newer link than this one: look for the latest e-mail."
    } else if has("withdrawn") {
        "This invitation was withdrawn."
    } else {
        "This link doesn't lead anywhere. Please check that it is complete."
    }
}

fn limit(limit: &str, wait: Option<u64>) -> String {
    match (limit, wait) {
        ("users", _) => {
            "There are as many people as there may be. Please ask for a place.".to_owned()
        }
        ("dashboards" | "api-calls", _) => "That is more than there is to give.".to_owned(),
        (_, Some(wait)) => format!("That was too often. Please try again {}.", times::wait(wait)),
        (_, None) => "There is a limit, and this would be beyond it.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(case: &str, said: Value) -> Trouble {
        Trouble::of(&Refusal::Contract(case.to_owned(), said), &USUAL)
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let field = |field: &str, code: &str, message: &str| json!({"field": field, "code": code, "message": message});
        let trouble = told(
            "invalid",
            json!([
                field(
                    "email",
                    "malformed",
                    "must be an e-mail address, such as `ann@nike.example`"
                ),
                field("password", "too-short", "must have at least 8 characters"),
                field("name", "empty", "must not be empty"),
            ]),
        );
        assert_eq!(trouble.at("email"), Some("Type an e-mail address, such as ann@nike.example."));
        assert_eq!(trouble.at("password"), Some("The password must have at least 8 characters."));
        assert_eq!(trouble.at("name"), Some("The name is missing."));
        assert_eq!((trouble.status.as_u16(), &trouble.above), (422, &None));
        let weak = json!([field(
            "password",
            "weak",
            "is among the most common passwords: choose another"
        )]);
        let weak = told("invalid", weak);
        let sentence = "The password is among the most common passwords. Choose another.";
        assert_eq!(weak.at("password"), Some(sentence));
        let other = told("invalid", json!([field("origin", "too-long", "must be shorter")]));
        assert!(other.above.is_some() && other.beside.is_empty());
    }

    #[test]
    fn each_refusal_has_a_sentence_and_a_status() {
        for (case, said, status, sentence) in [
            ("denied", json!({"code": "revoked"}), 403, "Your access to this portal was removed."),
            ("denied", json!({"code": "new"}), 403, "You may not do this."),
            ("not-found", json!("invite: used"), 404, "This link was used already."),
            (
                "expired",
                json!(1_788_264_000_000_u64),
                410,
                "It was good until 1 September 2026, 12:00 UTC.",
            ),
            (
                "limit",
                json!({"limit": "failed-log-ins", "wait": 840_000}),
                429,
                "That was too often. Please try again in 14 minutes.",
            ),
            ("busy", Value::Null, 503, "Others were quicker. Please try again."),
        ] {
            let trouble = told(case, said);
            assert_eq!(trouble.status.as_u16(), status, "{case}");
            assert_eq!(trouble.above.as_deref(), Some(sentence), "{case}");
        }
        let wait = told("limit", json!({"limit": "failed-log-ins", "wait": 1_001})).wait;
        assert_eq!(wait, Some(2), "whole seconds, never too few");
    }
}
