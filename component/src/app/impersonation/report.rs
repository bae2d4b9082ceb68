//! The report of a sign-in that is over: a mail to the account, if it wants one.

use serde_json::Value;

use crate::app::audit;
use crate::app::clients::who_is;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::brand::Brand;
use crate::domain::email::Email;
use crate::domain::id::{BrandId, ClientId};
use crate::domain::impersonation::deeds::{Deed, Deeds};
use crate::domain::impersonation::{Impersonation, Mode};
use crate::domain::log::{Entry, Fields};
use crate::domain::mail::sign_in::{DoneThing, SignInReport};
use crate::domain::mail::{Listed, Notice};
use crate::domain::text::Name;

/// The job after the end of a sign-in: the report, unless the account doesn't want it any more or the
/// agency hides sign-ins.
pub fn report_due(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let found: Option<Impersonation> = tx.read(&keys::impersonation(&agency, id))?;
    let Some((impersonation, ended)) = found.and_then(|found| found.ended.map(|end| (found, end)))
    else {
        return Ok(());
    };
    let account: Account = tx.expect(&keys::account(&agency, &impersonation.account))?;
    if !account.sign_ins.report || tx.agency().settings.hide_sign_ins {
        return Ok(());
    }
    let deeds = deeds_under(tx.view(), id, &impersonation)?;
    let mut done = Vec::with_capacity(deeds.len());
    for Deed { what, times, brands } in deeds {
        let brands = Listed::of(names_of(tx.view(), &brands)?.into_iter());
        done.push(DoneThing { what: what.to_owned(), times, brands });
    }
    let (to, client) = recipient(tx, &account)?;
    let report = SignInReport {
        account: account.name,
        operator: impersonation.operator_name,
        read_only: impersonation.mode == Mode::ReadOnly,
        started_at: impersonation.started_at,
        ended_at: ended.at,
        done,
        client,
    };
    tx.notify(to, Notice::SignInReport(Box::new(report)))
}

/// What the log says that was done under it.
fn deeds_under(
    view: &View<'_>,
    id: &str,
    impersonation: &Impersonation,
) -> Result<Vec<Deed>, Error> {
    let mut deeds = Deeds::default();
    audit::each_from(view, impersonation.entry, |entry| {
        if is_under(entry, impersonation) {
            deeds.count(entry);
        }
        !is_end_of(entry, id)
    })?;
    Ok(deeds.into_all())
}

fn is_end_of(entry: &Entry<Fields>, id: &str) -> bool {
    let named = entry.event.get("impersonation").and_then(Value::as_str);
    entry.kind() == "impersonation-ended" && named == Some(id)
}

/// Whether an entry was written by the operator on the account's behalf: they have one sign-in at a time.
fn is_under(entry: &Entry<Fields>, impersonation: &Impersonation) -> bool {
    match &entry.actor {
        Actor::Operator(operator) => {
            operator.id == impersonation.operator
                && operator.on_behalf_of.as_ref() == Some(&impersonation.account)
        }
        Actor::Client { .. } | Actor::Visitor | Actor::Platform | Actor::System => false,
    }
}

fn names_of(view: &mut View<'_>, brands: &[BrandId]) -> Result<Vec<Name>, Error> {
    let agency = view.agency().id.clone();
    view.fetch(brands.iter().map(|id| keys::brand(&agency, id).into_text()))?;
    let mut names = Vec::with_capacity(brands.len());
    for id in brands {
        let brand: Brand = view.expect(&keys::brand(&agency, id))?;
        names.push(brand.name);
    }
    Ok(names)
}

/// Where it goes, and the client whose address that is.
fn recipient(tx: &mut Tx<'_>, account: &Account) -> Result<(Email, Option<ClientId>), Error> {
    if let Some(email) = &account.email {
        return Ok((email.clone(), None));
    }
    let owner = account.owner.map(|owner| who_is(tx, owner)).transpose()?.flatten();
    match owner.and_then(|owner| owner.email.map(|email| (email, owner.id))) {
        Some((email, client)) => Ok((email, Some(client))),
        None => Ok((tx.agency().notification_email.clone(), None)),
    }
}
