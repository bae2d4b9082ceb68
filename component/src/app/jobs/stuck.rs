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

/// A page of what was parked, oldest first.
pub fn stuck(ports: &Ports, request: &PageRequest) -> Result<Page<Parked>, Error> {
    let range = keys::all_parked();
    let (list, mut fields) = (List::of("jobs.stuck", "", &()), Fields::default());
    let asked = request.parse(&mut fields, &list);
    let asked = fields.finish(asked)?;
    page::read(ports, &list, &range, &asked)?.try_map(|row| {
        let ParkedJob { problem } = record::decode(&row.key, &row.value)?;
        let entry = keys::parse_due(range.suffix(&row.key));
        let entry = entry.ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
        Ok(Parked { entry, problem })
    })
}
