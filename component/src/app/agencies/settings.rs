//! `agencies.settings`

use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::ports::Ports;
use crate::domain::actor::Role;
use crate::domain::agency::Agency;

const FUNCTION: Function = Function { name: "agencies.settings", least: Role::Viewer };

/// The agency with its settings.
///
/// # Errors
///
/// When the call is malformed, or the store fails.
pub fn settings(ports: &Ports, call: &Call) -> Result<Agency, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    Ok(query(ports, &caller.agency, Vec::new())?.agency().clone())
}
