//! Where clients who may fit a filter stand together.

use std::collections::{BTreeMap, BTreeSet};

use super::filter::{DeliveryFilter, Filter, StatusFilter};
use super::order::client_of;
use crate::app::error::Error;
use crate::app::keys::{self, Class};
use crate::app::ports::{Ports, Scan, Stored};
use crate::app::record;
use crate::app::view::View;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::id::{AgencyId, BrandId, ClientId};
use crate::domain::mail::OutboxMail;
use crate::domain::search;
use crate::domain::tally::Tally;
use crate::domain::time::{DAY, Timestamp};

/// How many rows are read at once.
const ROWS_AT_ONCE: u32 = 1_000;

/// A stretch of keys: the first, and the one after the last.
pub type Stretch = (String, String);

/// A place where clients stand together.
pub struct Source {
    /// How many stand there, about.
    pub count: u32,
    stretches: Vec<Stretch>,
}

impl Source {
    /// The narrowest place where everybody stands who fits the status and the brand that are
    /// asked for, and whom the caller may see; none where it is everybody.
    pub fn narrowest(view: &View<'_>, filter: &Filter, tally: &Tally) -> Option<Source> {
        let agency = &view.agency().id;
        let status = filter.status.map(|status| of_status(view, status, tally));
        let brand = filter.brand.as_ref().map(|brand| of_brand(agency, brand));
        // Whatever else is asked for, an account's clients stand at its brands.
        let own = filter.acting.as_ref().map(|acting| of_brands(agency, &acting.reach.brands));
        own.or_else(|| status.into_iter().chain(brand).min_by_key(|source| source.count))
    }

    /// The clients who stand there.
    pub fn clients(&self, ports: &Ports) -> Result<BTreeSet<ClientId>, Error> {
        let mut clients = BTreeSet::new();
        for stretch in &self.stretches {
            each_key(ports, stretch, |key| clients.extend(client_of(key)))?;
        }
        Ok(clients)
    }
}

/// The stretch of the order of statuses where a filter's clients lie.
pub fn status_stretch(view: &View<'_>, status: StatusFilter) -> Stretch {
    let agency = &view.agency().id;
    let whole = |class| {
        let range = keys::of_class(agency, class);
        (range.start().to_owned(), range.end())
    };
    let joined = |at: Timestamp| keys::status_place(agency, Class::Joined, at);
    let (start, end) = whole(Class::Joined);
    let (at_risk, churned) = view.agency().settings.thresholds.last_log_ins(view.now());
    // Nobody logged in before the epoch: then the stretch ends where all of them do.
    let at_risk = at_risk.map_or_else(|| end.clone(), joined);
    let churned = churned.map_or_else(|| end.clone(), joined);
    match status {
        StatusFilter::Pending => whole(Class::Pending),
        StatusFilter::Active => (start, at_risk),
        StatusFilter::AtRisk => (at_risk, churned),
        StatusFilter::Churned => (churned, end),
        StatusFilter::Revoked => whole(Class::Revoked),
    }
}

/// The clients whose open invite's mail stands where it is asked for. Those that didn't arrive
/// stand together; any other is looked for among all who are pending.
pub fn of_delivery(view: &View<'_>, wanted: DeliveryFilter) -> Result<BTreeSet<ClientId>, Error> {
    let agency = &view.agency().id;
    let stretch = match wanted {
        DeliveryFilter::Failed | DeliveryFilter::Bounced | DeliveryFilter::Undelivered => {
            keys::undelivered_from(agency, None)
        }
        DeliveryFilter::Queued | DeliveryFilter::HandedOver => {
            status_stretch(view, StatusFilter::Pending)
        }
    };
    let clients = Source { count: 0, stretches: vec![stretch] }.clients(view.ports())?;
    let mut mails: BTreeMap<String, ClientId> = BTreeMap::new();
    each_client(view, clients, |_, client| {
        if let Some(mail) = client.open_invite().and_then(|invite| invite.mail) {
            mails.insert(keys::mail(agency, mail).into_text(), client.id);
        }
    })?;
    let mut found = BTreeSet::new();
    let all: Vec<&String> = mails.keys().collect();
    for keys in all.chunks(ROWS_AT_ONCE as usize) {
        let keys: Vec<String> = keys.iter().map(|key| (*key).clone()).collect();
        for row in view.ports().storage.get(&keys)?.into_iter().flatten() {
            let mail: Option<OutboxMail> = record::decode_whole(&row)?;
            let fits = mail.is_some_and(|mail| wanted.fits(mail.delivery));
            found.extend(mails.get(&row.key).filter(|_| fits));
        }
    }
    Ok(found)
}

/// Where all clients of a status stand.
pub fn status_source(view: &View<'_>, status: StatusFilter) -> Source {
    Source { count: 0, stretches: vec![status_stretch(view, status)] }
}

fn of_status(view: &View<'_>, status: StatusFilter, tally: &Tally) -> Source {
    let before = |at: Option<Timestamp>| at.map_or(0, |at| tally.joined_before_the_day_of(at));
    let (at_risk, churned) = view.agency().settings.thresholds.last_log_ins(view.now());
    let (at_risk, churned) = (before(at_risk), before(churned));
    let count = match status {
        StatusFilter::Pending => tally.pending,
        StatusFilter::Active => tally.joined().saturating_sub(at_risk),
        StatusFilter::AtRisk => at_risk.saturating_sub(churned),
        StatusFilter::Churned => churned,
        StatusFilter::Revoked => tally.revoked,
    };
    Source { count, stretches: vec![status_stretch(view, status)] }
}

fn of_brand(agency: &AgencyId, brand: &Brand) -> Source {
    let range = keys::accesses(agency, &brand.id);
    Source { count: brand.clients, stretches: vec![(range.start().to_owned(), range.end())] }
}

fn of_brands(agency: &AgencyId, brands: &BTreeSet<BrandId>) -> Source {
    let stretch = |brand: &BrandId| {
        let range = keys::accesses(agency, brand);
        (range.start().to_owned(), range.end())
    };
    Source { count: 0, stretches: brands.iter().map(stretch).collect() }
}

/// The clients whom the search's blocks find, and those of the brands that it finds.
pub fn found(view: &View<'_>, search: &super::filter::Search) -> Result<BTreeSet<ClientId>, Error> {
    let agency = &view.agency().id;
    let mut found = BTreeSet::new();
    let range = keys::searches(agency);
    let stretch = (range.start().to_owned(), range.end());
    each_row(view.ports(), &stretch, |row| {
        // Nothing in a block needs escaping, so its row has the needle as it is or not at all.
        if !row.value.contains(&search.needle) {
            return Ok(());
        }
        let block: Option<search::Block> = record::decode_whole(row)?;
        found.extend(block.iter().flat_map(|block| block.find(&search.needle)));
        Ok(())
    })?;
    for brand in &search.brands {
        found.extend(of_brand(agency, brand).clients(view.ports())?);
    }
    Ok(found)
}

/// How many clients have joined whose latest log-in is `cut` or earlier: the days before are
/// counted already, and those of its own day are looked at.
pub fn joined_until(view: &View<'_>, tally: &Tally, cut: Option<Timestamp>) -> Result<u32, Error> {
    let Some(cut) = cut else { return Ok(0) };
    let agency = &view.agency().id;
    let start = keys::status_place(agency, Class::Joined, cut);
    let day = cut.minus(cut.millis() % DAY).and_then(|day| day.minus(1));
    let end = day.map_or_else(
        || keys::of_class(agency, Class::Joined).end(),
        |before| keys::status_place(agency, Class::Joined, before),
    );
    let mut count = tally.joined_before_the_day_of(cut);
    each_key(view.ports(), &(start, end), |_| count = count.saturating_add(1))?;
    Ok(count)
}

/// The clients who may have been revoked by what no job has written down yet: their access is
/// over by itself, or a brand of theirs was archived.
pub fn overdue(view: &View<'_>) -> Result<BTreeSet<ClientId>, Error> {
    let mut clients = BTreeSet::new();
    let agency = view.agency();
    let mut stretches = vec![keys::ended_by(&agency.id, view.now())];
    for archived in &agency.archived {
        let range = keys::accesses(&agency.id, &archived.brand);
        stretches.push((range.start().to_owned(), range.end()));
    }
    for stretch in &stretches {
        each_key(view.ports(), stretch, |key| clients.extend(client_of(key)))?;
    }
    Ok(clients)
}

/// Shows these clients, as they are stored and as they are now, in batches: all but those whose
/// rows are damaged.
pub fn each_client(
    view: &View<'_>,
    ids: impl IntoIterator<Item = ClientId>,
    mut look: impl FnMut(&Client, Client),
) -> Result<(), Error> {
    let mut ids = ids.into_iter().peekable();
    let agency = &view.agency().id;
    while ids.peek().is_some() {
        let batch = ids.by_ref().take(ROWS_AT_ONCE as usize);
        let keys: Vec<String> = batch.map(|id| keys::client(agency, id).into_text()).collect();
        for row in view.ports().storage.get(&keys)?.into_iter().flatten() {
            let Some(client) = record::decode_whole::<Client>(&row)? else { continue };
            look(&client, client.clone().current(view.now(), &view.agency().archived));
        }
    }
    Ok(())
}

/// Looks at each key of a stretch.
pub fn each_key(ports: &Ports, stretch: &Stretch, mut look: impl FnMut(&str)) -> Result<(), Error> {
    each_row(ports, stretch, |row| {
        look(&row.key);
        Ok(())
    })
}

fn each_row(
    ports: &Ports,
    (start, end): &Stretch,
    mut look: impl FnMut(&Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    if start >= end {
        return Ok(());
    }
    let mut scan =
        Scan { start: start.clone(), end: end.clone(), limit: ROWS_AT_ONCE, reverse: false };
    loop {
        let scanned = ports.storage.scan(&scan)?;
        for row in &scanned.rows {
            look(row)?;
        }
        match scanned.next {
            Some(next) => scan.start = next,
            None => return Ok(()),
        }
    }
}
