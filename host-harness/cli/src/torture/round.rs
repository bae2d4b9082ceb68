//! Processes that work, and are killed.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context as _, Result, bail};
use fastrand::Rng;

use super::worker::Orders;
use crate::host::ComponentArgs;

/// A process, and when it is killed.
struct Doomed {
    child: Child,
    at: Instant,
    diary: PathBuf,
}

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
        let diary = order.diary.clone();
        doomed.push(Doomed { child, at: Instant::now() + life(rng), diary });
    }
    // The last one first: a process that can't start is found all the same.
    doomed.sort_by_key(|doomed| doomed.at);
    doomed.into_iter().map(kill).collect()
}

/// How long a process has: some are killed while they start.
fn life(rng: &mut Rng) -> Duration {
    let millis = if rng.u32(0..5) == 0 { rng.u64(0..80) } else { rng.u64(100..700) };
    Duration::from_millis(millis)
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

fn kill(mut doomed: Doomed) -> Result<PathBuf> {
    thread::sleep(doomed.at.saturating_duration_since(Instant::now()));
    if let Some(status) = doomed.child.try_wait()? {
        let mut said = String::new();
        if let Some(mut stderr) = doomed.child.stderr.take() {
            stderr.read_to_string(&mut said)?;
        }
        bail!("a process ended by itself ({status}): {}", said.trim());
    }
    doomed.child.kill()?;
    doomed.child.wait()?;
    Ok(doomed.diary)
}

/// Where a process writes to.
pub(super) fn diary(folder: &Path, stamp: &str) -> PathBuf {
    folder.join(format!("{stamp}.jsonl"))
}
