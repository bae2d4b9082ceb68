//! What stands in the search, and whether there is such a client.

use super::Whole;
use super::walk::{Found, Kind, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::record;
use crate::domain::client::Client;
use crate::domain::search::{Block, block_of};

/// Looks at the blocks of the search. That every client stands in its own with its text is looked at
/// with the client.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    walk.each(&keys::searches(of.id()), after, &mut |walk, row| one(walk, of, row))
}

fn one(walk: &mut Walk<'_>, of: &Whole, row: &Stored) -> Result<(), Error> {
    let agency = of.id();
    let number = keys::searches(agency).suffix(&row.key).parse::<u32>().ok();
    let found = number.map(|number| walk.find(&keys::search(agency, number))).transpose()?;
    // As this look would leave it: a client may have been put in.
    let (number, block) = match (number, found) {
        (_, Some(Found::Nothing)) => return Ok(()),
        (Some(number), Some(Found::Whole(block))) => (number, block),
        _ => {
            walk.is_surplus(&row.key, "any client");
            return Ok(());
        }
    };
    let ids = block.clients();
    walk.fetch(ids.iter().flatten().map(|id| keys::client(agency, *id).into_text()))?;
    let mut kept = Block::default();
    for id in ids.iter().flatten() {
        let belongs = match walk.find::<Client>(&keys::client(agency, *id))? {
            Found::Whole(client) => block_of(client.search_slot) == number,
            Found::Broken => true,
            Found::Nothing => false,
        };
        if belongs {
            kept.put(*id, &block.text_of(*id));
        }
    }
    if !kept.is_same(&block) {
        let message = format!("the row `{}` finds who doesn't stand there", row.key);
        let value = Some(record::encode(&kept)?);
        walk.write(Kind::Different, &row.key, "its clients", message, value);
    }
    Ok(())
}
