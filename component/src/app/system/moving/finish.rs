//! What an import does when the last line has come: it verifies the log, puts logins and what falls
//! due in place, and then the agency itself.
//!
//! Each step is a commit that checks the import's own row, so that two that go on with it don't get
//! in each other's way, and what is interrupted goes on where it was.

use super::arriving::{is_there, stored, write};
use crate::app::audit::verify_unseen;
use crate::app::error::Error;
use crate::app::keys::{self, Key};
use crate::app::ports::{Check, Commit, Ports, Scan, Stored, Write};
use crate::app::record::{
    self, Arriving, ArrivingLogin, Became, DueState, Marker, Phase, Record, Scored,
};
use crate::app::view;
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::client::Client;
use crate::domain::due::{Due, DueEntry};
use crate::domain::id::{AgencyId, IdentityId};
use crate::domain::identity::Identity;
use crate::domain::log::{Flaw, Head, Problem};
use crate::domain::tally::Tally;
use crate::domain::time::Timestamp;

/// How many steps one call makes.
const STEPS_MAX: u32 = 8;
/// How many logins are put in place in one commit: each checks up to five rows and writes as many.
const LOGINS_AT_ONCE: u32 = 50;
/// How many entries of the due index are.
const DUES_AT_ONCE: u32 = 400;

/// Goes on with what is to be done after the last line. Gives whether all is done.
///
/// # Errors
///
/// When the log isn't what was sealed.
pub fn finish(ports: &Ports, agency: &AgencyId) -> Result<bool, Error> {
    for _ in 0..STEPS_MAX {
        let Some((row, arriving)) = stored(ports, agency)? else {
            return is_there(ports, agency);
        };
        let step = Step { ports, agency, row, arriving };
        match step.arriving.phase.clone() {
            Phase::Receiving | Phase::Aborting => return Ok(false),
            Phase::Verifying(from) => step.verify(from)?,
            Phase::Logins(after) => step.logins(&after)?,
            Phase::Dues(after) => step.dues(&after)?,
            Phase::Tidying => step.tidy()?,
        }
    }
    Ok(false)
}

struct Step<'a> {
    ports: &'a Ports,
    agency: &'a AgencyId,
    row: Stored,
    arriving: Arriving,
}

/// What one commit relies on and writes.
#[derive(Default)]
struct Change {
    checks: Vec<Check>,
    writes: Vec<Write>,
}

impl Change {
    fn relies_on(&mut self, key: &str, row: Option<&Stored>) {
        let check = Check { key: key.to_owned(), version: row.map(|row| row.version) };
        if !self.checks.iter().any(|known| known.key == key) {
            self.checks.push(check);
        }
    }

    fn write<R: Record>(&mut self, key: &Key<R>, record: &R) -> Result<(), Error> {
        self.writes.retain(|write| write.key != key.text());
        self.writes.push(write(key.text(), record)?);
        Ok(())
    }

    fn delete(&mut self, key: &str) {
        self.writes.push(Write { key: key.to_owned(), value: None });
    }
}

impl Step<'_> {
    /// Commits a change, and says what is done next.
    fn commit(&self, mut change: Change, next: Option<Phase>) -> Result<(), Error> {
        let key = keys::arriving(self.agency);
        change.relies_on(key.text(), Some(&self.row));
        match next {
            Some(phase) => change.write(&key, &Arriving { phase, ..self.arriving.clone() })?,
            None => change.delete(key.text()),
        }
        match self.ports.storage.commit(change.checks, change.writes)? {
            Commit::Committed => Ok(()),
            Commit::Conflict(_) => Err(Error::Busy),
        }
    }

    fn agency_row(&self) -> Result<Agency, Error> {
        let key = keys::arriving_agency(self.agency);
        let agency = view::peek(self.ports, &key)?;
        agency.ok_or_else(|| Error::corrupt(key.text(), "it is missing"))
    }

    fn head(&self) -> Result<Head, Error> {
        let key = keys::head(self.agency);
        view::peek(self.ports, &key)?.ok_or_else(|| Error::corrupt(key.text(), "it is missing"))
    }

    fn verify(&self, from: u64) -> Result<(), Error> {
        let (agency, head) = (self.agency_row()?, self.head()?);
        let (next, flaw) = match head.number {
            0 => (None, None),
            _ => verify_unseen(self.ports, (self.agency, agency.seal_id()), from, &head)?,
        };
        match (flaw, next) {
            // Nobody can tell here: whoever imports was told that a key is missing.
            (Some(Flaw { problem: Problem::UnknownKey, .. }), _) | (None, None) => {
                self.commit(Change::default(), Some(Phase::Logins(String::new())))
            }
            (None, Some(next)) => self.commit(Change::default(), Some(Phase::Verifying(next))),
            (Some(Flaw { number, problem: _ }), _) => {
                let message = format!(
                    "the agency's log isn't what was sealed, from entry {number} on: nothing is imported; give the import up with `abort-import`"
                );
                Err(Error::invalid("lines", "wrong", message))
            }
        }
    }

    /// Puts the logins of some clients where everybody finds them. One whose address somebody has a
    /// login with here isn't: its clients have none then, until that login's owner proves the address.
    /// Nor has a client one that didn't come with it, whatever its row says.
    fn logins(&self, after: &str) -> Result<(), Error> {
        let range = keys::clients(self.agency);
        let bound = Some(after).filter(|after| !after.is_empty()).map(|after| format!("{after}!"));
        let rows = view::scan(self.ports, &range, bound, LOGINS_AT_ONCE, false)?;
        let mut change = Change::default();
        for row in &rows {
            let client: Client = record::decode(&row.key, &row.value)?;
            let Some(id) = client.identity else { continue };
            let login = self.login(&mut change, id)?;
            if login != Some(id) {
                let key = keys::client(self.agency, client.id);
                change.relies_on(&row.key, Some(row));
                change.write(&key, &Client { identity: login, ..client })?;
            }
        }
        let last = rows.last().filter(|_| rows.len() == LOGINS_AT_ONCE as usize);
        let next = last.map(|last| Phase::Logins(last.key.clone()));
        self.commit(change, Some(next.unwrap_or(Phase::Dues(String::new()))))
    }

    /// What the login that arrives with this id has become; none: nobody's.
    fn login(&self, change: &mut Change, id: IdentityId) -> Result<Option<IdentityId>, Error> {
        let key = keys::arriving_login(self.agency, id);
        let written = change.writes.iter().find(|write| write.key == key.text());
        let arriving = match written.and_then(|write| write.value.as_ref()) {
            Some(value) => Some(record::decode(key.text(), value)?),
            None => view::peek(self.ports, &key)?,
        };
        let Some(ArrivingLogin { identity, became }) = arriving else { return Ok(None) };
        match became {
            Became::Login(id) => Ok(Some(id)),
            Became::Nobody => Ok(None),
            Became::Waiting => {
                let login = self.place(change, identity.clone())?;
                let became = login.map_or(Became::Nobody, Became::Login);
                change.write(&key, &ArrivingLogin { identity, became })?;
                Ok(login)
            }
        }
    }

    fn place(&self, change: &mut Change, identity: Identity) -> Result<Option<IdentityId>, Error> {
        let by_email = keys::identity_emails(&identity.email);
        let by_id = keys::identity(identity.id);
        let asked = keys::texts(&by_email).chain([by_id.text().to_owned()]).collect();
        let rows = view::get(self.ports, asked)?;
        let mut is_there = |key: &str| {
            let found = rows.get(key).and_then(Option::as_ref);
            let written = change.writes.iter().any(|write| write.key == key);
            change.relies_on(key, found);
            found.is_some() || written
        };
        // All of them, since the commit relies on all.
        let taken = by_email.iter().filter(|key| is_there(key.text())).count() > 0;
        let is_renumbered = is_there(by_id.text());
        if taken {
            return Ok(None);
        }
        let id = if is_renumbered { self.fresh_id()? } else { identity.id };
        let place = keys::identity_email(&identity.email);
        change.write(&keys::identity(id), &Identity { id, ..identity })?;
        change.write(&place, &id)?;
        Ok(Some(id))
    }

    fn fresh_id(&self) -> Result<IdentityId, Error> {
        let few = |_| Error::Unavailable("the host gave too few random bytes".to_owned());
        let seed = self.ports.secrets.random(10).try_into().map_err(few)?;
        Ok(IdentityId::generate(view::clock(self.ports)?, seed))
    }

    /// Makes some things fall due; after the last of them, the agency is there.
    fn dues(&self, after: &str) -> Result<(), Error> {
        let range = keys::arriving_dues(self.agency);
        let bound = Some(after).filter(|after| !after.is_empty()).map(|after| format!("{after}!"));
        let rows = view::scan(self.ports, &range, bound, DUES_AT_ONCE, false)?;
        let mut change = Change::default();
        for row in &rows {
            if let Some(entry) = keys::parse_due(range.suffix(&row.key)) {
                change.write(&keys::due(&entry), &DueState::default())?;
            }
        }
        match rows.last().filter(|_| rows.len() == DUES_AT_ONCE as usize) {
            Some(last) => self.commit(change, Some(Phase::Dues(last.key.clone()))),
            None => self.appear(change),
        }
    }

    /// Puts the agency's own row in place: from then on, everybody sees it.
    fn appear(&self, mut change: Change) -> Result<(), Error> {
        let agency = self.agency_row()?;
        if let Some(at) = self.next_scoring(&agency)? {
            let due = DueEntry { at, agency: self.agency.clone(), due: Due::Rescoring };
            change.write(&keys::due(&due), &DueState::default())?;
        }
        // As it was written, which may be by an older release.
        let (own, waiting) = (keys::agency(self.agency), keys::arriving_agency(self.agency));
        let row = self.ports.storage.get(&[waiting.text().to_owned()])?;
        let value = row.into_iter().flatten().next().map(|row| row.value);
        change.relies_on(own.text(), None);
        change.writes.push(Write { key: own.into_text(), value });
        change.delete(waiting.text());
        let in_use = keys::catalog_in_use();
        if view::peek(self.ports, &in_use)?.is_none() {
            change.relies_on(in_use.text(), None);
            change.write(&in_use, &Marker {})?;
        }
        self.commit(change, Some(Phase::Tidying))
    }

    /// When clients are scored next; none where nobody has joined. It makes fall due who turns later that
    /// day, so it comes at once where they were scored before.
    fn next_scoring(&self, agency: &Agency) -> Result<Option<Timestamp>, Error> {
        let tally: Tally = view::peek(self.ports, &keys::tally(self.agency))?.unwrap_or_default();
        if tally.joined() == 0 {
            return Ok(None);
        }
        let scored: Option<Scored> = view::peek(self.ports, &keys::scored(self.agency))?;
        if scored.is_some() {
            return Ok(Some(self.head()?.latest));
        }
        // Nobody was scored yet: the first of them was to be on the day after its log-in.
        let joined = keys::of_class(self.agency, keys::Class::Joined);
        let first = view::scan(self.ports, &joined, None, 1, true)?;
        let first = first.first().and_then(|row| keys::parse_joined(&row.key));
        let calendar = Calendar::new(&agency.settings.calendar, self.ports);
        Ok(first.map(|(log_in, _)| calendar.next_day(log_in)))
    }

    fn tidy(&self) -> Result<(), Error> {
        // All kinds of rows that waited, but for the import's own: `.` follows `-`.
        let own = keys::arriving(self.agency);
        let (start, end) = (format!("{}-", own.text()), format!("{}.", own.text()));
        let scan = Scan { start, end, limit: DUES_AT_ONCE, reverse: false };
        let rows = view::stretch(self.ports, scan)?;
        let mut change = Change::default();
        rows.iter().for_each(|row| change.delete(&row.key));
        let more = rows.len() == DUES_AT_ONCE as usize;
        self.commit(change, more.then_some(Phase::Tidying))
    }
}
