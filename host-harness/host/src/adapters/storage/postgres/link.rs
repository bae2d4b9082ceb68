//! A connection, which the thread that uses it drives itself: its answer wakes nobody else first.

use std::pin::Pin;
use std::time::Instant;

use tokio::time::timeout_at;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Connection, Socket, Statement};

use super::cause::{Failed, Loss};
use super::options::{PostgresOptions, Purpose};
use super::tls::Tls;
use crate::adapters::storage::remote::blocking::{Waiting, driven};

type Wire = Connection<Socket, <Tls as MakeTlsConnect<Socket>>::Stream>;

/// A connection. Whoever gets a [`Failed::Lost`] or [`Failed::Late`] from it drops it.
pub(super) struct Link {
    waiting: Waiting,
    client: Client,
    /// None once it has ended: what waits for an answer from it only then learns that there is none.
    wire: Option<Pin<Box<Wire>>>,
    /// Why the server ended it.
    ended: Option<String>,
}

impl Link {
    /// A connection that is ready for its purpose.
    pub(super) fn open(
        options: &PostgresOptions,
        purpose: Purpose,
        until: Instant,
    ) -> Result<Self, Failed> {
        let waiting = Waiting::new().map_err(|error| lasting(format!("no runtime: {error}")))?;
        let connecting = async {
            let connected = options.config.connect(options.tls.clone());
            match timeout_at(until.into(), connected).await {
                Ok(connected) => connected.map_err(Failed::from),
                Err(_) => Err(passing("the server didn't answer in time".into())),
            }
        };
        let (client, wire) = waiting.block_on(connecting).unwrap_or_else(|| Err(closed()))?;
        let mut link = Self { waiting, client, wire: Some(Box::pin(wire)), ended: None };
        link.prepare_session(options, purpose, until)?;
        Ok(link)
    }

    fn prepare_session(
        &mut self,
        options: &PostgresOptions,
        purpose: Purpose,
        until: Instant,
    ) -> Result<(), Failed> {
        let read_only = "SELECT current_setting('transaction_read_only')";
        let settings = options.session(purpose);
        self.run(until, async |client| {
            let found = client.query_typed_one(read_only, &[]).await?;
            client.batch_execute(&settings).await?;
            Ok(found.try_get::<_, String>(0)? == "on")
        })
        .and_then(|is_read_only| match is_read_only {
            true => Err(passing("the server is a standby or was made read-only".into())),
            false => Ok(()),
        })?;
        // Servers of the same protocol may have none of these.
        let plans = self.run(until, async |client| client.batch_execute(PLANS).await);
        match plans {
            Ok(()) | Err(Failed::Refused(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    /// A statement whose parameters have these types.
    pub(super) fn prepare(
        &mut self,
        until: Instant,
        sql: &str,
        types: &[Type],
    ) -> Result<Statement, Failed> {
        self.run(until, async |client| client.prepare_typed(sql, types).await)
    }

    /// Does the work, and drives the connection meanwhile.
    pub(super) fn run<T>(
        &mut self,
        until: Instant,
        work: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Failed> {
        let Self { waiting, client, wire, ended } = self;
        let end = |end: Result<(), tokio_postgres::Error>| {
            let why = end.err().map(|error| Failed::from(error).why());
            *ended = Some(why.unwrap_or_else(|| "the server closed the connection".into()));
        };
        // The time that it may take is told to a runtime that runs.
        let timed = async {
            let driven = driven(wire, end, work(client));
            timeout_at(until.into(), driven).await
        };
        match waiting.block_on(timed) {
            None => Err(closed()),
            Some(Err(_)) => Err(Failed::Late),
            Some(Ok(Ok(answer))) => Ok(answer),
            Some(Ok(Err(error))) => Err(match (Failed::from(error), ended.take()) {
                // What the connection itself was told says more.
                (Failed::Lost(loss), Some(why)) => Failed::Lost(Loss { why, ..loss }),
                (failed, _) => failed,
            }),
        }
    }
}

/// How statements are carried out: by the index, however small the table is, since whatever is read is watched.
const PLANS: &str = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; \
     SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan";

fn closed() -> Failed {
    passing("closed".into())
}

fn passing(why: String) -> Failed {
    Failed::Lost(Loss { why, lasts: false, starts: false })
}

fn lasting(why: String) -> Failed {
    Failed::Lost(Loss { why, lasts: true, starts: false })
}
