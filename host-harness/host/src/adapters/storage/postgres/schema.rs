//! The tables, by version, and whether a schema is ours.

use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tokio_postgres::error::SqlState;

use super::PostgresStorageError;
use super::cause::Failed;
use super::link::Link;
use super::options::{PostgresOptions, Purpose, quoted};

/// What makes each layout of the one before. Never change one that was released: add another.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE layout (
        version integer PRIMARY KEY,
        made timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE entries (
        key text COLLATE \"C\" PRIMARY KEY,
        value text NOT NULL,
        version bigint NOT NULL
    ) WITH (fillfactor = 85);
    CREATE TABLE writers (
        id bigint PRIMARY KEY,
        version bigint,
        used timestamptz NOT NULL DEFAULT now(),
        closed boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 25);
    CREATE SEQUENCE numbers AS bigint;
"];

/// Names that a schema which isn't ours may not have.
const OURS: [&str; 4] = ["layout", "entries", "writers", "numbers"];

/// How long making the tables may take, for those who wait for another host that makes them.
const PATIENCE: Duration = Duration::from_secs(60);

const TABLES: &str = "SELECT c.relname::text FROM pg_catalog.pg_class AS c \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $1";
const HAS_SCHEMA: &str = "SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1";
const LAYOUT: &str = "SELECT max(version), max(made)::text FROM layout";

/// What a schema holds.
enum Found {
    Nothing,
    Layout(i32),
    SomethingElse(String),
}

/// Sees to it that the tables are there, as this release knows them; `make`: they are made where they aren't.
pub(super) fn prepare(options: &PostgresOptions, make: bool) -> Result<(), PostgresStorageError> {
    let store = || options.shown.clone();
    let until = Instant::now() + options.deadline;
    let failed = |failed: Failed| PostgresStorageError::Open { store: store(), why: failed.why() };
    let mut link = connect(options, until).map_err(failed)?;
    let encoding = link.run(until, async |client| {
        client.query_typed_one("SELECT current_setting('server_encoding')", &[]).await?.try_get(0)
    });
    let encoding: String = encoding.map_err(failed)?;
    if encoding != "UTF8" {
        return Err(PostgresStorageError::Encoding { store: store(), found: encoding });
    }
    let found = look(&mut link, options, until).map_err(failed)?;
    let from = layout(options, found)?;
    match usize::try_from(from) {
        Ok(known) if known == MIGRATIONS.len() => Ok(()),
        Ok(0) if !make => Err(PostgresStorageError::Missing { store: store() }),
        _ => migrate(&mut link, options),
    }
}

/// Removes the schema, if it is a store's.
pub(super) fn remove(options: &PostgresOptions) -> Result<(), PostgresStorageError> {
    prepare(options, false)?;
    let until = Instant::now() + PATIENCE;
    let gone = format!("DROP SCHEMA {} CASCADE", quoted(&options.schema));
    let removed =
        Link::open(options, Purpose::Care, until).and_then(|mut link| run(&mut link, until, &gone));
    removed.map_err(|failed| refused(options, &failed))
}

/// A server that is restarted refuses connections for a moment, and then says for another that it is starting.
fn connect(options: &PostgresOptions, until: Instant) -> Result<Link, Failed> {
    let patience = until - options.deadline / 5 * 3;
    loop {
        let failed = match Link::open(options, Purpose::Care, until) {
            Ok(link) => return Ok(link),
            Err(failed) => failed,
        };
        let patience = if failed.is_starting() { until } else { patience };
        if !failed.may_pass() || Instant::now() >= patience {
            return Err(failed);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn look(link: &mut Link, options: &PostgresOptions, until: Instant) -> Result<Found, Failed> {
    let schema = &options.schema;
    let names: Vec<String> = link.run(until, async |client| {
        let rows = client.query(TABLES, &[schema]).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    })?;
    if !names.iter().any(|name| name == "layout") {
        let taken = OURS.into_iter().find(|ours| names.iter().any(|name| name == ours));
        return Ok(taken.map_or(Found::Nothing, |name| {
            Found::SomethingElse(format!("another program made its table `{name}`"))
        }));
    }
    let layout = link.run(until, async |client| {
        client.query_one(LAYOUT, &[]).await?.try_get::<_, Option<i32>>(0)
    });
    match layout {
        Ok(Some(layout)) => Ok(Found::Layout(layout)),
        Ok(None) => Ok(Found::SomethingElse("its table `layout` is empty".into())),
        Err(Failed::Refused(refusal)) if refusal.code == SqlState::UNDEFINED_COLUMN => {
            Ok(Found::SomethingElse("another program made its table `layout`".into()))
        }
        Err(failed) => Err(failed),
    }
}

/// The layout that is there, if this release can use it; 0 for none.
fn layout(options: &PostgresOptions, found: Found) -> Result<i32, PostgresStorageError> {
    let store = options.shown.clone();
    let known = i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX);
    match found {
        Found::Nothing => Ok(0),
        Found::Layout(found) if found > known => {
            Err(PostgresStorageError::NewerLayout { store, found, known })
        }
        Found::Layout(layout) => Ok(layout),
        Found::SomethingElse(found) => {
            Err(PostgresStorageError::NotOurs { store, schema: options.schema.clone(), found })
        }
    }
}

/// Makes what is missing, in one transaction. Of several hosts that begin at once, one does it, and the others wait.
fn migrate(link: &mut Link, options: &PostgresOptions) -> Result<(), PostgresStorageError> {
    let failed = |failed: Failed| refused(options, &failed);
    let until = Instant::now() + PATIENCE;
    let begin = format!(
        "SET lock_timeout = 0; BEGIN; SELECT pg_advisory_xact_lock({})",
        lock_number(options)
    );
    run(link, until, &begin).map_err(failed)?;
    let found = look(link, options, until).map_err(failed)?;
    let from = layout(options, found)?;
    let schema = &options.schema;
    let has_schema = link
        .run(until, async |client| Ok(client.query_opt(HAS_SCHEMA, &[schema]).await?.is_some()));
    if !has_schema.map_err(failed)? {
        run(link, until, &format!("CREATE SCHEMA {}", quoted(schema))).map_err(failed)?;
    }
    let done = usize::try_from(from).unwrap_or(0);
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        let version = number + 1;
        run(link, until, &format!("{sql} INSERT INTO layout (version) VALUES ({version})"))
            .map_err(failed)?;
    }
    run(link, until, "COMMIT").map_err(failed)
}

fn run(link: &mut Link, until: Instant, sql: &str) -> Result<(), Failed> {
    link.run(until, async |client| client.batch_execute(sql).await)
}

/// Why the tables weren't made, and what to do about it.
fn refused(options: &PostgresOptions, failed: &Failed) -> PostgresStorageError {
    let mut why = failed.why();
    if let Failed::Refused(refusal) = failed
        && refusal.code == SqlState::INSUFFICIENT_PRIVILEGE
    {
        let (schema, role) =
            (quoted(&options.schema), quoted(options.config.get_user().unwrap_or_default()));
        why = format!(
            "{why}: somebody who may has to run `CREATE SCHEMA {schema} AUTHORIZATION {role}` once"
        );
    }
    PostgresStorageError::Open { store: options.shown.clone(), why }
}

/// What stands for the schema among locks.
fn lock_number(options: &PostgresOptions) -> i64 {
    let hash = Sha256::digest(format!("clientdesk layout of {}", options.schema));
    hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
