//! Whether the service can work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clientdesk_host::Host;
use tokio::sync::Mutex;
use tokio::task;

/// How long it is as ready as it was.
const READY: Duration = Duration::from_secs(1);

/// Whether it can work. Anybody may ask, so one look answers all who ask meanwhile.
#[derive(Default)]
pub(crate) struct Ready(Mutex<Option<Instant>>);

impl Ready {
    pub(crate) async fn is(&self, host: &Arc<Host>) -> bool {
        let mut since = self.0.lock().await;
        if since.is_some_and(|since| since.elapsed() < READY) {
            return true;
        }
        let host = Arc::clone(host);
        let found = task::spawn_blocking(move || host.call("system.status", &[])).await;
        let is = matches!(found, Ok(Ok(_)));
        *since = is.then(Instant::now);
        is
    }
}
