//! `portal.open`

use super::invites::{genuine, invited, no_invite};
use super::sessions::closed;
use super::visible::visible;
use crate::app::command::visit;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::brand::Brand;
use crate::domain::email::{Domain, Email};
use crate::domain::id::AgencyId;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Where an invite leads.
pub struct Invitation {
    /// The agency.
    pub agency: AgencyId,
    /// Its name.
    pub agency_name: Name,
    /// Who invites.
    pub inviter: Name,
    /// Whom it is for.
    pub email: Option<Email>,
    /// The domain whose addresses may use it.
    pub domain: Option<Domain>,
    /// The name that the agency gave.
    pub name: Option<Name>,
    /// The names of the brands that it lets look at now.
    pub brands: Vec<Name>,
    /// Valid strictly before this.
    pub expires_at: Option<Timestamp>,
    /// Whether the address has a login.
    pub has_login: bool,
}

/// Where an invite leads, without using it.
///
/// # Errors
///
/// When the token leads nowhere, the invite has expired, or its brands are all of accounts that let
/// nobody in now.
pub fn open(ports: &Ports, token: &str) -> Result<Invitation, Error> {
    let claim = genuine(token, &view::key_ring(ports)?)?;
    let agency = &claim.agency;
    let client = keys::client(agency, claim.client).into_text();
    let mut view = visit(ports, agency, vec![client])?;
    let client = invited(&mut view, &claim)?;
    let invite = client.open_invite().ok_or_else(no_invite)?;
    let by_email = client.email.as_ref().map(keys::identity_emails).unwrap_or_default();
    let brands = visible(&mut view, &client)?;
    if brands.is_empty() {
        return Err(closed());
    }
    let brands: Vec<_> = brands.iter().map(|brand| keys::brand(agency, brand)).collect();
    view.fetch(keys::texts(&brands).chain(keys::texts(&by_email)))?;
    let mut names = Vec::with_capacity(brands.len());
    for key in &brands {
        let Brand { name, .. } = view.expect(key)?;
        names.push(name);
    }
    let has_login = view.read_first(&by_email)?.is_some();
    let domain = invite.domain.clone();
    Ok(Invitation {
        agency: agency.clone(),
        agency_name: view.agency().name.clone(),
        inviter: invite.inviter.clone(),
        expires_at: client.offer_until().end(),
        email: client.email,
        domain,
        name: client.name,
        brands: names,
        has_login,
    })
}
