//! Random histories of accounts and people: brands that move, clients with brands of several accounts,
//! owners, trials, plans, allocations, log-ins, and operators who sign in on an account's behalf, with
//! jobs that are late and a clock that jumps to when something falls due, or a millisecond beside it.
//! After each step, the component says what a small reference says, which is written from the contract:
//! that of the simulator (`host-harness/simulate/src/people/`). Here nothing fails, and no sandbox is
//! around the component.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::World;
use clientdesk_simulate::dice::Dice;
use clientdesk_simulate::people::{BEGIN, Play, Step, Wrong, open_shop};
use clientdesk_simulate::shorten::shortened;

use super::histories;
use crate::native::Native;

/// How many steps one has.
const STEPS: usize = 120;
/// How often a history that fails is played again, at most, to find a shorter one.
const SHORTER_TRIES: usize = 3_000;

pub fn accounts_and_people_are_the_references() {
    let mut done = BTreeMap::new();
    for seed in histories() {
        if let Err((steps, wrong)) = play(seed, &mut done) {
            let (steps, wrong) = shortened(steps, wrong, SHORTER_TRIES, wrong_with);
            let told: Vec<String> = steps.iter().map(|step| format!("  {step:?}")).collect();
            panic!("seed {seed}: {wrong}, after\n{}", told.join("\n"));
        }
    }
    if histories() == super::HISTORIES {
        shows_much(&done);
    }
}

/// An agency in a world of its own.
fn begun() -> Play {
    let world = World::new(Arc::new(MemoryStorage::new()));
    world.clock.set(BEGIN);
    let target = Rc::new(Native::new(&world));
    open_shop(&*target).unwrap();
    Play::new("acme", target, world.clock).unwrap()
}

/// Draws a history and plays it. Counts what was done in it.
fn play(seed: u64, done: &mut BTreeMap<String, u32>) -> Result<(), (Vec<Step>, Wrong)> {
    let (mut dice, mut play, mut steps) = (Dice::new(seed), begun(), Vec::new());
    for _ in 0..STEPS {
        let step = play.draw(&mut dice);
        steps.push(step.clone());
        if let Err(wrong) = attempt(&mut play, &step) {
            return Err((steps, wrong));
        }
        let name = format!("{:?}", step.act);
        let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        *done.entry(format!("{name} {}", play.went)).or_default() += 1;
    }
    Ok(())
}

/// A step; a trap is wrong too.
fn attempt(play: &mut Play, step: &Step) -> Result<(), Wrong> {
    catch_unwind(AssertUnwindSafe(|| play.step(step))).unwrap_or_else(|_| Err("a trap".to_owned()))
}

/// What is wrong with a history, if anything is.
fn wrong_with(steps: &[Step]) -> Option<Wrong> {
    let mut play = begun();
    steps.iter().find_map(|step| attempt(&mut play, step).err())
}

/// Whether the histories had something of everything.
fn shows_much(went: &BTreeMap<String, u32>) {
    for (what, least) in [
        ("Activate done", 100),
        ("Activate limit:dashboards", 10),
        ("Activate platform-billing", 100),
        ("AddAddOn done", 100),
        ("Allocate in-use", 5),
        ("Archive done", 50),
        ("ChangePlan acting-as", 20),
        ("ChangePlan done", 100),
        ("Choose done", 5),
        ("Delete done", 10),
        ("Disable done", 50),
        ("Enter account", 50),
        ("Enter done", 500),
        ("ExtendTrial done", 30),
        ("Invite done", 500),
        ("Invite scope", 10),
        ("LookAs done", 5),
        ("MoveBrand done", 100),
        ("Pool in-use", 50),
        ("RemoveAddOn done", 20),
        ("RemoveBrands last-brand", 20),
        ("Reserve limit:dashboards", 5),
        ("Resume done", 20),
        ("Revoke done", 50),
        ("SetOwner done", 100),
        ("SetPolicy done", 5),
        ("SignIn done", 300),
        ("SignIn policy", 3),
        ("StartTrial done", 100),
        ("Stop done", 20),
    ] {
        let found = went.get(what).copied().unwrap_or_default();
        assert!(found >= least, "{found} times `{what}` shows little: {went:#?}");
    }
}
