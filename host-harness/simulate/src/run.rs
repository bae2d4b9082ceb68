//! Many histories, one after the other, on several threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::Clock as _;

use crate::dice::Dice;
use crate::history::{Drawing, Move};
use crate::people::Wrong;
use crate::planted::Bug;
use crate::shorten::shortened;
use crate::sim::Sim;
use crate::tally::Tally;
use crate::wild::Asked;

/// How many things happen in one history.
pub const HISTORY: u64 = 160;

/// How often a history that fails is played again, at most, to find a shorter one.
const SHORTER_TRIES: usize = 400;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first history's seed; the next ones have those after it.
    pub seed: u64,
    /// How many things happen in all.
    pub steps: u64,
    /// On how many threads.
    pub threads: usize,
    /// What is planted.
    pub bug: Option<&'static Bug>,
    /// Whether a history that fails is made shorter.
    pub shorten: bool,
    /// For how many seconds at most; none: as long as it takes.
    pub seconds: Option<u64>,
}

impl Options {
    /// So many steps from the first seed on, on one thread.
    pub fn of(steps: u64) -> Options {
        Options { seed: 1, steps, threads: 1, bug: None, shorten: true, seconds: None }
    }
}

/// A history that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// What is wrong.
    pub why: Wrong,
    /// What happened in the shortest one that was found.
    pub moves: Vec<Move>,
    /// After how many steps of the run it was found.
    pub steps: u64,
}

/// Plays histories until one fails, or enough has happened. `progress` is told of each thing.
///
/// # Errors
///
/// The first history that failed.
pub fn run(
    code: &Host,
    options: &Options,
    tally: &Arc<Tally>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<u64, Box<Failure>> {
    let (next, done) = (AtomicU64::new(options.seed), AtomicU64::new(0));
    let over = AtomicBool::new(false);
    let begun = Instant::now();
    let in_time = || options.seconds.is_none_or(|seconds| begun.elapsed().as_secs() < seconds);
    let failure: Mutex<Option<Failure>> = Mutex::default();
    let work = || {
        let asked = Asked::of(code);
        while !over.load(Ordering::Relaxed)
            && in_time()
            && done.load(Ordering::Relaxed) < options.steps
        {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let count = || {
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                !over.load(Ordering::Relaxed)
            };
            if let Err((moves, why)) = draw_and_play(code, options, &asked, tally, seed, &count) {
                let steps = done.load(Ordering::Relaxed);
                over.store(true, Ordering::Relaxed);
                let mut first = failure.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(Failure { seed, why, moves, steps });
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..options.threads.max(1) {
            scope.spawn(work);
        }
        work();
    });
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        None => Ok(done.into_inner()),
        Some(failure) if options.shorten => Err(Box::new(shorter(code, options, failure))),
        Some(failure) => Err(Box::new(failure)),
    }
}

/// Draws a history, and plays it.
fn draw_and_play(
    code: &Host,
    options: &Options,
    asked: &Asked,
    tally: &Arc<Tally>,
    seed: u64,
    goes_on: &dyn Fn() -> bool,
) -> Result<(), (Vec<Move>, Wrong)> {
    let mut moves = Vec::new();
    let mut dice = Dice::new(seed);
    let mut sim = match Sim::new(code, options.bug, tally) {
        Ok(sim) => sim,
        Err(why) => return Err((moves, why)),
    };
    for _ in 0..HISTORY {
        let now = sim.world.clock.now();
        let mut drawing = Drawing { plays: &mut sim.plays, asked, now, faults: true };
        let next = drawing.next(&mut dice);
        moves.push(next.clone());
        if let Err(why) = caught(|| sim.play(&next)) {
            return Err((moves, why));
        }
        if !goes_on() {
            return Ok(());
        }
    }
    caught(|| sim.calm_down()).map_err(|why| (moves, why))
}

/// What the simulator itself does wrong is wrong, too.
fn caught(work: impl FnOnce() -> Result<(), Wrong>) -> Result<(), Wrong> {
    let told = |panic: Box<dyn core::any::Any + Send>| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("the simulator failed: {}", text.unwrap_or_default()))
    };
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(told)
}

/// Plays a history as it is written down, and gives what is wrong with it.
pub fn replay(code: &Host, bug: Option<&'static Bug>, moves: &[Move]) -> Option<Wrong> {
    let tally = Arc::new(Tally::default());
    let mut sim = match Sim::new(code, bug, &tally) {
        Ok(sim) => sim,
        Err(why) => return Some(why),
    };
    let played = moves.iter().try_for_each(|next| caught(|| sim.play(next)));
    played.and_then(|()| caught(|| sim.calm_down())).err()
}

/// The same failure with the shortest history that is found.
pub fn shorter(code: &Host, options: &Options, failure: Failure) -> Failure {
    let Failure { seed, why, moves, steps } = failure;
    let wrong = |moves: &[Move]| replay(code, options.bug, moves);
    let (moves, why) = shortened(moves, why, SHORTER_TRIES, wrong);
    Failure { seed, why, moves, steps }
}
