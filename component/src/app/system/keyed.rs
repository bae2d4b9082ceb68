//! What in a row was made with a key of the host's ring: the one list of all such rows.

use serde::Deserialize;

use crate::app::error::Error;
use crate::app::record::{self, Answered, Arriving};
use crate::domain::client::Client;
use crate::domain::identity::{Identity, OpenLink};
use crate::domain::impersonation::Impersonation;
use crate::domain::json::from_json;
use crate::domain::keyring::{KeyId, Mac};
use crate::domain::log::Block;
use crate::domain::session::Session;

/// The word for a login among the kinds of rows.
pub const LOGIN: &str = "login";

/// What is made with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// The hash of a password.
    Password,
    /// A mailed link to choose a new password.
    PasswordLink,
    /// A mailed link to prove an address.
    ConfirmationLink,
    /// The links of an open invite.
    Invite,
    /// The token of somebody who is logged in to a portal.
    Session,
    /// The token of an operator who is signed in on an account's behalf.
    SignIn,
    /// What a command answered, for its repetition.
    Answer,
    /// The hash of an entry of the log.
    LogEntry,
    /// The hash over what clients did that an entry covers.
    Activity,
    /// An import that is under way, of an agency in which something was made with the key.
    Import,
}

impl UseKind {
    /// Whether it is a link that can be derived again: under the newest key, where its own is gone.
    pub const fn is_derived(self) -> bool {
        matches!(self, UseKind::PasswordLink | UseKind::ConfirmationLink | UseKind::Invite)
    }
}

/// Something that was made with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What.
    pub what: UseKind,
    /// The key; none: a release made it that didn't say.
    pub key: Option<KeyId>,
}

/// A row in which something was made with a key. What else names a key (the log's head, mails with a
/// link) repeats what stands in one of these.
pub enum Keyed {
    /// A client, with its open invite.
    Client(Box<Client>),
    /// A login, with its password and its open links.
    Login(Box<Identity>),
    /// A session.
    Session(Box<Session>),
    /// A sign-in on an account's behalf.
    SignIn(Box<Impersonation>),
    /// An answer that is kept.
    Answer(Box<Answered>),
    /// Entries of the log.
    Log(Box<Block>),
    /// An import.
    Import(Box<Arriving>),
}

/// The kinds of an agency's rows that may be such rows.
pub const KINDS: &[&str] = &["client", "session", "acting", "idempotency", "log"];

impl Keyed {
    /// The row of this kind; none where nothing in such rows is made with a key. `key` names it where it
    /// can't be read.
    pub fn read(kind: &str, key: &str, value: &str) -> Result<Option<Keyed>, Error> {
        Ok(Some(match kind {
            "client" => Keyed::Client(Box::new(record::decode(key, value)?)),
            LOGIN => Keyed::Login(Box::new(record::decode(key, value)?)),
            "session" => Keyed::Session(Box::new(record::decode(key, value)?)),
            "acting" => Keyed::SignIn(Box::new(record::decode(key, value)?)),
            "idempotency" => Keyed::Answer(Box::new(record::decode(key, value)?)),
            "log" => Keyed::Log(Box::new(record::decode(key, value)?)),
            "import" => Keyed::Import(Box::new(record::decode(key, value)?)),
            _ => return Ok(None),
        }))
    }

    /// All that was made with a key in it, whether it is still worth something or not.
    pub fn made(&self) -> Vec<Made> {
        let made = |what, key: Option<&KeyId>| Made { what, key: key.cloned() };
        let link = |what, link: Option<&OpenLink>| link.map(|link| made(what, link.key.as_ref()));
        match self {
            Keyed::Client(client) => {
                let invite = client.open_invite();
                invite
                    .map(|invite| made(UseKind::Invite, invite.key.as_ref()))
                    .into_iter()
                    .collect()
            }
            Keyed::Login(login) => {
                let password =
                    login.password.as_ref().map(|hash| made(UseKind::Password, Some(hash.key())));
                let confirmation =
                    login.confirmation.as_ref().map(|confirmation| &confirmation.link);
                let links = [
                    link(UseKind::PasswordLink, login.reset.as_ref()),
                    link(UseKind::ConfirmationLink, confirmation),
                ];
                password.into_iter().chain(links.into_iter().flatten()).collect()
            }
            Keyed::Session(session) => vec![made(UseKind::Session, session.key.as_ref())],
            Keyed::SignIn(sign_in) => vec![made(UseKind::SignIn, sign_in.key.as_ref())],
            Keyed::Answer(answer) => vec![made(UseKind::Answer, Some(&answer.request.key))],
            Keyed::Log(block) => made_in_log(block),
            Keyed::Import(import) => {
                let keys = import.progress.keys.iter().filter_map(|key| KeyId::parse(key));
                keys.map(|key| made(UseKind::Import, Some(&key))).collect()
            }
        }
    }
}

fn made_in_log(block: &Block) -> Vec<Made> {
    let mut all = Vec::with_capacity(block.entries.len());
    for entry in &block.entries {
        all.push(Made { what: UseKind::LogEntry, key: Some(entry.mac.key.clone()) });
        let body = entry.body.get();
        // Telling most entries apart costs no parsing.
        if body.contains("\"kind\":\"activity-sealed\"")
            && let Ok(Sealing { event: Hashed { hash } }) = from_json(body)
        {
            all.push(Made { what: UseKind::Activity, key: Some(hash.key) });
        }
    }
    all
}

#[derive(Deserialize)]
struct Sealing {
    event: Hashed,
}

#[derive(Deserialize)]
struct Hashed {
    hash: Mac,
}
