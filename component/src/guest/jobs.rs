//! `jobs`

use super::wit::exports::clientdesk::core::jobs as wit;
use super::{Component, with_ports};
use crate::app::jobs;
use crate::app::jobs::{JobName, Parked, RunReport};
use crate::domain::id::ClientId;
use crate::domain::mail::{Delivery, DeliveryState, OutboxMail};
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn outbox(call: wit::Call, page: wit::PageRequest) -> Result<wit::OutboxPage, wit::Error> {
        let page = with_ports(|ports| jobs::outbox(ports, &call.into(), &page.into()))?;
        let mails = page.items.into_iter().map(wit::OutboxMail::from).collect();
        Ok(wit::OutboxPage { mails, next: page.next })
    }

    fn run(limit: u32) -> Result<wit::RunReport, wit::Error> {
        Ok(with_ports(|ports| jobs::run(ports, limit))?.into())
    }

    fn retry(
        agency: wit::AgencyId,
        kind: String,
        subject: String,
        due_at: wit::Timestamp,
    ) -> Result<(), wit::Error> {
        let job = JobName { agency: &agency, kind: &kind, subject: &subject, due_at };
        Ok(with_ports(|ports| jobs::retry(ports, &job))?)
    }

    fn stuck(page: wit::PageRequest) -> Result<wit::ParkedPage, wit::Error> {
        let page = with_ports(|ports| jobs::stuck(ports, &page.into()))?;
        let jobs = page.items.into_iter().map(wit::ParkedJob::from).collect();
        Ok(wit::ParkedPage { jobs, next: page.next })
    }

    fn report_bounce(
        agency: wit::AgencyId,
        mail: wit::MailId,
        reason: String,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| jobs::report_bounce(ports, &agency, &mail, &reason))?)
    }
}

impl From<RunReport> for wit::RunReport {
    fn from(report: RunReport) -> wit::RunReport {
        let RunReport { done, failed, more, next_due, problem } = report;
        wit::RunReport { done, failed, more, next_due: next_due.map(Timestamp::millis), problem }
    }
}

impl From<Parked> for wit::ParkedJob {
    fn from(stuck: Parked) -> wit::ParkedJob {
        let Parked { entry, problem } = stuck;
        wit::ParkedJob {
            agency: entry.agency.to_string(),
            kind: entry.due.kind().to_owned(),
            subject: entry.due.subject(),
            due_at: entry.at.millis(),
            problem,
        }
    }
}

impl From<DeliveryState> for wit::Delivery {
    fn from(state: DeliveryState) -> wit::Delivery {
        let DeliveryState { delivery, reason } = state;
        match delivery {
            Delivery::Queued => wit::Delivery::Queued,
            Delivery::HandedOver => wit::Delivery::HandedOver,
            Delivery::Failed => wit::Delivery::Failed(reason),
            Delivery::Bounced => wit::Delivery::Bounced(reason),
        }
    }
}

impl From<OutboxMail> for wit::OutboxMail {
    fn from(mail: OutboxMail) -> wit::OutboxMail {
        let delivery = mail.state().into();
        let client = mail.client();
        let OutboxMail { id, to, topic, created_at, attempts, next_try, last_problem, delivery: _ } =
            mail;
        wit::OutboxMail {
            id: id.to_string(),
            kind: topic.kind().to_owned(),
            to: to.to_string(),
            client: client.as_ref().map(ClientId::to_string),
            next_try: next_try.map(Timestamp::millis),
            created_at: created_at.millis(),
            attempts,
            last_problem,
            delivery,
        }
    }
}
