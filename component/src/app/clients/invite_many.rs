//! `clients.invite-many`

use super::{Invite, Invited, invite};
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::many::{Outcomes, Rows};
use crate::app::ports::Ports;

/// How many people can be invited in one call.
const ROWS_MAX: usize = 1_000;

/// Invites many people by e-mail, each in a commit of its own.
///
/// # Errors
///
/// When there are too many rows, or when they don't come to what was quoted. What is wrong with a
/// row is its own outcome.
pub fn invite_many(
    ports: &Ports,
    call: &Call,
    invites: &[Invite],
) -> Result<Outcomes<Invited>, Error> {
    let caller = Caller::within(call, functions::CLIENTS_INVITE_MANY)?;
    Rows { call, rows: invites, max: ROWS_MAX, each: &invite }.carry_out(ports, &caller)
}
