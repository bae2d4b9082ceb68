//! What became of a commit whose answer was lost.
//!
//! The writer's row is closed over another connection. If the commit is being made right now, that waits for its end;
//! if it was made, the row tells; and if the server hasn't begun it yet, it will find the row closed, and write nothing.
//! An answer to that can be lost as well: it is closed once more then, and tells the same.

use super::cause::{self, Failed};
use super::pool::Pools;
use super::writer::Last;
use super::{Deadline, Error};

/// Whether the writer's commit of this version was made. If not, it never will be.
pub(super) fn is_made(
    pools: &Pools,
    writer: i64,
    version: i64,
    deadline: Deadline,
    failed: &Failed,
) -> Result<bool, Error> {
    let unknown = |then: &str| {
        let why = failed.why();
        cause::unavailable(&format!(
            "{why}, and then {then}; whether the commit was made isn't known: read to see"
        ))
    };
    match pools.close(writer, deadline) {
        Ok(Last::Version(last)) => Ok(last == Some(version)),
        Ok(Last::Gone) => Err(unknown("what was noted of it was gone")),
        Err(Error::Unavailable(then)) => {
            pools.doubt(writer);
            Err(unknown(then.trim_start_matches("PostgreSQL: ")))
        }
        Err(error) => Err(error),
    }
}
