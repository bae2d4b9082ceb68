//! An import that is under way: what nobody sees until all of it is there.

use super::{Key, Range, padded};
use crate::app::record::{Arriving, ArrivingLogin, Marker};
use crate::domain::agency::Agency;
use crate::domain::due::DueEntry;
use crate::domain::id::{AgencyId, IdentityId};

/// Whatever belongs to one agency.
pub fn everything_of(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/"))
}

/// How far an import of this agency has come.
pub fn arriving(agency: &AgencyId) -> Key<Arriving> {
    Key::new(format!("a/{agency}/import"))
}

/// The row of an agency that isn't there yet: as soon as it is where it belongs, everybody sees it.
pub fn arriving_agency(agency: &AgencyId) -> Key<Agency> {
    Key::new(format!("a/{agency}/import-agency"))
}

/// A login that isn't one yet.
pub fn arriving_login(agency: &AgencyId, identity: IdentityId) -> Key<ArrivingLogin> {
    Key::new(format!("a/{agency}/import-login/{identity}"))
}

/// All logins that aren't any yet.
pub fn arriving_logins(agency: &AgencyId) -> Range<ArrivingLogin> {
    Range::new(format!("a/{agency}/import-login/"))
}

/// What will fall due.
pub fn arriving_due(entry: &DueEntry) -> Key<Marker> {
    let (at, DueEntry { agency, due, .. }) = (padded(entry.at.millis()), entry);
    Key::new(format!("a/{agency}/import-due/{at}/{agency}/{}/{}", due.kind(), due.subject()))
}

/// All that will fall due.
pub fn arriving_dues(agency: &AgencyId) -> Range<Marker> {
    Range::new(format!("a/{agency}/import-due/"))
}
