//! The rows of an agency that are taken along, in the order of a file.

use serde::{Deserialize, Serialize};

use super::kinds::{DUE, DueMoves, KINDS, Kind, LOGIN, due_moves, logins_stage};
use crate::app::error::Error;
use crate::app::keys;
use crate::app::ports::{Ports, Scan, Stored};
use crate::app::record::{self, Marker};
use crate::app::view;
use crate::domain::client::Client;
use crate::domain::due::{DueEntry, SHARDS};
use crate::domain::id::AgencyId;
use crate::domain::identity::Identity;
use crate::domain::time::Timestamp;

/// Where a walk is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Among the rows of which kind; then among the logins, then in which part of the due index.
    stage: usize,
    /// The last one that was passed there; none where the first comes next.
    after: String,
}

/// A row that is taken along.
pub struct Item {
    /// The word of its kind.
    pub kind: &'static str,
    /// Which one.
    pub id: String,
    /// Its value.
    pub value: String,
    /// Which write it is from.
    pub version: u64,
}

/// Some rows from a place on, and the place after them.
pub struct Stretch {
    /// The rows; there may be none, and still others later.
    pub items: Vec<Item>,
    /// Where to go on; none: that was all.
    pub next: Option<Place>,
}

/// The rows from a place on, `limit` at most, up to the end of a kind.
pub fn some(
    ports: &Ports,
    agency: &AgencyId,
    now: Timestamp,
    place: &Place,
    limit: u32,
) -> Result<Stretch, Error> {
    let logins = logins_stage();
    let (items, last) = match KINDS.get(place.stage).filter(|_| place.stage < logins) {
        Some(kind) if kind.is_single => (single(ports, agency, kind)?, None),
        Some(kind) => of_kind(ports, agency, kind, &place.after, limit)?,
        None if place.stage == logins => self::logins(ports, agency, &place.after, limit)?,
        None => {
            let shard = u8::try_from(place.stage - logins - 1).unwrap_or(SHARDS);
            dues(ports, agency, now, shard, &place.after, limit)?
        }
    };
    let next = match last {
        Some(after) => Some(Place { stage: place.stage, after }),
        None => Some(Place { stage: place.stage.saturating_add(1), after: String::new() })
            .filter(|next| next.stage <= logins + usize::from(SHARDS)),
    };
    Ok(Stretch { items, next })
}

/// The items of a stage, and the last of them where there may be more.
type Part = (Vec<Item>, Option<String>);

fn single(ports: &Ports, agency: &AgencyId, kind: &Kind) -> Result<Vec<Item>, Error> {
    let key = format!("a/{agency}/{}", kind.word);
    let rows = ports.storage.get(std::slice::from_ref(&key))?;
    let item = |row: Stored| item(kind, String::new(), row);
    rows.into_iter().flatten().map(item).collect()
}

fn of_kind(
    ports: &Ports,
    agency: &AgencyId,
    kind: &Kind,
    after: &str,
    limit: u32,
) -> Result<Part, Error> {
    let prefix = format!("a/{agency}/{}/", kind.word);
    let rows = scan(ports, &prefix, after, limit)?;
    let full = rows.len() >= limit as usize;
    let last = rows.last().map(|row| row.key.strip_prefix(&prefix).unwrap_or_default().to_owned());
    let id = |row: &Stored| row.key.strip_prefix(&prefix).unwrap_or_default().to_owned();
    let items = rows.into_iter().map(|row| item(kind, id(&row), row));
    Ok((items.collect::<Result<_, Error>>()?, last.filter(|_| full)))
}

fn scan(ports: &Ports, prefix: &str, after: &str, limit: u32) -> Result<Vec<Stored>, Error> {
    // No key sorts between a text and itself with `!`, and `0` follows `/`.
    let start = if after.is_empty() { prefix.to_owned() } else { format!("{prefix}{after}!") };
    let end = format!("{}0", prefix.trim_end_matches('/'));
    view::stretch(ports, Scan { start, end, limit, reverse: false })
}

fn item(kind: &Kind, id: String, row: Stored) -> Result<Item, Error> {
    if let super::kinds::Moves::AsItIs(check) = kind.moves {
        check(&row.key, &row.value)?;
    }
    // A line is a line: no text in JSON has a line's end, and between texts a blank is as good.
    let value = row.value.replace(['\n', '\r'], " ");
    Ok(Item { kind: kind.word, id, value, version: row.version })
}

/// The logins of some clients: each as if it were in this agency alone.
fn logins(ports: &Ports, agency: &AgencyId, after: &str, limit: u32) -> Result<Part, Error> {
    let range = keys::clients(agency);
    let rows = scan(ports, range.start(), after, limit)?;
    let full = rows.len() >= limit as usize;
    let last = rows.last().map(|row| range.suffix(&row.key).to_owned());
    let mut keys = Vec::new();
    for row in &rows {
        let client: Client = record::decode(&row.key, &row.value)?;
        keys.extend(client.identity.map(|id| keys::identity(id).into_text()));
    }
    let mut different = keys.clone();
    different.sort_unstable();
    different.dedup();
    let found = view::get(ports, different)?;
    let mut items = Vec::new();
    // Client by client, so that the order is the same in every store.
    for row in keys.iter().filter_map(|key| found.get(key)).flatten() {
        let identity: Identity = record::decode(&row.key, &row.value)?;
        let id = identity.id.to_string();
        let value = record::encode(&identity.within(agency))?;
        items.push(Item { kind: LOGIN, id, value, version: row.version });
    }
    Ok((items, last.filter(|_| full)))
}

/// What is late in a part of the due index, and no row tells.
fn dues(
    ports: &Ports,
    agency: &AgencyId,
    now: Timestamp,
    shard: u8,
    after: &str,
    limit: u32,
) -> Result<Part, Error> {
    if shard >= SHARDS {
        return Ok((Vec::new(), None));
    }
    let mut late = Vec::new();
    let (range, parked) = (keys::dues(shard), keys::all_parked());
    let start = range.start().to_owned();
    for row in all(ports, start, keys::due_until(shard, now))? {
        late.extend(keys::parse_due(range.suffix(&row.key)).map(|entry| (entry, row.version)));
    }
    for row in all(ports, parked.start().to_owned(), parked.end())? {
        let entry = keys::parse_due(parked.suffix(&row.key));
        let entry = entry.filter(|entry| entry.shard() == shard);
        late.extend(entry.map(|entry| (entry, row.version)));
    }
    let moves = |entry: &DueEntry| match due_moves(&entry.due) {
        DueMoves::FollowsAhead | DueMoves::AsItIs => entry.agency == *agency,
        DueMoves::Follows | DueMoves::Stays => false,
    };
    late.retain(|(entry, _)| moves(entry));
    let value = record::encode(&Marker {})?;
    let item = |(entry, version): (DueEntry, u64)| Item {
        kind: DUE,
        id: due_id(&entry),
        value: value.clone(),
        version,
    };
    let mut items: Vec<Item> = late.into_iter().map(item).collect();
    items.sort_by(|one, other| one.id.cmp(&other.id));
    items.dedup_by(|one, other| one.id == other.id);
    items.retain(|item| item.id.as_str() > after);
    let full = items.len() > limit as usize;
    items.truncate(limit as usize);
    let last = items.last().map(|item| item.id.clone()).filter(|_| full);
    Ok((items, last))
}

/// How an entry of the due index is called in a file: the agency may get another id.
pub fn due_id(entry: &DueEntry) -> String {
    format!("{:015}/{}/{}", entry.at.millis(), entry.due.kind(), entry.due.subject())
}

/// All rows of a stretch of the due index: those that are late are few, if jobs run at all.
fn all(ports: &Ports, mut start: String, end: String) -> Result<Vec<Stored>, Error> {
    let mut all = Vec::new();
    loop {
        let scan = Scan { start, end: end.clone(), limit: 500, reverse: false };
        let rows = view::stretch(ports, scan)?;
        let next = rows.last().filter(|_| rows.len() == 500).map(|last| format!("{}!", last.key));
        all.extend(rows);
        match next {
            Some(next) => start = next,
            None => return Ok(all),
        }
    }
}
