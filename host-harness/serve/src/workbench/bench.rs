//! What stands between the host and its adapters while a workbench is open.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clientdesk_host::adapters::clock::{Clock, SystemClock};
use clientdesk_host::adapters::mail::Mail;
use clientdesk_host::adapters::secrets::{RingError, SecretsError, SystemSecrets};
use clientdesk_host::adapters::storage::{self, Storage, Write};
use clientdesk_host::{CallError, Host, HostBuilder};
use clientdesk_scenario::faults::Breakage;
use serde_json::{Value, json};
use thiserror::Error;

use super::clock::ShiftedClock;
use super::keys::RotatedSecrets;
use super::mails::{KeptMail, Saying};
use super::store::SwitchedStorage;
use super::trial::Trial;
use crate::hearing::Hearing;

/// The row that says how far the clock is ahead, so that a restart doesn't turn time back.
const AHEAD: &str = "host/workbench/ahead";
/// A day.
const DAY: u64 = 86_400_000;
/// How many times jobs are run on the way, when the clock moves far.
const STOPS_MAX: u64 = 60;
/// How much one call of `jobs.run` does.
const JOBS_AT_ONCE: u32 = 500;
/// How often `jobs.run` is called in a row.
const RUNS_MAX: u32 = 1_000;

/// What a host would have without a workbench.
pub struct Adapters {
    /// The store.
    pub storage: Arc<dyn Storage>,
    /// Where mails go.
    pub mail: Arc<dyn Mail>,
    /// The clock that goes on; it is shifted.
    pub clock: Arc<dyn Clock>,
    /// The file of the key ring, which can be rotated; none: the host has other secrets, which it was given beside.
    pub key_ring: Option<PathBuf>,
    /// The folder of `FolderMail`, to show mails of before; none: there is none.
    pub mail_folder: Option<PathBuf>,
}

impl Adapters {
    /// These, with the system's clock.
    pub fn new(storage: Arc<dyn Storage>, mail: Arc<dyn Mail>) -> Adapters {
        Adapters { storage, mail, clock: Arc::new(SystemClock), key_ring: None, mail_folder: None }
    }
}

/// Why there is no workbench.
#[derive(Debug, Error)]
pub enum WorkbenchError {
    /// The key ring can't be read.
    #[error(transparent)]
    Keys(#[from] RingError),
    /// The store can't be read.
    #[error("the store can't be used: {0}")]
    Store(String),
    /// There is no randomness.
    #[error("the system has no randomness")]
    Random,
}

/// A workbench: equip a host with it, and give it to the service of that host.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use clientdesk_host::Host;
/// use clientdesk_host::adapters::mail::NowhereMail;
/// use clientdesk_host::adapters::secrets::SystemSecrets;
/// use clientdesk_host::adapters::storage::MemoryStorage;
/// use clientdesk_serve::workbench::{Adapters, Workbench};
/// use clientdesk_serve::{Options, Service};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapters = Adapters::new(Arc::new(MemoryStorage::new()), Arc::new(NowhereMail));
/// let workbench = Workbench::new(adapters)?;
/// let secrets = Arc::new(SystemSecrets::ephemeral()?);
/// let host = workbench.equip(Host::builder().secrets(secrets)).build()?;
/// let options =
///     Options { open_without_keys: true, workbench: Some(workbench), ..Options::default() };
/// let service = Service::new(Arc::new(host), options);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Workbench(Arc<Parts>);

struct Parts {
    clock: Arc<ShiftedClock>,
    store: Arc<SwitchedStorage>,
    mail: Arc<KeptMail>,
    keys: Option<Arc<RotatedSecrets>>,
    mail_folder: Option<PathBuf>,
    hearing: Arc<Hearing>,
    trial: Mutex<Option<Trial>>,
    frames: String,
}

/// What jobs have done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ran {
    pub(super) done: u64,
    pub(super) failed: u64,
}

impl Workbench {
    /// A workbench above these adapters. Time is shifted as the store remembers it.
    ///
    /// # Errors
    ///
    /// When store or key ring can't be read.
    pub fn new(adapters: Adapters) -> Result<Workbench, WorkbenchError> {
        let Adapters { storage, mail, clock, key_ring, mail_folder } = adapters;
        let ahead = remembered(storage.as_ref())?;
        let clock = Arc::new(ShiftedClock::new(clock, ahead));
        let hearing = Arc::new(Hearing::default());
        let now = Box::new({
            let clock = Arc::clone(&clock);
            move || clock.now()
        });
        let keys = key_ring.map(|path| {
            let secrets = SystemSecrets::open(&path)?;
            Ok::<_, RingError>(Arc::new(RotatedSecrets::new(path, secrets)))
        });
        let mut frames = [0; 18];
        getrandom::fill(&mut frames).map_err(|_| WorkbenchError::Random)?;
        Ok(Workbench(Arc::new(Parts {
            mail: Arc::new(KeptMail::new(mail, Arc::clone(&hearing), now)),
            store: Arc::new(SwitchedStorage::new(storage)),
            keys: keys.transpose()?,
            mail_folder,
            trial: Mutex::default(),
            frames: URL_SAFE_NO_PAD.encode(frames),
            hearing,
            clock,
        })))
    }

    /// Gives a host the store, the mails and the clock of the workbench, and its secrets where it has a key ring.
    #[must_use]
    pub fn equip(&self, host: HostBuilder) -> HostBuilder {
        let Parts { clock, store, mail, keys, .. } = &*self.0;
        let host = host.storage(store.clone()).mail(mail.clone()).clock(clock.clone());
        match keys {
            Some(keys) => host.secrets(keys.clone()),
            None => host,
        }
    }

    /// The store that never fails on demand: who may call doesn't depend on what is tried out.
    pub(crate) fn storage(&self) -> &Arc<dyn Storage> {
        self.0.store.below()
    }

    /// What listens to calls.
    pub(crate) fn hearing(&self) -> &Arc<Hearing> {
        &self.0.hearing
    }

    pub(super) fn mail(&self) -> &KeptMail {
        &self.0.mail
    }

    pub(super) fn mail_folder(&self) -> Option<&PathBuf> {
        self.0.mail_folder.as_ref()
    }

    /// The part of an address that only the page knows: frames can't send a key.
    pub(super) fn frames(&self) -> &str {
        &self.0.frames
    }

    pub(super) fn can_rotate(&self) -> bool {
        self.0.keys.is_some()
    }

    /// Puts a new key in front of the ring; none: it has none of its own.
    pub(super) fn rotate(&self) -> Option<Result<String, SecretsError>> {
        self.0.keys.as_ref().map(|keys| keys.rotate())
    }

    pub(super) fn now(&self) -> u64 {
        self.0.clock.now()
    }

    pub(super) fn real(&self) -> u64 {
        self.0.clock.real()
    }

    pub(super) fn ahead(&self) -> u64 {
        self.0.clock.ahead()
    }

    /// Moves the clock so far ahead of the real one, and runs what falls due, day by day.
    pub(super) fn move_to(&self, host: &Host, ahead: u64) -> Result<Ran, String> {
        let from = self.ahead();
        let way = ahead.saturating_sub(from);
        let step = DAY.max(way / STOPS_MAX);
        let mut ran = Ran::default();
        let mut stop = from;
        while stop < ahead {
            stop = stop.saturating_add(step).min(ahead);
            self.0.clock.shift(stop);
            let more = self.run_jobs(host).map_err(|error| error.to_string())?;
            ran.done += more.done;
            ran.failed += more.failed;
        }
        self.0.clock.shift(ahead);
        self.remember(ahead)?;
        Ok(ran)
    }

    /// Back to the real time: agencies that were taken along come back, too. Gives how many did.
    pub(super) fn move_back(&self, host: &Host) -> Result<usize, String> {
        self.0.clock.shift(0);
        self.remember(0)?;
        let mut back = 0;
        for agency in agencies(host).map_err(|error| error.to_string())? {
            let reset = host.call("agencies.reset-clock", &[json!(agency)]);
            let reset = reset.map_err(|error| error.to_string())?;
            let time = |field: &str| reset.get(field).and_then(Value::as_u64).unwrap_or_default();
            back += usize::from(time("was") > time("now"));
        }
        Ok(back)
    }

    /// Runs what is due until nothing moves.
    pub(super) fn run_jobs(&self, host: &Host) -> Result<Ran, CallError> {
        let mut ran = Ran::default();
        for _ in 0..RUNS_MAX {
            let at = self.now();
            let limit = json!(JOBS_AT_ONCE);
            let arguments = serde_json::Map::from_iter([("limit".to_owned(), limit.clone())]);
            let run = || host.call("jobs.run", &[limit]);
            let report = self.hearing().hear(at, "jobs.run", arguments, run, Value::clone)?;
            let number = |name: &str| report.get(name).and_then(Value::as_u64).unwrap_or_default();
            ran.done += number("done");
            ran.failed += number("failed");
            let more = report.get("more").is_some_and(|more| more == true);
            if !more || number("done") + number("failed") == 0 {
                break;
            }
        }
        Ok(ran)
    }

    /// From here on, store and mails fail this way. What comes of it is counted from the first fault on.
    pub(super) fn switch(&self, host: &Host, store: Option<Breakage>, saying: Saying) {
        let Parts { store: switched, mail, hearing, .. } = &*self.0;
        let calm = store.is_none() && saying == Saying::Accepted;
        let mut trial = self.trial();
        let running = trial.as_ref().is_some_and(|trial| trial.is_on());
        if !calm && !running {
            mail.forget_fates();
            *trial = Some(Trial::begin(host, self.now(), hearing.last()));
        }
        if let Some(trial) = trial.as_mut() {
            if calm && running {
                trial.end(self.now(), hearing.last());
            } else if !calm {
                trial.add(store, saying);
            }
        }
        drop(trial);
        mail.say(saying);
        switched.switch(store);
    }

    /// How the store fails now.
    pub(super) fn store_fails(&self) -> Option<Breakage> {
        self.0.store.how()
    }

    pub(super) fn trial(&self) -> MutexGuard<'_, Option<Trial>> {
        self.0.trial.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, ahead: u64) -> Result<(), String> {
        let value = (ahead > 0).then(|| ahead.to_string());
        let writes = vec![Write { key: AHEAD.to_owned(), value }];
        let done = self.storage().commit(Vec::new(), writes);
        done.map(|_| ()).map_err(|error| format!("the store can't be used: {error:?}"))
    }
}

/// The ids of all agencies.
pub(super) fn agencies(host: &Host) -> Result<Vec<String>, CallError> {
    let (mut ids, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = json!({"limit": 100, "cursor": cursor});
        let found = host.call("agencies.list", &[Value::Null, page])?;
        let agencies = found.get("agencies").and_then(Value::as_array);
        let id = |agency: &Value| Some(agency.get("id")?.as_str()?.to_owned());
        ids.extend(agencies.into_iter().flatten().filter_map(id));
        match found.get("next") {
            Some(next) if !next.is_null() => cursor = next.clone(),
            Some(_) | None => return Ok(ids),
        }
    }
}

/// How far the clock was ahead when the store was last used.
fn remembered(storage: &dyn Storage) -> Result<u64, WorkbenchError> {
    let failed = |error: storage::Error| WorkbenchError::Store(format!("{error:?}"));
    let found = storage.get(vec![AHEAD.to_owned()]).map_err(failed)?;
    let entry = found.into_iter().next().flatten();
    Ok(entry.and_then(|entry| entry.value.parse().ok()).unwrap_or_default())
}

/// Shows how far time is shifted, and no mails or keys.
impl fmt::Debug for Workbench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workbench").field("ahead", &self.ahead()).finish_non_exhaustive()
    }
}
