//! The component in a world of its own, to which a history happens, with the reference beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use serde_json::{Value, json};

use super::acts::{Act, Kind, MANAGER, OWNER, Said, Start, Step, VIEWER};
use super::catalog;
use super::model::{Id, Model, Policy, Time};
use crate::calls::NO_CLIENT;
use crate::native::Native;

/// 15 January 2027, 08:00: in February, months end a day or more earlier.
pub const BEGIN: Time = 1_800_000_000_000;

/// What is wrong.
pub type Wrong = String;

pub struct Play {
    pub model: Model,
    world: World,
    target: Native,
    /// The clients, by the persons that they are.
    pub ids: BTreeMap<Id, String>,
    /// The secrets of sessions, in the order of the reference's.
    pub sessions: Vec<String>,
    /// The ids and tokens of sign-ins, in the order of the reference's.
    pub sign_ins: Vec<(String, String)>,
    /// The last entry of the log that was looked at.
    pub seen: u64,
    /// What became of the latest step, in a word.
    pub went: String,
    /// Where accounts stood when they were last looked at.
    pub stood: BTreeMap<Id, String>,
}

impl Play {
    pub fn new() -> Play {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(BEGIN);
        let target = Native::new(&world);
        let model = Model::new(BEGIN);
        let (ids, sessions, sign_ins, went, stood) = Default::default();
        let mut play = Play { model, world, target, ids, sessions, sign_ins, seen: 0, went, stood };
        let catalog = play.ask("catalog.get", &[]).unwrap()["catalog"].clone();
        play.ask("catalog.set", &[catalog::with_products(catalog), json!(0)]).unwrap();
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        play.ask("agencies.create", &[agency]).unwrap();
        play.seen = play.entries().unwrap().1;
        play
    }

    /// The answer of a call that nothing refuses.
    pub fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, Wrong> {
        let answer = self.call(function, arguments)?;
        answer.map_err(|refused| format!("{function} is refused: {refused}"))
    }

    pub fn call(&self, function: &str, arguments: &[Value]) -> Result<Result<Value, Value>, Wrong> {
        match self.target.call(function, arguments) {
            Ok(answer) => Ok(Ok(answer)),
            Err(TargetError::Refused(error)) => Ok(Err(error)),
            Err(TargetError::Broken(why)) => Err(format!("{function}: {why}")),
        }
    }

    /// Does a step, and compares what became of it with what the reference says.
    pub fn step(&mut self, step: &Step) -> Result<(), Wrong> {
        self.model.advance(step.at);
        self.world.clock.set(self.model.now);
        // Without the step that started it there is no token.
        let under = step.under.filter(|whose| self.model.latest(whose).is_some());
        let step = &Step { under, ..step.clone() };
        let before = self.model.clone();
        let said = self.model.judge(step);
        let answer = match &step.act {
            Act::Jobs(limit) => self.jobs(*limit).map(Ok)?,
            act => {
                let (function, arguments) = self.arguments(step, act);
                self.call(function, &arguments)?
            }
        };
        self.take(step, said, answer)?;
        self.check_log(step, &before)?;
        self.check()?;
        match step.act {
            Act::Jobs(limit) if limit >= ALL_JOBS => self.check_paid(),
            _ => Ok(()),
        }
    }

    fn take(&mut self, step: &Step, said: Said, answer: Result<Value, Value>) -> Result<(), Wrong> {
        let Said { verdict, done, refused } = said;
        self.went = answer.as_ref().map_or_else(word, |_| "done".to_owned());
        let right = match &answer {
            Ok(_) => verdict.must.is_empty(),
            Err(error) => {
                let word = word(error);
                verdict.must.contains(&word) || verdict.may.contains(&word)
            }
        };
        if !right {
            let answer = answer.map_or_else(|error| format!("refused: {error}"), |_| "done".into());
            return Err(format!("{answer}, and the reference says {verdict:?}"));
        }
        let Ok(answer) = answer else {
            self.model = refused;
            return Ok(());
        };
        self.model = done;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match &step.act {
            Act::Enter(_) => self.sessions.push(text(&answer["session"])),
            Act::SignIn(..) => {
                let id = text(&answer["banner"]["id"]);
                self.sign_ins.push((id, text(&answer["token"])));
            }
            _ => {}
        }
        self.learn_ids()
    }

    /// Looks up who became a client.
    fn learn_ids(&mut self) -> Result<(), Wrong> {
        for person in self.model.clients.keys().copied() {
            if self.ids.contains_key(person) {
                continue;
            }
            let filter = json!({"search": email(person)});
            let found = self.ask("clients.list", &[rita(), filter, Value::Null, page(2)])?;
            let id = found["clients"][0]["id"].as_str();
            let id = id.ok_or_else(|| format!("{person} is no client"))?.to_owned();
            self.ids.insert(person, id);
        }
        Ok(())
    }

    /// Few things at a time: once. Otherwise until nothing is due.
    fn jobs(&self, limit: u32) -> Result<Value, Wrong> {
        loop {
            let report = self.ask("jobs.run", &[json!(limit)])?;
            if report["failed"] != 0 || !report["problem"].is_null() {
                return Err(format!("jobs failed: {report}"));
            }
            let idle = report["more"] == false && report["done"] == 0;
            if limit < ALL_JOBS || idle {
                return Ok(report);
            }
        }
    }

    fn client(&self, person: Id) -> Value {
        json!(self.ids.get(person).map_or(NO_CLIENT, String::as_str))
    }

    fn session(&self, person: Id) -> Value {
        let place = self.model.session_of(person);
        json!(place.map_or("none", |place| self.sessions[place].as_str()))
    }

    fn caller(&self, step: &Step) -> Value {
        let mut caller = operator(step.by);
        let token = step.under.and_then(|whose| self.model.latest(whose));
        caller["acting-as"] = json!(token.map(|place| self.sign_ins[place].1.clone()));
        caller
    }

    /// The function that does it, and its arguments.
    fn arguments(&self, step: &Step, act: &Act) -> (&'static str, Vec<Value>) {
        let caller = self.caller(step);
        match act {
            Act::Create { account, email: person, platform, start } => {
                let start = match start {
                    Start::Setup => json!("setup"),
                    Start::Trial(days) => json!({"trial": days}),
                    Start::Active(plan) => json!({"active": plan}),
                };
                let new = json!({
                    "id": account, "name": account, "email": person.map(email),
                    "billing-owner": bills(*platform), "start": start,
                });
                ("accounts.create", vec![caller, new])
            }
            Act::StartTrial(id, days) => {
                ("accounts.start-trial", vec![caller, json!(id), json!(days)])
            }
            Act::ExtendTrial(id, days) => {
                ("accounts.extend-trial", vec![caller, json!(id), json!(days)])
            }
            Act::Activate(id, plan) => ("accounts.activate", vec![caller, json!(id), json!(plan)]),
            Act::Disable(id) => ("accounts.disable", vec![caller, json!(id)]),
            Act::Resume(id) => ("accounts.resume", vec![caller, json!(id)]),
            Act::Delete(id) => ("accounts.delete", vec![caller, json!(id), json!(id)]),
            Act::ChangePlan(id, plan) => {
                ("accounts.change-plan", vec![caller, json!(id), json!(plan)])
            }
            Act::AddAddOn(id, add_on) => {
                ("accounts.add-add-on", vec![caller, json!(id), json!(add_on)])
            }
            Act::RemoveAddOn(id, add_on) => {
                ("accounts.remove-add-on", vec![caller, json!(id), json!(add_on)])
            }
            Act::BillBy(id, platform) => {
                ("accounts.set-billing-owner", vec![caller, json!(id), json!(bills(*platform))])
            }
            Act::SetOwner(id, person) => {
                let client = person.map_or(Value::Null, |person| self.client(person));
                ("accounts.set-owner", vec![caller, json!(id), client])
            }
            Act::Address(id, person) => {
                let changes = json!({"email": person.map_or_else(String::new, email)});
                ("accounts.update", vec![caller, json!(id), changes])
            }
            Act::Allocate(id, own) => (
                "accounts.set-resources",
                vec![caller, json!(id), json!(own.map(|own| own.json()))],
            ),
            Act::Reserve(id, kind, amount) => {
                ("accounts.reserve", vec![caller, json!(id), kind.json(), json!(amount)])
            }
            Act::Release(id, kind, amount) => {
                ("accounts.release", vec![caller, json!(id), kind.json(), json!(amount)])
            }
            other => self.peoples_arguments(caller, other),
        }
    }

    fn peoples_arguments(&self, caller: Value, act: &Act) -> (&'static str, Vec<Value>) {
        match act {
            Act::NewBrand(id, account) => {
                let new = json!({"id": id, "name": id, "account": account});
                ("brands.create", vec![caller, new])
            }
            Act::MoveBrand(id, account) => {
                ("accounts.move-brand", vec![caller, json!(id), json!(account)])
            }
            Act::Archive(id) => ("brands.archive", vec![caller, json!(id), json!(true)]),
            Act::Invite(person, brands, ends) => {
                let invite = json!({
                    "email": email(person), "brands": brands, "access-ends-at": ends,
                });
                ("clients.invite-by-email", vec![caller, invite])
            }
            Act::AddBrands(person, brands, ends) => {
                let arguments = vec![caller, self.client(person), json!(brands), json!(ends)];
                ("clients.add-brands", arguments)
            }
            Act::RemoveBrands(person, brands) => {
                ("clients.remove-brands", vec![caller, self.client(person), json!(brands)])
            }
            Act::Resend(person) => ("clients.resend", vec![caller, self.client(person)]),
            Act::Revoke(person) => ("clients.revoke", vec![caller, self.client(person)]),
            Act::SignIn(id, full, minutes) => {
                let mode = if *full { "full" } else { "read-only" };
                let new = json!({
                    "account": id, "reason": "Help", "mode": mode, "minutes": minutes,
                });
                ("impersonation.start", vec![caller, new])
            }
            Act::Stop(whose) => {
                let latest = self.model.latest(whose);
                let id = latest.map_or("none", |place| self.sign_ins[place].0.as_str());
                ("impersonation.stop", vec![caller, json!(id)])
            }
            other => self.others_arguments(other),
        }
    }

    fn others_arguments(&self, act: &Act) -> (&'static str, Vec<Value>) {
        match act {
            Act::Pool(pool) => {
                ("catalog.set-terms", vec![json!("acme"), json!({"pool": pool.json()})])
            }
            Act::Left(whose) => ("impersonation.left", vec![json!("acme"), json!(whose)]),
            Act::Enter(person) => {
                let arguments = vec![json!("acme"), json!(email(person)), Value::Null, Value::Null];
                ("portal.admit", arguments)
            }
            Act::LeavePortal(person) => ("portal.log-out", vec![self.session(person)]),
            Act::Look(person, brand) => {
                ("portal.switch-brand", vec![self.session(person), json!(brand)])
            }
            Act::Choose(person, id, plan) => {
                ("portal.choose-plan", vec![self.session(person), json!(id), json!(plan)])
            }
            Act::Allow(person, id, minutes) => {
                ("portal.allow-sign-in", vec![self.session(person), json!(id), json!(minutes)])
            }
            Act::SetPolicy(person, id, policy) => {
                let arguments = vec![self.session(person), json!(id), policy.json()];
                ("portal.set-sign-in-policy", arguments)
            }
            Act::LookAs(whose, brand) => {
                let latest = self.model.latest(whose);
                let token = latest.map_or("none", |place| self.sign_ins[place].1.as_str());
                ("portal.switch-brand", vec![json!(token), json!(brand)])
            }
            other => panic!("{other:?} is no call"),
        }
    }
}

/// From so many things at a time on, jobs are run until nothing is due.
pub const ALL_JOBS: u32 = 10;

impl Kind {
    fn json(self) -> Value {
        match self {
            Kind::Dashboards => json!("dashboards"),
            Kind::Calls => json!("api-calls"),
        }
    }
}

impl Policy {
    pub fn json(self) -> Value {
        match self {
            Policy::Always => json!("always"),
            Policy::ReadOnly => json!("read-only"),
            Policy::WhenAllowed => json!("when-allowed"),
        }
    }
}

pub fn bills(platform: bool) -> &'static str {
    if platform { "platform" } else { "agency" }
}

pub fn email(person: Id) -> String {
    format!("{person}@people.example")
}

pub fn page(limit: u32) -> Value {
    json!({"limit": limit})
}

/// An operator as the caller.
fn operator((id, role): (Id, u8)) -> Value {
    let role = match role {
        OWNER => "owner",
        MANAGER => "manager",
        _ => "viewer",
    };
    json!({"agency": "acme", "actor": {"id": id, "name": id, "role": role}})
}

/// Who looks at everything, and changes nothing.
pub fn rita() -> Value {
    operator(("rita", VIEWER))
}

/// Why a call was refused, in a word.
fn word(error: &Value) -> String {
    let said = |case: &str, field: &str| error[case][field].as_str().map(str::to_owned);
    let limit = said("limit", "limit").map(|limit| format!("limit:{limit}"));
    let word = said("denied", "code").or_else(|| said("conflict", "state")).or(limit);
    let case = error.as_object().and_then(|error| error.keys().next()).cloned();
    word.or(case).unwrap_or_else(|| error.to_string())
}
