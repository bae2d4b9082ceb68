//! `brands`: the sets of data that clients can be given access to.

mod archive;
mod belonging;
mod create;
mod list;
mod owner;
mod rename;

pub use archive::{archive, take_out_of_use, tidy_some};
pub use belonging::put;
pub use create::{NewBrand, add, create};
pub use list::list;
pub use owner::{give_to_owner, has_owner};
pub use rename::rename;

use super::error::Error;
use super::tx::Tx;
use crate::domain::id::BrandId;
use crate::domain::text::Name;

/// The id in a command about one brand. A malformed one is no brand's.
fn parse_id(id: &str) -> Result<BrandId, Error> {
    BrandId::parse(id).map_err(|_| unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::not_found("brand", id)
}

/// A name is another brand's. Whoever may see only some brands isn't told whose.
fn name_taken(tx: &mut Tx<'_>, other: &BrandId, name: &Name) -> Error {
    let shown = tx.view().acting().is_none_or(|acting| acting.reach.has(other));
    let brand = if shown { format!("brand `{other}`") } else { "another brand".to_owned() };
    Error::Exists(format!("{brand} already has the name `{name}`"))
}
