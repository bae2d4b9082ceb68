//! What is owed.

use super::{Key, Range, padded};
use crate::app::record::{LedgerBlock, RenewalProgress};
use crate::domain::billing::{LedgerTotals, PayerId};
use crate::domain::id::AgencyId;

/// What a payer's ledger comes to.
pub fn totals(agency: &AgencyId, payer: &PayerId) -> Key<LedgerTotals> {
    Key::new(format!("a/{agency}/payer/{payer}"))
}

/// What the agency's own ledger comes to. Whatever can start or stop white-label reads it.
pub fn agency_totals(agency: &AgencyId) -> Key<LedgerTotals> {
    totals(agency, &PayerId::Agency)
}

/// The block of a payer's ledger that begins with line `first`.
pub fn ledger_block(agency: &AgencyId, payer: &PayerId, first: u64) -> Key<LedgerBlock> {
    Key::new(format!("a/{agency}/ledger/{payer}/{}", padded(first)))
}

/// A payer's whole ledger.
pub fn ledger(agency: &AgencyId, payer: &PayerId) -> Range<LedgerBlock> {
    Range::new(format!("a/{agency}/ledger/{payer}/"))
}

/// How far charging for the periods that began has come.
pub fn renewals(agency: &AgencyId) -> Key<RenewalProgress> {
    Key::new(format!("a/{agency}/renewals"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::AccountId;

    #[test]
    fn each_payer_has_rows_of_its_own() {
        let agency = AgencyId::parse("acme").unwrap();
        let account = |id| PayerId::Account(AccountId::parse(id).unwrap());
        for (payer, total, block) in [
            (PayerId::Agency, "a/acme/payer/agency", "a/acme/ledger/agency/000000000000007"),
            (
                account("nike-inc"),
                "a/acme/payer/account/nike-inc",
                "a/acme/ledger/account/nike-inc/000000000000007",
            ),
            (
                account("agency"),
                "a/acme/payer/account/agency",
                "a/acme/ledger/account/agency/000000000000007",
            ),
        ] {
            assert_eq!(totals(&agency, &payer).text(), total);
            let found = ledger_block(&agency, &payer, 7);
            assert_eq!(found.text(), block);
            let range = ledger(&agency, &payer);
            assert!(range.start() < found.text() && found.text() < range.end().as_str());
        }
    }
}
