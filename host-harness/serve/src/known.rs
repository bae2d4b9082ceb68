//! What is known of a request while it is answered, noted by whoever learns of it: for its line in the log.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clientdesk_host::Asked;
use tokio::task_local;

use crate::trace::Trace;

/// What is known of a request while it is answered.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Where it went, as the router has it: a path as it came could have anything.
    pub(crate) place: Option<String>,
    /// The function that it calls.
    pub(crate) function: Option<String>,
    /// The id of the key that it bears.
    pub(crate) key: Option<String>,
    /// Whose agency's key, or portal, it is.
    pub(crate) agency: Option<String>,
    /// What went wrong, in a word, and why.
    pub(crate) error: Option<Box<str>>,
    pub(crate) cause: Option<Box<str>>,
    /// What its calls asked of the host.
    pub(crate) asked: Asked,
    /// How long they waited for their turn.
    pub(crate) waited: Duration,
}

/// A request that is answered.
#[derive(Clone)]
pub(crate) struct Answering(Arc<Parts>);

struct Parts {
    trace: Trace,
    known: Mutex<Known>,
}

task_local! {
    static ANSWERING: Answering;
}

impl Answering {
    /// Nothing is known of it yet but its trace.
    pub(crate) fn begin(trace: Trace) -> Answering {
        Answering(Arc::new(Parts { trace, known: Mutex::default() }))
    }

    /// Answers it: what is noted meanwhile is noted of it.
    pub(crate) async fn within<T>(&self, answer: impl Future<Output = T>) -> T {
        ANSWERING.scope(self.clone(), answer).await
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.0.trace
    }

    /// What is known of it by now.
    pub(crate) fn take(&self) -> Known {
        std::mem::take(&mut *self.known())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes something of the request that this task answers.
pub(crate) fn note(note: impl FnOnce(&mut Known)) {
    let _ = ANSWERING.try_with(|answering| note(&mut answering.known()));
}

/// The id of the trace of the request that this task answers.
pub(crate) fn trace_id() -> Option<String> {
    ANSWERING.try_with(|answering| answering.trace().id().to_owned()).ok()
}

/// What is behind a failure, without what rows' keys could say of somebody: of a key, only its first three parts
/// are told, which are whose it is and of what kind.
pub(crate) fn without_keys(text: &str) -> String {
    let spelled = text.split('`').enumerate().map(|(index, part)| {
        let mut ends = part.match_indices('/').map(|(at, _)| at);
        match ends.nth(2) {
            Some(end) if index % 2 == 1 => format!("{}/…", part.get(..end).unwrap_or_default()),
            _ => part.to_owned(),
        }
    });
    spelled.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keys_end_is_left_out() {
        for (text, told) in [
            ("row `a/acme/by-name/c5p78/018f`: broken", "row `a/acme/by-name/…`: broken"),
            ("row `a/acme/head`", "row `a/acme/head`"),
            (
                "the store `/srv/clientdesk/live.sqlite` is away/gone/lost/now",
                "the store `/srv/clientdesk/…` is away/gone/lost/now",
            ),
            ("SQLite: disk full", "SQLite: disk full"),
        ] {
            assert_eq!(without_keys(text), told);
        }
    }
}
