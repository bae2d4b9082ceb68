//! Who looks at a portal.

use super::plans_due::PlanDue;
use crate::app::acting::Running;
use crate::domain::email::Email;
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId};
use crate::domain::permissions::Permissions;
use crate::domain::settings::Feature;
use crate::domain::text::{Name, Note};

/// Who is logged in.
pub struct Profile {
    /// The agency whose portal it is.
    pub agency: AgencyId,
    /// Its name.
    pub agency_name: Name,
    /// The person; none: an operator.
    pub identity: Option<IdentityId>,
    /// The person as a client; none: an operator.
    pub client: Option<ClientId>,
    /// The person's name.
    pub name: Name,
    /// The person's address; none: an operator.
    pub email: Option<Email>,
    /// Whether it is proved.
    pub verified: bool,
    /// What the person can look at.
    pub brands: Vec<(BrandId, Name)>,
    /// The brand that the session is at.
    pub current_brand: BrandId,
    /// What the person may do.
    pub permissions: Permissions,
    /// What the person sees.
    pub features: Vec<Feature>,
    /// The agency's welcome.
    pub welcome: Option<Note>,
    /// The accounts whose plan the person is to choose.
    pub plans_due: Vec<PlanDue>,
    /// The sign-in on an account's behalf; none: it is a client's session.
    pub acting: Option<Running>,
}
