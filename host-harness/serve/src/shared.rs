//! What all requests share.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use clientdesk_host::Host;
use tokio::sync::watch;

use crate::counts::Counts;
use crate::hearing::Hearing;
use crate::keys::ApiKeys;
use crate::names::Names;
use crate::news::News;
use crate::places::Places;
use crate::rates::Rates;
use crate::ready::Ready;
use crate::seats::Seats;
use crate::webhooks::Webhooks;
use crate::webhooks::deliver::Courier;

/// What all requests share.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Parts>);

impl Shared {
    pub(crate) fn new(parts: Parts) -> Shared {
        Shared(Arc::new(parts))
    }
}

/// The parts of [`Shared`].
pub(crate) struct Parts {
    pub(crate) host: Arc<Host>,
    pub(crate) keys: ApiKeys,
    pub(crate) seats: Seats,
    /// Who follows events.
    pub(crate) followers: Places,
    /// Who waits for what comes of a webhook's test.
    pub(crate) tests: Places,
    pub(crate) ready: Ready,
    pub(crate) rates: Rates,
    pub(crate) names: Names,
    pub(crate) open: bool,
    /// Whether the documentation is served.
    pub(crate) docs: bool,
    pub(crate) body_bytes: usize,
    pub(crate) deadline: Duration,
    /// How long a request may take before it counts as slow.
    pub(crate) slow: Duration,
    /// How long somebody who follows may not read.
    pub(crate) patience: Duration,
    pub(crate) webhooks: Webhooks,
    pub(crate) courier: Arc<Courier>,
    pub(crate) news: News,
    pub(crate) counts: Counts,
    pub(crate) stops: watch::Receiver<bool>,
    /// What listens to calls, while a workbench is open.
    pub(crate) hearing: Option<Arc<Hearing>>,
}

impl Deref for Shared {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
