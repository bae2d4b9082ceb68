//! What is no agency's own: log-ins, and what falls due for agencies that aren't there.

use super::walk::{Found, Kind, Walk};
use crate::app::clients::derived_rows;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::record;
use crate::domain::client::Client;
use crate::domain::due::{Due, SHARDS};
use crate::domain::identity::Identity;

/// Looks at log-ins: that each is found by its address, and is whom it says in each agency.
pub(super) fn look(walk: &mut Walk<'_>, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::identities(), after, &mut one)
}

fn one(walk: &mut Walk<'_>, row: &Stored) -> Result<(), Error> {
    let name = format!("log-in `{}`", keys::identities().suffix(&row.key));
    let Some(identity) = walk.whole::<Identity>(row, &name)? else { return Ok(()) };
    if keys::identity(identity.id).text() != row.key {
        let message = format!("the row `{}` holds log-in `{}`", row.key, identity.id);
        walk.contradicts(&row.key, &name, message);
        return Ok(());
    }
    let address = keys::identity_email(&identity.email);
    walk.follows(&name, address.text(), record::encode(&identity.id)?)?;
    let members = &identity.memberships;
    let clients = members.iter().map(|m| keys::client(&m.agency, m.client).into_text());
    walk.fetch(clients)?;
    let mut kept = identity.clone();
    for member in members {
        let key = keys::client(&member.agency, member.client);
        let is_it = match walk.find::<Client>(&key)? {
            Found::Whole(client) => client.identity == Some(identity.id),
            Found::Nothing => false,
            Found::Broken => true,
        };
        if !is_it {
            kept.leave(&member.agency, member.client);
        }
    }
    if kept != identity {
        let message = format!("{name} says that it is a client who isn't there, or another one");
        walk.write(Kind::Different, &row.key, &name, message, Some(record::encode(&kept)?));
    }
    Ok(())
}

/// Looks at the addresses that lead to log-ins.
pub(super) fn addresses(walk: &mut Walk<'_>, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::identity_addresses(), after, &mut |walk, row| {
        if walk.mends(&row.key) {
            return Ok(());
        }
        let Some(id) = record::decode_whole(row)? else {
            // It is written anew with the log-in that it belongs to, if there is one.
            walk.is_surplus(&row.key, "any log-in");
            return Ok(());
        };
        match walk.find(&keys::identity(id))? {
            Found::Whole(Identity { email, .. })
                if keys::identity_email(&email).text() == row.key => {}
            Found::Broken => (),
            Found::Whole(_) | Found::Nothing => {
                walk.is_surplus(&row.key, &format!("log-in `{id}`"));
            }
        }
        Ok(())
    })
}

/// Looks at the due index: that each entry is of an agency that is there, and that what follows from
/// a client's own times does.
pub(super) fn dues(walk: &mut Walk<'_>, after: &str) -> Result<Option<String>, Error> {
    let (shard, after) = after.split_once('/').unwrap_or((after, ""));
    let shard = shard.parse().unwrap_or(0);
    let range = keys::dues(shard);
    let left = walk.each(&range, after, &mut |walk, row| {
        // A kind of job that only another release knows is that one's.
        let Some(entry) = keys::due_entry(&row.key) else { return Ok(()) };
        if matches!(walk.find(&keys::agency(&entry.agency))?, Found::Nothing) {
            // What falls due for an agency that is being imported is there a moment before it is.
            if !matches!(walk.find(&keys::arriving(&entry.agency))?, Found::Nothing) {
                return Ok(());
            }
            walk.is_surplus(&row.key, &format!("agency `{}`", entry.agency));
            return Ok(());
        }
        let (Due::InviteExpiry(client) | Due::AccessEnd(client)) = entry.due else {
            return Ok(());
        };
        let leads = match walk.find::<Client>(&keys::client(&entry.agency, client))? {
            Found::Whole(client) => {
                let keys = super::walk::keys_of(derived_rows(&entry.agency, &client))?;
                keys.contains(&row.key)
            }
            Found::Nothing => false,
            Found::Broken => true,
        };
        if !leads {
            walk.is_surplus(&row.key, &format!("client `{client}`"));
        }
        Ok(())
    })?;
    Ok(match left {
        Some(left) => Some(format!("{shard}/{left}")),
        None if shard.saturating_add(1) < SHARDS => Some(format!("{}/", shard.saturating_add(1))),
        None => None,
    })
}
