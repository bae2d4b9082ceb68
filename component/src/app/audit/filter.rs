//! Which entries fit a filter.

use std::rc::Rc;

use crate::app::fields::Fields;
use crate::domain::actor::Actor;
use crate::domain::id::{AccountId, BrandId, ClientId};
use crate::domain::impersonation::Acting;
use crate::domain::log::{Entry, Fields as Details, Subject};
use crate::domain::spelling::composed;
use crate::domain::time::Timestamp;

/// Which entries. All that is given must fit.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    /// Those at this time or later.
    pub since: Option<u64>,
    /// Those strictly before this time.
    pub until: Option<u64>,
    /// Those of this operator or client.
    pub actor_id: Option<String>,
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those about this client.
    pub client: Option<String>,
    /// Those about this brand.
    pub brand: Option<String>,
    /// Those about this account.
    pub account: Option<String>,
}

/// A filter, parsed.
#[derive(Default)]
pub(super) struct Wanted {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    actor_id: Option<String>,
    kind: Option<String>,
    about: Vec<Subject>,
    acting: Option<Rc<Acting>>,
}

impl Wanted {
    /// What `filter` asks for.
    pub(super) fn parse(fields: &mut Fields, filter: &EntryFilter) -> Option<Wanted> {
        let EntryFilter { since, until, actor_id, kind, client, brand, account } = filter;
        let mut time = |field, at: &Option<u64>| match at {
            Some(at) => fields.time(field, *at).map(Some),
            None => Some(None),
        };
        let (since, until) = (time("filter.since", since), time("filter.until", until));
        let client = fields.take_optional("filter.client", client.as_deref(), ClientId::parse);
        let brand = fields.take_optional("filter.brand", brand.as_deref(), BrandId::parse);
        let account = fields.take_optional("filter.account", account.as_deref(), AccountId::parse);
        let (client, brand) = (client?.map(Subject::Client), brand?.map(Subject::Brand));
        let about = [client, brand, account?.map(Subject::Account)];
        Some(Wanted {
            since: since?,
            until: until?,
            actor_id: actor_id.clone(),
            kind: kind.clone(),
            about: about.into_iter().flatten().collect(),
            acting: None,
        })
    }

    /// The same, but of those only that are shown on an account's behalf.
    pub(super) fn within(self, acting: Option<Rc<Acting>>) -> Wanted {
        Wanted { acting, ..self }
    }

    /// Whether every entry fits.
    pub(super) fn is_everything(&self) -> bool {
        let Wanted { since, until, actor_id, kind, about, acting } = self;
        let time = since.is_none() && until.is_none();
        let all = time && actor_id.is_none() && kind.is_none() && about.is_empty();
        all && acting.is_none()
    }

    /// The client that entries must be about, if there is one: the log is indexed by clients.
    pub(super) fn client(&self) -> Option<ClientId> {
        self.about.iter().find_map(Subject::client)
    }

    /// Whether an entry fits.
    pub(super) fn fits(&self, entry: &Entry<Details>) -> bool {
        let Wanted { since, until, actor_id, kind, about, acting } = self;
        since.is_none_or(|since| entry.at >= since)
            && until.is_none_or(|until| entry.at < until)
            && kind.as_ref().is_none_or(|kind| *kind == entry.kind())
            && actor_id.as_ref().is_none_or(|id| is_actor(&entry.actor, id))
            && about.iter().all(|subject| entry.is_about(subject))
            && acting.as_ref().is_none_or(|acting| acting.reach.tells(entry))
    }
}

fn is_actor(actor: &Actor, wanted: &str) -> bool {
    match actor {
        // Entries of earlier releases have ids as they came.
        Actor::Operator(operator) => composed(&operator.id) == composed(wanted),
        Actor::Client { id } => id.to_string() == wanted,
        Actor::Visitor | Actor::Platform | Actor::System => false,
    }
}
