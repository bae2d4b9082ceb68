//! `audit.verify`

use serde::Deserialize;

use super::blocks::{Entries, Next};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::{Ports, Stored};
use crate::app::view;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::json::from_json;
use crate::domain::keyring::{KeyRing, Mac};
use crate::domain::log::activity::is_sealed_by;
use crate::domain::log::chain::Verifier;
use crate::domain::log::{Flaw, Head, Problem, Sealed};

/// How many entries are looked at in one call.
const ENTRIES_MAX: u64 = 10_000;
/// How many blocks are read at once.
const BLOCKS_AT_ONCE: u32 = 100;

/// A head that was kept elsewhere.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: String,
}

/// What was found.
pub struct Verification {
    /// How many entries were found whole.
    pub verified: u64,
    /// Where to go on; none at the end.
    pub next: Option<u64>,
    /// The first flaw.
    pub flaw: Option<Flaw>,
}

/// Recomputes the hashes of the entries from `start` up to and including `to`, and the
/// references to the personal data beside them.
///
/// A damaged row is a flaw, not an error; one of a newer release is neither.
pub fn verify(
    ports: &Ports,
    call: &Call,
    start: u64,
    to: Option<u64>,
    expected: Option<&Expected>,
) -> Result<Verification, Error> {
    let (caller, _) = Caller::with(call, functions::AUDIT_VERIFY, |fields| {
        let start = fields.number("start", start, 1);
        let to = to.map(|to| fields.number("to", to, 0));
        let kept = expected.map(|kept| fields.number("expected.number", kept.number, 0));
        start.filter(|_| to != Some(None) && kept != Some(None))
    })?;
    let view = query(ports, &caller, Vec::new())?;
    let (head, seal_id) = (view.head().clone(), view.agency().seal_id().clone());
    let wanted = to.unwrap_or(head.number).min(head.number);
    let last = wanted.min(start.saturating_add(ENTRIES_MAX - 1));
    let checked = check(ports, (&caller.agency, &seal_id), (start, last), &head, expected)?;
    let flaw = checked.flaw.or_else(|| beyond(&head, last, expected));
    let next = (flaw.is_none() && last < wanted).then(|| last.saturating_add(1));
    Ok(Verification { verified: checked.whole, next, flaw })
}

/// Recomputes the hashes of the entries from `start` on, of the log of an agency that nobody sees yet:
/// as many as one call does, up to its head. Gives where to go on, and the first flaw.
pub fn verify_unseen(
    ports: &Ports,
    (agency, seal_id): (&AgencyId, &AgencyId),
    start: u64,
    head: &Head,
) -> Result<(Option<u64>, Option<Flaw>), Error> {
    let last = head.number.min(start.saturating_add(ENTRIES_MAX - 1));
    let checked = check(ports, (agency, seal_id), (start, last), head, None)?;
    let next = (checked.flaw.is_none() && last < head.number).then(|| last.saturating_add(1));
    Ok((next, checked.flaw))
}

/// A head that was kept elsewhere lies beyond the log's end: the tail was cut.
fn beyond(head: &Head, last: u64, expected: Option<&Expected>) -> Option<Flaw> {
    let expected =
        expected.filter(|expected| last >= head.number && expected.number > head.number)?;
    Some(Flaw { number: expected.number, problem: Problem::UnexpectedHead })
}

struct Checked {
    whole: u64,
    flaw: Option<Flaw>,
}

fn check(
    ports: &Ports,
    (agency, seal_id): (&AgencyId, &AgencyId),
    (start, last): (u64, u64),
    head: &Head,
    expected: Option<&Expected>,
) -> Result<Checked, Error> {
    let ring = view::key_ring(ports)?;
    let mut entries = Entries::before(ports, agency, start)?;
    let before = entries.skip_to(start)?;
    let mut verifier = Verifier::new(seal_id, &ring, start, before.as_ref());
    let mut newest = before;
    while verifier.next() <= last {
        let number = verifier.next();
        let whole = number - start;
        let flawed = |problem| Ok(Checked { whole, flaw: Some(Flaw { number, problem }) });
        let sealed = match entries.next()? {
            Next::Entry(sealed) => sealed,
            Next::Damaged => return flawed(Problem::Changed),
            Next::End => return flawed(Problem::Missing),
        };
        if let Err(flaw) = verifier.check(&sealed) {
            return Ok(Checked { whole, flaw: Some(flaw) });
        }
        if entries.is_flawed(number)
            || !covers_activity(ports, &ring, (agency, seal_id), number, &sealed)?
        {
            return flawed(Problem::Changed);
        }
        let hash = sealed.mac.to_string();
        if expected.is_some_and(|expected| expected.number == number && expected.hash != hash) {
            return flawed(Problem::UnexpectedHead);
        }
        newest = Some(sealed.mac);
    }
    let whole = verifier.next() - start;
    let at_end = last == head.number && start <= last;
    let flaw =
        (at_end && newest != head.mac).then_some(Flaw { number: last, problem: Problem::Changed });
    let whole = whole - u64::from(flaw.is_some());
    match entries.bare(start, last) {
        Some(number) if flaw.is_none() => {
            let flaw = Some(Flaw { number, problem: Problem::Changed });
            Ok(Checked { whole: number - start, flaw })
        }
        Some(_) | None => Ok(Checked { whole, flaw }),
    }
}

/// Whether what an entry covers besides itself is what it was: true of entries that cover
/// nothing.
fn covers_activity(
    ports: &Ports,
    ring: &KeyRing,
    (agency, seal_id): (&AgencyId, &AgencyId),
    number: u64,
    sealed: &Sealed,
) -> Result<bool, Error> {
    // Telling most entries apart costs no parsing. What a person typed can't spell this: its
    // quotes would be escaped.
    if !sealed.body.get().contains("\"kind\":\"activity-sealed\"") {
        return Ok(true);
    }
    let Ok(entry) = from_json::<Covering>(sealed.body.get()) else { return Ok(false) };
    let mut rows = Vec::new();
    for client in entry.event.clients {
        let range = keys::sealed_by(agency, client, number);
        let found = view::scan(ports, &range, None, BLOCKS_AT_ONCE * 10, false)?;
        let named = |row: Stored| (client, range.suffix(&row.key).to_owned(), row.value);
        rows.extend(found.into_iter().map(named));
    }
    let rows = rows.iter().map(|(client, name, value)| (*client, name.as_str(), value.as_str()));
    Ok(is_sealed_by(ring, &entry.event.hash, seal_id, rows))
}

#[derive(Deserialize)]
struct Covering {
    event: Covered,
}

#[derive(Deserialize)]
struct Covered {
    clients: Vec<ClientId>,
    hash: Mac,
}
