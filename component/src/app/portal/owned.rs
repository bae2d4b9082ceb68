//! The account that a client owns, for what only its owner may do.

use super::sessions::{claim, closed, no_agency, opened};
use crate::app::command::visit;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::page::{Asked, List, PageRequest};
use crate::app::ports::Ports;
use crate::app::view::{self, View};
use crate::domain::account::{Account, Standing};
use crate::domain::id::{AccountId, ClientId};

/// A page of a list about an account, as its owner asked for it.
pub struct AskedByOwner<'a> {
    /// The agency's rows.
    pub view: View<'a>,
    /// The account.
    pub account: Account,
    /// The list.
    pub list: List,
    /// Which page.
    pub page: Asked,
}

/// Says whose an account is, and whether it may be looked at.
type Find = fn(&mut View<'_>, &str, ClientId) -> Result<Account, Error>;

/// What `function` is to give a page of, where the client whose session it is owns this account, as `find`
/// says.
///
/// # Errors
///
/// As `find`, and when the session has ended or there is no such page.
pub fn asked_by_owner<'a>(
    ports: &'a Ports,
    (function, session): (&str, &str),
    (id, find): (&str, Find),
    request: &PageRequest,
) -> Result<AskedByOwner<'a>, Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let list = List::of(function, claim.agency.as_str(), &id);
    let mut fields = Fields::default();
    let page = request.parse(&mut fields, &list);
    let page = fields.finish(page)?;
    let key = keys::session(&claim.agency, &claim.id).into_text();
    let mut view = visit(ports, &claim.agency, vec![key]).map_err(no_agency)?;
    let opened = opened(&mut view, &claim)?;
    let account = find(&mut view, id, opened.client.id)?;
    Ok(AskedByOwner { view, account, list, page })
}

/// The account with this id, if it is this client's. Others' and none at all are refused alike.
pub fn owned(view: &mut View<'_>, id: &str, client: ClientId) -> Result<Account, Error> {
    let id = AccountId::parse(id).map_err(|_| not_the_owner())?;
    let account: Option<Account> = view.read(&keys::account(&view.agency().id.clone(), &id))?;
    let is_own = |account: &Account| {
        let is_there = !matches!(account.standing, Standing::Deleted { .. });
        account.owner == Some(client) && is_there
    };
    account.filter(is_own).ok_or_else(not_the_owner)
}

/// The same for what is about the account's brands, while its clients get in.
///
/// # Errors
///
/// When it isn't this client's, and when it is in set-up or disabled.
pub fn owned_and_open(view: &mut View<'_>, id: &str, client: ClientId) -> Result<Account, Error> {
    let account = owned(view, id, client)?;
    if account.standing.at(view.now()).lets_clients_in() { Ok(account) } else { Err(closed()) }
}

fn not_the_owner() -> Error {
    Error::denied("owner", "only the account's owner can do this: ask the owner, or the agency")
}
