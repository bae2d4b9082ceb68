//! The chain: every hash covers its entry and the hash before.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::entry::{Entry, Sealed};
use super::event::Event;
use crate::domain::id::AgencyId;
use crate::domain::json::from_json;
use crate::domain::keyring::{KeyRing, Mac, Purpose, VerifyError};
use crate::domain::ranges;
use crate::domain::time::Timestamp;

/// Where an agency's log ends, and the latest time that the agency has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last entry; 0 when there is none.
    #[serde(deserialize_with = "ranges::read_number")]
    pub number: u64,
    /// The hash of the last entry.
    pub mac: Option<Mac>,
    /// The latest time that a command has seen. Time never runs backwards in an agency.
    pub latest: Timestamp,
}

impl Head {
    /// The head of an empty log.
    pub const EMPTY: Head = Head { number: 0, mac: None, latest: Timestamp::EPOCH };

    /// Seals `entry` as the next one.
    pub fn seal(
        &mut self,
        agency: &AgencyId,
        entry: &Entry<Event>,
        ring: &KeyRing,
    ) -> Result<Sealed, serde_json::Error> {
        let body = to_raw_value(entry)?;
        let before = text_of(self.mac.as_ref());
        let mac = ring.sign(Purpose::Log, &parts(agency, &before, &body));
        self.number = entry.number;
        self.mac = Some(mac.clone());
        Ok(Sealed { body, mac })
    }
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It, or the hash before it, isn't what was sealed.
    Changed,
    /// There is no entry where one should be.
    Missing,
    /// An entry stands where another should.
    Misplaced,
    /// It was sealed with a key that isn't in the ring.
    UnknownKey,
    /// It isn't the entry that was kept elsewhere as the log's head.
    UnexpectedHead,
}

/// The first entry that doesn't fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Its number.
    pub number: u64,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Checks one entry after the other.
#[derive(Debug)]
pub struct Verifier<'a> {
    agency: &'a AgencyId,
    ring: &'a KeyRing,
    next: u64,
    before: String,
}

impl<'a> Verifier<'a> {
    /// Starts at entry number `first`, where the hash before it is `before`.
    pub fn new(agency: &'a AgencyId, ring: &'a KeyRing, first: u64, before: Option<&Mac>) -> Self {
        Verifier { agency, ring, next: first, before: text_of(before) }
    }

    /// The number of the next entry.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Checks that `sealed` is the next entry, as it was sealed.
    ///
    /// # Errors
    ///
    /// When it isn't; the flaw says why.
    pub fn check(&mut self, sealed: &Sealed) -> Result<(), Flaw> {
        #[derive(Deserialize)]
        struct Number {
            number: u64,
        }
        let flaw = |problem| Flaw { number: self.next, problem };
        let parts = parts(self.agency, &self.before, &sealed.body);
        let verdict = self.ring.verify(&sealed.mac, Purpose::Log, &parts);
        let number = from_json(sealed.body.get()).map(|Number { number }| number);
        match (number, verdict) {
            (Err(_), _) => Err(flaw(Problem::Changed)),
            (Ok(number), _) if number > self.next => Err(flaw(Problem::Missing)),
            (Ok(number), _) if number < self.next => Err(flaw(Problem::Misplaced)),
            (Ok(_), Err(VerifyError::UnknownKey)) => Err(flaw(Problem::UnknownKey)),
            (Ok(_), Err(VerifyError::Mismatch)) => Err(flaw(Problem::Changed)),
            (Ok(_), Ok(())) => {
                self.before = sealed.mac.to_string();
                self.next = self.next.saturating_add(1);
                Ok(())
            }
        }
    }
}

fn parts<'a>(agency: &'a AgencyId, before: &'a str, body: &'a RawValue) -> [&'a [u8]; 3] {
    [agency.as_str().as_bytes(), before.as_bytes(), body.get().as_bytes()]
}

fn text_of(mac: Option<&Mac>) -> String {
    mac.map(Mac::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::actor::Actor;
    use crate::domain::keyring::tests::ring;
    use crate::domain::log::Draft;

    fn log() -> (AgencyId, Vec<Sealed>) {
        let agency = AgencyId::parse("acme").unwrap();
        let mut head = Head::EMPTY;
        let mut seal = |number| {
            let event = Event::AgencyCreated { agency: agency.clone() };
            let personal = vec![("email", "ann@nike.example".to_owned())];
            let draft = Draft { actor: Actor::Platform, event, personal };
            let (entry, _) =
                draft.number(number, Timestamp::EPOCH, None, || Ok::<_, ()>([3; 16])).unwrap();
            head.seal(&agency, &entry, &ring(&["a"])).unwrap()
        };
        let entries = (1..=4).map(&mut seal).collect();
        (agency, entries)
    }

    fn verify(agency: &AgencyId, entries: &[Sealed]) -> Result<(), Flaw> {
        let ring = ring(&["a"]);
        let mut verifier = Verifier::new(agency, &ring, 1, None);
        entries.iter().try_for_each(|sealed| verifier.check(sealed))
    }

    #[test]
    fn a_log_that_nobody_touched_verifies() {
        let (agency, entries) = log();
        assert_eq!(verify(&agency, &entries), Ok(()));
        assert!(!entries[0].body.get().contains("ann@nike.example"), "a reference only");
    }

    #[test]
    fn every_change_is_found_at_its_entry() {
        let (agency, good) = log();
        let edit = |log: &mut Vec<Sealed>| {
            let body = log[1].body.get().replace("platform", "system");
            log[1].body = RawValue::from_string(body).unwrap();
        };
        let check = |what, change: &dyn Fn(&mut Vec<Sealed>), number, problem| {
            let mut entries = good.clone();
            change(&mut entries);
            assert_eq!(verify(&agency, &entries), Err(Flaw { number, problem }), "{what}");
        };
        check("edited", &edit, 2, Problem::Changed);
        check("removed", &|log| drop(log.remove(1)), 2, Problem::Missing);
        check("put in", &|log| log.insert(1, log[0].clone()), 2, Problem::Misplaced);
        check("swapped", &|log| log.swap(1, 2), 2, Problem::Missing);
        check("rehashed", &|log| log[2].mac.bytes[0] ^= 1, 3, Problem::Changed);
        let other = AgencyId::parse("other").unwrap();
        let changed = Flaw { number: 1, problem: Problem::Changed };
        assert_eq!(verify(&other, &good), Err(changed), "another agency's log");
    }
}
