//! Rows of indexes, and whether what they lead to leads to them.

use super::Whole;
use super::brands::brand_rows;
use super::log::named;
use super::walk::{Found, Walk, keys_of};
use crate::app::clients::derived_rows;
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::ports::Stored;
use crate::app::record::{self, Record, Running};
use crate::app::tx::account_rows;
use crate::domain::account::Account;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::id::{AccountId, BrandId, ClientId, MailId};
use crate::domain::impersonation::Impersonation;
use crate::domain::log::Block;
use crate::domain::mail::OutboxMail;

/// What the rows of an index lead to, and where they name it: at the end of their keys, or in their
/// values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner {
    Client,
    ClientInside,
    Account,
    Brand,
    BrandInside,
    Mail,
    Block,
    SignIn,
    SignInInside,
}

/// What is there of whatever a row leads to.
enum Leads {
    /// It leads to the row, too.
    Back,
    /// It is there, or was, and doesn't lead to the row.
    Elsewhere(String),
    /// It can't be read, so nobody knows.
    Unknown,
}

/// Looks at the rows of an index.
pub(super) fn look(
    walk: &mut Walk<'_>,
    of: &Whole,
    (kind, owner): (&str, Owner),
    after: &str,
) -> Result<Option<String>, Error> {
    let range = keys::of_kind(of.id(), kind);
    walk.each(&range, after, &mut |walk, row| {
        if walk.mends(&row.key) {
            return Ok(());
        }
        match leads(walk, of, row, owner)? {
            Leads::Back | Leads::Unknown => (),
            Leads::Elsewhere(whom) => walk.is_surplus(&row.key, &whom),
        }
        Ok(())
    })
}

fn leads(walk: &mut Walk<'_>, of: &Whole, row: &Stored, owner: Owner) -> Result<Leads, Error> {
    let agency = of.id();
    let last = row.key.rsplit('/').next().unwrap_or_default();
    match owner {
        Owner::Client => to_client(walk, of, row, ClientId::parse(last).ok()),
        Owner::ClientInside => to_client(walk, of, row, inside(row)?),
        Owner::Account => {
            let Ok(id) = AccountId::parse(last) else { return Ok(nobody()) };
            let rows = |account: &Account| keys_of(account_rows(agency, account));
            back(walk, &keys::account(agency, &id), &row.key, format!("account `{id}`"), &rows)
        }
        Owner::Brand => to_brand(walk, of, row, BrandId::parse(last).ok()),
        Owner::BrandInside => to_brand(walk, of, row, inside(row)?),
        Owner::Mail => {
            let Ok(id) = MailId::parse(last) else { return Ok(nobody()) };
            let rows = |mail: &OutboxMail| {
                let clients = mail.topic.clients().into_iter();
                Ok(clients.map(|c| keys::mail_of(agency, c, mail.id).into_text()).collect())
            };
            back(walk, &keys::mail(agency, id), &row.key, format!("mail `{id}`"), &rows)
        }
        Owner::Block => {
            let Ok(first) = last.parse() else { return Ok(nobody()) };
            let rows = |block: &Block| {
                let clients = named(block).into_iter();
                Ok(clients.map(|c| keys::about(agency, c, first).into_text()).collect())
            };
            let name = format!("log entry {first}");
            back(walk, &keys::log(agency, first), &row.key, name, &rows)
        }
        Owner::SignIn => {
            let Some((_, id)) = keys::parse_impersonation_of(last) else { return Ok(nobody()) };
            to_sign_in(walk, of, row, id)
        }
        Owner::SignInInside => match inside::<Running>(row)? {
            Some(Running { id }) => to_sign_in(walk, of, row, &id),
            None => Ok(nobody()),
        },
    }
}

fn nobody() -> Leads {
    Leads::Elsewhere("anything".to_owned())
}

/// What the value of a row names; none where it can't be read.
fn inside<R: Record>(row: &Stored) -> Result<Option<R>, Error> {
    record::decode_whole(row)
}

fn to_client(
    walk: &mut Walk<'_>,
    of: &Whole,
    row: &Stored,
    id: Option<ClientId>,
) -> Result<Leads, Error> {
    let Some(id) = id else { return Ok(nobody()) };
    let rows = |client: &Client| keys_of(derived_rows(of.id(), client));
    back(walk, &keys::client(of.id(), id), &row.key, format!("client `{id}`"), &rows)
}

fn to_brand(
    walk: &mut Walk<'_>,
    of: &Whole,
    row: &Stored,
    id: Option<BrandId>,
) -> Result<Leads, Error> {
    let Some(id) = id else { return Ok(nobody()) };
    let rows = |brand: &Brand| {
        let mut keys = keys_of(brand_rows(of.id(), brand))?;
        if brand.archived_at.is_none() {
            keys.push(keys::brand_name(of.id(), &brand.name).into_text());
        }
        Ok(keys)
    };
    back(walk, &keys::brand(of.id(), &id), &row.key, format!("brand `{id}`"), &rows)
}

fn to_sign_in(walk: &mut Walk<'_>, of: &Whole, row: &Stored, id: &str) -> Result<Leads, Error> {
    let agency = of.id();
    let rows = |sign_in: &Impersonation| {
        let Impersonation { account, started_at, operator, ended, .. } = sign_in;
        let of = keys::impersonation_of(agency, account, *started_at, id).into_text();
        let running = keys::running_impersonation(agency, operator).into_text();
        Ok([of].into_iter().chain(Some(running).filter(|_| ended.is_none())).collect())
    };
    back(walk, &keys::impersonation(agency, id), &row.key, format!("sign-in `{id}`"), &rows)
}

/// Whether what lies under `key` leads to the row `back`.
fn back<R: Record>(
    walk: &mut Walk<'_>,
    key: &Key<R>,
    back: &str,
    name: String,
    rows: &dyn Fn(&R) -> Result<Vec<String>, Error>,
) -> Result<Leads, Error> {
    Ok(match walk.find(key)? {
        Found::Nothing => Leads::Elsewhere(name),
        Found::Broken => Leads::Unknown,
        Found::Whole(record) if rows(&record)?.iter().any(|key| key == back) => Leads::Back,
        Found::Whole(_) => Leads::Elsewhere(name),
    })
}
