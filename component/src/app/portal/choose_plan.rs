//! `portal.choose-plan`, `portal.plans`

use super::activity::count_day;
use super::sessions::{claim, no_agency, opened};
use crate::app::accounts::{self, PlanOffer};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::id::ClientId;

/// Gives an account that the platform bills the plan that its owner chooses.
///
/// # Errors
///
/// When the client isn't its owner, the platform doesn't bill it, a plan was chosen already, or the
/// session has ended.
pub fn choose_plan(ports: &Ports, session: &str, account: &str, plan: &str) -> Result<(), Error> {
    as_client(ports, session, &|tx, client| accounts::choose(tx, account, plan, Some(client)))
}

/// What the owner of an account that the platform bills can choose from.
///
/// # Errors
///
/// As [`choose_plan`].
pub fn plans(ports: &Ports, session: &str, account: &str) -> Result<Vec<PlanOffer>, Error> {
    as_client(ports, session, &|tx, client| accounts::plans(tx, account, client))
}

/// Does something for the client whose session it is.
fn as_client<T>(
    ports: &Ports,
    session: &str,
    act: &dyn Fn(&mut Tx<'_>, ClientId) -> Result<T, Error>,
) -> Result<T, Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [
        keys::session(&claim.agency, &claim.id).into_text(),
        keys::agency_totals(&claim.agency).into_text(),
        keys::catalog().into_text(),
    ];
    let done = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let opened = opened(tx.view(), &claim)?;
        let client = opened.client.id;
        let opened = count_day(tx, opened)?;
        if let Some(used) = opened.session.used(tx.now()) {
            tx.write(opened.key, &used)?;
        }
        tx.act_as(Actor::Client { id: client });
        act(tx, client)
    });
    done.map_err(no_agency)
}
