//! Orders of an agency's clients, and where each has its place in them.

use super::{Key, NEVER, NEVER_MILLIS, Range, ends, padded};
use crate::app::record::Marker;
use crate::domain::client::{Client, Standing};
use crate::domain::id::{AgencyId, BrandId, ClientId};
use crate::domain::search;
use crate::domain::time::{Timestamp, Until};

/// What the clients of a block are found by.
pub fn search(agency: &AgencyId, block: u32) -> Key<search::Block> {
    Key::new(format!("a/{agency}/search/{block:08}"))
}

/// What all clients are found by.
pub fn searches(agency: &AgencyId) -> Range<search::Block> {
    Range::new(format!("a/{agency}/search/"))
}

/// How many digits of a name fit into a key, beside the longest agency's id.
const NAME_DIGITS_MAX: usize = 384;

/// What stands behind the digits of a name that goes on: it sorts after all digits.
const CUT: char = '~';

/// A client's place in the order of names, as far as it fits into a key. Names that are the
/// same up to there lie together: [`name_place`] tells in which order.
pub fn by_name(agency: &AgencyId, client: &Client) -> Key<Marker> {
    let digits = search::collation(client);
    let place = match digits.get(..NAME_DIGITS_MAX).filter(|start| start.len() < digits.len()) {
        Some(start) => format!("{start}{CUT}"),
        None => digits,
    };
    Key::new(format!("a/{agency}/by-name/{place}/{}", client.id))
}

/// A client's place in the order of names, to the last letter. Where the name fits into a key,
/// it is the key; everywhere, places are in the order of the keys.
pub fn name_place(agency: &AgencyId, client: &Client) -> String {
    format!("a/{agency}/by-name/{}/{}", search::collation(client), client.id)
}

/// Where the clients lie whose names are the same up to where `key`, or a place, is cut: first,
/// and after the last. None for a name that fits into a key.
pub fn cut_names(agency: &AgencyId, key: &str) -> Option<(String, String)> {
    let range = by_names(agency);
    let digits = range.suffix(key).split('/').next()?;
    let start = digits.get(..NAME_DIGITS_MAX).filter(|start| start.len() < digits.len())?;
    let run = format!("{}{start}{CUT}", range.start());
    Some((format!("{run}/"), format!("{run}0")))
}

/// All clients in the order of their names.
pub fn by_names(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/by-name/"))
}

/// A client's place in the order of latest log-ins; who never logged in comes first.
pub fn by_log_in(agency: &AgencyId, client: &Client) -> Key<Marker> {
    let at = client.last_log_in.map_or(0, Timestamp::millis);
    Key::new(format!("a/{agency}/by-login/{}/{}", padded(at), client.id))
}

/// All clients in the order of their latest log-ins.
pub fn by_log_ins(agency: &AgencyId) -> Range<Marker> {
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

/// A client's place among those whose open invite didn't arrive, in the order in which the
/// invites expire, or would if they did; none for others.
pub fn undelivered(agency: &AgencyId, client: &Client) -> Option<Key<Marker>> {
    let place = client.undelivered().map(|_| client.invite_until())?;
    Some(Key::new(format!("a/{agency}/undelivered/{}/{}", ends(place), client.id)))
}

/// Where clients lie whose invites didn't arrive, and expire after `from`; none: all of them.
pub fn undelivered_from(agency: &AgencyId, from: Option<Timestamp>) -> (String, String) {
    let range: Range<Marker> = Range::new(format!("a/{agency}/undelivered/"));
    let start = from.map_or_else(
        || range.start().to_owned(),
        |from| format!("{}{}0", range.start(), padded(from.millis())),
    );
    (start, range.end())
}

/// The time and the client that the rest of a key of such an order spells.
pub fn parse_timed(key: &str) -> Option<(Timestamp, ClientId)> {
    let mut parts = key.rsplit('/');
    let client = ClientId::parse(parts.next()?).ok()?;
    Some((Timestamp::from_millis(parts.next()?.parse().ok()?)?, client))
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
        Standing::Joined { .. } => (Class::Joined, client.last_log_in.unwrap_or(Timestamp::EPOCH)),
        Standing::Revoked { at, .. } => (Class::Revoked, at),
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

/// A client's access to a brand.
pub fn access(agency: &AgencyId, brand: &BrandId, until: Until, client: ClientId) -> Key<Marker> {
    Key::new(format!("a/{agency}/access/{brand}/{}/{client}", ends(until)))
}

/// Everybody's access to a brand, in the order in which it ends.
pub fn accesses(agency: &AgencyId, brand: &BrandId) -> Range<Marker> {
    Range::new(format!("a/{agency}/access/{brand}/"))
}

/// Where access to a brand begins that lasts longer than `now`.
pub fn access_after(agency: &AgencyId, brand: &BrandId, now: Timestamp) -> String {
    format!("a/{agency}/access/{brand}/{}0", padded(now.millis()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::tests::pending;
    use crate::domain::text::Name;

    #[test]
    fn names_that_are_the_same_up_to_the_cut_lie_together() {
        let agency = AgencyId::parse("acme").unwrap();
        let named = |number, name: &str| {
            let mut client = pending(number, &["nike"], Timestamp::EPOCH);
            client.name = Some(Name::parse(name).unwrap());
            client
        };
        let long = "株".repeat(180);
        // The other way round than their ids.
        let (one, other) = (named(2, &format!("{long}a")), named(1, &format!("{long}b")));
        assert!(name_place(&agency, &one) < name_place(&agency, &other));
        let (start, end) = cut_names(&agency, by_name(&agency, &one).text()).unwrap();
        assert_eq!(
            cut_names(&agency, &name_place(&agency, &other)),
            Some((start.clone(), end.clone()))
        );
        let lies = |client: &Client| {
            let key = by_name(&agency, client).into_text();
            (start.as_str()..end.as_str()).contains(&key.as_str())
        };
        assert!(lies(&one) && lies(&other));
        for name in ["株", &"株".repeat(80), &"株".repeat(79), "Ann"] {
            let client = named(3, name);
            assert_eq!(by_name(&agency, &client).text(), name_place(&agency, &client));
            assert!(
                cut_names(&agency, by_name(&agency, &client).text()).is_none() && !lies(&client)
            );
        }
    }
}
