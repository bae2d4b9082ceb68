//! What a client does in the portal is counted, and a log-in scores it anew.

use super::sessions::{Opened, claim, ended, no_agency, opened};
use crate::app::clients::load::{Loaded, load_for_change};
use crate::app::clients::save;
use crate::app::command::{Tenant, transact_with};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::activity::{Activity, ActivityBatch, ActivityEvent, EVENTS_IN_BATCH};
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::due::Due;
use crate::domain::health::{Facts, Score};
use crate::domain::id::BrandId;
use crate::domain::log::Event;
use crate::domain::session::Session;

/// Counts the log-in of a client who has joined, at a brand. Gives the client with the score that it
/// has now.
pub fn count_log_in(
    tx: &mut Tx<'_>,
    client: Client,
    brand: &BrandId,
    joins: bool,
) -> Result<Client, Error> {
    let agency = tx.agency().id.clone();
    let overall = keys::activity(&agency, client.id);
    let at_brand = keys::brand_activity(&agency, client.id, brand);
    let trail = keys::trail(&agency, client.id);
    let keys = [overall.text(), at_brand.text(), trail.text()].map(str::to_owned);
    tx.view().fetch(keys)?;
    let now = tx.now();
    let calendar = tx.calendar();
    let mut activity = Activity::default();
    for key in [at_brand, overall] {
        activity = tx.read(&key)?.unwrap_or_default();
        if joins {
            activity.begin_anew();
        }
        activity.log_in(now, &calendar);
        tx.write(key, &activity)?;
    }
    tx.schedule(calendar.next_day(now), Due::Rescoring)?;
    let facts = Facts::overall(&client, &activity, &tx.agency().settings, &calendar, now);
    let score = facts.map(|facts| Score::of(&facts).value);
    let mut scores = tx.read(&trail)?.unwrap_or_default();
    if scores.note(calendar.day(now), score) {
        tx.write(trail, &scores)?;
    }
    Ok(Client { score, ..client })
}

/// A session that goes on counts: its first use on a calendar day of the agency is a log-in,
/// at the brand where it is, and its brands are new to it. Any other use is nothing here.
///
/// The session's row tells whether it was counted, and the commit checks that row: of two uses
/// at once, one counts.
pub fn count_day(tx: &mut Tx<'_>, opened: Opened) -> Result<Opened, Error> {
    if !opened.session.is_first_of_day(&tx.calendar(), tx.now()) {
        return Ok(opened);
    }
    let brand = opened.brand().cloned().ok_or_else(ended)?;
    let Loaded { stored, client } = load_for_change(tx, opened.client.id)?;
    let client = client.log_in(tx.now()).map_err(|_| ended())?;
    tx.act_as(Actor::Client { id: client.id });
    tx.log(Event::SessionContinued { client: client.id, brand: Some(brand.clone()) })?;
    let client = count_log_in(tx, client, &brand, false)?;
    save(tx, Some(&stored), Some(&client))?;
    tx.write(opened.key.clone(), &opened.session.continued(brand, tx.now()))?;
    // Whoever goes on with it writes it again, knowing what stands there.
    let session = tx.expect(&opened.key)?;
    Ok(Opened { session, client, ..opened })
}

/// Counts a session's first time at another brand as a log-in there.
pub fn count_first_look(tx: &mut Tx<'_>, client: &Client, brand: &BrandId) -> Result<(), Error> {
    let key = keys::brand_activity(&tx.agency().id.clone(), client.id, brand);
    let mut activity = tx.read(&key)?.unwrap_or_default();
    activity.log_in(tx.now(), &tx.calendar());
    tx.write(key, &activity)
}

/// Records what a session does: `decide` says what that is, or refuses it. It commits beside
/// the agency's log, so that clicks don't fight for its head; a job covers them by an entry
/// within a minute. The first of a calendar day is logged, by [`count_day`].
///
/// # Errors
///
/// What `decide` refuses; when the session has ended.
pub fn record<T>(
    ports: &Ports,
    session: &str,
    mut decide: impl FnMut(&mut Tx<'_>, &Opened) -> Result<(Vec<ActivityEvent>, T), Error>,
) -> Result<T, Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let key = keys::session(&claim.agency, &claim.id);
    let keys = [key.text().to_owned()];
    let recorded = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        fetch(tx, &key)?;
        let opened = opened(tx.view(), &claim)?;
        let (events, reply) = decide(tx, &opened)?;
        if opened.session.is_first_of_day(&tx.calendar(), tx.now()) {
            let opened = count_day(tx, opened)?;
            write(tx, &opened, events)?;
            return Ok(reply);
        }
        tx.without_log();
        if let Some(used) = opened.session.used(tx.now()) {
            tx.write(keys::session(&claim.agency, &claim.id), &used)?;
        }
        write(tx, &opened, events)?;
        Ok(reply)
    });
    recorded.map_err(no_agency)
}

/// Reads all that recording touches, in one go.
fn fetch(tx: &mut Tx<'_>, key: &keys::Key<Session>) -> Result<(), Error> {
    let session = tx.read(key)?.ok_or_else(ended)?;
    let agency = tx.agency().id.clone();
    let keys = [
        keys::client(&agency, session.client).into_text(),
        keys::identity(session.identity).into_text(),
        keys::activity(&agency, session.client).into_text(),
        keys::brand_activity(&agency, session.client, &session.brand).into_text(),
    ];
    tx.view().fetch(keys)
}

fn write(tx: &mut Tx<'_>, opened: &Opened, events: Vec<ActivityEvent>) -> Result<(), Error> {
    if events.is_empty() {
        return Ok(());
    }
    let agency = tx.agency().id.clone();
    let (client, now) = (opened.client.id, tx.now());
    let brand = opened.brand().cloned().ok_or_else(ended)?;
    let calendar = tx.calendar();
    let overall = keys::activity(&agency, client);
    for key in [overall, keys::brand_activity(&agency, client, &brand)] {
        let mut activity = tx.read(&key)?.unwrap_or_default();
        for event in &events {
            activity.record(event, now, &calendar);
        }
        tx.write(key, &activity)?;
    }
    let random = tx.random()?;
    for (part, events) in events.chunks(EVENTS_IN_BATCH).enumerate() {
        let name = keys::deeds_name(now, random, part);
        let events = ActivityBatch { brand: brand.clone(), events: events.to_vec() };
        tx.write(keys::unsealed(&agency, client, &name), &events)?;
    }
    tx.schedule(now.next_minute(), Due::Sealing)
}
