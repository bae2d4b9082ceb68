//! The file's tables, and how its connections are set up.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{SqliteStorageError, SqliteSync};
use crate::files;

/// Marks a file as a store: `CLDK` in ASCII.
const APPLICATION_ID: i64 = 0x434c_444b;

/// The newest layout of the tables, in the file's `user_version`.
const LAYOUT: i64 = 1;

/// How long a call waits for another process's commit before it is `unavailable`.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a commit waits before it looks again whether another process's is done, after the
/// first few times.
const PAUSE: Duration = Duration::from_millis(1);

/// The same for the first few times: most commits are done then.
const SHORT_PAUSE: Duration = Duration::from_micros(100);

/// How many bytes SQLite reads and writes at once, in files that it makes from now on. Most rows
/// have some hundred bytes, those of half a year's activity a thousand: in pages half as large,
/// every sixth of these lies partly in a page of its own, and scoring everybody anew takes a
/// quarter longer.
const PAGE_BYTES: i64 = 8_192;

/// `entries` holds the rows. `versions` has one row: the first version that nobody has
/// reserved.
const TABLES: &str = "
    CREATE TABLE entries (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL,
        version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE versions (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
        next INTEGER NOT NULL
    ) STRICT;
    INSERT INTO versions (id, next) VALUES (1, 1);
";

/// What SQLite keeps beside a file: they have its permissions when SQLite makes them.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A connection to a file that is there. It never makes checkpoints by itself, and overwrites
/// what it deletes.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Without SQLITE_OPEN_URI a path that begins with `file:` is a path; without
    // SQLITE_OPEN_CREATE a file that went missing isn't replaced by an empty one.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", SqliteSync::Normal.pragma())?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

/// The same to commit with.
pub(super) fn connect_to_write(path: &Path, sync: SqliteSync) -> rusqlite::Result<Connection> {
    let mut connection = connect(path)?;
    connection.busy_handler(Some(wait_for_others))?;
    connection.pragma_update(None, "synchronous", sync.pragma())?;
    Ok(connection)
}

/// Waits a little for another process's commit; false when it has waited for about
/// [`BUSY_TIMEOUT`].
///
/// SQLite's own way is to look ever more rarely, in the end each tenth of a second. A process
/// that commits without a pause would hardly ever be seen pausing.
fn wait_for_others(times: i32) -> bool {
    let pause = if times < 10 { SHORT_PAUSE } else { PAUSE };
    thread::sleep(pause);
    PAUSE.saturating_mul(times.unsigned_abs()) < BUSY_TIMEOUT
}

/// Makes a store where there is no file. It appears whole, so that an empty file is always
/// one that has lost its rows. Another process may be first: then its file counts.
pub(super) fn make(path: &Path) -> Result<(), SqliteStorageError> {
    let file_error = |source| SqliteStorageError::of_file(path, source);
    let draft = files::draft_path(path);
    let made = files::create_new(&draft).map_err(file_error).and_then(|_| {
        let failed = |source| SqliteStorageError::of(path, source);
        let mut connection = connect(&draft).map_err(failed)?;
        // Only a file without pages can be told how large they are.
        connection.pragma_update(None, "page_size", PAGE_BYTES).map_err(failed)?;
        use_wal(&connection).and_then(|()| create(&mut connection)).map_err(failed)?;
        connection.close().map_err(|(_, source)| failed(source))?;
        let synced = File::open(&draft).and_then(|file| file.sync_all());
        synced.and_then(|()| files::place(&draft, path)).map(drop).map_err(file_error)
    });
    for file in with_those_beside(&draft) {
        files::discard(&file);
    }
    made
}

/// Whether there is a store to open: refuses what isn't a file, and an empty one, before
/// SQLite takes it for a new store and throws its log away.
pub(super) fn is_there(path: &Path) -> Result<bool, SqliteStorageError> {
    let shown = || path.display().to_string();
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(SqliteStorageError::of_file(path, source)),
        Ok(metadata) if !metadata.is_file() => {
            Err(SqliteStorageError::NotOurs { path: shown(), found: "it isn't a file" })
        }
        Ok(metadata) if metadata.len() == 0 => Err(SqliteStorageError::Empty { path: shown() }),
        Ok(_) => Ok(true),
    }
}

/// Takes the store away from everybody but its owner, if it was made by an older release or
/// copied carelessly.
pub(super) fn make_private(path: &Path) {
    with_those_beside(path).iter().for_each(|file| files::make_private(file));
}

fn with_those_beside(path: &Path) -> Vec<PathBuf> {
    let beside = BESIDE.iter().map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    });
    std::iter::once(path.to_owned()).chain(beside).collect()
}

/// Makes the tables in a file without any; refuses a file that is something else.
pub(super) fn prepare(connection: &mut Connection, path: &Path) -> Result<(), SqliteStorageError> {
    // SQLite doesn't wait by itself while another process changes the journal's mode.
    let patience = Instant::now() + BUSY_TIMEOUT;
    loop {
        match try_prepare(connection, path) {
            Err(error) if error.is_busy() && Instant::now() < patience => {
                thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

fn try_prepare(connection: &mut Connection, path: &Path) -> Result<(), SqliteStorageError> {
    let failed = |source| SqliteStorageError::of(path, source);
    match look(connection).map_err(failed)? {
        Found::Empty => use_wal(connection).and_then(|()| create(connection)).map_err(failed),
        Found::Ours(LAYOUT) => use_wal(connection).map_err(failed),
        Found::Ours(found) => Err(SqliteStorageError::NewerLayout {
            path: path.display().to_string(),
            found,
            known: LAYOUT,
        }),
        Found::SomethingElse => Err(SqliteStorageError::NotOurs {
            path: path.display().to_string(),
            found: "another program made it",
        }),
    }
}

enum Found {
    Empty,
    Ours(i64),
    SomethingElse,
}

/// What the file is, at one moment: another process may be making it.
fn look(connection: &mut Connection) -> rusqlite::Result<Found> {
    let moment = connection.transaction()?;
    let found = layout(&moment)?;
    moment.finish()?;
    Ok(found)
}

fn layout(connection: &Connection) -> rusqlite::Result<Found> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let found = match (pragma("application_id")?, pragma("user_version")?) {
        (APPLICATION_ID, layout) => Found::Ours(layout),
        (0, 0) if tables == 0 => Found::Empty,
        _ => Found::SomethingElse,
    };
    Ok(found)
}

fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")
}

fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been first, between the look and the lock.
    if let Found::Empty = layout(&transaction)? {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
    }
    transaction.commit()
}
