//! A few histories in which much goes wrong: `clientdesk simulate` plays as many as one likes. A history is
//! the same each time, as its seed says or as it was written down; and bugs are found.

use std::sync::Arc;

use clientdesk_simulate::history::Move;
use clientdesk_simulate::planted::{BUGS, Bug};
use clientdesk_simulate::run::{Options, replay, run};
use clientdesk_simulate::tally::{Tally, excused};
use libtest_mimic::Trial;

use crate::corpus::host;
use crate::repository;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    let bugs = BUGS.iter().map(|bug| {
        Trial::test(format!("simulated/{}_is_found", bug.name), move || {
            is_found(bug);
            Ok(())
        })
    });
    let others = vec![
        trial("simulated/histories_are_right", histories_are_right),
        trial("simulated/seeds_that_once_failed", seeds_that_once_failed),
        trial("simulated/histories_that_once_failed", histories_that_once_failed),
        trial("simulated/a_history_is_the_same_each_time", a_history_is_the_same_each_time),
        trial("simulated/each_bug_has_a_name_and_a_reason", each_bug_has_a_name_and_a_reason),
    ];
    others.into_iter().chain(bugs).collect()
}

fn play(options: &Options) {
    if let Err(failure) = run(host(), options, &Arc::new(Tally::default()), &|_| {}) {
        let told: Vec<String> = failure.moves.iter().map(|next| format!("  {next:?}")).collect();
        panic!("seed {}: {}, after\n{}", failure.seed, failure.why, told.join("\n"));
    }
}

fn histories_are_right() {
    play(&Options { seed: 1_000, ..Options::of(1_000) });
}

fn seeds_that_once_failed() {
    let file = repository("host-harness/simulate/seeds.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let seeds = text.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok());
    for seed in seeds {
        play(&Options { seed, ..Options::of(160) });
    }
}

/// As they were written down, each as short as it was found.
fn histories_that_once_failed() {
    let folder = repository("host-harness/simulate/histories");
    let mut played = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let moves: Vec<Move> = serde_json::from_str(Box::leak(text.into_boxed_str())).unwrap();
        assert_eq!(replay(host(), None, &moves), None, "{}", path.display());
        played += 1;
    }
    assert!(played > 3, "only {played} histories");
}

fn a_history_is_the_same_each_time() {
    let bug = Bug::named("mail-lost");
    let options = Options { bug, shorten: true, ..Options::of(5_000) };
    let failed = || *run(host(), &options, &Arc::new(Tally::default()), &|_| {}).unwrap_err();
    let (one, other) = (failed(), failed());
    let told = |moves: &[Move]| serde_json::to_string(moves).unwrap();
    assert_eq!(
        (one.seed, &one.why, told(&one.moves)),
        (other.seed, &other.why, told(&other.moves))
    );
    let kept: &'static str = Box::leak(told(&one.moves).into_boxed_str());
    let moves: Vec<Move> = serde_json::from_str(kept).unwrap();
    assert_eq!(replay(host(), bug, &moves).as_ref(), Some(&one.why));
    assert_eq!(replay(host(), None, &moves), None);
}

/// What is planted is found within so many steps; `clientdesk simulate --planted` shows by what.
fn is_found(bug: &'static Bug) {
    let options = Options { bug: Some(bug), shorten: false, ..Options::of(12_000) };
    let found = run(host(), &options, &Arc::new(Tally::default()), &|_| {}).is_err();
    assert!(found, "what breaks {} isn't found", bug.breaks);
}

fn each_bug_has_a_name_and_a_reason() {
    assert!(BUGS.len() >= 30, "only {} bugs", BUGS.len());
    for (place, bug) in BUGS.iter().enumerate() {
        assert!(!bug.breaks.is_empty(), "{bug:?}");
        let same = BUGS.iter().position(|other| other.name == bug.name);
        assert_eq!(same, Some(place), "{bug:?}");
    }
    for (what, why) in excused() {
        assert!(why.len() > 10, "why isn't `{what}` reached?");
    }
}
