//! What the component says, compared with what the reference says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::acts::{Act, Step};
use super::bought::Payer;
use super::catalog::{Resources, allowance, product};
use super::model::{Id, Model, Standing, Stands, Time, Worth};
use super::play::{Play, Wrong, bills, page, rita};

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

fn same(what: &str, found: &Value, expected: &Value) -> Result<(), Wrong> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} is {found}, and the reference says {expected}"))
}

impl Play {
    /// Compares all that there is.
    pub fn check(&mut self) -> Result<(), Wrong> {
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
        for place in 0..self.sessions.len() {
            self.check_session(place)?;
        }
        for operator in OPERATORS {
            self.check_running(operator)?;
        }
        // Using sessions wrote entries of its own.
        self.seen = self.entries()?.1;
        Ok(())
    }

    /// Gives what comes out of the agency's pool for it, by what the component says of it.
    fn check_account(&mut self, id: Id) -> Result<Resources, Wrong> {
        let shown = self.ask("accounts.get", &[rita(), json!(id)])?;
        self.check_move(id, shown["status"].as_str().unwrap())?;
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
            shown["add-ons"].as_array().unwrap().iter().map(|add_on| &add_on["id"]).collect();
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
                json!(model.owner.map(|owner| &self.ids[owner]))
            }),
            ("plan", &shown["plan"]["id"], json!(model.bought.plan)),
            ("add-ons", &json!(found), json!(add_ons)),
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
        let included = product(shown["plan"]["id"].as_str().unwrap()).gives;
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
        let shown = self.ask("accounts.usage", &[rita(), json!(id)])?;
        let users: BTreeSet<&String> =
            self.model.users(id).iter().map(|user| &self.ids[user]).collect();
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
        let shown = self.ask("clients.get", &[rita(), json!(self.ids[person])])?;
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
        let grants = shown["grants"].as_array().unwrap();
        let grants: BTreeMap<&str, &Value> =
            grants.iter().map(|one| (one["brand"].as_str().unwrap(), &one["ends-at"])).collect();
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
        let answer = self.call("portal.me", &[json!(self.sessions[place])])?;
        let person = self.model.sessions[place].client;
        let worth = self.model.worth(&self.model.sessions[place]);
        let session = &mut self.model.sessions[place];
        let brands = match (&answer, worth) {
            (Err(error), Worth::Ended) if error["denied"]["code"] == "session-ended" => {
                return Ok(());
            }
            // It may be worth something again, by a brand that was open all along.
            (Err(error), Worth::Either(_)) if error["denied"]["code"] == "session-ended" => {
                return Ok(());
            }
            (Ok(profile), Worth::Good(brands) | Worth::Either(brands)) => {
                (session.rested, session.used) = (false, self.model.now);
                let found = profile["brands"].as_array().unwrap();
                let found: BTreeSet<&str> =
                    found.iter().map(|one| one["id"].as_str().unwrap()).collect();
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
        let mut caller = rita();
        caller["actor"]["id"] = json!(operator);
        let current = self.ask("impersonation.current", &[caller])?;
        let running = self.model.running(operator).map(|place| self.sign_ins[place].0.clone());
        same(&format!("the sign-in of {operator}"), &current["id"], &json!(running))
    }

    /// The sign-ins on behalf of an account, and how each ended.
    fn check_sign_ins(&self, id: Id) -> Result<(), Wrong> {
        let shown = self.ask("impersonation.list", &[rita(), json!(id), page(500)])?;
        let found: BTreeMap<&str, Value> = shown["sign-ins"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["id"].as_str().unwrap(), json!([one["ends-at"], one["ended"]])))
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
        let policy = self.model.accounts[id].policy.json();
        same(&format!("the policy of {id}"), &shown["policy"], &policy)
    }

    /// The entries that weren't looked at yet, and the number of the last.
    pub fn entries(&self) -> Result<(Vec<Value>, u64), Wrong> {
        let (mut entries, mut after) = (Vec::new(), self.seen);
        loop {
            let feed = self.ask("audit.read", &[rita(), json!(after), json!(500)])?;
            let further = feed["entries"].as_array().unwrap();
            if further.is_empty() {
                return Ok((entries, after));
            }
            entries.extend(further.iter().cloned());
            after = feed["after"].as_u64().unwrap();
        }
    }

    /// Whatever is written says who did it: under a sign-in, for whom too, and nothing else does.
    pub fn check_log(&mut self, step: &Step, before: &Model) -> Result<(), Wrong> {
        let (entries, after) = self.entries()?;
        self.seen = after;
        for entry in entries {
            let actor = &entry["actor"];
            let wrong = |why: &str| Err(format!("{why}: {entry}"));
            if entry["at"] != self.model.now {
                return wrong("an entry of another time");
            }
            if *actor == "system" {
                continue;
            }
            let right = match (&step.act, actor["operator"]["id"].as_str()) {
                (Act::LookAs(whose, _), Some(id)) => id == *whose,
                (act, Some(id)) => act.is_operators() && id == step.by.0,
                (Act::Pool(_) | Act::Left(_), None) => *actor == "platform",
                (act, None) => {
                    let person = act.person().and_then(|person| self.ids.get(person));
                    person.is_some_and(|id| actor["client"] == *id)
                }
            };
            if !right {
                return wrong("an entry in somebody else's name");
            }
            let whose = match (&step.act, step.under) {
                (Act::LookAs(whose, _), _) => Some(*whose),
                (_, under) => under,
            };
            let running = whose.and_then(|whose| before.running(whose));
            let kind = entry["kind"].as_str().unwrap();
            let sign_in = running.map(|place| &before.sign_ins[place]);
            // Who may not come with a token ends it, in their own name.
            let sign_in = sign_in.filter(|_| kind != "impersonation-ended");
            let behalf = &actor["operator"]["on-behalf-of"];
            same(
                &format!("on whose behalf {entry} is"),
                behalf,
                &json!(sign_in.map(|one| one.account)),
            )?;
            if sign_in.is_some_and(|one| !one.full && kind != "impersonation-used") {
                return wrong("something was changed under a sign-in to look only");
            }
        }
        Ok(())
    }

    /// The charges and credits of each account cover every millisecond up to now once, or not at all, and
    /// are its payer's.
    pub fn check_paid(&self) -> Result<(), Wrong> {
        let mut covered: BTreeMap<(String, Payer), BTreeMap<Time, i64>> = BTreeMap::new();
        let mut payers = vec![(Payer::Agency, Value::Null)];
        let accounts = self.model.accounts.iter().filter(|(_, one)| one.bought.anchor.is_some());
        payers.extend(accounts.map(|(id, _)| (Payer::Account, json!({"payer": {"account": id}}))));
        for (payer, filter) in payers {
            for line in self.lines(&filter)? {
                let weight = match line["kind"].as_str() {
                    Some("charge") => 1,
                    Some("credit") => -1,
                    _ => continue,
                };
                let steps = covered.entry((line["item"].to_string(), payer)).or_default();
                *steps.entry(line["covers-from"].as_u64().unwrap()).or_default() += weight;
                *steps.entry(line["covers-to"].as_u64().unwrap()).or_default() -= weight;
            }
        }
        for (id, account) in &self.model.accounts {
            let bought = &account.bought;
            let plan = (json!({"plan": id}), &bought.paid);
            let add_on =
                |(add_on, paid)| (json!({"add-on": {"account": id, "add-on": add_on}}), paid);
            let items = bought.add_ons_paid.iter().map(add_on);
            for (item, paid) in core::iter::once(plan).chain(items) {
                for payer in [Payer::Agency, Payer::Account] {
                    let found = covered.get(&(item.to_string(), payer)).cloned();
                    self.covers(&item, payer, &found.unwrap_or_default(), paid)?;
                }
            }
        }
        Ok(())
    }

    fn lines(&self, filter: &Value) -> Result<Vec<Value>, Wrong> {
        let (mut lines, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page = json!({"limit": 500, "cursor": cursor});
            let page = self.ask("billing.ledger", &[rita(), filter.clone(), page])?;
            lines.extend(page["lines"].as_array().unwrap().iter().cloned());
            cursor = page["next"].clone();
            if cursor.is_null() {
                return Ok(lines);
            }
        }
    }

    fn covers(
        &self,
        item: &Value,
        payer: Payer,
        found: &BTreeMap<Time, i64>,
        paid: &[(Time, Option<Payer>)],
    ) -> Result<(), Wrong> {
        let times: BTreeSet<Time> =
            found.keys().copied().chain(paid.iter().map(|(at, _)| *at)).collect();
        for time in times.into_iter().filter(|time| *time < self.model.now) {
            let covers: i64 = found.range(..=time).map(|(_, weight)| weight).sum();
            let now = paid.iter().rev().find(|(at, _)| *at <= time).and_then(|(_, payer)| *payer);
            let expected = i64::from(now == Some(payer));
            if covers != expected {
                return Err(format!(
                    "from {time} on {item} is paid for {covers} times by the {payer:?}, not {expected}"
                ));
            }
        }
        Ok(())
    }
}

impl Act {
    /// The person who does it in the portal.
    fn person(&self) -> Option<Id> {
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
}
