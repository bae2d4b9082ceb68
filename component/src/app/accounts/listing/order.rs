//! The orders of the list, and an account's place in them.

use crate::app::keys;
use crate::app::page;
use crate::domain::account::{Account, Status};
use crate::domain::id::{AccountId, AgencyId};

/// A stretch of places: the first, and the one after the last.
pub type Stretch = (String, String);

/// An account and where it stands in an order.
pub type Entry = (String, AccountId);

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The name.
    Name,
    /// When it was created.
    Created,
    /// The status.
    Status,
}

/// In which order.
pub type Order = page::Order<Sort>;

impl Default for Order {
    /// By name.
    fn default() -> Self {
        Order { sort: Sort::Name, descending: false }
    }
}

impl Sort {
    /// Where the places of this order lie.
    pub fn bounds(self, agency: &AgencyId) -> Stretch {
        match self {
            Sort::Name => {
                let range = keys::accounts_by_name(agency);
                (range.start().to_owned(), range.end())
            }
            Sort::Created => {
                let range = keys::accounts_by_created(agency);
                (range.start().to_owned(), range.end())
            }
            Sort::Status => {
                let range = keys::accounts_by_status(agency);
                (range.start().to_owned(), range.end())
            }
        }
    }

    /// Where an account stands in this order: the key of its row, once it is written down as it is
    /// given here.
    pub fn place(self, agency: &AgencyId, account: &Account) -> String {
        match self {
            Sort::Name => keys::account_by_name(agency, account).into_text(),
            Sort::Created => keys::account_by_created(agency, account).into_text(),
            Sort::Status => keys::account_by_status(agency, account).into_text(),
        }
    }
}

/// The stretch of the order of statuses where the accounts of one lie.
pub fn status_stretch(agency: &AgencyId, status: Status) -> Stretch {
    let range = keys::accounts_of_status(agency, status);
    (range.start().to_owned(), range.end())
}

/// The account that a key of an index is about: its last part.
pub fn account_of(key: &str) -> Option<AccountId> {
    AccountId::parse(key.rsplit_once('/')?.1).ok()
}
