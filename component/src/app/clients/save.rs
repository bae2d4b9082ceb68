//! Writing a client, and all that follows from its change.

use super::super::billing::terms;
use super::super::error::Error;
use super::super::keys;
use super::super::record::Marker;
use super::super::tx::Tx;
use super::super::view;
use crate::domain::access::{self, AccessChange};
use crate::domain::brand::{Brand, Others};
use crate::domain::client::Client;
use crate::domain::due::Due;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::time::Timestamp;

/// Writes a client that was `before` (none: it is new) and is `after` now, with everything
/// that is derived from it: its indexes, its brands' counters, white-label, due entries.
///
/// Every command that changes a client ends here, so none can forget one of them. A new
/// index over clients is a line in `write_indexes`.
///
/// # Errors
///
/// When the store fails, or billing is too far behind the clock.
pub fn save(tx: &mut Tx<'_>, before: Option<&Client>, after: &Client) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let changes = access::changes(before, after);
    let brands = changes.iter().map(|change| keys::brand(&agency, &change.brand).into_text());
    tx.view().fetch(brands)?;
    for change in &changes {
        change_brand(tx, &agency, after.id, change)?;
    }
    write_indexes(tx, &agency, before, after)?;
    tx.write(keys::client(&agency, after.id), after)
}

/// What an index holds of a client is a function of the client: the rows that it had are
/// deleted, and those that it has now are written.
fn write_indexes(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    before: Option<&Client>,
    after: &Client,
) -> Result<(), Error> {
    if before.is_none() {
        tx.write(keys::client_email(agency, &after.email), &after.id)?;
    }
    let (was, is) = (before.and_then(expiry), expiry(after));
    if was != is {
        if let Some(at) = was {
            tx.unschedule(at, Due::InviteExpiry(after.id));
        }
        if let Some(at) = is {
            tx.schedule(at, Due::InviteExpiry(after.id))?;
        }
    }
    Ok(())
}

fn expiry(client: &Client) -> Option<Timestamp> {
    client.access_until().end()
}

fn change_brand(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    client: ClientId,
    change: &AccessChange,
) -> Result<(), Error> {
    let key = || keys::brand(agency, &change.brand);
    let mut brand: Brand = tx.view().expect(&key())?;
    let others = others(tx, &brand, client, change)?;
    let (terms, now) = (terms(tx.view()), tx.now());
    let postings = brand.apply(change, others, &terms, now)?;
    if let Some(until) = change.before {
        tx.delete(keys::access(agency, &brand.id, until, client));
    }
    if let Some(until) = change.after {
        tx.write(keys::access(agency, &brand.id, until, client), &Marker {})?;
    }
    tx.write(key(), &brand)?;
    tx.book(&brand.id, postings)
}

/// How long the brand's other clients have access, where its counters can't tell.
///
/// The scan needs no check of its own: every change of access writes the brand, and the
/// brand is checked.
fn others(
    tx: &mut Tx<'_>,
    brand: &Brand,
    client: ClientId,
    change: &AccessChange,
) -> Result<Others, Error> {
    if !brand.needs_others(change) {
        return Ok(Others::Nobody);
    }
    let range = keys::accesses(&tx.agency().id, &brand.id);
    let ports = tx.view().ports();
    for row in view::scan(ports, &range, None, 2, true)? {
        let (until, other) = keys::parse_access(range.suffix(&row.key))
            .ok_or_else(|| Error::corrupt(&row.key, "its key is malformed"))?;
        if other != client {
            return Ok(Others::Until(until));
        }
    }
    Ok(Others::Nobody)
}
