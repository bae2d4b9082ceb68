//! `clients`

use super::wit::exports::clientdesk::core::clients as wit;
use super::{Component, with_ports};
use crate::app::clients;
use crate::app::clients::{ClientView, GrantView, Invited};
use crate::domain::client::{Badge, Client, Standing, Status};
use crate::domain::inviting::Outcome;
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn invite_by_email(
        call: wit::Call,
        invite: wit::EmailInvite,
    ) -> Result<wit::Invited, wit::Error> {
        let wit::EmailInvite { email, brands, name, note } = invite;
        let invite = clients::Invite { email, brands, name, note };
        Ok(with_ports(|ports| clients::invite(ports, &call.into(), &invite))?.into())
    }

    fn revoke(call: wit::Call, id: wit::ClientId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| clients::revoke(ports, &call.into(), &id))?)
    }

    fn get(call: wit::Call, id: wit::ClientId) -> Result<Option<wit::Client>, wit::Error> {
        let view = with_ports(|ports| clients::get(ports, &call.into(), &id))?;
        Ok(view.map(wit::Client::from))
    }

    fn list(call: wit::Call, page: wit::PageRequest) -> Result<wit::ClientPage, wit::Error> {
        let page = with_ports(|ports| clients::list(ports, &call.into(), &page.into()))?;
        let clients = page.items.into_iter().map(wit::Client::from).collect();
        Ok(wit::ClientPage { clients, next: page.next })
    }
}

impl From<Invited> for wit::Invited {
    fn from(invited: Invited) -> wit::Invited {
        let Invited { client, outcome, expires_at } = invited;
        let outcome = match outcome {
            Outcome::Invited => wit::InviteOutcome::Invited,
            Outcome::BrandsAdded => wit::InviteOutcome::BrandsAdded,
            Outcome::Granted => wit::InviteOutcome::Granted,
            Outcome::Reinvited => wit::InviteOutcome::Reinvited,
            Outcome::AlreadyThere => wit::InviteOutcome::AlreadyThere,
        };
        let expires_at = expires_at.map(Timestamp::millis);
        wit::Invited { client: client.to_string(), outcome, expires_at }
    }
}

impl From<ClientView> for wit::Client {
    fn from(view: ClientView) -> wit::Client {
        let ClientView { client, status, grants, expires_at, expired, at_risk_at, churned_at } =
            view;
        let Client {
            id,
            email,
            name,
            standing,
            grants: _,
            invited_at,
            joined_at,
            last_login,
            identity: _,
            invite_versions: _,
        } = client;
        let revoked_at = match standing {
            Standing::Revoked { at } => Some(at.millis()),
            Standing::Pending { .. } | Standing::Joined { .. } => None,
        };
        wit::Client {
            id: id.to_string(),
            email: email.as_str().to_owned(),
            name: name.map(|name| name.to_string()),
            status: status.into(),
            badge: status.badge().into(),
            grants: grants.into_iter().map(wit::Grant::from).collect(),
            invited_at: invited_at.millis(),
            expires_at: expires_at.map(Timestamp::millis),
            expired,
            joined_at: joined_at.map(Timestamp::millis),
            last_login: last_login.map(Timestamp::millis),
            revoked_at,
            at_risk_at: at_risk_at.map(Timestamp::millis),
            churned_at: churned_at.map(Timestamp::millis),
        }
    }
}

impl From<GrantView> for wit::Grant {
    fn from(grant: GrantView) -> wit::Grant {
        let GrantView { brand, brand_name, since } = grant;
        wit::Grant {
            brand: brand.to_string(),
            brand_name: brand_name.to_string(),
            since: since.millis(),
        }
    }
}

impl From<Status> for wit::Status {
    fn from(status: Status) -> wit::Status {
        match status {
            Status::Pending => wit::Status::Pending,
            Status::Active => wit::Status::Active,
            Status::AtRisk => wit::Status::AtRisk,
            Status::Churned => wit::Status::Churned,
            Status::Revoked => wit::Status::Revoked,
        }
    }
}

impl From<Badge> for wit::Badge {
    fn from(badge: Badge) -> wit::Badge {
        match badge {
            Badge::Yellow => wit::Badge::Yellow,
            Badge::Green => wit::Badge::Green,
            Badge::Orange => wit::Badge::Orange,
            Badge::Grey => wit::Badge::Grey,
            Badge::Red => wit::Badge::Red,
        }
    }
}
