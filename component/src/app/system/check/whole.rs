//! What follows from the agency as a whole.

use super::Whole;
use super::walk::{Found, Kind, Walk};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::record;
use crate::app::view;
use crate::domain::agency::{Agency, Archived};
use crate::domain::due::{Due, DueEntry};

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
    // Jobs that keep themselves going: without an entry, they are due at once.
    let any = |due: Due| entry(of.latest, due);
    let unsealed = view::scan(walk.ports(), &keys::all_unsealed(agency), None, 1, false)?;
    if !unsealed.is_empty() {
        walk.falls_due_some_time(&name, &any(Due::Sealing))?;
    }
    Ok(None)
}

/// Expects that whoever has joined is scored by a job: without an entry, it is due at once. Looked at
/// when those who joined are counted.
pub(super) fn scored(
    walk: &mut Walk<'_>,
    of: &Whole,
    _after: &str,
) -> Result<Option<String>, Error> {
    if let Found::Whole(tally) = walk.find(&keys::tally(of.id()))?
        && tally.joined() > 0
    {
        let entry = DueEntry { at: of.latest, agency: of.id().clone(), due: Due::Rescoring };
        walk.falls_due_some_time(&format!("agency `{}`", of.id()), &entry)?;
    }
    Ok(None)
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
