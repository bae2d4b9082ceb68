//! What may happen in a history, and what the spec says of it: whether it is refused, and what there
//! is afterwards.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::catalog::Resources;
use super::model::{Id, Model, Policy, Stands, Time};

/// How an account begins.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Start {
    Setup,
    Trial(u32),
    Active(Id),
}

/// Of what something is reserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    #[default]
    Dashboards,
    Calls,
}

/// Something that somebody does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Act {
    Create {
        account: Id,
        email: Option<Id>,
        platform: bool,
        start: Start,
    },
    StartTrial(Id, u32),
    ExtendTrial(Id, u32),
    Activate(Id, Id),
    Disable(Id),
    Resume(Id),
    Delete(Id),
    ChangePlan(Id, Id),
    AddAddOn(Id, Id),
    RemoveAddOn(Id, Id),
    /// Whether the platform bills it.
    BillBy(Id, bool),
    SetOwner(Id, Option<Id>),
    /// Another address for an account: that of a person.
    Address(Id, Option<Id>),
    Allocate(Id, Option<Resources>),
    Reserve(Id, Kind, u64),
    Release(Id, Kind, u64),
    NewBrand(Id, Option<Id>),
    MoveBrand(Id, Option<Id>),
    Archive(Id),
    Invite(Id, Vec<Id>, Option<Time>),
    AddBrands(Id, Vec<Id>, Option<Time>),
    RemoveBrands(Id, Vec<Id>),
    Resend(Id),
    Revoke(Id),
    /// Signs in on an account's behalf: fully, for so many minutes.
    SignIn(Id, bool, u32),
    /// Stops the latest sign-in of this operator.
    Stop(Id),
    /// The platform: what the agency may hand out.
    Pool(Resources),
    /// The host: an operator left.
    Left(Id),
    /// The jobs, so many things at a time.
    Jobs(u32),
    /// A person comes in by the host's single sign-on, accepting an invite if there is one.
    Enter(Id),
    LeavePortal(Id),
    Look(Id, Id),
    Choose(Id, Id, Id),
    Allow(Id, Id, u32),
    SetPolicy(Id, Id, Policy),
    /// In the portal, with the token of the latest sign-in of this operator.
    LookAs(Id, Id),
}

/// Something that somebody does at some time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Step {
    /// When.
    pub at: Time,
    /// The operator and the role, where it is one who does it.
    pub by: (Id, u8),
    /// With the token of the latest sign-in of this operator.
    pub under: Option<Id>,
    /// The idempotency key that it comes with.
    #[serde(default)]
    pub key: Option<String>,
    /// What it is.
    pub act: Act,
}

pub const VIEWER: u8 = 0;
pub const MANAGER: u8 = 1;
pub const OWNER: u8 = 2;

/// Why something is refused. One reason is answered where there are several, whichever.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Any of these refuses it.
    pub must: BTreeSet<String>,
    /// These may refuse it: nothing here says.
    pub may: BTreeSet<String>,
}

impl Verdict {
    pub fn refuse(&mut self, why: impl Into<String>) {
        self.must.insert(why.into());
    }

    pub fn refuse_if(&mut self, refused: bool, why: &str) {
        if refused {
            self.refuse(why);
        }
    }

    pub fn may_refuse(&mut self, why: &str) {
        self.may.insert(why.to_owned());
    }
}

/// What the spec says of a step.
pub struct Said {
    pub verdict: Verdict,
    /// What there is if it is done.
    pub done: Model,
    /// What there is if it is refused.
    pub refused: Model,
}

impl Said {
    /// Whoever does something in the portal uses a session. Whether that is noted where it is refused,
    /// nothing here says.
    fn note_use(&mut self, step: &Step) {
        let (Some(person), false) = (step.act.person(), matches!(step.act, Act::Enter(_))) else {
            return;
        };
        for (model, known) in [(&mut self.done, true), (&mut self.refused, false)] {
            let (now, place) = (model.now, model.session_of(person));
            let Some(session) = place.and_then(|place| model.sessions.get(place)) else { return };
            let worth = model.worth(session);
            let session = place.and_then(|place| model.sessions.get_mut(place));
            if let (Some(session), true) = (session, worth != super::model::Worth::Ended) {
                // By a clock that was set back, it was used later already.
                session.used = session.used.max(now);
                session.rested |= !known;
            }
        }
    }
}

/// What an operator's function is like: the least role, and whether it is open to those who are
/// signed in on an account's behalf.
fn needs(act: &Act) -> Option<(u8, bool)> {
    Some(match act {
        Act::Delete(_) => (OWNER, false),
        Act::Create { .. }
        | Act::StartTrial(..)
        | Act::ExtendTrial(..)
        | Act::Activate(..)
        | Act::Disable(_)
        | Act::Resume(_)
        | Act::BillBy(..)
        | Act::SetOwner(..)
        | Act::MoveBrand(..) => (MANAGER, false),
        Act::ChangePlan(..)
        | Act::AddAddOn(..)
        | Act::RemoveAddOn(..)
        | Act::Address(..)
        | Act::Allocate(..)
        | Act::Reserve(..)
        | Act::Release(..)
        | Act::NewBrand(..)
        | Act::Archive(_)
        | Act::Invite(..)
        | Act::AddBrands(..)
        | Act::RemoveBrands(..)
        | Act::Resend(_)
        | Act::Revoke(_) => (MANAGER, true),
        Act::SignIn(..) | Act::Stop(_) => (VIEWER, false),
        Act::Pool(_)
        | Act::Left(_)
        | Act::Jobs(_)
        | Act::Enter(_)
        | Act::LeavePortal(_)
        | Act::Look(..)
        | Act::Choose(..)
        | Act::Allow(..)
        | Act::SetPolicy(..)
        | Act::LookAs(..) => return None,
    })
}

impl Act {
    /// Whether an operator does it.
    pub fn is_operators(&self) -> bool {
        needs(self).is_some()
    }

    /// Whether it is open to those who are signed in on an account's behalf.
    pub fn is_open(&self) -> bool {
        needs(self).is_some_and(|(_, open)| open)
    }

    /// Whether it asks for what may be at all.
    pub fn is_well_formed(&self) -> bool {
        match self {
            Act::StartTrial(_, days) | Act::ExtendTrial(_, days) => (1..=14).contains(days),
            _ => true,
        }
    }

    /// When the access ends that it gives.
    fn ends(&self) -> Option<Time> {
        match self {
            Act::Invite(_, _, ends) | Act::AddBrands(_, _, ends) => *ends,
            _ => None,
        }
    }

    /// The person who does it in the portal.
    pub fn person(&self) -> Option<Id> {
        match self {
            Act::Enter(person)
            | Act::LeavePortal(person)
            | Act::Look(person, _)
            | Act::Choose(person, ..)
            | Act::Allow(person, ..)
            | Act::SetPolicy(person, ..) => Some(person),
            _ => None,
        }
    }

    /// The client that it is about.
    pub fn client(&self) -> Option<Id> {
        match self {
            Act::Invite(person, ..)
            | Act::AddBrands(person, ..)
            | Act::RemoveBrands(person, _)
            | Act::Resend(person)
            | Act::Revoke(person) => Some(person),
            _ => None,
        }
    }

    /// The account that it names.
    pub fn account(&self) -> Option<Id> {
        match self {
            Act::StartTrial(account, _)
            | Act::ExtendTrial(account, _)
            | Act::Activate(account, _)
            | Act::Disable(account)
            | Act::Resume(account)
            | Act::Delete(account)
            | Act::ChangePlan(account, _)
            | Act::AddAddOn(account, _)
            | Act::RemoveAddOn(account, _)
            | Act::BillBy(account, _)
            | Act::SetOwner(account, _)
            | Act::Address(account, _)
            | Act::Allocate(account, _)
            | Act::Reserve(account, ..)
            | Act::Release(account, ..)
            | Act::SignIn(account, ..) => Some(account),
            Act::NewBrand(_, account) | Act::MoveBrand(_, account) => *account,
            _ => None,
        }
    }

    /// The brands that it names.
    pub fn brands(&self) -> &[Id] {
        match self {
            Act::Archive(brand) => core::slice::from_ref(brand),
            Act::Invite(_, brands, _)
            | Act::AddBrands(_, brands, _)
            | Act::RemoveBrands(_, brands) => brands,
            _ => &[],
        }
    }
}

impl Model {
    /// What the spec says of a step at this time.
    pub fn judge(&self, step: &Step) -> Said {
        let mut said =
            Said { verdict: Verdict::default(), done: self.clone(), refused: self.clone() };
        if let Some((least, open)) = needs(&step.act) {
            self.judge_operator(step, (least, open), &mut said);
        }
        let missing = step.act.account().filter(|account| !self.accounts.contains_key(account));
        if missing.is_some() && !matches!(step.act, Act::Create { .. }) {
            // Something else may be wrong as well.
            said.verdict.refuse("not-found");
            said.verdict.refuse_if(!step.act.is_well_formed(), "invalid");
            if let Act::NewBrand(brand, _) | Act::MoveBrand(brand, _) = &step.act
                && let Some(brand) = self.brands.get(brand)
            {
                said.verdict.refuse("exists");
                said.verdict.refuse_if(brand.archived, "archived");
            }
        } else if step.under.is_none() || said.verdict.must.is_empty() {
            // A token that isn't good for it is refused as such, whatever else is wrong.
            said.done.act(step, &mut said.verdict);
            said.done.note();
        }
        said.verdict.refuse_if(step.act.ends().is_some_and(|ends| ends <= self.now), "invalid");
        said.note_use(step);
        said
    }

    /// Who may do it: by the role, and by the sign-in on an account's behalf.
    fn judge_operator(&self, step: &Step, (least, open): (u8, bool), said: &mut Said) {
        let (operator, role) = step.by;
        let verdict = &mut said.verdict;
        verdict.refuse_if(role < least, "role");
        let Some(whose) = step.under else {
            let own = matches!(step.act, Act::SignIn(..) | Act::Stop(_));
            let acting = self.running(operator).is_some() && !own;
            return verdict.refuse_if(acting, "acting");
        };
        let Some(place) = self.latest(whose) else { return verdict.refuse("acting-as") };
        let Some(sign_in) = self.sign_ins.get(place) else { return verdict.refuse("acting-as") };
        if !open {
            return verdict.refuse("scope");
        }
        if sign_in.ended.is_some() {
            return verdict.refuse("acting-as");
        }
        let broken = if operator != sign_in.operator {
            Some("actor")
        } else if role < sign_in.role {
            Some("role")
        } else {
            None
        };
        if let Some(how) = broken {
            verdict.must = BTreeSet::from(["acting-as".to_owned()]);
            if let Some(sign_in) = said.refused.sign_ins.get_mut(place) {
                sign_in.ended = Some((self.now, how));
            }
            return;
        }
        verdict.refuse_if(!sign_in.full, "read-only");
        let other = step.act.account().is_some_and(|account| account != sign_in.account);
        let own = self.brands_of(sign_in.account);
        let others = step.act.brands().iter().any(|brand| !own.contains(brand));
        verdict.refuse_if(other || others, "scope");
        self.judge_part(&step.act, &own, verdict);
        if verdict.must.contains("scope") || verdict.must.contains("not-found") {
            // There may be no such brands besides, or not any more.
            self.judge_brands(step.act.brands(), verdict);
        }
        if let Act::Archive(brand) = &step.act {
            verdict.refuse_if(!self.brands.contains_key(brand), "not-found");
        }
    }

    /// Of a client with others' brands too, only access to the account's can change.
    fn judge_part(&self, act: &Act, own: &BTreeSet<Id>, verdict: &mut Verdict) {
        let (client, whole) = match act {
            Act::Invite(client, ..) => {
                self.judge_former(client, verdict);
                return verdict.refuse_if(!self.may_be_invited(client, own), "scope");
            }
            Act::AddBrands(client, ..) | Act::RemoveBrands(client, ..) => (client, false),
            Act::Resend(client) | Act::Revoke(client) => (client, true),
            _ => return,
        };
        let Some(known) = self.clients.get(client) else { return verdict.refuse("not-found") };
        let brands = known.grants.keys().filter(|brand| own.contains(*brand)).count();
        verdict.refuse_if(brands == 0, "not-found");
        verdict.refuse_if(whole && brands > 0 && brands < known.grants.len(), "scope");
    }

    /// Whether somebody can be invited on behalf of the account with these brands: not who has others'.
    pub fn may_be_invited(&self, client: Id, own: &BTreeSet<Id>) -> bool {
        let known = self.clients.get(client);
        known.is_none_or(|known| known.grants.keys().all(|brand| own.contains(brand)))
    }

    /// Whoever has no access any more may have had others' brands only: then what they wrote of them would
    /// come along. The log knows it; here, both will do.
    pub fn judge_former(&self, client: Id, verdict: &mut Verdict) {
        if self.clients.get(client).is_some_and(|known| known.stands == Stands::Revoked) {
            verdict.may_refuse("scope");
        }
    }

    fn act(&mut self, step: &Step, verdict: &mut Verdict) {
        let before = self.clone();
        if !self.act_on_account(step, verdict) && !self.act_on_people(step, verdict) {
            self.act_on_sign_ins(step, verdict);
        }
        self.judge_limits(&before, verdict);
    }
}
