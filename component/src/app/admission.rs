//! Whether an agency lets somebody do something, as it stands: the one place that asks.
//!
//! Every commit goes through [`check`], whoever it is for; readers that aren't the agency's own
//! operators through [`check_portal`] and [`check_on_behalf`]. What each status admits stands in
//! `domain/agency/status.rs`.

use super::error::Error;
use super::functions::{self, Function};
use crate::domain::actor::Actor;
use crate::domain::agency::{Agency, Status, Wish};

/// Refuses what the agency doesn't let be done now in this one's name.
///
/// # Errors
///
/// When it is suspended or closed: a `conflict` for operators, with the function that they `called`.
pub fn check(agency: &Agency, actor: &Actor, called: Option<Function>) -> Result<(), Error> {
    match actor {
        Actor::Operator(operator) if operator.on_behalf_of.is_some() => check_on_behalf(agency),
        Actor::Operator(_) if agency.admits(wish_of(called)) => Ok(()),
        Actor::Operator(_) => Err(rests(agency.standing.status, called)),
        Actor::Client { .. } | Actor::Visitor => check_portal(agency),
        Actor::Platform if agency.admits(Wish::Platform) => Ok(()),
        Actor::System if agency.admits(Wish::Job) => Ok(()),
        Actor::Platform | Actor::System => Err(rests(agency.standing.status, None)),
    }
}

/// Refuses clients, and whoever wants to become one: they learn no more than that.
///
/// # Errors
///
/// When the agency is suspended or closed.
pub fn check_portal(agency: &Agency) -> Result<(), Error> {
    if agency.admits(Wish::Portal) {
        return Ok(());
    }
    Err(Error::denied("agency", "this portal isn't open now: ask whoever invited you"))
}

/// Refuses operators who are signed in on an account's behalf.
///
/// # Errors
///
/// When the agency is suspended or closed.
pub fn check_on_behalf(agency: &Agency) -> Result<(), Error> {
    if agency.admits(Wish::OnBehalf) {
        return Ok(());
    }
    let status = agency.standing.status.name();
    let message = format!("the agency is {status}: nobody acts on an account's behalf");
    Err(Error::denied("acting-as", message))
}

/// Whether mails go out for it, to clients or to itself.
pub fn mails_go_out(agency: &Agency) -> bool {
    agency.admits(Wish::Mail)
}

/// Whether the portal was refused as a whole.
pub fn is_portal_refusal(error: &Error) -> bool {
    matches!(error, Error::Denied { code, .. } if *code == "agency")
}

/// Whether an operator's command was refused since the agency is at rest.
pub fn is_refusal(error: &Error) -> bool {
    let states = [Status::Suspended.name(), Status::Closed.name()];
    matches!(error, Error::Conflict { state, .. } if states.contains(state))
}

/// What an operator who calls this wants of the agency.
fn wish_of(called: Option<Function>) -> Wish {
    match called {
        Some(functions::CLIENTS_REVOKE | functions::CLIENTS_ERASE) => Wish::Erase,
        _ => Wish::Command,
    }
}

#[cold]
fn rests(status: Status, called: Option<Function>) -> Error {
    let event = called.map_or("change", |function| function.own_name());
    match status {
        Status::Active | Status::Suspended => Error::Conflict {
            state: "suspended",
            event,
            message: "the agency is suspended: nothing can be changed in it until the platform \
                      resumes it"
                .to_owned(),
        },
        Status::Closed => Error::Conflict {
            state: "closed",
            event,
            message: "the agency is closed: clients can be revoked and erased, and nothing else \
                      can be changed any more"
                .to_owned(),
        },
    }
}
