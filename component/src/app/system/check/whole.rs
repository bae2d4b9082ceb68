//! What follows from the agency as a whole.

use super::Whole;
use super::walk::{Found, Kind, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record;
use crate::app::view;
use crate::domain::agency::{Agency, Archived};
use crate::domain::due::{Due, DueEntry};
use crate::domain::time::Timestamp;

/// Looks at what falls due for the agency as a whole.
pub(super) fn look(walk: &mut Walk<'_>, of: &Whole, _after: &str) -> Result<Option<String>, Error> {
    let (agency, name) = (of.id(), format!("agency `{}`", of.id()));
    walk.count(1);
    walk.fetch([keys::agency(agency).into_text(), keys::head(agency).into_text()])?;
    let entry = |at, due| DueEntry { at, agency: agency.clone(), due };
    for Archived { brand, at } in &of.agency.archived {
        walk.falls_due(&name, &entry(*at, Due::BrandTidy(brand.clone())))?;
    }
    if let Found::Whole(digest) = walk.find(&keys::digest(agency))?
        && let Some(at) = digest.next
    {
        walk.falls_due(&name, &entry(at, Due::Digest))?;
    }
    let any = |due: Due| entry(of.latest, due);
    if let Found::Whole(tally) = walk.find(&keys::tally(agency))?
        && tally.joined() > 0
    {
        goes_on(walk, &name, &any(Due::Rescoring))?;
    }
    let unsealed = view::scan(walk.ports(), &keys::all_unsealed(agency), None, 1, false)?;
    if !unsealed.is_empty() {
        goes_on(walk, &name, &any(Due::Sealing))?;
    }
    Ok(None)
}

/// Expects a job that keeps itself going, whenever it is: without an entry, it is due at once.
fn goes_on(walk: &mut Walk<'_>, name: &str, entry: &DueEntry) -> Result<(), Error> {
    if walk.stands(&entry.agency, &entry.due, Timestamp::MAX)? {
        return Ok(());
    }
    walk.falls_due(name, entry)
}

/// That there is such a thing: else nobody looks for it.
#[derive(Clone, Copy)]
pub(super) enum Flag {
    /// An account with an owner.
    Owners,
    /// A brand that belongs to an account.
    AccountBrands,
}

/// Expects that the agency's own row says so.
pub(super) fn needs_flag(
    walk: &mut Walk<'_>,
    of: &Whole,
    because: &str,
    flag: Flag,
) -> Result<(), Error> {
    let key = keys::agency(of.id());
    let Found::Whole(mut agency) = walk.find::<Agency>(&key)? else { return Ok(()) };
    let (word, set) = match flag {
        Flag::Owners => ("has_owners", &mut agency.has_owners),
        Flag::AccountBrands => ("has_account_brands", &mut agency.has_account_brands),
    };
    if *set {
        return Ok(());
    }
    *set = true;
    let message = format!("the row `{}` says `{word}: false`, but there is {because}", key.text());
    walk.write(Kind::Different, key.text(), because, message, Some(record::encode(&agency)?));
    Ok(())
}
