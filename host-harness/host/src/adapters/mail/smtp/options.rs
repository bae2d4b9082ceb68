//! What an address says, and how mails are handed over.

use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;

use super::SmtpMailError;
use super::tls::{Encrypted, Tls};
use crate::adapters::mail::letter::Unsubscribe;
use crate::files;

/// How long handing a mail over may take in all, unless the address says otherwise.
const DEADLINE: Duration = Duration::from_secs(30);
const DEADLINE_SECONDS: RangeInclusive<u64> = 1..=300;

/// How many connections there are at once.
const CONNECTIONS: usize = 4;
const CONNECTIONS_MAX: u64 = 50;

/// How long a password may be.
const PASSWORD_BYTES_MAX: u64 = 4_096;

/// How mails are handed over to a server: what its address says.
///
/// An address is `smtp://user@host:port?parameter=value`; the port is 587 if nothing is said, or 25 without a user.
/// `smtps://` begins with TLS, at port 465. Without a user, nobody logs in.
///
/// | parameter | says | if nothing is said |
/// | --- | --- | --- |
/// | `tls` | `required`: nothing but STARTTLS is said before the connection is encrypted; `off`: it never is, which a password is only sent over on this machine | `required`, but `off` for a server on this machine |
/// | `ca` | a file (PEM) with the authorities whose certificates are good | those of the system |
/// | `bounces` | the address that reports of what couldn't be delivered go to | the sender's |
/// | `unsubscribe` | where whoever gets weekly summaries says that they want no more: an address, or a page (`https://…`, with `{mail}` where the name of the mail goes) that mail programs may post to (RFC 8058) | the address for answers |
/// | `hello` | the name that this machine says it has | the domain of the sender's address |
/// | `password-file` | a file with the password, which only its owner may read | none |
/// | `connections` | how many there may be at once, 1 to 50 | 4 |
/// | `deadline` | after how many seconds a mail that the server hasn't taken yet is left for later, 1 to 300 | 30 |
///
/// # Examples
///
/// ```no_run
/// use clientdesk_host::adapters::mail::SmtpOptions;
///
/// let mail = SmtpOptions::read("smtp://desk@mail.example", "no-reply@desk.example")?
///     .password("from a file of one's own")
///     .open()?;
/// mail.check()?;
/// # Ok::<(), clientdesk_host::adapters::mail::SmtpMailError>(())
/// ```
pub struct SmtpOptions {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encrypted: Encrypted,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) sender: String,
    /// Whom the server tells of what comes back.
    pub(super) envelope_sender: Address,
    pub(super) unsubscribe: Unsubscribe,
    pub(super) hello: ClientId,
    pub(super) connections: usize,
    pub(super) deadline: Duration,
    shown: String,
}

/// What stands behind the `?`.
#[derive(Default)]
struct Parameters {
    tls: Option<bool>,
    authorities: Option<PathBuf>,
    bounces: Option<String>,
    unsubscribe: Option<Unsubscribe>,
    hello: Option<String>,
    password_file: Option<PathBuf>,
    connections: Option<usize>,
    deadline: Option<Duration>,
}

/// What stands before it.
struct Place {
    is_tls: bool,
    user: Option<String>,
    password: Option<String>,
    host: String,
    port: Option<u16>,
}

impl SmtpOptions {
    /// What the address says; mails come from the address `sender`.
    ///
    /// # Errors
    ///
    /// [`SmtpMailError::Address`] and [`SmtpMailError::Sender`], which name what is wrong; neither repeats the
    /// password.
    pub fn read(address: &str, sender: &str) -> Result<Self, SmtpMailError> {
        let envelope = ascii_address(sender).map_err(|why| SmtpMailError::Sender {
            address: sender.chars().filter(|letter| !letter.is_control()).take(300).collect(),
            why,
        })?;
        Self::parse(address, envelope).map_err(|why| SmtpMailError::Address { why })
    }

    /// Whether the text is meant as an address of a mail server.
    pub fn is_address(text: &str) -> bool {
        text.starts_with("smtp://") || text.starts_with("smtps://")
    }

    fn parse(address: &str, sender: Address) -> Result<Self, String> {
        let (place, parameters) = address.split_once('?').unwrap_or((address, ""));
        let (place, own) = (Place::parse(place)?, Parameters::parse(parameters)?);
        let is_here = is_this_machine(&place.host);
        let wants_tls = match (place.is_tls, own.tls) {
            (true, Some(false)) => return Err("`tls=off` is for `smtp://` only".into()),
            (true, _) => true,
            (false, said) => said.unwrap_or(!is_here),
        };
        let encrypted = match wants_tls {
            true => Encrypted::By(Box::new(Tls::new(
                &place.host,
                own.authorities.as_deref(),
                place.is_tls,
            )?)),
            false if own.authorities.is_some() => return Err("`ca` needs `tls=required`".into()),
            false => Encrypted::Never,
        };
        if matches!(encrypted, Encrypted::Never) && place.user.is_some() && !is_here {
            return Err("a password is never sent without encryption: leave `tls=off` out".into());
        }
        let password = match (&place.password, &own.password_file) {
            (Some(_), Some(_)) => return Err("`password-file` is one password too many".into()),
            (None, Some(file)) => Some(password_in(file)?),
            (said, None) => said.clone(),
        };
        if password.is_some() && place.user.is_none() {
            return Err("it has a password and no user: `smtp://user@…`".into());
        }
        let default = match (place.is_tls, place.user.is_some()) {
            (true, _) => 465,
            (false, true) => 587,
            (false, false) => 25,
        };
        let port = place.port.unwrap_or(default);
        let envelope_sender = match own.bounces.as_deref().map(ascii_address).transpose() {
            Ok(bounces) => bounces.unwrap_or_else(|| sender.clone()),
            Err(why) => return Err(format!("`bounces`: {why}")),
        };
        let hello = own.hello.unwrap_or_else(|| sender.domain().to_owned());
        let shown = shown(&place, port);
        Ok(Self {
            encrypted,
            user: place.user,
            password,
            host: place.host,
            port,
            envelope_sender,
            unsubscribe: own.unsubscribe.unwrap_or(Unsubscribe::Agency),
            hello: ClientId::Domain(hello),
            connections: own.connections.unwrap_or(CONNECTIONS),
            deadline: own.deadline.unwrap_or(DEADLINE),
            sender: sender.to_string(),
            shown,
        })
    }

    /// The password, for who keeps it elsewhere than in the address.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Whether a user logs in whose password isn't known yet.
    pub fn lacks_password(&self) -> bool {
        self.user.is_some() && self.password.is_none()
    }

    /// How long handing a mail over may take in all.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Where the server is, for people: without the password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What is said to log in; none: nobody does.
    pub(super) fn credentials(&self) -> Option<Credentials> {
        let user = self.user.clone()?;
        Some(Credentials::new(user, self.password.clone().unwrap_or_default()))
    }
}

impl std::fmt::Debug for SmtpOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpOptions").field("server", &self.shown).finish_non_exhaustive()
    }
}

impl Place {
    fn parse(text: &str) -> Result<Self, String> {
        let (is_tls, rest) = match (text.strip_prefix("smtps://"), text.strip_prefix("smtp://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err("it begins with `smtp://` or `smtps://`".into()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (who, host) = match rest.rsplit_once('@') {
            Some((who, host)) => (Some(who), host),
            None => (None, rest),
        };
        let (user, password) = match who.map(|who| who.split_once(':').ok_or(who)) {
            None => (None, None),
            Some(Err(user)) => (Some(decoded(user, "the user")?), None),
            Some(Ok((user, password))) => {
                (Some(decoded(user, "the user")?), Some(decoded(password, "the password")?))
            }
        };
        if user.as_ref().is_some_and(String::is_empty) {
            return Err("there is no user before the `@`".into());
        }
        let (host, port) = host_and_port(host)?;
        Ok(Self { is_tls, user, password, host, port })
    }
}

fn host_and_port(text: &str) -> Result<(String, Option<u16>), String> {
    const EXPECTED: &str = "it names no host, as in `smtp://user@mail.example:587`";
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').ok_or(EXPECTED)?)),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
    if host.is_empty() || !host.bytes().all(fits) {
        return Err(EXPECTED.into());
    }
    let number = |port: &str| port.parse().ok().filter(|port| *port != 0);
    let port = port.map(|port| number(port).ok_or("the port is a number from 1 to 65535"));
    Ok((host.to_owned(), port.transpose()?))
}

impl Parameters {
    fn parse(text: &str) -> Result<Self, String> {
        let mut own = Self::default();
        for parameter in text.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = decoded(value, &format!("`{name}`"))?;
            match name {
                "tls" => own.tls = Some(tls(&value)?),
                "ca" => own.authorities = Some(value.into()),
                "bounces" => own.bounces = Some(value),
                "unsubscribe" => own.unsubscribe = Some(unsubscribe(value)?),
                "hello" => own.hello = Some(hello(value)?),
                "password-file" => own.password_file = Some(value.into()),
                "connections" => {
                    let connections = number(name, &value, 1..=CONNECTIONS_MAX)?;
                    own.connections = usize::try_from(connections).ok();
                }
                "deadline" => {
                    own.deadline =
                        Some(Duration::from_secs(number(name, &value, DEADLINE_SECONDS)?));
                }
                other => {
                    return Err(format!(
                        "`{}` isn't known: there are `tls`, `ca`, `bounces`, `unsubscribe`, `hello`, `password-file`, \
                         `connections` and `deadline`",
                        other.escape_debug()
                    ));
                }
            }
        }
        Ok(own)
    }
}

fn tls(value: &str) -> Result<bool, String> {
    match value {
        "required" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("`tls` is `required` or `off`, not `{}`", other.escape_debug())),
    }
}

fn unsubscribe(value: String) -> Result<Unsubscribe, String> {
    let is_link =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte));
    match value.starts_with("https://") {
        true if is_link(&value) => Ok(Unsubscribe::Page(value)),
        false if value.parse::<Address>().is_ok() && is_link(&value) => {
            Ok(Unsubscribe::Mail(value))
        }
        _ => {
            Err("`unsubscribe` is an address, or a page such as `https://desk.example/stop?{mail}`"
                .into())
        }
    }
}

fn hello(value: String) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte);
    let is_name = (1..=255).contains(&value.len()) && value.bytes().all(fits);
    if is_name { Ok(value) } else { Err("`hello` is a name such as `desk.example`".into()) }
}

fn number(name: &str, value: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!("`{name}` is a whole number from {} to {}", range.start(), range.end())
    })
}

fn decoded(text: &str, what: &str) -> Result<String, String> {
    let decoded =
        percent_decode_str(text).decode_utf8().map_err(|_| format!("{what} isn't UTF-8"))?;
    match decoded.contains(['\r', '\n', '\0']) {
        true => Err(format!("{what} has a line's end in it")),
        false => Ok(decoded.into_owned()),
    }
}

/// An address that every server takes.
fn ascii_address(text: &str) -> Result<Address, String> {
    let address: Address = text
        .parse()
        .map_err(|_| "it isn't an address such as `no-reply@desk.example`".to_owned())?;
    match text.is_ascii() {
        true => Ok(address),
        false => {
            Err("it may have letters of ASCII only; a domain has another form, `xn--…`".into())
        }
    }
}

fn password_in(file: &Path) -> Result<String, String> {
    let named = |why: String| format!("`password-file={}`: {why}", file.display());
    let opened = File::open(file).map_err(|error| named(error.to_string()))?;
    let mode = files::open_to_others(&opened).map_err(|error| named(error.to_string()))?;
    if let Some(mode) = mode {
        return Err(named(format!("it can be read by others (mode {mode:o}): chmod 600")));
    }
    let mut text = String::new();
    let read = opened.take(PASSWORD_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|error| named(error.to_string()))?;
    let password = text.trim_end_matches(['\r', '\n']);
    match password.is_empty() || password.contains(['\r', '\n', '\0']) {
        true => Err(named("a password is one line".into())),
        false => Ok(password.to_owned()),
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn shown(place: &Place, port: u16) -> String {
    let scheme = if place.is_tls { "smtps" } else { "smtp" };
    let host = match place.host.contains(':') {
        true => format!("[{}]", place.host),
        false => place.host.clone(),
    };
    let user = place.user.as_ref().map(|user| format!("{}@", user.escape_debug()));
    format!("{scheme}://{}{host}:{port}", user.unwrap_or_default())
}
