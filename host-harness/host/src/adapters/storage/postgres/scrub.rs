//! Cleaning the table after a client was erased, so that what was deleted doesn't stay in its file.

use std::time::{Duration, Instant};

use super::cause::Failed;
use super::link::Link;
use super::options::{PostgresOptions, Purpose};
use crate::adapters::storage::remote::ROW;

const WISHED: &str = "SELECT version FROM entries WHERE key = $1";
const DONE: &str = "DELETE FROM entries WHERE key = $1 AND version = $2";
const SIZE: &str = "SELECT pg_total_relation_size('entries')";

/// Up to this size the table is written anew.
const REWRITTEN_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// How long cleaning may take.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// Does what the row asks for, if it is there.
pub(super) fn clean(options: &PostgresOptions) -> Result<(), Failed> {
    let until = Instant::now() + PATIENCE;
    let mut link = Link::open(options, Purpose::Care, Instant::now() + options.deadline)?;
    let wished: Option<i64> = link.run(until, async |client| {
        let row = client.query_opt(WISHED, &[&ROW]).await?;
        row.map(|row| row.try_get(0)).transpose()
    })?;
    let Some(version) = wished else { return Ok(()) };
    let size: i64 =
        link.run(until, async |client| client.query_one(SIZE, &[]).await?.try_get(0))?;
    let vacuum =
        if size <= REWRITTEN_BYTES_MAX { "VACUUM (FULL) entries" } else { "VACUUM entries" };
    link.run(until, async |client| client.batch_execute(vacuum).await)?;
    link.run(until, async |client| client.execute(DONE, &[&ROW, &version]).await).map(drop)
}
