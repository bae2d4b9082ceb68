//! The thread that measures how long calls run.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// How often the time is looked at.
const TICK: Duration = Duration::from_millis(10);

/// How many ticks a call may run: at least as long as `deadline`, since the first tick may
/// come at once.
pub(super) fn ticks(deadline: Duration) -> u64 {
    let ticks = deadline.as_nanos().div_ceil(TICK.as_nanos());
    // A far deadline is as good as a farther one, and must not overflow the engine's count.
    u64::try_from(ticks).unwrap_or(u64::MAX).min(1 << 40) + 1
}

/// How many whole ticks that was.
pub(super) fn more_ticks(time: Duration) -> u64 {
    u64::try_from(time.as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX).min(1 << 40)
}

/// Moves an engine's epoch on while it lives; the thread ends with it.
pub(super) struct Ticker {
    _alive: Sender<()>,
}

impl Ticker {
    pub(super) fn start(engine: &Engine) -> io::Result<Self> {
        let (alive, ended) = channel::<()>();
        let engine = engine.weak();
        thread::Builder::new().name("clientdesk-ticker".into()).spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(TICK) {
                if let Some(engine) = engine.upgrade() {
                    engine.increment_epoch();
                }
            }
        })?;
        Ok(Self { _alive: alive })
    }
}
