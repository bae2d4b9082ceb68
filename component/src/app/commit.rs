//! Deciding until nobody gets in between: a conflict starts again with what others left.

use crate::app::admission;
use crate::app::booking;
use crate::app::error::Error;
use crate::app::functions::Function;
use crate::app::ports::Ports;
use crate::app::tx::{Behind, Done, Tx};
use crate::app::view::{self, View};
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::id::{AccountId, AgencyId, BrandId};
use crate::domain::keyring::KeyRing;
use crate::domain::log::TraceId;
use crate::domain::mail::OutboxMail;

/// How often a command starts again when others change what it relies on.
pub const TRIES_MAX: u32 = 8;

/// In which agency a command runs.
pub enum Tenant {
    /// One that is there.
    Existing(AgencyId),
    /// One that is there, and what an operator calls in it.
    Called(AgencyId, Function),
    /// One that the command creates.
    New(Box<Agency>),
}

impl Tenant {
    /// What an operator calls in it.
    const fn called(&self) -> Option<Function> {
        match self {
            Tenant::Called(_, function) => Some(*function),
            Tenant::Existing(_) | Tenant::New(_) => None,
        }
    }
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
            Tenant::Existing(id) | Tenant::Called(id, _) => {
                let view = View::open(ports, id, clock, keys.to_vec())?;
                admission::check(view.agency(), actor, tenant.called())?;
                view
            }
            Tenant::New(agency) => View::new(ports, Agency::clone(agency), keys.to_vec())?,
        };
        let mut tx = Tx::new(view, ring, actor.clone());
        if let Err(error) = decide(&mut tx) {
            match tx.behind() {
                None => return Err(error),
                Some(Behind::Brands(brands)) => catch_up(ports, ring, tenant, &brands)?,
                Some(Behind::Account(account)) => {
                    catch_up_account(ports, ring, tenant, &account)?;
                }
                Some(Behind::Openings(times)) => {
                    for time in times {
                        let mut decide = |tx: &mut Tx<'_>| booking::openings::open_at(tx, time);
                        until_committed(ports, ring, tenant, &Actor::System, &[], &mut decide)?;
                    }
                }
                Some(Behind::Client(client, write_down)) => {
                    let mut decide = |tx: &mut Tx<'_>| write_down(tx, client);
                    until_committed(ports, ring, tenant, &Actor::System, &[], &mut decide)?;
                }
                Some(Behind::Owner(owner, heir, pass_on)) => {
                    let mut decide = |tx: &mut Tx<'_>| pass_on(tx, owner, heir);
                    until_committed(ports, ring, tenant, &Actor::System, &[], &mut decide)?;
                }
            }
            continue;
        }
        if let Done::Committed { agency, mails, trace_id } = tx.commit()? {
            return Ok(Committed { agency, mails, trace_id });
        }
    }
    Err(Error::Busy)
}

/// Books what is due for brands that are far behind, some of them and some periods in each
/// commit. What is booked stays, whatever becomes of the command that waits for it.
fn catch_up(
    ports: &Ports,
    ring: &KeyRing,
    tenant: &Tenant,
    behind: &[BrandId],
) -> Result<(), Error> {
    for brands in behind.chunks(booking::BRANDS_AT_ONCE as usize) {
        let mut more = true;
        while more {
            until_committed(ports, ring, tenant, &Actor::System, &[], &mut |tx| {
                more = booking::catch_up(tx, brands)?;
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// The same for an account, some months in each commit.
fn catch_up_account(
    ports: &Ports,
    ring: &KeyRing,
    tenant: &Tenant,
    account: &AccountId,
) -> Result<(), Error> {
    let mut more = true;
    while more {
        until_committed(ports, ring, tenant, &Actor::System, &[], &mut |tx| {
            more = booking::accounts::catch_up(tx, account)?;
            Ok(())
        })?;
    }
    Ok(())
}
