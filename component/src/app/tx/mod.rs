//! A command under way: what it reads, and what it wants to change.
//!
//! Nothing happens until [`Tx::commit`], and then all of it does.
//!
//! | to find what is done with | open |
//! | --- | --- |
//! | rows that are written and deleted | `writes.rs` |
//! | log entries, and the head that they lead to | `log.rs` |
//! | ledger lines, and what they add up to | `ledger.rs` |
//! | mails | `outbox.rs` |
//! | accounts, and what follows from them | `accounts.rs` |
//! | random bytes | `random.rs` |

mod accounts;
mod ledger;
mod log;
mod outbox;
mod random;
mod writes;

pub use self::accounts::account_rows;
use self::ledger::LedgerWriter;
use self::log::LogWriter;
use self::outbox::OutboxWriter;
use self::random::Random;
use self::writes::{Counted, Said, Writes};
use super::admission;
use super::error::Error;
use super::keys::{self, Key, Range};
use super::ports::{Check, Commit, Ports};
use super::record::Record;
use super::rows::Rows;
use super::view::{self, View};
use crate::domain::actor::Actor;
use crate::domain::agency::Agency;
use crate::domain::billing::invoice::Letterhead;
use crate::domain::billing::ledger::entries;
use crate::domain::billing::{BillingItem, Line, PayerId, Posting};
use crate::domain::calendar::Calendar;
use crate::domain::due::{Due, DueEntry};
use crate::domain::email::Email;
use crate::domain::id::{AccountId, AgencyId, BrandId, ClientId, MailId};
use crate::domain::keyring::KeyRing;
use crate::domain::log::{Booked, Closed, Draft, Event, TraceId};
use crate::domain::mail::{Content, Notice, OutboxMail, Topic};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// The text of a block is kept well below the 64 KiB that a row holds.
const ROW_BYTES: usize = 48 * 1024;

/// A command under way.
pub struct Tx<'a> {
    view: View<'a>,
    ring: &'a KeyRing,
    actor: Actor,
    writes: Writes,
    log: LogWriter<'a>,
    ledger: LedgerWriter,
    outbox: OutboxWriter,
    random: Random<'a>,
    behind: Option<Behind>,
    takes: Option<(BrandId, ClientId)>,
    priced_at: Timestamp,
}

/// Gives what one client owns, or some of it, to another, or to nobody.
pub type PassOn = fn(&mut Tx<'_>, ClientId, Option<ClientId>) -> Result<(), Error>;

/// What has to be written down, in commits of its own, before a command can go on: with the
/// command itself it would be more than a commit holds. All of it is true already, so it stays
/// whatever becomes of the command.
pub enum Behind {
    /// What is due for these brands.
    Brands(Vec<BrandId>),
    /// What is due for this account.
    Account(AccountId),
    /// What all that renews at these times comes to.
    Openings(Vec<Timestamp>),
    /// That access of this client is over; and what writes that down.
    Client(ClientId, fn(&mut Tx<'_>, ClientId) -> Result<(), Error>),
    /// That accounts of this client are another's, or nobody's; and what writes that down.
    Owner(ClientId, Option<ClientId>, PassOn),
}

/// What a commit left to do.
pub enum Done {
    /// It was made, or there was nothing to write. These mails are to be handed over.
    Committed {
        /// In whose name.
        agency: Box<Agency>,
        /// The mails.
        mails: Vec<OutboxMail>,
        /// What the host calls the request.
        trace_id: Option<TraceId>,
    },
    /// Others changed what it relied on.
    Conflict,
}

impl<'a> Tx<'a> {
    /// A command of `actor` on what `view` shows.
    pub fn new(view: View<'a>, ring: &'a KeyRing, actor: Actor) -> Tx<'a> {
        Tx {
            log: LogWriter::new(&view, ring),
            random: Random::new(view.ports()),
            priced_at: view.now(),
            view,
            ring,
            actor,
            writes: Writes::default(),
            ledger: LedgerWriter::default(),
            outbox: OutboxWriter::default(),
            behind: None,
            takes: None,
        }
    }

    /// Commits beside the agency's log: for what happens so often, or touches so much, that
    /// other commands must not start again for it. Nothing can be logged then.
    pub const fn without_log(&mut self) {
        self.log.stay_beside();
    }

    /// The rows as they were before this command.
    pub const fn view(&mut self) -> &mut View<'a> {
        &mut self.view
    }

    /// The agency as it was before this command.
    pub const fn agency(&self) -> &Agency {
        self.view.agency()
    }

    /// The agency as this command leaves it so far.
    pub fn agency_so_far(&self) -> Result<Agency, Error> {
        match self.writes.read(&keys::agency(&self.agency().id))? {
            Said::Written(agency) => Ok(agency),
            Said::Deleted | Said::Nothing => Ok(self.agency().clone()),
        }
    }

    /// Says that the command takes a brand from a client before it ends: with that brand, the client
    /// is no user of an account any more.
    pub fn will_take(&mut self, brand: &BrandId, client: ClientId) {
        self.takes = Some((brand.clone(), client));
    }

    /// What it said so of.
    pub const fn takes(&self) -> Option<&(BrandId, ClientId)> {
        self.takes.as_ref()
    }

    /// Whether a flag of the agency is set, as this command leaves it so far.
    pub fn agency_has(&self, flag: impl Fn(&Agency) -> bool) -> Result<bool, Error> {
        match self.writes.read(&keys::agency(&self.agency().id))? {
            Said::Written(agency) => Ok(flag(&agency)),
            Said::Deleted | Said::Nothing => Ok(flag(self.agency())),
        }
    }

    /// The agency's calendar.
    pub fn calendar(&self) -> Calendar<'a> {
        self.view.calendar()
    }

    /// The time of everything that the command does.
    pub const fn now(&self) -> Timestamp {
        self.view.now()
    }

    /// The instant that what it starts and stops is priced at: the time, or that of a quote.
    pub const fn priced_at(&self) -> Timestamp {
        self.priced_at
    }

    /// Prices what it starts and stops at an earlier instant.
    pub const fn price_at(&mut self, at: Timestamp) {
        self.priced_at = at;
    }

    /// The host's keys, the newest of which signs.
    pub const fn ring(&self) -> &'a KeyRing {
        self.ring
    }

    /// From here on, `actor` is who causes what happens.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// What the host calls the request: every entry that this command logs will say so,
    /// those of the component itself too, since this request made it write them.
    pub fn trace(&mut self, id: Option<TraceId>) {
        self.log.trace(id);
    }

    /// Random bytes that nobody saw before.
    pub fn random<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.random.bytes()
    }

    /// What a fresh id is made of besides the time. Ids of the same millisecond sort in the
    /// order in which they were made: the seed grows with the log and the outbox.
    pub fn id_seed(&mut self) -> Result<[u8; 10], Error> {
        self.random.id_seed(self.log.last().saturating_add(self.outbox.count()))
    }

    /// The record under `key`, as this command leaves it; none when there is none.
    pub fn read<R: Record>(&mut self, key: &Key<R>) -> Result<Option<R>, Error> {
        match self.writes.read(key)? {
            Said::Written(record) => Ok(Some(record)),
            Said::Deleted => Ok(None),
            Said::Nothing => self.view.read(key),
        }
    }

    /// The record under the first of `keys` that has one, as this command leaves it.
    pub fn read_first<R: Record>(&mut self, keys: &[Key<R>]) -> Result<Option<R>, Error> {
        self.view.fetch(keys::texts(keys))?;
        keys.iter().find_map(|key| self.read(key).transpose()).transpose()
    }

    /// The record under `key`, without relying on it: the commit doesn't check it.
    pub fn peek<R: Record>(&self, key: &Key<R>) -> Result<Option<R>, Error> {
        view::peek(self.view.ports(), key)
    }

    /// The record under `key`, which another row says is there: a missing one is damage.
    pub fn expect<R: Record>(&mut self, key: &Key<R>) -> Result<R, Error> {
        self.read(key)?.ok_or_else(|| Error::corrupt(key.text(), "it is missing"))
    }

    /// The last `count` keys of `range`, as this command leaves it, the last first.
    pub fn last_keys<R: Record>(
        &self,
        range: &Range<R>,
        count: usize,
    ) -> Result<Vec<String>, Error> {
        self.writes.last_keys(self.view.ports(), range, count)
    }

    /// All keys of `range` from one on, as this command leaves it.
    pub fn keys_from<R: Record>(
        &self,
        range: &Range<R>,
        from: String,
    ) -> Result<Vec<String>, Error> {
        self.writes.keys_from(self.view.ports(), range, from)
    }

    /// Leaves `record` under `key`, whatever was there.
    pub fn write<R: Record>(&mut self, key: Key<R>, record: &R) -> Result<(), Error> {
        self.writes.write(key, record)
    }

    /// Leaves this text under a key, or nothing (none): for rows that were worked out anew, of
    /// whatever kind.
    pub fn put(&mut self, key: String, value: Option<String>) {
        self.writes.put(key, value);
    }

    /// Leaves nothing under `key`.
    pub fn delete<R: Record>(&mut self, key: Key<R>) {
        self.writes.delete(key);
    }

    /// Writes the rows that follow now in place of those that followed before. What is in both
    /// isn't touched.
    pub fn replace(&mut self, before: Rows<'_>, after: Rows<'_>) -> Result<(), Error> {
        self.writes.replace(before, after)
    }

    /// Makes `due` fall due at `at`.
    pub fn schedule(&mut self, at: Timestamp, due: Due) -> Result<(), Error> {
        let entry = DueEntry { at, agency: self.agency().id.clone(), due };
        self.writes.schedule(&entry)
    }

    /// Leaves what a job wanted to do for a client to a job of the client's own: a row of it is
    /// damaged, and shouldn't hold up the others. Where that job is tried already, or was parked,
    /// it stays so.
    pub fn leave_out(&mut self, client: ClientId) -> Result<(), Error> {
        let entry = DueEntry::backlog(self.agency().id.clone(), client);
        let (due, parked) = (keys::due(&entry), keys::parked(&entry));
        self.view.fetch([due.text().to_owned(), parked.text().to_owned()])?;
        // Whatever is written there, it is there.
        let is_new = matches!((self.read(&due), self.read(&parked)), (Ok(None), Ok(None)));
        if is_new { self.writes.schedule(&entry) } else { Ok(()) }
    }

    /// Makes `due` fall due at `at` in another agency.
    pub fn schedule_for(&mut self, agency: AgencyId, at: Timestamp, due: Due) -> Result<(), Error> {
        self.writes.schedule(&DueEntry { at, agency, due })
    }

    /// Takes back what [`Tx::schedule`] did with the same time.
    pub fn unschedule(&mut self, at: Timestamp, due: Due) {
        let entry = DueEntry { at, agency: self.agency().id.clone(), due };
        self.writes.unschedule(&entry);
    }

    /// Logs that something happened. Gives the entry's number.
    pub fn log(&mut self, event: Event) -> Result<u64, Error> {
        self.log_with(event, Vec::new())
    }

    /// Logs that something happened, with personal data that can be erased later.
    pub fn log_with(
        &mut self,
        event: Event,
        personal: Vec<(&'static str, String)>,
    ) -> Result<u64, Error> {
        let actor = self.actor.clone();
        self.append(Draft { actor, event, personal })
    }

    /// Logs that something happened by itself: the component is its actor.
    pub fn log_by_itself(
        &mut self,
        event: Event,
        personal: Vec<(&'static str, String)>,
    ) -> Result<u64, Error> {
        self.append(Draft { actor: Actor::System, event, personal })
    }

    fn append(&mut self, draft: Draft) -> Result<u64, Error> {
        self.log.append(draft, &mut self.random)
    }

    /// Books what `payer` owes for `item`: a ledger line for each posting, and a log entry
    /// for each of [`entries`]. What was due by itself is logged as the component's doing. The
    /// invoices on which they stand fall due.
    pub fn book(
        &mut self,
        payer: &PayerId,
        item: &BillingItem,
        postings: &[Posting],
    ) -> Result<(), Error> {
        for postings in entries(postings) {
            if let [first, rest @ ..] = postings {
                let booked = Booked::together(payer, item, first, rest)?;
                let by_itself = booked.reason.is_by_itself();
                let actor = if by_itself { Actor::System } else { self.actor.clone() };
                let event = Event::booked(booked);
                let log_entry = self.append(Draft { actor, event, personal: Vec::new() })?;
                let of = (payer, item);
                for closing in self.ledger.add(&mut self.view, of, postings, log_entry)? {
                    let due = match payer {
                        PayerId::Agency => Due::Renewals,
                        PayerId::Account(account) => Due::AccountRenewals(account.clone()),
                    };
                    self.schedule(closing, due)?;
                }
            }
        }
        Ok(())
    }

    /// Gives a payer a ledger whose months count from `anchor`, unless it has one.
    pub fn open_ledger(&mut self, payer: &PayerId, anchor: Timestamp) -> Result<(), Error> {
        self.ledger.open(&mut self.view, payer, anchor)
    }

    /// When the next invoice of a payer closes that closes at `until` or earlier; none: none
    /// does, and what is booked later stands on a later one.
    pub fn next_closing(
        &mut self,
        payer: &PayerId,
        until: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        self.ledger.next_closing(&mut self.view, payer, until)
    }

    /// Closes the next invoice of a payer, which closes at `at`.
    pub fn close_invoice(
        &mut self,
        payer: &PayerId,
        head: &Letterhead,
        at: Timestamp,
    ) -> Result<(), Error> {
        let Some(invoice) = self.ledger.close(&mut self.view, payer, head, at)? else {
            return Ok(());
        };
        let agency = &self.agency().id.clone();
        let key = keys::invoice(agency, payer, invoice.number);
        self.writes.write_counted(key, &invoice, &keys::totals(agency, payer))?;
        self.log_by_itself(Event::InvoiceClosed(Closed::of(invoice)), Vec::new())?;
        Ok(())
    }

    /// The ledger lines that it books.
    pub fn booked(&self) -> impl Iterator<Item = &Line> {
        self.ledger.lines()
    }

    /// What this command itself leaves under `key`; none where it leaves what is stored.
    pub fn written<R: Record>(&self, key: &Key<R>) -> Result<Option<R>, Error> {
        match self.writes.read(key)? {
            Said::Written(record) => Ok(Some(record)),
            Said::Deleted | Said::Nothing => Ok(None),
        }
    }

    /// Writes a mail to the agency. It is handed over after the commit.
    pub fn notify(&mut self, to: Email, notice: Notice) -> Result<(), Error> {
        let id = MailId::generate(self.now(), self.id_seed()?);
        self.put_mail(OutboxMail::new(id, to, Topic::Agency(notice), self.now()))
    }

    /// Writes a mail to a client, whose person is called `name`. It is handed over after the
    /// commit.
    pub fn mail(
        &mut self,
        id: MailId,
        to: Email,
        (client, name): (ClientId, Option<&Name>),
        content: Content,
    ) -> Result<(), Error> {
        let topic = Topic::Client { client, name: name.cloned(), content };
        self.put_mail(OutboxMail::new(id, to, topic, self.now()))
    }

    /// An agency that is suspended or closed writes no mails.
    fn put_mail(&mut self, mail: OutboxMail) -> Result<(), Error> {
        if !admission::mails_go_out(self.view.agency()) {
            return Ok(());
        }
        self.outbox.put(&self.view.agency().id, mail, &mut self.writes)
    }

    /// Puts the command off until this is written down: it ends here, with the error that this
    /// gives, and starts again.
    pub fn put_off(&mut self, behind: Behind) -> Error {
        self.behind = Some(behind);
        Error::Busy
    }

    /// What it was put off for.
    pub fn behind(self) -> Option<Behind> {
        self.behind
    }

    /// Makes the agency's latest time what the host's clock says, also when that is earlier.
    pub const fn reset_clock(&mut self, clock: Timestamp) {
        self.log.reset_clock(clock);
    }

    /// Commits everything at once, if what was read still holds. A command that changed
    /// nothing commits nothing.
    pub fn commit(self) -> Result<Done, Error> {
        let Tx { view, mut writes, log, ledger, outbox, .. } = self;
        let agency = Box::new(view.agency().clone());
        let ports = view.ports();
        let (unchecked, trace_id) = (log.unchecked(), log.traced());
        ledger.write(&agency.id, &mut writes)?;
        log.write(&mut writes)?;
        if let Some(key) = writes.overwritten() {
            return Err(Error::internal(format!("`{key}` was about to be written over unread")));
        }
        if !writes.is_empty() {
            let mut checks: Vec<Check> = view.into_checks();
            checks.retain(|check| unchecked.as_ref() != Some(&check.key));
            // What is there is never written over, whatever a damaged counter says.
            let counted = writes.take_counted();
            let counts = |check: &&Check| counted.iter().any(|new| new.counter == check.key);
            let counters: Vec<Check> = checks.iter().filter(counts).cloned().collect();
            checks.extend(counted.iter().map(|new| Check { key: new.key.clone(), version: None }));
            match ports.storage.commit(checks, writes.into_writes())? {
                Commit::Committed => (),
                Commit::Conflict(keys) => {
                    if let Some(new) = counted.iter().find(|new| keys.contains(&new.key)) {
                        check_free(ports, new, &counters)?;
                    }
                    return Ok(Done::Conflict);
                }
            }
        }
        Ok(Done::Committed { agency, mails: outbox.into_mails(), trace_id })
    }
}

/// Refuses a place where a row lies already though nobody has counted on since the command read the
/// counter. Where somebody has, it only begins again.
fn check_free(ports: &Ports, new: &Counted, counters: &[Check]) -> Result<(), Error> {
    let Counted { key, counter } = new;
    let rows = ports.storage.get(&[key.clone(), counter.clone()])?;
    let [there, counting] = rows.as_slice() else { return Ok(()) };
    let read = counters.iter().find(|check| check.key == *counter);
    let is_as_read =
        counting.as_ref().map(|row| &row.version) == read.and_then(|check| check.version.as_ref());
    if there.is_some() && is_as_read {
        return Err(Error::corrupt(counter, format!("it doesn't count `{key}`, which is there")));
    }
    Ok(())
}
