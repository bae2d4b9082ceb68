//! `jobs.stuck`

use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::page::{self, List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record::{self, ParkedJob};
use crate::domain::due::DueEntry;

/// Something due that failed too often.
pub struct Parked {
    /// What it was.
    pub entry: DueEntry,
    /// Why it failed the last time.
    pub problem: String,
}

/// A page of what was parked, oldest first. Where the note of why is damaged itself, that is the
/// problem that is told.
pub fn stuck(ports: &Ports, request: &PageRequest) -> Result<Page<Parked>, Error> {
    let range = keys::all_parked();
    let (list, mut fields) = (List::of("jobs.stuck", "", &()), Fields::default());
    let asked = request.parse(&mut fields, &list);
    let asked = fields.finish(asked)?;
    page::read(ports, &list, &range, &asked)?.try_map(|row| {
        // A kind of job that only another release knows is for that one to tell of.
        let Some(entry) = keys::parse_due(range.suffix(&row.key)) else { return Ok(None) };
        let parked = record::decode(&row.key, &row.value);
        let problem = parked.map_or_else(|why| why.to_string(), |ParkedJob { problem }| problem);
        Ok(Some(Parked { entry, problem }))
    })
}
