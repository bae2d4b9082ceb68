//! Deciding until nobody gets in between: a conflict starts again with what others left.

use crate::app::booking::catch_up_some;
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::{Done, Tx};
use crate::app::view::{self, View};
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::id::{AgencyId, BrandId};
use crate::domain::keyring::KeyRing;
use crate::domain::log::TraceId;
use crate::domain::mail::OutboxMail;

/// How often a command starts again when others change what it relies on.
const TRIES_MAX: u32 = 8;

/// In which agency a command runs.
pub enum Tenant {
    /// One that is there.
    Existing(AgencyId),
    /// One that the command creates.
    New(Box<Agency>),
}

/// What a commit leaves to do.
pub struct Committed {
    /// In whose name.
    pub agency: Box<Agency>,
    /// The mails to hand over.
    pub mails: Vec<OutboxMail>,
    /// What the host calls the request: what becomes of the mails is part of it.
    pub trace_id: Option<TraceId>,
}

/// Loads, decides and commits; starts again on a conflict.
///
/// # Errors
///
/// What `decide` refuses; `Busy` when others get in between eight times.
pub fn until_committed(
    ports: &Ports,
    ring: &KeyRing,
    tenant: &Tenant,
    actor: &Actor,
    keys: &[String],
    decide: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<Committed, Error> {
    let clock = view::clock(ports)?;
    for _ in 0..TRIES_MAX {
        let view = match tenant {
            Tenant::Existing(id) => View::open(ports, id, clock, keys.to_vec())?,
            Tenant::New(agency) => View::new(ports, Agency::clone(agency))?,
        };
        let mut tx = Tx::new(view, ring, actor.clone());
        let decided = decide(&mut tx);
        let lagging = tx.lagging();
        if !lagging.is_empty() {
            catch_up(ports, ring, &tx.agency().id.clone(), &lagging)?;
            continue;
        }
        decided?;
        if let Done::Committed { agency, mails, trace_id } = tx.commit()? {
            return Ok(Committed { agency, mails, trace_id });
        }
    }
    Err(Error::Busy)
}

/// Books what is due for these brands, some periods in a commit.
fn catch_up(
    ports: &Ports,
    ring: &KeyRing,
    agency: &AgencyId,
    brands: &[BrandId],
) -> Result<(), Error> {
    let tenant = Tenant::Existing(agency.clone());
    let keys: Vec<String> =
        brands.iter().map(|brand| keys::brand(agency, brand).into_text()).collect();
    let mut more = true;
    while more {
        until_committed(ports, ring, &tenant, &Actor::System, &keys, &mut |tx| {
            more = catch_up_some(tx, brands)?;
            Ok(())
        })?;
    }
    Ok(())
}
