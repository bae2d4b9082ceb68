//! `billing.preview-platform`: what the platform's own commands would come to for one agency.

use super::figures::Figures;
use super::{Preview, instant};
use crate::app::accounts;
use crate::app::billing::{Adjustment, adjust};
use crate::app::catalog::{self, RawCatalog, RawTermsChanges};
use crate::app::command::look;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::rehearsal::copy_of;
use crate::app::view;
use crate::domain::billing::PayerId;
use crate::domain::catalog::CatalogVersion;
use crate::domain::id::AgencyId;

/// A command of the platform that moves money.
pub enum PlatformChange {
    /// `billing.adjust`
    Adjust {
        /// Who pays.
        payer: PayerId,
        /// What is booked.
        adjustment: Adjustment,
    },
    /// `catalog.set`, made from the latest version.
    SetCatalog(RawCatalog),
    /// `catalog.set-terms`
    SetTerms(RawTermsChanges),
}

/// What a command of the platform would come to for an agency, now or at a later time.
///
/// # Errors
///
/// What the command refuses.
pub fn preview_platform(
    ports: &Ports,
    agency: &str,
    change: impl FnOnce(&mut Fields) -> Option<PlatformChange>,
    at: Option<u64>,
) -> Result<Preview, Error> {
    let mut fields = Fields::default();
    let id = fields.take("agency", AgencyId::parse(agency));
    let change = change(&mut fields);
    let at = fields.optional_time("at", at);
    let (id, change, at) = fields.finish((|| Some((id?, change?, at?)))())?;
    let now = look(ports, &id, Vec::new())?.now();
    let as_of = instant(at, now)?;
    let (copy, _) = copy_of(ports, as_of, None);
    if at.is_some() {
        accounts::rehearse_trials(&copy, &id, now, as_of)?;
    }
    let payer = match &change {
        PlatformChange::Adjust { payer, .. } => payer.clone(),
        PlatformChange::SetCatalog(_) | PlatformChange::SetTerms(_) => PayerId::Agency,
    };
    let before = Figures::read(&copy, &id, &[payer], None)?;
    carry_out(&copy, agency, &change)?;
    before.changed(&copy, &id, None)
}

fn carry_out(ports: &Ports, agency: &str, change: &PlatformChange) -> Result<(), Error> {
    match change {
        PlatformChange::Adjust { payer, adjustment } => {
            adjust(ports, agency, |_| Some(payer.clone()), adjustment).map(drop)
        }
        PlatformChange::SetCatalog(catalog) => {
            let latest: Option<CatalogVersion> = view::peek(ports, &keys::catalog())?;
            catalog::set(ports, catalog, latest.unwrap_or_default().version).map(drop)
        }
        PlatformChange::SetTerms(changes) => catalog::set_terms(ports, agency, changes).map(drop),
    }
}
