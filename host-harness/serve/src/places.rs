//! Places of which there are only so many, and of which nobody takes all: whoever has its share waits for its own
//! to be free, and others still find one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places.
#[derive(Clone)]
pub(crate) struct Places(Arc<Parts>);

struct Parts {
    free: Arc<Semaphore>,
    all: usize,
    /// How many each has who has any.
    held: Mutex<HashMap<String, usize>>,
}

/// Somebody who takes places, and how many at most.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    holder: String,
    most: usize,
}

/// A place, which is free again once it is dropped.
pub(crate) struct Place {
    parts: Arc<Parts>,
    holders: Vec<String>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(crate) fn new(all: usize) -> Places {
        let free = Arc::new(Semaphore::new(all));
        Places(Arc::new(Parts { free, all, held: Mutex::default() }))
    }

    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        self.0.all.saturating_sub(self.0.free.available_permits())
    }

    /// One of so many equal parts, and at least one place.
    pub(crate) fn part(&self, holder: impl Into<String>, parts: usize) -> Share {
        Share { holder: holder.into(), most: (self.0.all / parts.max(1)).max(1) }
    }

    /// Three quarters: one who is busy is served well, and others find a place beside it.
    pub(crate) fn most(&self, holder: impl Into<String>) -> Share {
        Share { holder: holder.into(), most: self.0.all - self.0.all / 4 }
    }

    /// A place within these shares; none: all are taken, or somebody has theirs.
    pub(crate) fn take(&self, shares: &[Share]) -> Option<Place> {
        let permit = Arc::clone(&self.0.free).try_acquire_owned().ok()?;
        let mut held = self.0.held();
        let has_all = |share: &Share| held.get(&share.holder).is_some_and(|it| *it >= share.most);
        if shares.iter().any(has_all) {
            return None;
        }
        let holders: Vec<String> = shares.iter().map(|share| share.holder.clone()).collect();
        for holder in &holders {
            *held.entry(holder.clone()).or_default() += 1;
        }
        drop(held);
        Some(Place { parts: Arc::clone(&self.0), holders, _permit: permit })
    }
}

impl Parts {
    fn held(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.parts.held();
        for holder in &self.holders {
            let left = held.get(holder).copied().unwrap_or_default().saturating_sub(1);
            if left == 0 {
                held.remove(holder);
            } else {
                held.insert(holder.clone(), left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_places_and_what_is_left_is_others() {
        let places = Places::new(8);
        let (hog, other) = ([places.most("hog")], [places.most("other")]);
        let taken: Vec<Place> = std::iter::from_fn(|| places.take(&hog)).collect();
        assert_eq!((taken.len(), places.taken()), (6, 6));
        let left: Vec<Place> = std::iter::from_fn(|| places.take(&other)).collect();
        assert_eq!(left.len(), 2);
        assert!(places.take(&[]).is_none(), "all are taken");
        drop(taken);
        assert_eq!(places.taken(), 2);
        assert!(places.take(&hog).is_some(), "they are free again");
        drop(left);
        assert!(places.0.held().is_empty(), "nothing is kept of who has none");
    }

    #[test]
    fn each_of_several_shares_counts() {
        let places = Places::new(16);
        let shares = |key: &str| [places.part(key, 8), places.part("agency", 4)];
        let one = [places.take(&shares("one")), places.take(&shares("one"))];
        assert!(one.iter().all(Option::is_some) && places.take(&shares("one")).is_none());
        let two = [places.take(&shares("two")), places.take(&shares("two"))];
        assert!(two.iter().all(Option::is_some));
        assert!(places.take(&shares("three")).is_none(), "a key more gives the agency no more");
        assert_eq!(Places::new(1).part("x", 8).most, 1);
    }
}
