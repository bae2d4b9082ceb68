//! The orders of the list, and a client's place in them.

use crate::app::keys;
use crate::app::page;
use crate::domain::client::Client;
use crate::domain::id::{AgencyId, ClientId};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// When the client was invited for the first time.
    Created,
    /// The name.
    Name,
    /// The status.
    Status,
    /// The latest log-in.
    LastLogIn,
    /// The health score.
    Health,
}

/// In which order.
pub type Order = page::Order<Sort>;

impl Default for Order {
    /// By creation.
    fn default() -> Self {
        Order { sort: Sort::Created, descending: false }
    }
}

impl Sort {
    /// Where the keys of this order lie, first and after the last.
    pub fn bounds(self, agency: &AgencyId) -> (String, String) {
        match self {
            Sort::Created => {
                let range = keys::clients(agency);
                (range.start().to_owned(), range.end())
            }
            Sort::Name => {
                let range = keys::by_names(agency);
                (range.start().to_owned(), range.end())
            }
            Sort::Status => {
                let range = keys::by_statuses(agency);
                (range.start().to_owned(), range.end())
            }
            Sort::LastLogIn => {
                let range = keys::by_log_ins(agency);
                (range.start().to_owned(), range.end())
            }
            Sort::Health => {
                let range = keys::by_healths(agency);
                (range.start().to_owned(), range.end())
            }
        }
    }

    /// Where the client stands in this order: places sort as the clients do. It is the key of
    /// its row, but for names that are too long for one.
    pub fn place(self, agency: &AgencyId, client: &Client) -> String {
        match self {
            Sort::Name => keys::name_place(agency, client),
            Sort::Created | Sort::Status | Sort::LastLogIn | Sort::Health => {
                self.key(agency, client)
            }
        }
    }

    /// Where the rows lie whose order their keys don't tell, if `key` is one of them, or is
    /// the place of one.
    pub fn run(self, agency: &AgencyId, key: &str) -> Option<(String, String)> {
        match self {
            Sort::Name => keys::cut_names(agency, key),
            Sort::Created | Sort::Status | Sort::LastLogIn | Sort::Health => None,
        }
    }

    /// The client's key in this order.
    pub fn key(self, agency: &AgencyId, client: &Client) -> String {
        match self {
            Sort::Created => keys::client(agency, client.id).into_text(),
            Sort::Name => keys::by_name(agency, client).into_text(),
            Sort::Status => keys::by_status(agency, client).into_text(),
            Sort::LastLogIn => keys::by_log_in(agency, client).into_text(),
            Sort::Health => keys::by_health(agency, client).into_text(),
        }
    }
}

/// The client that a key of an order is about: its last part.
pub fn client_of(key: &str) -> Option<ClientId> {
    ClientId::parse(key.rsplit_once('/')?.1).ok()
}
