//! The statements that a command asks a PostgreSQL database for, sent by hand.

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, NoTls, Statement};

use super::raw::Asked;

/// Two connections, one to read and one to write, as the adapter has them.
pub struct RawPostgres {
    runtime: Runtime,
    reader: Client,
    writer: Client,
    get: Statement,
    scan: Statement,
    scan_reverse: Statement,
    write: Statement,
}

const SCHEMA: &str = "bench_raw";
const GET: &str = "SELECT key, value FROM entries WHERE key = ANY ($1)";
const SCAN: &str =
    "SELECT key, value FROM entries WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3";
const SCAN_REVERSE: &str =
    "SELECT key, value FROM entries WHERE key >= $1 AND key < $2 ORDER BY key DESC LIMIT $3";
const WRITE: &str = "
    WITH gone AS (DELETE FROM entries WHERE key = ANY ($3::text[]))
    INSERT INTO entries SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT (key) DO UPDATE SET value = excluded.value";

impl RawPostgres {
    /// A new table in the schema `bench_raw`, with the rows of a store of ours.
    pub fn copy_of(address: &str, ours: &str) -> RawPostgres {
        let (runtime, client) = connect(address);
        // Statistics and free space are as they are some time after rows were written.
        for statements in [
            format!(
                "DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA};
                 CREATE TABLE {SCHEMA}.entries
                     (key text COLLATE \"C\" PRIMARY KEY, value text NOT NULL) WITH (fillfactor = 85);
                 INSERT INTO {SCHEMA}.entries SELECT key, value FROM {ours}.entries ORDER BY key"
            ),
            format!("VACUUM ANALYZE {SCHEMA}.entries"),
            format!("VACUUM ANALYZE {ours}.entries"),
        ] {
            runtime.block_on(client.batch_execute(&statements)).unwrap();
        }
        RawPostgres::open(address)
    }

    /// The same table, by connections of its own.
    pub fn open(address: &str) -> RawPostgres {
        let (runtime, reader) = connect(address);
        let writer = runtime.block_on(client_of(address));
        let settings = format!(
            "SET search_path = {SCHEMA};
             SET default_transaction_isolation = serializable;"
        );
        let prepared = async {
            writer.batch_execute(&settings).await.unwrap();
            reader.batch_execute(&settings).await.unwrap();
            reader.batch_execute("SET default_transaction_read_only = on").await.unwrap();
            (
                reader.prepare(GET).await.unwrap(),
                reader.prepare(SCAN).await.unwrap(),
                reader.prepare(SCAN_REVERSE).await.unwrap(),
                writer.prepare(WRITE).await.unwrap(),
            )
        };
        let (get, scan, scan_reverse, write) = runtime.block_on(prepared);
        RawPostgres { runtime, reader, writer, get, scan, scan_reverse, write }
    }

    /// Sends what was asked for, one statement each, and again where others were in the way.
    pub fn replay(&mut self, asked: &[Asked]) {
        for asked in asked {
            while let Err(error) = self.runtime.block_on(self.send(asked)) {
                assert_eq!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE), "{error}");
            }
        }
    }

    async fn send(&self, asked: &Asked) -> Result<(), Error> {
        match asked {
            Asked::Get(keys) => texts(&self.reader.query(&self.get, &[keys]).await?),
            Asked::Scan { start, end, limit, reverse } => {
                let scan = if *reverse { &self.scan_reverse } else { &self.scan };
                let limit = i64::from(*limit) + 1;
                texts(&self.reader.query(scan, &[start, end, &limit]).await?);
            }
            Asked::Commit(writes) => {
                let put = writes.iter().filter_map(|it| Some((&it.key, it.value.as_ref()?)));
                let (keys, values): (Vec<_>, Vec<_>) = put.unzip();
                let gone = writes.iter().filter(|it| it.value.is_none());
                let gone: Vec<_> = gone.map(|it| &it.key).collect();
                self.writer.execute(&self.write, &[&keys, &values, &gone]).await?;
            }
        }
        Ok(())
    }
}

/// What was found, as texts of one's own.
fn texts(rows: &[tokio_postgres::Row]) {
    let texts: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    std::hint::black_box(texts);
}

fn connect(address: &str) -> (Runtime, Client) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(client_of(address));
    (runtime, client)
}

/// A connection, which goes on while its runtime is waited for.
async fn client_of(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
