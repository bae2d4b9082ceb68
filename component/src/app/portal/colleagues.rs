//! `portal.colleagues`: whom the owner of an account shares it with.

use super::owned::owned_and_open;
use super::sessions::{claim, no_agency, opened};
use crate::app::accounts::{Person, everybody, persons};
use crate::app::acting::brands_of;
use crate::app::command::look;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::view;
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
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let list = List::of("portal.colleagues", claim.agency.as_str(), &id);
    let mut fields = Fields::default();
    let asked = request.parse(&mut fields, &list);
    let asked = fields.finish(asked)?;
    let key = keys::session(&claim.agency, &claim.id).into_text();
    let mut view = look(ports, &claim.agency, vec![key]).map_err(no_agency)?;
    let opened = opened(&mut view, &claim)?;
    let account = owned_and_open(&mut view, id, opened.client.id)?;
    let everybody = everybody(&view, &account)?;
    let is_ahead =
        |client: &ClientId| asked.place.as_ref().is_none_or(|place| client.to_string() > *place);
    let mut ahead = everybody.into_iter().filter(is_ahead);
    let here: Vec<ClientId> = ahead.by_ref().take(asked.limit as usize).collect();
    let next = ahead.next().and(here.last()).map(|last| list.cursor(last));
    let brands = brands_of(&view, &account.id)?;
    let mut found = persons(&view, &account, &brands, &here)?;
    let items = here.iter().filter_map(|client| found.remove(client)).collect();
    Ok(Page { items, next, within: None })
}
