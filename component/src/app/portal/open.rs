//! `portal.open`

use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::ports::Ports;
use super::super::view;
use super::{accepted_before, genuine, invited, no_invite};
use crate::domain::brand::Brand;
use crate::domain::email::Email;
use crate::domain::id::AgencyId;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// Where an invite leads.
pub struct Invitation {
    /// The agency.
    pub agency: AgencyId,
    /// Its name.
    pub agency_name: Name,
    /// Whom it is for.
    pub email: Email,
    /// The name that the agency gave.
    pub name: Option<Name>,
    /// The names of the brands.
    pub brands: Vec<Name>,
    /// Valid strictly before this.
    pub expires_at: Timestamp,
    /// Whether the address has a login.
    pub has_login: bool,
}

/// Where an invite leads, without using it.
///
/// # Errors
///
/// When the token leads nowhere, the invite has expired, or the store fails.
pub fn open(ports: &Ports, token: &str) -> Result<Invitation, Error> {
    let claim = genuine(token, &view::key_ring(ports)?)?;
    let agency = &claim.agency;
    let client = keys::client(agency, claim.client).into_text();
    let mut view = query(ports, agency, vec![client])?;
    let client = invited(&mut view, &claim)?;
    if accepted_before(&client, view.now())? {
        return Err(no_invite());
    }
    let by_email = keys::identity_email(&client.email);
    let brands: Vec<_> =
        client.grants.iter().map(|grant| keys::brand(agency, &grant.brand)).collect();
    let keys = brands.iter().map(|key| key.text().to_owned());
    view.fetch(keys.chain([by_email.text().to_owned()]))?;
    let mut names = Vec::with_capacity(brands.len());
    for key in &brands {
        let Brand { name, .. } = view.expect(key)?;
        names.push(name);
    }
    let has_login = view.read(&by_email)?.is_some();
    Ok(Invitation {
        agency: agency.clone(),
        agency_name: view.agency().name.clone(),
        expires_at: client.access_until().end().unwrap_or(Timestamp::MAX),
        email: client.email,
        name: client.name,
        brands: names,
        has_login,
    })
}
