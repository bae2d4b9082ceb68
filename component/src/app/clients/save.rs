//! Writing a client, and all that follows from its change.

use super::derived::{derived_rows, score_rows};
use crate::app::booking::{book_white_label, keep_up, starting_terms};
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::resources::check_seats;
use crate::app::rows::Rows;
use crate::app::tx::Tx;
use crate::domain::access::{self, AccessChange};
use crate::domain::brand::{Brand, Others};
use crate::domain::catalog::WhiteLabelStart;
use crate::domain::client::{Client, Standing};
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::search;
use crate::domain::tally::Tally;

/// Writes a client that was `before` (as it is stored; none: it is new) and is `after` now
/// (none: it is gone), with everything that follows from it: what is its own
/// ([`derived_rows`]), and what it shares with others.
///
/// Every command that changes a client ends here, so none can forget a part of it.
///
/// # Errors
///
/// When an account would have more users than it may have.
pub fn save(tx: &mut Tx<'_>, before: Option<&Client>, after: Option<&Client>) -> Result<(), Error> {
    if let Some(after) = after {
        check_seats(tx, before, after, false)?;
    }
    write(tx, before, after)
}

/// Writes a client that takes over what `gone` was offered, which is no more afterwards.
///
/// # Errors
///
/// As [`save`]: what `gone` took has room for the client.
pub fn save_merged(
    tx: &mut Tx<'_>,
    before: &Client,
    after: &Client,
    gone: &Client,
) -> Result<(), Error> {
    check_seats(tx, Some(before), after, true)?;
    // In this order, so that the brands are paid for without a break.
    write(tx, Some(before), Some(after))?;
    write(tx, Some(gone), None)
}

fn write(tx: &mut Tx<'_>, before: Option<&Client>, after: Option<&Client>) -> Result<(), Error> {
    let Some(client) = after.or(before) else { return Ok(()) };
    let agency = tx.agency().id.clone();
    let mut changes = access::changes(before, after);
    if !changes.is_empty() {
        let start = tx.view().catalog()?.catalog.policies.white_label_start;
        changes.retain(|change| change.matters(start));
    }
    let found_by = FoundBy::change(&agency, client, before, after);
    fetch(tx, &agency, &changes, found_by.as_ref())?;
    keep_up(tx, &changes.iter().map(|change| &change.brand).collect::<Vec<_>>())?;
    for change in &changes {
        change_brand(tx, &agency, client.id, change)?;
    }
    if let Some(found_by) = found_by {
        found_by.write(tx)?;
    }
    write_tally(tx, &agency, before, after)?;
    let had = before.map_or_else(Rows::default, |client| derived_rows(&agency, client));
    let has = after.map_or_else(Rows::default, |client| derived_rows(&agency, client));
    tx.replace(had, has)
}

/// Writes a client of which nothing but the score changes, and what follows from that. The
/// agency's counters are the caller's to write, once for many clients.
pub fn save_score(
    tx: &mut Tx<'_>,
    tally: &mut Tally,
    stored: &Client,
    score: Option<u8>,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let after = Client { score, ..stored.clone() };
    tally.rescore(stored.score, score);
    tx.replace(score_rows(&agency, stored), score_rows(&agency, &after))
}

/// Reads all that the change touches, in one go.
fn fetch(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    changes: &[AccessChange],
    found_by: Option<&FoundBy>,
) -> Result<(), Error> {
    let brands = changes.iter().map(|change| keys::brand(agency, &change.brand).into_text());
    let block = found_by.map(|found_by| found_by.block.text().to_owned());
    tx.view().fetch(brands.chain(block).chain([keys::tally(agency).into_text()]))
}

/// That a client is found by another text. It shares its block of the search with 63 others.
struct FoundBy {
    block: Key<search::Block>,
    client: ClientId,
    /// Empty where it isn't found any more.
    text: String,
}

impl FoundBy {
    fn change(
        agency: &AgencyId,
        client: &Client,
        before: Option<&Client>,
        after: Option<&Client>,
    ) -> Option<FoundBy> {
        let (was, is) = (before.map(search::text_of), after.map(search::text_of));
        let block = keys::search(agency, search::block_of(client.search_slot));
        let text = is.clone().unwrap_or_default();
        (was != is).then_some(FoundBy { block, client: client.id, text })
    }

    fn write(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut block = tx.read(&self.block)?.unwrap_or_default();
        block.put(self.client, &self.text);
        tx.write(self.block, &block)
    }
}

/// All clients share the tally: it is read again at each change, and counts on.
fn write_tally(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    before: Option<&Client>,
    after: Option<&Client>,
) -> Result<(), Error> {
    let key = keys::tally(agency);
    let tally = tx.read(&key)?.unwrap_or_default();
    let mut next = tally.clone();
    next.change(before, after);
    if next == tally { Ok(()) } else { tx.write(key, &next) }
}

/// All who have a brand share its counters and its white-label: what a change does to them
/// depends on the others, so it can't be worked out from this client.
fn change_brand(
    tx: &mut Tx<'_>,
    agency: &AgencyId,
    client: ClientId,
    change: &AccessChange,
) -> Result<(), Error> {
    let key = || keys::brand(agency, &change.brand);
    let mut brand: Brand = tx.expect(&key())?;
    let (terms, at) = (starting_terms(tx, &brand)?, tx.priced_at());
    let others = others(tx, &brand, (client, change), terms.white_label_start())?;
    let postings = brand.apply(change, others, &terms, at)?;
    tx.write(key(), &brand)?;
    book_white_label(tx, &brand.id, &postings)
}

/// How long the brand's other clients have access that counts, where its counters can't tell.
///
/// What is read needs no check of its own: every change of access writes the brand, and the
/// brand is checked.
fn others(
    tx: &Tx<'_>,
    brand: &Brand,
    (client, change): (ClientId, &AccessChange),
    start: WhiteLabelStart,
) -> Result<Others, Error> {
    if !brand.needs_others(change, start) {
        return Ok(Others::Nobody);
    }
    let range = keys::accesses(&tx.agency().id, &brand.id);
    let mut looked_at = 0;
    let mut wanted = 2;
    loop {
        let found = tx.last_keys(&range, wanted)?;
        for key in found.iter().skip(looked_at) {
            let (until, other) = keys::parse_access(range.suffix(key))
                .ok_or_else(|| Error::corrupt(key, "its key is malformed"))?;
            if other != client && counts(tx, other, start)? {
                return Ok(Others::Until(until));
            }
        }
        if found.len() < wanted {
            return Ok(Others::Nobody);
        }
        (looked_at, wanted) = (found.len(), wanted * 8);
    }
}

/// Whether the access of another client counts: that of anybody, or of who has joined.
fn counts(tx: &Tx<'_>, client: ClientId, start: WhiteLabelStart) -> Result<bool, Error> {
    match start {
        WhiteLabelStart::Invite => Ok(true),
        WhiteLabelStart::Acceptance => {
            let key = keys::client(&tx.agency().id, client);
            let client: Option<Client> = tx.peek(&key)?;
            Ok(client.is_some_and(|client| matches!(client.standing, Standing::Joined { .. })))
        }
    }
}
