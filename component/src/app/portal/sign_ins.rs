//! `portal.allow-sign-in`, `portal.set-sign-in-policy`, `portal.set-sign-in-report`,
//! `portal.sign-ins`: what the owner of an
//! account has to say to operators who sign in on its behalf.

use super::activity::count_day;
use super::owned::{AskedByOwner, asked_by_owner, owned};
use super::sessions::{claim, no_agency, opened};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::impersonation::{SignInsView, past, set_sign_ins};
use crate::app::keys;
use crate::app::page::PageRequest;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::account::sign_ins::{ALLOWED_MINUTES_MAX, SignInPolicy, SignIns};
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::time::Timestamp;

/// Allows operators everything on the account's behalf for so many minutes; 0: no longer.
///
/// # Errors
///
/// When the client isn't the account's owner, or the session has ended.
pub fn allow_sign_in(
    ports: &Ports,
    session: &str,
    account: &str,
    minutes: u32,
) -> Result<(), Error> {
    if minutes > ALLOWED_MINUTES_MAX {
        let message = format!("must be 0 to {ALLOWED_MINUTES_MAX}, is {minutes}");
        return Err(Error::invalid("minutes", "out-of-range", message));
    }
    change(ports, session, account, &|_, sign_ins, now| Ok(sign_ins.allow(minutes, now)))
}

/// Says what operators may do on the account's behalf.
///
/// # Errors
///
/// When the client isn't the account's owner, or the session has ended.
pub fn set_sign_in_policy(
    ports: &Ports,
    session: &str,
    account: &str,
    policy: SignInPolicy,
) -> Result<(), Error> {
    change(ports, session, account, &|_, sign_ins, _| Ok(SignIns { policy, ..sign_ins }))
}

/// Says whether the account gets a mail at the end of each sign-in.
///
/// # Errors
///
/// When the client isn't the account's owner, the agency doesn't show who was signed in, or the session
/// has ended.
pub fn set_sign_in_report(
    ports: &Ports,
    session: &str,
    account: &str,
    wanted: bool,
) -> Result<(), Error> {
    change(ports, session, account, &|agency, sign_ins, _| {
        if wanted {
            check_shown(agency)?;
        }
        Ok(SignIns { report: wanted, ..sign_ins })
    })
}

/// What becomes of an account's say in an agency at a time.
type Change<'a> = &'a dyn Fn(&Agency, SignIns, Timestamp) -> Result<SignIns, Error>;

fn change(ports: &Ports, session: &str, id: &str, change: Change<'_>) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::session(&claim.agency, &claim.id).into_text()];
    let changed = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let opened = opened(tx.view(), &claim)?;
        let client = opened.client.id;
        let opened = count_day(tx, opened)?;
        if let Some(used) = opened.session.used(tx.now()) {
            tx.write(opened.key, &used)?;
        }
        tx.act_as(Actor::Client { id: client });
        let account = owned(tx.view(), id, client)?;
        let sign_ins = change(tx.agency(), account.sign_ins, tx.now())?;
        set_sign_ins(tx, account, client, sign_ins)
    });
    changed.map_err(no_agency)
}

/// When, and by whom, somebody was signed in on an account's behalf, for its owner.
///
/// # Errors
///
/// When the client isn't the account's owner, the agency doesn't show it, or the session has ended.
pub fn sign_ins(
    ports: &Ports,
    session: &str,
    id: &str,
    request: &PageRequest,
) -> Result<SignInsView, Error> {
    let (asking, about) = (("portal.sign-ins", session), (id, owned as _));
    let AskedByOwner { mut view, account, list, page } =
        asked_by_owner(ports, asking, about, request)?;
    check_shown(view.agency())?;
    let page = past(&mut view, &account, &list, &page)?;
    Ok(SignInsView { sign_ins: account.sign_ins, now: view.now(), page })
}

fn check_shown(agency: &Agency) -> Result<(), Error> {
    if agency.settings.hide_sign_ins {
        let message = "the agency doesn't show who was signed in: ask it";
        return Err(Error::denied("hidden", message));
    }
    Ok(())
}
