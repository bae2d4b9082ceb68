//! What is owed.

use super::{Key, Range, padded};
use crate::app::record::{LedgerBlock, Marker, RenewalProgress};
use crate::domain::account::{Account, Usage};
use crate::domain::billing::{Invoice, LedgerTotals, Opening, PayerId};
use crate::domain::catalog::CatalogVersion;
use crate::domain::id::{AccountId, AgencyId, BrandId};
use crate::domain::time::Timestamp;

/// An account.
pub fn account(agency: &AgencyId, id: &AccountId) -> Key<Account> {
    Key::new(format!("a/{agency}/account/{id}"))
}

/// All accounts.
pub fn accounts(agency: &AgencyId) -> Range<Account> {
    Range::new(format!("a/{agency}/account/"))
}

/// That a brand belongs to an account.
pub fn account_brand(agency: &AgencyId, account: &AccountId, brand: &BrandId) -> Key<Marker> {
    Key::new(format!("a/{agency}/account-brand/{account}/{brand}"))
}

/// The brands of an account.
pub fn account_brands(agency: &AgencyId, account: &AccountId) -> Range<Marker> {
    Range::new(format!("a/{agency}/account-brand/{account}/"))
}

/// What an account uses.
pub fn usage(agency: &AgencyId, account: &AccountId) -> Key<Usage> {
    Key::new(format!("a/{agency}/use/{account}"))
}

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

/// The catalog as it is; none: the default.
pub fn catalog() -> Key<CatalogVersion> {
    Key::new("catalog/latest".to_owned())
}

/// A version of the catalog that isn't the latest any more.
pub fn catalog_version(version: u32) -> Key<CatalogVersion> {
    Key::new(format!("catalog/version/{}", padded(u64::from(version))))
}

/// All versions but the latest and the default.
pub fn catalog_versions() -> Range<CatalogVersion> {
    Range::new("catalog/version/".to_owned())
}

/// That there is an agency: from then on the catalog's currency stays.
pub fn catalog_in_use() -> Key<Marker> {
    Key::new("catalog/in-use".to_owned())
}

/// What renews at one moment, taken together.
pub fn opening(agency: &AgencyId, at: Timestamp) -> Key<Opening> {
    Key::new(format!("a/{agency}/opening/{}", padded(at.millis())))
}

/// An invoice of a payer.
pub fn invoice(agency: &AgencyId, payer: &PayerId, number: u64) -> Key<Invoice> {
    Key::new(format!("a/{agency}/invoice/{payer}/{}", padded(number)))
}

/// All invoices of a payer.
pub fn invoices(agency: &AgencyId, payer: &PayerId) -> Range<Invoice> {
    Range::new(format!("a/{agency}/invoice/{payer}/"))
}

/// How far charging for the periods that began has come.
pub fn renewals(agency: &AgencyId) -> Key<RenewalProgress> {
    Key::new(format!("a/{agency}/renewals"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
