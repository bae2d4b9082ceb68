//! `portal.me`

use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::ports::Ports;
use super::super::view;
use crate::domain::brand::Brand;
use crate::domain::client::Standing;
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId};
use crate::domain::text::Name;
use crate::domain::token::SessionClaim;

/// Who is signed in.
pub struct Profile {
    /// The agency whose portal it is.
    pub agency: AgencyId,
    /// Its name.
    pub agency_name: Name,
    /// The person.
    pub identity: IdentityId,
    /// The person as a client.
    pub client: ClientId,
    /// The person's name.
    pub name: Name,
    /// The person's address.
    pub email: Email,
    /// What the person can look at.
    pub brands: Vec<(BrandId, Name)>,
}

fn ended() -> Error {
    Error::Denied("the session has ended: log in again".to_owned())
}

/// Who the session belongs to.
///
/// A session is worth what its client is: nothing from the moment that access is removed.
///
/// # Errors
///
/// When the session has ended, or the store fails.
pub fn me(ports: &Ports, session: &str) -> Result<Profile, Error> {
    let ring = view::key_ring(ports)?;
    let claim = SessionClaim::parse(session, &ring).ok_or_else(ended)?;
    let agency = &claim.agency;
    let key = keys::session(agency, &claim.id);
    let opened = query(ports, agency, vec![key.text().to_owned()]);
    let mut view = opened.map_err(|error| match error {
        Error::NotFound(_) => ended(),
        other => other,
    })?;
    let session = view.read(&key)?.ok_or_else(ended)?;
    if session.is_over(view.catalog(), view.now()) {
        return Err(ended());
    }
    let (client, identity) =
        (keys::client(agency, session.client), keys::identity(session.identity));
    view.fetch([client.text().to_owned(), identity.text().to_owned()])?;
    let client = view.read(&client)?.ok_or_else(ended)?;
    let identity = view.read(&identity)?.ok_or_else(ended)?;
    let current = Standing::Joined { accepted: session.accepted };
    if client.standing != current || client.identity != Some(identity.id) {
        return Err(ended());
    }
    let brands: Vec<_> = client.grants.iter().map(|g| keys::brand(agency, &g.brand)).collect();
    view.fetch(brands.iter().map(|key| key.text().to_owned()))?;
    let mut visible = Vec::with_capacity(brands.len());
    for key in &brands {
        let Brand { id, name, .. } = view.expect(key)?;
        visible.push((id, name));
    }
    if let Some(used) = session.used(view.now()) {
        // A note that isn't made ends the session earlier, at worst: no reason to fail now.
        let _ = view.note(&key, &used);
    }
    Ok(Profile {
        agency: agency.clone(),
        agency_name: view.agency().name.clone(),
        identity: identity.id,
        client: client.id,
        name: identity.name,
        email: identity.email,
        brands: visible,
    })
}
