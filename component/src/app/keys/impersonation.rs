//! Who is, and was, signed in on an account's behalf.

use super::{Key, NEVER_MILLIS, Range, padded};
use crate::app::record::{Marker, Running};
use crate::domain::id::{AccountId, AgencyId};
use crate::domain::impersonation::Impersonation;
use crate::domain::text::key_hash;
use crate::domain::time::Timestamp;

/// A sign-in on an account's behalf, by the hash of its secret.
pub fn impersonation(agency: &AgencyId, id: &str) -> Key<Impersonation> {
    Key::new(format!("a/{agency}/acting/{id}"))
}

/// All sign-ins on accounts' behalf.
pub fn impersonations(agency: &AgencyId) -> Range<Impersonation> {
    Range::new(format!("a/{agency}/acting/"))
}

/// Which one runs for an operator.
pub fn running_impersonation(agency: &AgencyId, operator: &str) -> Key<Running> {
    Key::new(format!("a/{agency}/acting-of/{}", key_hash(operator)))
}

/// That a sign-in which began at `at` was on an account's behalf. The latest comes first.
pub fn impersonation_of(
    agency: &AgencyId,
    account: &AccountId,
    at: Timestamp,
    id: &str,
) -> Key<Marker> {
    let before_the_end = padded(NEVER_MILLIS.saturating_sub(at.millis()));
    Key::new(format!("a/{agency}/acting-for/{account}/{before_the_end}-{id}"))
}

/// All sign-ins on an account's behalf, the latest first.
pub fn impersonations_of(agency: &AgencyId, account: &AccountId) -> Range<Marker> {
    Range::new(format!("a/{agency}/acting-for/{account}/"))
}

/// When a sign-in on an account's behalf began, and what it is stored under, by what comes after
/// the account in its key.
pub fn parse_impersonation_of(suffix: &str) -> Option<(Timestamp, &str)> {
    let (place, id) = suffix.split_once('-')?;
    let at = NEVER_MILLIS.checked_sub(place.parse().ok()?)?;
    Some((Timestamp::from_millis(at)?, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_comes_first() {
        let agency = AgencyId::parse("acme").unwrap();
        let account = AccountId::parse("nike-inc").unwrap();
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        // An id may begin with a hyphen.
        let key = |millis| impersonation_of(&agency, &account, at(millis), "-x-y");
        assert!(key(2_000).text() < key(1_000).text());
        let range = impersonations_of(&agency, &account);
        let key = key(1_000);
        let parsed = parse_impersonation_of(range.suffix(key.text()));
        assert_eq!(parsed, Some((at(1_000), "-x-y")));
    }
}
