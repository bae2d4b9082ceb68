//! `accounts.get`

use super::show::{Shown, show};
use super::{parse_id, unknown};
use crate::app::acting::check_account;
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;

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
