//! What a command wants to change: rows, log entries, ledger lines, mails.
//!
//! Nothing happens until [`Tx::commit`], and then all of it does.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::keys::{self, Key, Range};
use super::ports::{Check, Commit, Ports, Write};
use super::record::{self, DueState, LedgerBlock, Marker, Record};
use super::view::{self, View};
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::billing::{Line, Payer, Posting, Reason};
use crate::domain::calendar::Calendar;
use crate::domain::due::{Due, DueEntry};
use crate::domain::email::Email;
use crate::domain::id::{BrandId, ClientId, MailId};
use crate::domain::keyring::KeyRing;
use crate::domain::log::event::Booked;
use crate::domain::log::{Block, Draft, Event, Head};
use crate::domain::mail::{Content, Notice, OutboxMail, Topic};
use crate::domain::time::Timestamp;

/// A command under way.
pub struct Tx<'a> {
    view: View<'a>,
    ring: &'a KeyRing,
    actor: Actor,
    head: Head,
    entries: Vec<Fresh>,
    lines: Vec<Line>,
    payer: Option<Payer>,
    mails: Vec<OutboxMail>,
    writes: BTreeMap<String, Option<String>>,
    random: Random<'a>,
    without_log: bool,
}

/// A block of the log that this command writes.
struct Fresh {
    /// The number of its first entry.
    first: u64,
    block: Block,
    /// The clients that it says something about.
    about: BTreeSet<ClientId>,
}

/// What a commit left to do.
pub enum Done {
    /// It was made, or there was nothing to write. These mails are to be handed over.
    Committed {
        /// In whose name.
        agency: Box<Agency>,
        /// The mails.
        mails: Vec<OutboxMail>,
    },
    /// Others changed what it relied on.
    Conflict,
}

/// The text of a block is kept well below the 64 KiB that a row holds.
const BLOCK_BYTES: usize = 48 * 1024;
/// Ledger lines in a row: some 250 bytes each.
const LINES_IN_BLOCK: usize = 128;

impl<'a> Tx<'a> {
    /// A command of `actor` on what `view` shows.
    pub fn new(view: View<'a>, ring: &'a KeyRing, actor: Actor) -> Tx<'a> {
        let head = Head { latest: view.now(), ..view.head().clone() };
        let random = Random { ports: view.ports(), bytes: Vec::new() };
        Tx {
            view,
            ring,
            actor,
            head,
            entries: Vec::new(),
            lines: Vec::new(),
            payer: None,
            mails: Vec::new(),
            writes: BTreeMap::new(),
            random,
            without_log: false,
        }
    }

    /// Commits beside the agency's log: for what happens so often, or touches so much, that
    /// other commands must not start again for it. Nothing can be logged then.
    pub const fn without_log(&mut self) {
        self.without_log = true;
    }

    /// What the command reads.
    pub const fn view(&mut self) -> &mut View<'a> {
        &mut self.view
    }

    /// The agency.
    pub const fn agency(&self) -> &Agency {
        self.view.agency()
    }

    /// The time.
    pub const fn now(&self) -> Timestamp {
        self.view.now()
    }

    /// The agency's calendar.
    pub fn calendar(&self) -> Calendar<'a> {
        self.view.calendar()
    }

    /// The host's keys.
    pub const fn ring(&self) -> &'a KeyRing {
        self.ring
    }

    /// From here on, `actor` is who causes what happens.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Fresh random bytes.
    ///
    /// # Errors
    ///
    /// When the host gives fewer than asked for.
    pub fn random<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.random.bytes()
    }

    /// What a fresh id is made of besides the time: a part that grows with the log and the
    /// outbox, so that ids of the same millisecond sort in the order in which they were made,
    /// and randomness.
    ///
    /// # Errors
    ///
    /// When the host gives no randomness.
    pub fn id_seed(&mut self) -> Result<[u8; 10], Error> {
        let mut seed: [u8; 10] = self.random()?;
        let made = self.head.number.saturating_add(self.mails.len() as u64);
        let [.., high, low] = made.to_be_bytes();
        [seed[0], seed[1]] = [high, low];
        Ok(seed)
    }

    /// The record under `key`, as this command leaves it; none when there is none.
    ///
    /// # Errors
    ///
    /// When the store fails, or the row is damaged.
    pub fn read<R: Record>(&mut self, key: &Key<R>) -> Result<Option<R>, Error> {
        match self.writes.get(key.text()) {
            Some(Some(value)) => record::decode(key.text(), value).map(Some),
            Some(None) => Ok(None),
            None => self.view.read(key),
        }
    }

    /// The record under `key`, which another row says is there.
    ///
    /// # Errors
    ///
    /// When it is missing or damaged, or the store fails.
    pub fn expect<R: Record>(&mut self, key: &Key<R>) -> Result<R, Error> {
        self.read(key)?.ok_or_else(|| Error::corrupt(key.text(), "it is missing"))
    }

    /// The last `count` keys of `range`, as this command leaves it, the last first.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn last_keys<R: Record>(
        &self,
        range: &Range<R>,
        count: usize,
    ) -> Result<Vec<String>, Error> {
        let own = self.writes.range(range.start().to_owned()..range.end());
        let (added, gone): (Vec<_>, Vec<_>) = own.partition(|(_, value)| value.is_some());
        let limit = u32::try_from(count + gone.len()).unwrap_or(u32::MAX);
        let rows = view::scan(self.view.ports(), range, None, limit, true)?;
        let stored = rows.into_iter().map(|row| row.key);
        let kept = stored.filter(|key| !gone.iter().any(|(gone, _)| *gone == key));
        let keys: BTreeSet<String> =
            kept.chain(added.into_iter().map(|(k, _)| k.clone())).collect();
        Ok(keys.into_iter().rev().take(count).collect())
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// Never for the records of this release.
    pub fn write<R: Record>(&mut self, key: Key<R>, record: &R) -> Result<(), Error> {
        let value = record::encode(record)?;
        self.writes.insert(key.into_text(), Some(value));
        Ok(())
    }

    /// Deletes a record.
    pub fn delete<R: Record>(&mut self, key: Key<R>) {
        self.writes.insert(key.into_text(), None);
    }

    /// Notes that something falls due.
    ///
    /// # Errors
    ///
    /// Never for the records of this release.
    pub fn schedule(&mut self, at: Timestamp, due: Due) -> Result<(), Error> {
        let entry = DueEntry { at, agency: self.agency().id.clone(), due };
        self.write(keys::due(&entry), &DueState::default())
    }

    /// Takes back that something falls due.
    pub fn unschedule(&mut self, at: Timestamp, due: Due) {
        let entry = DueEntry { at, agency: self.agency().id.clone(), due };
        self.delete(keys::due(&entry));
    }

    /// Logs that something happened. Gives the entry's number.
    ///
    /// # Errors
    ///
    /// When the host gives no randomness.
    pub fn log(&mut self, event: Event) -> Result<u64, Error> {
        self.log_with(event, Vec::new())
    }

    /// Logs that something happened, with personal data that can be erased later.
    ///
    /// # Errors
    ///
    /// When the host gives no randomness.
    pub fn log_with(
        &mut self,
        event: Event,
        personal: Vec<(&'static str, String)>,
    ) -> Result<u64, Error> {
        let actor = self.actor.clone();
        self.append(Draft { actor, event, personal })
    }

    /// Logs that something happened by itself: the component is its actor.
    ///
    /// # Errors
    ///
    /// When the host gives no randomness.
    pub fn log_by_itself(
        &mut self,
        event: Event,
        personal: Vec<(&'static str, String)>,
    ) -> Result<u64, Error> {
        self.append(Draft { actor: Actor::System, event, personal })
    }

    fn append(&mut self, draft: Draft) -> Result<u64, Error> {
        if self.without_log {
            return Err(Error::internal("what is done beside the log can't be logged"));
        }
        let number = self.head.number.saturating_add(1);
        let about = draft.event.clients();
        let random = &mut self.random;
        let (entry, values) = draft.number(number, self.head.latest, || random.bytes())?;
        let sealed = self.head.seal(&self.view.agency().id, &entry, self.ring);
        let sealed = sealed.map_err(Error::internal)?;
        let room = |block: &Block| {
            let size: usize = block.entries.iter().map(|entry| entry.body.get().len() + 100).sum();
            let personal: usize = block.personal.values().map(|p| p.value.len() + 100).sum();
            size + personal + sealed.body.get().len() < BLOCK_BYTES
        };
        match self.entries.last_mut().filter(|fresh| room(&fresh.block)) {
            Some(fresh) => {
                fresh.block.entries.push(sealed);
                fresh.block.personal.extend(values);
                fresh.about.extend(about);
            }
            None => {
                let personal = values.into_iter().collect();
                let block = Block { entries: vec![sealed], personal };
                self.entries.push(Fresh {
                    first: number,
                    block,
                    about: about.into_iter().collect(),
                });
            }
        }
        Ok(number)
    }

    /// Books postings for a brand: a ledger line each, and a log entry each but for renewals,
    /// of which those that follow one another share one.
    ///
    /// # Errors
    ///
    /// When the store fails, or an amount overflows.
    pub fn book(&mut self, brand: &BrandId, postings: Vec<Posting>) -> Result<(), Error> {
        let together =
            |a: &Posting, b: &Posting| a.reason == Reason::Renewed && b.reason == Reason::Renewed;
        for postings in postings.chunk_by(together) {
            if let [first, rest @ ..] = postings {
                let log_entry = self.log_booking(brand, first, rest)?;
                self.add_lines(brand, postings, log_entry)?;
            }
        }
        Ok(())
    }

    /// Logs what was booked. What was due happened by itself, so the component is its actor.
    fn log_booking(
        &mut self,
        brand: &BrandId,
        first: &Posting,
        rest: &[Posting],
    ) -> Result<u64, Error> {
        let mut booked = Booked {
            brand: brand.clone(),
            amount: first.amount,
            covers: first.covers,
            counts_from: first.at,
            reason: first.reason,
        };
        for posting in rest {
            booked.amount = booked.amount.plus(posting.amount)?;
            booked.covers.end = posting.covers.end;
        }
        let actor = match first.reason {
            Reason::Started | Reason::Stopped => self.actor.clone(),
            Reason::Renewed | Reason::Expired => Actor::System,
        };
        self.append(Draft { actor, event: Event::booked(booked), personal: Vec::new() })
    }

    fn add_lines(
        &mut self,
        brand: &BrandId,
        postings: &[Posting],
        log_entry: u64,
    ) -> Result<(), Error> {
        let mut payer = match self.payer.take() {
            Some(payer) => payer,
            None => self.view.expect(&keys::payer(&self.view.agency().id.clone()))?,
        };
        for posting in postings {
            self.lines.push(payer.book(posting.clone(), brand.clone(), log_entry)?);
        }
        self.payer = Some(payer);
        Ok(())
    }

    /// Puts a mail to the agency into the outbox. It is handed over after the commit.
    ///
    /// # Errors
    ///
    /// When the host gives no randomness.
    pub fn notify(&mut self, to: Email, notice: Notice) -> Result<(), Error> {
        let id = MailId::generate(self.now(), self.id_seed()?);
        self.enqueue(OutboxMail::new(id, to, Topic::Agency(notice), self.now()))
    }

    /// Puts a mail to a client into the outbox. It is handed over after the commit.
    ///
    /// # Errors
    ///
    /// Never for the records of this release.
    pub fn mail(
        &mut self,
        id: MailId,
        to: Email,
        client: ClientId,
        content: Content,
    ) -> Result<(), Error> {
        let topic = Topic::Client { client, content };
        self.write(keys::mail_of(&self.agency().id.clone(), client, id), &Marker {})?;
        self.enqueue(OutboxMail::new(id, to, topic, self.now()))
    }

    fn enqueue(&mut self, mail: OutboxMail) -> Result<(), Error> {
        if let Some(at) = mail.next_try {
            self.schedule(at, Due::MailRetry(mail.id))?;
        }
        self.write(keys::mail(&self.agency().id.clone(), mail.id), &mail)?;
        self.mails.push(mail);
        Ok(())
    }

    /// Makes the agency's latest time what the host's clock says, also when that is earlier.
    pub const fn reset_clock(&mut self, clock: Timestamp) {
        self.head.latest = clock;
    }

    /// Commits everything at once, if what was read still holds. A command that changed
    /// nothing commits nothing.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn commit(mut self) -> Result<Done, Error> {
        self.write_log_and_ledger()?;
        let agency = Box::new(self.view.agency().clone());
        let ports = self.view.ports();
        if !self.writes.is_empty() {
            let write = |(key, value)| Write { key, value };
            let writes = self.writes.into_iter().map(write).collect();
            let head = keys::head(&agency.id).into_text();
            let mut checks: Vec<Check> = self.view.into_checks();
            checks.retain(|check| !self.without_log || check.key != head);
            match ports.storage.commit(checks, writes)? {
                Commit::Committed => (),
                Commit::Conflict(_) => return Ok(Done::Conflict),
            }
        }
        Ok(Done::Committed { agency, mails: self.mails })
    }

    fn write_log_and_ledger(&mut self) -> Result<(), Error> {
        let agency = self.agency().id.clone();
        for Fresh { first, block, about } in core::mem::take(&mut self.entries) {
            self.write(keys::log(&agency, first), &block)?;
            for client in about {
                self.write(keys::about(&agency, client, first), &Marker {})?;
            }
        }
        for lines in core::mem::take(&mut self.lines).chunks(LINES_IN_BLOCK) {
            if let Some(first) = lines.first() {
                let block = LedgerBlock { lines: lines.to_vec() };
                self.write(keys::ledger(&agency, first.number), &block)?;
            }
        }
        if let Some(payer) = self.payer.take() {
            self.write(keys::payer(&agency), &payer)?;
        }
        if !self.writes.is_empty() && !self.without_log {
            let head = self.head.clone();
            self.write(keys::head(&agency), &head)?;
        }
        Ok(())
    }
}

/// Random bytes, asked for in larger portions than they are used.
struct Random<'a> {
    ports: &'a Ports,
    bytes: Vec<u8>,
}

impl Random<'_> {
    const PORTION: usize = 64;

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        if self.bytes.len() < N {
            let portion = u32::try_from(N.max(Self::PORTION)).unwrap_or(u32::MAX);
            self.bytes = self.ports.secrets.random(portion);
        }
        let rest = self.bytes.len().checked_sub(N);
        let taken = rest.map(|rest| self.bytes.split_off(rest));
        taken.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            Error::Unavailable("the host gave fewer random bytes than asked for".to_owned())
        })
    }
}
