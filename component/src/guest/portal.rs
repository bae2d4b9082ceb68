//! `portal`

use super::wit::exports::clientdesk::core::portal as wit;
use super::{Component, with_ports};
use crate::app::accounts::{Person, PlanOffer};
use crate::app::impersonation::{PastImpersonation, SignInsView};
use crate::app::portal;
use crate::app::portal::{
    Admission, Invitation, NewColleague, PageView, PlanDue, Profile, SignUp, SignedIn, Theme,
};
use crate::domain::email::{Domain, Email};
use crate::domain::id::BrandId;
use crate::domain::settings::{Feature, WebAddress};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn theme(agency: wit::AgencyId) -> Result<wit::PortalTheme, wit::Error> {
        Ok(with_ports(|ports| portal::theme(ports, &agency))?.into())
    }

    fn open(token: String) -> Result<wit::Invitation, wit::Error> {
        Ok(with_ports(|ports| portal::open(ports, &token))?.into())
    }

    fn sign_up(
        token: String,
        name: String,
        password: String,
        email: Option<String>,
        origin: Option<String>,
    ) -> Result<wit::SignedIn, wit::Error> {
        let (email, origin) = (email.as_deref(), origin.as_deref());
        let person = SignUp { token: &token, name: &name, password: &password, email, origin };
        Ok(with_ports(|ports| portal::sign_up(ports, &person))?.into())
    }

    fn accept(
        token: String,
        email: String,
        password: String,
        origin: Option<String>,
    ) -> Result<wit::SignedIn, wit::Error> {
        let origin = origin.as_deref();
        Ok(with_ports(|ports| portal::accept(ports, &token, &email, &password, origin))?.into())
    }

    fn admit(
        agency: wit::AgencyId,
        email: String,
        name: Option<String>,
        token: Option<String>,
    ) -> Result<wit::SignedIn, wit::Error> {
        let (name, token) = (name.as_deref(), token.as_deref());
        let person = Admission { agency: &agency, email: &email, name, token };
        Ok(with_ports(|ports| portal::admit(ports, &person))?.into())
    }

    fn confirm_email(token: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::confirm_email(ports, &token))?)
    }

    fn log_in(
        agency: wit::AgencyId,
        email: String,
        password: String,
        origin: Option<String>,
    ) -> Result<wit::SignedIn, wit::Error> {
        let origin = origin.as_deref();
        Ok(with_ports(|ports| portal::log_in(ports, &agency, &email, &password, origin))?.into())
    }

    fn log_out(session: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::log_out(ports, &session))?)
    }

    fn me(session: String) -> Result<wit::Profile, wit::Error> {
        Ok(with_ports(|ports| portal::me(ports, &session))?.into())
    }

    fn choose_plan(
        session: String,
        account: wit::AccountId,
        plan: wit::PlanId,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::choose_plan(ports, &session, &account, &plan))?)
    }

    fn plans(session: String, account: wit::AccountId) -> Result<Vec<wit::PlanOffer>, wit::Error> {
        let offers = with_ports(|ports| portal::plans(ports, &session, &account))?;
        Ok(offers.into_iter().map(wit::PlanOffer::from).collect())
    }

    fn set_sign_in_policy(
        session: String,
        account: wit::AccountId,
        policy: wit::Policy,
    ) -> Result<(), wit::Error> {
        let policy = policy.into();
        Ok(with_ports(|ports| portal::set_sign_in_policy(ports, &session, &account, policy))?)
    }

    fn allow_sign_in(
        session: String,
        account: wit::AccountId,
        minutes: u32,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::allow_sign_in(ports, &session, &account, minutes))?)
    }

    fn set_sign_in_report(
        session: String,
        account: wit::AccountId,
        wanted: bool,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::set_sign_in_report(ports, &session, &account, wanted))?)
    }

    fn sign_ins(
        session: String,
        account: wit::AccountId,
        page: wit::PageRequest,
    ) -> Result<wit::VisibleSignInPage, wit::Error> {
        let page = page.into();
        let view = with_ports(|ports| portal::sign_ins(ports, &session, &account, &page))?;
        let SignInsView { sign_ins, now, page } = view;
        let sign_in = |PastImpersonation { impersonation, ended, .. }| wit::VisibleSignIn {
            operator_name: impersonation.operator_name.to_string(),
            mode: impersonation.mode.into(),
            started_at: impersonation.started_at.millis(),
            ended: ended.map(wit::End::from),
        };
        Ok(wit::VisibleSignInPage {
            policy: sign_ins.policy.into(),
            allowed_until: sign_ins.allowed(now).map(Timestamp::millis),
            report: sign_ins.report,
            sign_ins: page.items.into_iter().map(sign_in).collect(),
            next: page.next,
        })
    }

    fn colleagues(
        session: String,
        account: wit::AccountId,
        page: wit::PageRequest,
    ) -> Result<wit::ColleaguePage, wit::Error> {
        let page = page.into();
        let page = with_ports(|ports| portal::colleagues(ports, &session, &account, &page))?;
        let colleagues = page.items.into_iter().map(wit::Colleague::from).collect();
        Ok(wit::ColleaguePage { colleagues, next: page.next })
    }

    fn invite_colleague(
        session: String,
        account: wit::AccountId,
        colleague: wit::NewColleague,
    ) -> Result<wit::ClientId, wit::Error> {
        let wit::NewColleague { email, name, brands } = colleague;
        let new = NewColleague { email, name, brands };
        let invited =
            with_ports(|ports| portal::invite_colleague(ports, &session, &account, &new))?;
        Ok(invited.to_string())
    }

    fn switch_brand(session: String, brand: wit::BrandId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::switch_brand(ports, &session, &brand))?)
    }

    fn view_page(session: String, feature: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::view_page(ports, &session, &feature))?)
    }

    fn export(session: String, format: wit::ExportFormat) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::export(ports, &session, format.into()))?)
    }

    fn record(
        session: String,
        views: Vec<wit::PageView>,
    ) -> Result<Vec<wit::ViewOutcome>, wit::Error> {
        let view = |wit::PageView { feature, at }| PageView { feature, at };
        let views: Vec<PageView> = views.into_iter().map(view).collect();
        let outcomes = with_ports(|ports| portal::record(ports, &session, &views))?;
        let outcome = |outcome| match outcome {
            Ok(()) => wit::ViewOutcome::Recorded,
            Err(error) => wit::ViewOutcome::Refused(wit::Error::from(error)),
        };
        Ok(outcomes.into_iter().map(outcome).collect())
    }

    fn forgot_password(agency: wit::AgencyId, email: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::forgot_password(ports, &agency, &email))?)
    }

    fn reset_password(token: String, password: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| portal::reset_password(ports, &token, &password))?)
    }

    fn change_password(
        session: String,
        current: String,
        password: String,
        origin: Option<String>,
    ) -> Result<(), wit::Error> {
        let origin = origin.as_deref();
        let change =
            |ports: &_| portal::change_password(ports, &session, &current, &password, origin);
        Ok(with_ports(change)?)
    }

    fn change_email(
        session: String,
        password: String,
        email: String,
        origin: Option<String>,
    ) -> Result<(), wit::Error> {
        let origin = origin.as_deref();
        Ok(with_ports(|ports| portal::change_email(ports, &session, &password, &email, origin))?)
    }
}

impl From<Person> for wit::Colleague {
    fn from(person: Person) -> wit::Colleague {
        let Person { client, status: _, owner } = person;
        wit::Colleague {
            client: client.id.to_string(),
            name: client.name.as_ref().map(Name::to_string),
            email: client.email.as_ref().map(Email::to_string),
            joined: client.is_joined(),
            owner,
            brands: client.grants.iter().map(|grant| grant.brand.to_string()).collect(),
        }
    }
}

impl From<Theme> for wit::PortalTheme {
    fn from(theme: Theme) -> wit::PortalTheme {
        let Theme { name, logo_address, accent, background, support_email } = theme;
        wit::PortalTheme {
            name: name.to_string(),
            logo_address: logo_address.as_ref().map(WebAddress::as_str).map(str::to_owned),
            accent_color: accent.to_string(),
            on_accent_color: accent.text_on().to_string(),
            background_color: background.to_string(),
            support_email: support_email.as_ref().map(Email::to_string),
        }
    }
}

impl From<Invitation> for wit::Invitation {
    fn from(invitation: Invitation) -> wit::Invitation {
        let Invitation {
            agency,
            agency_name,
            inviter,
            email,
            domain,
            name,
            brands,
            expires_at,
            has_login,
        } = invitation;
        wit::Invitation {
            agency: agency.to_string(),
            agency_name: agency_name.to_string(),
            inviter: inviter.to_string(),
            email: email.as_ref().map(Email::to_string),
            domain: domain.as_ref().map(Domain::as_str).map(str::to_owned),
            name: name.as_ref().map(Name::to_string),
            brands: brands.iter().map(Name::to_string).collect(),
            expires_at: expires_at.map(Timestamp::millis),
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

impl From<PlanOffer> for wit::PlanOffer {
    fn from(offer: PlanOffer) -> wit::PlanOffer {
        let PlanOffer { plan, monthly, refused } = offer;
        let features = plan.features.iter().map(|feature| feature.key().to_owned());
        wit::PlanOffer {
            id: plan.id.to_string(),
            name: plan.name.to_string(),
            monthly: monthly.into(),
            resources: plan.resources.into(),
            features: features.collect(),
            refused: refused.map(wit::Error::from),
        }
    }
}

impl From<Profile> for wit::Profile {
    fn from(profile: Profile) -> wit::Profile {
        let Profile {
            agency,
            agency_name,
            identity,
            client,
            name,
            email,
            verified,
            brands,
            current_brand,
            permissions,
            features,
            welcome,
            plans_due,
            acting,
        } = profile;
        let brand = |(id, name): (BrandId, Name)| wit::VisibleBrand {
            id: id.to_string(),
            name: name.to_string(),
        };
        let feature = |Feature { key, label, on: _ }: Feature| wit::VisibleFeature {
            key: key.to_string(),
            label: label.to_string(),
        };
        let plan_due = |PlanDue { account, name }: PlanDue| wit::PlanDue {
            account: account.to_string(),
            name: name.to_string(),
        };
        wit::Profile {
            agency: agency.to_string(),
            agency_name: agency_name.to_string(),
            identity: identity.map(|identity| identity.to_string()),
            client: client.map(|client| client.to_string()),
            name: name.to_string(),
            email: email.map(|email| email.to_string()),
            verified,
            brands: brands.into_iter().map(brand).collect(),
            current_brand: current_brand.to_string(),
            permissions: permissions.into(),
            features: features.into_iter().map(feature).collect(),
            welcome: welcome.map(|note| note.as_str().to_owned()),
            plans_due: plans_due.into_iter().map(plan_due).collect(),
            acting: acting.map(wit::Banner::from),
        }
    }
}
