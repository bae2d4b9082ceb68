//! What is called for an act, and with which arguments.

use serde_json::{Value, json};

use super::acts::{Act, Kind, MANAGER, OWNER, Start, Step, VIEWER};
use super::model::{Id, Policy};
use super::play::Play;

/// A client that nobody has.
pub const NO_CLIENT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// In place of a secret that nobody knows: the answer that held it was lost.
pub const LOST: &str = "lost";

impl Play {
    fn client(&self, person: Id) -> Value {
        json!(self.ids.get(person).map_or(NO_CLIENT, String::as_str))
    }

    fn session(&self, person: Id) -> Value {
        let place = self.model.session_of(person);
        let token = place.and_then(|place| self.sessions.get(place));
        json!(token.map_or("none", String::as_str))
    }

    fn caller(&self, step: &Step) -> Value {
        let mut caller = self.operator(step.by);
        let token = step.under.and_then(|whose| self.sign_in_of(whose)).map(|(_, token)| token);
        set(&mut caller, "acting-as", json!(token));
        if let Some(key) = &step.key {
            set(&mut caller, "idempotency-key", json!(key));
        }
        caller
    }

    /// Id and token of the latest sign-in of an operator.
    pub(crate) fn sign_in_of(&self, operator: Id) -> Option<&(String, String)> {
        self.sign_ins.get(self.model.latest(operator)?)
    }

    /// An operator as the caller.
    pub(super) fn operator(&self, (id, role): (Id, u8)) -> Value {
        let role = match role {
            OWNER => "owner",
            MANAGER => "manager",
            _ => "viewer",
        };
        json!({"agency": self.agency, "actor": {"id": id, "name": id, "role": role}})
    }

    /// Who looks at everything, and changes nothing.
    pub(crate) fn rita(&self) -> Value {
        self.operator(("rita", VIEWER))
    }

    /// The same by another name.
    pub(crate) fn looking_as(&self, operator: Id) -> Value {
        self.operator((operator, VIEWER))
    }

    /// The function that does it, and its arguments.
    pub(crate) fn arguments(&self, step: &Step, act: &Act) -> (&'static str, Vec<Value>) {
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
                let id = self.sign_in_of(whose).map_or("none", |(id, _)| id.as_str());
                ("impersonation.stop", vec![caller, json!(id)])
            }
            other => self.others_arguments(other),
        }
    }

    fn others_arguments(&self, act: &Act) -> (&'static str, Vec<Value>) {
        match act {
            Act::Pool(pool) => {
                ("catalog.set-terms", vec![json!(self.agency), json!({"pool": pool.json()})])
            }
            Act::Left(whose) => ("impersonation.left", vec![json!(self.agency), json!(whose)]),
            Act::Enter(person) => {
                let arguments =
                    vec![json!(self.agency), json!(email(person)), Value::Null, Value::Null];
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
                let token = self.sign_in_of(whose).map_or("none", |(_, token)| token.as_str());
                ("portal.switch-brand", vec![json!(token), json!(brand)])
            }
            // The jobs; whatever isn't here is above.
            _ => ("jobs.run", vec![json!(1)]),
        }
    }
}

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

/// Puts a field into an object.
pub fn set(object: &mut Value, field: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}
