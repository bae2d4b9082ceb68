//! Sending a plan's invites, and what became of them.

use std::collections::BTreeMap;

use clientdesk_host::CallError;
use serde_json::{Map, Value, json};

use super::plan::Invite;
use super::roster::Refused;
use crate::agency_api::AgencyApi;
use crate::answer::{at, text};
use crate::failure::Failure;
use crate::refusal::{self, sentence};

/// How many rows a call has: few enough that it ends soon and the progress moves.
const ROWS_PER_CALL: usize = 200;

/// What became of the invites.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// How many rows had which of the contract's outcomes.
    pub(super) outcomes: BTreeMap<String, usize>,
    /// Rows that were refused.
    pub(super) refused: Vec<Refused>,
    /// Rows whose invite was carried out, and whose label or note was refused.
    pub(super) incomplete: Vec<Refused>,
    /// Why the rest wasn't sent: the line of the first row that may be missing, and what
    /// happened.
    pub(super) stopped: Option<(u64, Failure)>,
}

impl Sent {
    /// True when the component answered no row at all.
    pub(super) fn is_nothing(&self) -> bool {
        self.outcomes.is_empty() && self.refused.is_empty()
    }
}

/// Sends all invites, some at a time, and tells `done` how many it was. The first call that
/// fails as a whole is the last: what was done before it stays.
pub(super) fn send(api: &impl AgencyApi, invites: &[Invite], mut done: impl FnMut(usize)) -> Sent {
    let mut sent = Sent::default();
    for chunk in invites.chunks(ROWS_PER_CALL) {
        if let Err(failure) = send_chunk(api, chunk, &mut sent) {
            let line = chunk.first().map_or(0, |invite| invite.line);
            sent.stopped = Some((line, failure));
            break;
        }
        done(chunk.len());
    }
    sent
}

fn send_chunk(api: &impl AgencyApi, chunk: &[Invite], sent: &mut Sent) -> Result<(), Failure> {
    let rows: Vec<Value> = chunk.iter().map(email_invite).collect();
    let answer = api.ask("clients.invite-many", &[rows.into()]).map_err(refusal::failed)?;
    let outcomes = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    if outcomes.len() != chunk.len() {
        let (sent, answered) = (chunk.len(), outcomes.len());
        return Err(Failure::failed(format!(
            "{sent} rows were sent, but {answered} were answered"
        )));
    }
    for (invite, outcome) in chunk.iter().zip(outcomes) {
        match outcome.get("refused") {
            Some(error) => sent.refused.push(refused(invite, &reason(error))),
            None => note_done(api, invite, at(outcome, "done"), sent)?,
        }
    }
    Ok(())
}

fn note_done(
    api: &impl AgencyApi,
    invite: &Invite,
    invited: &Value,
    sent: &mut Sent,
) -> Result<(), Failure> {
    *sent.outcomes.entry(text(invited, "outcome")?).or_default() += 1;
    if invite.label.is_none() && invite.note.is_none() {
        return Ok(());
    }
    match describe(api, invite, at(invited, "client")) {
        Ok(()) => Ok(()),
        Err(CallError::Refused { error, .. }) => {
            let reason = format!("invited, but {}", reason(&error));
            sent.incomplete.push(refused(invite, &reason));
            Ok(())
        }
        Err(error) => Err(refusal::failed(error)),
    }
}

/// The contract's `email-invite`.
fn email_invite(invite: &Invite) -> Value {
    let brands: Vec<&str> = invite.brands.iter().map(|brand| brand.id.as_str()).collect();
    json!({
        "email": invite.email,
        "name": invite.name,
        "brands": brands,
        "note": invite.message,
    })
}

/// Gives the client the row's label and note where it has none: what somebody wrote since
/// stays, and an import that was interrupted here is made good by the next.
fn describe(api: &impl AgencyApi, invite: &Invite, id: &Value) -> Result<(), CallError> {
    let client = api.ask("clients.get", std::slice::from_ref(id))?;
    let mut changes = Map::new();
    for (field, text) in [("label", &invite.label), ("note", &invite.note)] {
        if let (Some(text), true) = (text, at(&client, field).is_null()) {
            changes.insert(field.into(), text.as_str().into());
        }
    }
    if client.is_null() || changes.is_empty() {
        return Ok(());
    }
    api.ask("clients.update", &[id.clone(), changes.into()]).map(drop)
}

fn refused(invite: &Invite, reason: &str) -> Refused {
    Refused { line: invite.line, email: invite.email.clone(), reason: reason.to_owned() }
}

/// Why the component refused, in the words of the file: `invites[3].email` is its e-mail.
fn reason(error: &Value) -> String {
    sentence(error, |field| {
        let (_, last) = field.rsplit_once('.').unwrap_or(("", field));
        let name = last.split('[').next().unwrap_or(last);
        match name {
            "email" => "e-mail".into(),
            // The invite's note is the message, the client's is the agency's own.
            "note" if field.starts_with("invite") => "message".into(),
            name => name.to_owned(),
        }
    })
}

#[cfg(test)]
#[path = "send_tests.rs"]
mod tests;
