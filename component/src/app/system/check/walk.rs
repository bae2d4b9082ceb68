//! Rows as they are, beside what follows.

use std::collections::BTreeMap;

use crate::app::error::Error;
use crate::app::keys::{self, Key, Range};
use crate::app::ports::{Ports, Stored};
use crate::app::record::{self, DueState, Marker, Record};
use crate::app::rows::{self, Rows};
use crate::app::system::place::Place;
use crate::app::view::{self, Read};
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::{AgencyId, BrandId, ClientId, IdentityId};
use crate::domain::identity::Identity;
use crate::domain::sets::one_by_one;
use crate::domain::time::Timestamp;

/// How much is read before a call ends: what is begun then still fits into a commit, also where all
/// of it has to be written.
const ROWS_IN_ONE: usize = 300;

/// How many rows are asked for at once.
const ROWS_AT_ONCE: u32 = 50;

/// How many entries of the due index are looked through for one that stands elsewhere.
const ENTRIES_MAX: u32 = 10_000;

/// In which way something isn't as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What follows isn't there.
    Missing,
    /// What is there doesn't follow.
    Surplus,
    /// What is there says something else.
    Different,
    /// What is stored contradicts itself, and nothing tells which of it is right.
    Contradiction,
}

/// Something that isn't as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In which way.
    pub kind: Kind,
    /// The row.
    pub key: String,
    /// What it belongs to.
    pub belongs_to: String,
    /// The same as a sentence.
    pub message: String,
}

/// What a look came to.
#[derive(Default)]
pub struct Seen {
    pub(super) read: BTreeMap<String, Read>,
    pub(super) writes: BTreeMap<String, Option<String>>,
    pub(super) looked_at: u32,
    pub(super) differences: Vec<Difference>,
    pub(super) next: Option<Place>,
}

/// What lies under a key.
pub(super) enum Found<R> {
    /// Nothing.
    Nothing,
    /// Something that can't be read: where it is looked at for its own sake, it is told of.
    Broken,
    /// This.
    Whole(R),
}

/// A look at rows: what was read, what differs, and what would mend it.
pub(super) struct Walk<'a> {
    ports: &'a Ports,
    seen: Seen,
    cost: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(ports: &'a Ports) -> Walk<'a> {
        Walk { ports, seen: Seen::default(), cost: 0 }
    }

    pub(super) const fn ports(&self) -> &'a Ports {
        self.ports
    }

    pub(super) fn into_seen(self, next: Option<Place>) -> Seen {
        Seen { next, ..self.seen }
    }

    /// Whether the rest is for another call.
    pub(super) fn is_full(&self) -> bool {
        self.cost + self.seen.writes.len() >= ROWS_IN_ONE
    }

    /// Ends the call with what it is at.
    pub(super) const fn fill(&mut self) {
        self.cost = ROWS_IN_ONE;
    }

    /// Looks at the rows of a range after this one, until there are none or the call is full. Gives
    /// how far that is; none: there are no more.
    pub(super) fn each<R: Record>(
        &mut self,
        range: &Range<R>,
        after: &str,
        look: &mut dyn FnMut(&mut Walk<'a>, &Stored) -> Result<(), Error>,
    ) -> Result<Option<String>, Error> {
        let bound = (!after.is_empty()).then(|| format!("{}{after}!", range.start()));
        let rows = view::scan(self.ports, range, bound, ROWS_AT_ONCE, false)?;
        let mut left = rows.len() == ROWS_AT_ONCE as usize;
        let mut last = after.to_owned();
        for row in rows {
            if self.is_full() {
                left = true;
                break;
            }
            last = range.suffix(&row.key).to_owned();
            self.count(1);
            self.seen.read.insert(row.key.clone(), Some(row.clone()));
            look(self, &row)?;
        }
        Ok(left.then_some(last))
    }

    /// Whether this look writes the row anyway: what it says now is of no account then.
    pub(super) fn mends(&self, key: &str) -> bool {
        self.seen.writes.contains_key(key)
    }

    /// Counts rows that were looked at.
    pub(super) fn count(&mut self, rows: usize) {
        self.cost += rows;
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        self.seen.looked_at = self.seen.looked_at.saturating_add(rows);
    }

    /// Reads those of `keys` that weren't read yet, in one go.
    pub(super) fn fetch(&mut self, keys: impl IntoIterator<Item = String>) -> Result<(), Error> {
        let missing: Vec<String> =
            keys.into_iter().filter(|key| !self.seen.read.contains_key(key)).collect();
        if !missing.is_empty() {
            self.cost += missing.len();
            self.seen.read.extend(view::get(self.ports, missing)?);
        }
        Ok(())
    }

    /// The text under `key`, as this look would leave it.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, Error> {
        if let Some(written) = self.seen.writes.get(key) {
            return Ok(written.clone());
        }
        self.fetch([key.to_owned()])?;
        let row = self.seen.read.get(key).and_then(Option::as_ref);
        Ok(row.map(|row| row.value.clone()))
    }

    /// The version of the row under `key`, as it was read; none: there is none.
    pub(super) fn version(&mut self, key: &str) -> Result<Option<u64>, Error> {
        self.fetch([key.to_owned()])?;
        Ok(self.seen.read.get(key).and_then(Option::as_ref).map(|row| row.version))
    }

    /// What lies under `key`, as this look would leave it.
    pub(super) fn find<R: Record>(&mut self, key: &Key<R>) -> Result<Found<R>, Error> {
        let Some(text) = self.text(key.text())? else { return Ok(Found::Nothing) };
        match record::decode(key.text(), &text) {
            Ok(record) => Ok(Found::Whole(record)),
            Err(Error::Corrupt(_)) => Ok(Found::Broken),
            Err(error) => Err(error),
        }
    }

    /// The record in a row that others follow from. One that can't be read is told of.
    pub(super) fn whole<R: Record>(&mut self, row: &Stored, of: &str) -> Result<Option<R>, Error> {
        match record::decode(&row.key, &row.value) {
            Ok(record) => Ok(Some(record)),
            Err(Error::Corrupt(why)) => {
                self.contradicts(&row.key, of, why);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Says that something contradicts itself.
    pub(super) fn contradicts(&mut self, key: &str, of: &str, message: String) {
        self.tell(Kind::Contradiction, key, of, message);
    }

    fn tell(&mut self, kind: Kind, key: &str, of: &str, message: String) {
        let (key, belongs_to) = (key.to_owned(), of.to_owned());
        let difference = Difference { kind, key, belongs_to, message };
        if !self.seen.differences.contains(&difference) {
            self.seen.differences.push(difference);
        }
    }

    /// Expects these rows to be there, besides the one that they follow from, which stays as it is:
    /// entries of the due index may be done, once their time has come.
    pub(super) fn all_follow(
        &mut self,
        (of, source): (&str, &Stored),
        rows: Rows<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut rows = rows::spelled(rows)?;
        rows.retain(|(key, _)| *key != source.key);
        self.fetch(rows.iter().map(|(key, _)| key.clone()))?;
        for (key, value) in rows {
            match keys::due_entry(&key) {
                Some(entry) if entry.at <= now => (),
                Some(entry) => self.falls_due(of, &entry)?,
                None => self.follows(of, &key, value)?,
            }
        }
        Ok(())
    }

    /// Expects a row whose key says it all.
    pub(super) fn marks(&mut self, of: &str, key: &Key<Marker>) -> Result<(), Error> {
        self.follows(of, key.text(), record::encode(&Marker {})?)
    }

    /// Expects this value under `key`.
    pub(super) fn follows(&mut self, of: &str, key: &str, value: String) -> Result<(), Error> {
        let kind = match self.text(key)? {
            Some(found) if record::says_the_same(key, &found, &value)? => return Ok(()),
            Some(found) => {
                if let Some(rival) = rival(self, key, &found)? {
                    let message = format!(
                        "the row `{key}` follows from {of} and from {rival}: only one can have it"
                    );
                    self.contradicts(key, of, message);
                    return Ok(());
                }
                Kind::Different
            }
            None => Kind::Missing,
        };
        let message = match kind {
            Kind::Missing => format!("there is no row `{key}`, which follows from {of}"),
            _ => format!("the row `{key}` says something else than what follows from {of}"),
        };
        self.write(kind, key, of, message, Some(value));
        Ok(())
    }

    /// Says that nothing leads to a row.
    pub(super) fn is_surplus(&mut self, key: &str, of: &str) {
        let message = format!("the row `{key}` is there, but doesn't follow from {of}");
        self.write(Kind::Surplus, key, of, message, None);
    }

    /// Says what differs, and what would mend it.
    pub(super) fn write(
        &mut self,
        kind: Kind,
        key: &str,
        of: &str,
        message: String,
        value: Option<String>,
    ) {
        self.tell(kind, key, of, message);
        self.seen.writes.insert(key.to_owned(), value);
    }

    /// Expects an entry of the due index, or that it was parked.
    pub(super) fn falls_due(&mut self, of: &str, entry: &DueEntry) -> Result<(), Error> {
        self.falls_due_by(of, entry, &[])
    }

    /// The same, where the entry may stand at any time: what it depends on may have been changed.
    pub(super) fn falls_due_some_time(&mut self, of: &str, entry: &DueEntry) -> Result<(), Error> {
        let is_there = !matches!(self.find(&keys::due(entry))?, Found::Nothing);
        if !is_there && self.stands(&entry.agency, &entry.due, Timestamp::MAX)? {
            return Ok(());
        }
        self.falls_due(of, entry)
    }

    /// The same, where the entry may stand earlier, or one of these in its place.
    pub(super) fn falls_due_by(
        &mut self,
        of: &str,
        entry: &DueEntry,
        others: &[Due],
    ) -> Result<(), Error> {
        let (due, parked) = (keys::due(entry), keys::parked(entry));
        self.fetch([due.text().to_owned(), parked.text().to_owned()])?;
        if self.text(parked.text())?.is_some() {
            return Ok(());
        }
        match self.find(&due)? {
            Found::Whole(DueState { .. }) => Ok(()),
            Found::Broken => self.follows(of, due.text(), record::encode(&DueState::default())?),
            Found::Nothing => {
                for other in others {
                    if self.stands(&entry.agency, other, entry.at)? {
                        return Ok(());
                    }
                }
                self.follows(of, due.text(), record::encode(&DueState::default())?)
            }
        }
    }

    /// Whether something falls due at some time up to `until`, or is parked. Beyond what can be looked
    /// through, it counts as standing there.
    pub(super) fn stands(
        &self,
        agency: &AgencyId,
        due: &Due,
        until: Timestamp,
    ) -> Result<bool, Error> {
        let of = DueEntry { at: Timestamp::EPOCH, agency: agency.clone(), due: due.clone() };
        let is_it = |entry: Option<DueEntry>| {
            entry.is_some_and(|entry| entry == DueEntry { at: entry.at, ..of.clone() })
        };
        let range = keys::dues(of.shard());
        let end = keys::due_until(of.shard(), until);
        let mut bound = None;
        for _ in 0..ENTRIES_MAX / ROWS_OF_INDEX {
            let rows = view::scan(self.ports, &range, bound, ROWS_OF_INDEX, false)?;
            let before = rows.iter().take_while(|row| row.key < end);
            if before.into_iter().any(|row| is_it(keys::parse_due(range.suffix(&row.key)))) {
                return Ok(true);
            }
            bound = rows.last().filter(|last| last.key < end).map(|last| format!("{}!", last.key));
            if rows.len() < ROWS_OF_INDEX as usize || bound.is_none() {
                let range = keys::all_parked();
                let rows = view::scan(self.ports, &range, None, ROWS_OF_INDEX, false)?;
                return Ok(rows.iter().any(|row| is_it(keys::parse_due(range.suffix(&row.key)))));
            }
        }
        Ok(true)
    }
}

/// How many rows of an index are read at once.
const ROWS_OF_INDEX: u32 = 500;

/// The keys of these rows.
pub(super) fn keys_of(rows: Rows<'_>) -> Result<Vec<String>, Error> {
    Ok(one_by_one(rows::spelled(rows)?.into_iter().map(|(key, _)| key)))
}

/// Who else has a right to the row under `key`: whom it names, where it follows from them as well.
/// Then nothing tells whose it is.
fn rival(walk: &mut Walk<'_>, key: &str, said: &str) -> Result<Option<String>, Error> {
    let of = key.strip_prefix("a/").and_then(|rest| rest.split_once('/'));
    let of = of.and_then(|(agency, _)| AgencyId::parse(agency).ok());
    match (keys::kind_of(key), of) {
        ("brand-name", Some(agency)) => {
            let brand = named(walk, key, said, |id: &BrandId| keys::brand(&agency, id))?;
            Ok(brand
                .filter(|brand| is_called(&agency, brand, key))
                .map(|brand| format!("brand `{}`", brand.id)))
        }
        ("client-email", Some(agency)) => {
            let client = named(walk, key, said, |id: &ClientId| keys::client(&agency, *id))?;
            let has = |client: &Client| {
                let email = client.email.as_ref();
                email.is_some_and(|email| keys::client_email(&agency, email).text() == key)
            };
            Ok(client.filter(has).map(|client| format!("client `{}`", client.id)))
        }
        ("identity-email", None) => {
            let login = named(walk, key, said, |id: &IdentityId| keys::identity(*id))?;
            let has = |login: &Identity| keys::identity_email(&login.email).text() == key;
            Ok(login.filter(has).map(|login| format!("log-in `{}`", login.id)))
        }
        _ => Ok(None),
    }
}

fn is_called(agency: &AgencyId, brand: &Brand, key: &str) -> bool {
    brand.archived_at.is_none() && keys::brand_name(agency, &brand.name).text() == key
}

/// What the row under `key` names, if it is there.
fn named<Id: Record, R: Record>(
    walk: &mut Walk<'_>,
    key: &str,
    said: &str,
    at: impl FnOnce(&Id) -> Key<R>,
) -> Result<Option<R>, Error> {
    let Ok(id) = record::decode::<Id>(key, said) else { return Ok(None) };
    Ok(match walk.find(&at(&id))? {
        Found::Whole(record) => Some(record),
        Found::Nothing | Found::Broken => None,
    })
}
