//! `portal.me`

use super::activity::count_day;
use super::on_behalf;
use super::plans_due::plans_due;
use super::profile::Profile;
use super::sessions::{self, Opened, claim, ended, no_agency, opened};
use crate::app::command::{Tenant, transact_with, visit};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view::{self, View};
use crate::domain::actor::Actor;
use crate::domain::brand::Brand;
use crate::domain::settings::Feature;

/// Who the session belongs to.
///
/// # Errors
///
/// When the session has ended.
pub fn me(ports: &Ports, session: &str) -> Result<Profile, Error> {
    if let Some(claim) = on_behalf::claim(ports, session)? {
        return on_behalf::me(ports, &claim);
    }
    let (mut view, opened) = read_session(ports, session)?;
    let agency = view.agency().id.clone();
    let brands: Vec<_> = opened.brands.iter().map(|id| keys::brand(&agency, id)).collect();
    view.fetch(brands.iter().map(|key| key.text().to_owned()))?;
    let mut visible = Vec::with_capacity(brands.len());
    for key in &brands {
        let Brand { id, name, .. } = view.expect(key)?;
        visible.push((id, name));
    }
    let current_brand = opened.brand().cloned().ok_or_else(ended)?;
    let plans_due = plans_due(&mut view, opened.client.id)?;
    let settings = &view.agency().settings;
    let shown = |feature: &&Feature| opened.client.permissions.shows(feature);
    let features = settings.features.iter().filter(shown).cloned().collect();
    let welcome = settings.branding.welcome.clone().filter(|_| opened.session.first);
    let Opened { client, identity, .. } = opened;
    Ok(Profile {
        agency_name: view.agency().name.clone(),
        agency,
        identity: Some(identity.id),
        client: Some(client.id),
        name: identity.name,
        email: Some(identity.email),
        verified: identity.verified,
        brands: visible,
        current_brand,
        permissions: client.permissions,
        features,
        welcome,
        plans_due,
        acting: None,
    })
}

/// Reads a session, and notes that it was used.
fn read_session<'a>(ports: &'a Ports, session: &str) -> Result<(View<'a>, Opened), Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let key = keys::session(&claim.agency, &claim.id).into_text();
    let mut view = visit(ports, &claim.agency, vec![key.clone()]).map_err(no_agency)?;
    let opened = opened(&mut view, &claim)?;
    // What isn't noted now is noted at the next use: no reason to fail.
    if opened.session.is_first_of_day(&view.calendar(), view.now()) {
        let tenant = Tenant::Existing(claim.agency.clone());
        let counted = transact_with(ports, &ring, &tenant, Actor::Visitor, &[key], |tx| {
            let opened = sessions::opened(tx.view(), &claim)?;
            count_day(tx, opened).map(|_| ())
        });
        let _ = counted;
    } else if let Some(used) = opened.session.used(view.now()) {
        let _ = view.note(&opened.key, &used);
    }
    Ok((view, opened))
}
