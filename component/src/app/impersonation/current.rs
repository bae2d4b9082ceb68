//! `impersonation.current`

use crate::app::acting::{self, Running};
use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;

/// The sign-in that runs for the caller: that of the token, if the call has one.
pub fn current(ports: &Ports, call: &Call) -> Result<Option<Running>, Error> {
    let caller = Caller::within(call, functions::IMPERSONATION_CURRENT)?;
    let key = keys::running_impersonation(&caller.agency, &caller.operator.id);
    let mut view = query(ports, &caller, vec![key.into_text()])?;
    match view.acting() {
        Some(acting) => Ok(Some(Running {
            id: acting.id.clone(),
            impersonation: acting.impersonation.clone(),
            account_name: acting.account_name.clone(),
        })),
        None => acting::running(&mut view, &caller.operator.id),
    }
}
