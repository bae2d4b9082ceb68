//! The ledger lines of one command, numbered and added up payer by payer.

use std::collections::BTreeMap;

use super::ROW_BYTES;
use super::writes::Writes;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record::LedgerBlock;
use crate::app::view::View;
use crate::domain::billing::{BillingItem, LedgerTotals, Line, PayerId, Posting};
use crate::domain::id::AgencyId;

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
    /// Adds a line for each posting, all with the same log entry.
    pub(super) fn add(
        &mut self,
        view: &mut View<'_>,
        (payer, item): (&PayerId, &BillingItem),
        postings: &[Posting],
        log_entry: u64,
    ) -> Result<(), Error> {
        let mut ledger = match self.ledgers.remove(payer) {
            Some(ledger) => ledger,
            None => {
                let key = keys::totals(&view.agency().id, payer);
                Ledger { totals: view.expect(&key)?, lines: Vec::new() }
            }
        };
        for posting in postings {
            let (payer, item) = (payer.clone(), item.clone());
            ledger.lines.push(ledger.totals.book(payer, item, posting.clone(), log_entry)?);
        }
        self.ledgers.insert(payer.clone(), ledger);
        Ok(())
    }

    /// Writes what was added.
    pub(super) fn write(self, agency: &AgencyId, writes: &mut Writes) -> Result<(), Error> {
        for (payer, Ledger { totals, lines }) in self.ledgers {
            for block in blocks(lines)? {
                if let Some(first) = block.lines.first() {
                    let key = keys::ledger_block(agency, &payer, first.number);
                    writes.write(key, &block)?;
                }
            }
            writes.write(keys::totals(agency, &payer), &totals)?;
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
    use crate::domain::billing::Reason;
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
        for (count, expected) in [(0, 0), (1, 1), (60, 1)] {
            let lines = (1..=count).map(|n| line(n, plan.clone())).collect();
            assert_eq!(blocks(lines).unwrap().len(), expected, "{count} lines");
        }
    }
}
