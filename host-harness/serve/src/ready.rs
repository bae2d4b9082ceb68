//! Whether the service can work, and how its store is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clientdesk_host::Host;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::task;

use crate::known::note;
use crate::problem::cause_of;

/// How long it is as it was.
const FRESH: Duration = Duration::from_secs(1);

/// How the component and its store are (`system.status`). Anybody may ask, so one look answers all who ask meanwhile.
#[derive(Default)]
pub(crate) struct Ready(Mutex<Option<(Instant, Arc<Value>)>>);

impl Ready {
    /// Whether it can work.
    pub(crate) async fn is(&self, host: &Arc<Host>) -> bool {
        self.status(host).await.is_some()
    }

    /// How it is; none: it doesn't answer.
    pub(crate) async fn status(&self, host: &Arc<Host>) -> Option<Arc<Value>> {
        let mut known = self.0.lock().await;
        if let Some((since, status)) = &*known
            && since.elapsed() < FRESH
        {
            return Some(Arc::clone(status));
        }
        let host = Arc::clone(host);
        let found = task::spawn_blocking(move || host.call("system.status", &[])).await;
        let status = match found {
            Ok(Ok(status)) => Some(Arc::new(status)),
            Ok(Err(error)) => {
                note(|known| known.cause = Some(cause_of(&error)));
                None
            }
            Err(_) => None,
        };
        *known = status.clone().map(|status| (Instant::now(), status));
        status
    }
}
