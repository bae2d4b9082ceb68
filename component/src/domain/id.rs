//! Ids: one type for each kind of thing, parsed at the edge.
//!
//! Two families. The host chooses the ids of agencies, brands and operators, since it has
//! ids of its own; the component makes the rest, as UUIDs of version 7, which sort by the
//! time at which they were made.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use thiserror::Error;
use uuid::Uuid;

use super::time::Timestamp;

/// Why a text isn't an id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IdError {
    /// A host-chosen id with other characters, or too long, or empty.
    #[error("must be 1 to {max} characters of `A-Z a-z 0-9 . _ -`")]
    Malformed {
        /// The most characters that it may have.
        max: usize,
    },
    /// Not a UUID.
    #[error("must be a UUID, such as `01890a5d-ac96-774b-bcce-b302099a8057`")]
    NotUuid,
}

/// Whether `text` can be an id that the host chose.
#[inline(never)]
fn check(text: &str, max: usize) -> Result<(), IdError> {
    let fits = (1..=max).contains(&text.len());
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if fits && plain { Ok(()) } else { Err(IdError::Malformed { max }) }
}

macro_rules! chosen_by_the_host {
    ($($(#[$doc:meta])* $name:ident, at most $max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                check(&text, $max).map_err(de::Error::custom)?;
                Ok(Self(text))
            }
        }

        impl $name {
            /// The id that `text` spells.
            ///
            /// # Errors
            ///
            /// When it is empty, too long, or has a character outside `A-Za-z0-9._-`.
            #[inline(never)]
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text, $max).map(|()| Self(text.to_owned()))
            }

            /// A generated id: a UUID of version 7.
            pub fn generate(now: Timestamp, seed: [u8; 10]) -> Self {
                Self(uuid_v7(now, seed).to_string())
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

macro_rules! made_here {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(#[serde(with = "uuid_text")] Uuid);

        impl $name {
            /// The id that `text` spells.
            ///
            /// # Errors
            ///
            /// When it isn't a UUID.
            #[inline(never)]
            pub fn parse(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError::NotUuid)
            }

            /// A fresh id. Ids of the same millisecond sort by the beginning of `seed`.
            pub fn generate(now: Timestamp, seed: [u8; 10]) -> Self {
                Self(uuid_v7(now, seed))
            }

            /// The id's 16 bytes.
            pub fn to_bytes(self) -> [u8; 16] {
                *self.0.as_bytes()
            }

            /// The id with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }
    )*};
}

chosen_by_the_host! {
    /// An agency: the tenant. Every key of its data begins with it.
    AgencyId, at most 64;
    /// A brand within its agency.
    BrandId, at most 64;
    /// An account within its agency.
    AccountId, at most 64;
    /// A template for accounts within its agency.
    TemplateId, at most 64;
    /// A feature of an agency's portal.
    FeatureKey, at most 64;
    /// An add-on of the catalog.
    AddOnId, at most 64;
    /// A plan of the catalog.
    PlanId, at most 64;
}

made_here! {
    /// A client: an identity's membership in an agency, or the offer of one.
    ClientId;
    /// A person's login, for the whole platform.
    IdentityId;
    /// A mail in the outbox.
    MailId;
}

fn uuid_v7(now: Timestamp, seed: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(now.millis(), &seed).into_uuid()
}

/// UUIDs as text: `uuid`'s own serde support would pull in more than these lines.
mod uuid_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use uuid::Uuid;

    pub(super) fn serialize<S: Serializer>(id: &Uuid, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Uuid, D::Error> {
        let text = String::deserialize(input)?;
        Uuid::try_parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_ids_are_short_and_plain() {
        let (most, long) = ("x".repeat(64), "x".repeat(65));
        for (text, good) in [
            ("acme", true),
            ("A.b_c-9", true),
            (&most, true),
            ("", false),
            ("a/b", false),
            ("a b", false),
            ("ä", false),
            (&long, false),
        ] {
            assert_eq!(AgencyId::parse(text).is_ok(), good, "{text:?}");
        }
    }

    #[test]
    fn made_ids_sort_by_time() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let early = ClientId::generate(at(1_000), [0xff; 10]);
        let late = ClientId::generate(at(1_001), [0; 10]);
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(ClientId::parse(&late.to_string()), Ok(late));
        assert_eq!(ClientId::parse("nike"), Err(IdError::NotUuid));
    }
}
