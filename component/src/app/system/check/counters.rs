//! Counters of clients: the agency's, and those of its brands, with what is charged for them.
//!
//! All clients are gone through for each hundred of brands, over as many calls as it takes. A
//! counter's own row tells whether any of those whom it counts changed meanwhile, since whoever
//! changes one writes it: then it is counted anew. One that never comes to rest is left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Whole;
use super::walk::{Found, Kind, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::{self, ToJson as _};
use crate::app::view;
use crate::domain::access::Access;
use crate::domain::brand::{Brand, Joined};
use crate::domain::catalog::WhiteLabelStart;
use crate::domain::client::Client;
use crate::domain::id::BrandId;
use crate::domain::json::from_json;
use crate::domain::tally::Tally;
use crate::domain::time::Until;

/// How many brands are counted at once.
const BRANDS_AT_ONCE: u32 = 100;

/// How many clients are counted in one call.
const CLIENTS_AT_ONCE: u32 = 500;

/// How often counting begins anew since somebody changed what is counted.
const TRIES_MAX: u32 = 3;

/// How far counting has come.
#[derive(Default, Serialize, Deserialize)]
struct Count {
    /// The last brand of the hundred before; none: these are the first.
    before: Option<BrandId>,
    brands: BTreeMap<BrandId, Counted>,
    /// The agency's counters; only with the first hundred.
    tally: Option<(Option<u64>, Tally)>,
    /// The last client that was counted.
    after: Option<String>,
    tries: u32,
}

/// A brand's counters, as they are worked out.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Counted {
    /// The version of its row, as counting began.
    version: Option<u64>,
    clients: u32,
    open_ended: u32,
    sole: u32,
    joined: Joined,
    /// Whether somebody has access that counts, and how long at least one has it.
    has_access: bool,
    until: Until,
}

/// Counts some clients.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    let mut count: Count = match after {
        "" => begin(walk, of, None, 0)?,
        after => from_json(after).map_err(Error::internal)?,
    };
    let range = keys::clients(of.id());
    let bound = count.after.as_ref().map(|after| format!("{}{after}!", range.start()));
    let rows = view::scan(walk.ports(), &range, bound, CLIENTS_AT_ONCE, false)?;
    walk.count(rows.len());
    let more = rows.len() == CLIENTS_AT_ONCE as usize;
    count.after = rows.last().map(|last| range.suffix(&last.key).to_owned()).or(count.after);
    for row in rows {
        match record::decode_whole::<Client>(&row)? {
            Some(client) => add(&mut count, of, &client),
            // Who can't be read is told of, and nobody knows what counts.
            None => return Ok(None),
        }
    }
    if more {
        walk.fill();
        return Ok(Some(text(&count)?));
    }
    finish(walk, of, count)
}

fn text(count: &Count) -> Result<String, Error> {
    Ok(count.to_json()?.get().to_owned())
}

/// Begins with the brands after `before`.
fn begin(
    walk: &mut Walk<'_>,
    of: &Whole,
    before: Option<BrandId>,
    tries: u32,
) -> Result<Count, Error> {
    let mut count = Count { tries, ..Count::default() };
    if before.is_none() {
        let version = walk.version(keys::tally(of.id()).text())?;
        count.tally = Some((version, Tally::default()));
    }
    let range = keys::brands(of.id());
    let bound = before.as_ref().map(|before| format!("{}{before}!", range.start()));
    let rows = view::scan(walk.ports(), &range, bound, BRANDS_AT_ONCE, false)?;
    walk.count(rows.len());
    for row in rows {
        if let Some(brand) = record::decode_whole::<Brand>(&row)? {
            let counted = Counted { version: Some(row.version), ..Counted::default() };
            count.brands.insert(brand.id, counted);
        }
    }
    count.before = before;
    Ok(count)
}

fn add(count: &mut Count, of: &Whole, client: &Client) {
    let start = of.catalog.policies.white_label_start;
    if let Some((_, tally)) = &mut count.tally {
        tally.change(None, Some(client));
    }
    for grant in &client.grants {
        let Some(brand) = count.brands.get_mut(&grant.brand) else { continue };
        let (until, sole_brand) = (client.access_until(grant), client.grants.len() == 1);
        let access = Access { until, sole_brand, joined: client.is_joined() };
        if access.counts(start) {
            brand.until = if brand.has_access { brand.until.max(until) } else { until };
            brand.has_access = true;
        }
        let open_ended = u32::from(until == Until::FOREVER);
        let joined = u32::from(access.joined);
        let plus = |number: &mut u32, more: u32| *number = number.saturating_add(more);
        plus(&mut brand.clients, 1);
        plus(&mut brand.open_ended, open_ended);
        plus(&mut brand.sole, u32::from(sole_brand));
        plus(&mut brand.joined.clients, joined);
        plus(&mut brand.joined.open_ended, joined * open_ended);
    }
}

/// Compares what was counted, and goes on with the next brands.
fn finish(walk: &mut Walk<'_>, of: &Whole, count: Count) -> Result<Option<String>, Error> {
    let agency = of.id();
    walk.fetch(count.brands.keys().map(|brand| keys::brand(agency, brand).into_text()))?;
    let mut changed = false;
    for (id, counted) in &count.brands {
        let key = keys::brand(agency, id);
        if walk.version(key.text())? == counted.version {
            compare(walk, of, &key, id, counted)?;
        } else {
            changed = true;
        }
    }
    if let Some((version, tally)) = &count.tally {
        if walk.version(keys::tally(agency).text())? == *version {
            compare_tally(walk, of, tally)?;
        } else {
            changed = true;
        }
    }
    if changed && count.tries < TRIES_MAX {
        walk.fill();
        let again = begin(walk, of, count.before, count.tries.saturating_add(1))?;
        return Ok(Some(text(&again)?));
    }
    match count.brands.into_keys().next_back() {
        Some(last) => {
            let next = begin(walk, of, Some(last), 0)?;
            let is_over = next.brands.is_empty();
            Ok(if is_over { None } else { Some(text(&next)?) })
        }
        None => Ok(None),
    }
}

fn compare(
    walk: &mut Walk<'_>,
    of: &Whole,
    key: &keys::Key<Brand>,
    id: &BrandId,
    counted: &Counted,
) -> Result<(), Error> {
    let Found::Whole(brand) = walk.find(key)? else { return Ok(()) };
    let name = format!("brand `{id}`");
    // In an agency whose clock was ahead, what ended then hasn't ended yet. No amounts follow from this: what
    // was booked, the ledger says.
    let starts = of.agency.standing.closed_at().is_none() && of.agency.clock_reset_at.is_none();
    let longest = counted.has_access.then_some(counted.until);
    if let Some(what) = brand.charge_contradicts(longest, starts, of.latest) {
        walk.contradicts(key.text(), &name, format!("{name} {what}"));
    }
    // Only where white-label starts with that, those who have joined are counted.
    let joined = match of.catalog.policies.white_label_start {
        WhiteLabelStart::Acceptance => counted.joined,
        WhiteLabelStart::Invite => Joined::default(),
    };
    let after = Brand {
        clients: counted.clients,
        open_ended_clients: counted.open_ended,
        sole_brand_clients: counted.sole,
        joined,
        ..brand.clone()
    };
    if after == brand {
        return Ok(());
    }
    let message = format!(
        "{name} has {} clients ({} without an end, {} with no other brand), and counts {} ({}, {})",
        after.clients,
        after.open_ended_clients,
        after.sole_brand_clients,
        brand.clients,
        brand.open_ended_clients,
        brand.sole_brand_clients
    );
    walk.write(Kind::Different, key.text(), &name, message, Some(record::encode(&after)?));
    Ok(())
}

fn compare_tally(walk: &mut Walk<'_>, of: &Whole, counted: &Tally) -> Result<(), Error> {
    let key = keys::tally(of.id());
    let (kind, stored) = match walk.find(&key)? {
        Found::Whole(tally) => (Kind::Different, tally),
        Found::Broken => (Kind::Different, Tally::default()),
        // Nobody was ever invited.
        Found::Nothing if *counted == Tally::default() => return Ok(()),
        Found::Nothing => (Kind::Missing, Tally::default()),
    };
    // Slots of the search aren't given twice: who is no more had some, too.
    let search_slots = stored.search_slots.max(counted.search_slots);
    let mut counted = counted.clone();
    counted.search_slots = search_slots;
    if kind == Kind::Different && stored == counted {
        return Ok(());
    }
    let name = format!("agency `{}`", of.id());
    let message = format!(
        "{name} has {} clients ({} pending, {} revoked), and counts {} ({}, {})",
        counted.all(),
        counted.pending,
        counted.revoked,
        stored.all(),
        stored.pending,
        stored.revoked
    );
    walk.write(kind, key.text(), &name, message, Some(record::encode(&counted)?));
    Ok(())
}
