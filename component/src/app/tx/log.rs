//! The log entries of one command: numbered, sealed, and gathered in blocks.

use std::collections::BTreeSet;

use super::ROW_BYTES;
use super::random::Random;
use super::writes::Writes;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::Marker;
use crate::app::view::View;
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::keyring::KeyRing;
use crate::domain::log::{Block, Draft, Head, Subject, TraceId};
use crate::domain::sets::one_by_one;
use crate::domain::time::Timestamp;

/// Writes the agency's log on from its head.
pub(super) struct LogWriter<'a> {
    agency: AgencyId,
    seal_id: AgencyId,
    ring: &'a KeyRing,
    trace_id: Option<TraceId>,
    head: Head,
    blocks: Vec<Fresh>,
    beside: bool,
}

/// A block that the store doesn't have yet.
struct Fresh {
    /// The number of its first entry.
    first: u64,
    block: Block,
    /// The clients that it says something about.
    about: BTreeSet<ClientId>,
}

impl<'a> LogWriter<'a> {
    pub(super) fn new(view: &View<'_>, ring: &'a KeyRing) -> LogWriter<'a> {
        let head = Head { latest: view.now(), ..view.head().clone() };
        LogWriter {
            agency: view.agency().id.clone(),
            seal_id: view.agency().seal_id().clone(),
            ring,
            trace_id: None,
            head,
            blocks: Vec::new(),
            beside: false,
        }
    }

    pub(super) fn trace(&mut self, id: Option<TraceId>) {
        self.trace_id = id;
    }

    pub(super) fn traced(&self) -> Option<TraceId> {
        self.trace_id.clone()
    }

    /// From here on nothing is logged, and the head stays out of the commit.
    pub(super) const fn stay_beside(&mut self) {
        self.beside = true;
    }

    /// The key that a commit needn't check: the head, where it doesn't write it.
    pub(super) fn unchecked(&self) -> Option<String> {
        self.beside.then(|| keys::head(&self.agency).into_text())
    }

    pub(super) const fn reset_clock(&mut self, latest: Timestamp) {
        self.head.latest = latest;
    }

    /// The number of the last entry.
    pub(super) const fn last(&self) -> u64 {
        self.head.number
    }

    /// Takes `draft` as the next entry. Gives its number.
    pub(super) fn append(&mut self, draft: Draft, random: &mut Random<'_>) -> Result<u64, Error> {
        if self.beside {
            return Err(Error::internal("what is done beside the log can't be logged"));
        }
        let number = self.head.number.saturating_add(1);
        let (at, trace_id) = (self.head.latest, self.trace_id.clone());
        let (entry, values) = draft.number(number, at, trace_id, || random.bytes())?;
        let about = entry.about.iter().filter_map(Subject::client);
        let sealed = self.head.seal(&self.seal_id, &entry, self.ring).map_err(Error::internal)?;
        let room = |block: &Block| {
            let size: usize = block.entries.iter().map(|entry| entry.body.get().len() + 100).sum();
            let personal: usize = block.personal.values().map(|p| p.value.len() + 100).sum();
            size + personal + sealed.body.get().len() < ROW_BYTES
        };
        match self.blocks.last_mut().filter(|fresh| room(&fresh.block)) {
            Some(fresh) => {
                fresh.block.entries.push(sealed);
                fresh.block.personal.extend(values);
                fresh.about.extend(about);
            }
            None => {
                let personal = one_by_one(values);
                let block = Block { entries: vec![sealed], personal };
                self.blocks.push(Fresh { first: number, block, about: one_by_one(about) });
            }
        }
        Ok(number)
    }

    /// Writes what was appended, and the head if the command writes anything at all: the time
    /// that it saw is then the agency's latest.
    pub(super) fn write(self, writes: &mut Writes) -> Result<(), Error> {
        let LogWriter { agency, head, blocks, beside, .. } = self;
        for Fresh { first, block, about } in blocks {
            writes.write_counted(keys::log(&agency, first), &block, &keys::head(&agency))?;
            for client in about {
                writes.write(keys::about(&agency, client, first), &Marker {})?;
            }
        }
        if !writes.is_empty() && !beside {
            writes.write(keys::head(&agency), &head)?;
        }
        Ok(())
    }
}
