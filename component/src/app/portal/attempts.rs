//! Trying passwords: what it costs, how often, and what a failure leaves behind.

use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::tx::Tx;
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::due::Due;
use crate::domain::email::Email;
use crate::domain::identity::Identity;
use crate::domain::log::Event;
use crate::domain::password::{Password, PasswordHash, verify_nobody};
use crate::domain::rate::Failures;
use crate::domain::spelling::composed;
use crate::domain::text::key_hash;

/// How an attempt ended. A failed one is committed too: its log entry is, and its count.
pub enum Attempt<T> {
    /// With this.
    Succeeded(T),
    /// With this error.
    Failed(Error),
}

impl<T> Attempt<T> {
    /// The answer to whoever made it.
    pub fn into_result(self) -> Result<T, Error> {
        match self {
            Attempt::Succeeded(value) => Ok(value),
            Attempt::Failed(error) => Err(error),
        }
    }
}

/// The refusal of a wrong password, and of an unknown address.
pub fn wrong_password() -> Error {
    Error::denied("wrong-password", "wrong e-mail address or password")
}

/// The failed attempts with one address, and from where this one comes.
pub struct Tries {
    address: String,
    origin: String,
}

/// The most characters of an origin.
const ORIGIN_CHARS_MAX: usize = 200;

impl Tries {
    /// Those with the address `email`, whatever it looks like.
    ///
    /// # Errors
    ///
    /// When the origin is too long.
    pub fn with(email: &str, origin: Option<&str>) -> Result<Tries, Error> {
        let origin = origin.unwrap_or_default();
        if origin.chars().count() > ORIGIN_CHARS_MAX {
            let message = format!("must have at most {ORIGIN_CHARS_MAX} characters");
            return Err(Error::invalid("origin", "too-long", message));
        }
        let origin: String = key_hash(origin).chars().take(12).collect();
        // All spellings of an address share their tries; what is none has its own.
        let address = match Email::parse(email) {
            Ok(email) => email.key_hash(),
            Err(_) => key_hash(&composed(email.trim()).to_lowercase()),
        };
        Ok(Tries { address, origin })
    }

    /// Where they are counted.
    pub fn key(&self) -> Key<Failures> {
        keys::failed_log_ins(&self.address)
    }

    /// Refuses another attempt when too many failed, before anything is compared: so the
    /// right password is refused too.
    ///
    /// # Errors
    ///
    /// When too many failed.
    pub fn check(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let rules = tx.view().limits().failed_log_ins;
        let failures = tx.read(&self.key())?.unwrap_or_default();
        Ok(failures.check(rules, &self.origin, tx.now())?)
    }

    /// Counts one more that failed.
    fn count(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let rules = tx.view().limits().failed_log_ins;
        let before = tx.read(&self.key())?;
        let failures = before.clone().unwrap_or_default().once_more(rules, &self.origin, tx.now());
        if before.is_none()
            && let Some(at) = failures.forgotten_at(rules)
        {
            tx.schedule(at, Due::AttemptsEnd(format!("log-in/{}", self.address)))?;
        }
        tx.write(self.key(), &failures)
    }

    /// Forgets them: somebody chose a new password.
    pub fn forget(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if tx.read(&self.key())?.is_some() {
            tx.delete(self.key());
        }
        Ok(())
    }

    /// A failed attempt: counted and logged, whoever it was, so that known and unknown
    /// addresses cost the same.
    pub fn fail<T>(
        &self,
        tx: &mut Tx<'_>,
        client: Option<&Client>,
        error: Error,
    ) -> Result<Attempt<T>, Error> {
        self.count(tx)?;
        log_failure(tx, client)?;
        Ok(Attempt::Failed(error))
    }
}

/// Logs a failed attempt. Only a client's address is named: one that the agency doesn't know
/// isn't its business, and people type their password into the wrong field.
fn log_failure(tx: &mut Tx<'_>, client: Option<&Client>) -> Result<(), Error> {
    let email = client.and_then(|client| client.email.as_ref());
    let personal = email.map(|email| ("email", email.as_str().to_owned()));
    let id = client.map(|client| client.id);
    tx.act_as(Actor::Visitor);
    tx.log_with(Event::SignInFailed { client: id }, personal.into_iter().collect())?;
    Ok(())
}

/// Password hashing within one call: it is slow on purpose, so a command that starts again
/// after a conflict doesn't do it again.
#[derive(Default)]
pub struct PasswordWork {
    hashed: Option<PasswordHash>,
    verified: Option<(Option<PasswordHash>, bool)>,
}

impl PasswordWork {
    /// The hash of a password that was chosen.
    ///
    /// # Errors
    ///
    /// When the platform's cost is out of range.
    pub fn hash(&mut self, tx: &mut Tx<'_>, password: &Password) -> Result<PasswordHash, Error> {
        if let Some(hash) = &self.hashed {
            return Ok(hash.clone());
        }
        let cost = tx.view().limits().password_cost;
        let hash = PasswordHash::new(password, tx.random()?, cost, tx.ring())?;
        self.hashed = Some(hash.clone());
        Ok(hash)
    }

    /// Hashes the right password of `identity` anew where an older key made its hash: that key can
    /// be retired once nobody's password hangs on it any more. Nothing else about the login changes.
    ///
    /// # Errors
    ///
    /// When the platform's cost is out of range.
    pub fn renew(
        &mut self,
        tx: &mut Tx<'_>,
        mut identity: Identity,
        password: &str,
    ) -> Result<Identity, Error> {
        let is_newest = |hash: &PasswordHash| hash.key() == tx.ring().newest().id();
        if identity.password.as_ref().is_some_and(|hash| !is_newest(hash)) {
            identity.keep_password(self.hash(tx, &Password::attempt(password))?);
            tx.write(keys::identity(identity.id), &identity)?;
        }
        Ok(identity)
    }

    /// Whether it is the password of `identity`; no, after the same work, where there is none, or its key
    /// is gone.
    pub fn verify(
        &mut self,
        tx: &mut Tx<'_>,
        identity: Option<&Identity>,
        password: &str,
    ) -> Result<bool, Error> {
        let hash = identity.and_then(|identity| identity.password.clone());
        // Without its key, a hash is no password any more: its owner chooses another by a mailed link.
        let hash = hash.filter(|hash| tx.ring().get(hash.key()).is_some());
        if let Some((known, verdict)) = &self.verified
            && *known == hash
        {
            return Ok(*verdict);
        }
        let attempts = [Some(Password::attempt(password)), Password::attempt_as_typed(password)];
        let mut verdict = false;
        for attempt in attempts.iter().flatten() {
            let right = match &hash {
                Some(hash) => hash.verify(attempt, tx.ring())?,
                None => {
                    verify_nobody(attempt, tx.view().limits().password_cost, tx.ring())?;
                    false
                }
            };
            if right {
                verdict = true;
                break;
            }
        }
        self.verified = Some((hash, verdict));
        Ok(verdict)
    }
}
