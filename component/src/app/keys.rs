//! Where everything lies in the store. The table of all keys is in `docs/design.md`.
//!
//! Keys begin with the agency, so that a store can be split by it. Outside stand identities
//! and the due index. Texts of any alphabet stand in keys as digests.

use core::marker::PhantomData;

use super::record::{
    Answered, DueState, Lease, LedgerBlock, Marker, PasswordRequest, Record, Rescoring, Scored,
    StuckJob,
};
use crate::domain::activity::{Activity, Deeds};
use crate::domain::agency::Agency;
use crate::domain::billing::Payer;
use crate::domain::brand::Brand;
use crate::domain::client::{Client, Standing};
use crate::domain::digest::Schedule;
use crate::domain::due::{Due, DueEntry};
use crate::domain::email::Email;
use crate::domain::health::trail::Trail;
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId, MailId};
use crate::domain::identity::Identity;
use crate::domain::limit::{Failures, Recent};
use crate::domain::log::{Block, Head};
use crate::domain::mail::OutboxMail;
use crate::domain::search;
use crate::domain::session::Session;
use crate::domain::slipping::Reached;
use crate::domain::tally::Tally;
use crate::domain::text::Name;
use crate::domain::time::{Timestamp, Until};

/// A key, and the type of the record under it.
pub struct Key<R> {
    text: String,
    record: PhantomData<R>,
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

/// Which brand has a name.
pub fn brand_name(agency: &AgencyId, name: &Name) -> Key<BrandId> {
    Key::new(format!("a/{agency}/brand-name/{}", name.digest()))
}

/// A client.
pub fn client(agency: &AgencyId, id: ClientId) -> Key<Client> {
    Key::new(format!("a/{agency}/client/{id}"))
}

/// All clients, in the order in which they were first invited.
pub fn clients(agency: &AgencyId) -> Range<Client> {
    Range::new(format!("a/{agency}/client/"))
}

/// Which client has an e-mail address.
pub fn client_email(agency: &AgencyId, email: &Email) -> Key<ClientId> {
    Key::new(format!("a/{agency}/client-email/{}", email.digest()))
}

/// How many clients the agency has.
pub fn tally(agency: &AgencyId) -> Key<Tally> {
    Key::new(format!("a/{agency}/tally"))
}

/// What the clients of a block are found by.
pub fn search(agency: &AgencyId, block: u32) -> Key<search::Block> {
    Key::new(format!("a/{agency}/search/{block:08}"))
}

/// What all clients are found by.
pub fn searches(agency: &AgencyId) -> Range<search::Block> {
    Range::new(format!("a/{agency}/search/"))
}

/// A client's place in the order of names.
pub fn by_name(agency: &AgencyId, client: &Client) -> Key<Marker> {
    Key::new(format!("a/{agency}/by-name/{}/{}", search::collation(client), client.id))
}

/// All clients in the order of their names.
pub fn by_names(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/by-name/"))
}

/// A client's place in the order of latest log-ins; who never logged in comes first.
pub fn by_login(agency: &AgencyId, client: &Client) -> Key<Marker> {
    let at = client.last_login.map_or(0, Timestamp::millis);
    Key::new(format!("a/{agency}/by-login/{}/{}", padded(at), client.id))
}

/// All clients in the order of their latest log-ins.
pub fn by_logins(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/by-login/"))
}

/// A client's place in the order in which clients are revoked by themselves; none for one
/// who isn't.
pub fn by_end(agency: &AgencyId, client: &Client) -> Option<Key<Marker>> {
    let at = padded(client.last_access_end()?.millis());
    Some(Key::new(format!("a/{agency}/by-end/{at}/{}", client.id)))
}

/// Where clients lie who are revoked by themselves by `now`: first, and after the last.
pub fn ended_by(agency: &AgencyId, now: Timestamp) -> (String, String) {
    (format!("a/{agency}/by-end/"), format!("a/{agency}/by-end/{}0", padded(now.millis())))
}

/// A client's place in the order of scores; those without one come last.
pub fn by_health(agency: &AgencyId, client: &Client) -> Key<Marker> {
    let score = client.score.map_or_else(|| "none".to_owned(), |score| format!("{score:03}"));
    Key::new(format!("a/{agency}/by-health/{score}/{}", client.id))
}

/// All clients in the order of their scores.
pub fn by_healths(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/by-health/"))
}

/// A client's place in the order in which invites expire; none without one that does.
pub fn by_expiry(agency: &AgencyId, client: &Client) -> Option<Key<Marker>> {
    let at = padded(client.invite_until().end()?.millis());
    Some(Key::new(format!("a/{agency}/by-expiry/{at}/{}", client.id)))
}

/// Where clients lie whose invites expire after `from`, up to and including `to`.
pub fn expiring(agency: &AgencyId, from: Timestamp, to: Timestamp) -> (String, String) {
    let place = |at: Timestamp| format!("a/{agency}/by-expiry/{}0", padded(at.millis()));
    (place(from), place(to))
}

/// The time and the client that the rest of a key of such an order spells.
pub fn parse_timed(key: &str) -> Option<(Timestamp, ClientId)> {
    let mut parts = key.rsplit('/');
    let client = ClientId::parse(parts.next()?).ok()?;
    Some((Timestamp::from_millis(parts.next()?.parse().ok()?)?, client))
}

/// What a client did, over all its brands.
pub fn activity(agency: &AgencyId, client: ClientId) -> Key<Activity> {
    Key::new(format!("a/{agency}/activity/{client}"))
}

/// What a client did at one brand.
pub fn brand_activity(agency: &AgencyId, client: ClientId, brand: &BrandId) -> Key<Activity> {
    Key::new(format!("a/{agency}/brand-activity/{client}/{brand}"))
}

/// How a client's score went.
pub fn trail(agency: &AgencyId, client: ClientId) -> Key<Trail> {
    Key::new(format!("a/{agency}/trail/{client}"))
}

/// What a client did in one call, and no log entry covers yet. `name` begins with the time.
pub fn unsealed(agency: &AgencyId, client: ClientId, name: &str) -> Key<Deeds> {
    Key::new(format!("a/{agency}/unsealed/{client}/{name}"))
}

/// The name of what a client did in one call: the time, what tells it from others of that
/// time, and which part of it this is.
pub fn deeds_name(at: Timestamp, random: [u8; 6], part: usize) -> String {
    let [a, b, c, d, e, f] = random;
    let random = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    format!("{}-{random:012x}-{part}", padded(at.millis()))
}

/// Everything that no log entry covers yet, client by client.
pub fn all_unsealed(agency: &AgencyId) -> Range<Deeds> {
    Range::new(format!("a/{agency}/unsealed/"))
}

/// What a client did that no log entry covers yet.
pub fn unsealed_of(agency: &AgencyId, client: ClientId) -> Range<Deeds> {
    Range::new(format!("a/{agency}/unsealed/{client}/"))
}

/// What a client did in one call, and log entry `entry` covers.
pub fn sealed(agency: &AgencyId, client: ClientId, entry: u64, name: &str) -> Key<Deeds> {
    Key::new(format!("a/{agency}/sealed/{client}/{}/{name}", padded(entry)))
}

/// What a client did that log entry `entry` covers.
pub fn sealed_by(agency: &AgencyId, client: ClientId, entry: u64) -> Range<Deeds> {
    Range::new(format!("a/{agency}/sealed/{client}/{}/", padded(entry)))
}

/// What a client did that log entries cover.
pub fn sealed_of(agency: &AgencyId, client: ClientId) -> Range<Deeds> {
    Range::new(format!("a/{agency}/sealed/{client}/"))
}

/// How far scoring everybody anew has come.
pub fn rescoring(agency: &AgencyId) -> Key<Rescoring> {
    Key::new(format!("a/{agency}/rescoring"))
}

/// When everybody was scored anew, and what came of it.
pub fn scored(agency: &AgencyId) -> Key<Scored> {
    Key::new(format!("a/{agency}/scored"))
}

/// How far writing down who slipped away has come.
pub fn slipping(agency: &AgencyId) -> Key<Reached> {
    Key::new(format!("a/{agency}/slipping"))
}

/// Where the weekly summaries stand.
pub fn digest(agency: &AgencyId) -> Key<Schedule> {
    Key::new(format!("a/{agency}/digest"))
}

/// The part of the order of statuses that a client lies in. Who has joined is active, at risk
/// or churned as time goes by, in this very order: the latest log-in comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Invited.
    Pending,
    /// Joined.
    Joined,
    /// Revoked.
    Revoked,
}

impl Class {
    const fn letter(self) -> char {
        match self {
            Class::Pending => '1',
            Class::Joined => '2',
            Class::Revoked => '3',
        }
    }
}

/// A client's place in the order of statuses.
pub fn by_status(agency: &AgencyId, client: &Client) -> Key<Marker> {
    let (class, at) = match client.standing {
        Standing::Pending { .. } => (Class::Pending, client.invited_at),
        Standing::Joined { .. } => (Class::Joined, client.last_login.unwrap_or(Timestamp::EPOCH)),
        Standing::Revoked { at } => (Class::Revoked, at),
    };
    let place = status_place(agency, class, at);
    Key::new(format!("{place}{}", client.id))
}

/// Where clients of a class lie whose time is `at`; those of later times lie before.
pub fn status_place(agency: &AgencyId, class: Class, at: Timestamp) -> String {
    let back = NEVER_MILLIS - at.millis();
    format!("a/{agency}/by-status/{}/{}/", class.letter(), padded(back))
}

/// The place of one who has joined, and logged in at this time.
pub fn joined_place(agency: &AgencyId, at: Timestamp, client: ClientId) -> String {
    format!("{}{client}", status_place(agency, Class::Joined, at))
}

/// The latest log-in and the client that a key of the class of who has joined spells.
pub fn parse_joined(key: &str) -> Option<(Timestamp, ClientId)> {
    let mut parts = key.rsplit('/');
    let client = ClientId::parse(parts.next()?).ok()?;
    let back: u64 = parts.next()?.parse().ok()?;
    Some((Timestamp::from_millis(NEVER_MILLIS.checked_sub(back)?)?, client))
}

/// All clients of a class, the latest first.
pub fn of_class(agency: &AgencyId, class: Class) -> Range<Marker> {
    Range::new(format!("a/{agency}/by-status/{}/", class.letter()))
}

/// All clients in the order of their statuses.
pub fn by_statuses(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/by-status/"))
}

/// That the log's block that begins with entry `first` says something about a client.
pub fn about(agency: &AgencyId, client: ClientId, first: u64) -> Key<Marker> {
    Key::new(format!("a/{agency}/about/{client}/{}", padded(first)))
}

/// The log's blocks that say something about a client.
pub fn abouts(agency: &AgencyId, client: ClientId) -> Range<Marker> {
    Range::new(format!("a/{agency}/about/{client}/"))
}

/// That a mail is about a client.
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

/// Refused tries to sign up by a link.
pub fn sign_up_tries(agency: &AgencyId, client: ClientId) -> Key<Recent> {
    Key::new(format!("a/{agency}/attempts/{client}"))
}

/// Failed attempts to sign in with an address.
pub fn failed_log_ins(email: &str) -> Key<Failures> {
    Key::new(format!("attempts/log-in/{email}"))
}

/// Requests for a new password with an address.
pub fn reset_requests(email: &str) -> Key<Recent> {
    Key::new(format!("attempts/reset/{email}"))
}

/// A client's access to a brand.
pub fn access(agency: &AgencyId, brand: &BrandId, until: Until, client: ClientId) -> Key<Marker> {
    Key::new(format!("a/{agency}/access/{brand}/{}/{client}", ends(until)))
}

/// Everybody's access to a brand, in the order in which it ends.
pub fn accesses(agency: &AgencyId, brand: &BrandId) -> Range<Marker> {
    Range::new(format!("a/{agency}/access/{brand}/"))
}

/// The end and the client that the rest of an access key spells.
pub fn parse_access(suffix: &str) -> Option<(Until, ClientId)> {
    let (end, client) = suffix.split_once('/')?;
    let until = match end {
        NEVER => Until::FOREVER,
        end => Until::at(Timestamp::from_millis(end.parse().ok()?)?),
    };
    Some((until, ClientId::parse(client).ok()?))
}

/// A session, by the hash of its secret.
pub fn session(agency: &AgencyId, id: &str) -> Key<Session> {
    Key::new(format!("a/{agency}/session/{id}"))
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
pub fn answered(agency: &AgencyId, digest: &str) -> Key<Answered> {
    Key::new(format!("a/{agency}/idempotency/{digest}"))
}

/// What the agency's ledger comes to.
pub fn payer(agency: &AgencyId) -> Key<Payer> {
    Key::new(format!("a/{agency}/payer/agency"))
}

/// The block of the agency's ledger that begins with line `first`.
pub fn ledger(agency: &AgencyId, first: u64) -> Key<LedgerBlock> {
    Key::new(format!("a/{agency}/ledger/agency/{}", padded(first)))
}

/// The agency's whole ledger.
pub fn ledgers(agency: &AgencyId) -> Range<LedgerBlock> {
    Range::new(format!("a/{agency}/ledger/agency/"))
}

/// A login.
pub fn identity(id: IdentityId) -> Key<Identity> {
    Key::new(format!("identity/{id}"))
}

/// Which login has an e-mail address.
pub fn identity_email(email: &Email) -> Key<IdentityId> {
    Key::new(format!("identity-email/{}", email.digest()))
}

/// An entry of the due index.
pub fn due(entry: &DueEntry) -> Key<DueState> {
    let (shard, at) = (entry.shard(), padded(entry.at.millis()));
    let DueEntry { agency, due, .. } = entry;
    Key::new(format!("due/{shard:02}/{at}/{agency}/{}/{}", due.kind(), due.subject()))
}

/// What falls due in a part of the index, the earliest first.
pub fn dues(shard: u8) -> Range<DueState> {
    Range::new(format!("due/{shard:02}/"))
}

/// What an entry of the due index is, by what comes after `due/{shard}/` in its key.
pub fn parse_due(suffix: &str) -> Option<DueEntry> {
    let (at, rest) = suffix.split_once('/')?;
    let (agency, rest) = rest.split_once('/')?;
    let (kind, subject) = rest.split_once('/')?;
    let at = Timestamp::from_millis(at.parse().ok()?)?;
    Some(DueEntry { at, agency: AgencyId::parse(agency).ok()?, due: Due::parse(kind, subject)? })
}

/// Where a part of the index ends that is due at `now`.
pub fn due_until(shard: u8, now: Timestamp) -> String {
    format!("due/{shard:02}/{}0", padded(now.millis()))
}

/// Who works on a part of the due index.
pub fn lease(shard: u8) -> Key<Lease> {
    Key::new(format!("lease/{shard:02}"))
}

/// Something due that was set aside.
pub fn stuck(entry: &DueEntry) -> Key<StuckJob> {
    let (at, DueEntry { agency, due, .. }) = (padded(entry.at.millis()), entry);
    Key::new(format!("stuck/{at}/{agency}/{}/{}", due.kind(), due.subject()))
}

/// Everything that was set aside, the earliest first.
pub fn stucks() -> Range<StuckJob> {
    Range::new("stuck/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_keys_fit() {
        let longest = "x".repeat(64);
        let (agency, brand) =
            (AgencyId::parse(&longest).unwrap(), BrandId::parse(&longest).unwrap());
        let client = ClientId::from_bytes([0xff; 16]);
        let access = access(&agency, &brand, Until::FOREVER, client);
        assert!(access.text().len() <= 512, "{}", access.text().len());
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
        let range = accesses(&agency, &brand);
        assert_eq!(parse_access(range.suffix(never.text())), Some((Until::FOREVER, client)));
        assert_eq!(
            parse_access(range.suffix(late.text())),
            Some((Until::at(Timestamp::MAX), client))
        );
    }
}
