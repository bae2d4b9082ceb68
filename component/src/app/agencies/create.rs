//! `agencies.create`

use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::record::{Marker, RenewalProgress};
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::agency::{Agency, PortalAddress, Standing};
use crate::domain::billing::{AgencyTerms, LedgerTotals};
use crate::domain::email::Email;
use crate::domain::id::AgencyId;
use crate::domain::log::Event;
use crate::domain::period::Interval;
use crate::domain::settings::Settings;
use crate::domain::text::Name;

/// An agency to create, as it arrives.
#[derive(Clone, Debug)]
pub struct NewAgency {
    /// The platform's own id; none generates one.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// Where notices go.
    pub notification_email: String,
    /// How often white-label is billed.
    pub billing_interval: Interval,
    /// Where the portal is.
    pub portal_address: String,
}

/// Creates an agency.
///
/// # Errors
///
/// When the id is taken.
pub fn create(ports: &Ports, new: &NewAgency) -> Result<AgencyId, Error> {
    let agency = parse(ports, new)?;
    let id = agency.id.clone();
    let keys = [keys::catalog().into_text(), keys::catalog_in_use().into_text()];
    transact(ports, &Tenant::New(Box::new(agency)), Actor::Platform, &keys, |tx| {
        let agency = tx.agency().clone();
        let currency = tx.view().catalog()?.catalog.currency;
        tx.write(keys::agency(&agency.id), &agency)?;
        tx.write(keys::agency_totals(&agency.id), &LedgerTotals::empty(currency))?;
        let renewals = RenewalProgress { period: agency.created_at, accounts: false, after: None };
        tx.write(keys::renewals(&agency.id), &renewals)?;
        if tx.read(&keys::catalog_in_use())?.is_none() {
            tx.write(keys::catalog_in_use(), &Marker {})?;
        }
        tx.log(Event::AgencyCreated { agency: agency.id })?;
        Ok(())
    })?;
    Ok(id)
}

fn parse(ports: &Ports, new: &NewAgency) -> Result<Agency, Error> {
    let now = view::clock(ports)?;
    let mut fields = Fields::default();
    let id = fields.take_optional("agency.id", new.id.as_deref(), AgencyId::parse);
    let name = fields.take("agency.name", Name::parse(&new.name));
    let email = fields.take("agency.notification-email", Email::parse(&new.notification_email));
    let address = fields.take("agency.portal-address", PortalAddress::parse(&new.portal_address));
    let id = match id {
        Some(None) => {
            let few = |_| Error::Unavailable("the host gave too few random bytes".to_owned());
            let seed = ports.secrets.random(10).try_into().map_err(few)?;
            Some(AgencyId::generate(now, seed))
        }
        given => given.flatten(),
    };
    let built = (|| {
        Some(Agency {
            id: id?,
            name: name?,
            notification_email: email?,
            billing_interval: new.billing_interval,
            interval_changes: Vec::new(),
            terms: AgencyTerms::default(),
            portal_address: address?,
            standing: Standing::default(),
            settings: Settings::default(),
            archived: Vec::new(),
            has_account_brands: false,
            has_owners: false,
            sealed_as: None,
            clock_reset_at: None,
            created_at: now,
        })
    })();
    fields.finish(built)
}
