//! What an address says, and how a store is opened.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::PostgresStorageError;
use super::tls::{Tls, Trust};

/// How long an operation may take, unless the address says otherwise.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long it may be made.
const DEADLINE_SECONDS: std::ops::RangeInclusive<u64> = 1..=60;

/// How many connections there are for reads, and as many for commits.
const CONNECTIONS: usize = 8;
const CONNECTIONS_MAX: usize = 200;

/// The schema of the tables.
const SCHEMA: &str = "clientdesk";

/// The longest name that PostgreSQL keeps whole.
const NAME_BYTES_MAX: usize = 63;

/// How a store in PostgreSQL is opened: what its address says.
///
/// An address is what PostgreSQL's own programs take: `postgres://user:password@host:port/database`, with parameters
/// after a `?`. To a socket in a folder leads `postgres://user@%2Frun%2Fpostgresql/database`. Several hosts
/// (`host1,host2`) are tried in turn.
///
/// | parameter | says | if nothing is said |
/// | --- | --- | --- |
/// | `sslmode` | `disable`: without TLS; `prefer`: with TLS where the server has it; `require`: only with TLS, from whoever it is; `verify-full`: only with a good certificate for this host | `prefer` |
/// | `sslrootcert` | a file (PEM) with the authorities whose certificates are good, for `verify-full` | those of the system |
/// | `schema` | the schema of the tables | `clientdesk` |
/// | `connections` | how many connections there may be for reads, and again for commits | 8 |
/// | `deadline` | after how many seconds an operation fails that has no answer, 1 to 60 | 5 |
///
/// Those that the driver knows besides are passed on: `application_name`, `options`, `connect_timeout`, `keepalives`,
/// `load_balance_hosts`, and others.
///
/// # Examples
///
/// ```no_run
/// use clientdesk_host::adapters::storage::PostgresOptions;
///
/// let storage = PostgresOptions::read("postgres://clientdesk@db.example/clientdesk?sslmode=verify-full")?
///     .password("from a file of one's own")
///     .open()?;
/// # Ok::<(), clientdesk_host::adapters::storage::PostgresStorageError>(())
/// ```
pub struct PostgresOptions {
    pub(super) config: Config,
    pub(super) tls: Tls,
    pub(super) schema: String,
    pub(super) connections: usize,
    pub(super) deadline: Duration,
    /// The address without the password.
    pub(super) shown: String,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Commit,
    /// Making tables and cleaning them: without the limits of an operation.
    Care,
}

/// What the parameters say that aren't the driver's.
struct Own {
    mode: SslMode,
    verifies: bool,
    root: Option<PathBuf>,
    schema: String,
    connections: usize,
    deadline: Duration,
}

impl PostgresOptions {
    /// What the address says.
    ///
    /// # Errors
    ///
    /// [`PostgresStorageError::Address`], which names what is wrong; it never repeats the password.
    pub fn read(address: &str) -> Result<Self, PostgresStorageError> {
        Self::parse(address).map_err(|why| PostgresStorageError::Address { why })
    }

    /// Whether the text is meant as an address of a PostgreSQL database.
    pub fn is_address(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    fn parse(address: &str) -> Result<Self, String> {
        if !Self::is_address(address) {
            return Err("it begins with `postgres://`".into());
        }
        let (place, parameters) = address.split_once('?').unwrap_or((address, ""));
        let (own, others) = own(parameters)?;
        let place = format!("{place}?{}", others.join("&"));
        // The driver's error names the parameter, or a part of the address; that could be the password's.
        let mut config: Config = place.parse().map_err(|_| {
            "the driver can't read it; it is `postgres://user:password@host:port/database?parameter=value`, \
             with other characters than letters and digits written as `%2F`"
                .to_owned()
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err("it names no host".into());
        }
        if config.get_user().is_none() {
            return Err("it names no user: `postgres://user@…`".into());
        }
        let trust = match (own.verifies, own.root) {
            (true, root) => Trust::Authorities(root),
            (false, None) => Trust::Anybody,
            (false, Some(_)) => return Err("`sslrootcert` needs `sslmode=verify-full`".into()),
        };
        config.ssl_mode(own.mode);
        let shown = shown(&config, &own.schema);
        let mut options = Self {
            tls: Tls::new(&trust)?,
            config,
            schema: own.schema,
            connections: own.connections,
            deadline: own.deadline,
            shown,
        };
        options.fill_in();
        Ok(options)
    }

    /// What nothing was said of.
    fn fill_in(&mut self) {
        let Self { config, deadline, .. } = self;
        if config.get_application_name().is_none() {
            config.application_name("clientdesk");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(*deadline / 2);
        }
        config.tcp_user_timeout(*deadline * 2);
        config.keepalives_idle(Duration::from_secs(30));
        config.keepalives_interval(Duration::from_secs(10));
        config.keepalives_retries(3);
    }

    /// The password, for who keeps it elsewhere than in the address.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    /// Whether the address has a password.
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// The schema of the tables, if the address names none.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> Self {
        self.shown = shown(&self.config, schema);
        self.schema = schema.into();
        self
    }

    /// After how long an operation fails that has no answer.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Where the store is, for people: without the password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What a connection is told first. The server gives up before whoever waits for it does.
    pub(super) fn session(&self, purpose: Purpose) -> String {
        let whole = self.deadline.as_millis();
        let (isolation, read_only, statement, lock) = match purpose {
            Purpose::Read => ("serializable", "on", whole * 9 / 10, whole / 2),
            Purpose::Commit => ("serializable", "off", whole * 6 / 10, whole / 2),
            Purpose::Care => ("read committed", "off", 0, whole),
        };
        format!(
            "SET search_path TO {}; SET default_transaction_isolation = '{isolation}'; \
             SET default_transaction_read_only = {read_only}; SET statement_timeout = {statement}; \
             SET lock_timeout = {lock}; SET idle_in_transaction_session_timeout = {whole}",
            quoted(&self.schema)
        )
    }
}

impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions").field("store", &self.shown).finish_non_exhaustive()
    }
}

/// The name as SQL takes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What the parameters say that aren't the driver's, and the others as they are.
fn own(parameters: &str) -> Result<(Own, Vec<&str>), String> {
    let mut own = Own {
        mode: SslMode::Prefer,
        verifies: false,
        root: None,
        schema: SCHEMA.into(),
        connections: CONNECTIONS,
        deadline: DEADLINE,
    };
    let mut others = Vec::new();
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value =
            percent_decode_str(value).decode_utf8().map_err(|_| format!("`{name}` isn't UTF-8"))?;
        match name {
            "sslmode" => (own.mode, own.verifies) = ssl_mode(&value)?,
            "sslrootcert" => own.root = Some(value.as_ref().into()),
            "schema"
                if value.is_empty() || value.len() > NAME_BYTES_MAX || value.contains('\0') =>
            {
                return Err(format!("`schema` is a name of 1 to {NAME_BYTES_MAX} bytes"));
            }
            "schema" => own.schema = value.into_owned(),
            "connections" => {
                own.connections = number(name, &value, 1..=CONNECTIONS_MAX as u64)? as usize;
            }
            "deadline" => {
                own.deadline = Duration::from_secs(number(name, &value, DEADLINE_SECONDS)?)
            }
            _ => others.push(parameter),
        }
    }
    Ok((own, others))
}

fn ssl_mode(value: &str) -> Result<(SslMode, bool), String> {
    match value {
        "disable" => Ok((SslMode::Disable, false)),
        "prefer" => Ok((SslMode::Prefer, false)),
        "require" => Ok((SslMode::Require, false)),
        "verify-full" => Ok((SslMode::Require, true)),
        other => Err(format!(
            "`sslmode` is `disable`, `prefer`, `require` or `verify-full`, not `{other}`"
        )),
    }
}

fn number(name: &str, value: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, String> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!(
            "`{name}` is a whole number from {} to {}, not `{value}`",
            range.start(),
            range.end()
        )
    })
}

/// The address without the password.
fn shown(config: &Config, schema: &str) -> String {
    let hosts = config.get_hosts().iter().enumerate().map(|(at, host)| {
        let port = config.get_ports().get(at).or(config.get_ports().first());
        let port =
            port.filter(|port| **port != 5432).map(|port| format!(":{port}")).unwrap_or_default();
        match host {
            Host::Tcp(name) => format!("{name}{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => {
                format!("{}{port}", folder.display().to_string().replace('/', "%2F"))
            }
        }
    });
    let hosts: Vec<String> = hosts.collect();
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    let schema = if schema == SCHEMA { String::new() } else { format!("?schema={schema}") };
    format!("postgres://{user}@{}/{database}{schema}", hosts.join(","))
}
