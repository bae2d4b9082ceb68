//! Random histories of accounts: plans and add-ons, who pays for them, and white-label beside
//! them, since discounts and tiers look at all of it. The domain's code says what the reference
//! says at any moment, to the cent and the millisecond, however late it is asked to book.

mod compare;
mod engine;
mod said;

use clientdesk_tests::billing_reference::generate;
use clientdesk_tests::billing_reference::history::{History, Time};

use self::compare::{Told, expected, found};
use self::engine::Engine;
use self::said::time;
use super::histories;
use clientdesk_simulate::dice::Dice;

/// How late jobs are.
#[derive(Clone, Copy, Debug)]
enum Jobs {
    /// Whenever nothing else happens.
    Punctual,
    /// Sometimes.
    Late,
    /// Only commands book anything.
    Never,
}

pub fn accounts_owe_what_the_reference_says() {
    let mut lines = Vec::new();
    for seed in histories() {
        lines.extend(check(seed));
    }
    if histories() == super::HISTORIES {
        shows_much(&lines);
    }
}

/// Plays a history to its end. Gives all lines that it came to.
fn check(seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let days = i64::try_from(dice.below(1_000) + 30).unwrap();
    let (history, end) = generate::history(seed, days, seed.is_multiple_of(5));
    let jobs = [Jobs::Punctual, Jobs::Late, Jobs::Never][usize::try_from(seed % 3).unwrap()];
    let mut engine = Engine::new(&history);
    let mut events = history.events.iter().filter(|event| event.at <= end).peekable();
    while let Some(event) = events.next() {
        engine.sell(&history, event.at);
        engine.take(&event.what, time(event.at));
        let next = events.peek().map_or(end, |next| next.at);
        if next == event.at {
            continue;
        }
        if dice.below(8) == 0 {
            let now = between(event.at, next, &mut dice);
            let mut looked = engine.clone();
            looked.sell(&history, now);
            looked.jobs(time(now), &mut dice);
            same(seed, &history, now, found(&looked, now));
        }
        work(&mut engine, &history, jobs, (event.at, next), &mut dice);
    }
    engine.sell(&history, end);
    engine.jobs(time(end), &mut dice);
    same(seed, &history, end, found(&engine, end)).into_values().flatten().collect()
}

/// A time from `from` on and before `until`.
fn between(from: Time, until: Time, dice: &mut Dice) -> Time {
    from + i64::try_from(dice.below(u64::try_from(until - from).unwrap())).unwrap()
}

/// Lets jobs work between two events, or as the next one is about to happen.
fn work(
    engine: &mut Engine,
    history: &History,
    jobs: Jobs,
    (from, until): (Time, Time),
    dice: &mut Dice,
) {
    let now = match jobs {
        Jobs::Punctual => until - i64::try_from(dice.below(2)).unwrap(),
        Jobs::Late if dice.below(4) == 0 => between(from, until + 1, dice),
        Jobs::Late | Jobs::Never => return,
    };
    engine.sell(history, now);
    engine.jobs(time(now), dice);
}

fn same(seed: u64, history: &History, now: Time, found: Told) -> Told {
    let expected = expected(history, now);
    if found == expected {
        return found;
    }
    let only = |one: &Told, other: &Told| -> Vec<String> {
        let none = Vec::new();
        let of_item = one.iter().flat_map(|(item, lines)| {
            let others = other.get(item).unwrap_or(&none);
            let differs = lines.iter().filter(|line| !others.contains(line));
            differs.map(move |line| format!("{item}: {line}"))
        });
        of_item.collect()
    };
    panic!(
        "seed {seed}, at {now}\n  only in the component: {:#?}\n  only in the reference: {:#?}\n  created {} {:?}\n  events: {:#?}\n  catalogs: {:?}",
        only(&found, &expected),
        only(&expected, &found),
        history.created,
        history.interval,
        history.events.iter().map(|event| format!("{event:?}")).collect::<Vec<_>>(),
        history.catalogs,
    );
}

/// Whether the histories had something of everything.
fn shows_much(lines: &[String]) {
    for (kind, reason) in [
        ("Charge", "Started"),
        ("Charge", "Renewed"),
        ("Charge", "Changed"),
        ("Charge", "Switched"),
        ("Credit", "Changed"),
        ("Credit", "Switched"),
        ("Credit", "Stopped"),
        ("Credit", "Expired"),
        ("Discount", "Renewed"),
        ("Discount", "Volume discount"),
        ("Adjustment", "Adjusted"),
    ] {
        let shown = lines.iter().filter(|line| line.contains(kind) && line.contains(reason));
        let number = shown.count();
        assert!(number > 100, "{number} lines with {kind} and {reason} show little");
    }
}
