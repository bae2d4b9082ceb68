//! `system.check-import`

use super::arriving::check_free;
use super::findings::Finding;
use super::import::{begin, look};
use super::reading::check_count;
use super::ticket::{read, spelled};
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::id::AgencyId;
use crate::domain::moving::Progress;

/// What was found in lines that would arrive.
pub struct Checked {
    /// What the lines would become.
    pub agency: AgencyId,
    /// What to go on with.
    pub ticket: String,
    /// How many lines were looked at.
    pub lines: u64,
    /// Whether the last one was among them.
    pub complete: bool,
    /// What would become otherwise by these lines.
    pub findings: Vec<Finding>,
}

/// Looks at the next lines of an exported agency as `import` would, and writes nothing.
///
/// # Errors
///
/// As `import`, but for what the log's hashes would tell.
pub fn check_import(
    ports: &Ports,
    lines: &[String],
    name_as: Option<&str>,
    ticket: Option<&str>,
) -> Result<Checked, Error> {
    check_count(lines)?;
    let mut ticket = match ticket {
        Some(ticket) => read("ticket", ticket)?,
        None => {
            let ticket = begin(ports, lines, name_as)?;
            check_free(ports, &ticket.agency)?;
            ticket
        }
    };
    let (_, findings) = look(ports, &view::key_ring(ports)?, &mut ticket, lines)?;
    let Progress { lines, complete, .. } = ticket.progress;
    Ok(Checked { ticket: spelled(&ticket)?, agency: ticket.agency, lines, complete, findings })
}
