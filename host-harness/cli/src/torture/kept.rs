//! Whether what was there after one kill still is after the next ones.

use anyhow::{Context as _, Result};
use clientdesk_host::Host;
use fastrand::Rng;

use super::check::{Made, Tally, is_repeated, is_there, places_are_there};
use super::people::People;

/// How many older clients are looked at after a kill, and how many older commands repeated.
const SOME: usize = 12;

/// What was acknowledged in a store, and found there.
#[derive(Default)]
pub(super) struct Kept {
    made: Made,
}

impl Kept {
    /// This was found, too.
    pub(super) fn add(&mut self, made: Made) {
        let People { people, brands, accounts } = made.people;
        self.made.people.people.extend(people);
        self.made.people.brands.extend(brands);
        self.made.people.accounts.extend(accounts);
        self.made.answered.extend(made.answered);
    }

    /// Looks at some of it.
    pub(super) fn some_are_there(
        &self,
        host: &Host,
        rng: &mut Rng,
        tally: &mut Tally,
    ) -> Result<()> {
        let people = rng.choose_multiple(&self.made.people.people, SOME);
        let answered = rng.choose_multiple(&self.made.answered, SOME);
        tally.again += (people.len() + answered.len()) as u64;
        // Nothing is repeated before it was read: that would make good what is missing.
        for person in people {
            is_there(host, person).context("it was there after an earlier kill")?;
        }
        for (asked, answer) in answered {
            is_repeated(host, asked, answer).context("it was there after an earlier kill")?;
        }
        Ok(())
    }

    /// Looks at all of it.
    pub(super) fn are_there(&self, host: &Host, tally: &mut Tally) -> Result<()> {
        let Made { people, answered } = &self.made;
        tally.again += (people.people.len() + answered.len()) as u64;
        for person in &people.people {
            is_there(host, person)?;
        }
        places_are_there(host, people)?;
        for (asked, answer) in answered {
            is_repeated(host, asked, answer)?;
        }
        // Nothing was done twice.
        for person in people.people.iter().filter(|_| !answered.is_empty()) {
            is_there(host, person).context("after commands were repeated")?;
        }
        Ok(())
    }

    /// The same, before so much time goes by that answers are forgotten and sessions end.
    pub(super) fn rest(&mut self, host: &Host, tally: &mut Tally) -> Result<()> {
        self.are_there(host, tally)?;
        self.made.answered.clear();
        for person in &mut self.made.people.people {
            person.session = None;
        }
        Ok(())
    }
}
