//! `clients.invite-many`

use super::{Invite, Invited, invite};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::text::key_hash;

/// How many people can be invited in one call.
const ROWS_MAX: usize = 1_000;

/// Invites many people by e-mail, each in a commit of its own.
///
/// # Errors
///
/// When there are too many rows. What is wrong with a row is its own outcome.
pub fn invite_many(
    ports: &Ports,
    call: &Call,
    invites: &[Invite],
) -> Result<Vec<Result<Invited, Error>>, Error> {
    let caller = Caller::of(call, functions::CLIENTS_INVITE_MANY)?;
    if invites.len() > ROWS_MAX {
        let (allowed, asked) = (ROWS_MAX as u64, invites.len() as u64);
        return Err(Error::Limit { limit: "rows", allowed, asked, wait: None });
    }
    // An agency that isn't there is no row's fault.
    query(ports, &caller.agency, Vec::new())?;
    let row = |(place, row): (usize, &Invite)| {
        let key = call.idempotency_key.as_ref().map(|key| format!("{}#{place}", key_hash(key)));
        invite(ports, &Call { idempotency_key: key, ..call.clone() }, row)
    };
    Ok(invites.iter().enumerate().map(row).collect())
}
