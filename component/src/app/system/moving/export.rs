//! `system.export`

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::findings::keys_of;
use super::ticket::{read, spelled};
use super::walk::{Item, Place, Stretch, some};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::page::check_limit;
use crate::app::ports::Ports;
use crate::app::record::SCHEMA;
use crate::app::view::{self, View};
use crate::domain::billing::LedgerTotals;
use crate::domain::catalog::{Catalog, CatalogVersion};
use crate::domain::id::AgencyId;
use crate::domain::moving::{FORMAT, Header, Line, Progress, Row, chained};
use crate::domain::text::key_hash;
use crate::domain::time::Timestamp;

/// Some lines of an exported agency.
pub struct ExportPage {
    /// The lines, without their ends; there may be none, and still others later.
    pub lines: Vec<String>,
    /// The cursor of the next; none: that was the last.
    pub next: Option<String>,
}

/// How many bytes of lines are enough for a page.
const BYTES_ENOUGH: usize = 512 * 1024;
/// How many rows are read in one call when they are compared.
const ROWS_COMPARED: usize = 2_000;
/// How many rows are compared at once.
const ROWS_AT_ONCE: u32 = 500;

/// How far an export has come.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    agency: AgencyId,
    /// The time that it is as of.
    now: Timestamp,
    /// The log's end then.
    log: u64,
    progress: Progress,
    place: Place,
    /// A hash over which writes the rows were from.
    versions: String,
    /// The same over all of them; none while they are read for the first time.
    first: Option<String>,
}

/// The lines of an agency, from the cursor on.
///
/// Rows are read twice: as lines, and then once more to see whether one was changed, made or
/// deleted meanwhile. Versions are never used again, so if none was, the lines are the agency as
/// it was at one moment: after the first reading, and before the second.
///
/// # Errors
///
/// When the agency changed meanwhile.
pub fn export(
    ports: &Ports,
    agency: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<ExportPage, Error> {
    let unknown = || Error::not_found("agency", agency);
    let id = AgencyId::parse(agency).map_err(|_| unknown())?;
    let mut fields = Fields::default();
    let limit = check_limit(&mut fields, "limit", limit);
    let limit = fields.finish(limit)?;
    let Some(cursor) = cursor else { return begin(ports, &id) };
    let mut cursor: Cursor = read("cursor", cursor)?;
    if cursor.agency != id {
        let message = "must be one of the same agency, or none to begin";
        return Err(Error::invalid("cursor", "malformed", message));
    }
    let head = view::peek(ports, &keys::head(&id))?.ok_or_else(unknown)?;
    if head.number != cursor.log {
        return Err(changed(&id));
    }
    let lines = match cursor.first {
        None => read_lines(ports, &mut cursor, limit)?,
        Some(_) => {
            let Some(line) = compare(ports, &mut cursor)? else {
                return Ok(ExportPage { lines: Vec::new(), next: Some(spelled(&cursor)?) });
            };
            return Ok(ExportPage { lines: vec![line], next: None });
        }
    };
    Ok(ExportPage { lines, next: Some(spelled(&cursor)?) })
}

fn begin(ports: &Ports, id: &AgencyId) -> Result<ExportPage, Error> {
    let keys = vec![keys::catalog().into_text(), keys::agency_totals(id).into_text()];
    let mut view = View::open(ports, id, view::clock(ports)?, keys)?;
    let catalog = view.catalog()?.catalog;
    let totals: LedgerTotals = view.expect(&keys::agency_totals(id))?;
    let header = Header {
        format: FORMAT,
        agency: id.clone(),
        exported_at: view.now(),
        schema: SCHEMA,
        release: env!("CARGO_PKG_VERSION").to_owned(),
        currency: totals.total.currency,
        white_label_start: catalog.policies.white_label_start,
        catalog: hash_of(&catalog)?,
    };
    let mut cursor = Cursor {
        agency: id.clone(),
        now: view.now(),
        log: view.head().number,
        progress: Progress::default(),
        place: Place::default(),
        versions: String::new(),
        first: None,
    };
    let line = Line::Header(header).text().map_err(Error::internal)?;
    cursor.progress.count(&line);
    Ok(ExportPage { lines: vec![line], next: Some(spelled(&cursor)?) })
}

/// What is sold, as a hash.
pub fn hash_of(catalog: &Catalog) -> Result<String, Error> {
    Ok(key_hash(&serde_json::to_string(catalog).map_err(Error::internal)?))
}

/// What is sold in this store.
pub fn catalog_of(ports: &Ports) -> Result<CatalogVersion, Error> {
    Ok(view::peek(ports, &keys::catalog())?.unwrap_or_default())
}

fn changed(agency: &AgencyId) -> Error {
    let message = format!(
        "`{agency}` changed while it was exported: begin anew when less is done there, such as while it is suspended, or with a copy of the store"
    );
    Error::Conflict { state: "changed", event: "export", message }
}

/// The next lines, `limit` of them or until they are enough.
fn read_lines(ports: &Ports, cursor: &mut Cursor, limit: u32) -> Result<Vec<String>, Error> {
    let (mut lines, mut bytes) = (Vec::new(), 0);
    loop {
        let left = limit.saturating_sub(u32::try_from(lines.len()).unwrap_or(limit));
        if left == 0 || bytes >= BYTES_ENOUGH {
            return Ok(lines);
        }
        // Rows may be large: a few at a time, so that a page isn't much more than enough.
        let found = some(ports, &cursor.agency, cursor.now, &cursor.place, left.min(50))?;
        for item in &found.items {
            keys_of(item.kind, &item.id, &item.value, &mut cursor.progress)?;
        }
        cursor.see(&found);
        for Item { kind, id, value, version: _ } in found.items {
            let row = RawValue::from_string(value).map_err(Error::internal)?;
            let row = Row { kind: kind.to_owned(), id, row };
            let line = Line::Row(row).text().map_err(Error::internal)?;
            cursor.progress.count(&line);
            bytes += line.len();
            lines.push(line);
        }
        match found.next {
            Some(next) => cursor.place = next,
            None => {
                cursor.place = Place::default();
                cursor.first = Some(core::mem::take(&mut cursor.versions));
                return Ok(lines);
            }
        }
    }
}

/// Reads some rows once more. Gives the last line when they all are what they were.
fn compare(ports: &Ports, cursor: &mut Cursor) -> Result<Option<String>, Error> {
    let mut rows = 0;
    while rows < ROWS_COMPARED {
        let found = some(ports, &cursor.agency, cursor.now, &cursor.place, ROWS_AT_ONCE)?;
        // A stage of nothing costs a read, too.
        rows += found.items.len().max(10);
        cursor.see(&found);
        match found.next {
            Some(next) => cursor.place = next,
            None if cursor.first.as_ref() == Some(&cursor.versions) => {
                let footer = Line::Footer(cursor.progress.footer());
                return footer.text().map(Some).map_err(Error::internal);
            }
            None => return Err(changed(&cursor.agency)),
        }
    }
    Ok(None)
}

impl Cursor {
    fn see(&mut self, found: &Stretch) {
        for Item { kind, id, version, value: _ } in &found.items {
            self.versions = chained(&self.versions, &format!("{kind} {id} {version}"));
        }
    }
}
