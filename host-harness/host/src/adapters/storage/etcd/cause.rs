//! Errors, as words for whoever operates the host. They name no row's contents and no password.

use std::error::Error as _;
use std::fmt::Write as _;

use super::Error;
use super::needs::{BYTES_NEEDED, OPS_NEEDED};
use super::wire::Refused;

/// Why an operation has no answer.
#[derive(Debug)]
pub(super) enum Failed {
    /// The server refused it: nothing came of it.
    Refused(Refusal),
    /// The server doesn't know what came of it, or will come: it lost its leader, or stops.
    Undecided(String),
    /// The connection is lost, or couldn't be made.
    Lost(Loss),
    /// No answer came in time.
    Late(String),
}

/// Something that the server refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) kind: Kind,
    pub(super) why: String,
}

/// What to make of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It would be refused again.
    Lasting,
    /// The user lacks a right.
    Denied,
    /// Too much is asked of the server at once.
    Busy,
    /// The token isn't good any more.
    Token,
    /// What was read is of a revision that was thrown away meanwhile.
    Compacted,
    /// The lease is gone.
    NoLease,
    /// The answer is more than the gateway takes.
    TooLarge,
}

/// A connection that is lost, or couldn't be made.
#[derive(Debug)]
pub(super) struct Loss {
    pub(super) why: String,
    /// Whether another try would end no better.
    pub(super) lasts: bool,
    /// Whether nothing had been sent yet.
    pub(super) unsent: bool,
}

impl Failed {
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Refused(Refusal { why, .. })
            | Self::Undecided(why)
            | Self::Lost(Loss { why, .. })
            | Self::Late(why) => why,
        }
    }

    /// Whether nothing came of it, and nothing will.
    pub(super) const fn is_without_effect(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Lost(loss) => loss.unsent,
            Self::Undecided(_) | Self::Late(_) => false,
        }
    }

    /// Whether the same may succeed, with another server perhaps.
    pub(super) const fn may_pass(&self) -> bool {
        match self {
            Self::Refused(refusal) => matches!(refusal.kind, Kind::Busy | Kind::Token),
            Self::Lost(loss) => !loss.lasts,
            Self::Undecided(_) | Self::Late(_) => true,
        }
    }

    /// Whether another server may know better.
    pub(super) const fn is_the_servers(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    /// Whether it only says that time was up.
    pub(super) fn says_little(&self) -> bool {
        !matches!(self, Self::Refused(_)) && self.why().ends_with("in time")
    }

    /// Whether it is refused for this.
    pub(super) fn is(&self, kind: Kind) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.kind == kind)
    }

    /// What the caller of the store is told.
    pub(super) fn unavailable(&self) -> Error {
        unavailable(self.why())
    }

    /// What a server says that doesn't do what it is asked.
    pub(super) fn refused(status: u16, body: &[u8]) -> Self {
        let refused: Option<Refused> = serde_json::from_slice(body).ok();
        let Some(refused) = refused.filter(|it| it.code != 0) else {
            return Self::not_etcd(status, body);
        };
        let mut why = if refused.message.is_empty() { refused.error } else { refused.message };
        if let Some(advice) = advice(&why) {
            let _ = write!(why, "; {advice}");
        }
        match kind(refused.code, &why) {
            Some(kind) => Self::Refused(Refusal { kind, why }),
            None => Self::Undecided(why),
        }
    }

    /// Somebody else answered, or without the part that is asked.
    fn not_etcd(status: u16, body: &[u8]) -> Self {
        if String::from_utf8_lossy(body).contains("HTTP request to an HTTPS server") {
            return lasting("the server speaks only with TLS: `etcds://`".into());
        }
        match status {
            // Something in between doesn't reach a server, or the server saw half of what was sent.
            400 | 408 | 500.. => {
                Self::Undecided(format!("the server answered with HTTP status {status}"))
            }
            _ => lasting(format!(
                "the server answered with HTTP status {status}: it isn't etcd (3.4 or newer), or was started with \
                 `--enable-grpc-gateway=false`"
            )),
        }
    }
}

impl Loss {
    /// The connection was lost after something may have been sent.
    pub(super) fn of(error: &hyper::Error) -> Self {
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
        Self { lasts: is_about_certificates(&why), why: advised(why), unsent: false }
    }

    /// The connection couldn't be made.
    pub(super) fn unmade(why: String) -> Self {
        let lasts = is_about_certificates(&why) || why.contains("InvalidContentType");
        Self { why: advised(why), lasts, unsent: true }
    }
}

fn is_about_certificates(why: &str) -> bool {
    why.contains("certificate") || why.contains("Certificate")
}

fn advised(mut why: String) -> String {
    if why.contains("invalid peer certificate") {
        why.push_str("; `cacert=FILE` names whose certificates are good");
    } else if is_about_certificates(&why) {
        why.push_str("; `cert=FILE&key=FILE` name the host's own certificate");
    } else if why.contains("InvalidContentType") || why.contains("handshake eof") {
        why.push_str("; perhaps the server speaks without TLS: `etcd://`");
    }
    why
}

/// What would fail again.
pub(super) fn lasting(why: String) -> Failed {
    Failed::Refused(Refusal { kind: Kind::Lasting, why })
}

/// What the caller of the store is told.
pub(super) fn unavailable(why: &str) -> Error {
    Error::Unavailable(format!("etcd: {why}"))
}

/// What to make of a refusal; none: the server doesn't know whether something comes of it. The codes are those of gRPC.
fn kind(code: i64, why: &str) -> Option<Kind> {
    match code {
        3 if why.contains("revision of auth store is old") => Some(Kind::Token),
        // The gateway says so of what it saw half of.
        3 if !why.starts_with("etcdserver: ") => None,
        3 | 6 | 9 | 12 | 15 => Some(Kind::Lasting),
        5 if why.contains("lease") => Some(Kind::NoLease),
        5 => Some(Kind::Lasting),
        7 => Some(Kind::Denied),
        8 if why.contains("larger than max") => Some(Kind::TooLarge),
        8 if why.contains("too many requests") => Some(Kind::Busy),
        8 => Some(Kind::Lasting),
        11 if why.contains("compacted") => Some(Kind::Compacted),
        11 => Some(Kind::Busy),
        16 => Some(Kind::Token),
        _ => None,
    }
}

/// What to do about it.
fn advice(why: &str) -> Option<String> {
    let about = |words: &str| why.contains(words);
    Some(match () {
        () if about("database space exceeded") => {
            "its quota is used up: compact and defragment it or raise its `--quota-backend-bytes`, and then run \
             `etcdctl alarm disarm`"
                .into()
        }
        () if about("request is too large") || about("larger than max") => {
            format!("start every server with `--max-request-bytes={BYTES_NEEDED}` or more")
        }
        () if about("too many operations") => {
            format!("start every server with `--max-txn-ops={OPS_NEEDED}` or more")
        }
        () if about("permission denied") => {
            "its user needs a role that may read and write everything below the store's prefix".into()
        }
        () if about("user name is empty") => {
            "the address names no user: `etcd://user@…`, with the password in ETCDCTL_PASSWORD".into()
        }
        () if about("authentication is not enabled") => {
            "the address names a user, and the server takes everybody: enable authentication, or name none".into()
        }
        () if about("corrupt") => "its data are damaged: replace that member".into(),
        () => return None,
    })
}
