//! `portal.export`

use super::super::error::Error;
use super::super::ports::Ports;
use super::me::read_session;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A document.
    Pdf,
    /// A table.
    Csv,
}

/// Whether the client may export. Both forms are allowed or denied together.
///
/// # Errors
///
/// When not, the session has ended, or the store fails.
pub fn export(ports: &Ports, session: &str, _format: ExportFormat) -> Result<(), Error> {
    let (_, opened) = read_session(ports, session)?;
    if opened.client.permissions.can_export {
        return Ok(());
    }
    Err(Error::denied("no-export", "exports aren't open to you"))
}
