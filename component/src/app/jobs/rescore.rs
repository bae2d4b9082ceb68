//! Scoring everybody anew, once a day: scores move as days pass without anything happening.
//!
//! It goes through the agency's clients in the order of their ids, some at a time, beside the
//! log, so that nobody else has to start again for it. How far it has come stands in a row of
//! its own, which every step checks: workers that meet share the work.

use super::crossing;
use super::progress::{Progress, Step, Then};
use super::renewals;
use crate::app::clients::{save, save_score};
use crate::app::command::{Tenant, transact};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Ports, Stored};
use crate::app::record::{self, Record, Rescoring, Scored};
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::activity::Activity;
use crate::domain::actor::Actor;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::fold::Folding;
use crate::domain::health::movers::{Mover, Movers};
use crate::domain::health::trail::Trail;
use crate::domain::health::{Facts, Score};
use crate::domain::id::ClientId;
use crate::domain::search;

/// How many clients are scored in one commit: each checks one row and writes four, at most.
const CLIENTS_AT_ONCE: u32 = 150;
/// How many, where some of them were folded by the rules of a release before: their names and
/// their blocks of the search are written anew, which is up to four rows more.
const CLIENTS_RESPELLED_AT_ONCE: usize = 60;
/// How many clients count as one thing done.
const CLIENTS_IN_ONE: u32 = 10;

/// Scores some clients anew, `left` × 10 of them or a few more.
pub fn rescore(ports: &Ports, entry: &DueEntry, left: u32) -> Result<Progress, Error> {
    Progress::steps(left, || step(ports, entry))
}

fn step(ports: &Ports, entry: &DueEntry) -> Result<Step, Error> {
    let agency = &entry.agency;
    let (due, pass) = (keys::due(entry), keys::rescoring(agency));
    let (scored, tally) = (keys::scored(agency), keys::tally(agency));
    let texts = [due.text(), pass.text(), scored.text(), tally.text()].map(str::to_owned);
    transact(ports, &Tenant::Existing(agency.clone()), Actor::System, &texts, |tx| {
        tx.without_log();
        if tx.read(&due)?.is_none() {
            return Ok(Step { done: 0, then: Then::Stop });
        }
        let (under_way, before) = (tx.read(&pass)?, tx.read(&scored)?);
        if under_way.is_none() && is_of_today(tx, before.as_ref()) {
            return Ok(Step { done: 0, then: finish(tx, entry)? });
        }
        let mut pass = under_way.unwrap_or_else(|| Rescoring {
            began: tx.now(),
            after: None,
            movers: Movers::default(),
        });
        let Batch { clients, damaged, last, more } = next_clients(tx, pass.after)?;
        let looked_at = clients.len().saturating_add(damaged.len());
        let looked_at = u32::try_from(looked_at).unwrap_or(u32::MAX);
        score_all(tx, clients, &mut pass.movers)?;
        for client in damaged {
            tx.leave_out(client)?;
        }
        pass.after = last.or(pass.after);
        let then = if more {
            tx.write(keys::rescoring(agency), &pass)?;
            Then::GoOn
        } else {
            tx.delete(keys::rescoring(agency));
            let scored = Scored { at: pass.began, movers: pass.movers };
            tx.write(keys::scored(agency), &scored)?;
            finish(tx, entry)?
        };
        Ok(Step { done: looked_at.div_ceil(CLIENTS_IN_ONE), then })
    })
}

/// Whether everybody was scored anew today already.
fn is_of_today(tx: &Tx<'_>, scored: Option<&Scored>) -> bool {
    let calendar = tx.calendar();
    scored.is_some_and(|scored| calendar.day(scored.at) == calendar.day(tx.now()))
}

/// Takes the entry away, and makes tomorrow's, while anybody is there to be scored. Gives
/// whether something else is due at once.
fn finish(tx: &mut Tx<'_>, entry: &DueEntry) -> Result<Then, Error> {
    tx.delete(keys::due(entry));
    let tally = tx.read(&keys::tally(&entry.agency))?.unwrap_or_default();
    if tally.joined() == 0 {
        return Ok(Then::Stop);
    }
    tx.schedule(tx.calendar().next_day(tx.now()), Due::Rescoring)?;
    let follow = renewals::begin(tx)? | crossing::schedule(tx)?;
    Ok(if follow { Then::Follow } else { Then::Stop })
}

/// Some clients, with the rows that they were read from.
struct Batch {
    clients: Vec<(Client, Stored)>,
    /// Those among them whose rows can't be read.
    damaged: Vec<ClientId>,
    /// The last of them all.
    last: Option<ClientId>,
    /// Whether there may be others after them.
    more: bool,
}

/// The clients after this one, as many as one commit can score.
fn next_clients(tx: &mut Tx<'_>, after: Option<ClientId>) -> Result<Batch, Error> {
    let agency = tx.agency().id.clone();
    let bound = after.map(|after| format!("{}!", keys::client(&agency, after).text()));
    let range = keys::clients(&agency);
    let rows = view::scan(tx.view().ports(), &range, bound, CLIENTS_AT_ONCE, false)?;
    let more = rows.len() == CLIENTS_AT_ONCE as usize;
    let mut batch =
        Batch { clients: Vec::with_capacity(rows.len()), damaged: Vec::new(), last: None, more };
    for row in rows {
        // What isn't where a client lies is none.
        let Ok(id) = ClientId::parse(range.suffix(&row.key)) else { continue };
        match record::decode::<Client>(&row.key, &row.value) {
            Ok(client) => batch.clients.push((client, row)),
            Err(_) => batch.damaged.push(id),
        }
        batch.last = Some(id);
    }
    if batch.clients.iter().any(|(client, _)| is_of_before(client)) {
        batch.cut(CLIENTS_RESPELLED_AT_ONCE);
    }
    Ok(batch)
}

impl Batch {
    /// Leaves the rest for later.
    fn cut(&mut self, count: usize) {
        if let Some((next, _)) = self.clients.get(count) {
            let next = next.id;
            self.clients.truncate(count);
            self.damaged.retain(|client| *client < next);
            self.last = self.clients.last().map(|(client, _)| client.id);
            self.last = self.last.max(self.damaged.last().copied());
            self.more = true;
        }
    }
}

/// Whether a client lies where a release before folded it to.
fn is_of_before(client: &Client) -> bool {
    client.folding != Folding::CURRENT
}

/// Writes a client anew that lies where a release before folded it to: a day after a new
/// release, everybody is found as it finds. One whose block of the search is damaged stays
/// where it is, and is found there once the block was mended.
fn respelled(tx: &mut Tx<'_>, client: Client, row: &Stored) -> Result<Client, Error> {
    if !is_of_before(&client) {
        return Ok(client);
    }
    let block = search::block_of(client.search_slot);
    if tx.read(&keys::search(&tx.agency().id.clone(), block)).is_err() {
        return Ok(client);
    }
    tx.view().adopt(vec![row.clone()]);
    let respelled = client.clone().respelled();
    save(tx, Some(&client), Some(&respelled))?;
    Ok(respelled)
}

/// Scores these clients. One whose activity or trail is damaged is left out.
///
/// What they did and how their scores went isn't checked when this commits: a click that comes
/// in between is for tomorrow, and a log-in, which writes a trail too, writes the client.
fn score_all(
    tx: &mut Tx<'_>,
    batch: Vec<(Client, Stored)>,
    movers: &mut Movers,
) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let mut clients = Vec::with_capacity(batch.len());
    let mut keys = Vec::with_capacity(batch.len() * 2);
    for (client, row) in batch {
        let client = respelled(tx, client, &row)?;
        if client.joined_at.is_some() {
            keys.push(keys::activity(&agency, client.id).into_text());
            keys.push(keys::trail(&agency, client.id).into_text());
        }
        clients.push((client, row));
    }
    clients.retain(|(client, _)| client.joined_at.is_some());
    let mut facts = tx.view().ports().storage.get(&keys)?.into_iter();
    let key = keys::tally(&agency);
    let before = tx.read(&key)?.unwrap_or_default();
    let mut tally = before.clone();
    for (client, row) in clients {
        let (activity, trail) = (facts.next().flatten(), facts.next().flatten());
        let (Ok(activity), Ok(trail)) = (parsed(activity), parsed(trail)) else {
            tx.leave_out(client.id)?;
            continue;
        };
        let past = Past { activity, trail };
        let Rescored { score, is_news } = score(tx, &client, past, movers)?;
        if is_news || client.score != score {
            tx.view().adopt(vec![row]);
        }
        if client.score != score {
            save_score(tx, &mut tally, &client, score)?;
        }
    }
    if tally != before {
        tx.write(key, &tally)?;
    }
    Ok(())
}

/// Scores one client, whose rows are whole.
pub fn score_one(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let agency = tx.agency().id.clone();
    let stored: Option<Client> = tx.read(&keys::client(&agency, id))?;
    let Some(stored) = stored.filter(|client| client.joined_at.is_some()) else { return Ok(()) };
    let activity = tx.read(&keys::activity(&agency, id))?.unwrap_or_default();
    let trail = tx.read(&keys::trail(&agency, id))?.unwrap_or_default();
    let past = Past { activity, trail };
    // How it moved is told again tomorrow.
    let Rescored { score, .. } = score(tx, &stored, past, &mut Movers::default())?;
    if stored.score == score {
        return Ok(());
    }
    let key = keys::tally(&agency);
    let mut tally = tx.read(&key)?.unwrap_or_default();
    save_score(tx, &mut tally, &stored, score)?;
    tx.write(key, &tally)
}

/// What a client did, and how its score went.
struct Past {
    activity: Activity,
    trail: Trail,
}

fn parsed<R: Record + Default>(row: Option<Stored>) -> Result<R, Error> {
    row.map_or_else(|| Ok(R::default()), |row| record::decode(&row.key, &row.value))
}

/// What scoring a client anew gave.
struct Rescored {
    score: Option<u8>,
    /// Whether its trail was written.
    is_news: bool,
}

/// Scores a client, and notes its score.
fn score(
    tx: &mut Tx<'_>,
    stored: &Client,
    past: Past,
    movers: &mut Movers,
) -> Result<Rescored, Error> {
    let now = tx.now();
    let calendar = tx.calendar();
    let today = calendar.day(now);
    let Past { activity, mut trail } = past;
    let client = stored.clone().current(now, &tx.agency().archived);
    let facts = Facts::overall(&client, &activity, &tx.agency().settings, &calendar, now);
    let score = facts.map(|facts| Score::of(&facts).value);
    if let (Some(before), Some(after)) = (trail.week_before(today), score) {
        movers.look(Mover { client: stored.id, before, after });
    }
    let is_news = trail.note(today, score);
    if is_news {
        tx.write(keys::trail(&tx.agency().id.clone(), stored.id), &trail)?;
    }
    Ok(Rescored { score, is_news })
}
