//! The portal with the token of an operator who is signed in on an account's behalf, in a session's
//! place. What is done is logged as the operator's, and counts as nobody's activity.

use super::features::check_exports;
use super::profile::Profile;
use super::sessions::{ended, no_agency};
use crate::app::acting::{Running, brands_of};
use crate::app::command::{Tenant, transact, visit};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view::{self, View};
use crate::domain::account::Account;
use crate::domain::activity::Format;
use crate::domain::actor::{Actor, Operator};
use crate::domain::brand::Brand;
use crate::domain::id::{BrandId, FeatureKey};
use crate::domain::impersonation::{Impersonation, Mode};
use crate::domain::log::impersonation::ImpersonationUsed;
use crate::domain::log::{Event, ImpersonationUse};
use crate::domain::permissions::Permissions;
use crate::domain::settings::Feature;
use crate::domain::text::Name;
use crate::domain::token::{self, ActingClaim};

/// What a token in a session's place says; none: it is no operator's.
///
/// # Errors
///
/// When it is an operator's, and its key is gone, or it was changed.
pub fn claim(ports: &Ports, session: &str) -> Result<Option<ActingClaim>, Error> {
    if !token::is_acting(session) {
        return Ok(None);
    }
    let claim = ActingClaim::parse(session, &view::key_ring(ports)?);
    claim.map(Some).ok_or_else(ended)
}

/// A sign-in that runs, and the account's brands: those that weren't archived.
struct Opened {
    running: Running,
    brands: Vec<(BrandId, Name)>,
    at: BrandId,
}

impl Opened {
    /// What the operator may do in the portal: what a client might who may do everything, or look.
    fn permissions(&self) -> Permissions {
        let read_only = self.running.impersonation.mode == Mode::ReadOnly;
        Permissions { can_export: true, read_only, features: None }
    }
}

fn keys_of(claim: &ActingClaim) -> Vec<String> {
    let key = keys::impersonation(&claim.agency, &claim.id);
    vec![key.into_text(), keys::account(&claim.agency, &claim.account).into_text()]
}

/// Looks the sign-in up. Set-up hides nothing from the agency, which builds there.
fn opened(view: &mut View<'_>, claim: &ActingClaim) -> Result<Opened, Error> {
    let agency = &claim.agency;
    let impersonation = view.read(&keys::impersonation(agency, &claim.id))?;
    let impersonation: Impersonation = impersonation.ok_or_else(ended)?;
    let account: Account = view.expect(&keys::account(agency, &claim.account))?;
    if impersonation.over(account.standing, view.now()).is_some() {
        return Err(ended());
    }
    let ids = brands_of(view, &claim.account)?;
    view.fetch(ids.iter().map(|id| keys::brand(agency, id).into_text()))?;
    let mut brands = Vec::with_capacity(ids.len());
    for id in &ids {
        let Brand { id, name, archived_at, .. } = view.expect(&keys::brand(agency, id))?;
        if archived_at.is_none() {
            brands.push((id, name));
        }
    }
    let was_at = impersonation.brand.as_ref();
    let at = brands.iter().find(|(id, _)| Some(id) == was_at).or_else(|| brands.first());
    let Some(at) = at.map(|(id, _)| id.clone()) else {
        return Err(Error::denied("brand", "the account has no brand yet: create one in it"));
    };
    let running = Running { id: claim.id.clone(), impersonation, account_name: account.name };
    Ok(Opened { running, brands, at })
}

/// `portal.me`: the account's brands, as somebody would see them who may see all of it. The first time, the
/// portal is opened, and that is logged; a banner asks again on every page.
pub fn me(ports: &Ports, claim: &ActingClaim) -> Result<Profile, Error> {
    let mut view = visit(ports, &claim.agency, keys_of(claim)).map_err(no_agency)?;
    let opened = opened(&mut view, claim)?;
    if opened.running.impersonation.brand.is_none() {
        act(ports, claim, |tx, opened| {
            if opened.running.impersonation.brand.is_some() {
                return Ok(None);
            }
            go_to(tx, claim, opened, opened.at.clone())?;
            Ok(Some((opened.at.clone(), ImpersonationUse::OpenPortal)))
        })?;
    }
    let permissions = opened.permissions();
    let shown = |feature: &&Feature| permissions.shows(feature);
    let features = view.agency().settings.features.iter().filter(shown).cloned().collect();
    Ok(Profile {
        agency: claim.agency.clone(),
        agency_name: view.agency().name.clone(),
        identity: None,
        client: None,
        name: opened.running.impersonation.operator_name.clone(),
        email: None,
        verified: false,
        brands: opened.brands,
        current_brand: opened.at,
        permissions,
        features,
        welcome: None,
        plans_due: Vec::new(),
        acting: Some(opened.running),
    })
}

/// `portal.switch-brand`
pub fn switch_brand(ports: &Ports, claim: &ActingClaim, brand: &str) -> Result<(), Error> {
    act(ports, claim, |tx, opened| {
        let mut brands = opened.brands.iter().map(|(id, _)| id);
        let Some(brand) = brands.find(|id| id.as_str() == brand).cloned() else {
            return Err(Error::denied("brand", "the account doesn't have this brand"));
        };
        if opened.at == brand {
            return Ok(None);
        }
        go_to(tx, claim, opened, brand.clone())?;
        Ok(Some((brand, ImpersonationUse::SwitchBrand)))
    })
}

fn go_to(
    tx: &mut Tx<'_>,
    claim: &ActingClaim,
    opened: &Opened,
    brand: BrandId,
) -> Result<(), Error> {
    let at = Some(brand);
    let impersonation = Impersonation { brand: at, ..opened.running.impersonation.clone() };
    tx.write(keys::impersonation(&claim.agency, &claim.id), &impersonation)
}

/// `portal.view-page`
pub fn view_page(ports: &Ports, claim: &ActingClaim, feature: &str) -> Result<(), Error> {
    act(ports, claim, |tx, opened| {
        let features = &tx.agency().settings.features;
        let known = features.iter().find(|known| known.key.as_str() == feature);
        match known.filter(|known| opened.permissions().shows(known)) {
            Some(known) => Ok(Some((opened.at.clone(), viewed(&known.key)))),
            None => {
                let message = "the agency has turned this part of the portal off, or has none such";
                Err(Error::denied("feature", message))
            }
        }
    })
}

fn viewed(feature: &FeatureKey) -> ImpersonationUse {
    ImpersonationUse::ViewPage { feature: feature.clone() }
}

/// `portal.export`
pub fn export(ports: &Ports, claim: &ActingClaim, format: Format) -> Result<(), Error> {
    act(ports, claim, |tx, opened| {
        let account = &opened.running.impersonation.account;
        check_exports(tx, &keys::account(&claim.agency, account))?;
        Ok(Some((opened.at.clone(), ImpersonationUse::Export { format })))
    })
}

/// Does something in the portal: `decide` says at which brand, and what. It is logged.
fn act(
    ports: &Ports,
    claim: &ActingClaim,
    decide: impl Fn(&mut Tx<'_>, &Opened) -> Result<Option<(BrandId, ImpersonationUse)>, Error>,
) -> Result<(), Error> {
    let tenant = Tenant::Existing(claim.agency.clone());
    let done = transact(ports, &tenant, Actor::Visitor, &keys_of(claim), |tx| {
        let opened = opened(tx.view(), claim)?;
        let Some((brand, what)) = decide(tx, &opened)? else { return Ok(()) };
        let Impersonation { operator, operator_name, role, account, .. } =
            opened.running.impersonation;
        let event = Event::ImpersonationUsed(ImpersonationUsed {
            account: account.clone(),
            operator: operator.clone(),
            impersonation: claim.id.clone(),
            brand: Some(brand),
            what,
        });
        let on_behalf_of = Some(account);
        tx.act_as(Actor::Operator(Operator {
            id: operator,
            name: operator_name,
            role,
            on_behalf_of,
        }));
        tx.log(event).map(drop)
    });
    done.map_err(no_agency)
}
