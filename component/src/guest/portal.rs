//! `portal`

use super::wit::exports::clientdesk::core::portal as wit;
use super::{Component, with_ports};
use crate::app::portal;
use crate::app::portal::{Invitation, Profile, SignedIn};
use crate::domain::text::Name;

impl wit::Guest for Component {
    fn open(token: String) -> Result<wit::Invitation, wit::Error> {
        Ok(with_ports(|ports| portal::open(ports, &token))?.into())
    }

    fn sign_up(token: String, name: String, password: String) -> Result<wit::SignedIn, wit::Error> {
        Ok(with_ports(|ports| portal::sign_up(ports, &token, &name, &password))?.into())
    }

    fn accept(token: String, email: String, password: String) -> Result<wit::SignedIn, wit::Error> {
        Ok(with_ports(|ports| portal::accept(ports, &token, &email, &password))?.into())
    }

    fn log_in(
        agency: wit::AgencyId,
        email: String,
        password: String,
    ) -> Result<wit::SignedIn, wit::Error> {
        Ok(with_ports(|ports| portal::log_in(ports, &agency, &email, &password))?.into())
    }

    fn me(session: String) -> Result<wit::Profile, wit::Error> {
        Ok(with_ports(|ports| portal::me(ports, &session))?.into())
    }
}

impl From<Invitation> for wit::Invitation {
    fn from(invitation: Invitation) -> wit::Invitation {
        let Invitation { agency, agency_name, email, name, brands, expires_at, has_login } =
            invitation;
        wit::Invitation {
            agency: agency.to_string(),
            agency_name: agency_name.to_string(),
            email: email.as_str().to_owned(),
            name: name.map(|name| name.to_string()),
            brands: brands.iter().map(Name::to_string).collect(),
            expires_at: expires_at.millis(),
            has_login,
        }
    }
}

impl From<SignedIn> for wit::SignedIn {
    fn from(signed_in: SignedIn) -> wit::SignedIn {
        let SignedIn { session, identity, client, ends_at } = signed_in;
        wit::SignedIn {
            session: session.reveal().to_owned(),
            identity: identity.to_string(),
            client: client.to_string(),
            ends_at: ends_at.millis(),
        }
    }
}

impl From<Profile> for wit::Profile {
    fn from(profile: Profile) -> wit::Profile {
        let Profile { agency, agency_name, identity, client, name, email, brands } = profile;
        let brand = |(id, name): (crate::domain::id::BrandId, Name)| wit::VisibleBrand {
            id: id.to_string(),
            name: name.to_string(),
        };
        wit::Profile {
            agency: agency.to_string(),
            agency_name: agency_name.to_string(),
            identity: identity.to_string(),
            client: client.to_string(),
            name: name.to_string(),
            email: email.as_str().to_owned(),
            brands: brands.into_iter().map(brand).collect(),
        }
    }
}
