//! `jobs.retry`

use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Check, Commit, Ports, Write};
use crate::app::record::{self, DueState};
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::AgencyId;
use crate::domain::time::Timestamp;

/// Something that was parked, as it is named.
#[derive(Clone, Copy, Debug)]
pub struct JobName<'a> {
    /// In which agency.
    pub agency: &'a str,
    /// What it is.
    pub kind: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// When it fell due.
    pub due_at: u64,
}

/// Takes something up again that was parked.
pub fn retry(ports: &Ports, job: &JobName<'_>) -> Result<(), Error> {
    let JobName { agency, kind, subject, due_at } = *job;
    let unknown = || Error::not_found("parked job", &format!("{kind} {subject}"));
    let at = Timestamp::from_millis(due_at).ok_or_else(|| {
        Error::invalid("due-at", "out-of-range", "must be a time before the year 10000")
    })?;
    let entry = AgencyId::parse(agency).ok().and_then(|agency| {
        let due = Due::parse(kind, subject)?;
        Some(DueEntry { at, agency, due })
    });
    let entry = entry.ok_or_else(unknown)?;
    let key = keys::parked(&entry).into_text();
    let row = ports.storage.get(std::slice::from_ref(&key))?.into_iter().flatten().next();
    let row = row.ok_or_else(unknown)?;
    let due = Some(record::encode(&DueState::default())?);
    let writes = vec![
        Write { key: key.clone(), value: None },
        Write { key: keys::due(&entry).into_text(), value: due },
    ];
    match ports.storage.commit(vec![Check { key, version: Some(row.version) }], writes)? {
        Commit::Committed => Ok(()),
        // Somebody else was quicker.
        Commit::Conflict(_) => Err(unknown()),
    }
}
