//! Stores in PostgreSQL, where the environment names a server: `.ci/postgres.sh` starts one, and runs what uses it.

use std::path::Path;
use std::sync::Arc;

use clientdesk_host::adapters::storage::{
    PostgresOptions, PostgresStorage, SqliteStorage, Storage,
};
use libtest_mimic::Trial;

/// Names the server's address.
const SERVER: &str = "CLIENTDESK_POSTGRES";

fn server() -> Option<String> {
    std::env::var(SERVER).ok()
}

/// Whether there is one.
pub fn is_there() -> bool {
    server().is_some()
}

/// Says that what needs a server isn't run, where there is none.
pub fn trials() -> Vec<Trial> {
    let name = format!("postgres/stories_and_races_run_there_too_where_{SERVER}_names_a_server");
    vec![Trial::test(name, || Ok(())).with_ignored_flag(!is_there())]
}

/// A store in a schema of this name, made if there is none.
pub fn open(schema: &str) -> PostgresStorage {
    let server = server().unwrap_or_else(|| panic!("{SERVER} names no server"));
    PostgresOptions::read(&server).unwrap().schema(schema).open().unwrap()
}

/// A store that belongs to the folder: a file in it, or a schema of its name where there is a server.
pub fn open_for(folder: &Path) -> Arc<dyn Storage> {
    match folder.file_name().filter(|_| is_there()) {
        Some(name) => Arc::new(open(name.to_str().unwrap())),
        None => Arc::new(SqliteStorage::open(folder.join("store.sqlite")).unwrap()),
    }
}
