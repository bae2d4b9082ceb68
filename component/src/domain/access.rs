//! Who has access to which brand, and what a change of it means.
//!
//! A command changes a client. What follows for its brands is never written by hand: it is
//! the difference between the client before and after.

use super::catalog::WhiteLabelStart;
use super::client::{Client, Standing};
use super::id::BrandId;
use super::time::Until;

/// One client's access to one brand, as the brand counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// How long it lasts by itself.
    pub until: Until,
    /// Whether the client has no other brand.
    pub sole_brand: bool,
    /// Whether the client has accepted an invite: until then, access is an offer.
    pub joined: bool,
}

impl Access {
    /// Whether white-label runs on it.
    pub const fn counts(&self, start: WhiteLabelStart) -> bool {
        match start {
            WhiteLabelStart::Invite => true,
            WhiteLabelStart::Acceptance => self.joined,
        }
    }
}

/// How one client's access to one brand changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// The brand.
    pub brand: BrandId,
    /// The access before; none when there was none.
    pub before: Option<Access>,
    /// The access now; none when it was removed.
    pub after: Option<Access>,
}

impl AccessChange {
    /// Whether it makes a difference to the brand: where white-label starts with the invite, that
    /// somebody accepts an offer that never ends makes none.
    pub fn matters(&self, start: WhiteLabelStart) -> bool {
        let seen = |access: Option<Access>| {
            access.map(|Access { until, sole_brand, joined }| match start {
                WhiteLabelStart::Invite => (until, sole_brand, false),
                WhiteLabelStart::Acceptance => (until, sole_brand, joined),
            })
        };
        seen(self.before) != seen(self.after)
    }
}

/// What changes between a client `before` (none: it is new) and `after` (none: it is gone),
/// brand by brand: first those that it loses, each in the order of the ids. Where prices depend on
/// how many brands run, what each costs doesn't depend on the order in which they were named.
pub fn changes(before: Option<&Client>, after: Option<&Client>) -> Vec<AccessChange> {
    let grants = |client: Option<&Client>| client.map(|c| c.grants.clone()).unwrap_or_default();
    let kept = |brand: &BrandId| after.is_some_and(|client| client.has(brand));
    let lost = grants(before).into_iter().filter(|grant| !kept(&grant.brand));
    let change = |brand: BrandId| AccessChange {
        before: before.and_then(|client| access(client, &brand)),
        after: after.and_then(|client| access(client, &brand)),
        brand,
    };
    let all = lost.chain(grants(after)).map(|grant| change(grant.brand));
    let mut changes: Vec<_> = all.filter(|change| change.before != change.after).collect();
    changes.sort_by(|a, b| (a.after.is_some(), &a.brand).cmp(&(b.after.is_some(), &b.brand)));
    changes
}

/// The access of `client` to `brand`; none when it has none.
fn access(client: &Client, brand: &BrandId) -> Option<Access> {
    let grant = client.grants.iter().find(|grant| grant.brand == *brand)?;
    let joined = matches!(client.standing, Standing::Joined { .. });
    let (until, sole_brand) = (client.access_until(grant), client.grants.len() == 1);
    Some(Access { until, sole_brand, joined })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::tests::{at, pending};
    use crate::domain::id::IdentityId;
    use crate::domain::time::DAY;

    fn change(brand: &str, before: Option<Access>, after: Option<Access>) -> AccessChange {
        AccessChange { brand: BrandId::parse(brand).unwrap(), before, after }
    }

    #[test]
    fn a_change_of_a_client_is_a_change_of_its_brands() {
        let invited = pending(1, &["nike", "puma"], at(0));
        let turned = pending(1, &["puma", "adidas"], at(0));
        let joined = invited.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
        let revoked = joined.revoke(at(2)).unwrap();
        let other =
            Client { grants: pending(1, &["puma", "adidas"], at(3)).grants, ..joined.clone() };
        let one = Client { grants: pending(1, &["puma"], at(3)).grants, ..joined.clone() };
        let mut limited = joined.clone();
        limited.grants[0].until = Until::at(at(5));
        let access = |until, sole_brand, joined| Some(Access { until, sole_brand, joined });
        let fortnight = access(Until::at(at(14 * DAY)), false, false);
        let forever = access(Until::FOREVER, false, true);
        let (nike, puma, adidas) = ("nike", "puma", "adidas");
        for (before, after, expected) in [
            (
                None,
                Some(&invited),
                vec![change(nike, None, fortnight), change(puma, None, fortnight)],
            ),
            (
                None,
                Some(&turned),
                vec![change(adidas, None, fortnight), change(puma, None, fortnight)],
            ),
            (Some(&invited), Some(&invited), vec![]),
            (
                Some(&invited),
                Some(&joined),
                vec![change(nike, fortnight, forever), change(puma, fortnight, forever)],
            ),
            (
                Some(&joined),
                Some(&revoked),
                vec![change(nike, forever, None), change(puma, forever, None)],
            ),
            (
                Some(&joined),
                Some(&other),
                vec![change(nike, forever, None), change(adidas, None, forever)],
            ),
            (
                Some(&joined),
                Some(&one),
                vec![
                    change(nike, forever, None),
                    change(puma, forever, access(Until::FOREVER, true, true)),
                ],
            ),
            (
                Some(&joined),
                Some(&limited),
                vec![change(nike, forever, access(Until::at(at(5)), false, true))],
            ),
            (Some(&one), None, vec![change(puma, access(Until::FOREVER, true, true), None)]),
        ] {
            assert_eq!(changes(before, after), expected);
        }
    }

    #[test]
    fn accepting_an_offer_that_never_ends_matters_where_white_label_starts_with_it() {
        let access = |joined| Some(Access { until: Until::FOREVER, sole_brand: true, joined });
        let accepted = change("nike", access(false), access(true));
        let invited = change("nike", None, access(false));
        for (change, start, matters) in [
            (&accepted, WhiteLabelStart::Invite, false),
            (&accepted, WhiteLabelStart::Acceptance, true),
            (&invited, WhiteLabelStart::Invite, true),
            (&invited, WhiteLabelStart::Acceptance, true),
        ] {
            assert_eq!(change.matters(start), matters, "{change:?} {start:?}");
        }
    }
}
