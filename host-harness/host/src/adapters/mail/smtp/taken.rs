//! Which mails were taken already.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are remembered: some hours of a busy host.
const REMEMBERED_MAX: usize = 10_000;

/// The ids of mails that the server took lately. One that comes again, since the component couldn't note that it was
/// taken, doesn't go out again.
#[derive(Default)]
pub(super) struct Taken(Mutex<Ids>);

#[derive(Default)]
struct Ids {
    known: HashSet<String>,
    oldest_first: VecDeque<String>,
}

impl Taken {
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids().known.contains(id)
    }

    pub(super) fn remember(&self, id: &str) {
        let mut ids = self.ids();
        if !ids.known.insert(id.to_owned()) {
            return;
        }
        ids.oldest_first.push_back(id.to_owned());
        if ids.oldest_first.len() > REMEMBERED_MAX
            && let Some(oldest) = ids.oldest_first.pop_front()
        {
            ids.known.remove(&oldest);
        }
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered() {
        let taken = Taken::default();
        for number in 0..=REMEMBERED_MAX {
            taken.remember(&number.to_string());
            taken.remember(&number.to_string());
        }
        assert!(!taken.has("0") && taken.has("1") && taken.has(&REMEMBERED_MAX.to_string()));
    }
}
