//! `portal.export`

use super::activity::record;
use super::on_behalf;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::domain::activity::{ActivityEvent, ActivityKind, Format};

/// Whether the client may export. Both forms are allowed or denied together. If so, it is
/// recorded.
///
/// # Errors
///
/// When it may not, or the session has ended.
pub fn export(ports: &Ports, session: &str, format: Format) -> Result<(), Error> {
    if let Some(claim) = on_behalf::claim(ports, session)? {
        return on_behalf::export(ports, &claim, format);
    }
    record(ports, session, |tx, opened| {
        if opened.client.permissions.can_export {
            Ok((vec![ActivityEvent { at: tx.now(), what: ActivityKind::Export(format) }], ()))
        } else {
            Err(Error::denied("no-export", "you don't have permission to export"))
        }
    })
}
