//! What a call has read: an agency at one moment.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::Error;
use super::keys::{self, Key, Range};
use super::ports::{Check, Ports, Scan, Stored, Write};
use super::record::{self, Record};
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::catalog::{CatalogVersion, PriceBook};
use crate::domain::id::{AccountId, AgencyId};
use crate::domain::impersonation::Acting;
use crate::domain::keyring::{Key as RingKey, KeyId, KeyRing};
use crate::domain::limits::Limits;
use crate::domain::log::Head;
use crate::domain::sets::one_by_one;
use crate::domain::time::Timestamp;

/// An agency as a call sees it: its settings, the time, and every row that was read. Rows
/// are read once; a commit checks that they are still what they were.
pub struct View<'a> {
    ports: &'a Ports,
    agency: Agency,
    head: Head,
    now: Timestamp,
    calendar: Calendar<'a>,
    prices: Option<Rc<PriceBook>>,
    limits: Limits,
    rows: BTreeMap<String, Option<Stored>>,
    acting: Option<Rc<Acting>>,
}

/// How many rows are read at a time, where all are.
const ROWS_AT_ONCE: u32 = 500;

/// More versions than a catalog ever has.
const VERSIONS_MAX: u32 = 100_000;

/// The clock's time.
///
/// # Errors
///
/// When the host's clock is beyond the year 9999.
pub fn clock(ports: &Ports) -> Result<Timestamp, Error> {
    let millis = ports.clock.now();
    Timestamp::from_millis(millis).ok_or_else(|| {
        Error::Unavailable(format!("the host's clock says {millis} ms: is it right?"))
    })
}

/// The host's keys.
///
/// # Errors
///
/// When the host has none now, or gives malformed ones.
pub fn key_ring(ports: &Ports) -> Result<KeyRing, Error> {
    let malformed = || Error::Unavailable("the host's key ring is empty or malformed".to_owned());
    let raw = ports.secrets.keys();
    let raw = raw.map_err(|why| Error::Unavailable(format!("the host has no keys: {why}")))?;
    let mut keys = Vec::with_capacity(raw.len());
    for key in raw {
        let id = KeyId::parse(&key.id).ok_or_else(malformed)?;
        let secret = key.bytes.try_into().map_err(|_| malformed())?;
        keys.push(RingKey::new(id, secret));
    }
    KeyRing::new(keys).ok_or_else(malformed)
}

/// A row as it was read; none when it is absent.
pub type Read = Option<Stored>;

/// Reads rows in one go: for what belongs to no agency.
pub fn get(ports: &Ports, keys: Vec<String>) -> Result<BTreeMap<String, Read>, Error> {
    let rows = ports.storage.get(&keys)?;
    if rows.len() != keys.len() {
        let message = format!("the store gave {} rows for {} keys", rows.len(), keys.len());
        return Err(Error::Unavailable(message));
    }
    Ok(one_by_one(keys.into_iter().zip(rows)))
}

/// The record under `key` among these rows; none when there is none.
pub fn parse<R: Record>(rows: &BTreeMap<String, Read>, key: &Key<R>) -> Result<Option<R>, Error> {
    let row = found(rows, key.text());
    row.map(|row| record::decode(key.text(), &row.value)).transpose()
}

#[inline(never)]
fn found<'r>(rows: &'r BTreeMap<String, Read>, key: &str) -> Option<&'r Stored> {
    rows.get(key).and_then(Option::as_ref)
}

impl<'a> View<'a> {
    /// Reads an agency, and `keys` with it, in one go. `clock` is the host's time; an
    /// agency that has seen a later one stays there.
    pub fn open(
        ports: &'a Ports,
        id: &AgencyId,
        clock: Timestamp,
        mut keys: Vec<String>,
    ) -> Result<View<'a>, Error> {
        let (settings, head) = (keys::agency(id), keys::head(id));
        keys.push(settings.text().to_owned());
        keys.push(head.text().to_owned());
        let rows = get(ports, keys)?;
        let agency =
            parse(&rows, &settings)?.ok_or_else(|| Error::not_found("agency", id.as_str()))?;
        let head: Head =
            parse(&rows, &head)?.ok_or_else(|| Error::corrupt(head.text(), "it is missing"))?;
        let now = clock.max(head.latest);
        Ok(View::of(ports, agency, head, now, rows))
    }

    /// An agency that isn't stored yet, at the time of its creation, and `keys` with it.
    ///
    /// # Errors
    ///
    /// When its id is taken.
    pub fn new(ports: &'a Ports, agency: Agency, mut keys: Vec<String>) -> Result<View<'a>, Error> {
        let own = [
            keys::agency(&agency.id).into_text(),
            keys::head(&agency.id).into_text(),
            keys::arriving(&agency.id).into_text(),
        ];
        keys.extend(own.iter().cloned());
        let rows = get(ports, keys)?;
        if own.iter().any(|key| rows.get(key).is_some_and(Option::is_some)) {
            let message = format!("agency `{}` already exists: choose another id", agency.id);
            return Err(Error::Exists(message));
        }
        let now = agency.created_at;
        Ok(View::of(ports, agency, Head::EMPTY, now, rows))
    }

    /// The one place that says which limits hold: the defaults.
    fn of(
        ports: &'a Ports,
        agency: Agency,
        head: Head,
        now: Timestamp,
        rows: BTreeMap<String, Option<Stored>>,
    ) -> View<'a> {
        let calendar = Calendar::new(&agency.settings.calendar, ports);
        let limits = Limits::DEFAULT;
        View { ports, agency, head, now, calendar, prices: None, limits, rows, acting: None }
    }

    /// What the host gave, for what the view doesn't read itself.
    pub const fn ports(&self) -> &'a Ports {
        self.ports
    }

    /// The agency's own row: its settings.
    pub const fn agency(&self) -> &Agency {
        &self.agency
    }

    /// Where the agency's log ends.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The time: never earlier than what the agency has seen.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The agency's calendar.
    pub fn calendar(&self) -> Calendar<'a> {
        self.calendar.clone()
    }

    /// The catalog as it is: the default, where the platform set none.
    pub fn catalog(&mut self) -> Result<CatalogVersion, Error> {
        Ok(self.read(&keys::catalog())?.unwrap_or_default())
    }

    /// The versions of the catalog that count at `since` and later. Earlier ones than the
    /// latest are only read where they are needed: a commit that relies on the latest relies on
    /// all of them.
    pub fn prices(&mut self, since: Timestamp) -> Result<Rc<PriceBook>, Error> {
        if let Some(book) = self.prices.as_ref().filter(|book| book.reaches(since)) {
            return Ok(Rc::clone(book));
        }
        let book = PriceBook::new(self.catalog()?);
        let book = if book.reaches(since) { book } else { self.with_earlier(book)? };
        Ok(Rc::clone(self.prices.insert(Rc::new(book))))
    }

    fn with_earlier(&self, book: PriceBook) -> Result<PriceBook, Error> {
        let mut earlier = vec![CatalogVersion::default()];
        let range = keys::catalog_versions();
        for row in scan(self.ports, &range, None, VERSIONS_MAX, false)? {
            earlier.push(record::decode(&row.key, &row.value)?);
        }
        Ok(book.with_earlier(earlier))
    }

    /// How much of everything is allowed.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// On whose behalf the call is, and how far it reaches; none: the agency's own.
    pub fn acting(&self) -> Option<Rc<Acting>> {
        self.acting.clone()
    }

    /// The account that an answer is narrowed to, for the answer to say so; none: to nothing.
    pub fn within(&self) -> Option<AccountId> {
        self.acting.as_ref().map(|acting| acting.reach.account.clone())
    }

    /// From here on, the call is on an account's behalf.
    pub fn narrow(&mut self, acting: Rc<Acting>) {
        self.acting = Some(acting);
    }

    /// Reads those of `keys` that weren't read yet, in one go.
    pub fn fetch(&mut self, keys: impl IntoIterator<Item = String>) -> Result<(), Error> {
        let missing: Vec<String> =
            keys.into_iter().filter(|key| !self.rows.contains_key(key)).collect();
        self.fetch_missing(missing)
    }

    #[inline(never)]
    fn fetch_missing(&mut self, missing: Vec<String>) -> Result<(), Error> {
        if !missing.is_empty() {
            self.rows.extend(get(self.ports, missing)?);
        }
        Ok(())
    }

    /// The record under `key`; none when there is none. Asks the store where it wasn't
    /// fetched before.
    pub fn read<R: Record>(&mut self, key: &Key<R>) -> Result<Option<R>, Error> {
        let row = self.row(key.text())?;
        row.map(|row| record::decode(key.text(), &row.value)).transpose()
    }

    /// Not inlined: calls read at hundreds of places.
    #[inline(never)]
    fn row(&mut self, key: &str) -> Result<Option<&Stored>, Error> {
        if !self.rows.contains_key(key) {
            self.fetch_missing(vec![key.to_owned()])?;
        }
        Ok(found(&self.rows, key))
    }

    /// The record under the first of `keys` that has one. They are read in one go.
    pub fn read_first<R: Record>(&mut self, keys: &[Key<R>]) -> Result<Option<R>, Error> {
        self.fetch(keys::texts(keys))?;
        keys.iter().find_map(|key| parse(&self.rows, key).transpose()).transpose()
    }

    /// The record under `key`, which another row says is there.
    pub fn expect<R: Record>(&mut self, key: &Key<R>) -> Result<R, Error> {
        self.read(key)?.ok_or_else(|| Error::corrupt(key.text(), "it is missing"))
    }

    /// Takes a row back that was read: a commit doesn't check it, since another row tells whether it
    /// changed.
    pub fn forget<R: Record>(&mut self, key: &Key<R>) {
        self.rows.remove(key.text());
    }

    /// Takes rows that a scan gave for read: a commit checks that they are still what they
    /// were.
    pub fn adopt(&mut self, rows: Vec<Stored>) {
        let row = |row: Stored| (row.key.clone(), Some(row));
        self.rows.extend(rows.into_iter().map(row));
    }

    /// Takes rows for read that were, or weren't there, when something was worked out from them. What
    /// the view read itself stands.
    pub fn rely_on(&mut self, rows: BTreeMap<String, Read>) {
        for (key, row) in rows {
            self.rows.entry(key).or_insert(row);
        }
    }

    /// Writes one row that was read, if it is still what it was, and nothing else: for notes
    /// that no decision depends on. Losing a race to another writer is fine.
    pub fn note<R: Record>(&self, key: &Key<R>, record: &R) -> Result<(), Error> {
        let version = self.rows.get(key.text()).and_then(Option::as_ref).map(|row| row.version);
        let check = Check { key: key.text().to_owned(), version };
        let value = Some(record::encode(record)?);
        let write = Write { key: key.text().to_owned(), value };
        self.ports.storage.commit(vec![check], vec![write])?;
        Ok(())
    }

    /// The conditions under which what was read still holds.
    pub fn into_checks(self) -> Vec<Check> {
        let check = |(key, row): (String, Read)| Check { key, version: row.map(|row| row.version) };
        self.rows.into_iter().map(check).collect()
    }
}

/// The record under `key`, for whoever doesn't rely on it.
pub fn peek<R: Record>(ports: &Ports, key: &Key<R>) -> Result<Option<R>, Error> {
    parse(&get(ports, vec![key.text().to_owned()])?, key)
}

/// Reads a stretch of rows: those of `range` from `start` on, or from `start` down.
pub fn scan<R: Record>(
    ports: &Ports,
    range: &Range<R>,
    bound: Option<String>,
    limit: u32,
    reverse: bool,
) -> Result<Vec<Stored>, Error> {
    scan_within(ports, (range.start(), range.end()), bound, limit, reverse)
}

fn scan_within(
    ports: &Ports,
    (start, end): (&str, String),
    bound: Option<String>,
    limit: u32,
    reverse: bool,
) -> Result<Vec<Stored>, Error> {
    let (start, end) = match (bound, reverse) {
        (None, _) => (start.to_owned(), end),
        (Some(bound), false) => (bound, end),
        (Some(bound), true) => (start.to_owned(), bound),
    };
    stretch(ports, Scan { start, end, limit, reverse })
}

/// Reads all rows of a range, some at a time.
pub fn each<R: Record>(
    ports: &Ports,
    range: &Range<R>,
    mut take: impl FnMut(Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    each_within(ports, range.start().to_owned(), &range.end(), &mut take)
}

/// The same from a key on.
pub fn each_from<R: Record>(
    ports: &Ports,
    range: &Range<R>,
    from: String,
    mut take: impl FnMut(Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    each_within(ports, from, &range.end(), &mut take)
}

/// Not generic: a copy for each loop over rows would be more than what they do.
fn each_within(
    ports: &Ports,
    from: String,
    end: &str,
    take: &mut dyn FnMut(Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut start = from;
    loop {
        let (end, limit) = (end.to_owned(), ROWS_AT_ONCE);
        let rows = stretch(ports, Scan { start, end, limit, reverse: false })?;
        // The next key after the last: no key sorts between a text and itself with `!`.
        let full = rows.len() == ROWS_AT_ONCE as usize;
        let next = rows.last().filter(|_| full).map(|last| format!("{}!", last.key));
        rows.into_iter().try_for_each(&mut *take)?;
        match next {
            Some(next) => start = next,
            None => return Ok(()),
        }
    }
}

/// Reads a stretch of rows: as many as there are, up to the limit.
pub fn stretch(ports: &Ports, mut scan: Scan) -> Result<Vec<Stored>, Error> {
    let (limit, reverse) = (scan.limit, scan.reverse);
    let mut rows = Vec::new();
    // A host may give fewer rows at a time than it was asked for.
    loop {
        let scanned = ports.storage.scan(&scan)?;
        rows.extend(scanned.rows);
        let read = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        match scanned.next {
            Some(next) if read < limit => {
                scan.limit = limit - read;
                if reverse { scan.end = next } else { scan.start = next }
            }
            Some(_) | None => return Ok(rows),
        }
    }
}

/// Where to begin reading numbered blocks, so that the one that holds `key`'s number is the
/// first: its own key, or the largest below it.
pub fn block_of<R: Record>(ports: &Ports, range: &Range<R>, key: &str) -> Result<String, Error> {
    // A reverse scan leaves its end out: `!` sorts after nothing and before every digit.
    let rows = scan(ports, range, Some(format!("{key}!")), 1, true)?;
    Ok(rows.into_iter().next().map_or_else(|| range.start().to_owned(), |row| row.key))
}
