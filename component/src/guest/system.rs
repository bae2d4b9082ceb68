//! `system`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::system as wit;
use super::{Component, with_ports};
use crate::app::record::SCHEMA;
use crate::app::system::{self, Checked, Difference, Kind};

impl wit::Guest for Component {
    fn schema() -> u32 {
        SCHEMA
    }

    fn check(
        agency: Option<wit::AgencyId>,
        cursor: Option<String>,
    ) -> Result<wit::CheckPage, wit::Error> {
        let (agency, cursor) = (agency.as_deref(), cursor.as_deref());
        Ok(with_ports(|ports| system::check(ports, agency, cursor))?.into())
    }

    fn repair(
        agency: Option<wit::AgencyId>,
        cursor: Option<String>,
    ) -> Result<wit::CheckPage, wit::Error> {
        let (agency, cursor) = (agency.as_deref(), cursor.as_deref());
        Ok(with_ports(|ports| system::repair(ports, agency, cursor))?.into())
    }
}

impl From<Checked> for wit::CheckPage {
    fn from(checked: Checked) -> wit::CheckPage {
        let Checked { looked_at, differences, next } = checked;
        let differences = differences.into_iter().map(wit::Difference::from).collect();
        wit::CheckPage { looked_at, differences, next }
    }
}

impl From<Difference> for wit::Difference {
    fn from(difference: Difference) -> wit::Difference {
        let Difference { kind, key, belongs_to, message } = difference;
        wit::Difference { kind: kind.into(), key, belongs_to, message }
    }
}

same_cases! {
    wit::DifferenceKind = Kind: Missing Surplus Different Contradiction;
}
