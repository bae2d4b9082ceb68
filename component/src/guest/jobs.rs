//! `jobs`

use super::wit::exports::clientdesk::core::jobs as wit;
use super::{Component, with_ports};
use crate::app::jobs;
use crate::domain::mail::{Content, Delivery, OutboxMail};

impl wit::Guest for Component {
    fn outbox(call: wit::Call, page: wit::PageRequest) -> Result<wit::OutboxPage, wit::Error> {
        let page = with_ports(|ports| jobs::outbox(ports, &call.into(), &page.into()))?;
        let mails = page.items.into_iter().map(wit::OutboxMail::from).collect();
        Ok(wit::OutboxPage { mails, next: page.next })
    }
}

impl From<OutboxMail> for wit::OutboxMail {
    fn from(mail: OutboxMail) -> wit::OutboxMail {
        let OutboxMail { id, to, client, content, created_at, attempts, last_problem, delivery } =
            mail;
        wit::OutboxMail {
            id: id.to_string(),
            kind: match content {
                Content::Invite { .. } => wit::MailKind::Invite,
                Content::BrandsAdded { .. } => wit::MailKind::BrandsAdded,
            },
            to: to.as_str().to_owned(),
            client: client.to_string(),
            created_at: created_at.millis(),
            attempts,
            delivery: match delivery {
                Delivery::Queued => wit::Delivery::Queued,
                Delivery::HandedOver => wit::Delivery::HandedOver,
                Delivery::Failed => wit::Delivery::Failed(last_problem.clone().unwrap_or_default()),
            },
            last_problem,
        }
    }
}
