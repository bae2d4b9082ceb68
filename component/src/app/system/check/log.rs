//! What follows from the log, and whether it is all there.

use std::collections::BTreeSet;

use super::Whole;
use super::walk::{Found, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Stored;
use crate::app::view;
use crate::domain::id::ClientId;
use crate::domain::log::{Block, Subject};
use crate::domain::sets::one_by_one;

/// Looks at the log: the way to its blocks from clients, and its numbers. Whether its entries are
/// what was written is for `audit.verify`.
///
/// Nothing of it is ever mended: a log that was cut would look whole then.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, after: &str) -> Result<Option<String>, Error> {
    let range = keys::logs(of.id());
    let mut next = match after {
        "" => Some(1),
        // A block of its own says where the next one begins.
        after => follows_on(walk, of, after)?,
    };
    let left = walk.each(&range, after, &mut |walk, row| {
        let suffix = keys::logs(of.id()).suffix(&row.key).to_owned();
        next = one(walk, of, row, &suffix, next)?;
        Ok(())
    })?;
    if left.is_none() {
        ends(walk, of, next)?;
    }
    Ok(left)
}

/// The number of the entry after those of a block; none where it can't be read.
fn follows_on(walk: &Walk<'_>, of: &Whole, first: &str) -> Result<Option<u64>, Error> {
    let Ok(first) = first.parse::<u64>() else { return Ok(None) };
    let rows = view::get(walk.ports(), vec![keys::log(of.id(), first).into_text()])?;
    let block = view::parse(&rows, &keys::log(of.id(), first)).ok().flatten();
    Ok(block.map(|block: Block| first.saturating_add(block.entries.len() as u64)))
}

fn one(
    walk: &mut Walk<'_>,
    of: &Whole,
    row: &Stored,
    first: &str,
    expected: Option<u64>,
) -> Result<Option<u64>, Error> {
    let agency = of.id();
    let name = format!("log entry {}", first.trim_start_matches('0'));
    let Some(block) = walk.whole::<Block>(row, &name)? else { return Ok(None) };
    let Ok(first) = first.parse::<u64>() else { return Ok(None) };
    if let Some(expected) = expected.filter(|expected| *expected != first) {
        let key = keys::log(agency, expected);
        let message = format!("the log has no entry {expected}, and goes on with {first}");
        walk.contradicts(key.text(), &format!("log entry {expected}"), message);
    }
    for client in named(&block) {
        walk.marks(&name, &keys::about(agency, client, first))?;
    }
    Ok(Some(first.saturating_add(block.entries.len() as u64)))
}

/// The clients that a block says something about.
pub(super) fn named(block: &Block) -> BTreeSet<ClientId> {
    let entries = block.entries.iter().filter_map(|sealed| sealed.entry().ok());
    one_by_one(entries.flat_map(|entry| {
        entry.about.iter().filter_map(Subject::client).collect::<Vec<ClientId>>()
    }))
}

/// The log ends where its head says.
fn ends(walk: &mut Walk<'_>, of: &Whole, next: Option<u64>) -> Result<(), Error> {
    let key = keys::head(of.id());
    let Found::Whole(head) = walk.find(&key)? else { return Ok(()) };
    let Some(last) = next.map(|next| next.saturating_sub(1)) else { return Ok(()) };
    if head.number != last {
        let message = format!(
            "the head says that the log ends with entry {}, but it ends with {last}: `audit.verify` tells more",
            head.number
        );
        walk.contradicts(key.text(), &format!("agency `{}`", of.id()), message);
    }
    Ok(())
}
