//! Webhooks: an agency's log, sent to an address of its choice as it grows.
//!
//! | module | does |
//! | --- | --- |
//! | this | what is stored of a webhook, and how that changes |
//! | `target` | where messages may go |
//! | `sign` | what shows a receiver that they are the service's |
//! | `send` | one message, to its answer |
//! | `deliver` | all that are due, one after the other for each webhook |
//!
//! Each entry is sent at least once, and in order: the next only once the one before was taken. Where a webhook is
//! in the log is in its row, so a restart goes on there, and so does another process on the same store.

pub(crate) mod deliver;
mod row;
pub(crate) mod send;
pub(crate) mod sign;
pub(crate) mod target;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clientdesk_contract::kinds;
use clientdesk_host::{CallError, Host, suggest};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

pub use crate::rows::Stored;
use crate::rows::{self, RowError};
pub(crate) use row::Row;
pub use row::Webhook;
pub use send::Sent;
pub use sign::SigningSecret;
use target::Target;

/// What the keys of webhooks' rows begin with.
const ROWS: &str = "host/webhook/";
/// How long a receiver may take to answer, where nothing else is said.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);
/// How many an agency may have.
pub(crate) const AGENCY_MAX: usize = 20;
/// How many kinds one may name.
const KINDS_MAX: usize = 100;

/// What a new webhook is to be.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Whose log it is about.
    pub agency: String,
    /// Where messages go.
    pub url: String,
    /// The kinds of entries that are sent; none at all: every kind.
    pub kinds: Vec<String>,
    /// The number of the entry to begin behind; none: only what comes. 0: from the first.
    pub after: Option<u64>,
    /// Whether it is the platform's: it may go by HTTP, and to the service's own network.
    pub anywhere: bool,
    /// What makes a repeated wish the same one; none: each makes a webhook.
    pub repeated_by: Option<String>,
}

/// Why there is no webhook.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// One of the fields of [`NewWebhook`] is wrong.
    #[error("`{field}` {problem}")]
    Wrong {
        /// Which field.
        field: &'static str,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// The agency has as many as it may.
    #[error("an agency has {AGENCY_MAX} webhooks at most")]
    TooMany,
    /// The key that its secret is derived from can't be had.
    #[error("{0}")]
    Keys(String),
    /// There was no randomness.
    #[error("the system gives no randomness")]
    Random,
    /// The store failed.
    #[error(transparent)]
    Row(#[from] RowError),
    /// The agency's log can't be read.
    #[error(transparent)]
    Log(#[from] CallError),
}

/// The webhooks of a host's store.
#[derive(Clone)]
pub struct Webhooks {
    host: Arc<Host>,
}

impl Webhooks {
    /// Those in the store of a host.
    pub fn new(host: Arc<Host>) -> Webhooks {
        Webhooks { host }
    }

    /// Makes one. Its secret is what its receiver verifies messages with.
    ///
    /// # Errors
    ///
    /// When a field makes no sense, the agency has too many, and when the store or the key ring fails.
    pub fn create(&self, new: NewWebhook) -> Result<(Webhook, SigningSecret), WebhookError> {
        check(&new)?;
        let head = self.head(&new.agency)?;
        let position = new.after.unwrap_or(head);
        if position > head {
            return Err(wrong("after", format!("is beyond the log's end, which is {head}")));
        }
        let id = id_for(new.repeated_by.as_deref())?;
        let keys = self.host.secrets().keys().map_err(|error| WebhookError::Keys(error.0))?;
        let key = keys.first().ok_or_else(|| WebhookError::Keys("there is no key".into()))?;
        let row = Row::new(&new, key.id.clone(), position, self.host.clock().now());
        let place = format!("{ROWS}{id}");
        let storage = &**self.host.storage();
        if let Some(known) = rows::read::<Row>(storage, &place)? {
            return self.repeated(known, &row, id);
        }
        let of_agency = self.list()?.whole.into_iter().filter(|hook| hook.agency() == new.agency);
        if of_agency.count() >= AGENCY_MAX {
            return Err(WebhookError::TooMany);
        }
        if !rows::create(storage, &place, &row)? {
            // Another process was quicker with the same wish.
            let known = rows::read::<Row>(storage, &place)?;
            return self.repeated(known.unwrap_or_else(|| row.clone()), &row, id);
        }
        let secret = SigningSecret::of(key, &id);
        Ok((Webhook::of(id, row), secret))
    }

    /// The same wish again has the same answer; another with the same key is refused.
    fn repeated(
        &self,
        known: Row,
        wanted: &Row,
        id: String,
    ) -> Result<(Webhook, SigningSecret), WebhookError> {
        if !known.is_same_wish(wanted) {
            let problem = "was used for another webhook: take a new one for each";
            return Err(wrong("idempotency-key", problem.to_owned()));
        }
        let hook = Webhook::of(id, known);
        let secret = self.secret(&hook)?;
        Ok((hook, secret))
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn list(&self) -> Result<Stored<Webhook>, RowError> {
        let rows::Found { whole, damaged } = rows::list::<Row>(&**self.host.storage(), ROWS)?;
        let mut whole: Vec<Webhook> =
            whole.into_iter().map(|(id, row)| Webhook::of(id, row)).collect();
        whole.sort_by(|one, other| one.order().cmp(&other.order()));
        Ok(Stored { whole, damaged })
    }

    /// The one of this id.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn get(&self, id: &str) -> Result<Option<Webhook>, RowError> {
        let Some(place) = row_of(id) else { return Ok(None) };
        let row: Option<Row> = rows::read(&**self.host.storage(), &place)?;
        Ok(row.map(|row| Webhook::of(id.to_owned(), row)))
    }

    /// Deletes one; says whether there was one, damaged or not.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn delete(&self, id: &str) -> Result<bool, RowError> {
        let Some(place) = row_of(id) else { return Ok(false) };
        rows::delete(&**self.host.storage(), &place)
    }

    /// One that fails, or was given up, is tried again at once, from where it was; says whether there is one.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn resume(&self, id: &str) -> Result<bool, RowError> {
        Ok(self.change(id, Row::resume)?.is_some())
    }

    /// Changes a row; none: there is none any more.
    pub(crate) fn change(
        &self,
        id: &str,
        change: impl FnMut(&mut Row) -> bool,
    ) -> Result<Option<Row>, RowError> {
        let Some(place) = row_of(id) else { return Ok(None) };
        rows::update(&**self.host.storage(), &place, change)
    }

    /// What a receiver verifies its messages with.
    pub(crate) fn secret(&self, hook: &Webhook) -> Result<SigningSecret, WebhookError> {
        let keys = self.host.secrets().keys().map_err(|error| WebhookError::Keys(error.0))?;
        let key = keys.iter().find(|key| key.id == hook.key()).ok_or_else(|| {
            let gone = hook.key();
            WebhookError::Keys(format!(
                "the key `{gone}`, with which its messages are signed, isn't in the key ring: start the service again \
                 if the ring was changed meanwhile, or make the webhook anew"
            ))
        })?;
        Ok(SigningSecret::of(key, hook.id()))
    }

    /// The number of an agency's last log entry.
    pub(crate) fn head(&self, agency: &str) -> Result<u64, WebhookError> {
        let head =
            self.host.call("audit.head", &[caller(agency)]).map_err(|error| match error {
                CallError::Refused { error, .. } if error.get("not-found").is_some() => {
                    wrong("agency", "must be one that there is".to_owned())
                }
                other => other.into(),
            })?;
        Ok(head.get("number").and_then(Value::as_u64).unwrap_or_default())
    }

    /// Sends a webhook a message that says nothing of the log, and tells what came of it.
    pub async fn test(&self, hook: &Webhook) -> Sent {
        Arc::new(deliver::Courier::new(self.clone(), DEADLINE)).test(hook).await
    }

    /// The host whose they are.
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }
}

/// In whose name logs are read.
pub(crate) fn caller(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "webhooks", "name": "Webhooks", "role": "owner"}})
}

fn check(new: &NewWebhook) -> Result<(), WebhookError> {
    Target::parse(&new.url, new.anywhere).map_err(|problem| wrong("url", problem.to_owned()))?;
    if new.kinds.len() > KINDS_MAX {
        return Err(wrong("kinds", format!("may name {KINDS_MAX} kinds at most")));
    }
    for kind in &new.kinds {
        if !kinds::events().any(|known| known == kind) {
            let close = suggest::did_you_mean(&suggest::close_names(kind, kinds::events()));
            let named: String = kind.chars().take(60).collect();
            return Err(wrong("kinds", format!("has no kind of log entries `{named}`{close}")));
        }
    }
    Ok(())
}

fn wrong(field: &'static str, problem: String) -> WebhookError {
    WebhookError::Wrong { field, problem }
}

/// An id of 12 characters: drawn, or the same for the same wish.
fn id_for(repeated_by: Option<&str>) -> Result<String, WebhookError> {
    let mut bytes = [0; 9];
    match repeated_by {
        None => getrandom::fill(&mut bytes).map_err(|_| WebhookError::Random)?,
        Some(wish) => {
            for (byte, hashed) in bytes.iter_mut().zip(Sha256::digest(wish)) {
                *byte = hashed;
            }
        }
    }
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Where the webhook of an id is; none for a text that is none.
fn row_of(id: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (id.len() == 12 && id.bytes().all(fits)).then(|| format!("{ROWS}{id}"))
}
