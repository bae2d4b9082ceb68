//! `portal.export`

use super::super::error::Error;
use super::super::ports::Ports;
use super::activity::record;
use crate::domain::activity::{Deed, Format, What};

/// Whether the client may export. Both forms are allowed or denied together. If so, it is
/// recorded.
///
/// # Errors
///
/// When not, the session has ended, or the store fails.
pub fn export(ports: &Ports, session: &str, format: Format) -> Result<(), Error> {
    record(ports, session, |tx, opened| {
        if opened.client.permissions.can_export {
            Ok((vec![Deed { at: tx.now(), what: What::Export(format) }], ()))
        } else {
            Err(Error::denied("no-export", "exports aren't open to you"))
        }
    })
}
