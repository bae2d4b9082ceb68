//! What can go wrong with a host, and with a call.

use std::time::Duration;

use thiserror::Error;
use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::Limits;
use super::state::MemoryRefused;
use crate::adapters::secrets::{KeysError, SecretsError};
use crate::meter::TooMuch;
use crate::observe::Outcome;
use crate::suggest;
use crate::values::ValueError;

/// Why there is no host.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The engine can't be set up with these limits on this machine.
    #[error("can't set up the engine")]
    Engine(#[source] Cause),
    /// The folder for compiled code can't be used.
    #[error("can't keep compiled code in `{folder}`")]
    CodeCache {
        /// Which folder.
        folder: String,
        /// Why.
        #[source]
        source: Cause,
    },
    /// None was given, and none is built in.
    #[error("no component: give one by `.component(bytes)`, or build with the feature `built-in`")]
    NoComponent,
    /// The bytes are no component, or one that the engine refuses.
    #[error("can't load the component")]
    Component(#[source] Cause),
    /// The limits of a host that shares its code with another are above the other's.
    #[error("a host can't have more memory or instances than the one that it shares its code with")]
    Limits,
    /// There was no randomness for keys.
    #[error("can't make keys")]
    Secrets(#[from] SecretsError),
    /// A store was given, but no secrets: keys made for this host alone would be gone at the
    /// next start, and with them every log-in and every link of the store.
    #[error(
        "a store needs the keys it was used with; add `.secrets(Arc::new(SystemSecrets::open(\"keys.json\")?))`"
    )]
    NoSecrets,
    /// The keys aren't those that the store was made with.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The thread that measures time didn't start.
    #[error("can't start the thread that measures time")]
    Thread(#[source] std::io::Error),
}

/// How the engine says that a component passes too much at once.
const TOO_MUCH_AT_ONCE: &str = "too much data is being copied between the host and the guest";

/// An error of the engine, for the logs.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a call gave no answer.
#[derive(Debug, Error)]
pub enum CallError {
    /// The component refused it: the function's own error. Nothing was changed.
    #[error("`{function}` refused: {error}")]
    Refused {
        /// Which function.
        function: String,
        /// The WIT's error as JSON, such as `{"not-found": "client `c1`"}`.
        error: serde_json::Value,
    },
    /// An argument doesn't fit. The component wasn't called.
    #[error("`{function}`: {problem}")]
    Arguments {
        /// Which function.
        function: String,
        /// The function and its parameters, for people.
        signature: String,
        /// Which argument, and what is wrong with it.
        problem: Box<ValueError>,
    },
    /// The component has no such function.
    #[error("no function `{name}`{}", suggest::did_you_mean(.close))]
    UnknownFunction {
        /// What was asked for.
        name: String,
        /// What may have been meant.
        close: Vec<String>,
    },
    /// The component failed: a bug in it, or an import that it isn't given.
    #[error("the component trapped: {reason}")]
    Trap {
        /// What happened, in a line.
        reason: String,
        /// The same with the component's stack, in lines.
        details: String,
    },
    /// It ran longer than [`Limits::deadline`] and was stopped.
    #[error("stopped after {limit:?}")]
    Deadline {
        /// How long it was allowed to run.
        limit: Duration,
    },
    /// It asked for more than [`Limits::memory`] and was stopped.
    #[error("stopped: it asked for more than {limit} bytes of memory")]
    Memory {
        /// How much it was allowed to have.
        limit: usize,
    },
    /// It passed more than [`Limits::host_call_bytes`] to the host at once, and was stopped.
    #[error("stopped: it passed more than {limit} bytes to its host at once")]
    Passed {
        /// How much it was allowed to pass.
        limit: usize,
    },
    /// It called the host more than [`Limits::host_calls`] times, and was stopped.
    #[error("stopped: it called its host more than {limit} times")]
    HostCalls {
        /// How often it was allowed to.
        limit: u32,
    },
    /// More than [`Limits::host_bytes`] passed between it and the host, and it was stopped.
    #[error("stopped: it passed more than {limit} bytes to and from its host")]
    HostBytes {
        /// How much it was allowed to pass.
        limit: u64,
    },
    /// [`Limits::instances`] are in use. Try again.
    #[error("all {instances} instances are in use")]
    Busy {
        /// How many there are.
        instances: u32,
    },
    /// The component's exports aren't those of the contract that this library was built
    /// with. [`Host::call`](crate::Host::call) may work all the same.
    #[error("the component doesn't have the contract's exports: {reason}")]
    OtherContract {
        /// What differs.
        reason: String,
    },
}

impl CallError {
    /// Why the engine ended a call.
    pub(super) fn stopped(error: &wasmtime::Error, limits: &Limits) -> Self {
        if error.is::<MemoryRefused>() {
            return Self::Memory { limit: limits.memory };
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return Self::Busy { instances: limits.instances };
        }
        match error.downcast_ref::<TooMuch>() {
            Some(TooMuch::Calls { limit }) => return Self::HostCalls { limit: *limit },
            Some(TooMuch::Bytes { limit }) => return Self::HostBytes { limit: *limit },
            None => {}
        }
        let cause = error.root_cause().to_string();
        // The engine has no type for it that others can name.
        if cause.starts_with(TOO_MUCH_AT_ONCE) {
            return Self::Passed { limit: limits.host_call_bytes };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::Deadline { limit: limits.deadline },
            _ => Self::Trap { reason: cause, details: format!("{error:?}") },
        }
    }
}

impl From<&CallError> for Outcome {
    fn from(error: &CallError) -> Outcome {
        match error {
            CallError::Refused { error, .. } => {
                let fields = error.as_object().and_then(|fields| fields.keys().next());
                Outcome::of_case(error.as_str().or(fields.map(String::as_str)).unwrap_or_default())
            }
            CallError::Arguments { .. } => Outcome::Refused("invalid"),
            CallError::UnknownFunction { .. } => Outcome::Refused("not-found"),
            CallError::Trap { .. } => Outcome::Failed("trap"),
            CallError::Deadline { .. } => Outcome::Failed("deadline"),
            CallError::Memory { .. } => Outcome::Failed("memory"),
            CallError::Passed { .. }
            | CallError::HostCalls { .. }
            | CallError::HostBytes { .. } => Outcome::Failed("host-calls"),
            CallError::Busy { .. } => Outcome::Failed("instances"),
            CallError::OtherContract { .. } => Outcome::Failed("contract"),
        }
    }
}
