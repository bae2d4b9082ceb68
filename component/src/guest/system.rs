//! `system`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::system as wit;
use super::{Component, with_ports};
use crate::app::record::SCHEMA;
use crate::app::system::moving::{self, Checked, Finding, FindingKind, Imported};

impl wit::Guest for Component {
    fn schema() -> u32 {
        SCHEMA
    }

    fn export(
        agency: wit::AgencyId,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<wit::ExportPage, wit::Error> {
        let page = with_ports(|ports| moving::export(ports, &agency, cursor.as_deref(), limit))?;
        Ok(wit::ExportPage { lines: page.lines, next: page.next })
    }

    fn check_import(
        lines: Vec<String>,
        name_as: Option<wit::AgencyId>,
        ticket: Option<String>,
    ) -> Result<wit::ImportProgress, wit::Error> {
        let (name_as, ticket) = (name_as.as_deref(), ticket.as_deref());
        let checked = with_ports(|ports| moving::check_import(ports, &lines, name_as, ticket))?;
        let Checked { agency, ticket, lines, complete, findings } = checked;
        let findings = findings.into_iter().map(wit::ImportFinding::from).collect();
        let agency = agency.to_string();
        Ok(wit::ImportProgress { agency, ticket, lines, complete, done: false, findings })
    }

    fn import(
        lines: Vec<String>,
        name_as: Option<wit::AgencyId>,
        ticket: Option<String>,
    ) -> Result<wit::ImportProgress, wit::Error> {
        let (name_as, ticket) = (name_as.as_deref(), ticket.as_deref());
        let imported = with_ports(|ports| moving::import(ports, &lines, name_as, ticket))?;
        let Imported { agency, ticket, lines, complete, done, findings } = imported;
        let findings = findings.into_iter().map(wit::ImportFinding::from).collect();
        let agency = agency.to_string();
        Ok(wit::ImportProgress { agency, ticket, lines, complete, done, findings })
    }

    fn abort_import(agency: wit::AgencyId) -> Result<bool, wit::Error> {
        Ok(with_ports(|ports| moving::abort_import(ports, &agency))?)
    }
}

impl From<Finding> for wit::ImportFinding {
    fn from(finding: Finding) -> wit::ImportFinding {
        let Finding { kind, subject, message } = finding;
        wit::ImportFinding { kind: kind.into(), subject, message }
    }
}

same_cases! {
    wit::FindingKind = FindingKind:
        LoginTaken LoginRenumbered PasswordUnreadable KeyMissing CatalogDiffers NotSold Renamed;
}
