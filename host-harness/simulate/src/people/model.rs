//! What the spec says: accounts, brands and people at one moment, and what time does to them.
//!
//! Nothing here is derived when somebody asks, and nothing is put off: [`Model::advance`] does what
//! falls due, one thing after the other, as if somebody stood by with a clock.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::bought::Bought;
use super::catalog::Resources;

/// Milliseconds since 1970.
pub type Time = u64;

pub const MINUTE: Time = 60_000;
pub const HOUR: Time = 60 * MINUTE;
pub const DAY: Time = 24 * HOUR;

/// For how long an invite by e-mail can be accepted, where the agency says nothing else.
pub const INVITE: Time = 14 * DAY;
/// How long a session lasts at most, and how long without use.
const SESSION: Time = 30 * DAY;
const IDLE: Time = 12 * HOUR;
/// To within how much the use of a session is known.
const USE_KNOWN_WITHIN: Time = 5 * MINUTE;

/// An account, a brand, a person or an operator, by what it is called in a history.
pub type Id = &'static str;

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    Setup,
    Trial(Trial),
    Active,
    Disabled { expired: bool, trial: Option<Trial> },
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    pub began: Time,
    pub ends: Time,
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Standing::Setup => "setup",
            Standing::Trial(_) => "trial",
            Standing::Active => "active",
            Standing::Disabled { .. } => "disabled",
            Standing::Deleted => "deleted",
        }
    }

    /// Whether clients of its brands get in.
    pub fn is_open(self) -> bool {
        matches!(self, Standing::Trial(_) | Standing::Active)
    }
}

/// What an account allows to operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Policy {
    #[default]
    Always,
    ReadOnly,
    WhenAllowed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    pub standing: Standing,
    /// The person whose address is the account's.
    pub email: Option<Id>,
    pub owner: Option<Id>,
    /// Whether the platform bills it.
    pub platform: bool,
    pub policy: Policy,
    pub allowed_until: Option<Time>,
    /// An allocation of its own.
    pub own: Option<Resources>,
    pub dashboards: u64,
    /// How many calls there were on which day.
    pub calls: BTreeMap<Time, u64>,
    pub bought: Bought,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brand {
    pub account: Option<Id>,
    pub archived: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stands {
    /// Invited: when, and until when the invite can be accepted.
    Pending {
        since: Time,
        until: Time,
    },
    Joined,
    Revoked,
}

/// A person who is, or was, a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    pub stands: Stands,
    /// Brands, and when access to them ends by itself.
    pub grants: BTreeMap<Id, Option<Time>>,
    /// How often it accepted an invite: a session is good for one of them.
    pub accepted: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub client: Id,
    pub accepted: u32,
    pub opened: Time,
    pub used: Time,
    pub over: bool,
    /// Its client could look at nothing for a while, since accounts were closed: it may have ended
    /// with that, or go on once they are open.
    pub rested: bool,
}

/// What becomes of a session that is used now.
#[derive(Clone, Debug, PartialEq)]
pub enum Worth {
    Ended,
    /// It is good for these brands.
    Good(BTreeSet<Id>),
    /// It is good for these brands, or has ended.
    Either(BTreeSet<Id>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    pub operator: Id,
    pub role: u8,
    pub account: Id,
    pub full: bool,
    pub ends: Time,
    /// When and how it ended.
    pub ended: Option<(Time, &'static str)>,
    /// Nobody has its token: the answer that told it was lost.
    pub lost: bool,
}

/// Everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub now: Time,
    /// When the agency was created: its months count from then on.
    pub began: Time,
    pub pool: Resources,
    pub accounts: BTreeMap<Id, Account>,
    pub brands: BTreeMap<Id, Brand>,
    pub clients: BTreeMap<Id, Client>,
    pub sessions: Vec<Session>,
    pub sign_ins: Vec<SignIn>,
    /// When whose access was removed, or over, the last time.
    pub removed: BTreeMap<Id, Time>,
    /// When which account was created.
    pub created: BTreeMap<Id, Time>,
    /// Since when which brand can be looked at.
    pub opened: BTreeMap<Id, Time>,
    /// From when on somebody had access to a brand, or nobody: white-label is charged meanwhile.
    pub charged: BTreeMap<Id, Vec<(Time, bool)>>,
}

impl Model {
    pub fn new(began: Time) -> Model {
        Model {
            now: began,
            began,
            pool: Resources::ALL,
            accounts: BTreeMap::new(),
            brands: BTreeMap::new(),
            clients: BTreeMap::new(),
            sessions: Vec::new(),
            sign_ins: Vec::new(),
            removed: BTreeMap::new(),
            created: BTreeMap::new(),
            opened: BTreeMap::new(),
            charged: BTreeMap::new(),
        }
    }

    /// Whether there is something to accept, or was accepted: an offer that is over counts for
    /// nothing.
    pub fn has_access(&self, client: &Client) -> bool {
        match client.stands {
            Stands::Pending { until, .. } => self.now < until,
            Stands::Joined => true,
            Stands::Revoked => false,
        }
    }

    /// The brands of an account.
    pub fn brands_of(&self, account: Id) -> BTreeSet<Id> {
        let of = self.brands.iter().filter(|(_, brand)| brand.account == Some(account));
        of.map(|(id, _)| *id).collect()
    }

    /// The users of an account: clients with access to its brands, or the offer of it.
    pub fn users(&self, account: Id) -> BTreeSet<Id> {
        let brands = self.brands_of(account);
        let uses = |client: &Client| client.grants.keys().any(|brand| brands.contains(brand));
        let users = self.clients.iter().filter(|(_, client)| self.has_access(client));
        users.filter(|(_, client)| uses(client)).map(|(id, _)| *id).collect()
    }

    /// The brands that a client can look at: not those of accounts that are closed.
    pub fn visible(&self, client: Id) -> BTreeSet<Id> {
        let open = |brand: &Id| match self.brands.get(brand).and_then(|brand| brand.account) {
            Some(account) => self.accounts[account].standing.is_open(),
            None => true,
        };
        self.clients[client].grants.keys().copied().filter(open).collect()
    }

    pub fn worth(&self, session: &Session) -> Worth {
        let client = &self.clients[session.client];
        let over = session.over
            || client.stands != Stands::Joined
            || client.accepted != session.accepted
            || self.now >= session.opened + SESSION
            || self.now >= session.used + IDLE;
        let visible = self.visible(session.client);
        if over || visible.is_empty() {
            Worth::Ended
        } else if session.rested
            || !visible.iter().any(|brand| self.was_used(session, brand))
            || self.now + USE_KNOWN_WITHIN >= session.used + IDLE
        {
            Worth::Either(visible)
        } else {
            Worth::Good(visible)
        }
    }

    /// How long ago sessions were used isn't known any more: at `later` times at the latest.
    pub fn forget_uses(&mut self, later: &Model) {
        for (session, later) in self.sessions.iter_mut().zip(&later.sessions) {
            (session.used, session.rested) = (session.used.max(later.used), true);
        }
    }

    /// The sign-in that runs for an operator.
    pub fn running(&self, operator: Id) -> Option<usize> {
        let runs = |one: &SignIn| one.operator == operator && one.ended.is_none();
        self.sign_ins.iter().position(runs)
    }

    /// The latest one of an operator.
    pub fn latest(&self, operator: Id) -> Option<usize> {
        self.sign_ins.iter().rposition(|one| one.operator == operator)
    }

    /// Ends those that run and that `which` says of.
    pub fn end_sign_ins(&mut self, how: &'static str, which: impl Fn(&SignIn) -> bool) {
        let runs = |one: &&mut SignIn| one.ended.is_none() && which(one);
        for one in self.sign_ins.iter_mut().filter(runs) {
            one.ended = Some((self.now, how));
        }
    }

    /// Takes a brand from a client; with the last one, it is revoked.
    pub fn take(&mut self, id: Id, brand: Id) {
        let Some(client) = self.clients.get_mut(id) else { return };
        if client.grants.remove(brand).is_some() && client.grants.is_empty() {
            self.revoke(id);
        }
    }

    /// Whoever has no access any more owns nothing any more.
    pub fn revoke(&mut self, id: Id) {
        let Some(client) = self.clients.get_mut(id) else { return };
        client.grants.clear();
        client.stands = Stands::Revoked;
        self.removed.insert(id, self.now);
        for account in self.accounts.values_mut() {
            if account.owner == Some(id) && account.standing != Standing::Deleted {
                account.owner = None;
            }
        }
    }

    pub fn archive(&mut self, brand: Id) {
        self.brands.entry(brand).or_default().archived = true;
        for client in self.clients.keys().copied().collect::<Vec<_>>() {
            self.take(client, brand);
        }
    }

    /// Whether a session was used, by what is known of that, since a brand could be looked at.
    fn was_used(&self, session: &Session, brand: Id) -> bool {
        self.opened.get(brand).is_none_or(|at| at + USE_KNOWN_WITHIN <= session.used)
    }

    /// Whether somebody has access to a brand, or the offer of it.
    pub fn is_charged(&self, brand: Id) -> bool {
        let has = |client: &Client| self.has_access(client) && client.grants.contains_key(brand);
        self.clients.values().any(has)
    }

    fn note_charges(&mut self) {
        for brand in self.brands.keys().copied().collect::<Vec<_>>() {
            let (now, is) = (self.now, self.is_charged(brand));
            let since = self.charged.entry(brand).or_default();
            if since.last().is_some_and(|(_, was)| *was) != is {
                since.push((now, is));
            }
        }
    }

    /// Notes whose sessions may have ended, since its accounts are closed, and what is charged for.
    pub fn note(&mut self) {
        self.note_charges();
        for (id, brand) in &self.brands {
            match brand.account.is_none_or(|account| self.accounts[account].standing.is_open()) {
                true => {
                    self.opened.entry(*id).or_insert(self.now);
                }
                false => {
                    self.opened.remove(id);
                }
            }
        }
        let mut sessions = core::mem::take(&mut self.sessions);
        for session in &mut sessions {
            session.rested |= self.visible(session.client).is_empty();
        }
        self.sessions = sessions;
    }

    /// Lets time pass, and what falls due happen.
    pub fn advance(&mut self, to: Time) {
        while let Some(due) = self.next_due().filter(|due| *due <= to) {
            self.now = due;
            self.happen();
            self.note();
        }
        self.now = to.max(self.now);
    }

    /// All that falls due by itself, from now on: times, in no order.
    pub fn dues(&self) -> Vec<Time> {
        let mut dues = Vec::new();
        for account in self.accounts.values() {
            match account.standing {
                Standing::Trial(trial) | Standing::Disabled { trial: Some(trial), .. } => {
                    dues.push(trial.ends);
                }
                _ => {}
            }
            dues.extend(account.bought.dues());
        }
        for client in self.clients.values() {
            dues.extend(client.grants.values().flatten());
            if let Stands::Pending { until, .. } = client.stands {
                dues.extend(Some(until).filter(|until| *until > self.now));
            }
        }
        dues.extend(self.sign_ins.iter().filter(|one| one.ended.is_none()).map(|one| one.ends));
        dues
    }

    fn next_due(&self) -> Option<Time> {
        self.dues().into_iter().min()
    }

    /// Does what is due at this millisecond.
    fn happen(&mut self) {
        let now = self.now;
        self.end_sign_ins("time", |one| one.ends <= now);
        let mut closed = BTreeSet::new();
        for (id, account) in &mut self.accounts {
            match &mut account.standing {
                Standing::Trial(trial) if trial.ends <= now => {
                    account.standing = Standing::Disabled { expired: true, trial: None };
                    closed.insert(*id);
                }
                Standing::Disabled { trial, .. } => *trial = trial.filter(|left| left.ends > now),
                _ => {}
            }
            account.bought.happen(now, account.standing == Standing::Deleted);
        }
        self.end_sign_ins("account", |one| closed.contains(one.account));
        for client in self.clients.keys().copied().collect::<Vec<_>>() {
            let grants = self.clients[client].grants.clone();
            for (brand, _) in grants.iter().filter(|(_, end)| end.is_some_and(|end| end <= now)) {
                self.take(client, brand);
            }
        }
    }
}
