//! The ledger lines of one command, numbered and added up payer by payer.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::ROW_BYTES;
use super::writes::Writes;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::LedgerBlock;
use crate::app::view::View;
use crate::domain::billing::invoice::Letterhead;
use crate::domain::billing::{BillingItem, Invoice, LedgerTotals, Line, PayerId, Posting};
use crate::domain::id::AgencyId;
use crate::domain::time::Timestamp;

/// Writes ledgers on from their totals, which it reads with a payer's first line.
#[derive(Default)]
pub(super) struct LedgerWriter {
    ledgers: BTreeMap<PayerId, Ledger>,
}

/// One payer's.
struct Ledger {
    totals: LedgerTotals,
    /// The lines that the store doesn't have yet.
    lines: Vec<Line>,
}

impl LedgerWriter {
    /// Gives a payer a ledger in the catalog's currency, whose months count from `anchor`, unless it
    /// has one.
    pub(super) fn open(
        &mut self,
        view: &mut View<'_>,
        payer: &PayerId,
        anchor: Timestamp,
    ) -> Result<(), Error> {
        let key = keys::totals(&view.agency().id, payer);
        if self.ledgers.contains_key(payer) || view.read(&key)?.is_some() {
            return Ok(());
        }
        let empty = LedgerTotals::empty(view.catalog()?.catalog.currency);
        let totals = LedgerTotals { anchor: Some(anchor), ..empty };
        self.ledgers.insert(payer.clone(), Ledger { totals, lines: Vec::new() });
        Ok(())
    }

    /// Adds a line for each posting, all with the same log entry. Gives when the invoices close
    /// on which they stand.
    pub(super) fn add(
        &mut self,
        view: &mut View<'_>,
        (payer, item): (&PayerId, &BillingItem),
        postings: &[Posting],
        log_entry: u64,
    ) -> Result<BTreeSet<Timestamp>, Error> {
        let (created, now) = (view.agency().created_at, view.now());
        let ledger = self.of(view, payer)?;
        let months = ledger.totals.months(created);
        let mut closings = BTreeSet::new();
        for posting in postings {
            let of = (payer.clone(), item.clone());
            let line = ledger.totals.book(months, of, posting.clone(), (now, log_entry))?;
            closings.extend(line.invoiced_at);
            ledger.lines.push(line);
        }
        Ok(closings)
    }

    /// When the next invoice of a payer closes that closes at `until` or earlier; none: none
    /// does, and all up to then count as closed.
    pub(super) fn next_closing(
        &mut self,
        view: &mut View<'_>,
        payer: &PayerId,
        until: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let totals = &mut self.of(view, payer)?.totals;
        let next = totals.open.first().map(|open| open.closes_at).filter(|at| *at <= until);
        if next.is_none() {
            totals.close_until(until);
        }
        Ok(next)
    }

    /// Closes the next invoice of a payer, which closes at `at`.
    pub(super) fn close(
        &mut self,
        view: &mut View<'_>,
        payer: &PayerId,
        head: &Letterhead,
        at: Timestamp,
    ) -> Result<Option<Invoice>, Error> {
        Ok(self.of(view, payer)?.totals.close_next(payer.clone(), head, at)?)
    }

    /// All lines that were added, payer by payer.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.ledgers.values().flat_map(|ledger| &ledger.lines)
    }

    fn of(&mut self, view: &mut View<'_>, payer: &PayerId) -> Result<&mut Ledger, Error> {
        match self.ledgers.entry(payer.clone()) {
            Entry::Occupied(ledger) => Ok(ledger.into_mut()),
            Entry::Vacant(place) => {
                let key = keys::totals(&view.agency().id, payer);
                let ledger = Ledger { totals: view.expect(&key)?, lines: Vec::new() };
                Ok(place.insert(ledger))
            }
        }
    }

    /// Writes what was added.
    pub(super) fn write(self, agency: &AgencyId, writes: &mut Writes) -> Result<(), Error> {
        for (payer, Ledger { totals, lines }) in self.ledgers {
            let counter = keys::totals(agency, &payer);
            for block in blocks(lines)? {
                if let Some(first) = block.lines.first() {
                    let key = keys::ledger_block(agency, &payer, first.number);
                    writes.write_counted(key, &block, &counter)?;
                }
            }
            writes.write(counter, &totals)?;
        }
        Ok(())
    }
}

/// The lines in blocks that fit into a row.
fn blocks(lines: Vec<Line>) -> Result<Vec<LedgerBlock>, Error> {
    let mut blocks: Vec<LedgerBlock> = Vec::new();
    let mut room = 0_usize;
    for line in lines {
        let size = serde_json::to_string(&line).map_err(Error::internal)?.len();
        match blocks.last_mut().filter(|_| size < room) {
            Some(block) => block.lines.push(line),
            None => {
                blocks.push(LedgerBlock { lines: vec![line] });
                room = ROW_BYTES;
            }
        }
        room = room.saturating_sub(size);
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::record;
    use crate::domain::billing::{LineKind, Reason, Working};
    use crate::domain::id::{AccountId, AddOnId};
    use crate::domain::money::{Currency, Money};
    use crate::domain::period::Period;
    use crate::domain::text::Name;
    use crate::domain::time::Timestamp;

    fn line(number: u64, item: BillingItem) -> Line {
        let account = AccountId::parse(&"a".repeat(64)).unwrap();
        Line {
            number,
            at: Timestamp::MAX,
            payer: PayerId::Account(account),
            item,
            amount: Money::new(i64::MIN, Currency::USD),
            covers: Period { start: Timestamp::MAX, end: Timestamp::MAX },
            booked_as: Some(LineKind::Adjustment),
            note: Some(Name::parse(&"\u{10348}".repeat(200)).unwrap()),
            working: Some(Working {
                base: Money::new(i64::MIN, Currency::USD),
                numerator: u64::MAX,
                denominator: u64::MAX,
                catalog: u32::MAX,
            }),
            invoiced_at: Some(Timestamp::MAX),
            reason: Reason::Renewed,
            log_entry: u64::MAX,
        }
    }

    #[test]
    fn blocks_hold_all_lines_in_order_and_fit_into_rows() {
        let (account, add_on) = ("a".repeat(64), "b".repeat(64));
        let largest = BillingItem::AddOn {
            account: AccountId::parse(&account).unwrap(),
            add_on: AddOnId::parse(&add_on).unwrap(),
        };
        let by_hand = BillingItem::Adjustment(Name::parse(&"\u{10348}".repeat(200)).unwrap());
        let lines: Vec<Line> = (1..=1_000)
            .map(|n| line(n, if n % 3 == 0 { by_hand.clone() } else { largest.clone() }))
            .collect();
        let blocks = blocks(lines.clone()).unwrap();
        let together: Vec<Line> = blocks.iter().flat_map(|block| block.lines.clone()).collect();
        assert_eq!(together, lines);
        let longest = blocks.iter().map(|block| record::encode(block).unwrap().len()).max();
        assert!(
            longest.is_some_and(|bytes| (ROW_BYTES / 2..64 * 1024).contains(&bytes)),
            "{longest:?}"
        );
    }

    #[test]
    fn a_few_lines_are_one_block() {
        let plan = BillingItem::Plan(AccountId::parse("nike-inc").unwrap());
        for (count, expected) in [(0, 0), (1, 1), (25, 1)] {
            let lines = (1..=count).map(|n| line(n, plan.clone())).collect();
            assert_eq!(blocks(lines).unwrap().len(), expected, "{count} lines");
        }
    }
}
