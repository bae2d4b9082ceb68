//! `system.key-uses`

use std::collections::{BTreeMap, BTreeSet};

use super::check::asked;
use super::keyed::{KINDS, Keyed, LOGIN, Made, UseKind};
use crate::app::agencies::next_id;
use crate::app::command::kept_until;
use crate::app::error::Error;
use crate::app::keys::{self, Range};
use crate::app::portal::sessions;
use crate::app::ports::{Ports, Stored};
use crate::app::record::{Phase as ImportPhase, Record};
use crate::app::view::{self, View};
use crate::domain::client::{Client, Phase};
use crate::domain::id::AgencyId;
use crate::domain::identity::Identity;
use crate::domain::impersonation::Impersonation;
use crate::domain::keyring::{KeyId, KeyRing};
use crate::domain::time::{Timestamp, Until};
use crate::domain::token::SessionClaim;

/// How many rows one call looks at, or some more.
const ROWS_IN_ONE: usize = 300;
/// How many rows are read at once.
const ROWS_AT_ONCE: u32 = 50;
/// How many of those that hang on a key are named.
const NAMED_MAX: usize = 5;

/// What hangs on a key.
pub struct KeyUse {
    /// The key's id.
    pub key: KeyId,
    /// What was made with it.
    pub kind: UseKind,
    /// How many of them.
    pub count: u32,
    /// Some of them by name, where they have any.
    pub some: Vec<String>,
}

/// What some rows came to.
pub struct KeyUses {
    /// How many rows were looked at.
    pub looked_at: u32,
    /// The ids of the host's keys, the newest first.
    pub keys: Vec<String>,
    /// What hangs on each key, as far as these rows tell.
    pub uses: Vec<KeyUse>,
    /// The cursor to go on with; none: all were looked at.
    pub next: Option<String>,
}

/// Looks at some rows of an agency, or of those that are no agency's own, and says what of them hangs
/// on which key.
///
/// A row that can't be read hangs on none: [`check`](super::check()) tells of it.
pub fn key_uses(
    ports: &Ports,
    agency: Option<&str>,
    cursor: Option<&str>,
) -> Result<KeyUses, Error> {
    const FUNCTION: &str = "system.key-uses";
    let (agency, mut place) = asked(FUNCTION, agency, cursor)?;
    let ring = view::key_ring(ports)?;
    let clock = view::clock(ports)?;
    let view = agency.as_ref().map(|id| View::open(ports, id, clock, Vec::new())).transpose()?;
    let now = view.as_ref().map_or(clock, View::now);
    let mut walk = Walk { ports, ring: &ring, now, looked_at: 0, found: BTreeMap::new() };
    let mut next = None;
    match view {
        Some(mut view) => {
            while let Some(kind) = KINDS.get(place.part) {
                if walk.is_full() {
                    next = Some(place);
                    break;
                }
                place = place.then(walk.rows_of(&mut view, kind, &place.after)?);
            }
        }
        None => {
            while let Some(look) = OF_ALL.get(place.part) {
                if walk.is_full() {
                    next = Some(place);
                    break;
                }
                place = place.then(look(&mut walk, &place.after)?);
            }
        }
    }
    Ok(KeyUses {
        looked_at: u32::try_from(walk.looked_at).unwrap_or(u32::MAX),
        uses: walk.uses(),
        keys: ring.ids().map(|id| id.as_str().to_owned()).collect(),
        next: next.map(|next| next.cursor(FUNCTION, agency.as_ref())),
    })
}

/// Looks at some of what is no agency's own, after a place. Gives how far that is; none: all of it.
type Look = fn(&mut Walk<'_>, &str) -> Result<Option<String>, Error>;

const OF_ALL: &[Look] = &[|walk, after| walk.logins(after), |walk, after| walk.imports(after)];

/// How many hang on a key, and some of them.
#[derive(Default)]
struct Found {
    count: u32,
    some: Vec<String>,
}

struct Walk<'a> {
    ports: &'a Ports,
    ring: &'a KeyRing,
    now: Timestamp,
    looked_at: usize,
    found: BTreeMap<(KeyId, UseKind), Found>,
}

impl Walk<'_> {
    const fn is_full(&self) -> bool {
        self.looked_at >= ROWS_IN_ONE
    }

    fn rows_of(
        &mut self,
        view: &mut View<'_>,
        kind: &str,
        after: &str,
    ) -> Result<Option<String>, Error> {
        let range = keys::of_kind(&view.agency().id, kind);
        self.each(&range, kind, after, &mut |walk, id, keyed| match keyed {
            Keyed::Client(client) => {
                let client = client.clone().current(walk.now, &view.agency().archived);
                let open = !client.erased && client.phase(walk.now) == Phase::Pending;
                walk.note(keyed, |_| open, &title(&client));
                Ok(())
            }
            Keyed::Session(_) => {
                let claim = SessionClaim { agency: view.agency().id.clone(), id: id.to_owned() };
                match sessions::opened(view, &claim) {
                    Ok(opened) => walk.note(keyed, |_| true, &title(&opened.client)),
                    // Nobody gets in with it as long as what it leads to is damaged.
                    Err(Error::Denied { .. } | Error::Corrupt(_)) => (),
                    Err(error) => return Err(error),
                }
                Ok(())
            }
            Keyed::SignIn(sign_in) => {
                let runs = runs(view, sign_in)?;
                let Impersonation { operator, account, .. } = &**sign_in;
                walk.note(keyed, |_| runs, &format!("{operator} for {account}"));
                Ok(())
            }
            Keyed::Answer(answer) => {
                let over = Until::at(kept_until(answer.at)).is_over(walk.now);
                walk.note(keyed, |_| !over, "");
                Ok(())
            }
            Keyed::Log(_) | Keyed::Login(_) | Keyed::Import(_) => {
                walk.note(keyed, |_| true, "");
                Ok(())
            }
        })
    }

    fn logins(&mut self, after: &str) -> Result<Option<String>, Error> {
        self.each(&keys::identities(), LOGIN, after, &mut |walk, _, keyed| {
            let Keyed::Login(login) = keyed else { return Ok(()) };
            let now = walk.now;
            let worth = |made: &Made| is_open(login, made.what, now);
            walk.note(keyed, worth, login.email.as_str());
            Ok(())
        })
    }

    /// Imports that are under way lie under agencies that aren't there yet.
    fn imports(&mut self, after: &str) -> Result<Option<String>, Error> {
        let mut last = Some(after.to_owned()).filter(|after| !after.is_empty());
        while !self.is_full() {
            last = next_id(self.ports, last.as_deref())?;
            let Some(id) = &last else { return Ok(None) };
            self.looked_at += 2;
            let Ok(agency) = AgencyId::parse(id) else { continue };
            let key = keys::arriving(&agency).into_text();
            let row = view::get(self.ports, vec![key])?.into_values().next().flatten();
            let Some(row) = row else { continue };
            if let Some(keyed) = read("import", &row)?
                && matches!(&keyed, Keyed::Import(import) if import.phase != ImportPhase::Aborting)
            {
                self.note(&keyed, |_| true, id);
            }
        }
        Ok(last)
    }

    /// Looks at some of the rows of a range after this one. Gives how far that is; none: there are no more.
    fn each<R: Record>(
        &mut self,
        range: &Range<R>,
        kind: &str,
        after: &str,
        look: &mut dyn FnMut(&mut Self, &str, &Keyed) -> Result<(), Error>,
    ) -> Result<Option<String>, Error> {
        let bound = (!after.is_empty()).then(|| format!("{}{after}!", range.start()));
        let rows = view::scan(self.ports, range, bound, ROWS_AT_ONCE, false)?;
        self.looked_at += rows.len();
        for row in &rows {
            if let Some(keyed) = read(kind, row)? {
                look(self, range.suffix(&row.key), &keyed)?;
            }
        }
        let last = rows.last().filter(|_| rows.len() == ROWS_AT_ONCE as usize);
        Ok(last.map(|last| range.suffix(&last.key).to_owned()))
    }

    /// Counts what of a row is worth something, under the key that it was made with.
    fn note(&mut self, keyed: &Keyed, worth: impl Fn(&Made) -> bool, name: &str) {
        for made in keyed.made().into_iter().filter(worth) {
            for key in self.keys_of(&made) {
                let found = self.found.entry((key, made.what)).or_default();
                found.count = found.count.saturating_add(1);
                if !name.is_empty() && found.some.len() < NAMED_MAX {
                    found.some.push(name.to_owned());
                }
            }
        }
    }

    /// The keys that something hangs on. Where it isn't known, that is any of the ring: better to name too
    /// much than to break what wasn't named.
    fn keys_of(&self, made: &Made) -> BTreeSet<KeyId> {
        let known = made.key.as_ref().filter(|key| self.ring.get(key).is_some());
        let is_any = match (&made.key, known) {
            (None, _) => true,
            // Under which key it was derived again since isn't known.
            (Some(_), None) => made.what.is_derived(),
            (Some(_), Some(_)) => false,
        };
        let any = self.ring.ids().filter(|_| is_any);
        any.chain(&made.key).cloned().collect()
    }

    /// In the order of the ring, then those that it lacks.
    fn uses(self) -> Vec<KeyUse> {
        let ids: Vec<&KeyId> = self.ring.ids().collect();
        let place = |key: &KeyId| ids.iter().position(|id| *id == key).unwrap_or(ids.len());
        let mut uses: Vec<KeyUse> = self
            .found
            .into_iter()
            .map(|((key, kind), Found { count, some })| KeyUse { key, kind, count, some })
            .collect();
        uses.sort_by_key(|one| place(&one.key));
        uses
    }
}

/// A row of this kind; none where it is damaged.
fn read(kind: &str, row: &Stored) -> Result<Option<Keyed>, Error> {
    match Keyed::read(kind, &row.key, &row.value) {
        Err(Error::Corrupt(_)) => Ok(None),
        read => read,
    }
}

/// Whether a login's password or link can be used.
fn is_open(login: &Identity, what: UseKind, now: Timestamp) -> bool {
    let link = match what {
        UseKind::PasswordLink => login.reset.as_ref(),
        UseKind::ConfirmationLink => login.confirmation.as_ref().map(|asked| &asked.link),
        _ => return true,
    };
    link.is_some_and(|link| !link.until.is_over(now))
}

/// Whether a sign-in on an account's behalf goes on.
fn runs(view: &mut View<'_>, sign_in: &Impersonation) -> Result<bool, Error> {
    let now = view.now();
    if sign_in.is_over_by_itself(now) {
        return Ok(false);
    }
    let account = keys::account(&view.agency().id, &sign_in.account);
    match view.read(&account) {
        Ok(account) => {
            Ok(account.is_some_and(|account| sign_in.over(account.standing, now).is_none()))
        }
        Err(Error::Corrupt(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What a client is called, or its id.
fn title(client: &Client) -> String {
    match client.title() {
        "" => client.id.to_string(),
        title => title.to_owned(),
    }
}
