//! What follows from clients.

use super::Whole;
use super::walk::{Found, Kind, Walk};
use crate::app::clients::derived_rows;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::record;
use crate::domain::client::Client;
use crate::domain::id::IdentityId;
use crate::domain::search;

/// Looks at clients: their rows, their texts in the search, the brands that they have, their log-ins.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::clients(of.id()), after, &mut |walk, row| one(walk, of, row))
}

fn one(walk: &mut Walk<'_>, of: &Whole, row: &Stored) -> Result<(), Error> {
    let agency = of.id();
    let name = format!("client `{}`", keys::clients(agency).suffix(&row.key));
    let Some(client) = walk.whole::<Client>(row, &name)? else { return Ok(()) };
    if keys::client(agency, client.id).text() != row.key {
        let message = format!("the row `{}` holds client `{}`", row.key, client.id);
        walk.contradicts(&row.key, &name, message);
        return Ok(());
    }
    let brands = client.grants.iter().map(|grant| keys::brand(agency, &grant.brand).into_text());
    walk.fetch(brands)?;
    for grant in &client.grants {
        let key = keys::brand(agency, &grant.brand);
        if matches!(walk.find(&key)?, Found::Nothing) {
            let message = format!("{name} has the brand `{}`, which isn't there", grant.brand);
            walk.contradicts(&row.key, &name, message);
        }
    }
    walk.all_follow((&name, row), derived_rows(agency, &client), of.latest)?;
    find_text(walk, of, &client, &name)?;
    match client.identity {
        Some(identity) if !client.erased => log_in(walk, of, &client, identity, row),
        Some(_) | None => Ok(()),
    }
}

/// The search finds a client by its own text.
fn find_text(walk: &mut Walk<'_>, of: &Whole, client: &Client, name: &str) -> Result<(), Error> {
    let key = keys::search(of.id(), search::block_of(client.search_slot));
    let text = search::text_of(client);
    let (kind, mut block) = match walk.find(&key)? {
        Found::Whole(block) => (Kind::Different, block),
        Found::Broken => (Kind::Different, search::Block::default()),
        Found::Nothing => (Kind::Missing, search::Block::default()),
    };
    if block.text_of(client.id) == text {
        return Ok(());
    }
    block.put(client.id, &text);
    let message = format!("the row `{}` doesn't find {name} by its own text", key.text());
    walk.write(kind, key.text(), name, message, Some(record::encode(&block)?));
    Ok(())
}

/// The log-in that a client joined with knows it, and is found by its address.
fn log_in(
    walk: &mut Walk<'_>,
    of: &Whole,
    client: &Client,
    id: IdentityId,
    row: &Stored,
) -> Result<(), Error> {
    let name = format!("client `{}`", client.id);
    let key = keys::identity(id);
    let mut identity = match walk.find(&key)? {
        Found::Whole(identity) => identity,
        Found::Broken => return Ok(()),
        Found::Nothing => {
            let message = format!("{name} joined with the log-in `{id}`, which isn't there");
            walk.contradicts(&row.key, &name, message);
            return Ok(());
        }
    };
    let mut known = identity.memberships.iter();
    if !known.any(|known| known.agency == *of.id() && known.client == client.id) {
        identity.join(of.id(), client.id);
        let message = format!("the log-in `{id}` doesn't know that it is {name}");
        let value = record::encode(&identity)?;
        walk.write(Kind::Different, key.text(), &name, message, Some(value));
    }
    let address = keys::identity_email(&identity.email);
    walk.follows(&format!("log-in `{id}`"), address.text(), record::encode(&id)?)
}
