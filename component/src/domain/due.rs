//! What falls due, and when: the entries of the due index.
//!
//! A command that makes something fall due writes an entry, and one that settles it deletes
//! the entry again; the jobs look for entries whose time has come. What an entry is for
//! stands in its key, so that both sides can spell it from facts.

use super::id::{AgencyId, ClientId, MailId};
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
}

impl Due {
    /// The word that stands for it in keys.
    pub const fn kind(&self) -> &'static str {
        match self {
            Due::InviteExpiry(_) => "invite-expiry",
            Due::MailRetry(_) => "mail-retry",
            Due::IdempotencyEnd(_) => "idempotency-end",
            Due::SessionEnd(_) => "session-end",
        }
    }

    /// What it is about.
    pub fn subject(&self) -> String {
        match self {
            Due::InviteExpiry(client) => client.to_string(),
            Due::MailRetry(mail) => mail.to_string(),
            Due::IdempotencyEnd(id) | Due::SessionEnd(id) => id.clone(),
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
}
