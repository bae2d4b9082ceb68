//! A connection that commits, by the one statement that checks and writes.
//!
//! Each writer has a row of its own in `writers`, in which the statement notes its version: so it can be found out
//! whether a commit was made whose answer was lost, and one that wasn't yet can be kept from being made (`settle`).
//!
//! A version is the writer's number and a count: nobody else ever has that number, so it is used once.

use std::borrow::Cow;
use std::time::Instant;

use tokio_postgres::Statement;
use tokio_postgres::types::Type;

use super::cause::Failed;
use super::link::Link;
use super::options::{PostgresOptions, Purpose};
use super::{Check, Outcome, Write, remote, texts};

/// Gives a row without a key when it was made, the keys of checks that don't hold when it wasn't, and nothing when
/// the writer has lost its row. What is written is locked in the order of its keys, whoever writes.
const COMMIT: &str = "
    WITH broken AS MATERIALIZED (
        SELECT c.key FROM unnest($1::text[], $2::bigint[]) AS c (key, version)
        LEFT JOIN entries AS e ON e.key = c.key
        WHERE e.version IS DISTINCT FROM c.version
    ), mark AS (
        UPDATE writers SET version = $3, used = now()
        WHERE id = $4 AND NOT closed AND NOT EXISTS (SELECT FROM broken) RETURNING id
    ), put AS (
        INSERT INTO entries (key, value, version)
        SELECT p.key, p.value, $3 FROM unnest($5::text[], $6::text[]) AS p (key, value)
        WHERE EXISTS (SELECT FROM mark)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version
    ), gone AS (
        DELETE FROM entries AS e USING unnest($7::text[]) AS d (key)
        WHERE e.key = d.key AND EXISTS (SELECT FROM mark)
    )
    SELECT NULL AS key FROM mark UNION ALL SELECT key FROM broken";

const NEW_WRITER: &str = "INSERT INTO writers (id) VALUES (nextval('numbers')) RETURNING id";

/// Rows of writers that haven't committed for so long are those of processes that ended. One that is still there
/// makes itself a new one.
const FORGET: &str = "DELETE FROM writers WHERE used < now() - interval '7 days'";

/// How many versions a writer has.
const VERSIONS: i64 = 1 << 20;

const CLOSE: &str = "UPDATE writers SET closed = true WHERE id = $1 RETURNING version";

/// What a writer's row tells.
pub(super) enum Last {
    /// The version of its last commit; none if it made none.
    Version(Option<i64>),
    /// Somebody threw the row away.
    Gone,
}

/// A connection that commits.
pub(super) struct Writer {
    link: Link,
    commit: Statement,
    new_writer: Statement,
    id: i64,
    /// How many of its versions are used.
    used: i64,
}

impl Writer {
    pub(super) fn open(options: &PostgresOptions, until: Instant) -> Result<Self, Failed> {
        let mut link = Link::open(options, Purpose::Commit, until)?;
        let types = [
            Type::TEXT_ARRAY,
            Type::INT8_ARRAY,
            Type::INT8,
            Type::INT8,
            Type::TEXT_ARRAY,
            Type::TEXT_ARRAY,
            Type::TEXT_ARRAY,
        ];
        let commit = link.prepare(until, COMMIT, &types)?;
        let new_writer = link.prepare(until, NEW_WRITER, &[])?;
        let mut writer = Self { link, commit, new_writer, id: 0, used: VERSIONS };
        writer.begin(until)?;
        Ok(writer)
    }
}

/// What a try came to.
pub(super) enum Tried {
    Done(Outcome),
    /// The writer's row is gone or closed: somebody thought that it isn't used any more.
    Disowned,
}

impl Writer {
    /// Its number.
    pub(super) const fn id(&self) -> i64 {
        self.id
    }

    /// Its row is gone or closed: it takes another number before its next commit.
    pub(super) const fn is_disowned(&mut self) {
        self.used = VERSIONS;
    }

    /// Closes the row of a writer, maybe another one: it can't commit any more. Gives the version of its last commit.
    pub(super) fn close(&mut self, writer: i64, until: Instant) -> Result<Last, Failed> {
        self.link.run(until, async |client| {
            let row = client.query_opt(CLOSE, &[&writer]).await?;
            row.map_or(Ok(Last::Gone), |row| row.try_get(0).map(Last::Version))
        })
    }

    /// Takes a number that nobody had.
    fn begin(&mut self, until: Instant) -> Result<(), Failed> {
        let Self { link, new_writer, .. } = self;
        // Best without: whoever is in the way of it forgets them another time.
        let _ = link.run(until, async |client| client.execute(FORGET, &[]).await);
        self.id = loop {
            let made = link
                .run(until, async |client| client.query_one(&*new_writer, &[]).await?.try_get(0));
            match made {
                Err(Failed::Refused(refusal)) if refusal.is_race() => {}
                made => break made?,
            }
        };
        self.used = 0;
        Ok(())
    }

    /// A version that no row ever had.
    pub(super) fn next_version(&mut self, until: Instant) -> Result<i64, Failed> {
        if self.used == VERSIONS {
            self.begin(until)?;
        }
        let version = self.id * VERSIONS + self.used;
        self.used += 1;
        Ok(version)
    }

    /// Tries a commit, as this version.
    pub(super) fn make(
        &mut self,
        commit: &Commit<'_>,
        version: i64,
        until: Instant,
    ) -> Result<Tried, Failed> {
        let Self { link, commit: statement, id, .. } = self;
        let Commit { keys, versions, put, values, gone } = commit;
        let rows: Vec<Option<String>> = link.run(until, async |client| {
            let rows = client
                .query(&*statement, &[keys, versions, &version, id, put, values, gone])
                .await?;
            rows.iter().map(|row| row.try_get(0)).collect()
        })?;
        Ok(match rows.first() {
            None => Tried::Disowned,
            Some(None) => Tried::Done(Outcome::Committed),
            Some(Some(_)) => Tried::Done(Outcome::Conflict(rows.into_iter().flatten().collect())),
        })
    }
}

/// A commit as its statement takes it: each key once, and in order.
pub(super) struct Commit<'a> {
    pub(super) keys: Vec<&'a str>,
    pub(super) versions: Vec<Option<i64>>,
    put: Vec<&'a str>,
    values: Vec<Cow<'a, str>>,
    gone: Vec<&'a str>,
}

impl<'a> Commit<'a> {
    /// The commit, or the keys of checks that say two things of one key: they can't all hold.
    pub(super) fn of(checks: &'a [Check], writes: &'a [Write]) -> Result<Self, Vec<String>> {
        let once = remote::Commit::of(checks, writes)?;
        let checks = once.checks.into_iter();
        let (keys, versions) =
            checks.map(|(key, version)| (key, version.map(u64::cast_signed))).unzip();
        let mut commit =
            Self { keys, versions, put: Vec::new(), values: Vec::new(), gone: Vec::new() };
        for (key, value) in once.writes {
            match value {
                Some(value) => {
                    commit.put.push(key);
                    commit.values.push(texts::kept(value));
                }
                None => commit.gone.push(key),
            }
        }
        Ok(commit)
    }

    /// Whether it only checks.
    pub(super) fn writes_nothing(&self) -> bool {
        self.put.is_empty() && self.gone.is_empty()
    }
}
