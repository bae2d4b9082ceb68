//! The rows that one command writes and deletes.

use std::cell::Cell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::app::error::Error;
use crate::app::keys::{self, Key, Range};
use crate::app::ports::{Ports, Write};
use crate::app::record::{self, DueState, Record};
use crate::app::rows::{self, Rows};
use crate::app::view;
use crate::domain::due::DueEntry;
use crate::domain::sets::one_by_one;

/// Row by row, what a commit will write; none where it will delete. The last word on a key
/// counts.
///
/// Whoever writes a row a second time must have read it since: a copy from before would undo what the
/// same command wrote down meanwhile. [`Writes::overwritten`] names such a row, and the commit is refused.
#[derive(Default)]
pub(super) struct Writes {
    rows: BTreeMap<String, Word>,
    overwritten: Option<String>,
    counted: Vec<Counted>,
}

/// A row that is written for the first time, where a counter led to: nothing may lie there yet.
pub(super) struct Counted {
    /// Its key.
    pub key: String,
    /// The key of the row that counts such rows.
    pub counter: String,
}

/// The last word on a key.
struct Word {
    value: Option<String>,
    /// Whether it was read since.
    is_known: Cell<bool>,
}

/// What a command has to say of a key.
pub(super) enum Said<R> {
    /// Nothing: the store's row stands.
    Nothing,
    /// It leaves this record there.
    Written(R),
    /// It leaves no row there.
    Deleted,
}

impl Writes {
    pub(super) fn write<R: Record>(&mut self, key: Key<R>, record: &R) -> Result<(), Error> {
        self.say(key.into_text(), Some(record::encode(record)?));
        Ok(())
    }

    /// Writes a row for the first time, at the place that a counter tells.
    pub(super) fn write_counted<R: Record, C: Record>(
        &mut self,
        key: Key<R>,
        record: &R,
        counter: &Key<C>,
    ) -> Result<(), Error> {
        let (place, counter) = (key.text().to_owned(), counter.text().to_owned());
        self.counted.push(Counted { key: place, counter });
        self.write(key, record)
    }

    /// The rows that were written where a counter led to.
    pub(super) fn take_counted(&mut self) -> Vec<Counted> {
        core::mem::take(&mut self.counted)
    }

    /// Leaves this text under a key, or no row: for what was worked out for rows of all kinds.
    pub(super) fn put(&mut self, key: String, value: Option<String>) {
        self.say(key, value);
    }

    pub(super) fn delete<R: Record>(&mut self, key: Key<R>) {
        self.say(key.into_text(), None);
    }

    /// Not inlined: commands write at hundreds of places.
    #[inline(never)]
    fn say(&mut self, key: String, value: Option<String>) {
        let word = Word { value, is_known: Cell::new(false) };
        match self.rows.entry(key) {
            Entry::Vacant(place) => _ = place.insert(word),
            Entry::Occupied(mut place) => {
                let before = place.insert(word);
                let is_lost = before.value.is_some() && before.value != place.get().value;
                if is_lost && place.get().value.is_some() && !before.is_known.get() {
                    self.overwritten = Some(place.key().clone());
                }
            }
        }
    }

    /// What it has to say of a key; an inner none: no row stays there.
    #[inline(never)]
    fn said(&self, key: &str) -> Option<Option<&str>> {
        let word = self.rows.get(key)?;
        word.is_known.set(true);
        Some(word.value.as_deref())
    }

    pub(super) fn replace(&mut self, before: Rows<'_>, after: Rows<'_>) -> Result<(), Error> {
        for change in rows::difference(before, after)? {
            if let Some(Word { value: Some(last), is_known }) = self.rows.get(&change.key)
                && change.replaces(last)?
            {
                is_known.set(true);
            }
            self.say(change.key, change.after);
        }
        Ok(())
    }

    pub(super) fn schedule(&mut self, entry: &DueEntry) -> Result<(), Error> {
        self.write(keys::due(entry), &DueState::default())
    }

    pub(super) fn unschedule(&mut self, entry: &DueEntry) {
        self.delete(keys::due(entry));
    }

    pub(super) fn read<R: Record>(&self, key: &Key<R>) -> Result<Said<R>, Error> {
        match self.said(key.text()) {
            Some(Some(value)) => record::decode(key.text(), value).map(Said::Written),
            Some(None) => Ok(Said::Deleted),
            None => Ok(Said::Nothing),
        }
    }

    /// The last `count` keys that `range` will have, the last first.
    pub(super) fn last_keys<R: Record>(
        &self,
        ports: &Ports,
        range: &Range<R>,
        count: usize,
    ) -> Result<Vec<String>, Error> {
        let own = self.rows.range(range.start().to_owned()..range.end());
        let (added, gone): (Vec<_>, Vec<_>) = own.partition(|(_, word)| word.value.is_some());
        let limit = u32::try_from(count + gone.len()).unwrap_or(u32::MAX);
        let rows = view::scan(ports, range, None, limit, true)?;
        let stored = rows.into_iter().map(|row| row.key);
        let kept = stored.filter(|key| !gone.iter().any(|(gone, _)| *gone == key));
        let keys: BTreeSet<String> =
            one_by_one(kept.chain(added.into_iter().map(|(k, _)| k.clone())));
        Ok(keys.into_iter().rev().take(count).collect())
    }

    /// The keys that `range` will have from one on.
    pub(super) fn keys_from<R: Record>(
        &self,
        ports: &Ports,
        range: &Range<R>,
        from: String,
    ) -> Result<Vec<String>, Error> {
        let mut keys = BTreeSet::new();
        view::each_from(ports, range, from.clone(), |row| {
            keys.insert(row.key);
            Ok(())
        })?;
        for (key, word) in self.rows.range(from..range.end()) {
            match word.value {
                Some(_) => keys.insert(key.clone()),
                None => keys.remove(key),
            };
        }
        Ok(keys.into_iter().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The key of a row that was written over unread.
    pub(super) fn overwritten(&self) -> Option<&str> {
        self.overwritten.as_deref()
    }

    pub(super) fn into_writes(self) -> Vec<Write> {
        self.rows.into_iter().map(|(key, word)| Write { key, value: word.value }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{AgencyId, BrandId};
    use crate::domain::text::Name;

    /// What is written, read and deleted, one after the other; and whether an update was lost.
    #[test]
    fn a_row_is_written_again_only_by_who_has_read_it() {
        let (acme, name) = (AgencyId::parse("acme").unwrap(), Name::parse("Nike").unwrap());
        let key = || keys::brand_name(&acme, &name);
        for (case, steps, lost) in [
            ("once", "1", false),
            ("twice", "12", true),
            ("the same twice", "11", false),
            ("read in between", "1r2", false),
            ("read before both", "r12", true),
            ("deleted in between", "1-2", false),
            ("deleted in the end", "1-", false),
            ("read after the loss", "12r3", true),
        ] {
            let mut writes = Writes::default();
            for step in steps.chars() {
                match step {
                    'r' => _ = writes.read(&key()).unwrap(),
                    '-' => writes.delete(key()),
                    brand => {
                        let brand = BrandId::parse(&brand.to_string()).unwrap();
                        writes.write(key(), &brand).unwrap();
                    }
                }
            }
            assert_eq!(writes.overwritten().is_some(), lost, "{case}");
        }
    }
}
