//! `portal.view-page`

use super::activity::record;
use super::on_behalf;
use super::sessions::Opened;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::activity::{ActivityEvent, ActivityKind};
use crate::domain::id::FeatureKey;

/// Whether the client may see a page of a feature. If so, it is recorded.
///
/// # Errors
///
/// When it may not, or the session has ended.
pub fn view_page(ports: &Ports, session: &str, feature: &str) -> Result<(), Error> {
    if let Some(claim) = on_behalf::claim(ports, session)? {
        return on_behalf::view_page(ports, &claim, feature);
    }
    record(ports, session, |tx, opened| {
        let what = ActivityKind::View(visible(tx, opened, feature)?);
        Ok((vec![ActivityEvent { at: tx.now(), what }], ()))
    })
}

/// The feature with this key, if the client sees it.
pub fn visible(tx: &Tx<'_>, opened: &Opened, feature: &str) -> Result<FeatureKey, Error> {
    let features = &tx.agency().settings.features;
    let known = features.iter().find(|known| known.key.as_str() == feature);
    let shown = known.filter(|known| opened.client.permissions.shows(known));
    let denied = || Error::denied("feature", "you don't have access to this part of the portal");
    shown.map(|shown| shown.key.clone()).ok_or_else(denied)
}
