//! `agencies.settings`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::agency::Agency;

/// The agency with its settings.
pub fn settings(ports: &Ports, call: &Call) -> Result<Agency, Error> {
    let caller = Caller::of(call, functions::AGENCIES_SETTINGS)?;
    Ok(query(ports, &caller, Vec::new())?.agency().clone())
}
