//! `accounts.delete-many`

use super::delete;
use crate::app::caller::{Call, Caller};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::many::{Outcomes, Rows};
use crate::app::ports::Ports;

/// How many accounts can be deleted in one call: each may have a hundred brands to archive.
const ROWS_MAX: usize = 100;

/// An account to delete.
pub struct Deletion {
    /// Its id.
    pub id: String,
    /// Its name, as it was typed; none: nobody need type it.
    pub name: Option<String>,
}

/// Deletes several accounts, each in a commit of its own.
///
/// # Errors
///
/// When there are too many, or when they don't come to what was quoted. What is wrong with one of
/// them is its own outcome.
pub fn delete_many(
    ports: &Ports,
    call: &Call,
    deletions: &[Deletion],
) -> Result<Outcomes<()>, Error> {
    let caller = Caller::of(call, functions::ACCOUNTS_DELETE_MANY)?;
    let each = |ports: &Ports, call: &Call, deletion: &Deletion| {
        delete(ports, call, &deletion.id, deletion.name.as_deref())
    };
    Rows { call, rows: deletions, max: ROWS_MAX, each: &each }.carry_out(ports, &caller)
}
