//! What the pages ask the contract, and what it answers.

use std::ops::Deref;
use std::sync::Arc;

use clientdesk_host::CallError;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::task_local;

use super::addresses::Addresses;
use super::options::PortalOptions;
use super::tries::Tries;
use crate::counts::Outcome;
use crate::hearing;
use crate::known::note;
use crate::problem::cause_of;
use crate::seats::Need;
use crate::shared::Shared;

task_local! {
    /// Whose portal is asked, while a request is answered: what its pages ask counts for it.
    pub(super) static ASKED: String;
}

/// What hashes a password, for whoever asks.
const HASHING: [&str; 7] = [
    "portal.sign-up",
    "portal.accept",
    "portal.log-in",
    "portal.admit",
    "portal.reset-password",
    "portal.change-password",
    "portal.change-email",
];

/// What all pages share.
#[derive(Clone)]
pub(super) struct Portal(Arc<Parts>);

/// The parts of [`Portal`].
pub(super) struct Parts {
    pub(super) shared: Shared,
    pub(super) options: PortalOptions,
    pub(super) addresses: Addresses,
    pub(super) tries: Tries,
    /// Network addresses are hashed with it before the contract sees them. New with each start: what is
    /// counted by them is forgotten within minutes anyway.
    pub(super) salt: [u8; 16],
}

impl Deref for Portal {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The contract refused: the case of its error, and what that says.
    Contract(String, Value),
    /// As many calls run as may at once.
    Busy,
    /// Something failed; the service's log says how.
    Failed,
}

impl Refusal {
    /// Whether it is `denied` with this code.
    pub(super) fn is_denied(&self, code: &str) -> bool {
        matches!(self, Refusal::Contract(case, said) if case == "denied" && said["code"] == code)
    }

    /// Whether a session has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.is_denied("session-ended")
    }

    /// Whether it is this case.
    pub(super) fn is(&self, case: &str) -> bool {
        matches!(self, Refusal::Contract(found, _) if found == case)
    }

    fn of(name: &str, error: CallError) -> Refusal {
        match error {
            CallError::Refused { error: Value::String(case), .. } => {
                Refusal::Contract(case, Value::Null)
            }
            CallError::Refused { error: Value::Object(fields), .. } => {
                match fields.into_iter().next() {
                    Some((case, said)) => Refusal::Contract(case, said),
                    None => Refusal::Failed,
                }
            }
            CallError::Busy { .. } => Refusal::Busy,
            // No text of theirs: it could have what somebody typed.
            CallError::Arguments { .. } => {
                tracing::error!(function = name, "the portal's arguments don't fit");
                Refusal::Failed
            }
            error => {
                tracing::error!(function = name, %error, "the call was stopped");
                Refusal::Failed
            }
        }
    }
}

impl Portal {
    pub(super) fn new(shared: Shared, options: PortalOptions) -> Portal {
        let mut salt = [0; 16];
        // Without randomness, whoever has the store could try all addresses: nobody comes in by that.
        let _ = getrandom::fill(&mut salt);
        Portal(Arc::new(Parts {
            shared,
            options,
            addresses: Addresses::default(),
            tries: Tries::default(),
            salt,
        }))
    }

    /// Calls a function of the contract.
    pub(super) async fn ask(&self, name: &'static str, args: Vec<Value>) -> Result<Value, Refusal> {
        let (host, hearing) = (Arc::clone(&self.shared.host), self.shared.hearing.clone());
        let call = move || hearing::called(&host, hearing.as_deref(), name, &args);
        let agency = ASKED.try_with(Clone::clone).ok();
        let need = if HASHING.contains(&name) { Need::Password } else { Need::Quick };
        let answer = self.shared.seats.visit(need, agency.as_deref(), call).await;
        let answer = match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                note(|known| {
                    known.function = Some(name.to_owned());
                    known.cause = Some(cause_of(&error));
                });
                Err(Refusal::of(name, error))
            }
            Err(problem) if problem.outcome() == Outcome::Failed => Err(Refusal::Busy),
            Err(_) => Err(Refusal::Failed),
        };
        self.shared.news.tell();
        answer
    }

    /// The same, with the answer as Rust has it.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        name: &'static str,
        args: Vec<Value>,
    ) -> Result<T, Refusal> {
        let answer = self.ask(name, args).await?;
        serde_json::from_value(answer).map_err(|error| {
            tracing::error!(function = name, %error, "the answer isn't what the contract says");
            Refusal::Failed
        })
    }

    /// Who the portal is where it asks as the agency's staff does, to look only.
    pub(super) fn looking(agency: &str) -> Value {
        json!({"agency": agency, "actor": {"id": "portal", "name": "Portal", "role": "viewer"}})
    }
}
