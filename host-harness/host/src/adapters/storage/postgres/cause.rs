//! Errors, as words for whoever operates the host. They name no row's contents and no password.

use std::error::Error as _;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use tokio_postgres::error::{Severity, SqlState};

use super::Error;

/// Between a connection that was lost and the next one.
const PAUSE: Duration = Duration::from_millis(10);

/// Why an operation on a connection has no answer.
#[derive(Debug)]
pub(super) enum Failed {
    /// The server refused the statement: nothing came of it.
    Refused(Refusal),
    /// The connection is lost, or couldn't be made.
    Lost(Loss),
    /// No answer came in time.
    Late,
}

/// A statement that the server refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: SqlState,
    pub(super) why: String,
}

/// A connection that is lost, or couldn't be made.
#[derive(Debug)]
pub(super) struct Loss {
    pub(super) why: String,
    /// Whether another try would end no better.
    pub(super) lasts: bool,
    /// Whether the server says that it is just starting.
    pub(super) starts: bool,
}

impl Refusal {
    /// Whether it is refused because of what others do at the same time, and may be tried again at once.
    pub(super) fn is_race(&self) -> bool {
        [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::UNIQUE_VIOLATION,
        ]
        .contains(&self.code)
    }
}

impl Failed {
    pub(super) fn why(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.why.clone(),
            Self::Lost(loss) => loss.why.clone(),
            Self::Late => "no answer in time".into(),
        }
    }

    /// Whether the same may succeed at once, over another connection perhaps.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.is_race(),
            Self::Lost(loss) => !loss.lasts,
            Self::Late => false,
        }
    }

    /// A moment, before the same is tried over another connection.
    pub(super) fn pause(&self) {
        if matches!(self, Self::Lost(_)) {
            thread::sleep(PAUSE);
        }
    }

    /// Whether the server is just starting.
    pub(super) fn is_starting(&self) -> bool {
        matches!(self, Self::Lost(Loss { starts: true, .. }))
    }

    /// What the caller of the store is told.
    pub(super) fn unavailable(&self) -> Error {
        unavailable(&self.why())
    }
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refused) = error.as_db_error() else { return Self::Lost(Loss::of(&error)) };
        let code = refused.code().clone();
        let mut why = format!("{} ({})", refused.message(), code.code());
        if let Some(advice) = advice(&code) {
            let _ = write!(why, "; {advice}");
        }
        match refused.parsed_severity() {
            // The connection ends with it, and nobody can tell whether it came before or after a commit.
            Some(Severity::Fatal | Severity::Panic) => {
                let starts = code == SqlState::CANNOT_CONNECT_NOW;
                Self::Lost(Loss { why, lasts: keeps_out(&code), starts })
            }
            _ => Self::Refused(Refusal { code, why }),
        }
    }
}

impl Loss {
    /// The error with what it is because of.
    fn of(error: &tokio_postgres::Error) -> Self {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let _ = write!(why, ": {error}");
            source = error.source();
        }
        // What the link to rustls' manual says isn't for whoever operates the host.
        if let Some((said, _)) = why.split_once(" without sending TLS close_notify") {
            why = said.to_owned();
        }
        let about_certificates = why.contains("certificate");
        if about_certificates {
            why.push_str("; `sslrootcert=FILE` names whose certificates are good");
        }
        let lasts = about_certificates || why.contains("TLS") || why.contains("authentication");
        Self { why, lasts, starts: false }
    }
}

/// Whether whoever is told so isn't let in at the next try either.
fn keeps_out(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    ["28", "3D", "42"].contains(&class)
}

/// What the caller of the store is told.
pub(super) fn unavailable(why: &str) -> Error {
    Error::Unavailable(format!("PostgreSQL: {why}"))
}

/// What to do about it.
fn advice(code: &SqlState) -> Option<&'static str> {
    let advice = match code {
        code if *code == SqlState::TOO_MANY_CONNECTIONS => {
            "raise the server's max_connections, or lower `connections=` in the store's address"
        }
        code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => {
            "the server is a standby or was made read-only: the store's address must lead to the primary"
        }
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => "the role lacks a right",
        code if *code == SqlState::UNDEFINED_TABLE => "the store's tables are gone",
        code if *code == SqlState::DISK_FULL => "the server's disk is full",
        code if *code == SqlState::QUERY_CANCELED => "the server took too long",
        code if *code == SqlState::LOCK_NOT_AVAILABLE => {
            "somebody else holds what the statement needs"
        }
        _ => return None,
    };
    Some(advice)
}
