//! Writing down what the passing of time has done to a client.

use super::load::load_for_change;
use crate::app::booking::{book_white_label, keep_up, terms};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::billing::white_label::RENEWALS_AT_ONCE;
use crate::domain::client::Client;
use crate::domain::id::ClientId;

/// Writes down that a client's access is over: its time was up, or a brand was archived.
/// Everybody who reads the client knows already; this moves indexes and counters.
pub fn tidy(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let key = keys::client(&tx.agency().id.clone(), id);
    if tx.read(&key)?.is_none() {
        return Ok(());
    }
    load_for_change(tx, id).map(|_| ())
}

/// Books what is due for the brands of a client whose invite has expired.
pub fn settle_expired(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let client: Option<Client> = tx.read(&keys::client(&agency, id))?;
    let Some(client) = client else { return Ok(()) };
    let brands = client.grants.iter().map(|grant| keys::brand(&agency, &grant.brand).into_text());
    tx.view().fetch(brands)?;
    keep_up(tx, &client.grants.iter().map(|grant| &grant.brand).collect::<Vec<_>>())?;
    let (terms, now) = (terms(tx.view()), tx.now());
    for grant in &client.grants {
        let key = keys::brand(&agency, &grant.brand);
        let mut brand = tx.expect(&key)?;
        let postings = brand.settle(&terms, now, RENEWALS_AT_ONCE)?;
        if !postings.is_empty() {
            tx.write(key, &brand)?;
            book_white_label(tx, &brand.id, &postings)?;
        }
    }
    Ok(())
}
