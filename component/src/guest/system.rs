//! `system`

use super::wit::exports::clientdesk::core::system as wit;
use super::{Component, with_ports};
use crate::app::record::SCHEMA;
use crate::app::system;
use crate::app::system::{AtLeast, DueJob, SystemStatus};
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn schema() -> u32 {
        SCHEMA
    }

    fn status() -> Result<wit::SystemStatus, wit::Error> {
        Ok(with_ports(system::status)?.into())
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
