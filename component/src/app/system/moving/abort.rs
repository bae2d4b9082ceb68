//! `system.abort-import`

use super::arriving::{stored, write};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Commit, Ports, Scan, Write};
use crate::app::record::{self, Arriving, ArrivingLogin, Became, Phase};
use crate::app::view;
use crate::domain::id::{AgencyId, IdentityId};
use crate::domain::identity::Identity;

/// How many rows go in one commit: of each, up to three are written and checked.
const ROWS_AT_ONCE: u32 = 150;
/// How many commits one call makes.
const STEPS_MAX: u32 = 10;

/// Gives up the import of an agency that isn't there yet, and deletes what has come of it. Gives
/// whether there is more to delete.
///
/// # Errors
///
/// When the agency is there already.
pub fn abort_import(ports: &Ports, agency: &str) -> Result<bool, Error> {
    let unknown = || Error::not_found("import of agency", agency);
    let id = AgencyId::parse(agency).map_err(|_| unknown())?;
    let Some((_, arriving)) = stored(ports, &id)? else { return Err(unknown()) };
    if arriving.phase == Phase::Tidying {
        let message = format!("agency `{id}` is there already: nothing was deleted");
        return Err(Error::Exists(message));
    }
    for _ in 0..STEPS_MAX {
        if !delete_some(ports, &id)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Deletes some rows; gives whether there are more. The import's own goes last: it keeps everybody else
/// away, and says that nobody may go on.
fn delete_some(ports: &Ports, agency: &AgencyId) -> Result<bool, Error> {
    let Some((row, arriving)) = stored(ports, agency)? else { return Ok(false) };
    let own = keys::arriving(agency).into_text();
    let range = keys::everything_of(agency);
    let scan = Scan {
        start: range.start().to_owned(),
        end: range.end(),
        limit: ROWS_AT_ONCE,
        reverse: false,
    };
    let rows = view::stretch(ports, scan)?;
    let mut checks = vec![Check { key: own.clone(), version: Some(row.version) }];
    let mut writes = Vec::new();
    let dues = keys::arriving_dues(agency);
    let logins = keys::arriving_logins(agency);
    for row in rows.iter().filter(|row| row.key != own) {
        writes.push(Write { key: row.key.clone(), value: None });
        if row.key.starts_with(dues.start()) {
            let entry = keys::parse_due(dues.suffix(&row.key));
            let due = entry.map(|entry| keys::due(&entry).into_text());
            writes.extend(due.map(|key| Write { key, value: None }));
        }
        if row.key.starts_with(logins.start()) {
            let login: ArrivingLogin = record::decode(&row.key, &row.value)?;
            if let Became::Login(id) = login.became {
                leave(ports, agency, id, (&mut checks, &mut writes))?;
            }
        }
    }
    let more = rows.len() == ROWS_AT_ONCE as usize;
    writes.push(match more {
        true => write(&own, &Arriving { phase: Phase::Aborting, ..arriving })?,
        false => Write { key: own, value: None },
    });
    match ports.storage.commit(checks, writes)? {
        Commit::Committed => Ok(more),
        Commit::Conflict(_) => Err(Error::Busy),
    }
}

/// Takes the agency out of a login that the import put in place; a login of no other agency goes.
fn leave(
    ports: &Ports,
    agency: &AgencyId,
    id: IdentityId,
    (checks, writes): (&mut Vec<Check>, &mut Vec<Write>),
) -> Result<(), Error> {
    let key = keys::identity(id).into_text();
    let row = ports.storage.get(std::slice::from_ref(&key))?.into_iter().flatten().next();
    let Some(row) = row else { return Ok(()) };
    let mut identity: Identity = record::decode(&row.key, &row.value)?;
    let others = identity.leave_all(agency);
    checks.push(Check { key, version: Some(row.version) });
    if others {
        writes.push(write(&row.key, &identity)?);
    } else {
        let by_email = keys::identity_email(&identity.email).into_text();
        writes.extend([row.key, by_email].map(|key| Write { key, value: None }));
    }
    Ok(())
}
