//! Who pays, and for what.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::id::{AccountId, AddOnId, BrandId};
use crate::domain::text::Name;

/// Who pays. Each payer has a ledger of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PayerId {
    /// The agency.
    Agency,
    /// An account that the platform bills itself.
    Account(AccountId),
}

impl fmt::Display for PayerId {
    /// As it stands in keys: `agency` or `account/nike-inc`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PayerId::Agency => f.write_str("agency"),
            PayerId::Account(account) => write!(f, "account/{account}"),
        }
    }
}

/// What is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum BillingItem {
    /// White-label of a brand.
    WhiteLabel(BrandId),
    /// The plan of an account.
    Plan(AccountId),
    /// An add-on to the plan of an account.
    AddOn {
        /// The account.
        account: AccountId,
        /// The add-on.
        add_on: AddOnId,
    },
    /// An amount that the platform booked by hand, by the name that it gave it.
    Adjustment(Name),
}

impl BillingItem {
    /// The brand that it is about; none where it isn't about one.
    pub const fn brand(&self) -> Option<&BrandId> {
        match self {
            BillingItem::WhiteLabel(brand) => Some(brand),
            BillingItem::Plan(_) | BillingItem::AddOn { .. } | BillingItem::Adjustment(_) => None,
        }
    }

    /// Its place among all items: white-label by brand, then plans and add-ons by account.
    pub fn place(&self) -> String {
        match self {
            BillingItem::WhiteLabel(brand) => format!("brand/{brand}"),
            BillingItem::Plan(account) => format!("plan/{account}/"),
            BillingItem::AddOn { account, add_on } => format!("plan/{account}/{add_on}"),
            BillingItem::Adjustment(name) => format!("~/{name}"),
        }
    }

    /// The account that it is about; none where it isn't about one.
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            BillingItem::Plan(account) | BillingItem::AddOn { account, .. } => Some(account),
            BillingItem::WhiteLabel(_) | BillingItem::Adjustment(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_payers_are_stored_by_kind_and_id() {
        let account = || AccountId::parse("nike-inc").unwrap();
        let add_on = AddOnId::parse("users-10").unwrap();
        let name = Name::parse("Goodwill for the outage").unwrap();
        for (item, stored) in [
            (BillingItem::WhiteLabel(BrandId::parse("nike").unwrap()), r#"{"white-label":"nike"}"#),
            (BillingItem::Plan(account()), r#"{"plan":"nike-inc"}"#),
            (
                BillingItem::AddOn { account: account(), add_on },
                r#"{"add-on":{"account":"nike-inc","add-on":"users-10"}}"#,
            ),
            (BillingItem::Adjustment(name), r#"{"adjustment":"Goodwill for the outage"}"#),
        ] {
            assert_eq!(serde_json::to_string(&item).unwrap(), stored);
            assert_eq!(serde_json::from_str::<BillingItem>(stored).unwrap(), item);
        }
        for (payer, stored, key) in [
            (PayerId::Agency, r#""agency""#, "agency"),
            (PayerId::Account(account()), r#"{"account":"nike-inc"}"#, "account/nike-inc"),
        ] {
            assert_eq!(serde_json::to_string(&payer).unwrap(), stored);
            assert_eq!(serde_json::from_str::<PayerId>(stored).unwrap(), payer);
            assert_eq!(payer.to_string(), key);
        }
    }
}
