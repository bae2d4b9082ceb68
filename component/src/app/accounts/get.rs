//! `accounts.get`, `accounts.list`

use super::show::{Shown, show};
use super::{parse_id, unknown};
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{self, List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::domain::account::Account;

/// An account.
pub fn get(ports: &Ports, call: &Call, id: &str) -> Result<Shown, Error> {
    let caller = Caller::within(call, functions::ACCOUNTS_GET)?;
    let parsed = parse_id(id)?;
    let key = keys::account(&caller.agency, &parsed);
    let keys = vec![key.text().to_owned(), keys::catalog().into_text()];
    let mut view = query(ports, &caller, keys)?;
    check_account(&view, &parsed)?;
    let account = view.read(&key)?.ok_or_else(|| unknown(id))?;
    show(&mut view, vec![account])?.pop().ok_or_else(|| unknown(id))
}

/// A page of the agency's accounts. One whose row is damaged doesn't hide the others.
pub fn list(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Shown>, Error> {
    let list = List::of("accounts.list", &call.agency, &());
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::with(call, functions::ACCOUNTS_LIST, page)?;
    let mut view = query(ports, &caller, vec![keys::catalog().into_text()])?;
    let Page { items, next } = page::read(ports, &list, &keys::accounts(&caller.agency), &asked)?
        .try_map(|row| record::decode_whole::<Account>(&row))?;
    Ok(Page { items: show(&mut view, items)?, next })
}
