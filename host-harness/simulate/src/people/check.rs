//! What the component says of accounts, people and sign-ins, compared with what the reference says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::acts::Step;
use super::arguments::{LOST, bills, email, page};
use super::catalog::{Resources, allowance, product};
use super::model::{Id, Standing, Stands, Time, Worth};
use super::play::{Play, Wrong};
use crate::read::{list, number, text};

/// The operators of these histories.
pub const OPERATORS: [Id; 3] = ["max", "olga", "vic"];

/// Where an account may go from where it stands; and it stays deleted.
const MOVES: [(&str, &str); 12] = [
    ("setup", "trial"),
    ("setup", "active"),
    ("setup", "disabled"),
    ("setup", "deleted"),
    ("trial", "active"),
    ("trial", "disabled"),
    ("trial", "deleted"),
    ("active", "disabled"),
    ("active", "deleted"),
    ("disabled", "trial"),
    ("disabled", "active"),
    ("disabled", "deleted"),
];

pub fn same(what: &str, found: &Value, expected: &Value) -> Result<(), Wrong> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} is {found}, and the reference says {expected}"))
}

impl Play {
    /// Compares all that there is.
    pub(crate) fn check(&mut self) -> Result<(), Wrong> {
        self.check_lists()?;
        self.check_stands()
    }

    /// Compares where everything stands, without the lists of it.
    pub(super) fn check_stands(&mut self) -> Result<(), Wrong> {
        self.check_read()?;
        for place in 0..self.sessions.len() {
            self.check_session(place)?;
        }
        // Using sessions wrote entries of its own.
        let (entries, seen) = self.entries()?;
        if !entries.is_empty() {
            self.settle_time();
        }
        self.seen = seen;
        Ok(())
    }

    /// Compares what a step is about.
    pub(crate) fn check_near(&mut self, step: &Step) -> Result<(), Wrong> {
        if let Some(id) = step.act.account().filter(|id| self.model.accounts.contains_key(id)) {
            self.check_account(id)?;
            self.check_usage(id)?;
        }
        for person in step.act.client().into_iter().chain(step.act.person()) {
            if self.model.clients.contains_key(person) {
                self.check_client(person)?;
            }
        }
        Ok(())
    }

    /// Compares all that can be looked at without leaving a trace.
    pub(crate) fn check_read(&mut self) -> Result<(), Wrong> {
        let mut allocated = Resources::NONE;
        for id in self.model.accounts.keys().copied().collect::<Vec<_>>() {
            allocated = allocated.plus(self.check_account(id)?);
            self.check_usage(id)?;
            self.check_sign_ins(id)?;
        }
        for ((name, all), (_, pool)) in allocated.named().into_iter().zip(self.model.pool.named()) {
            if all > pool {
                return Err(format!("{all} {name} are allocated, out of {pool}"));
            }
        }
        for person in self.model.clients.keys().copied().collect::<Vec<_>>() {
            self.check_client(person)?;
        }
        for operator in OPERATORS {
            self.check_running(operator)?;
        }
        self.check_pool()
    }

    /// Gives what comes out of the agency's pool for it, by what the component says of it.
    fn check_account(&mut self, id: Id) -> Result<Resources, Wrong> {
        let shown = self.ask("accounts.get", &[self.rita(), json!(id)])?;
        self.check_move(id, text(&shown["status"]))?;
        let model = &self.model.accounts[id];
        let (trial, reason) = match model.standing {
            Standing::Trial(trial) => (Some(trial.ends), None),
            Standing::Disabled { expired, trial } => {
                let reason = if expired { "trial-expired" } else { "by-hand" };
                (trial.map(|trial| trial.ends), Some(reason))
            }
            Standing::Setup | Standing::Active | Standing::Deleted => (None, None),
        };
        let deleted = model.standing == Standing::Deleted;
        let add_ons: Vec<Id> = model.bought.add_ons.keys().copied().collect();
        let found: Vec<&Value> =
            list(&shown["add-ons"]).iter().map(|add_on| &add_on["id"]).collect();
        for (field, found, expected) in [
            ("status", &shown["status"], json!(model.standing.word())),
            ("trial-ends-at", &shown["trial-ends-at"], json!(trial)),
            ("disabled-reason", &shown["disabled-reason"], json!(reason)),
            ("billing-owner", &shown["billing-owner"], json!(bills(model.platform))),
            ("pays-itself", &shown["pays-itself"], json!(model.bought.itself)),
            ("plan-due", &shown["plan-due"], {
                json!(model.platform && !model.bought.itself && !deleted)
            }),
            ("owner", &self.owner(model.owner, &shown["owner"]), {
                json!(model.owner.map(|owner| self.ids.get(owner)))
            }),
            ("email", &shown["email"], json!(model.email.map(email))),
            ("plan", &shown["plan"]["id"], json!(model.bought.plan)),
            ("add-ons", &json!(found), json!(add_ons)),
            ("run-rate", &shown["run-rate"]["amount"], json!(model.bought.monthly())),
            ("planned", &shown["planned"], self.planned(id)),
            ("brands", &shown["brands"], json!(self.model.brands_of(id))),
            ("resources", &shown["resources"], model.may_use().json()),
        ] {
            same(&format!("{field} of {id}"), found, &expected)?;
        }
        if !model.bought.activated || deleted {
            return Ok(Resources::NONE);
        }
        let own = model.own.map_or(Value::Null, |own| own.json());
        same(&format!("own-resources of {id}"), &shown["own-resources"], &own)?;
        let included = product(text(&shown["plan"]["id"])).gives;
        Ok(model.own.unwrap_or(included))
    }

    fn check_move(&mut self, id: Id, to: &str) -> Result<(), Wrong> {
        match self.stood.insert(id, to.to_owned()) {
            Some(from) if from != to && !MOVES.contains(&(from.as_str(), to)) => {
                Err(format!("{id} went from {from} to {to}"))
            }
            _ => Ok(()),
        }
    }

    fn planned(&self, id: Id) -> Value {
        let bought = &self.model.accounts[id].bought;
        let mut planned = Vec::new();
        planned.extend(bought.downgrade.map(|(at, plan)| (at, json!({"downgrade": plan}))));
        let removals = bought.add_ons.iter();
        let removal =
            |(add_on, goes): (&Id, &Option<Time>)| goes.map(|at| (at, json!({"removal": add_on})));
        planned.extend(removals.filter_map(removal));
        planned.extend(bought.ends.map(|at| (at, json!("end"))));
        planned.sort_by_key(|(at, _)| *at);
        planned.into_iter().map(|(at, what)| json!({"what": what, "at": at})).collect()
    }

    fn check_usage(&self, id: Id) -> Result<(), Wrong> {
        let model = &self.model.accounts[id];
        let shown = self.ask("accounts.usage", &[self.rita(), json!(id)])?;
        let users = self.model.users(id);
        let users: BTreeSet<&String> = users.iter().filter_map(|user| self.ids.get(user)).collect();
        let may = model.may_use();
        let of = |may: u64, used: u64| json!({"allowance": allowance(may), "used": used});
        for (field, expected) in [
            ("users", of(may.users, users.len() as u64)),
            ("clients", json!(users)),
            ("dashboards", of(may.dashboards, model.dashboards)),
            ("api-calls", of(may.calls, model.calls_today(self.model.now))),
        ] {
            same(&format!("usage of {field} of {id}"), &shown[field], &expected)?;
        }
        Ok(())
    }

    fn check_client(&self, person: Id) -> Result<(), Wrong> {
        let model = &self.model.clients[person];
        let shown = self.ask("clients.get", &[self.rita(), json!(self.ids.get(person))])?;
        let status = match shown["status"].as_str() {
            Some("active" | "at-risk" | "churned") => "joined",
            Some(other) => other,
            None => "nobody",
        };
        let (expected, expired) = match model.stands {
            Stands::Pending { .. } => ("pending", !self.model.has_access(model)),
            Stands::Joined => ("joined", false),
            Stands::Revoked => ("revoked", false),
        };
        same(&format!("status of {person}"), &json!(status), &json!(expected))?;
        same(&format!("expired of {person}"), &shown["expired"], &json!(expired))?;
        if let Stands::Pending { until, .. } = model.stands {
            // Access that is over before the invite is ends that, too.
            let ends: Option<Vec<Time>> = model.grants.values().copied().collect();
            let until =
                ends.and_then(|ends| ends.into_iter().max()).map_or(until, |end| end.min(until));
            same(&format!("expiry of {person}"), &shown["expires-at"], &json!(until))?;
        }
        let grants: BTreeMap<&str, &Value> = list(&shown["grants"])
            .iter()
            .map(|one| (text(&one["brand"]), &one["ends-at"]))
            .collect();
        same(&format!("grants of {person}"), &json!(grants), &json!(model.grants))
    }

    /// An owner as it is shown. Whoever has no access any more owns nothing, which a job writes down.
    fn owner(&self, known: Option<Id>, shown: &Value) -> Value {
        let is_gone = |person: &Id| {
            let client = self.model.clients.get(person);
            client.is_some_and(|client| client.stands == Stands::Revoked)
        };
        let gone = self.ids.iter().any(|(person, id)| shown == &json!(id) && is_gone(person));
        if gone && known.is_none() { Value::Null } else { shown.clone() }
    }

    /// Whether a session is worth what its client and the accounts are. That it is used here counts.
    fn check_session(&mut self, place: usize) -> Result<(), Wrong> {
        let Some(token) = self.sessions.get(place).filter(|token| *token != LOST) else {
            return Ok(());
        };
        let answer = self.call("portal.me", &[json!(token)])?;
        let Some(session) = self.model.sessions.get(place) else { return Ok(()) };
        let (person, worth) = (session.client, self.model.worth(session));
        let Some(session) = self.model.sessions.get_mut(place) else { return Ok(()) };
        let brands = match (&answer, worth) {
            (Err(error), Worth::Ended) if error["denied"]["code"] == "session-ended" => {
                return Ok(());
            }
            // It may be worth something again, by a brand that was open all along.
            (Err(error), Worth::Either(_)) if error["denied"]["code"] == "session-ended" => {
                return Ok(());
            }
            (Ok(profile), Worth::Good(brands) | Worth::Either(brands)) => {
                // By a clock that was set back, a later use that isn't known to be noted stays so.
                session.rested &= self.model.now < session.used;
                session.used = session.used.max(self.model.now);
                let found: BTreeSet<&str> =
                    list(&profile["brands"]).iter().map(|one| text(&one["id"])).collect();
                (json!(found), json!(brands))
            }
            (answer, worth) => {
                return Err(format!(
                    "session {place} of {person} answers {answer:?}, and the reference says {worth:?}"
                ));
            }
        };
        same(&format!("what {person} sees"), &brands.0, &brands.1)
    }

    fn check_running(&self, operator: Id) -> Result<(), Wrong> {
        let caller = self.looking_as(operator);
        let current = self.ask("impersonation.current", &[caller])?;
        let running = self.model.running(operator).and_then(|place| self.sign_ins.get(place));
        let running = running.map(|(id, _)| id);
        same(&format!("the sign-in of {operator}"), &current["id"], &json!(running))
    }

    /// The sign-ins on behalf of an account, and how each ended.
    fn check_sign_ins(&self, id: Id) -> Result<(), Wrong> {
        let shown = self.ask("impersonation.list", &[self.rita(), json!(id), page(500)])?;
        let found: BTreeMap<&str, Value> = list(&shown["sign-ins"])
            .iter()
            .map(|one| (text(&one["id"]), json!([one["ends-at"], one["ended"]])))
            .collect();
        let of = self.model.sign_ins.iter().zip(&self.sign_ins);
        let expected: BTreeMap<&str, Value> = of
            .filter(|(one, _)| one.account == id)
            .map(|(one, (id, _))| {
                let ended = one.ended.map(|(at, how)| json!({"at": at, "how": how}));
                (id.as_str(), json!([one.ends, ended]))
            })
            .collect();
        same(&format!("the sign-ins on behalf of {id}"), &json!(found), &json!(expected))?;
        let account = &self.model.accounts[id];
        let allowed = account.allowed_until.filter(|until| *until > self.model.now);
        let shown_until = Some(number(&shown["allowed-until"])).filter(|at| *at > self.model.now);
        same(&format!("until when {id} allows sign-ins"), &json!(shown_until), &json!(allowed))?;
        same(&format!("the policy of {id}"), &shown["policy"], &account.policy.json())
    }

    /// What the agency may hand out, and what it has.
    fn check_pool(&self) -> Result<(), Wrong> {
        let shown = self.ask("accounts.pool", &[self.rita()])?;
        for (name, pool) in self.model.pool.named() {
            let found = &shown[name]["allowance"];
            same(&format!("pool of {name}"), found, &allowance(pool))?;
        }
        Ok(())
    }
}
