//! Where everything lies in the store. The table of all keys is in `docs/design.md`.
//!
//! Keys begin with the agency, so that a store can be split by it. Outside stand identities
//! and the due index. Texts of any alphabet stand in keys as digests.
//!
//! | to find the keys of | open |
//! | --- | --- |
//! | orders and searches of clients | `orders.rs` |
//! | orders and searches of accounts | `accounts.rs` |
//! | what clients did, scores, summaries | `activity.rs` |
//! | what is owed | `billing.rs` |
//! | what falls due | `due.rs` |
//! | who is signed in on an account's behalf | `impersonation.rs` |
//! | an import that is under way | `moving.rs` |
//! | everything else | here |

mod accounts;
mod activity;
mod billing;
mod due;
mod impersonation;
mod moving;
mod orders;

use core::marker::PhantomData;

use super::record::{Answered, Marker, PasswordRequest, Record};
use crate::domain::agency::Agency;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId, MailId};
use crate::domain::identity::Identity;
use crate::domain::log::{Block, Head};
use crate::domain::mail::OutboxMail;
use crate::domain::rate::{Failures, Recent};
use crate::domain::session::Session;
use crate::domain::tally::Tally;
use crate::domain::text::Name;
use crate::domain::time::Until;

pub use accounts::*;
pub use activity::*;
pub use billing::*;
pub use due::*;
pub use impersonation::*;
pub use moving::*;
pub use orders::*;

/// A key, and the type of the record under it.
pub struct Key<R> {
    text: String,
    record: PhantomData<R>,
}

impl<R> Clone for Key<R> {
    fn clone(&self) -> Key<R> {
        Key { text: self.text.clone(), record: PhantomData }
    }
}

impl<R: Record> Key<R> {
    const fn new(text: String) -> Key<R> {
        Key { text, record: PhantomData }
    }

    /// The key's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The key's text.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A stretch of keys with the same beginning, and the type of the records under them.
pub struct Range<R> {
    prefix: String,
    record: PhantomData<R>,
}

impl<R: Record> Range<R> {
    const fn new(prefix: String) -> Range<R> {
        Range { prefix, record: PhantomData }
    }

    /// The first key that could be in it. It ends with a slash.
    pub fn start(&self) -> &str {
        &self.prefix
    }

    /// The first key after it: `0` is what follows `/`.
    pub fn end(&self) -> String {
        let mut end = self.prefix.clone();
        end.pop();
        end.push('0');
        end
    }

    /// What comes after the beginning in `key`.
    pub fn suffix<'k>(&self, key: &'k str) -> &'k str {
        key.strip_prefix(&self.prefix).unwrap_or(key)
    }
}

/// A number with leading zeros, so that keys sort as numbers do.
fn padded(number: u64) -> String {
    format!("{number:015}")
}

/// The end of access that never ends, as it stands in keys: the largest.
const NEVER: &str = "999999999999999";
const NEVER_MILLIS: u64 = 999_999_999_999_999;

/// The end of access as it stands in keys.
fn ends(until: Until) -> String {
    until.end().map_or_else(|| NEVER.to_owned(), |end| padded(end.millis()))
}

/// Whatever belongs to an agency, whichever it is: rows of all kinds.
pub fn agencies() -> Range<Marker> {
    Range::new("a/".to_owned())
}

/// All of an agency's rows of this kind: what comes after the agency in their keys.
pub fn of_kind(agency: &AgencyId, kind: &str) -> Range<Marker> {
    Range::new(format!("a/{agency}/{kind}/"))
}

/// What kind of row lies under a key: what comes after the agency, or comes first.
pub fn kind_of(key: &str) -> &str {
    let own = key.strip_prefix("a/").and_then(|rest| rest.split_once('/'));
    let rest = own.map_or(key, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// An agency's settings.
pub fn agency(id: &AgencyId) -> Key<Agency> {
    Key::new(format!("a/{id}/agency"))
}

/// Where an agency's log ends, and its latest time.
pub fn head(agency: &AgencyId) -> Key<Head> {
    Key::new(format!("a/{agency}/head"))
}

/// The log's block that begins with entry `first`.
pub fn log(agency: &AgencyId, first: u64) -> Key<Block> {
    Key::new(format!("a/{agency}/log/{}", padded(first)))
}

/// The whole log.
pub fn logs(agency: &AgencyId) -> Range<Block> {
    Range::new(format!("a/{agency}/log/"))
}

/// A brand.
pub fn brand(agency: &AgencyId, id: &BrandId) -> Key<Brand> {
    Key::new(format!("a/{agency}/brand/{id}"))
}

/// All brands.
pub fn brands(agency: &AgencyId) -> Range<Brand> {
    Range::new(format!("a/{agency}/brand/"))
}

/// Which brand has a name, as this very spelling of it leads there.
pub fn brand_name(agency: &AgencyId, name: &Name) -> Key<BrandId> {
    Key::new(format!("a/{agency}/brand-name/{}", name.key_hash()))
}

/// Which brand has a name, in whatever spelling: today's place comes first.
pub fn brand_names(agency: &AgencyId, name: &Name) -> Vec<Key<BrandId>> {
    let key = |hash| Key::new(format!("a/{agency}/brand-name/{hash}"));
    name.key_hashes().into_iter().map(key).collect()
}

/// A client.
pub fn client(agency: &AgencyId, id: ClientId) -> Key<Client> {
    Key::new(format!("a/{agency}/client/{id}"))
}

/// All clients, in the order in which they were first invited.
pub fn clients(agency: &AgencyId) -> Range<Client> {
    Range::new(format!("a/{agency}/client/"))
}

/// Which client has an e-mail address, as this very spelling of it leads there.
pub fn client_email(agency: &AgencyId, email: &Email) -> Key<ClientId> {
    Key::new(format!("a/{agency}/client-email/{}", email.key_hash()))
}

/// Which client has an e-mail address, in whatever spelling: today's place comes first.
pub fn client_emails(agency: &AgencyId, email: &Email) -> Vec<Key<ClientId>> {
    let key = |hash| Key::new(format!("a/{agency}/client-email/{hash}"));
    email.key_hashes().into_iter().map(key).collect()
}

/// How many clients the agency has.
pub fn tally(agency: &AgencyId) -> Key<Tally> {
    Key::new(format!("a/{agency}/tally"))
}

/// That the log's block that begins with entry `first` says something about a client.
pub fn about(agency: &AgencyId, client: ClientId, first: u64) -> Key<Marker> {
    Key::new(format!("a/{agency}/about/{client}/{}", padded(first)))
}

/// The log's blocks that say something about a client.
pub fn abouts(agency: &AgencyId, client: ClientId) -> Range<Marker> {
    Range::new(format!("a/{agency}/about/{client}/"))
}

/// That a mail goes to a client, or names it.
pub fn mail_of(agency: &AgencyId, client: ClientId, id: MailId) -> Key<Marker> {
    Key::new(format!("a/{agency}/mail-of/{client}/{id}"))
}

/// The mails about a client, oldest first.
pub fn mails_of(agency: &AgencyId, client: ClientId) -> Range<Marker> {
    Range::new(format!("a/{agency}/mail-of/{client}/"))
}

/// Somebody's request for a new password.
pub fn password_request(agency: &AgencyId, id: MailId) -> Key<PasswordRequest> {
    Key::new(format!("a/{agency}/password-request/{id}"))
}

/// All requests for a new password that no job has answered yet.
pub fn password_requests(agency: &AgencyId) -> Range<PasswordRequest> {
    Range::new(format!("a/{agency}/password-request/"))
}

/// Refused tries to sign up by a link.
pub fn sign_up_tries(agency: &AgencyId, client: ClientId) -> Key<Recent> {
    Key::new(format!("a/{agency}/attempts/{client}"))
}

/// Failed attempts to log in with an address.
pub fn failed_log_ins(email: &str) -> Key<Failures> {
    Key::new(format!("attempts/log-in/{email}"))
}

/// Requests for a new password with an address.
pub fn reset_requests(email: &str) -> Key<Recent> {
    Key::new(format!("attempts/reset/{email}"))
}

/// A session, by the hash of its secret.
pub fn session(agency: &AgencyId, id: &str) -> Key<Session> {
    Key::new(format!("a/{agency}/session/{id}"))
}

/// All sessions.
pub fn sessions(agency: &AgencyId) -> Range<Session> {
    Range::new(format!("a/{agency}/session/"))
}

/// A mail.
pub fn mail(agency: &AgencyId, id: MailId) -> Key<OutboxMail> {
    Key::new(format!("a/{agency}/mail/{id}"))
}

/// All mails, oldest first.
pub fn mails(agency: &AgencyId) -> Range<OutboxMail> {
    Range::new(format!("a/{agency}/mail/"))
}

/// The answer to a call with an idempotency key.
pub fn answered(agency: &AgencyId, key_hash: &str) -> Key<Answered> {
    Key::new(format!("a/{agency}/idempotency/{key_hash}"))
}

/// A login.
pub fn identity(id: IdentityId) -> Key<Identity> {
    Key::new(format!("identity/{id}"))
}

/// All logins.
pub fn identities() -> Range<Identity> {
    Range::new("identity/".to_owned())
}

/// Which logins have which e-mail addresses.
pub fn identity_addresses() -> Range<IdentityId> {
    Range::new("identity-email/".to_owned())
}

/// Which login has an e-mail address, as this very spelling of it leads there.
pub fn identity_email(email: &Email) -> Key<IdentityId> {
    Key::new(format!("identity-email/{}", email.key_hash()))
}

/// Which login has an e-mail address, in whatever spelling: today's place comes first.
pub fn identity_emails(email: &Email) -> Vec<Key<IdentityId>> {
    let key = |hash| Key::new(format!("identity-email/{hash}"));
    email.key_hashes().into_iter().map(key).collect()
}

/// The texts of these keys.
pub fn texts<R: Record>(keys: &[Key<R>]) -> impl Iterator<Item = String> {
    keys.iter().map(|key| key.text().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn the_longest_keys_fit() {
        let longest = "x".repeat(64);
        let (agency, brand) =
            (AgencyId::parse(&longest).unwrap(), BrandId::parse(&longest).unwrap());
        let client = ClientId::from_bytes([0xff; 16]);
        let access = access(&agency, &brand, Until::FOREVER, client);
        let mut pending = crate::domain::client::tests::pending(1, &["nike"], Timestamp::EPOCH);
        pending.id = client;
        pending.name = Name::parse(&"\u{fdfa}".repeat(200)).ok();
        let by_name = by_name(&agency, &pending);
        for key in [access.text(), by_name.text()] {
            assert!(key.len() <= 512, "{key}: {}", key.len());
        }
    }

    #[test]
    fn a_range_holds_its_own_keys_and_no_others() {
        let id = |text| AgencyId::parse(text).unwrap();
        let range = brands(&id("acme"));
        let inside = brand(&id("acme"), &BrandId::parse("zz").unwrap());
        assert!(range.start() < inside.text() && inside.text() < range.end().as_str());
        for outside in
            [brand(&id("acme-2"), &BrandId::parse("a").unwrap()).text(), "a/acme/brand-name/x"]
        {
            assert!(outside < range.start() || outside >= range.end().as_str(), "{outside}");
        }
    }

    #[test]
    fn access_sorts_by_its_end() {
        let (agency, brand) = (AgencyId::parse("acme").unwrap(), BrandId::parse("nike").unwrap());
        let client = ClientId::from_bytes([1; 16]);
        let key = |until| access(&agency, &brand, until, client);
        let soon = key(Until::at(Timestamp::from_millis(999).unwrap()));
        let late = key(Until::at(Timestamp::MAX));
        let never = key(Until::FOREVER);
        assert!(soon.text() < late.text() && late.text() < never.text());
        let soon_over = access_after(&agency, &brand, Timestamp::from_millis(999).unwrap());
        assert!(soon.text() < soon_over.as_str() && soon_over.as_str() < late.text());
        let at_1000 = key(Until::at(Timestamp::from_millis(1_000).unwrap()));
        assert!(soon_over.as_str() < at_1000.text());
        let range = accesses(&agency, &brand);
        assert_eq!(parse_access(range.suffix(never.text())), Some((Until::FOREVER, client)));
        assert_eq!(
            parse_access(range.suffix(late.text())),
            Some((Until::at(Timestamp::MAX), client))
        );
    }
}
