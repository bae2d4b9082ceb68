//! `portal.switch-brand`

use super::activity::{count_day, count_first_look};
use super::on_behalf;
use super::sessions::{claim, no_agency, opened};
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::log::Event;
use crate::domain::session::Session;

/// Goes to another brand.
///
/// # Errors
///
/// When the client doesn't have the brand, or the session has ended.
pub fn switch_brand(ports: &Ports, session: &str, brand: &str) -> Result<(), Error> {
    if let Some(claim) = on_behalf::claim(ports, session)? {
        return on_behalf::switch_brand(ports, &claim, brand);
    }
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let keys = [keys::session(&claim.agency, &claim.id).into_text()];
    let switched = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        let opened = opened(tx.view(), &claim)?;
        let mut brands = opened.brands.iter().cloned();
        let Some(brand) = brands.find(|granted| granted.as_str() == brand) else {
            return Err(Error::denied("brand", "you don't have access to this brand"));
        };
        let opened = count_day(tx, opened)?;
        if opened.brand() == Some(&brand) {
            return match opened.session.used(tx.now()) {
                Some(used) => {
                    tx.without_log();
                    tx.write(opened.key, &used)
                }
                None => Ok(()),
            };
        }
        let (client, now) = (opened.client.id, tx.now());
        tx.act_as(Actor::Client { id: client });
        tx.log(Event::BrandSwitched { client, brand: brand.clone() })?;
        let mut session = opened.session;
        if session.first_look(&brand) {
            count_first_look(tx, &opened.client, &brand)?;
        }
        tx.write(opened.key, &Session { brand, used_at: session.used_at.max(now), ..session })
    });
    switched.map_err(no_agency)
}
