//! What falls due, and when: the entries of the due index.
//!
//! A command that makes something fall due writes an entry, and one that settles it deletes
//! the entry again; the jobs look for entries whose time has come. What an entry is for
//! stands in its key, so that both sides can spell it from facts.

use super::id::{AccountId, AgencyId, BrandId, ClientId, MailId};
use super::time::Timestamp;

/// How many parts the index has, so that several workers can run at once.
pub const SHARDS: u8 = 64;

/// What an entry is about: something with a text of its own, as it stands in keys.
trait About: Sized {
    fn text(&self) -> String;
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! about {
    ($($type:ty),*) => {$(
        impl About for $type {
            fn text(&self) -> String {
                self.to_string()
            }

            fn parse(text: &str) -> Option<Self> {
                <$type>::parse(text).ok()
            }
        }
    )*};
}

about!(AccountId, ClientId, BrandId, MailId);

impl About for String {
    fn text(&self) -> String {
        self.clone()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// The subject of what is about the whole agency.
const WHOLE: &str = "agency";

/// The list of jobs: a case for each, what it is about, and the word for it in keys; after a
/// bar, words that older releases had.
macro_rules! jobs {
    (
        about one { $($(#[$one_doc:meta])* $one:ident($subject:ty) = $one_word:literal,)* }
        about the agency { $($(#[$doc:meta])* $whole:ident = $word:literal $(| $old:literal)*,)* }
    ) => {
        /// Something that falls due. How each is done stands in `app/jobs/work.rs`.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Due {
            $($(#[$one_doc])* $one($subject),)*
            $($(#[$doc])* $whole,)*
        }

        impl Due {
            /// The words for all of them.
            pub const KINDS: &[&str] = &[$($one_word,)* $($word,)*];

            /// The word that stands for it in keys.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Due::$one(_) => $one_word,)*
                    $(Due::$whole => $word,)*
                }
            }

            /// What it is about.
            pub fn subject(&self) -> String {
                match self {
                    $(Due::$one(subject) => subject.text(),)*
                    $(Due::$whole)|* => WHOLE.to_owned(),
                }
            }

            /// What these words stand for; none for others.
            pub fn parse(kind: &str, subject: &str) -> Option<Due> {
                match kind {
                    $($one_word => About::parse(subject).map(Due::$one),)*
                    $($word $(| $old)* => (subject == WHOLE).then_some(Due::$whole),)*
                    _ => None,
                }
            }
        }
    };
}

jobs! {
    about one {
        /// A client's invite expires.
        InviteExpiry(ClientId) = "invite-expiry",
        /// A mail should be tried again.
        MailRetry(MailId) = "mail-retry",
        /// An idempotency record, under this hash of its key, is of no use any more.
        IdempotencyEnd(String) = "idempotency-end",
        /// A session, under this hash of its secret, is over at the latest.
        SessionEnd(String) = "session-end",
        /// Access of a client to a brand ends by itself.
        AccessEnd(ClientId) = "access-end",
        /// A brand was archived: its clients are to be tidied up.
        BrandTidy(BrandId) = "brand-tidy",
        /// White-label of one brand is to be booked: it was damaged, or far behind.
        BrandRenewals(BrandId) = "brand-renewals",
        /// Something of an account is to be booked, or an invoice of its own closes.
        AccountRenewals(AccountId) = "account-renewals",
        /// The trial of an account will be over soon.
        TrialEnding(AccountId) = "trial-ending",
        /// The trial of an account is over.
        TrialEnd(AccountId) = "trial-end",
        /// An account whose trial was over so many days ago is deleted.
        TrialDeletion(AccountId) = "trial-deletion",
        /// A sign-in on an account's behalf is over, under this hash of its secret.
        ImpersonationEnd(String) = "impersonation-end",
        /// A sign-in on an account's behalf, under this hash of its secret, is over: the account gets a
        /// report.
        SignInReport(String) = "sign-in-report",
        /// Somebody asked for a new password; the address lies under this id.
        PasswordRequest(MailId) = "password-request",
        /// Attempts that were counted, under this part of their key, are forgotten.
        AttemptsEnd(String) = "attempts-end",
        /// A client's person proved another address, which the agency doesn't know yet.
        AddressChange(ClientId) = "address-change",
        /// The rest of a client's personal data is to be erased.
        Erasure(ClientId) = "erasure",
        /// What the agency's jobs left out for a client, since a row of it was damaged.
        Backlog(ClientId) = "backlog",
    }
    about the agency {
        /// The agency's clients are to be scored anew, once a day.
        Rescoring = "rescoring",
        /// A client of the agency turns at-risk or churned.
        Crossing = "crossing" | "slipping",
        /// A period began: the agency's running white-label is charged for it.
        Renewals = "renewals",
        /// The agency's weekly summary.
        Digest = "digest",
        /// What clients did is to be covered by the log.
        Sealing = "sealing",
    }
}

/// An entry of the due index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueEntry {
    /// When.
    pub at: Timestamp,
    /// In which agency.
    pub agency: AgencyId,
    /// What.
    pub due: Due,
}

impl DueEntry {
    /// What the agency's jobs left out for a client. It has one entry, whichever of them leave
    /// something out and how often: it lies at the time of its creation, as its id tells.
    pub fn backlog(agency: AgencyId, client: ClientId) -> DueEntry {
        let millis = client.to_bytes().iter().take(6).fold(0, |m, byte| m << 8 | u64::from(*byte));
        let at = Timestamp::from_millis(millis).unwrap_or(Timestamp::EPOCH);
        DueEntry { at, agency, due: Due::Backlog(client) }
    }

    /// The part of the index that it lies in: spread over all of them, also within an
    /// agency, so that a large one isn't one worker's alone.
    pub fn shard(&self) -> u8 {
        // FNV-1a. Only an even spread counts here, and it must never change.
        let subject = self.due.subject();
        let bytes = self.agency.as_str().bytes().chain(subject.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        (hash >> 58) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shards_are_used_evenly() {
        let mut counts = [0; SHARDS as usize];
        for number in 0..6_400_u64 {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            let entry = DueEntry {
                at: Timestamp::EPOCH,
                agency: AgencyId::parse("acme").unwrap(),
                due: Due::MailRetry(MailId::from_bytes(bytes)),
            };
            counts[usize::from(entry.shard())] += 1;
        }
        assert!(counts.iter().all(|count| (50..200).contains(count)), "{counts:?}");
    }

    #[test]
    fn what_falls_due_is_read_from_its_key() {
        let id = ClientId::from_bytes([1; 16]).to_string();
        for kind in Due::KINDS {
            let fits = |subject: &&str| Due::parse(kind, subject).is_some();
            let subject = [WHOLE, &id, "nike"].into_iter().find(fits).unwrap();
            let due = Due::parse(kind, subject).unwrap();
            assert_eq!((due.kind(), due.subject().as_str()), (*kind, subject));
        }
        assert_eq!(Due::parse("slipping", WHOLE), Some(Due::Crossing));
        for (kind, subject) in [("tomorrow", WHOLE), ("digest", "nike"), ("erasure", WHOLE)] {
            assert_eq!(Due::parse(kind, subject), None, "{kind}, {subject}");
        }
    }
}
