//! Reading a client.

use super::save;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::client::{Client, Standing};
use crate::domain::id::{BrandId, ClientId};
use crate::domain::log::Event;

/// A client that a command is about to change.
pub struct Loaded {
    /// As it is stored: what [`save`](super::save()) takes as the state before.
    pub stored: Client,
    /// As it is now: see [`Client::current`] and [`Client::respelled`].
    pub client: Client,
}

/// The client as it is now; none: there is no such client.
pub fn current(view: &mut View<'_>, id: ClientId) -> Result<Option<Client>, Error> {
    let client = view.read(&keys::client(&view.agency().id.clone(), id))?;
    Ok(client.map(|client| client.current(view.now(), &view.agency().archived)))
}

/// The client, to change it. Access that is over, and wasn't written down as such, is logged
/// and written down first.
pub fn load_for_change(tx: &mut Tx<'_>, id: ClientId) -> Result<Loaded, Error> {
    let key = keys::client(&tx.agency().id.clone(), id);
    let stored = tx.read(&key)?.ok_or_else(|| unknown(&id.to_string()))?;
    settle_for_change(tx, stored)
}

/// The same for a client that was read already.
pub fn settle_for_change(tx: &mut Tx<'_>, stored: Client) -> Result<Loaded, Error> {
    let now = tx.now();
    let client = stored.clone().current(now, &tx.agency().archived).respelled();
    let ended: Vec<BrandId> = stored.grants.iter().map(|grant| grant.brand.clone()).collect();
    let ended: Vec<BrandId> = ended.into_iter().filter(|brand| !client.has(brand)).collect();
    if !ended.is_empty() {
        let id = stored.id;
        tx.log_by_itself(Event::BrandAccessEnded { client: id, brands: ended }, personal(&client))?;
        let revoked = matches!(client.standing, Standing::Revoked { .. });
        if revoked {
            let brands = Vec::new();
            tx.log_by_itself(Event::ClientRevoked { client: id, brands }, personal(&client))?;
        }
        save(tx, Some(&stored), Some(&client))?;
        return Ok(Loaded { stored: client.clone(), client });
    }
    Ok(Loaded { stored, client })
}

/// The id in a command about one client. A malformed one is nobody's.
pub fn parse_id(id: &str) -> Result<ClientId, Error> {
    ClientId::parse(id).map_err(|_| unknown(id))
}

/// The error for a client that the agency doesn't have.
pub fn unknown(id: &str) -> Error {
    Error::not_found("client", id)
}

/// What a log entry about the client says about the person.
pub fn personal(client: &Client) -> Vec<(&'static str, String)> {
    let email = client.email.as_ref().map(|email| ("email", email.as_str().to_owned()));
    let name = client.name.as_ref().map(|name| ("name", name.to_string()));
    email.into_iter().chain(name).collect()
}
