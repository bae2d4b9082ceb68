//! What a client does in the portal is counted, and a log-in scores it anew.

use super::sessions::{Opened, claim, ended, no_agency, opened};
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
use crate::domain::session::Session;
use crate::domain::time::{MINUTE, Timestamp};

/// Counts the log-in of a client who has joined, at its first brand, where sessions begin.
/// Gives the client with the score that it has now.
pub fn count_log_in(tx: &mut Tx<'_>, client: Client, joins: bool) -> Result<Client, Error> {
    let Some(grant) = client.grants.first() else { return Ok(client) };
    let agency = tx.agency().id.clone();
    let overall = keys::activity(&agency, client.id);
    let at_brand = keys::brand_activity(&agency, client.id, &grant.brand);
    let trail = keys::trail(&agency, client.id);
    let keys = [overall.text(), at_brand.text(), trail.text()].map(str::to_owned);
    tx.view().fetch(keys)?;
    let now = tx.now();
    let offset = tx.agency().settings.utc_offset;
    let mut activity = Activity::default();
    for key in [at_brand, overall] {
        activity = tx.read(&key)?.unwrap_or_default();
        if joins {
            activity.begin_anew();
        }
        activity.log_in(now, offset);
        tx.write(key, &activity)?;
    }
    tx.schedule(offset.next_midnight(now), Due::Rescoring)?;
    let facts = Facts::overall(&client, &activity, &tx.agency().settings, now);
    let score = facts.map(|facts| Score::of(&facts).value);
    let mut scores = tx.read(&trail)?.unwrap_or_default();
    if scores.note(offset.day(now), score) {
        tx.write(trail, &scores)?;
    }
    Ok(Client { score, ..client })
}

/// Counts a session's first time at another brand as a log-in there.
pub fn count_first_look(tx: &mut Tx<'_>, client: &Client, brand: &BrandId) -> Result<(), Error> {
    let key = keys::brand_activity(&tx.agency().id.clone(), client.id, brand);
    let mut activity = tx.read(&key)?.unwrap_or_default();
    activity.log_in(tx.now(), tx.agency().settings.utc_offset);
    tx.write(key, &activity)
}

/// Records what a session does: `decide` says what that is, or refuses it. It commits beside
/// the agency's log, so that clicks don't fight for its head; a job covers them by an entry
/// within a minute.
///
/// # Errors
///
/// What `decide` refuses; when the session has ended.
pub fn record<T>(
    ports: &Ports,
    session: &str,
    mut decide: impl FnMut(&Tx<'_>, &Opened) -> Result<(Vec<ActivityEvent>, T), Error>,
) -> Result<T, Error> {
    let ring = view::key_ring(ports)?;
    let claim = claim(session, &ring)?;
    let tenant = Tenant::Existing(claim.agency.clone());
    let key = keys::session(&claim.agency, &claim.id);
    let keys = [key.text().to_owned()];
    let recorded = transact_with(ports, &ring, &tenant, Actor::Visitor, &keys, |tx| {
        tx.without_log();
        fetch(tx, &key)?;
        let opened = opened(tx.view(), &claim)?;
        let (events, reply) = decide(tx, &opened)?;
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
    let offset = tx.agency().settings.utc_offset;
    let overall = keys::activity(&agency, client);
    for key in [overall, keys::brand_activity(&agency, client, &brand)] {
        let mut activity = tx.read(&key)?.unwrap_or_default();
        for event in &events {
            activity.record(event, now, offset);
        }
        tx.write(key, &activity)?;
    }
    let random = tx.random()?;
    for (part, events) in events.chunks(EVENTS_IN_BATCH).enumerate() {
        let name = keys::deeds_name(now, random, part);
        let events = ActivityBatch { brand: brand.clone(), events: events.to_vec() };
        tx.write(keys::unsealed(&agency, client, &name), &events)?;
    }
    tx.schedule(next_minute(now), Due::Sealing)
}

/// The next full minute.
fn next_minute(now: Timestamp) -> Timestamp {
    now.plus(MINUTE - now.millis() % MINUTE)
}
