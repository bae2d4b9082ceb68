//! `billing`: what the agency owes, and why.

mod items;
mod ledger;
mod summary;

pub use items::{RunningItem, items};
pub use ledger::ledger;
pub use summary::{Summary, summary};

use core::ops::ControlFlow;

use super::booking::terms;
use super::error::Error;
use super::keys;
use super::page::LIMIT_MAX;
use super::ports::Stored;
use super::record;
use super::view::{self, View};
use crate::domain::billing::{Posting, WhiteLabel};
use crate::domain::brand::Brand;

/// An item as it is now, and what is due for it that no command has booked yet.
pub fn settled(
    view: &View<'_>,
    item: Option<WhiteLabel>,
) -> Result<(Option<WhiteLabel>, Vec<Posting>), Error> {
    match item {
        Some(item) => Ok(item.settle(&terms(view), view.now())?),
        None => Ok((None, Vec::new())),
    }
}

/// A brand with its item as it is now.
pub struct Charged {
    /// The brand.
    pub brand: Brand,
    /// None where nothing is charged, or access ended by itself.
    pub item: Option<WhiteLabel>,
    /// What is due for it that wasn't booked.
    pub due: Vec<Posting>,
}

/// Shows every brand of the agency, from the key `bound` on, until `look` has seen enough. It
/// also decides what becomes of those that are damaged.
///
/// There is no index of the brands that are charged: most are, and one row less for each
/// brand of a client keeps the largest command within a commit.
pub fn each_brand(
    view: &View<'_>,
    mut bound: Option<String>,
    mut look: impl FnMut(Result<Charged, Error>) -> Result<ControlFlow<()>, Error>,
) -> Result<(), Error> {
    let range = keys::brands(&view.agency().id);
    loop {
        let rows = view::scan(view.ports(), &range, bound, LIMIT_MAX, false)?;
        for row in &rows {
            if look(charged(view, row))?.is_break() {
                return Ok(());
            }
        }
        match rows.last() {
            // The next key after this one: no key sorts between a text and itself with `!`.
            Some(last) if rows.len() == LIMIT_MAX as usize => {
                bound = Some(format!("{}!", last.key))
            }
            Some(_) | None => return Ok(()),
        }
    }
}

fn charged(view: &View<'_>, row: &Stored) -> Result<Charged, Error> {
    let mut brand: Brand = record::decode(&row.key, &row.value)?;
    let (item, due) = settled(view, brand.white_label.take())?;
    Ok(Charged { brand, item, due })
}
