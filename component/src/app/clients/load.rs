//! Reading a client.

pub use super::personal::personal;
use super::tidy::{ENDED_AT_ONCE, as_it_is, ended, tidy, write_down};
use crate::app::audit::has_about;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::{Behind, Tx};
use crate::app::view::View;
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::impersonation::reach::{Part, Reach};
use crate::domain::inviting::InviteError;

/// A client that a command is about to change.
pub struct Loaded {
    /// As it is stored: what [`save`](super::save()) takes as the state before.
    pub stored: Client,
    /// As it is now: see [`Client::current`] and [`Client::respelled`].
    pub client: Client,
}

/// The client as it is now; none: there is no such client. On an account's behalf, it has the
/// account's brands only; who has none of them isn't there.
pub fn current(view: &mut View<'_>, id: ClientId) -> Result<Option<Client>, Error> {
    let client: Option<Client> = view.read(&keys::client(&view.agency().id.clone(), id))?;
    let client = client.map(|client| client.current(view.now(), &view.agency().archived));
    Ok(match view.acting() {
        Some(acting) => client.and_then(|client| acting.reach.shown(client)),
        None => client,
    })
}

/// The same, for what can't be told apart by brands.
///
/// # Errors
///
/// On an account's behalf, when the client has others' brands too.
pub fn current_whole(view: &mut View<'_>, id: ClientId) -> Result<Option<Client>, Error> {
    let client: Option<Client> = view.read(&keys::client(&view.agency().id.clone(), id))?;
    let client = client.map(|client| client.current(view.now(), &view.agency().archived));
    match (view.acting(), client) {
        (Some(acting), Some(client)) => match acting.reach.part_of(&client) {
            Part::Whole => Ok(Some(client)),
            Part::Shared => Err(shared(&client)),
            Part::Nothing => Ok(None),
        },
        (_, client) => Ok(client),
    }
}

/// The client, to change it. Access that is over, and wasn't written down as such, is logged
/// and written down first: in a commit of its own, if there is much of it.
///
/// # Errors
///
/// When there is no such client; on an account's behalf, when it has none of the account's brands,
/// or others' besides.
pub fn load_for_change(tx: &mut Tx<'_>, id: ClientId) -> Result<Loaded, Error> {
    let loaded = load_part_for_change(tx, id)?;
    if let Some(acting) = tx.view().acting()
        && acting.reach.part_of(&loaded.client) == Part::Shared
    {
        return Err(shared(&loaded.client));
    }
    Ok(loaded)
}

/// The same for what changes nothing but the client's access to the account's brands.
///
/// # Errors
///
/// When there is no such client, or it has none of the account's brands.
pub fn load_part_for_change(tx: &mut Tx<'_>, id: ClientId) -> Result<Loaded, Error> {
    let key = keys::client(&tx.agency().id.clone(), id);
    let stored: Client = tx.read(&key)?.ok_or_else(|| unknown(&id.to_string()))?;
    if let Some(acting) = tx.view().acting()
        && acting.reach.part_of(&as_it_is(tx, &stored)) == Part::Nothing
    {
        return Err(unknown(&id.to_string()));
    }
    settle_for_change(tx, stored)
}

/// The same for what follows by itself, whoever the client is: an account's owner has its brands. None:
/// there is no such client.
pub fn load_whoever(tx: &mut Tx<'_>, id: ClientId) -> Result<Option<Loaded>, Error> {
    let stored = tx.read(&keys::client(&tx.agency().id.clone(), id))?;
    stored.map(|stored| settle_for_change(tx, stored)).transpose()
}

/// The client with an address that somebody is invited by.
///
/// # Errors
///
/// On an account's behalf, when the client has others' brands: an invite may change what it may do. When it
/// had others' alone, too: what was written of it since is theirs.
pub fn load_to_invite(tx: &mut Tx<'_>, id: ClientId) -> Result<Loaded, Error> {
    let stored = tx.expect(&keys::client(&tx.agency().id.clone(), id))?;
    let loaded = settle_for_change(tx, stored)?;
    if let Some(acting) = tx.view().acting() {
        match acting.reach.part_of(&loaded.client) {
            Part::Whole => (),
            Part::Shared => return Err(shared(&loaded.client)),
            // Whose access to the account's brands is over is invited anew, and has what is given now.
            Part::Nothing if had_own(tx, &acting.reach, &loaded.client)? => (),
            Part::Nothing => {
                let message = "the address is that of a client who has none of this account's \
                               brands: give it a brand in your own name";
                return Err(Error::denied("scope", message));
            }
        }
    }
    Ok(loaded)
}

/// Whether a client who has no access had one of the account's brands before, or the offer of it: the client
/// itself doesn't say any more what it had.
fn had_own(tx: &mut Tx<'_>, reach: &Reach, client: &Client) -> Result<bool, Error> {
    if !client.grants.is_empty() {
        return Ok(false);
    }
    let (agency, ports) = (tx.agency().id.clone(), tx.view().ports());
    for id in client.merged.iter().chain([&client.id]) {
        if has_about(ports, &agency, *id, |entry| reach.is_about_own(entry))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The refusal to give a client more brands than it may have. On an account's behalf, how many others gave
/// stays unsaid.
pub fn refusal(tx: &mut Tx<'_>, client: &Client, error: InviteError, event: &'static str) -> Error {
    let acting = tx.view().acting();
    let is_whole = acting.is_none_or(|acting| acting.reach.part_of(client) == Part::Whole);
    match error {
        InviteError::TooManyBrands { .. } if !is_whole => {
            let name = client.title();
            let message = format!(
                "`{name}` can't be given more brands on this account's behalf: do it in your own name"
            );
            Error::denied("scope", message)
        }
        InviteError::TooManyBrands { .. } | InviteError::TooOften(_) | InviteError::Refused(_) => {
            Error::inviting(error, event)
        }
    }
}

fn shared(client: &Client) -> Error {
    let name = client.title();
    let message = format!(
        "`{name}` has brands outside of the account that you are signed in for: only its access \
         to this account's brands can be changed, and only what it did there can be seen"
    );
    Error::denied("scope", message)
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
