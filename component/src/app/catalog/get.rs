//! `catalog.get`

use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::catalog::CatalogVersion;

/// The catalog as it is: the default, where the platform set none.
pub fn get(ports: &Ports) -> Result<CatalogVersion, Error> {
    let latest = keys::catalog();
    let rows = view::get(ports, vec![latest.text().to_owned()])?;
    Ok(view::parse(&rows, &latest)?.unwrap_or_default())
}
