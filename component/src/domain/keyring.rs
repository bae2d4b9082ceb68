//! Keyed hashes under the host's key ring.
//!
//! The newest key signs, all of them verify, and everything that was made with a key names
//! it. Each hash's input starts with its purpose, and each part of it with its length, so
//! that a hash made for one thing never fits another.

use core::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::Sha256;
use thiserror::Error;

/// What a hash is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The secret of a mailed invite.
    MailedInvite,
    /// The secret of an invite's link that is passed on by hand.
    CopiedInvite,
    /// The secret of a mailed link that proves an address.
    ConfirmEmail,
    /// The secret of a mailed link that resets a password.
    ResetPassword,
    /// A session's row is stored under this hash of its secret.
    Session,
    /// A sign-in on an account's behalf is stored under this hash of its secret.
    Acting,
    /// A log entry, chained to the one before.
    Log,
    /// What clients did, covered by a log entry.
    Activity,
    /// The arguments of a command, to compare with those of its repetition.
    Request,
    /// What a command comes to, for a quote.
    Quote,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Purpose::MailedInvite => b"mailed-invite",
            Purpose::CopiedInvite => b"copied-invite",
            Purpose::ConfirmEmail => b"confirm-email",
            Purpose::ResetPassword => b"reset-password",
            Purpose::Session => b"session",
            Purpose::Acting => b"acting",
            Purpose::Log => b"log",
            Purpose::Activity => b"activity",
            Purpose::Request => b"request",
            Purpose::Quote => b"quote",
        }
    }
}

/// Names a key of the ring: 1 to 16 letters, digits, `-` or `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

impl KeyId {
    /// The id that `text` spells; none when it is too long or has other characters.
    pub fn parse(text: &str) -> Option<KeyId> {
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        ((1..=16).contains(&text.len()) && plain).then(|| KeyId(text.to_owned()))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<KeyId, &'static str> {
        KeyId::parse(&text).ok_or("a key's id must be 1 to 16 letters, digits, `-` or `_`")
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> String {
        id.0
    }
}

/// A key: an id, and 32 bytes that nobody sees.
pub struct Key {
    id: KeyId,
    secret: [u8; 32],
    /// The hash as far as the key takes it: half of the work of hashing something short.
    begun: Hmac<Sha256>,
}

impl Key {
    /// A key of these 32 bytes.
    pub fn new(id: KeyId, secret: [u8; 32]) -> Key {
        Key { id, begun: keyed(&secret), secret }
    }

    /// The key's id.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The key's bytes, for password hashing only.
    pub(super) const fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    fn hash(&self, purpose: Purpose, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut hmac = self.begun.clone();
        for part in core::iter::once(&purpose.label()).chain(parts) {
            hmac.update(&(part.len() as u64).to_be_bytes());
            hmac.update(part);
        }
        hmac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id.0)
    }
}

/// A keyed hash, with the name of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mac {
    /// The key that made it.
    pub key: KeyId,
    /// HMAC-SHA256.
    pub bytes: [u8; 32],
}

impl Mac {
    /// The hash that `text` spells: the key's id, a colon, base64url.
    pub fn parse(text: &str) -> Option<Mac> {
        let (key, hash) = text.split_once(':')?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(hash).ok()?.try_into().ok()?;
        Some(Mac { key: KeyId::parse(key)?, bytes })
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key.0, base64url(&self.bytes))
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mac {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        Mac::parse(&text).ok_or_else(|| D::Error::custom("must be `key:base64url`"))
    }
}

/// Why a hash doesn't verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// Its key isn't in the ring (any more).
    #[error("made with a key that isn't in the ring")]
    UnknownKey,
    /// It is the hash of something else.
    #[error("doesn't fit")]
    Mismatch,
}

/// The host's keys: at least one, newest first.
#[derive(Debug)]
pub struct KeyRing {
    newest: Key,
    older: Vec<Key>,
}

impl KeyRing {
    /// The ring of these keys, newest first; none without a key.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Option<KeyRing> {
        let mut keys = keys.into_iter();
        Some(KeyRing { newest: keys.next()?, older: keys.collect() })
    }

    /// The key that signs.
    pub const fn newest(&self) -> &Key {
        &self.newest
    }

    /// The ids of all keys, the newest first.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        core::iter::once(&self.newest).chain(&self.older).map(|key| &key.id)
    }

    /// The key with this id; none when it isn't in the ring.
    pub fn get(&self, id: &KeyId) -> Option<&Key> {
        core::iter::once(&self.newest).chain(&self.older).find(|key| key.id == *id)
    }

    /// The hash of `parts` under the newest key.
    pub fn sign(&self, purpose: Purpose, parts: &[&[u8]]) -> Mac {
        sign_with(&self.newest, purpose, parts)
    }

    /// The hash of `parts` under the key with this id; none when it isn't in the ring.
    pub fn sign_with(&self, key: &KeyId, purpose: Purpose, parts: &[&[u8]]) -> Option<Mac> {
        self.get(key).map(|key| sign_with(key, purpose, parts))
    }

    /// The hash of `parts` under the key that something was first made with: it comes out the same
    /// again. Under the newest, where that isn't known, or the ring lacks it.
    pub fn sign_again(&self, key: Option<&KeyId>, purpose: Purpose, parts: &[&[u8]]) -> Mac {
        let first = key.and_then(|key| self.get(key));
        sign_with(first.unwrap_or(&self.newest), purpose, parts)
    }

    /// Checks that `mac` is the hash of `parts`, in constant time.
    ///
    /// # Errors
    ///
    /// When it isn't, or when its key isn't in the ring.
    pub fn verify(&self, mac: &Mac, purpose: Purpose, parts: &[&[u8]]) -> Result<(), VerifyError> {
        let key = self.get(&mac.key).ok_or(VerifyError::UnknownKey)?;
        let hash = key.hash(purpose, parts);
        hash.verify_slice(&mac.bytes).map_err(|_| VerifyError::Mismatch)
    }
}

fn sign_with(key: &Key, purpose: Purpose, parts: &[&[u8]]) -> Mac {
    Mac { key: key.id.clone(), bytes: key.hash(purpose, parts).finalize().into_bytes().into() }
}

/// HMAC-SHA256 of `value` under a random salt: says nothing about the value once the salt
/// is gone.
pub fn salted(salt: &[u8; 16], value: &str) -> [u8; 32] {
    let mut hmac = keyed(salt);
    hmac.update(value.as_bytes());
    hmac.finalize().into_bytes().into()
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length; the signature can't say so")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// Base64 in the alphabet that is safe in links and keys, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes that a base64url text without padding spells; none for other texts.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::domain) fn ring(ids: &[&str]) -> KeyRing {
        let key = |id: &&str| {
            let mut secret = [7; 32];
            secret[0] = id.as_bytes()[0];
            Key::new(KeyId::parse(id).unwrap(), secret)
        };
        KeyRing::new(ids.iter().map(key)).unwrap()
    }

    #[test]
    fn old_keys_verify_and_the_newest_signs() {
        let old = ring(&["a"]).sign(Purpose::Log, &[b"x"]);
        let rotated = ring(&["b", "a"]);
        assert_eq!(rotated.verify(&old, Purpose::Log, &[b"x"]), Ok(()));
        assert_eq!(rotated.sign(Purpose::Log, &[b"x"]).key.as_str(), "b");
        assert_eq!(ring(&["b"]).verify(&old, Purpose::Log, &[b"x"]), Err(VerifyError::UnknownKey));
    }

    #[test]
    fn a_hash_fits_its_purpose_and_parts_only() {
        let ring = ring(&["a"]);
        let mac = ring.sign(Purpose::Log, &[b"ab", b"c"]);
        for (purpose, parts) in [
            (Purpose::Session, [&b"ab"[..], b"c"]),
            (Purpose::Log, [b"a", b"bc"]),
            (Purpose::Log, [b"ab", b"d"]),
        ] {
            assert_eq!(ring.verify(&mac, purpose, &parts), Err(VerifyError::Mismatch));
        }
        assert_eq!(Mac::parse(&mac.to_string()), Some(mac));
    }

    #[test]
    fn keys_hide() {
        assert_eq!(format!("{:?}", ring(&["a"])), "KeyRing { newest: Key(a), older: [] }");
    }
}
