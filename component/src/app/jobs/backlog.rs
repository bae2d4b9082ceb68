//! Doing for one client what the agency's jobs left out, since a row of the client was damaged.
//!
//! They go on with the others, and leave this behind. It fails as long as the row is damaged, so it
//! is parked in the end: `jobs.stuck` names the client and the row.

use super::{crossing, rescore, seal};
use crate::app::clients::tidy;
use crate::app::error::Error;
use crate::app::tx::Tx;
use crate::domain::id::ClientId;

/// Does all of it: what is done already, or was never left out, is nothing to do.
pub fn catch_up(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    tidy(tx, client)?;
    rescore::score_one(tx, client)?;
    crossing::note_one(tx, client)?;
    seal::seal_one(tx, client)
}
