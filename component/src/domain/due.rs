//! What falls due, and when: the entries of the due index.
//!
//! A command that makes something fall due writes an entry, and one that settles it deletes
//! the entry again; the jobs look for entries whose time has come. What an entry is for
//! stands in its key, so that both sides can spell it from facts.

use super::id::{AgencyId, BrandId, ClientId, MailId};
use super::time::Timestamp;

/// How many parts the index has, so that several workers can run at once.
pub const SHARDS: u8 = 64;

/// Something that falls due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// A client's invite expires.
    InviteExpiry(ClientId),
    /// A mail should be tried again.
    MailRetry(MailId),
    /// An idempotency record, under this hash of its key, is of no use any more.
    IdempotencyEnd(String),
    /// A session, under this hash of its secret, is over at the latest.
    SessionEnd(String),
    /// Access of a client to a brand ends by itself.
    AccessEnd(ClientId),
    /// A brand was archived: its clients are to be tidied up.
    BrandTidy(BrandId),
    /// Somebody asked for a new password: under this id lies with which address.
    PasswordRequest(MailId),
    /// Attempts that were counted, under this part of their key, are forgotten.
    AttemptsEnd(String),
    /// The rest of a client's personal data is to be erased.
    Erasure(ClientId),
    /// The agency's clients are to be scored anew, once a day.
    Rescoring,
    /// A client of the agency turns at-risk or churned.
    Crossing,
    /// The agency's weekly summary.
    Digest,
    /// What clients did is to be covered by the log.
    Sealing,
}

/// The subject of what is about the whole agency.
const WHOLE: &str = "agency";

impl Due {
    /// The word that stands for it in keys.
    pub const fn kind(&self) -> &'static str {
        match self {
            Due::InviteExpiry(_) => "invite-expiry",
            Due::MailRetry(_) => "mail-retry",
            Due::IdempotencyEnd(_) => "idempotency-end",
            Due::SessionEnd(_) => "session-end",
            Due::AccessEnd(_) => "access-end",
            Due::BrandTidy(_) => "brand-tidy",
            Due::PasswordRequest(_) => "password-request",
            Due::AttemptsEnd(_) => "attempts-end",
            Due::Erasure(_) => "erasure",
            Due::Rescoring => "rescoring",
            Due::Crossing => "crossing",
            Due::Digest => "digest",
            Due::Sealing => "sealing",
        }
    }

    /// What it is about.
    pub fn subject(&self) -> String {
        match self {
            Due::InviteExpiry(client) | Due::AccessEnd(client) | Due::Erasure(client) => {
                client.to_string()
            }
            Due::MailRetry(mail) | Due::PasswordRequest(mail) => mail.to_string(),
            Due::BrandTidy(brand) => brand.to_string(),
            Due::IdempotencyEnd(id) | Due::SessionEnd(id) | Due::AttemptsEnd(id) => id.clone(),
            Due::Rescoring | Due::Crossing | Due::Digest | Due::Sealing => WHOLE.to_owned(),
        }
    }

    /// What these words stand for; none for others.
    pub fn parse(kind: &str, subject: &str) -> Option<Due> {
        let client = || ClientId::parse(subject).ok();
        let mail = || MailId::parse(subject).ok();
        let text = || Some(subject.to_owned());
        let whole = |due: Due| (subject == WHOLE).then_some(due);
        match kind {
            "invite-expiry" => client().map(Due::InviteExpiry),
            "mail-retry" => mail().map(Due::MailRetry),
            "idempotency-end" => text().map(Due::IdempotencyEnd),
            "session-end" => text().map(Due::SessionEnd),
            "access-end" => client().map(Due::AccessEnd),
            "brand-tidy" => BrandId::parse(subject).ok().map(Due::BrandTidy),
            "password-request" => mail().map(Due::PasswordRequest),
            "attempts-end" => text().map(Due::AttemptsEnd),
            "erasure" => client().map(Due::Erasure),
            "rescoring" => whole(Due::Rescoring),
            "crossing" | "slipping" => whole(Due::Crossing),
            "digest" => whole(Due::Digest),
            "sealing" => whole(Due::Sealing),
            _ => None,
        }
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
        let (client, mail) = (ClientId::from_bytes([1; 16]), MailId::from_bytes([2; 16]));
        for due in [
            Due::InviteExpiry(client),
            Due::MailRetry(mail),
            Due::IdempotencyEnd("x".into()),
            Due::SessionEnd("x".into()),
            Due::AccessEnd(client),
            Due::BrandTidy(BrandId::parse("nike").unwrap()),
            Due::PasswordRequest(mail),
            Due::AttemptsEnd("log-in/x".into()),
            Due::Erasure(client),
            Due::Rescoring,
            Due::Crossing,
            Due::Digest,
            Due::Sealing,
        ] {
            assert_eq!(Due::parse(due.kind(), &due.subject()), Some(due));
        }
        assert_eq!(Due::parse("tomorrow", "x"), None);
    }
}
