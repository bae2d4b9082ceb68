//! A client who is logged in to an agency's portal.

use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::id::{BrandId, ClientId, IdentityId};
use super::keyring::KeyId;
use super::limits::SessionLimits;
use super::time::{Timestamp, Until};

/// A session. Its secret is known to the browser alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who logged in.
    pub identity: IdentityId,
    /// As which client.
    pub client: ClientId,
    /// Which invite the client had accepted then. A session ends with the access that it was
    /// opened under: it doesn't come back when the client is invited again.
    pub accepted: u32,
    /// Which password the login had then: a session ends with it.
    #[serde(default)]
    pub password_version: u32,
    /// The brand that it is at.
    pub brand: BrandId,
    /// The brands that it has been at: going to another for the first time counts as a log-in
    /// there.
    #[serde(default)]
    pub looked_at: Vec<BrandId>,
    /// The key that its token was hashed with; none: an earlier release opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// Whether it is the one that the client's first log-in opened.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub first: bool,
    /// When.
    pub opened_at: Timestamp,
    /// The latest use, to within [`USE_NOTED_EVERY`].
    pub used_at: Timestamp,
}

/// How often, at most, a session's use is written down.
pub const USE_NOTED_EVERY: u64 = 5 * super::time::MINUTE;

impl Session {
    /// When it ends at the latest, however much it is used.
    pub const fn ends_at(&self, limits: SessionLimits) -> Timestamp {
        self.opened_at.plus(limits.millis_max)
    }

    /// Whether it has ended: by age, for want of use, or since the clock that it was opened by was ahead
    /// and was reset.
    pub fn is_over(&self, limits: SessionLimits, now: Timestamp) -> bool {
        let idle = Until::at(self.used_at.plus(limits.idle_millis_max));
        self.opened_at > now || Until::at(self.ends_at(limits)).is_over(now) || idle.is_over(now)
    }

    /// Whether it goes on at a brand that lets clients in again since then. It was let in when it was used
    /// last, so only a rest after that ends it.
    pub fn outlasts(&self, let_in_since: Option<Timestamp>) -> bool {
        let_in_since.is_none_or(|since| since <= self.used_at)
    }

    /// Notes that it goes to `brand`; gives whether for the first time.
    pub fn first_look(&mut self, brand: &BrandId) -> bool {
        let first = !self.looked_at.contains(brand);
        if first {
            self.looked_at.push(brand.clone());
        }
        first
    }

    /// Whether a use at `now` is its first on that calendar day. The use that was noted last
    /// tells: the first of a day is noted at once.
    pub fn is_first_of_day(&self, calendar: &Calendar<'_>, now: Timestamp) -> bool {
        calendar.day(self.used_at) < calendar.day(now)
    }

    /// The session as used at `now`, at `brand`, for the first time on a calendar day: as if it
    /// had just been opened, but for its end.
    #[must_use]
    pub fn continued(&self, brand: BrandId, now: Timestamp) -> Session {
        let looked_at = vec![brand.clone()];
        Session { brand, looked_at, used_at: self.used_at.max(now), ..self.clone() }
    }

    /// The session as used at `now`; none when that needn't be written down yet.
    pub fn used(&self, now: Timestamp) -> Option<Session> {
        let due = now.since(self.used_at) >= USE_NOTED_EVERY;
        due.then(|| Session { used_at: now, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::UtcOffset;
    use crate::domain::time::{DAY, HOUR, MINUTE};

    #[test]
    fn a_session_ends_for_want_of_use_and_by_age() {
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let limits = SessionLimits { idle_millis_max: 12 * HOUR, millis_max: 30 * DAY };
        let opened = Session {
            identity: IdentityId::from_bytes([1; 16]),
            client: ClientId::from_bytes([2; 16]),
            accepted: 1,
            password_version: 0,
            brand: BrandId::parse("nike").unwrap(),
            looked_at: Vec::new(),
            key: None,
            first: false,
            opened_at: at(0),
            used_at: at(0),
        };
        let busy = Session { used_at: at(30 * DAY - MINUTE), ..opened.clone() };
        for (session, now, over) in [
            (&opened, 0, false),
            (&opened, 12 * HOUR - 1, false),
            (&opened, 12 * HOUR, true),
            (&busy, 30 * DAY - 1, false),
            (&busy, 30 * DAY, true),
        ] {
            assert_eq!(session.is_over(limits, at(now)), over, "at {now}");
        }
        for (session, since, outlasts) in [
            (&opened, None, true),
            (&opened, Some(0), true),
            (&opened, Some(1), false),
            (&busy, Some(30 * DAY - MINUTE), true),
            (&busy, Some(30 * DAY - MINUTE + 1), false),
        ] {
            assert_eq!(session.outlasts(since.map(at)), outlasts, "let in since {since:?}");
        }
        assert_eq!(opened.used(at(5 * MINUTE - 1)), None);
        assert_eq!(opened.used(at(5 * MINUTE)).unwrap().used_at, at(5 * MINUTE));
        let berlin = Calendar::fixed(UtcOffset::from_minutes(120).unwrap());
        for (calendar, used_at, now, first) in [
            (&Calendar::UTC, 0, DAY - 1, false),
            (&Calendar::UTC, 0, DAY, true),
            (&Calendar::UTC, DAY - 1, DAY, true),
            (&Calendar::UTC, DAY, DAY + 1, false),
            (&Calendar::UTC, DAY, 3 * DAY, true),
            // The clock was set back.
            (&Calendar::UTC, 2 * DAY, DAY, false),
            (&berlin, 0, 22 * HOUR - 1, false),
            (&berlin, 0, 22 * HOUR, true),
            (&berlin, 22 * HOUR, DAY, false),
        ] {
            let session = Session { used_at: at(used_at), ..opened.clone() };
            assert_eq!(session.is_first_of_day(calendar, at(now)), first, "{used_at} {now}");
        }
        let puma = BrandId::parse("puma").unwrap();
        let next = busy.continued(puma.clone(), at(DAY));
        assert_eq!((next.looked_at, next.opened_at), (vec![puma], at(0)));
    }
}
