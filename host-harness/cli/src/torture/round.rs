//! Processes that work, and are killed.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context as _, Result, bail};
use fastrand::Rng;

use super::worker::Orders;
use crate::host::ComponentArgs;

/// A process, and when it is killed.
struct Doomed {
    child: Child,
    life: Life,
    diary: PathBuf,
}

/// How long a process has.
enum Life {
    /// It is killed while it starts.
    UntilThen(Instant),
    /// So long after it was seen at work.
    AtWork(Duration),
}

/// How often processes are looked at.
const LOOK: Duration = Duration::from_millis(1);

/// How long a process may take to start, on a machine that has much else to do.
const START: Duration = Duration::from_secs(120);

/// Starts a process for each order, kills each at a moment of its own, and gives what they
/// wrote down.
pub(super) fn play(
    component: &ComponentArgs,
    orders: &[Orders],
    rng: &mut Rng,
) -> Result<Vec<PathBuf>> {
    let mut doomed = Vec::new();
    for order in orders {
        let child = start(component, order)?;
        doomed.push(Doomed { child, life: life(rng), diary: order.diary.clone() });
    }
    let latest = Instant::now() + START;
    let mut diaries = Vec::new();
    while !doomed.is_empty() {
        thread::sleep(LOOK);
        let mut left = Vec::new();
        for mut process in doomed {
            if process.is_over()? {
                diaries.push(process.diary);
            } else if latest < Instant::now() {
                bail!("a process didn't get to work");
            } else {
                left.push(process);
            }
        }
        doomed = left;
    }
    Ok(diaries)
}

fn life(rng: &mut Rng) -> Life {
    match rng.u32(0..5) {
        0 => Life::UntilThen(Instant::now() + Duration::from_millis(rng.u64(0..80))),
        _ => Life::AtWork(Duration::from_millis(rng.u64(0..600))),
    }
}

impl Doomed {
    /// Kills it if it is time.
    fn is_over(&mut self) -> Result<bool> {
        if let Some(status) = self.child.try_wait()? {
            let mut said = String::new();
            if let Some(mut stderr) = self.child.stderr.take() {
                stderr.read_to_string(&mut said)?;
            }
            bail!("a process ended by itself ({status}): {}", said.trim());
        }
        match self.life {
            Life::UntilThen(at) if at <= Instant::now() => {
                self.child.kill()?;
                self.child.wait()?;
                return Ok(true);
            }
            Life::AtWork(time) if has_bytes(&self.diary) => {
                self.life = Life::UntilThen(Instant::now() + time);
            }
            Life::UntilThen(_) | Life::AtWork(_) => {}
        }
        Ok(false)
    }
}

/// Whether something was written down.
fn has_bytes(diary: &Path) -> bool {
    fs::metadata(diary).is_ok_and(|file| file.len() > 0)
}

fn start(component: &ComponentArgs, orders: &Orders) -> Result<Child> {
    let program = env::current_exe().context("can't find this program's own file")?;
    let orders = serde_json::to_string(orders)?;
    Command::new(program)
        .args(component.options())
        .args(["torture-worker", &orders])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("can't start a process to kill")
}

/// Where a process writes to.
pub(super) fn diary(folder: &Path, stamp: &str) -> PathBuf {
    folder.join(format!("{stamp}.jsonl"))
}
