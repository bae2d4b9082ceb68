//! `portal.view-page`

use super::super::error::Error;
use super::super::ports::Ports;
use super::me::read_session;

/// Whether the client may see a page of a feature.
///
/// # Errors
///
/// When not, the session has ended, or the store fails.
pub fn view_page(ports: &Ports, session: &str, feature: &str) -> Result<(), Error> {
    let (view, opened) = read_session(ports, session)?;
    let features = &view.agency().settings.features;
    let known = features.iter().find(|known| known.key.as_str() == feature);
    if known.is_some_and(|known| opened.client.permissions.shows(known)) {
        return Ok(());
    }
    Err(Error::denied("feature", "this part of the portal isn't open to you"))
}
