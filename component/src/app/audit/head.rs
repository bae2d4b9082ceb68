//! `audit.head`

use crate::app::caller::{Call, Caller, Function};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::domain::actor::Role;
use crate::domain::log::Head;

const FUNCTION: Function = Function { name: "audit.head", least: Role::Viewer };

/// Where the agency's log ends.
///
/// # Errors
///
/// When the call is malformed, or the store fails.
pub fn head(ports: &Ports, call: &Call) -> Result<Head, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    Ok(query(ports, &caller.agency, Vec::new())?.head().clone())
}
