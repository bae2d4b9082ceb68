//! `audit.head`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::ports::Ports;
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
