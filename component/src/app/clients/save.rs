//! Writing a client, and all that follows from its change.

use crate::app::billing::{book_white_label, terms};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::Marker;
use crate::app::tx::Tx;
use crate::domain::access::{self, AccessChange};
use crate::domain::brand::{Brand, Others};
use crate::domain::client::Client;
use crate::domain::due::Due;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::search;
use crate::domain::tally::Tally;
use crate::domain::time::Timestamp;

/// Writes a client that was `before` (as it is stored; none: it is new) and is `after` now
/// (none: it is gone), with everything that is derived from it: its indexes, its brands'
/// counters, white-label, due entries, the agency's counters, what it is found by.
///
/// Every command that changes a client ends here, so none can forget one of them. A new
/// index over clients is a line in `index_keys`.
///
/// # Errors
///
/// When the store fails, or billing is too far behind the clock.
pub fn save(tx: &mut Tx<'_>, before: Option<&Client>, after: Option<&Client>) -> Result<(), Error> {
    let Some(id) = after.or(before).map(|client| client.id) else { return Ok(()) };
    let agency = tx.agency().id.clone();
    let changes = access::changes(before, after);
    fetch(tx, &agency, &changes, before, after)?;
    for change in &changes {
        change_brand(tx, &agency, id, change)?;
    }
    write_indexes(tx, &agency, before, after)?;
    write_email(tx, &agency, before, after)?;
    write_dues(tx, before, after)?;
    write_found_by(tx, &agency, before, after)?;
    write_tally(tx, &agency, before, after)?;
    match after {
        Some(client) => tx.write(keys::client(&agency, id), client),
        None => {
            tx.delete(keys::client(&agency, id));
            Ok(())
        }
    }
}

/// Writes a client of which nothing but the score changes, and what is derived from that. The
/// agency's counters are the caller's to write, once for many clients.
///
/// # Errors
///
/// Never for the records of this release.
pub fn save_score(
    tx: &mut Tx<'_>,
    tally: &mut Tally,
    stored: &Client,
    score: Option<u8>,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let after = Client { score, ..stored.clone() };
    tally.rescore(stored.score, score);
    tx.delete(keys::by_health(&agency, stored));
    tx.write(keys::by_health(&agency, &after), &Marker {})?;
    tx.write(keys::client(&agency, after.id), &after)
}

/// Reads all that the change touches, in one go.
fn fetch(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    changes: &[AccessChange],
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let brands = changes.iter().map(|change| keys::brand(agency, &change.brand).into_text());
    let block = found_by(before) != found_by(after);
    let block = after.or(before).filter(|_| block).map(|client| search_key(agency, client));
    let block = block.map(keys::Key::into_text);
    tx.view().fetch(brands.chain(block).chain([keys::tally(agency).into_text()]))
}

/// What indexes hold of a client is a function of the client: the rows that it had are
/// deleted, and those that it has now are written.
fn write_indexes(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let (was, is) = (index_keys(agency, before), index_keys(agency, after));
    for (was, is) in was.into_iter().zip(is) {
        let (was_text, is_text) =
            (was.as_ref().map(keys::Key::text), is.as_ref().map(keys::Key::text));
        if was_text == is_text {
            continue;
        }
        if let Some(was) = was {
            tx.delete(was);
        }
        if let Some(is) = is {
            tx.write(is, &Marker {})?;
        }
    }
    Ok(())
}

/// Where indexes hold the client.
fn index_keys(agency: &AgencyId, client: Option<&Client>) -> [Option<keys::Key<Marker>>; 6] {
    [
        client.map(|client| keys::by_name(agency, client)),
        client.map(|client| keys::by_log_in(agency, client)),
        client.map(|client| keys::by_status(agency, client)),
        client.and_then(|client| keys::by_end(agency, client)),
        client.map(|client| keys::by_health(agency, client)),
        client.and_then(|client| keys::by_expiry(agency, client)),
    ]
}

fn write_email(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let key = |client: Option<&Client>| {
        let email = client.and_then(|client| client.email.as_ref())?;
        Some(keys::client_email(agency, email))
    };
    let (was, is) = (key(before), key(after));
    if was.as_ref().map(keys::Key::text) == is.as_ref().map(keys::Key::text) {
        return Ok(());
    }
    if let Some(was) = was {
        tx.delete(was);
    }
    match (is, after) {
        (Some(is), Some(after)) => tx.write(is, &after.id),
        (None, _) | (_, None) => Ok(()),
    }
}

fn write_dues(
    tx: &mut Tx<'_>,
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let (was, is) = (dues(before), dues(after));
    for (at, due) in was.iter().filter(|due| !is.contains(due)) {
        tx.unschedule(*at, due.clone());
    }
    for (at, due) in is.iter().filter(|due| !was.contains(due)) {
        tx.schedule(*at, due.clone())?;
    }
    Ok(())
}

/// What falls due about a client.
fn dues(client: Option<&Client>) -> Vec<(Timestamp, Due)> {
    let Some(client) = client else { return Vec::new() };
    let expiry = client.invite_until().end().map(|at| (at, Due::InviteExpiry(client.id)));
    let end = client.first_access_end().map(|at| (at, Due::AccessEnd(client.id)));
    expiry.into_iter().chain(end).collect()
}

fn found_by(client: Option<&Client>) -> Option<String> {
    client.map(search::text_of)
}

fn search_key(agency: &AgencyId, client: &Client) -> keys::Key<search::Block> {
    keys::search(agency, search::block_of(client.search_slot))
}

fn write_found_by(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let (was, is) = (found_by(before), found_by(after));
    let Some(client) = after.or(before).filter(|_| was != is) else { return Ok(()) };
    let mut block = tx.read(&search_key(agency, client))?.unwrap_or_default();
    block.put(client.id, &is.unwrap_or_default());
    tx.write(search_key(agency, client), &block)
}

fn write_tally(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let key = keys::tally(agency);
    let tally = tx.read(&key)?.unwrap_or_default();
    let mut next = tally.clone();
    next.change(before, after);
    if next == tally { Ok(()) } else { tx.write(key, &next) }
}

fn change_brand(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    client: ClientId,
    change: &AccessChange,
) -> Result<(), Error> {
    let key = || keys::brand(agency, &change.brand);
    let mut brand: Brand = tx.expect(&key())?;
    let others = others(tx, &brand, client, change)?;
    let (terms, now) = (terms(tx.view()), tx.now());
    let postings = brand.apply(change, others, &terms, now)?;
    let until = |access: &Option<access::Access>| access.map(|access| access.until);
    let (was, is) = (until(&change.before), until(&change.after));
    if was != is {
        if let Some(until) = was {
            tx.delete(keys::access(agency, &brand.id, until, client));
        }
        if let Some(until) = is {
            tx.write(keys::access(agency, &brand.id, until, client), &Marker {})?;
        }
    }
    tx.write(key(), &brand)?;
    book_white_label(tx, &brand.id, &postings)
}

/// How long the brand's other clients have access, where its counters can't tell.
///
/// The scan needs no check of its own: every change of access writes the brand, and the
/// brand is checked.
fn others(
    tx: &Tx<'_>,
    brand: &Brand,
    client: ClientId,
    change: &AccessChange,
) -> Result<Others, Error> {
    if !brand.needs_others(change) {
        return Ok(Others::Nobody);
    }
    let range = keys::accesses(&tx.agency().id, &brand.id);
    for key in tx.last_keys(&range, 2)? {
        let (until, other) = keys::parse_access(range.suffix(&key))
            .ok_or_else(|| Error::corrupt(&key, "its key is malformed"))?;
        if other != client {
            return Ok(Others::Until(until));
        }
    }
    Ok(Others::Nobody)
}
