//! A connection that reads.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Instant;

use futures_core::Stream as _;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

use super::cause::Failed;
use super::link::Link;
use super::options::{PostgresOptions, Purpose};
use super::{Entry, texts};
use crate::adapters::storage::limits::ReadBudget;

const GET: &str = "SELECT key, value, version FROM entries WHERE key = ANY ($1)";
const SCAN: &str =
    "SELECT key, value, version FROM entries WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3";
const SCAN_REVERSE: &str = "SELECT key, value, version FROM entries WHERE key >= $1 AND key < $2 ORDER BY key DESC LIMIT $3";

/// The keys of the checks that don't hold.
const BROKEN: &str = "
    SELECT c.key FROM unnest($1::text[], $2::bigint[]) AS c (key, version)
    LEFT JOIN entries AS e ON e.key = c.key
    WHERE e.version IS DISTINCT FROM c.version";

/// A connection that only reads.
pub(super) struct Reader {
    link: Link,
    get: Statement,
    scan: Statement,
    scan_reverse: Statement,
    broken: Statement,
}

impl Reader {
    pub(super) fn open(options: &PostgresOptions, until: Instant) -> Result<Self, Failed> {
        let mut link = Link::open(options, Purpose::Read, until)?;
        let range = [Type::TEXT, Type::TEXT, Type::INT8];
        Ok(Self {
            get: link.prepare(until, GET, &[Type::TEXT_ARRAY])?,
            scan: link.prepare(until, SCAN, &range)?,
            scan_reverse: link.prepare(until, SCAN_REVERSE, &range)?,
            broken: link.prepare(until, BROKEN, &[Type::TEXT_ARRAY, Type::INT8_ARRAY])?,
            link,
        })
    }

    /// The rows of the keys that are there.
    pub(super) fn get(&mut self, keys: &[String], until: Instant) -> Result<Vec<Entry>, Failed> {
        let Self { link, get, .. } = self;
        link.run(until, async |client| rows(client, get, &[&keys]).await)
    }

    /// The first rows of a range, or the last ones.
    pub(super) fn scan(
        &mut self,
        (from, to): (&str, &str),
        count: i64,
        reverse: bool,
        until: Instant,
    ) -> Result<Vec<Entry>, Failed> {
        let Self { link, scan, scan_reverse, .. } = self;
        let statement = if reverse { scan_reverse } else { scan };
        link.run(until, async |client| rows(client, statement, &[&from, &to, &count]).await)
    }

    /// The keys of those checks that don't hold.
    pub(super) fn broken(
        &mut self,
        keys: &[&str],
        versions: &[Option<i64>],
        until: Instant,
    ) -> Result<Vec<String>, Failed> {
        let Self { link, broken, .. } = self;
        link.run(until, async |client| {
            let found = client.query(&*broken, &[&keys, &versions]).await?;
            found.iter().map(|row| row.try_get(0)).collect()
        })
    }
}

/// The rows, up to the first that is more than a read may give, with that one: whoever counts them sees it. The server
/// may have more, which are thrown away as they come.
async fn rows(
    client: &Client,
    statement: &Statement,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Entry>, tokio_postgres::Error> {
    let mut stream = pin!(client.query_raw(statement, parameters.iter().copied()).await?);
    let mut budget = ReadBudget::default();
    let mut entries = Vec::new();
    while let Some(row) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        let entry = entry(&row?)?;
        let fits = budget.fits(&entry);
        entries.push(entry);
        if !fits {
            break;
        }
    }
    Ok(entries)
}

fn entry(row: &Row) -> Result<Entry, tokio_postgres::Error> {
    Ok(Entry {
        key: row.try_get(0)?,
        value: texts::written(row.try_get(1)?),
        version: row.try_get::<_, i64>(2)?.cast_unsigned(),
    })
}
