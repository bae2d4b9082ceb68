//! `audit`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::audit as wit;
use super::{Component, with_ports};
use crate::app::audit;
use crate::app::audit::{
    Direction, EntryFilter, EntryView, EventView, Expected, Feed, Verification,
};
use crate::domain::activity::ActivityKind;
use crate::domain::actor::{Actor, Operator};
use crate::domain::log::{Entry, Flaw, Head, Problem, Subject};

impl wit::Guest for Component {
    fn list(
        call: wit::Call,
        filter: Option<wit::EntryFilter>,
        direction: wit::Direction,
        page: wit::PageRequest,
    ) -> Result<wit::EntryPage, wit::Error> {
        let (call, filter, page, direction) =
            (call.into(), filter_of(filter), page.into(), direction.into());
        let page = with_ports(|ports| audit::list(ports, &call, &filter, &page, direction))?;
        let entries = page.items.into_iter().map(wit::Entry::from).collect();
        let within = page.within.map(|account| account.to_string());
        Ok(wit::EntryPage { entries, next: page.next, within })
    }

    fn read(call: wit::Call, after: u64, limit: u32) -> Result<wit::Feed, wit::Error> {
        let Feed { entries, after } =
            with_ports(|ports| audit::read(ports, &call.into(), after, limit))?;
        Ok(wit::Feed { entries: entries.into_iter().map(wit::Entry::from).collect(), after })
    }

    fn export(
        call: wit::Call,
        filter: Option<wit::EntryFilter>,
        page: wit::PageRequest,
    ) -> Result<wit::ExportPart, wit::Error> {
        let (call, filter, page) = (call.into(), filter_of(filter), page.into());
        let part = with_ports(|ports| audit::export(ports, &call, &filter, &page))?;
        let within = part.within.map(|account| account.to_string());
        Ok(wit::ExportPart { text: part.text, next: part.next, within })
    }

    fn activity(
        call: wit::Call,
        client: wit::ClientId,
        page: wit::PageRequest,
    ) -> Result<wit::ActivityPage, wit::Error> {
        let page = with_ports(|ports| audit::activity(ports, &call.into(), &client, &page.into()))?;
        let events = page.items.into_iter().map(wit::ActivityEvent::from).collect();
        let within = page.within.map(|account| account.to_string());
        Ok(wit::ActivityPage { events, next: page.next, within })
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
            ActivityKind::Export(format) => wit::ActivityKind::Export(format.into()),
        };
        wit::ActivityEvent { at: at.millis(), brand: brand.to_string(), what, sealed_by }
    }
}

fn filter_of(filter: Option<wit::EntryFilter>) -> EntryFilter {
    let Some(filter) = filter else { return EntryFilter::default() };
    let wit::EntryFilter { since, until, actor_id, kind, client, brand, account } = filter;
    EntryFilter { since, until, actor_id, kind, client, brand, account }
}

impl From<EntryView> for wit::Entry {
    fn from(view: EntryView) -> wit::Entry {
        let EntryView { entry, kind, details, hash } = view;
        let Entry { number, at, actor, trace_id, about, event: _, personal: _ } = entry;
        let (at, actor) = (at.millis(), actor.into());
        let trace_id = trace_id.map(|id| id.as_str().to_owned());
        let about = about.into_iter().map(wit::Subject::from).collect();
        wit::Entry { number, at, actor, trace_id, about, kind, details, hash }
    }
}

impl From<Actor> for wit::Actor {
    fn from(actor: Actor) -> wit::Actor {
        match actor {
            Actor::Operator(Operator { id, name, role, on_behalf_of }) => {
                let (name, role) = (name.to_string(), role.into());
                let on_behalf_of = on_behalf_of.map(|account| account.to_string());
                wit::Actor::Operator(wit::ActingOperator { id, name, role, on_behalf_of })
            }
            Actor::Client { id } => wit::Actor::Client(id.to_string()),
            Actor::Platform => wit::Actor::Platform,
            Actor::Visitor => wit::Actor::Visitor,
            Actor::System => wit::Actor::System,
        }
    }
}

impl From<Subject> for wit::Subject {
    fn from(subject: Subject) -> wit::Subject {
        match subject {
            Subject::Client(id) => wit::Subject::Client(id.to_string()),
            Subject::Brand(id) => wit::Subject::Brand(id.to_string()),
            Subject::Account(id) => wit::Subject::Account(id.to_string()),
        }
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
