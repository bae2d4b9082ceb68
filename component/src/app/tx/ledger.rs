//! The ledger lines of one command, numbered and added up.

use super::writes::Writes;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::LedgerBlock;
use crate::app::view::View;
use crate::domain::billing::{Line, Payer, Posting};
use crate::domain::id::{AgencyId, BrandId};

/// Lines in a row: some 250 bytes each.
const LINES_IN_BLOCK: usize = 128;

/// Writes the agency's ledger on from its totals, which it reads with the first line.
#[derive(Default)]
pub(super) struct LedgerWriter {
    payer: Option<Payer>,
    lines: Vec<Line>,
}

impl LedgerWriter {
    /// Adds a line for each posting, all with the same log entry.
    pub(super) fn add(
        &mut self,
        view: &mut View<'_>,
        brand: &BrandId,
        postings: &[Posting],
        log_entry: u64,
    ) -> Result<(), Error> {
        let mut payer = match self.payer.take() {
            Some(payer) => payer,
            None => {
                let key = keys::payer(&view.agency().id);
                view.expect(&key)?
            }
        };
        for posting in postings {
            self.lines.push(payer.book(posting.clone(), brand.clone(), log_entry)?);
        }
        self.payer = Some(payer);
        Ok(())
    }

    /// Writes what was added, in blocks that fit into rows.
    pub(super) fn write(self, agency: &AgencyId, writes: &mut Writes) -> Result<(), Error> {
        let LedgerWriter { payer: Some(payer), lines } = self else { return Ok(()) };
        for lines in lines.chunks(LINES_IN_BLOCK) {
            if let Some(first) = lines.first() {
                let block = LedgerBlock { lines: lines.to_vec() };
                writes.write(keys::ledger(agency, first.number), &block)?;
            }
        }
        writes.write(keys::payer(agency), &payer)
    }
}
