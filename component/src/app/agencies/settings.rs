//! `agencies.settings`

use crate::app::caller::{Call, Caller, Function};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::ports::Ports;
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
