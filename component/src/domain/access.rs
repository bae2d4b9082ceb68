//! Who has access to which brand, and what a change of it means.
//!
//! A command changes a client. What follows for its brands is never written by hand: it is
//! the difference between the client before and after.

use super::client::Client;
use super::id::BrandId;
use super::time::Until;

/// How one client's access to one brand changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// The brand.
    pub brand: BrandId,
    /// How long the access lasted before; none when there was none.
    pub before: Option<Until>,
    /// How long it lasts now; none when it was removed.
    pub after: Option<Until>,
}

/// What changes between a client `before` (none: it is new) and `after`, brand by brand.
pub fn changes(before: Option<&Client>, after: &Client) -> Vec<AccessChange> {
    let lost = before.into_iter().flat_map(|client| &client.grants);
    let lost = lost.filter(|grant| until(after, &grant.brand).is_none());
    let brands = lost.chain(&after.grants).map(|grant| &grant.brand);
    let change = |brand: &BrandId| AccessChange {
        brand: brand.clone(),
        before: before.and_then(|client| until(client, brand)),
        after: until(after, brand),
    };
    brands.map(change).filter(|change| change.before != change.after).collect()
}

/// How long `client` has access to `brand`; none when it has none.
fn until(client: &Client, brand: &BrandId) -> Option<Until> {
    let granted = client.grants.iter().any(|grant| grant.brand == *brand);
    granted.then(|| client.access_until())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::tests::{at, pending};
    use crate::domain::id::IdentityId;
    use crate::domain::time::DAY;

    fn change(brand: &str, before: Option<Until>, after: Option<Until>) -> AccessChange {
        AccessChange { brand: BrandId::parse(brand).unwrap(), before, after }
    }

    #[test]
    fn a_change_of_a_client_is_a_change_of_its_brands() {
        let invited = pending(1, &["nike", "puma"], at(0));
        let joined = invited.accept(IdentityId::from_bytes([1; 16]), at(1)).unwrap();
        let revoked = joined.revoke(at(2)).unwrap();
        let more =
            Client { grants: pending(1, &["puma", "adidas"], at(3)).grants, ..joined.clone() };
        let fortnight = Some(Until::at(at(14 * DAY)));
        let forever = Some(Until::FOREVER);
        for (before, after, expected) in [
            (
                None,
                &invited,
                vec![change("nike", None, fortnight), change("puma", None, fortnight)],
            ),
            (Some(&invited), &invited, vec![]),
            (
                Some(&invited),
                &joined,
                vec![change("nike", fortnight, forever), change("puma", fortnight, forever)],
            ),
            (
                Some(&joined),
                &revoked,
                vec![change("nike", forever, None), change("puma", forever, None)],
            ),
            (
                Some(&joined),
                &more,
                vec![change("nike", forever, None), change("adidas", None, forever)],
            ),
        ] {
            assert_eq!(changes(before, after), expected);
        }
    }
}
