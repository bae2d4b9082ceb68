//! `impersonation.list`

use super::{parse_account, unknown_account};
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{self, Asked, List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::view::View;
use crate::domain::account::{Account, SignIns};
use crate::domain::impersonation::{Ended, Impersonation};
use crate::domain::time::Timestamp;

/// A sign-in, and how it ended.
pub struct PastImpersonation {
    /// What it is stored under.
    pub id: String,
    /// The sign-in.
    pub impersonation: Impersonation,
    /// How it ended, and when, whether that is written down or not; none: it runs.
    pub ended: Option<Ended>,
}

/// What an account allows, and the sign-ins on its behalf.
pub struct SignInsView {
    /// What it allows.
    pub sign_ins: SignIns,
    /// When.
    pub now: Timestamp,
    /// The sign-ins, the latest first.
    pub page: Page<PastImpersonation>,
}

/// A page of the sign-ins on an account's behalf, the latest first.
///
/// # Errors
///
/// When there is no such account.
pub fn list(
    ports: &Ports,
    call: &Call,
    account: &str,
    request: &PageRequest,
) -> Result<SignInsView, Error> {
    let list = List::of("impersonation.list", &call.agency, &account);
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::within_with(call, functions::IMPERSONATION_LIST, page)?;
    let (agency, parsed) = (&caller.agency, parse_account(account)?);
    let key = keys::account(agency, &parsed);
    let mut view = query(ports, &caller, vec![key.text().to_owned()])?;
    check_account(&view, &parsed)?;
    let found: Account = view.read(&key)?.ok_or_else(|| unknown_account(account))?;
    let (sign_ins, now) = (found.sign_ins, view.now());
    let page = past(&mut view, &found, &list, &asked)?;
    Ok(SignInsView { sign_ins, now, page })
}

/// A page of the sign-ins on an account's behalf, the latest first.
pub fn past(
    view: &mut View<'_>,
    account: &Account,
    list: &List,
    asked: &Asked,
) -> Result<Page<PastImpersonation>, Error> {
    let agency = view.agency().id.clone();
    let range = keys::impersonations_of(&agency, &account.id);
    let Page { items, next, within: _ } = page::read(view.ports(), list, &range, asked)?;
    let ids: Vec<String> = items
        .iter()
        .filter_map(|row| keys::parse_impersonation_of(range.suffix(&row.key)))
        .map(|(_, id)| id.to_owned())
        .collect();
    view.fetch(ids.iter().map(|id| keys::impersonation(&agency, id).into_text()))?;
    let now = view.now();
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        let impersonation: Impersonation = view.expect(&keys::impersonation(&agency, &id))?;
        let ended = impersonation.over(account.standing, now);
        items.push(PastImpersonation { id, impersonation, ended });
    }
    Ok(Page { items, next, within: view.within() })
}
