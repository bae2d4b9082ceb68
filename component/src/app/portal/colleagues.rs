//! `portal.colleagues`: whom the owner of an account shares it with.

use super::owned::{AskedByOwner, asked_by_owner, owned_and_open};
use crate::app::accounts::{Person, everybody, persons};
use crate::app::acting::brands_of;
use crate::app::error::Error;
use crate::app::page::{Page, PageRequest};
use crate::app::ports::Ports;
use crate::domain::id::ClientId;

/// A page of the people of an account, for its owner: what they have and do elsewhere isn't in it.
///
/// # Errors
///
/// When the client isn't its owner, the account is in set-up or disabled, or the session has ended.
pub fn colleagues(
    ports: &Ports,
    session: &str,
    id: &str,
    request: &PageRequest,
) -> Result<Page<Person>, Error> {
    let (asking, about) = (("portal.colleagues", session), (id, owned_and_open as _));
    let AskedByOwner { view, account, list, page } = asked_by_owner(ports, asking, about, request)?;
    let everybody = everybody(&view, &account)?;
    let is_ahead =
        |client: &ClientId| page.place.as_ref().is_none_or(|place| client.to_string() > *place);
    let mut ahead = everybody.into_iter().filter(is_ahead);
    let here: Vec<ClientId> = ahead.by_ref().take(page.limit as usize).collect();
    let next = ahead.next().and(here.last()).map(|last| list.cursor(last));
    let brands = brands_of(&view, &account.id)?;
    let mut found = persons(&view, &account, &brands, &here)?;
    let items = here.iter().filter_map(|client| found.remove(client)).collect();
    Ok(Page { items, next, within: None })
}
