//! After a kill: what was acknowledged is there, and what was under way is there whole or not
//! at all.

use anyhow::{Context as _, Result, bail, ensure};
use clientdesk_host::{CallError, Host};
use serde_json::{Value, json};

use super::diary::{Asked, Course, End};
use super::people::{People, Person};
use super::stage::{all, ask};
use crate::answer::{at, elements, string};

/// What was found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// Commands that were answered.
    pub(super) acknowledged: u64,
    /// Commands that were refused for the moment: others kept changing the same data.
    pub(super) refused: u64,
    /// Commands that were under way when their process was killed,
    pub(super) under_way: u64,
    /// and those of them that had been carried out.
    pub(super) made: u64,
    /// Looks at what was found after an earlier kill.
    pub(super) again: u64,
}

/// What a thread has made, all of which is there.
#[derive(Default)]
pub(super) struct Made {
    pub(super) people: People,
    /// The commands whose repetition gives the same answer for a day.
    pub(super) answered: Vec<(Asked, Value)>,
}

/// Checks what a thread was told, and gives what it has made. Nothing is repeated before all
/// of it was read: that would make good what is missing.
pub(super) fn course(host: &Host, course: &Course, tally: &mut Tally) -> Result<Made> {
    let Made { mut people, mut answered } = learned(course, tally)?;
    let in_doubt = course.open.as_ref().and_then(|asked| people.about(asked)).cloned();
    let certain = |person: &&Person| in_doubt.as_ref().is_none_or(|other| other.id != person.id);
    for person in people.people.iter().filter(certain) {
        is_there(host, person)?;
    }
    places_are_there(host, &people)?;
    if let Some(asked) = &course.open {
        tally.under_way += 1;
        let settled = settle(host, &mut people, asked, in_doubt.as_ref())?;
        tally.made += u64::from(settled.was_made);
        answered.push((asked.clone(), settled.answer));
    }
    answered.retain(|(asked, _)| asked.has_key());
    for (asked, answer) in &answered {
        is_repeated(host, asked, answer)?;
    }
    if let Some(asked) = &course.open
        && let Some(person) = people.about(asked).or(people.people.last())
    {
        is_there(host, person)?;
    }
    Ok(Made { people, answered })
}

/// What has to be, by what a thread was answered.
fn learned(course: &Course, tally: &mut Tally) -> Result<Made> {
    let mut made = Made::default();
    for (asked, end) in &course.ended {
        match end {
            End::Answered(answer) => {
                made.people.learn(asked, answer)?;
                made.answered.push((asked.clone(), answer.clone()));
                tally.acknowledged += 1;
            }
            End::Refused(error) if is_for_the_moment(error) => tally.refused += 1,
            End::Refused(error) => bail!("`{}` was refused: {error}", asked.function),
            End::Failed(text) => bail!("`{}` failed: {text}", asked.function),
        }
    }
    Ok(made)
}

/// A refusal that leaves nothing behind, and says to try again.
fn is_for_the_moment(error: &Value) -> bool {
    error == "busy" || error.get("busy").is_some() || error.get("unavailable").is_some()
}

/// Whether a client is there as it must be, and signed in where it was.
pub(super) fn is_there(host: &Host, person: &Person) -> Result<()> {
    let client = get(host, person)?;
    ensure!(!client.is_null(), "an acknowledged client is lost: {person:?}");
    if let Some(differs) = person.differs_from(&client) {
        bail!("{differs}");
    }
    if let Some(session) = &person.session {
        let me = host.call("portal.me", &[json!(session)]);
        me.with_context(|| format!("an acknowledged session is lost: {}", person.id))?;
    }
    Ok(())
}

fn get(host: &Host, person: &Person) -> Result<Value> {
    ask(host, &person.agency, "clients.get", &[json!(person.id)])
}

/// Whether the brands and accounts are there.
pub(super) fn places_are_there(host: &Host, people: &People) -> Result<()> {
    let mut agencies: Vec<&String> = people.brands.iter().map(|(agency, _)| agency).collect();
    agencies.sort();
    agencies.dedup();
    for agency in agencies {
        let found = all(host, agency, "brands.list", &[], "brands")?;
        let mut made = people.brands.iter().filter(|(of, _)| of == agency);
        let is_lost = |id: &str| !found.iter().any(|brand| at(brand, "id") == id);
        if let Some((_, id)) = made.find(|(_, id)| is_lost(id)) {
            bail!("an acknowledged brand is lost: `{id}` of `{agency}`");
        }
    }
    for (agency, id) in &people.accounts {
        let account = ask(host, agency, "accounts.get", &[json!(id)])?;
        let status = string(&account, "status");
        ensure!(status == "active", "an acknowledged account is {status:?}: `{id}` of `{agency}`");
    }
    Ok(())
}

/// The same question has the same answer, and the first one is remembered.
pub(super) fn is_repeated(host: &Host, asked: &Asked, answer: &Value) -> Result<()> {
    is_remembered(host, asked)?;
    let again = host.call(&asked.function, &asked.arguments)?;
    ensure!(
        same(&again, answer),
        "`{}` was answered {answer}, and its repetition {again}: {:?}",
        asked.function,
        asked.arguments
    );
    Ok(())
}

/// Another command with its key is refused. Where nothing is left to do, a repetition comes to the same answer
/// without anything that is remembered.
fn is_remembered(host: &Host, asked: &Asked) -> Result<()> {
    let call = asked.arguments.first().cloned().unwrap_or_default();
    let other = json!({"id": "never", "name": "Never"});
    let is_reused = |error: &Value| {
        elements(error, "invalid").iter().any(|field| at(field, "code") == "reused")
    };
    match host.call("brands.create", &[call, other]) {
        Err(CallError::Refused { error, .. }) if is_reused(&error) => Ok(()),
        done => bail!("`{}` isn't remembered: {asked:?}, {done:?}", asked.function),
    }
}

/// Where the mail stands may have changed meanwhile.
fn same(one: &Value, other: &Value) -> bool {
    let without = |answer: &Value| {
        let mut answer = answer.clone();
        if let Some(fields) = answer.as_object_mut() {
            fields.remove("delivery");
        }
        answer
    };
    without(one) == without(other)
}

/// What came of a command that was under way.
struct Settled {
    was_made: bool,
    /// What its repetition answered.
    answer: Value,
}

/// Finds out whether a command that was under way was carried out, and that it wasn't in part;
/// then repeats it, so that it is.
fn settle(
    host: &Host,
    people: &mut People,
    asked: &Asked,
    before: Option<&Person>,
) -> Result<Settled> {
    let found = match before {
        Some(before) => was_changed(host, people, asked, before)?,
        None => was_created(host, asked)?,
    };
    let answer = host.call(&asked.function, &asked.arguments);
    let answer = answer.with_context(|| format!("repeating {asked:?}"))?;
    people.learn(asked, &answer)?;
    if let (Some(id), Some(person)) = (&found.id, people.people.last()) {
        ensure!(*id == person.id, "`{id}` was made for {asked:?}, and its repetition {answer}");
    }
    Ok(Settled { was_made: found.was_made, answer })
}

/// Whether something was made, and the id of the client, if it was one.
struct Found {
    was_made: bool,
    id: Option<String>,
}

fn was_changed(host: &Host, people: &People, asked: &Asked, before: &Person) -> Result<Found> {
    let client = get(host, before)?;
    let Some(not_before) = before.differs_from(&client) else {
        return Ok(Found { was_made: false, id: None });
    };
    let mut then = people.clone();
    then.learn(asked, &json!({"session": ""}))?;
    let after = then.people.iter().find(|person| person.id == before.id);
    match after.and_then(|after| after.differs_from(&client)) {
        None => Ok(Found { was_made: true, id: None }),
        Some(not_after) => bail!("half of a command is there: {not_before}; {not_after}"),
    }
}

fn was_created(host: &Host, asked: &Asked) -> Result<Found> {
    let invite = asked.rest(0);
    let word = if at(invite, "email").is_string() { "email" } else { "label" };
    if !asked.function.starts_with("clients.invite-by-") {
        return Ok(Found { was_made: false, id: None });
    }
    let filter = json!({"search": at(invite, word)});
    let found = all(host, &asked.agency, "clients.list", &[filter, Value::Null], "clients")?;
    let mut found = found.into_iter().filter(|client| at(client, word) == at(invite, word));
    let Some(client) = found.next() else {
        return Ok(Found { was_made: false, id: None });
    };
    ensure!(found.next().is_none(), "somebody was invited twice: {asked:?}");
    let brands = elements(invite, "brands").len();
    ensure!(elements(&client, "grants").len() == brands, "half an invite is there: {client}");
    Ok(Found { was_made: true, id: Some(string(&client, "id")) })
}
