//! The process that is killed: threads that perform commands without a pause, and write down
//! what they ask for and what they are answered.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use std::{process, thread};

use anyhow::Result;
use clap::Args;
use clientdesk_host::adapters::clock::{Clock, zone_offset};
use clientdesk_host::adapters::storage::SqliteStorage;
use clientdesk_host::{CallError, Host, Instances};
use serde::{Deserialize, Serialize};

use super::diary::{Diary, End};
use super::draw::Drawer;
use super::people::People;
use crate::failure::Failure;
use crate::host::ComponentArgs;
use crate::store::{KeyRing, Place, SyncMode};

/// Works for `torture` until it is killed
#[derive(Args)]
pub(crate) struct WorkerArgs {
    /// What it is to do, as JSON
    orders: String,
}

/// What a process is to do.
#[derive(Serialize, Deserialize)]
pub(super) struct Orders {
    pub(super) store: PathBuf,
    /// Where the keys are, of a store that isn't a file.
    pub(super) keys: Option<PathBuf>,
    pub(super) sync: SyncMode,
    pub(super) diary: PathBuf,
    /// What no other process and no other run is called.
    pub(super) stamp: String,
    pub(super) seed: u64,
    /// What time it is at its start.
    pub(super) now: u64,
    /// A thread for each of these agencies.
    pub(super) own: Vec<String>,
    /// In which all threads of all processes work, too.
    pub(super) shared: String,
}

/// A clock that begins at a time of its own.
struct Running {
    from: u64,
    since: Instant,
}

impl Clock for Running {
    fn now(&self) -> u64 {
        self.from + u64::try_from(self.since.elapsed().as_millis()).unwrap_or(0)
    }

    fn offset(&self, zone: &str, at: u64) -> Option<i32> {
        zone_offset(zone, at)
    }
}

pub(crate) fn run(component: &ComponentArgs, args: &WorkerArgs) -> Result<(), Failure> {
    let orders: Orders = serde_json::from_str(&args.orders)?;
    end_with_the_parent();
    let place = Place::of(&orders.store, orders.keys.clone().map(KeyRing::File).as_ref())?;
    let storage = place.open(SqliteStorage::options().sync(orders.sync.into()), "")?;
    let host = component
        .host()?
        .instances(Instances::Warm { max_idle: orders.own.len() })
        .storage(storage)
        .secrets(Arc::new(place.ring().open()?))
        .clock(Arc::new(Running { from: orders.now, since: Instant::now() }))
        .build()?;
    let diary = Diary::open(&orders.diary)?;
    thread::scope(|scope| {
        for number in 0..orders.own.len() {
            let (host, diary, orders) = (&host, &diary, &orders);
            scope.spawn(move || work(host, diary, orders, number));
        }
    });
    Ok(())
}

/// Nobody reads what is done after the process that started this one.
fn end_with_the_parent() {
    thread::spawn(|| {
        let mut stdin = std::io::stdin();
        let mut said = [0; 64];
        while stdin.read(&mut said).is_ok_and(|read| read > 0) {}
        process::exit(0);
    });
}

/// Performs commands, without end, unless one fails otherwise than by a refusal.
fn work(host: &Host, diary: &Diary, orders: &Orders, thread: usize) -> Result<()> {
    let own = orders.own.get(thread).cloned().unwrap_or_default();
    let stamp = format!("{}-{thread}", orders.stamp);
    let seed = orders.seed.wrapping_add(thread as u64);
    let mut drawer = Drawer::new(seed, stamp, own, orders.shared.clone());
    let mut people = People::default();
    loop {
        let asked = drawer.next(&people);
        diary.asks(thread, &asked)?;
        let answer = host.call(&asked.function, &asked.arguments);
        let end = match answer {
            Ok(answer) => {
                people.learn(&asked, &answer)?;
                End::Answered(answer)
            }
            Err(CallError::Refused { error, .. }) => End::Refused(error),
            Err(error) => {
                diary.ends(thread, End::Failed(error.to_string()))?;
                return Ok(());
            }
        };
        diary.ends(thread, end)?;
    }
}
