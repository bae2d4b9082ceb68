//! Stores on servers, where the environment names one: `.ci/postgres.sh` and `.ci/etcd.sh` start one, and run what uses
//! it.

use std::path::Path;
use std::sync::Arc;

use clientdesk_host::adapters::storage::{EtcdOptions, PostgresOptions, SqliteStorage, Storage};
use libtest_mimic::Trial;

/// A kind of server.
#[derive(Clone, Copy)]
pub enum Server {
    Postgres,
    Etcd,
}

const ALL: [Server; 2] = [Server::Postgres, Server::Etcd];

impl Server {
    /// What names the server's address.
    fn variable(self) -> &'static str {
        match self {
            Server::Postgres => "CLIENTDESK_POSTGRES",
            Server::Etcd => "CLIENTDESK_ETCD",
        }
    }

    fn address(self) -> Option<String> {
        std::env::var(self.variable()).ok()
    }

    /// Whether there is one.
    pub fn is_there(self) -> bool {
        self.address().is_some()
    }

    /// A store of this name, made if there is none.
    pub fn open(self, name: &str) -> Arc<dyn Storage> {
        let variable = self.variable();
        let address = self.address().unwrap_or_else(|| panic!("{variable} names no server"));
        match self {
            Server::Postgres => {
                Arc::new(PostgresOptions::read(&address).unwrap().schema(name).open().unwrap())
            }
            Server::Etcd => {
                let prefix = name.replace(' ', "-");
                Arc::new(EtcdOptions::read(&address).unwrap().prefix(&prefix).open().unwrap())
            }
        }
    }
}

/// Says that what needs a server isn't run, where there is none.
pub fn trials() -> Vec<Trial> {
    let trial = |server: Server| {
        let variable = server.variable();
        let name = format!("servers/stories_and_races_run_there_too_where_{variable}_names_one");
        Trial::test(name, || Ok(())).with_ignored_flag(!server.is_there())
    };
    ALL.map(trial).into()
}

/// A store that belongs to the folder: a file in it, or one of its name where there is a server.
pub fn open_for(folder: &Path) -> Arc<dyn Storage> {
    let server = ALL.into_iter().find(|server| server.is_there());
    match (folder.file_name(), server) {
        (Some(name), Some(server)) => server.open(name.to_str().unwrap()),
        _ => Arc::new(SqliteStorage::open(folder.join("store.sqlite")).unwrap()),
    }
}
