//! `jobs.stuck`

use super::super::error::Error;
use super::super::keys;
use super::super::page::{self, Page, PageRequest};
use super::super::ports::Ports;
use super::super::record::{self, StuckJob};
use crate::domain::due::DueEntry;

/// Something due that failed too often.
pub struct Stuck {
    /// What it was.
    pub entry: DueEntry,
    /// Why it failed the last time.
    pub problem: String,
}

/// A page of what was set aside, oldest first.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn stuck(ports: &Ports, request: &PageRequest) -> Result<Page<Stuck>, Error> {
    let range = keys::stucks();
    page::read(ports, "stuck", &range, request)?.try_map(|row| {
        let StuckJob { problem } = record::decode(&row.key, &row.value)?;
        let entry = keys::parse_due(range.suffix(&row.key));
        let entry = entry.ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
        Ok(Stuck { entry, problem })
    })
}
