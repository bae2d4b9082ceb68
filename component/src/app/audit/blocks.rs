//! The log's entries one after the other, and what is wrong with the rows that hold them.
//!
//! The chain covers what entries say. What else stands in a row is covered here: the personal
//! data must be what the entries refer to, and the row must be the very text that was written.

use std::collections::{BTreeMap, BTreeSet};

use super::erased::is_erased;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Ports, Stored};
use crate::app::record;
use crate::app::view;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::keyring::Mac;
use crate::domain::log::{Block, Entry, Fields, Sealed, Subject};

/// How many blocks are read at once.
const BLOCKS_AT_ONCE: u32 = 100;

/// What comes next in the log.
pub(super) enum Next {
    /// An entry, as far as its own text goes.
    Entry(Sealed),
    /// Something that can't be read.
    Damaged,
    /// Nothing.
    End,
}

/// The log's entries, one after the other.
pub(super) struct Entries<'a> {
    ports: &'a Ports,
    agency: &'a AgencyId,
    bound: Option<String>,
    rows: std::vec::IntoIter<Stored>,
    opened: Opened,
    /// Who was looked up: whether what entries told of them was erased.
    erased: BTreeMap<ClientId, bool>,
    /// Entries without all of their personal data, though nobody was erased.
    bare: Vec<u64>,
}

/// What is left of a block.
#[derive(Default)]
struct Opened {
    entries: std::vec::IntoIter<Sealed>,
    /// The first entry with something wrong beside it.
    flawed: Option<u64>,
    /// Whether the row can't be read any further than these entries.
    damaged: bool,
}

impl<'a> Entries<'a> {
    /// From the block on that holds the entry before `start`.
    pub(super) fn before(
        ports: &'a Ports,
        agency: &'a AgencyId,
        start: u64,
    ) -> Result<Entries<'a>, Error> {
        let key = keys::log(agency, start.saturating_sub(1).max(1));
        let first = view::block_of(ports, &keys::logs(agency), key.text())?;
        let rows = Vec::new().into_iter();
        let (opened, erased, bare) = (Opened::default(), BTreeMap::new(), Vec::new());
        Ok(Entries { ports, agency, bound: Some(first), rows, opened, erased, bare })
    }

    /// Passes over the entries before `start`, and gives the hash of the last of them.
    pub(super) fn skip_to(&mut self, start: u64) -> Result<Option<Mac>, Error> {
        let Some(row) = self.next_row()? else { return Ok(None) };
        let number = self.number_of(&row);
        self.opened = self.open(&row)?;
        let skipped = usize::try_from(start.saturating_sub(number)).unwrap_or(usize::MAX);
        let before = skipped.checked_sub(1).and_then(|last| self.opened.entries.nth(last));
        Ok(before.map(|sealed| sealed.mac))
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> Result<Next, Error> {
        loop {
            if let Some(sealed) = self.opened.entries.next() {
                return Ok(Next::Entry(sealed));
            }
            if self.opened.damaged {
                return Ok(Next::Damaged);
            }
            let Some(row) = self.next_row()? else { return Ok(Next::End) };
            self.opened = self.open(&row)?;
        }
    }

    /// Whether what stands beside this entry, which was the latest, isn't what was written.
    pub(super) fn is_flawed(&self, number: u64) -> bool {
        self.opened.flawed == Some(number)
    }

    /// The first entry from `start` to `last` whose personal data is missing, though no entry
    /// says that it was erased. It is told last: the entry that says so may be the one that was
    /// changed.
    pub(super) fn bare(&self, start: u64, last: u64) -> Option<u64> {
        self.bare.iter().copied().find(|number| (start..=last).contains(number))
    }

    fn next_row(&mut self) -> Result<Option<Stored>, Error> {
        if let Some(row) = self.rows.next() {
            return Ok(Some(row));
        }
        let Some(bound) = self.bound.take() else { return Ok(None) };
        let range = keys::logs(self.agency);
        let rows = view::scan(self.ports, &range, Some(bound), BLOCKS_AT_ONCE, false)?;
        if rows.len() == BLOCKS_AT_ONCE as usize {
            self.bound = rows.last().map(|row| format!("{}!", row.key));
        }
        self.rows = rows.into_iter();
        Ok(self.rows.next())
    }

    /// The number of the first entry of a row.
    fn number_of(&self, row: &Stored) -> u64 {
        keys::logs(self.agency).suffix(&row.key).parse().unwrap_or(1)
    }

    fn open(&mut self, row: &Stored) -> Result<Opened, Error> {
        let first = self.number_of(row);
        let block: Block = match record::decode(&row.key, &row.value) {
            Ok(block) => block,
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Err(_) => return Ok(Opened::of_damaged(&row.value, first)),
        };
        let written = record::differs_at(&row.value, &block)?.map(|at| entry_at(&block, at));
        // Entries of the first schema didn't say what they are about.
        let newer = |sealed: &Sealed| sealed.body.get().contains("\"about\":[");
        let misdated = record::is_older(&row.value) && block.entries.iter().any(newer);
        let written = written.or(misdated.then_some(0));
        let beside = self.flaw_beside(&block, first)?;
        let flawed = written.into_iter().chain(beside).min();
        let flawed = flawed.map(|index| first.saturating_add(index as u64));
        Ok(Opened { entries: block.entries.into_iter(), flawed, damaged: false })
    }

    /// The first entry whose personal data isn't what it refers to, by its place in the
    /// block, which begins with entry `first`; the first of all for data that no entry refers
    /// to.
    fn flaw_beside(&mut self, block: &Block, first: u64) -> Result<Option<usize>, Error> {
        let mut known = BTreeSet::new();
        for (index, sealed) in block.entries.iter().enumerate() {
            // What can't be read fails by its hash.
            let Ok(entry) = sealed.entry() else { continue };
            for reference in entry.personal.values() {
                match block.personal.get(reference) {
                    Some(personal) if !personal.is_behind(reference) => return Ok(Some(index)),
                    None if !self.was_erased(&entry)? => {
                        self.bare.push(first.saturating_add(index as u64));
                    }
                    Some(_) | None => (),
                }
                known.insert(reference.clone());
            }
        }
        let all_known = block.personal.keys().all(|reference| known.contains(reference));
        Ok((!all_known).then_some(0))
    }

    /// Whether a client that the entry is about was erased.
    fn was_erased(&mut self, entry: &Entry<Fields>) -> Result<bool, Error> {
        for client in entry.about.iter().filter_map(Subject::client) {
            let erased = match self.erased.get(&client) {
                Some(erased) => *erased,
                None => is_erased(self.ports, self.agency, client)?,
            };
            self.erased.insert(client, erased);
            if erased {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Opened {
    /// As much as can be read of a row that can't be read as a whole, so that the flaw is
    /// found where it is.
    fn of_damaged(value: &str, first: u64) -> Opened {
        let mut rest = value.find('[').and_then(|at| value.get(at + 1..)).unwrap_or_default();
        let mut entries = Vec::new();
        // What people typed can't spell these: its quotes are escaped.
        while ["\"body\":", "\"mac\":"].iter().any(|field| rest.contains(field)) {
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Sealed>();
            let Some(Ok(sealed)) = stream.next() else {
                return Opened { entries: entries.into_iter(), flawed: None, damaged: true };
            };
            entries.push(sealed);
            // What stands between two entries is a comma, or damaged.
            rest = rest.get(stream.byte_offset() + 1..).unwrap_or_default();
        }
        // All entries are there: what is damaged stands beside them.
        Opened { entries: entries.into_iter(), flawed: Some(first), damaged: true }
    }
}

/// The place in the block of the entry that stands at this byte of its row; the first for
/// what stands beside the entries.
fn entry_at(block: &Block, at: usize) -> usize {
    let mut end = record::BEGIN_OF_DATA + r#"{"entries":["#.len();
    if at < end {
        return 0;
    }
    for (index, sealed) in block.entries.iter().enumerate() {
        end += serde_json::to_string(sealed).map_or(0, |text| text.len()) + 1;
        if at < end {
            return index;
        }
    }
    0
}
