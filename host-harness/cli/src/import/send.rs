//! Carrying a plan out, or rehearsing that, and what becomes of the rows.

use serde_json::{Map, Value, json};

use super::brands::{Brands, folded};
use super::people::Person;
use super::probe::{ROWS_PER_CALL, invite_many, reason};
use super::row::{Outcome, Settled};
use crate::agency_api::AgencyApi;
use crate::answer::{at, text};
use crate::failure::Failure;
use crate::refusal;

/// What became of a plan's people.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Their rows.
    pub(super) settled: Vec<Settled>,
    /// The names of the brands that were made.
    pub(super) made: Vec<String>,
    /// Why the rest wasn't sent: the line of the first row that may be missing, and what
    /// happened.
    pub(super) stopped: Option<(u64, Failure)>,
}

impl Sent {
    fn not_reached(&mut self, people: &[Person], brands: &Brands) {
        let rows = people
            .iter()
            .flat_map(|person| person.settled(brands, &Outcome::NotReached, None, &[]));
        self.settled.extend(rows);
    }
}

/// Invites all of them, some at a time, and tells `done` how many it was. Brands are made
/// just before somebody gets them. The first call that fails as a whole is the last: what was
/// done before it stays.
pub(super) fn send(
    api: &impl AgencyApi,
    people: &[Person],
    brands: &mut Brands,
    mut done: impl FnMut(usize),
) -> Sent {
    let mut sent = Sent::default();
    let mut chunks = people.chunks(ROWS_PER_CALL);
    for chunk in chunks.by_ref() {
        if let Err(failure) = send_chunk(api, chunk, brands, &mut sent) {
            sent.stopped = Some((chunk.first().map_or(0, Person::line), failure));
            sent.not_reached(chunk, brands);
            break;
        }
        done(chunk.len());
    }
    chunks.for_each(|chunk| sent.not_reached(chunk, brands));
    sent
}

fn send_chunk(
    api: &impl AgencyApi,
    chunk: &[Person],
    brands: &mut Brands,
    sent: &mut Sent,
) -> Result<(), Failure> {
    for place in chunk.iter().flat_map(|person| &person.brands) {
        if brands.id(*place).is_none() {
            brands.make(api, *place)?;
            sent.made.push(brands.name(*place).to_owned());
        }
    }
    let invites = chunk.iter().map(|person| email_invite(person, brands)).collect();
    let answers = invite_many(api, invites)?;
    // Rows of one chunk are told together: whoever stops here is in the answer or isn't.
    let mut settled = Vec::new();
    for (person, answer) in chunk.iter().zip(answers) {
        settled.extend(settle(api, person, &answer, brands)?);
    }
    sent.settled.extend(settled);
    Ok(())
}

fn settle(
    api: &impl AgencyApi,
    person: &Person,
    answer: &Value,
    brands: &Brands,
) -> Result<Vec<Settled>, Failure> {
    if let Some(refused) = answer.get("refused") {
        let reason = reason(refused, &person.email);
        return Ok(person.settled(brands, &Outcome::Refused, Some(reason.kind), &[reason.text]));
    }
    let answer = at(answer, "done");
    let outcome = Outcome::of(&text(answer, "outcome")?);
    let described = describe(api, person, &outcome, &text(answer, "client")?)?;
    let outcome = match outcome {
        Outcome::AlreadyThere if described.filled => Outcome::FilledIn,
        outcome => outcome,
    };
    Ok(person.settled(brands, &outcome, None, &described.kept))
}

/// The contract's `email-invite`.
fn email_invite(person: &Person, brands: &Brands) -> Value {
    let brands: Vec<&str> = person.brands.iter().filter_map(|place| brands.id(*place)).collect();
    json!({
        "email": person.email,
        "name": person.name,
        "brands": brands,
        "note": person.message,
    })
}

/// What was done about a client's name, label and note.
#[derive(Debug, Default, PartialEq)]
struct Described {
    /// True if something that was missing is there now.
    filled: bool,
    /// What is there and differs.
    kept: Vec<String>,
}

/// Gives the client the rows' name, label and note where it has none: what somebody wrote
/// since stays, and an import that was interrupted here is made good by the next.
fn describe(
    api: &impl AgencyApi,
    person: &Person,
    outcome: &Outcome,
    id: &str,
) -> Result<Described, Failure> {
    let is_new = *outcome == Outcome::Invited;
    let mut described = Described::default();
    let name = if is_new { &None } else { &person.name };
    let texts = [("name", name), ("label", &person.label), ("note", &person.note)];
    if texts.iter().all(|(_, text)| text.is_none()) {
        return Ok(described);
    }
    let client = if is_new {
        Value::Null
    } else {
        api.ask("clients.get", &[json!(id)]).map_err(refusal::failed)?
    };
    let mut changes = Map::new();
    for (field, text) in texts {
        let Some(text) = text else { continue };
        match at(&client, field).as_str() {
            None => {
                changes.insert(field.into(), text.as_str().into());
            }
            Some(there) if folded(there) == folded(text) => {}
            Some(there) if field == "name" => {
                described.kept.push(format!("the name that is there is kept: `{there}`"));
            }
            Some(_) => described.kept.push(format!("the {field} that is there is kept")),
        }
    }
    if !changes.is_empty() {
        described.filled = true;
        api.ask("clients.update", &[json!(id), changes.into()]).map_err(refusal::failed)?;
    }
    Ok(described)
}

#[cfg(test)]
#[path = "send_tests.rs"]
mod tests;
