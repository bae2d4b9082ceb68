//! `catalog.terms`

use crate::app::command::look;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::domain::agency::Agency;
use crate::domain::billing::AgencyTerms;
use crate::domain::id::AgencyId;
use crate::domain::period::Months;

/// What holds for an agency, as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What holds.
    pub terms: AgencyTerms,
    /// The agency's months, which its discounts count.
    pub months: Months,
    /// Whether it gets the volume discount as things stand.
    pub volume_discount: bool,
}

/// What holds for an agency besides the catalog.
pub fn terms(ports: &Ports, agency: &str) -> Result<Shown, Error> {
    let unknown = |_| Error::not_found("agency", agency);
    let id = AgencyId::parse(agency).map_err(unknown)?;
    let view = look(ports, &id, Vec::new())?;
    Ok(Shown::of(view.agency(), view.agency().terms.clone()))
}

impl Shown {
    /// These terms of an agency.
    pub(super) fn of(agency: &Agency, terms: AgencyTerms) -> Shown {
        let volume_discount = terms.volume_discount.last().is_some_and(|eligible| eligible.on);
        Shown { terms, months: agency.months(), volume_discount }
    }
}
