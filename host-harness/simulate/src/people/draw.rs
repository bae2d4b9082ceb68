//! What happens next, at random.

use super::acts::{Act, Kind, MANAGER, OWNER, Start, Step, VIEWER};
use super::catalog::{ADD_ONS, PLANS, Product, Resources};
use super::check::OPERATORS;
use super::model::{DAY, HOUR, INVITE, Id, MINUTE, Model, Policy, Standing, Stands, Time, Worth};
use crate::dice::Dice;

const ACCOUNTS: [Id; 4] = ["adidas-inc", "nike-inc", "puma-inc", "vans-inc"];
const BRANDS: [Id; 7] = ["b1", "b2", "b3", "b4", "b5", "b6", "b7"];
const PEOPLE: [Id; 6] = ["ann", "ben", "cem", "dan", "eva", "fay"];

fn roll(dice: &mut Dice, end: usize) -> usize {
    usize::try_from(dice.below(end.max(1) as u64)).unwrap_or(0)
}

pub fn one<T: Copy + Default>(dice: &mut Dice, of: &[T]) -> T {
    of.get(roll(dice, of.len())).copied().unwrap_or_default()
}

fn product(dice: &mut Dice, of: &[Product]) -> Id {
    of.get(roll(dice, of.len())).map_or("small", |product| product.id)
}

/// The next step.
pub fn step(model: &Model, dice: &mut Dice) -> Step {
    let at = time(model, dice);
    let act = act(model, dice);
    let runs = |id: &Id| model.running(id).is_some();
    let was = |id: &Id| model.latest(id).is_some();
    let signed_in: Vec<Id> = match OPERATORS.into_iter().filter(runs).collect::<Vec<_>>() {
        running if running.is_empty() || dice.below(8) == 0 => {
            OPERATORS.into_iter().filter(was).filter(|_| dice.below(9) == 0).collect()
        }
        running => running,
    };
    if act.is_operators()
        && !signed_in.is_empty()
        && dice.below(if act.is_open() { 3 } else { 40 }) == 0
    {
        return under(model, (at, act), one(dice, &signed_in), dice);
    }
    let mut operator = one(dice, &["olga", "olga", "max", "max", "max", "vic"]);
    if model.running(operator).is_some() && dice.below(4) > 0 {
        operator = OPERATORS.into_iter().find(|id| model.running(id).is_none()).unwrap_or(operator);
    }
    Step { at, by: (operator, role(operator, dice)), under: None, key: None, act }
}

/// Mostly what they are; sometimes somebody was promoted or demoted.
fn role(operator: Id, dice: &mut Dice) -> u8 {
    match (dice.below(15), operator) {
        (0, _) => one(dice, &[VIEWER, MANAGER, OWNER]),
        (_, "olga") => OWNER,
        (_, "max") => MANAGER,
        _ => VIEWER,
    }
}

/// With the token of a sign-in: mostly by whoever started it, and about the account's own things.
fn under(model: &Model, (at, mut act): (Time, Act), whose: Id, dice: &mut Dice) -> Step {
    let sign_in = model.latest(whose).and_then(|place| model.sign_ins.get(place));
    let Some(sign_in) = sign_in else {
        return Step { at, by: (whose, VIEWER), under: None, key: None, act };
    };
    let by = match dice.below(24) {
        0 => (one(dice, &OPERATORS), one(dice, &[VIEWER, MANAGER, OWNER])),
        1 => (whose, one(dice, &[VIEWER, MANAGER, OWNER])),
        _ => (whose, sign_in.role),
    };
    if dice.below(5) > 0 {
        let own: Vec<Id> = model.brands_of(sign_in.account).into_iter().collect();
        act = act.about(sign_in.account, &own, dice);
    }
    Step { at, by, under: Some(whose), key: None, act }
}

impl Act {
    /// The same about this account, and its brands.
    fn about(self, account: Id, own: &[Id], dice: &mut Dice) -> Act {
        match self {
            Act::ChangePlan(_, plan) => Act::ChangePlan(account, plan),
            Act::AddAddOn(_, add_on) => Act::AddAddOn(account, add_on),
            Act::RemoveAddOn(_, add_on) => Act::RemoveAddOn(account, add_on),
            Act::Address(_, email) => Act::Address(account, email),
            Act::Allocate(_, own) => Act::Allocate(account, own),
            Act::Reserve(_, kind, amount) => Act::Reserve(account, kind, amount),
            Act::Release(_, kind, amount) => Act::Release(account, kind, amount),
            Act::NewBrand(brand, _) => Act::NewBrand(brand, None),
            other if own.is_empty() => other,
            Act::Archive(_) => Act::Archive(one(dice, own)),
            Act::Invite(person, _, ends) => Act::Invite(person, some(dice, own), ends),
            Act::AddBrands(person, _, ends) => Act::AddBrands(person, some(dice, own), ends),
            Act::RemoveBrands(person, _) => Act::RemoveBrands(person, some(dice, own)),
            other => other,
        }
    }
}

/// Mostly none, or a bit: what runs for an hour is to be met. Or exactly up to when something falls due, or a
/// millisecond beside it; or days.
fn time(model: &Model, dice: &mut Dice) -> Time {
    let now = model.now;
    match dice.below(40) {
        0..24 => now,
        24..27 => now + 1,
        27..31 => now + dice.below(4 * MINUTE),
        31..34 => now + dice.below(HOUR),
        34..37 => boundary(model, dice).max(now),
        37 | 38 if dice.below(2) == 0 => now + 1,
        37 | 38 => now + dice.below(2 * DAY),
        _ if dice.below(4) == 0 => now + dice.below(50 * DAY),
        _ => now + dice.below(12 * HOUR),
    }
}

fn boundary(model: &Model, dice: &mut Dice) -> Time {
    let mut times = model.dues();
    times.extend(model.clients.values().filter_map(|client| match client.stands {
        Stands::Pending { until, .. } => Some(until),
        Stands::Joined | Stands::Revoked => None,
    }));
    times.extend(model.accounts.values().filter_map(|account| account.allowed_until));
    times.extend(model.sessions.iter().map(|session| session.used + 12 * HOUR));
    times.retain(|time| *time > model.now && *time < model.now + 40 * DAY);
    times.sort_unstable();
    // The soonest ones more often: whatever is passed over doesn't come back.
    let mut place = times.len();
    for _ in 0..3 {
        place = roll(dice, place + 1);
    }
    let time = times.get(place).copied().unwrap_or(model.now + DAY);
    time + dice.below(3) - 1
}

/// Mostly one of those that there are.
fn mostly(there: &[Id], all: &[Id], dice: &mut Dice) -> Id {
    if there.is_empty() || dice.below(12) == 0 { one(dice, all) } else { one(dice, there) }
}

fn an_account(model: &Model, dice: &mut Dice) -> Id {
    mostly(&model.accounts.keys().copied().collect::<Vec<_>>(), &ACCOUNTS, dice)
}

fn a_brand(model: &Model, dice: &mut Dice) -> Id {
    let in_use = model.brands.iter().filter(|(_, brand)| !brand.archived);
    mostly(&in_use.map(|(id, _)| *id).collect::<Vec<_>>(), &BRANDS, dice)
}

fn a_person(model: &Model, dice: &mut Dice) -> Id {
    let there = model.clients.iter().filter(|(_, client)| client.stands != Stands::Revoked);
    let all = there.map(|(id, _)| *id).collect::<Vec<_>>();
    if dice.below(4) == 0 { one(dice, &PEOPLE) } else { mostly(&all, &PEOPLE, dice) }
}

/// Mostly somebody with a session.
fn a_visitor(model: &Model, dice: &mut Dice) -> Id {
    let sessions = model.sessions.iter().filter(|session| model.worth(session) != Worth::Ended);
    mostly(&sessions.map(|session| session.client).collect::<Vec<_>>(), &PEOPLE, dice)
}

fn act(model: &Model, dice: &mut Dice) -> Act {
    let missing = |all: &[Id], there: &dyn Fn(&Id) -> bool| -> Vec<Id> {
        all.iter().copied().filter(|id| !there(id)).collect()
    };
    let accounts = missing(&ACCOUNTS, &|id| model.accounts.contains_key(id));
    if !accounts.is_empty() && dice.below(if accounts.len() > 1 { 4 } else { 40 }) == 0 {
        return create(one(dice, &accounts), dice);
    }
    let brands = missing(&BRANDS, &|id| model.brands.contains_key(id));
    if !brands.is_empty() && dice.below(if brands.len() > 3 { 4 } else { 30 }) == 0 {
        let account = (dice.below(3) > 0).then(|| an_account(model, dice));
        return Act::NewBrand(one(dice, &brands), account);
    }
    let account = an_account(model, dice);
    match dice.below(100) {
        0..14 => fitting(model, account, dice),
        14..25 => of_status(model, account, dice),
        25..40 => of_resources(account, dice),
        40..60 => of_clients(model, dice),
        60..80 => in_portal(model, account, dice),
        80..94 => of_sign_ins(model, account, dice),
        94..96 => Act::Pool(pool(dice)),
        _ => Act::Jobs(one(dice, &[1, 3, 10, 300])),
    }
}

/// A session of somebody that is worth something.
fn a_session(model: &Model, person: Id) -> Option<Id> {
    let place = model.session_of(person)?;
    let session = model.sessions.get(place)?;
    (model.worth(session) != Worth::Ended).then_some(person)
}

/// What somebody would do next with an account.
fn fitting(model: &Model, account: Id, dice: &mut Dice) -> Act {
    let Some(known) = model.accounts.get(account) else { return create(account, dice) };
    let owner = known.owner.filter(|_| known.platform && dice.below(2) == 0);
    let plan = product(dice, &PLANS);
    match (known.standing, dice.below(4)) {
        (Standing::Deleted, _) => Act::Jobs(10),
        (Standing::Setup, 0..3) => Act::StartTrial(account, dice.below(14) as u32 + 1),
        (Standing::Disabled { trial, .. }, 0..3) if trial.is_some() || known.bought.activated => {
            Act::Resume(account)
        }
        (Standing::Setup | Standing::Disabled { .. }, _) => Act::Activate(account, plan),
        (Standing::Trial(_), 0) => Act::ExtendTrial(account, 1),
        (Standing::Trial(_), 1) => Act::Activate(account, plan),
        (Standing::Active, 0) => Act::AddAddOn(account, product(dice, &ADD_ONS)),
        (Standing::Active, 1) => Act::RemoveAddOn(account, product(dice, &ADD_ONS)),
        (Standing::Trial(_) | Standing::Active, way) => match owner {
            Some(owner) if a_session(model, owner).is_none() || way == 3 => Act::Enter(owner),
            Some(owner) => Act::Choose(owner, account, plan),
            None if known.platform => Act::SetOwner(account, Some(a_visitor(model, dice))),
            None => Act::ChangePlan(account, plan),
        },
    }
}

fn create(account: Id, dice: &mut Dice) -> Act {
    let email = (dice.below(2) == 0).then(|| one(dice, &PEOPLE));
    let start = match dice.below(4) {
        0 => Start::Active(product(dice, &PLANS)),
        1 => Start::Trial(days(dice)),
        _ => Start::Setup,
    };
    Act::Create { account, email, platform: dice.below(3) == 0, start }
}

fn days(dice: &mut Dice) -> u32 {
    one(dice, &[1, 1, 2, 3, 5, 7, 13, 14, 14, 15, 0])
}

fn of_status(model: &Model, account: Id, dice: &mut Dice) -> Act {
    match dice.below(30) {
        0..5 => Act::StartTrial(account, days(dice)),
        5..8 => Act::ExtendTrial(account, days(dice)),
        8..13 => Act::Activate(account, product(dice, &PLANS)),
        13..15 => Act::Disable(account),
        15..21 => Act::Resume(account),
        21 => Act::Delete(account),
        22..24 => Act::BillBy(account, dice.below(2) == 0),
        _ => {
            let brand = a_brand(model, dice);
            Act::MoveBrand(brand, (dice.below(5) > 0).then_some(account))
        }
    }
}

fn of_resources(account: Id, dice: &mut Dice) -> Act {
    let kind = one(dice, &[Kind::Dashboards, Kind::Calls]);
    match dice.below(16) {
        0..4 => Act::ChangePlan(account, product(dice, &PLANS)),
        4..6 => Act::AddAddOn(account, product(dice, &ADD_ONS)),
        6..8 => Act::RemoveAddOn(account, product(dice, &ADD_ONS)),
        8..11 => {
            let own = Resources::of(dice.below(4), dice.below(6), dice.below(30));
            Act::Allocate(account, (dice.below(3) > 0).then_some(own))
        }
        11..13 => Act::Reserve(account, kind, dice.below(3) + 1),
        13 | 14 => Act::Release(account, kind, 1),
        _ => {
            let brand = one(dice, &BRANDS);
            Act::NewBrand(brand, (dice.below(2) == 0).then_some(account))
        }
    }
}

fn pool(dice: &mut Dice) -> Resources {
    match dice.below(5) {
        0 => Resources::ALL,
        _ => Resources::of(dice.below(8) + 3, dice.below(10) + 5, dice.below(100) + 20),
    }
}

fn some(dice: &mut Dice, of: &[Id]) -> Vec<Id> {
    let mut brands: Vec<Id> = (0..=dice.below(2)).map(|_| one(dice, of)).collect();
    brands.sort_unstable();
    brands.dedup();
    brands
}

fn of_clients(model: &Model, dice: &mut Dice) -> Act {
    let person = a_person(model, dice);
    let mut brands = vec![a_brand(model, dice), a_brand(model, dice)];
    brands.sort_unstable();
    brands.dedup();
    brands.truncate(roll(dice, 2) + 1);
    match dice.below(24) {
        0..9 => Act::Invite(person, brands, None),
        9 => Act::Invite(person, brands, Some(0)),
        10..14 => Act::AddBrands(person, brands, None),
        14 => Act::AddBrands(person, brands, Some(0)),
        15..19 => Act::RemoveBrands(person, brands),
        19 => Act::Resend(person),
        20..22 => Act::Revoke(person),
        22 => Act::Archive(a_brand(model, dice)),
        _ => Act::Address(an_account(model, dice), (dice.below(3) > 0).then_some(person)),
    }
}

/// Mostly somebody who gets in.
fn a_comer(model: &Model, dice: &mut Dice) -> Id {
    let comes = |id: &Id| model.has_access(&model.clients[id]) && !model.visible(id).is_empty();
    let comers: Vec<Id> = model.clients.keys().copied().filter(comes).collect();
    mostly(&comers, &PEOPLE, dice)
}

fn in_portal(model: &Model, account: Id, dice: &mut Dice) -> Act {
    if model.sessions.iter().all(|session| model.worth(session) == Worth::Ended) {
        return Act::Enter(a_comer(model, dice));
    }
    let visitor = a_visitor(model, dice);
    let owner = model.accounts.get(account).and_then(|account| account.owner);
    let owner = owner.and_then(|owner| a_session(model, owner)).unwrap_or(visitor);
    match dice.below(20) {
        0..6 => Act::Enter(a_comer(model, dice)),
        6 => Act::Enter(owner),
        7 => Act::Enter(a_person(model, dice)),
        8 => Act::LeavePortal(visitor),
        9..11 => Act::Look(visitor, a_brand(model, dice)),
        11..14 => Act::Choose(owner, account, product(dice, &PLANS)),
        14..16 => Act::Allow(owner, account, one(dice, &[0, 5, 45, 90])),
        16 => {
            let policies = [Policy::Always, Policy::ReadOnly, Policy::WhenAllowed];
            Act::SetPolicy(owner, account, one(dice, &policies))
        }
        17 => Act::SetOwner(account, Some(visitor)),
        18 => Act::SetOwner(account, (dice.below(4) > 0).then(|| a_person(model, dice))),
        _ => Act::BillBy(account, true),
    }
}

fn of_sign_ins(model: &Model, account: Id, dice: &mut Dice) -> Act {
    let running = OPERATORS.into_iter().find(|id| model.running(id).is_some());
    let whose = running.filter(|_| dice.below(4) > 0).unwrap_or(one(dice, &OPERATORS));
    match dice.below(12) {
        0..6 => Act::SignIn(account, dice.below(3) > 0, one(dice, &[1, 30, 60, 60])),
        6 if model.latest(whose).is_some() => Act::Stop(whose),
        7 if dice.below(3) == 0 => Act::Left(whose),
        _ if model.latest(whose).is_some() => Act::LookAs(whose, a_brand(model, dice)),
        _ => Act::Enter(a_person(model, dice)),
    }
}

impl Step {
    /// Access that is given for a time ends some time after the step.
    pub(crate) fn with_ends(mut self, dice: &mut Dice) -> Step {
        if let Act::Invite(_, _, Some(ends)) | Act::AddBrands(_, _, Some(ends)) = &mut self.act {
            *ends = self.at + 1 + dice.below(2 * INVITE);
        }
        self
    }
}
