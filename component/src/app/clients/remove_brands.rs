//! `clients.remove-brands`

use super::load::{load_part_for_change, load_whoever, parse_id, personal};
use super::{arguments, save};
use crate::app::acting::outside;
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::client::{Client, Event as ClientEvent};
use crate::domain::id::{BrandId, ClientId};
use crate::domain::log::Event;

/// Takes brands away from a client.
///
/// # Errors
///
/// When access was removed already, or none would be left.
pub fn remove_brands(ports: &Ports, call: &Call, id: &str, brands: &[String]) -> Result<(), Error> {
    let ids = |fields: &mut Fields| Some(arguments::parse_brands(fields, "brands", brands));
    let (caller, ids) = Caller::within_with(call, functions::CLIENTS_REMOVE_BRANDS, ids)?;
    let parsed = parse_id(id)?;
    let agency = &caller.agency;
    let keys = [
        keys::client(agency, parsed).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
    ];
    command(ports, &caller, &(id, brands), keys.to_vec(), |tx| {
        check_own(tx.view(), &ids)?;
        let loaded = load_part_for_change(tx, parsed)?;
        let phase = loaded.client.phase(tx.now()).next(ClientEvent::ChangeBrands);
        phase.map_err(|refusal| Error::client(refusal, "remove-brands"))?;
        let mut next = loaded.client.clone();
        next.grants.retain(|grant| !ids.contains(&grant.brand));
        if next.grants == loaded.client.grants {
            return Ok(());
        }
        if next.grants.is_empty() {
            return Err(last_brand(&loaded.client));
        }
        let removed = loaded.client.grants.iter().map(|grant| grant.brand.clone());
        let brands: Vec<BrandId> = removed.filter(|brand| !next.has(brand)).collect();
        let event = Event::BrandAccessRemoved { client: next.id, brands };
        tx.log_with(event, personal(&next))?;
        save(tx, Some(&loaded.stored), Some(&next))
    })
}

/// Refuses brands that aren't the account's on whose behalf the call is.
fn check_own(view: &View<'_>, brands: &[BrandId]) -> Result<(), Error> {
    let Some(acting) = view.acting() else { return Ok(()) };
    match brands.iter().find(|brand| !acting.reach.has(brand)) {
        Some(brand) => Err(outside("brand", brand)),
        None => Ok(()),
    }
}

/// Takes one brand away from a client that may have it, and has others.
///
/// # Errors
///
/// When it is its last one.
pub fn take_brand(tx: &mut Tx<'_>, id: ClientId, brand: &BrandId) -> Result<(), Error> {
    let Some(loaded) = load_whoever(tx, id)? else { return Ok(()) };
    if !loaded.client.has(brand) {
        return Ok(());
    }
    let mut next = loaded.client.clone();
    next.grants.retain(|grant| grant.brand != *brand);
    if next.grants.is_empty() {
        return Err(last_brand(&loaded.client));
    }
    let event = Event::BrandAccessRemoved { client: next.id, brands: vec![brand.clone()] };
    tx.log_with(event, personal(&next))?;
    save(tx, Some(&loaded.stored), Some(&next))
}

fn last_brand(client: &Client) -> Error {
    let name = client.title();
    Error::Conflict {
        state: "last-brand",
        event: "remove-brands",
        message: format!("`{name}` would have no brand left: revoke the client instead"),
    }
}
