//! That something may have been logged, for those who follow.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time;

/// How soon what others wrote to the store is seen: other processes don't tell.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Tells those who follow that something may have been logged.
#[derive(Clone, Default)]
pub(crate) struct News(Arc<Notify>);

impl News {
    pub(crate) fn tell(&self) {
        self.0.notify_waiters();
    }

    /// Waits until somebody tells, or it is time to look.
    pub(crate) async fn wait(&self) {
        // Whoever misses it looks a second later.
        let _ = time::timeout(LOOK_EVERY, self.0.notified()).await;
    }
}
