//! Writing down who turned at-risk or churned, at its time.
//!
//! Those who have joined lie in the order of their latest log-ins, so who turned since the
//! last time lies between two places of it. An entry of the due index stands for the next one
//! who turns today; the daily scoring makes the first, and each run the one after it.

use crate::app::clients::{load, save};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys::{self, Class};
use crate::app::ports::{Ports, Scan};
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::client::{Client, Status};
use crate::domain::crossing::CrossingProgress;
use crate::domain::digest::Named;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::{AgencyId, ClientId};
use crate::domain::log::Event;
use crate::domain::mail::Notice;
use crate::domain::time::Timestamp;

/// How many clients are looked at in one commit.
const CLIENTS_AT_ONCE: u32 = 100;

/// Writes down some of those who turned at-risk or churned, and mails the agency if it wants
/// that. Gives whether there are more.
pub fn note_some(ports: &Ports, entry: &DueEntry) -> Result<bool, Error> {
    let agency = &entry.agency;
    let (due, progress) = (keys::due(entry), keys::crossings(agency));
    let keys = [due.text().to_owned(), progress.text().to_owned()];
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &keys, |tx| {
        if tx.read(&due)?.is_none() {
            return Ok(false);
        }
        let mut far = match tx.read(&progress)? {
            Some(far) => far,
            None => take_old_progress(tx, agency)?,
        };
        let before = far;
        let mut turned = Turned::default();
        let (at_risk, churned) = tx.agency().settings.thresholds.last_log_ins(tx.now());
        let more = note(tx, at_risk, &mut far.at_risk, &mut turned)?
            | note(tx, churned, &mut far.churned, &mut turned)?;
        if far != before {
            tx.write(keys::crossings(agency), &far)?;
        }
        turned.alert(tx)?;
        if !more {
            tx.delete(keys::due(entry));
            schedule(tx)?;
        }
        Ok(more)
    })
}

/// The progress that a store of schema 1 noted, which lay under another key.
fn take_old_progress(tx: &mut Tx<'_>, agency: &AgencyId) -> Result<CrossingProgress, Error> {
    let old = keys::crossings_of_schema_1(agency);
    let progress = tx.read(&old)?;
    if progress.is_some() {
        tx.delete(old);
    }
    Ok(progress.unwrap_or_default())
}

/// Who turned, as an alert tells it: as what they are now.
#[derive(Default)]
struct Turned {
    at_risk: Named<ClientId>,
    churned: Named<ClientId>,
}

impl Turned {
    fn alert(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Turned { at_risk, churned } = self;
        let anybody = at_risk.count + churned.count > 0;
        if anybody && tx.agency().settings.alerts {
            let to = tx.agency().notification_email.clone();
            tx.notify(to, Notice::Alert { at_risk, churned })?;
        }
        Ok(())
    }
}

/// Looks at those whose latest log-in is `cut` or earlier and who weren't looked at before,
/// the earliest first. Gives whether there may be more.
fn note(
    tx: &mut Tx<'_>,
    cut: Option<Timestamp>,
    reached: &mut Option<(Timestamp, ClientId)>,
    turned: &mut Turned,
) -> Result<bool, Error> {
    let agency = tx.agency().id.clone();
    let scan = unseen(&agency, cut, *reached, CLIENTS_AT_ONCE);
    let Some(scan) = scan else { return Ok(false) };
    let rows = view::stretch(tx.view().ports(), scan)?;
    let found: Vec<_> = rows.iter().filter_map(|row| keys::parse_joined(&row.key)).collect();
    let clients = found.iter().map(|(_, client)| keys::client(&agency, *client).into_text());
    tx.view().fetch(clients)?;
    for place in &found {
        let stored = tx.read(&keys::client(&agency, place.1));
        match stored {
            Ok(Some(stored)) => note_client(tx, stored, turned)?,
            Ok(None) => (),
            Err(_) => tx.leave_out(place.1)?,
        }
        *reached = Some(*place);
    }
    Ok(rows.len() == CLIENTS_AT_ONCE as usize)
}

/// Writes down that this client turned, and mails the agency if it wants that.
pub fn note_one(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let stored = tx.read(&keys::client(&tx.agency().id.clone(), id))?;
    let Some(stored) = stored else { return Ok(()) };
    let mut turned = Turned::default();
    note_client(tx, stored, &mut turned)?;
    turned.alert(tx)
}

fn note_client(tx: &mut Tx<'_>, stored: Client, turned: &mut Turned) -> Result<(), Error> {
    let id = stored.id;
    let (now, thresholds) = (tx.now(), tx.agency().settings.thresholds);
    let client = stored.clone().current(now, &tx.agency().archived);
    let crossings = client.crossings(now, thresholds);
    if crossings.is_empty() {
        return Ok(());
    }
    for crossing in &crossings {
        let (client, since, last_log_in) = (id, crossing.at, crossing.log_in);
        let event = if crossing.churned {
            Event::ClientChurned { client, since, last_log_in }
        } else {
            Event::ClientAtRisk { client, since, last_log_in }
        };
        tx.log_with(event, load::personal(&stored))?;
    }
    match client.status(now, thresholds) {
        Status::AtRisk => turned.at_risk.push(id),
        Status::Churned => turned.churned.push(id),
        Status::Active | Status::Pending | Status::LinkInvite | Status::Revoked => (),
    }
    save(tx, Some(&stored), Some(&stored.with_crossings(&crossings)))
}

/// Makes the entry for the next client who turns, if that is today: the rest is for
/// tomorrow's scoring. Gives whether it is due at once.
pub fn schedule(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let thresholds = tx.agency().settings.thresholds;
    let (at_risk, churned) = thresholds.last_log_ins(tx.now());
    let next_at_risk = next_after(tx, at_risk)?.map(|log_in| thresholds.at_risk_at(log_in));
    let next_churned = next_after(tx, churned)?.map(|log_in| thresholds.churned_at(log_in));
    let next = next_at_risk.into_iter().chain(next_churned).min();
    // What nobody has looked at yet is due at once.
    let far: CrossingProgress =
        tx.read(&keys::crossings(&tx.agency().id.clone()))?.unwrap_or_default();
    let late = is_left(tx, at_risk, far.at_risk)? || is_left(tx, churned, far.churned)?;
    let next = if late { Some(tx.now()) } else { next };
    if let Some(next) = next.filter(|next| *next < tx.calendar().next_day(tx.now())) {
        tx.schedule(next, Due::Crossing)?;
    }
    Ok(late)
}

/// The earliest of the latest log-ins after `cut`.
fn next_after(tx: &mut Tx<'_>, cut: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
    let agency = tx.agency().id.clone();
    let class = keys::of_class(&agency, Class::Joined);
    let end =
        cut.map_or_else(|| class.end(), |cut| keys::status_place(&agency, Class::Joined, cut));
    let scan = Scan { start: class.start().to_owned(), end, limit: 1, reverse: true };
    let rows = view::stretch(tx.view().ports(), scan)?;
    Ok(rows.first().and_then(|row| keys::parse_joined(&row.key)).map(|(login, _)| login))
}

/// Where those lie whose latest log-in is `cut` or earlier and who weren't looked at before,
/// the earliest first; none where there can be nobody.
fn unseen(
    agency: &AgencyId,
    cut: Option<Timestamp>,
    reached: Option<(Timestamp, ClientId)>,
    limit: u32,
) -> Option<Scan> {
    let start = keys::status_place(agency, Class::Joined, cut?);
    let end = reached.map_or_else(
        || keys::of_class(agency, Class::Joined).end(),
        |(at, client)| keys::joined_place(agency, at, client),
    );
    (start < end).then_some(Scan { start, end, limit, reverse: true })
}

/// Whether somebody whose latest log-in is `cut` or earlier wasn't looked at.
fn is_left(
    tx: &mut Tx<'_>,
    cut: Option<Timestamp>,
    reached: Option<(Timestamp, ClientId)>,
) -> Result<bool, Error> {
    let scan = unseen(&tx.agency().id.clone(), cut, reached, 1);
    let Some(scan) = scan else { return Ok(false) };
    Ok(!view::stretch(tx.view().ports(), scan)?.is_empty())
}

/// After the clock was set back to `now`: what was noted for a time that hasn't come yet is
/// forgotten, and everything that jobs keep in motion begins anew.
pub fn begin_anew(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    tx.delete(keys::crossings(&agency));
    tx.delete(keys::rescoring(&agency));
    tx.delete(keys::scored(&agency));
    tx.schedule(now, Due::Rescoring)?;
    tx.schedule(now, Due::Sealing)?;
    super::digest::begin_anew(tx, now)
}
