//! What became of a commit whose answer was lost.
//!
//! The commit asks that its writer's row is as it was before it; and so does what settles it, which changes the row,
//! too. Of the two one is made, whichever comes first. If it is the commit, the row tells; if it is the other, the
//! commit finds the row changed whenever it comes, and is never made. An answer to that can be lost as well: it is
//! asked once more then, and the row tells which of the two it was.

use super::cause::Failed;
use super::client::{Client, TXN};
use super::wire::{Txn, Txned};
use super::writer::{Settled, Writer};
use crate::adapters::storage::remote::Deadline;

/// Sees to it that the writer's last commit is made by now, or never.
pub(super) fn settle(
    client: &Client,
    writer: &mut Writer,
    deadline: Deadline,
) -> Result<Settled, Failed> {
    let txn = Txn {
        compare: vec![writer.is_unchanged()],
        success: vec![writer.note("settled", writer.commits)],
        failure: vec![writer.look()],
    };
    let done: Txned = client.ask(TXN, &txn, deadline)?;
    if done.succeeded {
        writer.revision = done.header.revision.0;
        return Ok(Settled::Unmade);
    }
    Ok(done.ranges().next().map_or(Settled::Gone, |row| writer.told(&row)))
}
