//! `portal.log-out`

use super::sessions::{ended, no_agency, opened};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::due::Due;
use crate::domain::log::Event;
use crate::domain::token::SessionClaim;

/// Ends the session; one that has ended already is fine.
pub fn log_out(ports: &Ports, session: &str) -> Result<(), Error> {
    let ring = view::key_ring(ports)?;
    let Some(claim) = SessionClaim::parse(session, &ring) else { return Ok(()) };
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::session(&claim.agency, &claim.id).into_text()];
    let out = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let key = keys::session(&claim.agency, &claim.id);
        let Some(session) = tx.read(&key)? else { return Ok(()) };
        match opened(tx.view(), &claim) {
            Ok(opened) => {
                tx.act_as(Actor::Client { id: opened.client.id });
                let brand = opened.brand().cloned();
                tx.log(Event::SignedOut { client: opened.client.id, brand })?;
            }
            // Nobody is signed in by it; but where its brands are only at rest, it would be good again
            // with the next one that its client gets.
            Err(error) if error == ended() => tx.without_log(),
            Err(error) => return Err(error),
        }
        let ends_at = session.ends_at(tx.view().limits().sessions);
        tx.unschedule(ends_at, Due::SessionEnd(claim.id.clone()));
        tx.delete(key);
        Ok(())
    });
    match out {
        Err(error) if no_agency(error.clone()) == ended() => Ok(()),
        out => out,
    }
}
