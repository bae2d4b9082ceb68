//! The rules of accounts: which status moves are allowed, what comes out of the agency's pool, and
//! how many users there may be.

use std::collections::BTreeMap;

use super::acts::{Act, Kind, Start, Step, Verdict};
use super::bought::Bought;
use super::catalog::{Resources, product};
use super::model::{
    Account, Brand, Client, DAY, INVITE, Id, Model, Policy, Standing, Stands, Time, Trial,
};

/// How long a trial may be in all.
const TRIAL_MAX: Time = 14 * DAY;

impl Account {
    /// A new one in set-up.
    fn new(email: Option<Id>, platform: bool) -> Account {
        Account {
            standing: Standing::Setup,
            email,
            owner: None,
            platform,
            policy: Policy::Always,
            allowed_until: None,
            own: None,
            dashboards: 0,
            calls: BTreeMap::new(),
            bought: Bought::default(),
        }
    }

    /// What it may use: now, or once all that is planned has happened.
    fn resources(&self, ahead: bool) -> Resources {
        if self.standing == Standing::Deleted {
            return Resources::NONE;
        }
        let stays = |goes: &Option<Time>| !ahead || goes.is_none();
        let add_ons = self.bought.add_ons.iter().filter(|(_, goes)| stays(goes));
        let add_ons = add_ons.map(|(add_on, _)| product(add_on).gives);
        add_ons.fold(self.allocation(ahead), Resources::plus)
    }

    /// Its own allocation, or what its plan includes.
    fn allocation(&self, ahead: bool) -> Resources {
        let planned = self.bought.downgrade.filter(|_| ahead).map(|(_, plan)| plan);
        let included =
            planned.or(self.bought.plan).map_or(Resources::ALL, |plan| product(plan).gives);
        self.own.unwrap_or(included)
    }

    /// What it may use now.
    pub fn may_use(&self) -> Resources {
        self.resources(false)
    }

    fn least(&self) -> Resources {
        self.may_use().or_less(self.resources(true))
    }

    /// What comes out of the agency's pool for it, now or with what is planned: from its first plan on,
    /// until it is deleted.
    pub fn allocated(&self) -> Resources {
        if !self.bought.activated || self.standing == Standing::Deleted {
            return Resources::NONE;
        }
        self.allocation(false).or_more(self.allocation(true))
    }

    pub fn calls_today(&self, now: Time) -> u64 {
        self.calls.get(&(now / DAY)).copied().unwrap_or(0)
    }

    /// There are so many, which is noted for today.
    fn set_dashboards(&mut self, now: Time, dashboards: u64) {
        self.dashboards = dashboards;
        self.set_calls(now, self.calls_today(now));
    }

    /// There were so many today. Later days were those of a clock that was wrong.
    fn set_calls(&mut self, now: Time, calls: u64) {
        let today = now / DAY;
        self.calls.retain(|day, _| *day < today);
        self.calls.insert(today, calls);
    }
}

impl Model {
    /// What is allocated to all accounts together.
    pub fn allocated(&self) -> Resources {
        self.accounts.values().fold(Resources::NONE, |sum, account| sum.plus(account.allocated()))
    }

    /// What no command may break: users within what there may be, allocations within the pool, and
    /// nothing less than is in use.
    pub fn judge_limits(&self, before: &Model, verdict: &mut Verdict) {
        for (id, after) in &self.accounts {
            if after.standing == Standing::Deleted {
                continue;
            }
            let had = before.accounts.get(id);
            let users_before = if had.is_some() { before.users(id) } else { Default::default() };
            let users = self.users(id);
            let comes = users.iter().any(|user| !users_before.contains(user));
            verdict.refuse_if(comes && users.len() as u64 > after.may_use().users, "limit:users");
            let least = (had.map_or(Resources::ALL, Account::least), after.least());
            let uses = (had.map_or(Resources::ALL, Account::may_use), after.may_use());
            let moves = had.is_none_or(|had| had.standing != after.standing);
            let (dashboards, present) = (after.dashboards, users_before.len() as u64);
            let is_active = after.standing == Standing::Active;
            let too_little = least.1.dashboards == 0 || least.1.users == 0;
            let changes = moves || least.0 != least.1;
            verdict.refuse_if(is_active && changes && too_little, "resources");
            for (had, has) in [least, uses] {
                let lowers = has.dashboards < had.dashboards && dashboards > has.dashboards;
                verdict.refuse_if(lowers || has.users < had.users && present > has.users, "in-use");
            }
            let had = had.map_or(Resources::NONE, Account::allocated);
            self.judge_pool((had, after.allocated()), verdict);
        }
    }

    fn judge_pool(&self, (had, has): (Resources, Resources), verdict: &mut Verdict) {
        let all = self.allocated();
        let each = has.named().into_iter().zip(had.named()).zip(all.named());
        for ((((name, has), (_, had)), (_, all)), (_, pool)) in each.zip(self.pool.named()) {
            let beyond = has > had && all > pool;
            verdict.refuse_if(beyond, &format!("limit:{name}"));
        }
    }

    /// Whether it was one of these.
    pub fn act_on_account(&mut self, step: &Step, verdict: &mut Verdict) -> bool {
        let (now, began) = (self.now, self.began);
        match &step.act {
            Act::Create { account, email, platform, start } => {
                self.create(account, (*email, *platform), *start, verdict);
            }
            Act::StartTrial(id, days) => self.start_trial(id, *days, step, verdict),
            Act::ExtendTrial(id, days) => {
                let account = self.account(id);
                let Standing::Trial(trial) = account.standing else {
                    verdict.refuse(account.standing.word());
                    verdict.refuse_if(!step.act.is_well_formed(), "invalid");
                    return true;
                };
                let longer = Trial { ends: trial.ends + Time::from(*days) * DAY, ..trial };
                let too_long = longer.ends - longer.began > TRIAL_MAX;
                verdict.refuse_if(too_long || !step.act.is_well_formed(), "invalid");
                account.standing = Standing::Trial(longer);
            }
            Act::Activate(id, plan) => self.activate(id, plan, step, verdict),
            Act::Disable(id) => {
                let account = self.account(id);
                let trial = match account.standing {
                    Standing::Trial(trial) => Some(trial),
                    Standing::Setup | Standing::Active => None,
                    Standing::Disabled { .. } => return true,
                    Standing::Deleted => {
                        verdict.refuse("deleted");
                        return true;
                    }
                };
                account.standing = Standing::Disabled { expired: false, trial };
                account.bought.disable(began, now);
                self.end_sign_ins("account", |one| one.account == *id);
            }
            Act::Resume(id) => {
                let account = self.account(id);
                match account.standing {
                    Standing::Disabled { trial: Some(trial), .. } => {
                        account.standing = Standing::Trial(trial);
                    }
                    Standing::Disabled { trial: None, .. } if account.bought.activated => {
                        account.standing = Standing::Active;
                        account.bought.resume(now);
                    }
                    other => verdict.refuse(other.word()),
                }
            }
            Act::Delete(id) => self.delete(id, verdict),
            Act::Pool(pool) => {
                let named = self.allocated().named().into_iter().zip(pool.named());
                for ((_, allocated), (_, pool)) in named {
                    verdict.refuse_if(allocated > pool, "in-use");
                }
                self.pool = *pool;
            }
            other => return self.act_on_plan(other, verdict),
        }
        true
    }

    fn act_on_plan(&mut self, act: &Act, verdict: &mut Verdict) -> bool {
        let (now, began) = (self.now, self.began);
        match act {
            Act::ChangePlan(id, plan) => {
                if let Some(bought) = self.running_plan(id, verdict) {
                    bought.change_plan(plan, began, now);
                }
            }
            Act::AddAddOn(id, add_on) => {
                if let Some(bought) = self.running_plan(id, verdict) {
                    bought.add_add_on(add_on, now);
                }
            }
            Act::RemoveAddOn(id, add_on) => {
                if let Some(bought) = self.running_plan(id, verdict) {
                    verdict.refuse_if(!bought.add_ons.contains_key(add_on), "not-found");
                    bought.remove_add_on(add_on, began, now);
                }
            }
            Act::BillBy(id, platform) => {
                let account = self.account(id);
                verdict.refuse_if(account.standing == Standing::Deleted, "deleted");
                let taken_over = account.platform && !platform && account.bought.itself;
                account.platform = *platform;
                if taken_over {
                    let at_rest = matches!(account.standing, Standing::Disabled { .. });
                    verdict.refuse_if(at_rest, "disabled");
                    account.bought.switch(false, None, now);
                }
            }
            Act::Allocate(id, own) => {
                let account = self.account(id);
                verdict.refuse_if(account.standing == Standing::Deleted, "deleted");
                account.own = *own;
            }
            Act::Reserve(id, kind, amount) => self.reserve(id, *kind, *amount, verdict),
            Act::Release(id, kind, amount) => self.release(id, *kind, *amount, verdict),
            _ => return false,
        }
        true
    }

    /// The account of this id: commands that name another one are refused before.
    pub fn account(&mut self, id: Id) -> &mut Account {
        self.accounts.entry(id).or_insert_with(|| Account::new(None, false))
    }

    fn running_plan(&mut self, id: Id, verdict: &mut Verdict) -> Option<&mut Bought> {
        let account = self.account(id);
        match account.standing {
            Standing::Active => Some(&mut account.bought),
            other => {
                verdict.refuse(other.word());
                None
            }
        }
    }

    fn create(
        &mut self,
        id: Id,
        (email, platform): (Option<Id>, bool),
        start: Start,
        verdict: &mut Verdict,
    ) {
        // What is wrong by itself is refused first.
        verdict.refuse_if(platform && matches!(start, Start::Active(_)), "invalid");
        if self.accounts.contains_key(id) {
            return verdict.refuse("exists");
        }
        let (now, mut bought) = (self.now, Bought::default());
        let standing = match start {
            Start::Setup => Standing::Setup,
            Start::Trial(days) => {
                let ends = now + Time::from(days) * DAY;
                verdict.refuse_if(days == 0 || ends - now > TRIAL_MAX, "invalid");
                Standing::Trial(Trial { began: now, ends })
            }
            Start::Active(plan) => {
                bought.activate(plan, false, now);
                Standing::Active
            }
        };
        let account = Account { standing, bought, ..Account::new(email, platform) };
        self.created.insert(id, self.now);
        self.accounts.insert(id, account);
    }

    fn start_trial(&mut self, id: Id, days: u32, step: &Step, verdict: &mut Verdict) {
        let now = self.now;
        let account = self.account(id);
        let ends = now + Time::from(days) * DAY;
        verdict.refuse_if(days == 0 || ends - now > TRIAL_MAX, "invalid");
        match account.standing {
            Standing::Setup => account.standing = Standing::Trial(Trial { began: now, ends }),
            other => return verdict.refuse(other.word()),
        }
        self.let_owner_in(id, step, verdict);
    }

    fn activate(&mut self, id: Id, plan: Id, step: &Step, verdict: &mut Verdict) {
        let now = self.now;
        let account = self.account(id);
        match account.standing {
            Standing::Setup | Standing::Trial(_) => {}
            Standing::Disabled { .. } if !account.bought.activated => {}
            other => return verdict.refuse(other.word()),
        }
        // Where no trial is left, nothing else leads on: the agency may pay until the owner chooses.
        let stuck = matches!(account.standing, Standing::Disabled { trial: None, .. });
        if account.platform && stuck {
            verdict.may_refuse("platform-billing");
        } else {
            verdict.refuse_if(account.platform, "platform-billing");
        }
        account.standing = Standing::Active;
        account.bought.activate(plan, false, now);
        self.let_owner_in(id, step, verdict);
    }

    fn delete(&mut self, id: Id, verdict: &mut Verdict) {
        let (now, began) = (self.now, self.began);
        let account = self.account(id);
        verdict.refuse_if(account.standing == Standing::Deleted, "deleted");
        account.standing = Standing::Deleted;
        account.bought.delete(began, now);
        self.end_sign_ins("account", |one| one.account == id);
        for brand in self.brands_of(id) {
            self.archive(brand);
        }
    }

    fn reserve(&mut self, id: Id, kind: Kind, amount: u64, verdict: &mut Verdict) {
        let now = self.now;
        let account = self.account(id);
        if matches!(account.standing, Standing::Disabled { .. } | Standing::Deleted) {
            verdict.refuse(account.standing.word());
        }
        let may = account.may_use();
        match kind {
            Kind::Dashboards => {
                account.set_dashboards(now, account.dashboards + amount);
                verdict.refuse_if(account.dashboards > may.dashboards, "limit:dashboards");
            }
            Kind::Calls => {
                account.set_calls(now, account.calls_today(now) + amount);
                verdict.refuse_if(account.calls_today(now) > may.calls, "limit:api-calls");
            }
        }
    }

    fn release(&mut self, id: Id, kind: Kind, amount: u64, verdict: &mut Verdict) {
        let now = self.now;
        let account = self.account(id);
        verdict.refuse_if(account.standing == Standing::Deleted, "deleted");
        let used = match kind {
            Kind::Dashboards => account.dashboards,
            Kind::Calls => account.calls_today(now),
        };
        verdict.refuse_if(amount > used, "invalid");
        match kind {
            Kind::Dashboards => account.set_dashboards(now, used - amount.min(used)),
            Kind::Calls => account.set_calls(now, used - amount.min(used)),
        }
    }

    /// Gives an account's owner these brands, or invites it to them; in set-up nobody is let in.
    pub fn give_to_owner(&mut self, id: Id, brands: Vec<Id>, step: &Step, verdict: &mut Verdict) {
        let account = self.accounts[id].clone();
        let brands: Vec<Id> = brands.into_iter().filter(|id| !self.brands[id].archived).collect();
        if account.standing == Standing::Setup || brands.is_empty() {
            return;
        }
        match (account.owner, account.email) {
            (Some(owner), _) => {
                let (own, now) = (self.brands_of(id), self.now);
                let Some(owner) = self.clients.get_mut(owner) else { return };
                let expired = matches!(owner.stands, Stands::Pending { until, .. } if until <= now);
                // What others offered doesn't come back by the way.
                let within = owner.grants.keys().all(|brand| own.contains(brand));
                if expired && within && account.standing.is_open() {
                    owner.stands = Stands::Pending { since: now, until: now + INVITE };
                }
                if owner.stands != Stands::Revoked {
                    owner.grants.extend(brands.into_iter().map(|brand| (brand, None)));
                }
            }
            // Nobody is given back by the way what was taken away.
            (None, Some(person)) if self.was_removed(person, id) => {}
            (None, Some(person)) => {
                let own = self.brands_of(id);
                let outside = step.under.is_some() && !self.may_be_invited(person, &own);
                verdict.refuse_if(outside, "scope");
                if step.under.is_some() {
                    self.judge_former(person, verdict);
                }
                self.invite(person, &brands, Some(None), verdict);
                self.account(id).owner = Some(person);
            }
            (None, None) => {}
        }
    }

    /// Whether somebody's access was removed since there is this account.
    fn was_removed(&self, person: Id, account: Id) -> bool {
        let revoked =
            self.clients.get(person).is_some_and(|client| client.stands == Stands::Revoked);
        revoked && self.removed.get(person) >= self.created.get(account)
    }

    pub fn let_owner_in(&mut self, id: Id, step: &Step, verdict: &mut Verdict) {
        let brands = self.brands_of(id).into_iter().collect();
        self.give_to_owner(id, brands, step, verdict);
    }

    pub fn put_new_brand(
        &mut self,
        id: Id,
        account: Option<Id>,
        step: &Step,
        verdict: &mut Verdict,
    ) {
        if self.brands.contains_key(id) {
            return verdict.refuse("exists");
        }
        self.brands.insert(id, Brand::default());
        self.put(id, account, step, verdict);
    }

    /// Moves a brand: the owner of the account that it enters has it, and that of the one that it
    /// leaves hasn't.
    pub fn put(&mut self, id: Id, account: Option<Id>, step: &Step, verdict: &mut Verdict) {
        let left = self.brands[id].account;
        if left == account {
            return;
        }
        let deleted = account.is_some_and(|to| self.accounts[to].standing == Standing::Deleted);
        verdict.refuse_if(deleted, "deleted");
        self.brands.entry(id).or_default().account = account;
        if let Some(account) = account {
            self.give_to_owner(account, vec![id], step, verdict);
        }
        let owner_of = |account: Option<Id>| account.and_then(|id| self.accounts[id].owner);
        if let (Some(before), after) = (owner_of(left), owner_of(account))
            && Some(before) != after
        {
            let last = |client: &Client| client.grants.len() == 1 && client.grants.contains_key(id);
            verdict.refuse_if(self.clients.get(before).is_some_and(last), "last-brand");
            self.take(before, id);
        }
    }
}
