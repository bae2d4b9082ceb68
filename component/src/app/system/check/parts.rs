//! All that is looked at, part by part.

use super::surplus::{self, Owner};
use super::walk::{Seen, Walk};
use super::{Whole, accounts, brands, clients, counters, letters, log, logins};
use super::{payers, search, sessions, whole};
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::app::system::place::Place;

/// Looks at some of a part after a place. Gives how far that is; none: the part is done.
type Look = fn(&mut Walk<'_>, &Whole, &str) -> Result<Option<String>, Error>;

/// A part of what an agency has.
enum Part {
    /// Rows that others follow from, or what is counted.
    Of(Look),
    /// Rows of this kind, which follow from such things.
    Index(&'static str, Owner),
}

/// The order matters: counters are worked out when what they count is right.
const PARTS: &[Part] = &[
    Part::Of(whole::look),
    Part::Of(brands::look),
    Part::Of(accounts::look),
    Part::Of(clients::look),
    Part::Of(letters::look),
    Part::Of(letters::requests),
    Part::Of(log::look),
    Part::Of(sessions::look),
    Part::Of(sessions::on_behalf),
    Part::Index("brand-name", Owner::BrandInside),
    Part::Index("account-brand", Owner::Brand),
    Part::Index("access", Owner::Client),
    Part::Index("by-end", Owner::Client),
    Part::Index("by-expiry", Owner::Client),
    Part::Index("by-health", Owner::Client),
    Part::Index("by-login", Owner::Client),
    Part::Index("by-name", Owner::Client),
    Part::Index("by-status", Owner::Client),
    Part::Index("client-email", Owner::ClientInside),
    Part::Index("undelivered", Owner::Client),
    Part::Index("account-billed", Owner::Account),
    Part::Index("account-by-created", Owner::Account),
    Part::Index("account-by-name", Owner::Account),
    Part::Index("account-by-status", Owner::Account),
    Part::Index("account-counted", Owner::Account),
    Part::Index("account-owned", Owner::Account),
    Part::Index("account-plan", Owner::Account),
    Part::Index("account-plan-due", Owner::Account),
    Part::Index("mail-of", Owner::Mail),
    Part::Index("about", Owner::Block),
    Part::Index("acting-of", Owner::SignInInside),
    Part::Index("acting-for", Owner::SignIn),
    Part::Of(search::look),
    Part::Of(counters::look),
    Part::Of(whole::scored),
    Part::Of(payers::look),
];

/// Looks at some of what is no agency's own.
type LookAtAll = fn(&mut Walk<'_>, &str) -> Result<Option<String>, Error>;

const OF_ALL: &[LookAtAll] = &[logins::look, logins::addresses, logins::dues];

/// Looks at rows from a place on, as many as fit into one call: those of an agency, or those that
/// are no agency's own.
pub(super) fn look(ports: &Ports, of: Option<&Whole>, place: &Place) -> Result<Seen, Error> {
    let mut walk = Walk::new(ports);
    let mut at = place.clone();
    while !walk.is_full() {
        let Some(after) = look_at_part(&mut walk, of, &at)? else {
            return Ok(walk.into_seen(None));
        };
        at = at.then(after);
    }
    Ok(walk.into_seen(Some(at)))
}

/// Looks at some of a part. None: there is no such part any more.
fn look_at_part(
    walk: &mut Walk<'_>,
    of: Option<&Whole>,
    at: &Place,
) -> Result<Option<Option<String>>, Error> {
    match of {
        Some(whole) => match PARTS.get(at.part) {
            Some(Part::Of(look)) => look(walk, whole, &at.after).map(Some),
            Some(Part::Index(kind, owner)) => {
                surplus::look(walk, whole, (kind, *owner), &at.after).map(Some)
            }
            None => Ok(None),
        },
        None => match OF_ALL.get(at.part) {
            Some(look) => look(walk, &at.after).map(Some),
            None => Ok(None),
        },
    }
}
