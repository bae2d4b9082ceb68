//! Promises about several writers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{
    Case, Error, How, Kept, Outcome, Seen, Storage, absent, all_keys, at, expect, put, row,
    version, write,
};
use crate::adapters::storage::VALUE_BYTES_MAX;

pub(super) const CASES: &[Case] = &[
    Case { promise: "no update is lost between two writers", how: How::Own(increments_add_up) },
    Case { promise: "of several creations of a key one wins", how: How::Own(one_creation_wins) },
    Case {
        promise: "a reader never sees half of a commit",
        how: How::Own(readers_see_whole_commits),
    },
    Case {
        promise: "of many commits at once, each has its own outcome, whatever becomes of the others",
        how: How::Own(outcomes_are_their_own),
    },
    Case {
        promise: "of many commits of the same version at once, exactly one is made",
        how: How::Own(one_of_many_wins),
    },
    Case {
        promise: "who was told that a commit was made reads it at once",
        how: How::Own(what_was_acknowledged_is_read),
    },
];

const INCREMENTS: u64 = 100;

/// How often many threads try to be the first.
const ROUNDS: usize = 50;

/// How many threads commit at once where there are many.
const MANY: usize = 8;

fn increments_add_up(storage: Arc<dyn Storage>) -> Kept {
    write(&*storage, vec![put("sum", "0")])?;
    in_two_threads(&*storage, |storage, _| {
        for _ in 0..INCREMENTS {
            while !increment(storage)? {}
        }
        Ok(())
    })?;
    let sum = row(&*storage, "sum")?.map(|row| row.value);
    expect("the sum", sum, Some((2 * INCREMENTS).to_string()))
}

/// False when the other writer was first.
fn increment(storage: &dyn Storage) -> Result<bool, Seen> {
    let Some(current) = row(storage, "sum")? else {
        return Err(Seen("the sum is gone".into()));
    };
    let sum: u64 = current.value.parse().unwrap_or_default();
    let checks = vec![at("sum", current.version)];
    let outcome = storage.commit(checks, vec![put("sum", &(sum + 1).to_string())])?;
    Ok(outcome == Outcome::Committed)
}

fn one_creation_wins(storage: Arc<dyn Storage>) -> Kept {
    in_two_threads(&*storage, |storage, name| {
        for number in 0..INCREMENTS {
            let key = format!("k{number}");
            let mine = format!("won/{key}/{name}");
            let writes = vec![put(&key, "1"), put(&mine, "1")];
            storage.commit(vec![absent(&key)], writes)?;
        }
        Ok(())
    })?;
    let wins = all_keys(&*storage)?;
    let wins = wins.iter().filter(|key| key.starts_with("won/")).count();
    expect("wins", u64::try_from(wins), Ok(INCREMENTS))
}

fn readers_see_whole_commits(storage: Arc<dyn Storage>) -> Kept {
    write(&*storage, vec![put("a", "0"), put("b", "0")])?;
    in_two_threads(&*storage, |storage, name| {
        for number in 0..INCREMENTS {
            if name == "first" {
                let value = number.to_string();
                write(storage, vec![put("a", &value), put("b", &value)])?;
            } else {
                let rows = storage.scan("a", "c", 10, false)?.entries;
                let values: Vec<&str> = rows.iter().map(|row| row.value.as_str()).collect();
                expect("rows that differ", values.first(), values.last())?;
            }
        }
        Ok(())
    })
}

fn outcomes_are_their_own(storage: Arc<dyn Storage>) -> Kept {
    write(&*storage, vec![put("there", "1")])?;
    let too_large = |key: &str| vec![put(key, &"x".repeat(VALUE_BYTES_MAX + 1))];
    in_threads(MANY, |thread| {
        for number in 0..INCREMENTS {
            let key = format!("{thread}/{number}");
            match number % 4 {
                0 => {
                    let outcome = storage.commit(vec![absent("there")], vec![put(&key, "1")])?;
                    expect("a broken check", outcome, Outcome::Conflict(vec!["there".into()]))?;
                }
                1 => match storage.commit(vec![], too_large(&key)) {
                    Err(Error::TooLarge(_)) => {}
                    other => return Err(Seen(format!("a long value: {other:?}"))),
                },
                _ => {
                    let outcome = storage.commit(vec![absent(&key)], vec![put(&key, "1")])?;
                    expect("a commit of its own", outcome, Outcome::Committed)?;
                }
            }
        }
        Ok(())
    })?;
    let made = all_keys(&*storage)?.len();
    let expected = u64::try_from(MANY).unwrap_or(0) * INCREMENTS / 2 + 1;
    expect("keys", u64::try_from(made), Ok(expected))
}

fn one_of_many_wins(storage: Arc<dyn Storage>) -> Kept {
    write(&*storage, vec![put("turn", "0")])?;
    for number in 0..ROUNDS {
        let wins = AtomicUsize::new(0);
        let turn = version(&*storage, "turn")?;
        in_threads(MANY, |thread| {
            let value = format!("\"{number} {thread}\"");
            let outcome = storage.commit(vec![at("turn", turn)], vec![put("turn", &value)])?;
            wins.fetch_add(usize::from(outcome == Outcome::Committed), Ordering::SeqCst);
            Ok(())
        })?;
        expect("wins", wins.into_inner(), 1)?;
    }
    Ok(())
}

fn what_was_acknowledged_is_read(storage: Arc<dyn Storage>) -> Kept {
    in_threads(MANY, |thread| {
        let key = format!("own/{thread}");
        for number in 0..INCREMENTS {
            let value = number.to_string();
            write(&*storage, vec![put(&key, &value)])?;
            let found = row(&*storage, &key)?.map(|row| row.value);
            expect("what was just written", found, Some(value))?;
        }
        Ok(())
    })
}

/// Does the work in so many threads, each with its number.
fn in_threads(count: usize, work: impl Fn(usize) -> Kept + Sync) -> Kept {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        let panicked = |_| Err(Seen("a writer panicked".into()));
        let ends: Vec<Kept> =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect();
        ends.into_iter().collect()
    })
}

fn in_two_threads(
    storage: &dyn Storage,
    work: impl Fn(&dyn Storage, &'static str) -> Kept + Sync,
) -> Kept {
    thread::scope(|scope| {
        let second = scope.spawn(|| work(storage, "second"));
        let first = work(storage, "first");
        let second = second.join().unwrap_or_else(|_| Err(Seen("a writer panicked".into())));
        first.and(second)
    })
}
