//! Around a host: counts what is exercised, remembers the secrets that get out, and spoils answers where
//! a bug is planted.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use clientdesk_host::Host;
use clientdesk_scenario::{Target, TargetError};
use serde_json::Value;

use crate::planted::Bug;
use crate::tally::Tally;

/// The secrets that were ever issued.
#[derive(Default)]
pub struct Issued {
    secrets: Mutex<BTreeSet<String>>,
}

/// What is shorter isn't looked for: it may stand somewhere by chance.
const SECRET_CHARS_MIN: usize = 8;

impl Issued {
    /// A secret got out to whom it belongs.
    pub fn note(&self, secret: &str) {
        if secret.len() >= SECRET_CHARS_MIN {
            self.lock().insert(secret.to_owned());
        }
    }

    /// One of them that stands in a text.
    pub fn found_in(&self, text: &str) -> Option<String> {
        self.lock().iter().find(|secret| text.contains(secret.as_str())).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A host, and what watches it.
pub struct Edge {
    /// The host.
    pub host: Host,
    /// What is exercised.
    pub tally: Arc<Tally>,
    /// What no row and no error may hold.
    pub issued: Arc<Issued>,
    /// What is planted.
    pub bug: Option<&'static Bug>,
}

impl Edge {
    fn learn(&self, answer: &Value) {
        for field in ["session", "token"] {
            if let Some(secret) = answer[field].as_str() {
                self.issued.note(secret);
            }
        }
    }
}

impl Target for Edge {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        self.host.parameters(function)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        self.tally.note(format!("export {function}"));
        let mut answer = match self.bug.and_then(|bug| bug.call(function, arguments)) {
            Some((function, arguments)) => Target::call(&self.host, &function, &arguments),
            None => Target::call(&self.host, function, arguments),
        };
        if let Some(bug) = self.bug {
            bug.spoil_answer(function, arguments, &mut answer);
        }
        match &answer {
            Ok(answer) => self.learn(answer),
            Err(TargetError::Refused(error)) => {
                self.tally.error(error);
                if let Some(secret) = self.issued.found_in(&error.to_string()) {
                    return Err(TargetError::Broken(format!("the error {error} tells `{secret}`")));
                }
            }
            Err(TargetError::Broken(_)) => {}
        }
        answer
    }
}

/// The same edge by whoever calls.
pub struct Door(pub Arc<Edge>);

impl Target for Door {
    fn parameters(&self, function: &str) -> Option<Vec<String>> {
        self.0.parameters(function)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, TargetError> {
        self.0.call(function, arguments)
    }
}
