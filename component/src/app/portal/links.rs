//! Whether a mailed link (to choose a password, to confirm an address) is worth anything.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::domain::identity::OpenLink;
use crate::domain::keyring::KeyRing;
use crate::domain::time::Until;
use crate::domain::token::{LinkClaim, LinkUse};

/// The error for a mailed token that leads nowhere, the same for every reason.
pub fn no_link() -> Error {
    Error::NotFound("link with this token: it was used or replaced; ask for a new one".to_owned())
}

/// What a mailed link's token says, if it was made here, for this use.
pub fn genuine_link(token: &str, purpose: LinkUse, ring: &KeyRing) -> Result<LinkClaim, Error> {
    let claim = LinkClaim::parse(token).filter(|claim| claim.purpose == purpose);
    claim.filter(|claim| claim.is_genuine(ring)).ok_or_else(no_link)
}

/// A link is worth something while its person is a client of the agency that mailed it: not
/// any more once the client was erased.
pub fn check_client(tx: &mut Tx<'_>, claim: &LinkClaim) -> Result<(), Error> {
    let client = tx.read(&keys::client(&claim.agency, claim.client))?;
    let own = client.is_some_and(|client| {
        client.identity.is_none_or(|identity| identity == claim.identity) && !client.erased
    });
    if own { Ok(()) } else { Err(no_link()) }
}

/// Whether a link of this version still works, of those that are valid for so long.
pub fn check_link(
    tx: &Tx<'_>,
    open: Option<&OpenLink>,
    version: u32,
    valid_millis: u64,
) -> Result<(), Error> {
    let (link, now) = (open.filter(|link| link.version == version).ok_or_else(no_link)?, tx.now());
    if link.until.is_over(now) {
        return Err(Error::Expired(link.until.end().unwrap_or(now)));
    }
    let is_early = Until::at(now.plus(valid_millis)) < link.until;
    // It was made by a clock that was ahead.
    if is_early && tx.agency().clock_reset_at.is_some() {
        return Err(Error::Expired(now));
    }
    Ok(())
}
