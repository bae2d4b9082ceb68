//! The rows that one command writes and deletes.

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
#[derive(Default)]
pub(super) struct Writes(BTreeMap<String, Option<String>>);

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
        self.0.insert(key, value);
    }

    /// What it has to say of a key; an inner none: no row stays there.
    #[inline(never)]
    fn said(&self, key: &str) -> Option<Option<&str>> {
        self.0.get(key).map(Option::as_deref)
    }

    pub(super) fn replace(&mut self, before: Rows<'_>, after: Rows<'_>) -> Result<(), Error> {
        self.0.extend(rows::difference(before, after)?);
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
        let own = self.0.range(range.start().to_owned()..range.end());
        let (added, gone): (Vec<_>, Vec<_>) = own.partition(|(_, value)| value.is_some());
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
        for (key, value) in self.0.range(from..range.end()) {
            match value {
                Some(_) => keys.insert(key.clone()),
                None => keys.remove(key),
            };
        }
        Ok(keys.into_iter().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_writes(self) -> Vec<Write> {
        self.0.into_iter().map(|(key, value)| Write { key, value }).collect()
    }
}
