//! Which rows the component would take, and whose they are, asked in a rehearsal.
//!
//! What is an address, and which two are the same, is the component's to say. The rows are
//! invited one by one where nothing comes of it, and what it answers is put to use.

use clientdesk_host::CallError;
use serde_json::{Map, Value, json};

use super::address;
use super::brands::{Brands, folded};
use super::row::{Outcome, Reason, Row, Settled};
use crate::agency_api::AgencyApi;
use crate::answer::{at, rows_of, string};
use crate::failure::Failure;
use crate::refusal::{self, sentence};

/// How many rows a call has: few enough that it ends soon and the progress moves.
pub(super) const ROWS_PER_CALL: usize = 200;

/// A brand of the rehearsal, where the agency has none.
const STAND_IN: &str = "Clientdesk import";

/// The rows that would be taken, with what is the same for all rows of a person; the others
/// are added to `settled`.
pub(super) fn rows(
    rehearsal: &impl AgencyApi,
    rows: Vec<Row>,
    brands: &Brands,
    settled: &mut Vec<Settled>,
) -> Result<Vec<(Row, String)>, Failure> {
    let mut known = Vec::new();
    let rows = without_old_invites(rehearsal, rows, settled)?;
    if rows.is_empty() {
        return Ok(known);
    }
    let brand = match brands.any_id() {
        Some(id) => id.to_owned(),
        None => {
            let made = rehearsal.ask("brands.create", &[json!({"name": STAND_IN})]);
            made.map_err(refusal::failed)?.as_str().unwrap_or_default().to_owned()
        }
    };
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Row> = rows.by_ref().take(ROWS_PER_CALL).collect();
        let invites = chunk.iter().map(|row| {
            json!({"email": row.email, "name": row.name, "brands": [brand], "note": row.message})
        });
        let answers = invite_many(rehearsal, invites.collect())?;
        for (row, answer) in chunk.into_iter().zip(answers) {
            match person(rehearsal, &row, &answer)? {
                Ok(person) => known.push((row, person)),
                Err(reason) => settled.push(row.settled(Outcome::Refused, reason)),
            }
        }
    }
    Ok(known)
}

/// Invites all of them; gives what became of each.
pub(super) fn invite_many(
    api: &impl AgencyApi,
    invites: Vec<Value>,
) -> Result<Vec<Value>, Failure> {
    let sent = invites.len();
    let answer = api.ask("clients.invite-many", &[invites.into()]).map_err(refusal::failed)?;
    let answers = answer.as_array().cloned().unwrap_or_default();
    if answers.len() == sent {
        return Ok(answers);
    }
    let answered = answers.len();
    Err(Failure::failed(format!("{sent} rows were sent, but {answered} were answered")))
}

/// What is the same for all rows of the row's person, or why the row would be refused.
fn person(
    rehearsal: &impl AgencyApi,
    row: &Row,
    answer: &Value,
) -> Result<Result<String, Reason>, Failure> {
    if let Some(refused) = answer.get("refused") {
        return Ok(match refused.get("invalid") {
            Some(_) => Err(reason(refused, &row.email)),
            // The person has reached a limit, say: whether that matters shows when its own
            // brands are asked for.
            None => Ok(folded(&row.email)),
        });
    }
    let client = string(at(answer, "done"), "client");
    let texts = [("label", &row.label), ("note", &row.note)];
    let texts = texts
        .into_iter()
        .filter_map(|(field, text)| Some((field.to_owned(), json!(text.as_ref()?))));
    let texts: Map<String, Value> = texts.collect();
    if texts.is_empty() {
        return Ok(Ok(client));
    }
    match rehearsal.ask("clients.update", &[json!(client), texts.into()]) {
        Ok(_) => Ok(Ok(client)),
        Err(CallError::Refused { error, .. }) if error.get("invalid").is_some() => {
            Ok(Err(reason(&error, &row.email)))
        }
        Err(error) => Err(refusal::failed(error)),
    }
}

/// The rows without those of an export of clients that say what is there, of clients whose
/// invite has expired: to invite them again would be something new.
fn without_old_invites(
    api: &impl AgencyApi,
    rows: Vec<Row>,
    settled: &mut Vec<Settled>,
) -> Result<Vec<Row>, Failure> {
    let mut others = Vec::new();
    for row in rows {
        let Some(id) = &row.client else {
            others.push(row);
            continue;
        };
        // An id of another agency's, or of none, is no reason to stop.
        let client = api.ask("clients.get", &[json!(id)]).unwrap_or_default();
        if !is_old(&client, &row) {
            others.push(row);
            continue;
        }
        let text = "its invite has expired; `clients.resend` renews it";
        let mut old = row.settled(Outcome::AlreadyThere, Reason::new("", text));
        old.kind = None;
        settled.push(old);
    }
    Ok(others)
}

/// True for an expired invite that is for all that the row says.
fn is_old(client: &Value, row: &Row) -> bool {
    let grants = rows_of(client, "grants").unwrap_or_default();
    let granted: Vec<String> =
        grants.iter().map(|grant| folded(&string(grant, "brand-name"))).collect();
    let is_granted = |name: &str| granted.contains(&folded(name));
    let names = row.brands.iter().flat_map(|cell| super::names::names_in(cell, &is_granted));
    at(client, "expired") == true
        && folded(&string(client, "email")) == folded(&row.email)
        && names.into_iter().all(|name| is_granted(&name))
}

/// Why the component refuses a row, in the words of the file: `invites[3].email` is its
/// e-mail.
pub(super) fn reason(error: &Value, email: &str) -> Reason {
    let text = sentence(error, |field| {
        let (_, last) = field.rsplit_once('.').unwrap_or(("", field));
        let name = last.split('[').next().unwrap_or(last);
        match name {
            "email" => "e-mail".into(),
            // The invite's note is the message, the client's is the agency's own.
            "note" if field.starts_with("invite") => "message".into(),
            name => name.to_owned(),
        }
    });
    let fields = at(error, "invalid").as_array().map(Vec::as_slice).unwrap_or_default();
    if fields.is_empty() {
        return Reason::new("refused by a rule", text);
    }
    let is_about_email = |field: &Value| string(field, "field").ends_with("email");
    match address::flaw(email) {
        _ if !fields.iter().any(is_about_email) => Reason::new("a text that is refused", text),
        Some(flaw) => Reason::new("not an e-mail address", format!("{text}; {flaw}")),
        None => Reason::new("not an e-mail address", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_the_names_of_the_file() {
        for (field, name, kind) in [
            ("invite.email", "e-mail", "not an e-mail address"),
            ("invites[3].brands[0]", "brands", "a text that is refused"),
            ("invite.note", "message", "a text that is refused"),
            ("changes.note", "note", "a text that is refused"),
        ] {
            let error = json!({"invalid": [{"field": field, "code": "x", "message": "is bad"}]});
            assert_eq!(
                reason(&error, "ann@x.example"),
                Reason::new(kind, format!("{name}: is bad"))
            );
        }
        let error = json!({"invalid": [{"field": "invite.email", "message": "is bad"}]});
        assert_eq!(reason(&error, "fay").text, "e-mail: is bad; it has no `@`");
        let limit = json!({"limit": {"limit": "rows", "allowed": 1, "asked": 2}});
        assert_eq!(reason(&limit, "fay").kind, "refused by a rule");
    }

    #[test]
    fn an_answer_of_another_length_is_a_failure() {
        let api = |_: &str, _: &[Value]| Ok(json!([]));
        assert!(invite_many(&api, vec![json!({})]).is_err());
    }
}
