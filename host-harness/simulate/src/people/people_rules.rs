//! The rules of people: who has which brand, who gets in, and who says what may be done on an account's
//! behalf.

use super::acts::{Act, Step, Verdict};
use super::model::{
    Client, INVITE, Id, MINUTE, Model, Policy, Session, SignIn, Standing, Stands, Time, Worth,
};

impl Model {
    /// Whether it was one of these.
    pub fn act_on_people(&mut self, step: &Step, verdict: &mut Verdict) -> bool {
        match &step.act {
            Act::NewBrand(id, account) => {
                let own = step.under.and_then(|whose| self.latest(whose));
                let account = account
                    .or(own.and_then(|place| self.sign_ins.get(place)).map(|one| one.account));
                self.put_new_brand(id, account, step, verdict);
            }
            Act::MoveBrand(id, account) => match self.brands.get(id) {
                None => verdict.refuse("not-found"),
                Some(brand) if brand.archived => verdict.refuse("archived"),
                Some(_) => self.put(id, *account, step, verdict),
            },
            Act::Archive(id) => match self.brands.get(id) {
                None => verdict.refuse("not-found"),
                Some(_) => self.archive(id),
            },
            Act::Address(id, email) => {
                let account = self.account(id);
                verdict.refuse_if(account.standing == Standing::Deleted, "deleted");
                if account.email != *email {
                    account.email = *email;
                    let nobody = account.owner.is_none();
                    if nobody && email.is_some() {
                        self.let_owner_in(id, step, verdict);
                    }
                }
            }
            Act::SetOwner(id, person) => self.set_owner(id, *person, step, verdict),
            Act::Invite(person, brands, ends) => {
                self.judge_brands(brands, verdict);
                self.invite(person, brands, ends.map(Some), verdict);
            }
            Act::AddBrands(person, brands, ends) => self.add(person, brands, *ends, verdict),
            Act::RemoveBrands(person, brands) => self.remove(person, brands, verdict),
            Act::Resend(person) => self.resend(person, verdict),
            Act::Revoke(person) => match self.clients.get(person) {
                None => verdict.refuse("not-found"),
                Some(client) if client.stands == Stands::Revoked => verdict.refuse("revoked"),
                Some(_) => self.revoke(person),
            },
            Act::Enter(person) => self.enter(person, verdict),
            other => return self.act_in_portal(other, verdict),
        }
        true
    }

    /// There must be such brands, in use.
    pub fn judge_brands(&self, brands: &[Id], verdict: &mut Verdict) {
        let usable = |id: &Id| self.brands.get(id).is_some_and(|brand| !brand.archived);
        verdict.refuse_if(!brands.iter().all(usable), "invalid");
    }

    /// Invites somebody to brands, until then (none: for ever; `None`: as it is, or for ever).
    pub fn invite(
        &mut self,
        person: Id,
        brands: &[Id],
        ends: Option<Option<Time>>,
        verdict: &mut Verdict,
    ) {
        let now = self.now;
        let fresh = Stands::Pending { since: now, until: now + INVITE };
        let accepted = self.clients.get(person).map_or(0, |client| client.accepted);
        let known = self.clients.get(person).filter(|client| self.has_access(client));
        let mut client = match known {
            Some(client) => client.clone(),
            None => {
                if self.clients.contains_key(person) {
                    verdict.may_refuse("limit:resends-per-day");
                }
                Client { stands: fresh, grants: Default::default(), accepted }
            }
        };
        for brand in brands {
            let had = client.grants.get(brand).copied().flatten();
            client.grants.insert(*brand, ends.unwrap_or(had));
        }
        self.clients.insert(person, client);
    }

    fn add(&mut self, person: Id, brands: &[Id], ends: Option<Time>, verdict: &mut Verdict) {
        self.judge_brands(brands, verdict);
        match self.clients.get_mut(person) {
            None => verdict.refuse("not-found"),
            Some(client) if client.stands == Stands::Revoked => verdict.refuse("revoked"),
            Some(client) => client.grants.extend(brands.iter().map(|brand| (*brand, ends))),
        }
    }

    fn remove(&mut self, person: Id, brands: &[Id], verdict: &mut Verdict) {
        match self.clients.get_mut(person) {
            None => verdict.refuse("not-found"),
            Some(client) if client.stands == Stands::Revoked => verdict.refuse("revoked"),
            Some(client) => {
                client.grants.retain(|brand, _| !brands.contains(brand));
                verdict.refuse_if(client.grants.is_empty(), "last-brand");
            }
        }
    }

    fn resend(&mut self, person: Id, verdict: &mut Verdict) {
        let now = self.now;
        let Some(client) = self.clients.get_mut(person) else { return verdict.refuse("not-found") };
        match client.stands {
            Stands::Pending { .. } => {
                verdict.may_refuse("limit:resends-per-day");
                client.stands = Stands::Pending { since: now, until: now + INVITE };
            }
            Stands::Joined => verdict.refuse("joined"),
            Stands::Revoked => verdict.refuse("revoked"),
        }
    }

    fn set_owner(&mut self, id: Id, person: Option<Id>, step: &Step, verdict: &mut Verdict) {
        let account = self.account(id);
        verdict.refuse_if(account.standing == Standing::Deleted, "deleted");
        if account.owner == person {
            return;
        }
        account.owner = person;
        let Some(person) = person else { return };
        match self.clients.get(person) {
            None => verdict.refuse("not-found"),
            Some(client) if client.stands == Stands::Revoked => verdict.refuse("revoked"),
            Some(_) => self.let_owner_in(id, step, verdict),
        }
    }

    /// Accepts an invite, or logs in.
    fn enter(&mut self, person: Id, verdict: &mut Verdict) {
        let now = self.now;
        let Some(client) = self.clients.get(person).cloned() else {
            return verdict.refuse("not-found");
        };
        match client.stands {
            Stands::Revoked => return verdict.refuse("revoked"),
            Stands::Pending { .. } if !self.has_access(&client) => {
                return verdict.refuse("expired");
            }
            Stands::Pending { .. } | Stands::Joined => {}
        }
        verdict.refuse_if(self.visible(person).is_empty(), "account");
        if client.stands != Stands::Joined {
            verdict.refuse_if(!self.has_room_for(person), "limit:users");
            let Some(client) = self.clients.get_mut(person) else { return };
            (client.stands, client.accepted) = (Stands::Joined, client.accepted + 1);
        }
        let accepted = self.clients[person].accepted;
        let (opened, used) = (now, now);
        let session =
            Session { client: person, accepted, opened, used, over: false, rested: false };
        self.sessions.push(session);
    }

    /// Whether somebody who accepts has a place in all accounts: where there are fewer places than
    /// users by now, those who come first have them.
    fn has_room_for(&self, person: Id) -> bool {
        let brands = self.clients[person].grants.keys();
        let mut accounts = brands.filter_map(|brand| self.brands[brand].account);
        accounts.all(|account| {
            let (may, users) = (self.accounts[account].may_use().users, self.users(account));
            let joined =
                |user: &&Id| **user != person && self.clients[*user].stands == Stands::Joined;
            users.len() as u64 <= may || (users.iter().filter(joined).count() as u64) < may
        })
    }

    /// The latest session of somebody.
    pub fn session_of(&self, person: Id) -> Option<usize> {
        self.sessions.iter().rposition(|session| session.client == person)
    }

    fn act_in_portal(&mut self, act: &Act, verdict: &mut Verdict) -> bool {
        let (Act::LeavePortal(person)
        | Act::Look(person, _)
        | Act::Choose(person, ..)
        | Act::Allow(person, ..)
        | Act::SetPolicy(person, ..)) = act
        else {
            return false;
        };
        let place = self.session_of(person);
        if let Act::LeavePortal(_) = act {
            if let Some(session) = place.and_then(|place| self.sessions.get_mut(place)) {
                session.over = true;
            }
            return true;
        }
        let Some(session) = place.and_then(|place| self.sessions.get(place)) else {
            verdict.refuse("session-ended");
            return true;
        };
        match self.worth(session) {
            Worth::Ended => {
                verdict.refuse("session-ended");
                return true;
            }
            Worth::Either(_) => verdict.may_refuse("session-ended"),
            Worth::Good(_) => {}
        }
        match act {
            Act::Look(_, brand) => {
                verdict.refuse_if(!self.visible(person).contains(brand), "brand");
            }
            Act::Choose(_, id, plan) => self.choose(person, id, plan, verdict),
            Act::Allow(_, id, minutes) => {
                let until = (*minutes > 0).then_some(self.now + Time::from(*minutes) * MINUTE);
                let policy = self.accounts.get(id).map(|account| account.policy);
                self.set_policy(person, id, (policy, until), verdict);
            }
            Act::SetPolicy(_, id, policy) => {
                let until = self.accounts.get(id).and_then(|account| account.allowed_until);
                self.set_policy(person, id, (Some(*policy), until), verdict);
            }
            _ => {}
        }
        true
    }

    /// The owner chooses a plan, which the account pays itself.
    fn choose(&mut self, person: Id, id: Id, plan: Id, verdict: &mut Verdict) {
        let now = self.now;
        let Some(account) = self.accounts.get_mut(id) else { return verdict.refuse("owner") };
        verdict.refuse_if(account.owner != Some(person), "owner");
        verdict.refuse_if(!account.platform, "agency-billing");
        match account.standing {
            Standing::Setup | Standing::Disabled { .. } | Standing::Deleted => {
                return verdict.refuse(account.standing.word());
            }
            Standing::Trial(_) => account.bought.activate(plan, true, now),
            Standing::Active if account.bought.itself => return verdict.refuse("pays-itself"),
            Standing::Active => account.bought.switch(true, Some(plan), now),
        }
        account.standing = Standing::Active;
    }

    /// What the owner allows: what runs and isn't allowed any more ends.
    fn set_policy(
        &mut self,
        person: Id,
        id: Id,
        (policy, until): (Option<Policy>, Option<Time>),
        verdict: &mut Verdict,
    ) {
        let own = |id: &Id| {
            let account = self.accounts.get(id);
            account.is_some_and(|account| {
                account.owner == Some(person) && account.standing != Standing::Deleted
            })
        };
        let (true, Some(policy)) = (own(&id), policy) else { return verdict.refuse("owner") };
        let account = self.account(id);
        (account.policy, account.allowed_until) = (policy, until);
        let until = until.filter(|until| *until > self.now);
        self.end_sign_ins("policy", |one: &SignIn| {
            let always = is_always_allowed(policy, one.full);
            one.account == id && !always && until.is_none_or(|until| until < one.ends)
        });
    }
}

/// Whether a policy allows a sign-in without being asked for each time.
pub fn is_always_allowed(policy: Policy, full: bool) -> bool {
    match policy {
        Policy::Always => true,
        Policy::ReadOnly => !full,
        Policy::WhenAllowed => false,
    }
}
