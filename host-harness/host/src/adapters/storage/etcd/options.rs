//! What an address says, and how a store is opened.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use super::EtcdStorageError;
use super::keys::Keys;
use crate::adapters::storage::remote::tls;

/// How long an operation may take, unless the address says otherwise.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long it may be made.
const DEADLINE_SECONDS: std::ops::RangeInclusive<u64> = 1..=60;

/// How many connections there are.
const CONNECTIONS: usize = 16;
const CONNECTIONS_MAX: usize = 400;

/// Where etcd listens.
const PORT: u16 = 2379;

/// Below which key the store's are.
const PREFIX: &str = "clientdesk";

/// With a longer one, the greatest commit wouldn't be within [`BYTES_NEEDED`](super::needs::BYTES_NEEDED).
const PREFIX_BYTES_MAX: usize = 128;

/// How a store in etcd is opened: what its address says.
///
/// An address is `etcd://user:password@host:port/prefix`, with parameters after a `?`; with `etcds://`, connections are
/// encrypted, and the servers' certificates checked. All servers of a cluster are named (`host1:2379,host2:2379`):
/// where one doesn't answer, the next is asked. The store's keys are below the prefix (`clientdesk` where nothing is
/// said), which is all that a user needs the rights for.
///
/// | parameter | says | if nothing is said |
/// | --- | --- | --- |
/// | `cacert` | a file (PEM) with the authorities whose certificates are good | those of the system |
/// | `cert`, `key` | files (PEM) with the host's own certificate and its key, where the servers ask for one | none |
/// | `connections` | how many connections there may be | 16 |
/// | `deadline` | after how many seconds an operation fails that has no answer, 1 to 60 | 5 |
/// | `scrub` | what is done after a client was erased: `defragment`: compact, and then defragment the servers of the address; `compact`; `leave`: nothing | `defragment` |
///
/// # Examples
///
/// ```no_run
/// use clientdesk_host::adapters::storage::EtcdOptions;
///
/// let storage = EtcdOptions::read("etcds://desk@a.example,b.example,c.example/desk?cacert=ca.pem")?
///     .password("from a file of one's own")
///     .open()?;
/// # Ok::<(), clientdesk_host::adapters::storage::EtcdStorageError>(())
/// ```
pub struct EtcdOptions {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) keys: Keys,
    pub(super) connections: usize,
    pub(super) deadline: Duration,
    pub(super) scrub: Scrub,
}

/// A server of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) host: String,
    pub(super) port: u16,
}

/// What is done after a client was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scrub {
    Leave,
    Compact,
    Defragment,
}

/// What the parameters say.
struct Parameters {
    authorities: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    connections: usize,
    deadline: Duration,
    scrub: Scrub,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl EtcdOptions {
    /// What the address says.
    ///
    /// # Errors
    ///
    /// [`EtcdStorageError::Address`], which names what is wrong; it never repeats the password.
    pub fn read(address: &str) -> Result<Self, EtcdStorageError> {
        Self::parse(address).map_err(|why| EtcdStorageError::Address { why })
    }

    /// Whether the text is meant as an address of a store in etcd.
    pub fn is_address(text: &str) -> bool {
        text.starts_with("etcd://") || text.starts_with("etcds://")
    }

    fn parse(address: &str) -> Result<Self, String> {
        let (encrypted, rest) =
            match (address.strip_prefix("etcd://"), address.strip_prefix("etcds://")) {
                (Some(rest), _) => (false, rest),
                (None, Some(rest)) => (true, rest),
                (None, None) => return Err("it begins with `etcd://` or `etcds://`".into()),
            };
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let parameters = Parameters::read(parameters)?;
        let (servers, prefix) = place.split_once('/').unwrap_or((place, ""));
        let (who, servers) = match servers.rsplit_once('@') {
            Some((who, servers)) => (Some(who), servers),
            None => (None, servers),
        };
        let (user, password) = match who.map(|who| who.split_once(':').unwrap_or((who, ""))) {
            Some(("", _)) => return Err("it has a password, but no user".into()),
            Some((user, password)) => {
                (Some(decoded("user", user)?), Some(decoded("password", password)?))
            }
            None => (None, None),
        };
        Ok(Self {
            endpoints: servers.split(',').map(endpoint).collect::<Result<_, _>>()?,
            tls: parameters.tls(encrypted)?,
            user,
            password: password.filter(|password| !password.is_empty()),
            keys: Keys::new(&prefix_of(prefix)?),
            connections: parameters.connections,
            deadline: parameters.deadline,
            scrub: parameters.scrub,
        })
    }

    /// The password, for who keeps it elsewhere than in the address.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Whether the address has a password.
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Below which key the store's are, whatever the address says.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.keys = Keys::new(prefix);
        self
    }

    /// After how long an operation fails that has no answer.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Where the store is, for people: without the password.
    pub fn shown(&self) -> String {
        let scheme = if self.tls.is_some() { "etcds" } else { "etcd" };
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let servers: Vec<String> = self.endpoints.iter().map(Endpoint::to_string).collect();
        format!("{scheme}://{user}{}/{}", servers.join(","), self.keys.prefix())
    }
}

impl fmt::Debug for EtcdOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EtcdOptions").field("store", &self.shown()).finish_non_exhaustive()
    }
}

impl Parameters {
    fn read(text: &str) -> Result<Self, String> {
        let mut read = Self {
            authorities: None,
            certificate: None,
            key: None,
            connections: CONNECTIONS,
            deadline: DEADLINE,
            scrub: Scrub::Defragment,
        };
        for parameter in text.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = decoded(name, value)?;
            match name {
                "cacert" => read.authorities = Some(value.into()),
                "cert" => read.certificate = Some(value.into()),
                "key" => read.key = Some(value.into()),
                "connections" => {
                    read.connections = number(name, &value, 1..=CONNECTIONS_MAX as u64)? as usize;
                }
                "deadline" => {
                    read.deadline = Duration::from_secs(number(name, &value, DEADLINE_SECONDS)?);
                }
                "scrub" => read.scrub = scrub(&value)?,
                _ => {
                    return Err(
                        "there is a parameter that isn't known; known are `cacert`, `cert`, `key`, `connections`, \
                         `deadline` and `scrub`"
                            .into(),
                    );
                }
            }
        }
        Ok(read)
    }

    fn tls(&self, encrypted: bool) -> Result<Option<Arc<ClientConfig>>, String> {
        let own = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err("`cert` and `key` need each other".into()),
        };
        if !encrypted {
            return match own.is_some() || self.authorities.is_some() {
                true => Err("`cacert`, `cert` and `key` need `etcds://`".into()),
                false => Ok(None),
            };
        }
        let config = tls::verifying(self.authorities.as_deref(), "cacert")?;
        let config = match own {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let named = |name: &str, file: &Path, why: String| {
                    format!("`{name}={}`: {why}", file.display())
                };
                let chain = tls::certificates(certificate)
                    .map_err(|why| named("cert", certificate, why))?;
                let secret = PrivateKeyDer::from_pem_file(key)
                    .map_err(|error| named("key", key, error.to_string()))?;
                config
                    .with_client_auth_cert(chain, secret)
                    .map_err(|error| named("key", key, error.to_string()))?
            }
        };
        Ok(Some(Arc::new(config)))
    }
}

fn endpoint(text: &str) -> Result<Endpoint, String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
        None => text.rsplit_once(':').unwrap_or((text, "")),
    };
    if host.is_empty() || host.contains(['[', ']']) {
        return Err("it names no host: `etcd://host:port,…/prefix`".into());
    }
    let port = match port {
        "" => PORT,
        port => port.parse().map_err(
            |_| "a port isn't a number from 0 to 65535; special characters are written as `%2F`",
        )?,
    };
    Ok(Endpoint { host: host.into(), port })
}

fn prefix_of(text: &str) -> Result<String, String> {
    let prefix = decoded("prefix", text)?;
    let prefix = prefix.trim_end_matches('/');
    let prefix = if prefix.is_empty() { PREFIX } else { prefix };
    if prefix.len() > PREFIX_BYTES_MAX || !prefix.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!(
            "the prefix has 1 to {PREFIX_BYTES_MAX} characters, of ASCII's printable ones without the space"
        ));
    }
    Ok(prefix.into())
}

fn decoded(name: &str, text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| format!("`{name}` isn't UTF-8"))
}

fn scrub(value: &str) -> Result<Scrub, String> {
    match value {
        "leave" => Ok(Scrub::Leave),
        "compact" => Ok(Scrub::Compact),
        "defragment" => Ok(Scrub::Defragment),
        other => Err(format!("`scrub` is `defragment`, `compact` or `leave`, not `{other}`")),
    }
}

fn number(name: &str, value: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, String> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    let (least, most) = (range.start(), range.end());
    number
        .ok_or_else(|| format!("`{name}` is a whole number from {least} to {most}, not `{value}`"))
}
