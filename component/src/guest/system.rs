//! `system`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::system as wit;
use super::{Component, with_ports};
use crate::app::record::SCHEMA;
use crate::app::system::moving::{self, Finding, FindingKind, Imported};
use crate::app::system::{self, AtLeast, Checked, Difference, DueJob, KeyUse, KeyUses};
use crate::app::system::{Kind, SystemStatus, UseKind};
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn schema() -> u32 {
        SCHEMA
    }

    fn status() -> Result<wit::SystemStatus, wit::Error> {
        Ok(with_ports(system::status)?.into())
    }

    fn check(
        agency: Option<wit::AgencyId>,
        cursor: Option<String>,
    ) -> Result<wit::CheckPage, wit::Error> {
        let (agency, cursor) = (agency.as_deref(), cursor.as_deref());
        Ok(with_ports(|ports| system::check(ports, agency, cursor))?.into())
    }

    fn repair(
        agency: Option<wit::AgencyId>,
        cursor: Option<String>,
    ) -> Result<wit::CheckPage, wit::Error> {
        let (agency, cursor) = (agency.as_deref(), cursor.as_deref());
        Ok(with_ports(|ports| system::repair(ports, agency, cursor))?.into())
    }

    fn key_uses(
        agency: Option<wit::AgencyId>,
        cursor: Option<String>,
    ) -> Result<wit::KeyUsesPage, wit::Error> {
        let (agency, cursor) = (agency.as_deref(), cursor.as_deref());
        Ok(with_ports(|ports| system::key_uses(ports, agency, cursor))?.into())
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
        let moving::Checked { agency, ticket, lines, complete, findings } = checked;
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

impl From<SystemStatus> for wit::SystemStatus {
    fn from(status: SystemStatus) -> wit::SystemStatus {
        let SystemStatus { schema, now, oldest_due, next_due, due, mails, stuck, keys } = status;
        wit::SystemStatus {
            schema,
            now: now.millis(),
            oldest_due: oldest_due.map(wit::DueJob::from),
            next_due: next_due.map(Timestamp::millis),
            due: due.into(),
            mails: mails.into(),
            stuck: stuck.into(),
            keys,
        }
    }
}

impl From<DueJob> for wit::DueJob {
    fn from(job: DueJob) -> wit::DueJob {
        let DueJob { entry, failures } = job;
        wit::DueJob {
            agency: entry.agency.to_string(),
            kind: entry.due.kind().to_owned(),
            subject: entry.due.subject(),
            due_at: entry.at.millis(),
            failures,
        }
    }
}

impl From<AtLeast> for wit::AtLeast {
    fn from(counted: AtLeast) -> wit::AtLeast {
        let AtLeast { number, more } = counted;
        wit::AtLeast { number, more }
    }
}

impl From<Checked> for wit::CheckPage {
    fn from(checked: Checked) -> wit::CheckPage {
        let Checked { looked_at, differences, next } = checked;
        let differences = differences.into_iter().map(wit::Difference::from).collect();
        wit::CheckPage { looked_at, differences, next }
    }
}

impl From<Difference> for wit::Difference {
    fn from(difference: Difference) -> wit::Difference {
        let Difference { kind, key, belongs_to, message } = difference;
        wit::Difference { kind: kind.into(), key, belongs_to, message }
    }
}

impl From<KeyUses> for wit::KeyUsesPage {
    fn from(found: KeyUses) -> wit::KeyUsesPage {
        let KeyUses { looked_at, keys, uses, next } = found;
        let uses = uses.into_iter().map(wit::KeyUse::from).collect();
        wit::KeyUsesPage { looked_at, keys, uses, next }
    }
}

impl From<KeyUse> for wit::KeyUse {
    fn from(one: KeyUse) -> wit::KeyUse {
        let KeyUse { key, kind, count, some } = one;
        wit::KeyUse { key: key.into(), kind: kind.into(), count, some }
    }
}

impl From<Finding> for wit::ImportFinding {
    fn from(finding: Finding) -> wit::ImportFinding {
        let Finding { kind, subject, message } = finding;
        wit::ImportFinding { kind: kind.into(), subject, message }
    }
}

same_cases! {
    wit::DifferenceKind = Kind: Missing Surplus Different Contradiction;
    wit::KeyUseKind = UseKind:
        Password PasswordLink ConfirmationLink Invite Session SignIn Answer LogEntry Activity Import;
    wit::FindingKind = FindingKind:
        LoginTaken LoginRenumbered PasswordUnreadable KeyMissing CatalogDiffers NotSold Renamed;
}
