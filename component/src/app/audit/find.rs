//! `audit.find`

use super::about::is_about;
use super::list::{Direction, EntryView, page, show};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{LIMIT_MAX, check_limit};
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::{AgencyId, BrandId, ClientId};

/// How many entries one call looks at.
const LOOKED_AT_MAX: usize = 5_000;

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
}

/// Entries that fit.
pub struct FoundPage {
    /// In the order asked for.
    pub entries: Vec<EntryView>,
    /// The number to go on after.
    pub next: Option<u64>,
}

struct Wanted<'a> {
    filter: &'a EntryFilter,
    client: Option<ClientId>,
    brand: Option<BrandId>,
}

/// The entries that fit a filter, after number `after` (or before it, backwards).
///
/// # Errors
///
/// When the request is malformed, a row is damaged, or the store fails.
pub fn find(
    ports: &Ports,
    call: &Call,
    filter: &EntryFilter,
    after: Option<u64>,
    limit: u32,
    direction: Direction,
) -> Result<FoundPage, Error> {
    let caller = Caller::of(call, functions::AUDIT_FIND)?;
    let limit = check_limit("limit", limit)? as usize;
    let mut fields = Fields::default();
    let client = fields.take_optional("filter.client", filter.client.as_deref(), ClientId::parse);
    let brand = fields.take_optional("filter.brand", filter.brand.as_deref(), BrandId::parse);
    let (client, brand) = fields.finish(client.zip(brand))?;
    let wanted = Wanted { filter, client, brand };
    let mut search = Search { page: FoundPage { entries: Vec::new(), next: None }, limit, seen: 0 };
    match wanted.client {
        Some(client) => {
            query(ports, &caller.agency, Vec::new())?;
            search.about(ports, &caller.agency, &wanted, client, after, direction)?;
        }
        None => {
            search.through(ports, &caller.agency, &wanted, after, direction)?;
        }
    }
    Ok(search.page)
}

struct Search {
    page: FoundPage,
    limit: usize,
    seen: usize,
}

impl Search {
    /// Goes through the whole log.
    fn through(
        &mut self,
        ports: &Ports,
        agency: &AgencyId,
        wanted: &Wanted<'_>,
        mut after: Option<u64>,
        direction: Direction,
    ) -> Result<(), Error> {
        loop {
            let stretch = page(ports, agency, after, LIMIT_MAX, direction)?;
            let more = stretch.more;
            for shown in stretch.entries {
                after = Some(shown.entry.number);
                if self.look(wanted, shown) {
                    self.page.next = after;
                    return Ok(());
                }
            }
            if !more {
                return Ok(());
            }
            if self.seen >= LOOKED_AT_MAX {
                self.page.next = after;
                return Ok(());
            }
        }
    }

    /// Takes an entry that fits; gives whether the page is full.
    fn look(&mut self, wanted: &Wanted<'_>, shown: EntryView) -> bool {
        self.seen += 1;
        if wanted.fits(&shown) {
            self.page.entries.push(shown);
        }
        self.page.entries.len() == self.limit
    }

    /// Goes through the blocks that say something about a client.
    fn about(
        &mut self,
        ports: &Ports,
        agency: &AgencyId,
        wanted: &Wanted<'_>,
        client: ClientId,
        after: Option<u64>,
        direction: Direction,
    ) -> Result<(), Error> {
        let range = keys::abouts(agency, client);
        let reverse = direction == Direction::Backward;
        let place = |number| format!("{}!", keys::about(agency, client, number).text());
        let mut bound = match (after, reverse) {
            // The entry's own block may have more of them, and begins before it.
            (Some(after), false) => {
                Some(view::block_of(ports, &range, keys::about(agency, client, after).text())?)
            }
            (Some(after), true) => Some(place(after)),
            (None, _) => None,
        };
        loop {
            let rows = view::scan(ports, &range, bound.clone(), 100, reverse)?;
            let Some(last) = rows.last() else { return Ok(()) };
            bound = Some(if reverse { last.key.clone() } else { format!("{}!", last.key) });
            let firsts = rows.iter().filter_map(|row| range.suffix(&row.key).parse().ok());
            let keys: Vec<String> = firsts.map(|n| keys::log(agency, n).into_text()).collect();
            for row in ports.storage.get(&keys)?.into_iter().flatten() {
                let mut shown = show(&row.key, &record::decode(&row.key, &row.value)?)?;
                if reverse {
                    shown.reverse();
                }
                shown.retain(|shown| match (after, reverse) {
                    (Some(after), false) => shown.entry.number > after,
                    (Some(after), true) => shown.entry.number < after,
                    (None, _) => true,
                });
                for shown in shown {
                    let number = shown.entry.number;
                    if self.look(wanted, shown) {
                        self.page.next = Some(number);
                        return Ok(());
                    }
                }
            }
        }
    }
}

impl Wanted<'_> {
    fn fits(&self, shown: &EntryView) -> bool {
        let at = shown.entry.at.millis();
        let EntryFilter { since, until, actor_id, kind, .. } = self.filter;
        since.is_none_or(|since| at >= since)
            && until.is_none_or(|until| at < until)
            && kind.as_ref().is_none_or(|kind| *kind == shown.kind)
            && actor_id.as_ref().is_none_or(|id| is_actor(&shown.entry.actor, id))
            && self.client.is_none_or(|client| is_about(shown, client))
            && self.brand.as_ref().is_none_or(|brand| is_about_brand(shown, brand))
    }
}

fn is_actor(actor: &Actor, wanted: &str) -> bool {
    match actor {
        Actor::Operator(operator) => operator.id == wanted,
        Actor::Client { id } => id.to_string() == wanted,
        Actor::Visitor | Actor::Platform | Actor::System => false,
    }
}

fn is_about_brand(shown: &EntryView, brand: &BrandId) -> bool {
    let event = &shown.entry.event;
    let is = |value: &serde_json::Value| value.as_str() == Some(brand.as_str());
    let listed = event.get("brands").and_then(|brands| brands.as_array());
    event.get("brand").is_some_and(is) || listed.is_some_and(|brands| brands.iter().any(is))
}
