//! `audit.head`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::ports::Ports;
use crate::domain::log::Head;

/// Where the agency's log ends.
pub fn head(ports: &Ports, call: &Call) -> Result<Head, Error> {
    let caller = Caller::of(call, functions::AUDIT_HEAD)?;
    Ok(query(ports, &caller, Vec::new())?.head().clone())
}
