//! What a client did, as far as a call may see it: on an account's behalf, what it did at the account's
//! brands.

use crate::app::error::Error;
use crate::app::keys;
use crate::app::record;
use crate::app::view::{self, View};
use crate::domain::activity::Activity;
use crate::domain::id::{BrandId, ClientId};

/// What a client did in all; on an account's behalf, at the account's brands, though the client may have
/// had others' before.
pub fn activity_of(view: &mut View<'_>, client: ClientId) -> Result<Activity, Error> {
    let agency = view.agency().id.clone();
    let overall = view.read(&keys::activity(&agency, client))?.unwrap_or_default();
    let Some(acting) = view.acting() else { return Ok(overall) };
    let range = keys::brand_activities(&agency, client);
    let (mut own, mut has_others) = (Vec::<Activity>::new(), false);
    view::each(view.ports(), &range, |row| {
        let brand = BrandId::parse(range.suffix(&row.key));
        let brand = brand.map_err(|why| Error::corrupt(&row.key, why))?;
        if acting.reach.has(&brand) {
            own.push(record::decode(&row.key, &row.value)?);
        } else {
            has_others = true;
        }
        Ok(())
    })?;
    // Log-ins count at each brand that a session goes to: where there are no others, the sum knows better.
    Ok(if has_others { overall.at_some(&own) } else { overall })
}
