//! The row of an import that is under way.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Ports, Stored, Write};
use crate::app::record::{self, Arriving, Record};
use crate::app::view;
use crate::domain::id::AgencyId;

/// Refuses an agency of which there is anything.
pub fn check_free(ports: &Ports, agency: &AgencyId) -> Result<(), Error> {
    if view::scan(ports, &keys::everything_of(agency), None, 1, false)?.is_empty() {
        return Ok(());
    }
    let message = format!("agency `{agency}` already exists: import it under another id");
    Err(Error::Exists(message))
}

/// Whether there is such an agency.
pub fn is_there(ports: &Ports, agency: &AgencyId) -> Result<bool, Error> {
    Ok(view::peek(ports, &keys::agency(agency))?.is_some())
}

/// The row of an import that is under way.
pub fn stored(ports: &Ports, agency: &AgencyId) -> Result<Option<(Stored, Arriving)>, Error> {
    let key = keys::arriving(agency);
    let rows = ports.storage.get(&[key.text().to_owned()])?;
    let row = rows.into_iter().flatten().next();
    row.map(|row| Ok((row.clone(), record::decode(&row.key, &row.value)?))).transpose()
}

/// That a record is to lie under a key.
pub fn write<R: Record>(key: &str, record: &R) -> Result<Write, Error> {
    Ok(Write { key: key.to_owned(), value: Some(record::encode(record)?) })
}
