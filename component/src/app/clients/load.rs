//! Reading a client.

pub use super::personal::personal;
use super::tidy::{ENDED_AT_ONCE, as_it_is, ended, tidy, write_down};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::{Behind, Tx};
use crate::app::view::View;
use crate::domain::client::Client;
use crate::domain::id::ClientId;

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
/// and written down first: in a commit of its own, if there is much of it.
pub fn load_for_change(tx: &mut Tx<'_>, id: ClientId) -> Result<Loaded, Error> {
    let key = keys::client(&tx.agency().id.clone(), id);
    let stored = tx.read(&key)?.ok_or_else(|| unknown(&id.to_string()))?;
    settle_for_change(tx, stored)
}

/// The same for a client that was read already.
pub fn settle_for_change(tx: &mut Tx<'_>, stored: Client) -> Result<Loaded, Error> {
    let client = as_it_is(tx, &stored);
    match ended(&stored, &client).len() {
        0 => Ok(Loaded { stored, client }),
        1..=ENDED_AT_ONCE => {
            write_down(tx, &stored, &client)?;
            Ok(Loaded { stored: client.clone(), client })
        }
        _ => Err(tx.put_off(Behind::Client(stored.id, tidy))),
    }
}

/// The id in a command about one client. A malformed one is nobody's.
pub fn parse_id(id: &str) -> Result<ClientId, Error> {
    ClientId::parse(id).map_err(|_| unknown(id))
}

/// The error for a client that the agency doesn't have.
pub fn unknown(id: &str) -> Error {
    Error::not_found("client", id)
}
