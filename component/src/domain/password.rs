//! Passwords: what is good enough, and how they are kept.

use core::fmt;
use core::ops::RangeInclusive;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::email::Email;
use super::keyring::{KeyId, KeyRing, base64url, from_base64url};
use super::spelling::composed;

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Fewer than 8 characters.
    #[error("must have at least 8 characters")]
    TooShort,
    /// More than 128 characters.
    #[error("must have at most 128 characters")]
    TooLong,
    /// The same as the e-mail address.
    #[error("must not be the e-mail address")]
    SameAsEmail,
    /// One that is tried first.
    #[error("is among the most common passwords: choose another")]
    Common,
}

/// A password that somebody chose. It shows itself to nobody.
pub struct Password(String);

impl Password {
    /// The password that `text` spells, for the login of `email`: composed, so that it is the
    /// same from every keyboard.
    ///
    /// # Errors
    ///
    /// When it is too short or too long, the same as the address, or a common one.
    pub fn choose(text: &str, email: &Email) -> Result<Password, PasswordError> {
        let text = composed(text);
        let folded = text.to_lowercase();
        let is_address = || Email::parse(&text).is_ok_and(|own| own.folded() == email.folded());
        match text.chars().count() {
            ..8 => Err(PasswordError::TooShort),
            129.. => Err(PasswordError::TooLong),
            _ if folded == email.folded() || is_address() => Err(PasswordError::SameAsEmail),
            _ if COMMON.contains(&folded.as_str()) => Err(PasswordError::Common),
            _ => Ok(Password(text)),
        }
    }

    /// The password that `text` spells, to compare with one that was chosen before. It is
    /// bounded, so that nobody can make the hash work on a book.
    pub fn attempt(text: &str) -> Password {
        Password(composed(text).chars().take(129).collect())
    }

    /// The same as it was typed, where that differs: earlier releases hashed it so. How many
    /// there are to try follows from the text alone, so that time tells nothing of the login.
    pub fn attempt_as_typed(text: &str) -> Option<Password> {
        let typed = Password(text.chars().take(129).collect());
        (typed.0 != Password::attempt(text).0).then_some(typed)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What hashing costs: Argon2id, one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// What can be worked with: 8 KiB to 32 MiB, half of what a host gives an instance.
    const MEMORY_KIB: RangeInclusive<u32> = 8..=32 * 1024;
    /// In all passes together, at most: seven times the default, a fraction of a second.
    const WORK_KIB_MAX: u64 = 256 * 1024;

    /// Whether a hash of this cost is a matter of a moment. A stored row that asks for more is
    /// damaged: nobody should have to wait to find that out.
    fn is_sensible(self) -> bool {
        let work = u64::from(self.memory_kib).saturating_mul(self.passes.into());
        Self::MEMORY_KIB.contains(&self.memory_kib) && (1..=Self::WORK_KIB_MAX).contains(&work)
    }
}

/// A password as it is kept: Argon2id with a key of the host's ring as its secret, so that
/// a stolen store is worthless without the host's keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredHash")]
pub struct PasswordHash {
    key: KeyId,
    cost: Cost,
    salt: String,
    hash: String,
}

/// How a hash lies in the store, before anybody looked at what it says.
#[derive(Deserialize)]
struct StoredHash {
    key: KeyId,
    cost: StoredCost,
    salt: String,
    hash: String,
}

#[derive(Deserialize)]
struct StoredCost {
    memory_kib: u32,
    passes: u32,
}

impl TryFrom<StoredHash> for PasswordHash {
    type Error = &'static str;

    fn try_from(stored: StoredHash) -> Result<PasswordHash, &'static str> {
        let StoredHash { key, cost: StoredCost { memory_kib, passes }, salt, hash } = stored;
        let cost = Cost { memory_kib, passes };
        if !cost.is_sensible() {
            return Err("a password cost beyond what any release has set");
        }
        if from_base64url(&salt).is_none_or(|salt| salt.len() != SALT_BYTES) {
            return Err("a password salt that isn't 16 bytes in base64url");
        }
        if from_base64url(&hash).is_none_or(|hash| hash.len() != HASH_BYTES) {
            return Err("a password hash that isn't 32 bytes in base64url");
        }
        Ok(PasswordHash { key, cost, salt, hash })
    }
}

/// How long a salt is.
const SALT_BYTES: usize = 16;
/// How long a hash is.
const HASH_BYTES: usize = 32;

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A hash that couldn't be computed: its cost is out of range, or its key is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the password can't be hashed with this cost and this key ring")]
pub struct HashError;

impl PasswordHash {
    /// The key that it was made with.
    pub const fn key(&self) -> &KeyId {
        &self.key
    }

    /// The hash of `password` under the newest key.
    ///
    /// # Errors
    ///
    /// When the platform's cost is outside what Argon2 allows.
    pub fn new(
        password: &Password,
        salt: [u8; SALT_BYTES],
        cost: Cost,
        ring: &KeyRing,
    ) -> Result<PasswordHash, HashError> {
        let hash = argon2id(password, &salt, cost, ring.newest().secret())?;
        let key = ring.newest().id().clone();
        Ok(PasswordHash { key, cost, salt: base64url(&salt), hash: base64url(&hash) })
    }

    /// Whether `password` is the one that was hashed.
    ///
    /// # Errors
    ///
    /// When the stored cost is out of range, or the key isn't in the ring any more.
    pub fn verify(&self, password: &Password, ring: &KeyRing) -> Result<bool, HashError> {
        let key = ring.get(&self.key).ok_or(HashError)?;
        let salt = from_base64url(&self.salt).ok_or(HashError)?;
        let hash = argon2id(password, &salt, self.cost, key.secret())?;
        // Comparing texts may stop at the first difference: what it tells about a hash under
        // a secret key helps nobody to find a password.
        Ok(base64url(&hash) == self.hash)
    }
}

/// Does the work of a verification for somebody who has no password, so that the time it
/// takes doesn't tell.
///
/// # Errors
///
/// When the platform's cost is outside what Argon2 allows.
pub fn verify_nobody(password: &Password, cost: Cost, ring: &KeyRing) -> Result<(), HashError> {
    argon2id(password, &[0; SALT_BYTES], cost, ring.newest().secret()).map(|_| ())
}

fn argon2id(
    password: &Password,
    salt: &[u8],
    cost: Cost,
    secret: &[u8],
) -> Result<[u8; HASH_BYTES], HashError> {
    let params =
        Params::new(cost.memory_kib, cost.passes, 1, Some(HASH_BYTES)).map_err(|_| HashError)?;
    let argon2 = Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params)
        .map_err(|_| HashError)?;
    let mut hash = [0; HASH_BYTES];
    let hashed = argon2.hash_password_into(password.0.as_bytes(), salt, &mut hash);
    hashed.map(|()| hash).map_err(|_| HashError)
}

/// The passwords of at least 8 characters that lists of stolen ones are full of.
const COMMON: &[&str] = &[
    "00000000",
    "11111111",
    "1111111111",
    "12121212",
    "123123123",
    "12341234",
    "12344321",
    "12345678",
    "123456789",
    "1234567890",
    "123456789a",
    "1234qwer",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "66666666",
    "87654321",
    "88888888",
    "987654321",
    "a1234567",
    "aa123456",
    "aa12345678",
    "abc12345",
    "abcd1234",
    "abcdefgh",
    "access14",
    "administrator",
    "asdfasdf",
    "asdfghjk",
    "asdfghjkl",
    "baseball",
    "changeme",
    "computer",
    "corvette",
    "dragon12",
    "football",
    "iloveyou",
    "internet",
    "letmein1",
    "liverpool",
    "master12",
    "michelle",
    "nopassword",
    "p@ssw0rd",
    "pass1234",
    "passw0rd",
    "password",
    "password!",
    "password1",
    "password12",
    "password123",
    "princess",
    "q1w2e3r4",
    "qazwsxedc",
    "qwer1234",
    "qwerty12",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "startrek",
    "starwars",
    "sunshine",
    "superman",
    "trustno1",
    "victoria",
    "welcome1",
    "welcome123",
    "whatever",
    "zaq12wsx",
    "zxcvbnm1",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::keyring::tests::ring;

    const CHEAP: Cost = Cost { memory_kib: 8, passes: 1 };

    fn email() -> Email {
        Email::parse("ann@nike.example").unwrap()
    }

    #[test]
    fn what_is_good_enough() {
        let (most, more) = ("ü".repeat(128), "ü".repeat(129));
        for (text, refused) in [
            ("1234567", Some(PasswordError::TooShort)),
            ("", Some(PasswordError::TooShort)),
            (more.as_str(), Some(PasswordError::TooLong)),
            ("Ann@Nike.example", Some(PasswordError::SameAsEmail)),
            ("PassWord1", Some(PasswordError::Common)),
            ("correct horse", None),
            (most.as_str(), None),
        ] {
            assert_eq!(Password::choose(text, &email()).err(), refused, "{text:?}");
        }
    }

    #[test]
    fn a_hash_fits_its_password_and_key_ring() {
        let good = Password::attempt("correct horse");
        let hash = PasswordHash::new(&good, [1; 16], CHEAP, &ring(&["a"])).unwrap();
        let rotated = ring(&["b", "a"]);
        assert_eq!(hash.verify(&good, &rotated), Ok(true));
        assert_eq!(hash.verify(&Password::attempt("correct horsf"), &rotated), Ok(false));
        assert_eq!(hash.verify(&good, &ring(&["b"])), Err(HashError));
        let other = PasswordHash::new(&good, [2; 16], CHEAP, &ring(&["a"])).unwrap();
        assert_ne!(hash, other, "salted");
    }

    #[test]
    fn a_password_is_the_same_from_every_keyboard() {
        let (composed, apart) = ("pässwörter", "pa\u{308}sswo\u{308}rter");
        let verify = |chosen: &Password, typed: &str| {
            let hash = PasswordHash::new(chosen, [1; 16], CHEAP, &ring(&["a"])).unwrap();
            let attempts = [Some(Password::attempt(typed)), Password::attempt_as_typed(typed)];
            attempts.iter().flatten().any(|attempt| hash.verify(attempt, &ring(&["a"])).unwrap())
        };
        for chosen in [composed, apart] {
            let chosen = Password::choose(chosen, &email()).unwrap();
            assert!(verify(&chosen, composed) && verify(&chosen, apart));
        }
        // Hashed by an earlier release, as it was typed.
        let before = Password(apart.to_owned());
        assert!(verify(&before, apart));
        assert!(Password::attempt_as_typed("correct horse").is_none(), "one hash is enough");
        assert_eq!(
            Password::choose("u\u{308}234567", &email()).err(),
            Some(PasswordError::TooShort)
        );
        let own = Email::parse("ann@käse.example").unwrap();
        for spelling in ["ann@käse.example", "ann@ka\u{308}se.example", "Ann@xn--kse-qla.example"]
        {
            let refused = Password::choose(spelling, &own).err();
            assert_eq!(refused, Some(PasswordError::SameAsEmail), "{spelling}");
        }
    }

    #[test]
    fn a_stored_hash_that_nobody_wrote_is_damaged() {
        let good = Password::attempt("correct horse");
        let hash = PasswordHash::new(&good, [1; 16], CHEAP, &ring(&["a"])).unwrap();
        let stored = serde_json::to_string(&hash).unwrap();
        assert_eq!(serde_json::from_str::<PasswordHash>(&stored).unwrap(), hash);
        let limit = Cost { memory_kib: 32 * 1024, passes: 8 };
        let default = crate::domain::limits::Limits::DEFAULT.password_cost;
        for (cost, sensible) in [
            (CHEAP, true),
            (default, true),
            (limit, true),
            (Cost { passes: 9, ..limit }, false),
            (Cost { memory_kib: 32 * 1024 + 1, passes: 1 }, false),
            (Cost { memory_kib: 7, passes: 1 }, false),
            (Cost { memory_kib: 8, passes: 0 }, false),
            (Cost { memory_kib: 8, passes: 32 * 1024 }, true),
            (Cost { memory_kib: 8, passes: 32 * 1024 + 1 }, false),
            (Cost { memory_kib: u32::MAX, passes: u32::MAX }, false),
        ] {
            let cheap = serde_json::to_string(&CHEAP).unwrap();
            let other = stored.replace(&cheap, &serde_json::to_string(&cost).unwrap());
            assert_eq!(serde_json::from_str::<PasswordHash>(&other).is_ok(), sensible, "{cost:?}");
        }
        for (whole, broken) in [(&hash.salt, "AQ"), (&hash.salt, "!"), (&hash.hash, "AQ")] {
            let other = stored.replace(whole.as_str(), broken);
            assert!(serde_json::from_str::<PasswordHash>(&other).is_err(), "{other}");
        }
    }

    #[test]
    fn passwords_hide() {
        assert_eq!(format!("{:?}", Password::attempt("correct horse")), "Password(…)");
    }

    #[test]
    fn every_common_password_is_one_that_would_pass_otherwise() {
        assert!(COMMON.iter().all(|word| word.len() >= 8 && *word == word.to_lowercase()));
        assert!(COMMON.is_sorted());
    }
}
