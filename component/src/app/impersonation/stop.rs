//! `impersonation.stop`, `impersonation.left`

use crate::app::acting;
use crate::app::caller::{Call, Caller};
use crate::app::command::{Tenant, attempt, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::id::AgencyId;
use crate::domain::impersonation::{Ended, How, Impersonation};
use crate::domain::settings::WebAddress;
use crate::domain::spelling::composed;

/// Stops a sign-in. Gives the way back. One that is over stays as it is.
///
/// # Errors
///
/// When there is no such sign-in, and when it is another operator's and the caller is no owner.
pub fn stop(ports: &Ports, call: &Call, id: &str) -> Result<Option<WebAddress>, Error> {
    let caller = Caller::of(call, functions::IMPERSONATION_STOP)?;
    let unknown = || Error::not_found("sign-in", id);
    // A key may not hold whatever somebody asks for.
    let is_plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if id.len() != ID_CHARS || !is_plain {
        return Err(unknown());
    }
    let key = keys::impersonation(&caller.agency, id);
    attempt(ports, &caller, &id, &[key.text().to_owned()], |tx| {
        let found: Impersonation = tx.read(&key)?.ok_or_else(unknown)?;
        if !found.may_be_stopped_by(&caller.operator) {
            let message = format!(
                "only `{}`, who started it, or an owner stops this sign-in",
                found.operator_name
            );
            return Err(Error::denied("starter", message));
        }
        let return_to = found.return_to.clone();
        if found.is_over_by_itself(tx.now()) {
            return Ok(Ok(return_to));
        }
        let account: Account = tx.expect(&keys::account(&caller.agency, &found.account))?;
        if found.over(account.standing, tx.now()).is_none() {
            let ended = Ended { at: tx.now(), how: How::Stopped };
            acting::end(tx, id, found, ended)?;
        }
        Ok(Ok(return_to))
    })
}

/// A hash of 32 bytes in base64url.
const ID_CHARS: usize = 43;

/// The host says that an operator left the agency: the sign-in that runs for them ends.
///
/// # Errors
///
/// When there is no such agency.
pub fn left(ports: &Ports, agency: &str, operator: &str) -> Result<(), Error> {
    let mut fields = Fields::default();
    let parsed = fields.take("agency", AgencyId::parse(agency));
    let agency = fields.finish(parsed)?;
    let operator = composed(operator);
    let keys = [keys::running_impersonation(&agency, &operator).into_text()];
    transact(ports, &Tenant::Existing(agency), Actor::Platform, &keys, |tx| match acting::running(
        tx.view(),
        &operator,
    )? {
        Some(running) => {
            let ended = Ended { at: tx.now(), how: How::Left };
            acting::end(tx, &running.id, running.impersonation, ended)
        }
        None => Ok(()),
    })
}
