//! `portal.theme`

use crate::app::command::look;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::domain::email::Email;
use crate::domain::id::AgencyId;
use crate::domain::settings::{Color, WebAddress};
use crate::domain::text::Name;

/// How a portal looks.
pub struct Theme {
    /// The portal's name.
    pub name: Name,
    /// The address of a logo.
    pub logo_address: Option<WebAddress>,
    /// The colour of buttons and links.
    pub accent: Color,
    /// The colour behind everything.
    pub background: Color,
    /// Whom clients may ask.
    pub support_email: Option<Email>,
}

/// How the agency's portal looks.
pub fn theme(ports: &Ports, agency: &str) -> Result<Theme, Error> {
    let unknown = |_| Error::not_found("agency", agency);
    let id = AgencyId::parse(agency).map_err(unknown)?;
    let view = look(ports, &id, Vec::new())?;
    let branding = view.agency().settings.branding.clone();
    Ok(Theme {
        name: view.agency().portal_name().clone(),
        logo_address: branding.logo_address,
        accent: branding.accent.0,
        background: branding.background.0,
        support_email: branding.support_email,
    })
}
