//! `catalog`

use super::Component;
use super::wit::exports::clientdesk::core::catalog as wit;
use crate::app::error::Error;

impl wit::Guest for Component {
    fn get() -> Result<wit::CatalogVersion, wit::Error> {
        Err(Error::internal("not there yet").into())
    }

    fn set(_: wit::NewCatalog, _: wit::Version) -> Result<wit::Version, wit::Error> {
        Err(Error::internal("not there yet").into())
    }

    fn history(_: wit::PageRequest) -> Result<wit::CatalogPage, wit::Error> {
        Err(Error::internal("not there yet").into())
    }

    fn terms(_: wit::AgencyId) -> Result<wit::AgencyTerms, wit::Error> {
        Err(Error::internal("not there yet").into())
    }

    fn set_terms(_: wit::AgencyId, _: wit::TermsChanges) -> Result<wit::AgencyTerms, wit::Error> {
        Err(Error::internal("not there yet").into())
    }
}
