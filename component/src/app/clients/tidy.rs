//! Writing down what the passing of time has done to a client.

use super::owning::pass_on;
use super::personal::personal;
use super::save;
use crate::app::booking::{book_white_label, brand_terms, keep_up};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::billing::white_label::RENEWALS_AT_ONCE;
use crate::domain::client::{Client, Standing};
use crate::domain::id::{BrandId, ClientId};
use crate::domain::log::Event;

/// Of how many brands a command writes down, along with what it does itself, that access to them
/// is over. Each is a brand and a row of an index; the command may change 200 others, and a
/// commit holds 1,000 checks and writes.
pub(super) const ENDED_AT_ONCE: usize = 50;

/// Writes down that a client's access is over: its time was up, or a brand was archived.
/// Everybody who reads the client knows already; this moves indexes and counters.
pub fn tidy(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let stored = tx.read(&keys::client(&tx.agency().id.clone(), id))?;
    let Some(stored) = stored else { return Ok(()) };
    let client = as_it_is(tx, &stored);
    write_down(tx, &stored, &client)
}

/// The client as it is now, written as a client is today.
pub(super) fn as_it_is(tx: &Tx<'_>, stored: &Client) -> Client {
    stored.clone().current(tx.now(), &tx.agency().archived).respelled()
}

/// The brands that the client doesn't have any more.
pub(super) fn ended(stored: &Client, client: &Client) -> Vec<BrandId> {
    let brands = stored.grants.iter().map(|grant| grant.brand.clone());
    brands.filter(|brand| !client.has(brand)).collect()
}

/// Logs and writes down what access is over, if any is.
pub(super) fn write_down(tx: &mut Tx<'_>, stored: &Client, client: &Client) -> Result<(), Error> {
    let (id, brands) = (client.id, ended(stored, client));
    if brands.is_empty() {
        return Ok(());
    }
    tx.log_by_itself(Event::BrandAccessEnded { client: id, brands }, personal(client))?;
    if let Standing::Revoked { .. } = client.standing {
        let brands = Vec::new();
        tx.log_by_itself(Event::ClientRevoked { client: id, brands }, personal(client))?;
    }
    save(tx, Some(stored), Some(client))?;
    match client.standing {
        Standing::Revoked { .. } => pass_on(tx, id, None, true),
        Standing::Pending { .. } | Standing::Joined { .. } => Ok(()),
    }
}

/// Books what is due for the brands of a client whose invite has expired.
pub fn settle_expired(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let client: Option<Client> = tx.read(&keys::client(&agency, id))?;
    let Some(client) = client else { return Ok(()) };
    let brands = client.grants.iter().map(|grant| keys::brand(&agency, &grant.brand).into_text());
    tx.view().fetch(brands)?;
    keep_up(tx, &client.grants.iter().map(|grant| &grant.brand).collect::<Vec<_>>())?;
    let now = tx.now();
    for grant in &client.grants {
        let key = keys::brand(&agency, &grant.brand);
        let mut brand = tx.expect(&key)?;
        let terms = brand_terms(tx, &brand, now)?;
        let before = brand.white_label.clone();
        let postings = brand.settle(&terms, now, RENEWALS_AT_ONCE)?;
        if brand.white_label != before {
            tx.write(key, &brand)?;
            book_white_label(tx, &brand.id, &postings)?;
        }
    }
    Ok(())
}
