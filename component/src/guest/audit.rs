//! `audit`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::audit as wit;
use super::{Component, with_ports};
use crate::app::audit;
use crate::app::audit::{Direction, EntryFilter, EntryView, EventView, Expected, Verification};
use crate::domain::activity::{ActivityKind, Format};
use crate::domain::actor::Actor;
use crate::domain::log::{Flaw, Head, Problem};

impl wit::Guest for Component {
    fn list(
        call: wit::Call,
        after: Option<u64>,
        limit: u32,
        direction: wit::Direction,
    ) -> Result<wit::EntryPage, wit::Error> {
        let direction = direction.into();
        let page = with_ports(|ports| audit::list(ports, &call.into(), after, limit, direction))?;
        let entries = page.entries.into_iter().map(wit::Entry::from).collect();
        Ok(wit::EntryPage { entries, more: page.more })
    }

    fn find(
        call: wit::Call,
        filter: wit::EntryFilter,
        after: Option<u64>,
        limit: u32,
        direction: wit::Direction,
    ) -> Result<wit::FoundPage, wit::Error> {
        let wit::EntryFilter { since, until, actor_id, kind, client, brand } = filter;
        let filter = EntryFilter { since, until, actor_id, kind, client, brand };
        let (call, direction) = (call.into(), direction.into());
        let found =
            with_ports(|ports| audit::find(ports, &call, &filter, after, limit, direction))?;
        let entries = found.entries.into_iter().map(wit::Entry::from).collect();
        Ok(wit::FoundPage { entries, next: found.next })
    }

    fn export(
        call: wit::Call,
        after: Option<u64>,
        limit: u32,
    ) -> Result<wit::ExportPart, wit::Error> {
        let part = with_ports(|ports| audit::export(ports, &call.into(), after, limit))?;
        Ok(wit::ExportPart { text: part.text, next: part.next })
    }

    fn activity(
        call: wit::Call,
        client: wit::ClientId,
        page: wit::PageRequest,
    ) -> Result<wit::ActivityPage, wit::Error> {
        let page = with_ports(|ports| audit::activity(ports, &call.into(), &client, &page.into()))?;
        let events = page.items.into_iter().map(wit::ActivityEvent::from).collect();
        Ok(wit::ActivityPage { events, next: page.next })
    }

    fn head(call: wit::Call) -> Result<wit::LogHead, wit::Error> {
        Ok(with_ports(|ports| audit::head(ports, &call.into()))?.into())
    }

    fn verify(
        call: wit::Call,
        start: u64,
        to: Option<u64>,
        expected: Option<wit::LogHead>,
    ) -> Result<wit::Verification, wit::Error> {
        let expected = expected.map(|wit::LogHead { number, hash }| Expected { number, hash });
        let (call, expected) = (call.into(), expected.as_ref());
        Ok(with_ports(|ports| audit::verify(ports, &call, start, to, expected))?.into())
    }
}

impl From<EventView> for wit::ActivityEvent {
    fn from(event: EventView) -> wit::ActivityEvent {
        let EventView { at, brand, what, sealed_by } = event;
        let what = match what {
            ActivityKind::View(feature) => wit::ActivityKind::PageView(feature.to_string()),
            ActivityKind::Export(Format::Pdf) => wit::ActivityKind::Export("pdf".to_owned()),
            ActivityKind::Export(Format::Csv) => wit::ActivityKind::Export("csv".to_owned()),
        };
        wit::ActivityEvent { at: at.millis(), brand: brand.to_string(), what, sealed_by }
    }
}

impl From<EntryView> for wit::Entry {
    fn from(view: EntryView) -> wit::Entry {
        let EntryView { entry, kind, details, hash } = view;
        let (actor_kind, actor_id, actor_name) = match entry.actor {
            Actor::Operator(operator) => {
                (wit::ActorKind::Operator, operator.id, operator.name.to_string())
            }
            Actor::Client { id } => (wit::ActorKind::Client, id.to_string(), String::new()),
            Actor::Visitor => (wit::ActorKind::Visitor, String::new(), String::new()),
            Actor::Platform => (wit::ActorKind::Platform, String::new(), String::new()),
            Actor::System => (wit::ActorKind::System, String::new(), String::new()),
        };
        let (number, at) = (entry.number, entry.at.millis());
        wit::Entry { number, at, actor_kind, actor_id, actor_name, kind, details, hash }
    }
}

impl From<Head> for wit::LogHead {
    fn from(head: Head) -> wit::LogHead {
        let hash = head.mac.map(|mac| mac.to_string()).unwrap_or_default();
        wit::LogHead { number: head.number, hash }
    }
}

impl From<Verification> for wit::Verification {
    fn from(verification: Verification) -> wit::Verification {
        let Verification { verified, next, flaw } = verification;
        wit::Verification { verified, next, flaw: flaw.map(wit::Flaw::from) }
    }
}

impl From<Flaw> for wit::Flaw {
    fn from(flaw: Flaw) -> wit::Flaw {
        let problem = match flaw.problem {
            Problem::Changed => "changed",
            Problem::Missing => "missing",
            Problem::Misplaced => "misplaced",
            Problem::UnknownKey => "unknown-key",
            Problem::UnexpectedHead => "unexpected-head",
        };
        wit::Flaw { number: flaw.number, problem: problem.to_owned() }
    }
}

same_cases! { wit::Direction = Direction: Forward Backward; }
