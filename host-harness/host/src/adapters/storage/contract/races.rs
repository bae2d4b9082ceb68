//! Promises about several writers at once.

use std::sync::Arc;
use std::thread;

use super::{Case, Kept, Outcome, Seen, Storage, absent, all_keys, at, expect, put, row, write};

pub(super) const CASES: &[Case] = &[
    Case { promise: "no update is lost between two writers", check: increments_add_up },
    Case { promise: "of several creations of a key one wins", check: one_creation_wins },
    Case { promise: "a reader never sees half of a commit", check: readers_see_whole_commits },
];

const INCREMENTS: u64 = 100;

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
