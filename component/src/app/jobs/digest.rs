//! The weekly summary.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::admission;
use crate::app::billing::Standing;
use crate::app::clients::listing::order::client_of;
use crate::app::clients::listing::{counts, gather};
use crate::app::error::Error;
use crate::app::keys::{self, Class};
use crate::app::tx::Tx;
use crate::app::view::View;
use crate::domain::calendar::{Calendar, monday};
use crate::domain::digest::{Counts, Named, Schedule, Summary};
use crate::domain::due::Due;
use crate::domain::health::movers::Movers;
use crate::domain::id::ClientId;
use crate::domain::log::Event;
use crate::domain::mail::Notice;
use crate::domain::sets::one_by_one;
use crate::domain::settings::Settings;
use crate::domain::time::{DAY, Timestamp};

/// Over how many days ahead invites count as about to expire, and how long a first summary
/// looks back.
const WEEK: u64 = 7 * DAY;

/// Writes the summary that is due at `at` to everybody who gets it, and schedules the next.
/// One that isn't due any more, since the settings changed, is nothing.
pub fn send(tx: &mut Tx<'_>, at: Timestamp) -> Result<(), Error> {
    let key = keys::digest(&tx.agency().id.clone());
    let schedule = tx.read(&key)?.unwrap_or_default();
    if schedule.next != Some(at) {
        return Ok(());
    }
    if !admission::mails_go_out(tx.agency()) {
        // It begins again as the agency is resumed.
        return tx.write(key, &Schedule { next: None, ..schedule });
    }
    let settings = tx.agency().settings.clone();
    let summary = summary(tx, &schedule)?;
    let to = match &settings.digest.recipients[..] {
        [] => vec![tx.agency().notification_email.clone()],
        recipients => recipients.to_vec(),
    };
    let recipients = u32::try_from(to.len()).unwrap_or(u32::MAX);
    tx.log(Event::DigestSent { recipients })?;
    let (now, counts) = (summary.until, summary.counts);
    for to in to {
        tx.notify(to, Notice::Digest(Box::new(summary.clone())))?;
    }
    let calendar = tx.calendar();
    let week = monday(calendar.day(now));
    let mut next = Schedule { next: None, sent_week: Some(week), last: Some((now, counts)) };
    next.next = next.next_after(&settings.digest, &calendar, now);
    if let Some(at) = next.next {
        tx.schedule(at, Due::Digest)?;
    }
    tx.write(key, &next)
}

/// Schedules the next summary by changed settings: their weekday and hour, and the calendar.
pub fn schedule(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), Error> {
    let key = keys::digest(&tx.agency().id.clone());
    let mut schedule = tx.read(&key)?.unwrap_or_default();
    let calendar = Calendar::new(&settings.calendar, tx.view().ports());
    let next = schedule.next_after(&settings.digest, &calendar, tx.now());
    if next == schedule.next {
        return Ok(());
    }
    if let Some(at) = schedule.next {
        tx.unschedule(at, Due::Digest);
    }
    if let Some(at) = next {
        tx.schedule(at, Due::Digest)?;
    }
    schedule.next = next;
    tx.write(key, &schedule)
}

/// After the clock was set back to `now`: what went out at a time that hasn't come yet
/// doesn't count.
pub fn begin_anew(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
    let key = keys::digest(&tx.agency().id.clone());
    let Some(before) = tx.read(&key)? else { return Ok(()) };
    let mut schedule = Schedule::default();
    schedule.next = schedule.next_after(&tx.agency().settings.digest, &tx.calendar(), now);
    if let Some(at) = before.next {
        tx.unschedule(at, Due::Digest);
    }
    if let Some(at) = schedule.next {
        tx.schedule(at, Due::Digest)?;
    }
    tx.write(key, &schedule)
}

fn summary(tx: &mut Tx<'_>, schedule: &Schedule) -> Result<Summary, Error> {
    let agency = tx.agency().id.clone();
    let (scored, tally) = (keys::scored(&agency), keys::tally(&agency));
    tx.view().fetch([scored.text().to_owned(), tally.text().to_owned()])?;
    let movers = tx.read(&scored)?.map_or_else(Movers::default, |scored| scored.movers);
    let tally = tx.read(&tally)?.unwrap_or_default();
    let view = tx.view();
    let now = view.now();
    let week_ago = || now.minus(WEEK).unwrap_or(Timestamp::EPOCH);
    let since = schedule.last.map_or_else(week_ago, |(at, _)| at);
    let (all, _) = counts::of_all(view, &tally)?;
    let counts = Counts {
        active: all.active,
        at_risk: all.at_risk,
        churned: all.churned,
        pending: all.pending,
        revoked: all.revoked,
    };
    let thresholds = view.agency().settings.thresholds;
    let ((at_risk, churned), (was_at_risk, was_churned)) =
        (thresholds.last_log_ins(now), thresholds.last_log_ins(since));
    let expiring = expiring(view)?;
    let mut undelivered = Named::default();
    // What expired since the last summary is told of too: nobody may have heard of it.
    let open = keys::undelivered_from(&agency, Some(since));
    gather::each_key(view.ports(), &open, |key| undelivered.extend(client_of(key)))?;
    // The brands that aren't damaged are worth telling of. What is charged for the others is told
    // by `billing.summary`.
    let standing = Standing::read(view, now, |error| match error {
        Error::Corrupt(_) => Ok(()),
        error => Err(error),
    })?;
    let brands = u32::try_from(standing.running(now).count()).unwrap_or(u32::MAX);
    let run_rate = standing.run_rate(now)?;
    let few = |movers: Vec<_>| movers.into_iter().take(crate::domain::digest::NAMED_MAX).collect();
    Ok(Summary {
        since,
        until: now,
        counts,
        before: schedule.last.map(|(_, counts)| counts),
        at_risk: turned(tx, at_risk, was_at_risk.max(churned))?,
        churned: turned(tx, churned, was_churned)?,
        falls: few(movers.falls),
        rises: few(movers.rises),
        expiring,
        undelivered,
        brands,
        run_rate,
    })
}

/// Invites that expire within a week, the first first. Those whose access ends before they do
/// expire with it: they stand among those whose access ends.
fn expiring(view: &View<'_>) -> Result<Named<(ClientId, Timestamp)>, Error> {
    let (agency, now) = (&view.agency().id, view.now());
    let week = now.plus(WEEK);
    let mut ends: BTreeMap<ClientId, Timestamp> = BTreeMap::new();
    gather::each_key(view.ports(), &keys::expiring(agency, now, week), |key| {
        ends.extend(keys::parse_timed(key).map(|(at, client)| (client, at)));
    })?;
    let (start, end) = (keys::ended_by(agency, now).1, keys::ended_by(agency, week).1);
    let mut ending = Vec::new();
    gather::each_key(view.ports(), &(start, end), |key| ending.extend(client_of(key)))?;
    gather::each_client(view, ending, |_, client| {
        let offer = client.open_invite().and_then(|_| client.offer_until().end());
        if let Some(at) = offer.filter(|at| now < *at) {
            ends.insert(client.id, at);
        }
    })?;
    let in_order: BTreeSet<(Timestamp, ClientId)> =
        one_by_one(ends.into_iter().map(|(client, at)| (at, client)));
    let mut expiring = Named::default();
    expiring.extend(in_order.into_iter().map(|(at, client)| (client, at)));
    Ok(expiring)
}

/// Those whose latest log-in is `cut` or earlier, and later than `before`: they turned within
/// the time of the summary, and are still what they turned.
fn turned(
    tx: &mut Tx<'_>,
    cut: Option<Timestamp>,
    before: Option<Timestamp>,
) -> Result<Named<ClientId>, Error> {
    let mut turned = Named::default();
    let Some(cut) = cut else { return Ok(turned) };
    let agency = tx.agency().id.clone();
    let place = |at| keys::status_place(&agency, Class::Joined, at);
    let end = before.map_or_else(|| keys::of_class(&agency, Class::Joined).end(), place);
    gather::each_key(tx.view().ports(), &(place(cut), end), |key| {
        if let Some((_, client)) = keys::parse_joined(key) {
            turned.push(client);
        }
    })?;
    Ok(turned)
}
