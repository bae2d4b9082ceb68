//! What follows from sessions, and from sign-ins on an account's behalf.

use super::Whole;
use super::walk::{Found, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::record::{self, Running};
use crate::domain::due::{Due, DueEntry};
use crate::domain::impersonation::Impersonation;
use crate::domain::session::Session;

/// Looks at sessions: each is deleted at its end.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::sessions(of.id()), after, &mut |walk, row| {
        let id = keys::sessions(of.id()).suffix(&row.key).to_owned();
        let name = format!("session `{id}`");
        let Some(session) = walk.whole::<Session>(row, &name)? else { return Ok(()) };
        let (at, agency) = (session.ends_at(of.sessions), of.id().clone());
        // Sessions may have lasted shorter or longer when it was opened.
        walk.falls_due_some_time(&name, &DueEntry { at, agency, due: Due::SessionEnd(id) })
    })
}

/// Looks at sign-ins on an account's behalf: the way to them, and their ends.
pub(super) fn on_behalf(
    walk: &mut Walk<'_>,
    of: &Whole,
    after: &str,
) -> Result<Option<String>, Error> {
    walk.each(&keys::impersonations(of.id()), after, &mut |walk, row| one(walk, of, row))
}

fn one(walk: &mut Walk<'_>, of: &Whole, row: &Stored) -> Result<(), Error> {
    let agency = of.id();
    let id = keys::impersonations(agency).suffix(&row.key).to_owned();
    let name = format!("sign-in `{id}`");
    let Some(sign_in) = walk.whole::<Impersonation>(row, &name)? else { return Ok(()) };
    let Impersonation { account, started_at, operator, ends_at, ended, .. } = &sign_in;
    walk.marks(&name, &keys::impersonation_of(agency, account, *started_at, &id))?;
    if ended.is_some() {
        return Ok(());
    }
    let running = keys::running_impersonation(agency, operator);
    // One that is over by its time isn't found any more where another began since.
    let is_over = *ends_at <= of.latest;
    let other = walk.find(&running)?;
    if !(is_over && matches!(other, Found::Whole(Running { id: other }) if other != id)) {
        walk.follows(&name, running.text(), record::encode(&Running { id: id.clone() })?)?;
    }
    let due = Due::ImpersonationEnd(id);
    walk.falls_due(&name, &DueEntry { at: *ends_at, agency: agency.clone(), due })
}
