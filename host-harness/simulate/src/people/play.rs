//! An agency of the component to which a history happens, with the reference beside it.

use std::collections::BTreeMap;
use std::rc::Rc;

use clientdesk_host::adapters::clock::{Clock as _, ManualClock};
use clientdesk_scenario::{Target, TargetError};
use serde_json::{Value, json};

use super::acts::{Act, Said, Step, Verdict};
use super::arguments::{LOST, email, page};
use super::catalog;
use super::draw;
use super::model::{Id, Model, Time};
use crate::dice::Dice;
use crate::read::{list, text};

/// 15 January 2027, 08:00: in February, months end a day or more earlier.
pub const BEGIN: Time = 1_800_000_000_000;

/// From so many things at a time on, jobs are run until nothing is due.
pub const ALL_JOBS: u32 = 10;

/// How often jobs are run at most, until nothing is due.
const RUNS_MAX: u32 = 300;

/// What is wrong.
pub type Wrong = String;

/// What a call came to, or why it came to nothing.
pub type Answer = Result<Value, Value>;

/// One agency, and all that is known of it.
#[derive(Clone)]
pub struct Play {
    /// Its id.
    pub(crate) agency: Id,
    /// The reference as of now.
    pub(crate) model: Model,
    /// The reference as of the latest time that the agency remembers: nothing goes back behind it.
    settled: Model,
    target: Rc<dyn Target>,
    clock: ManualClock,
    /// The clients, by the persons that they are.
    pub(super) ids: BTreeMap<Id, String>,
    /// The secrets of sessions, in the order of the reference's.
    pub(super) sessions: Vec<String>,
    /// The ids and tokens of sign-ins, in the order of the reference's.
    pub(super) sign_ins: Vec<(String, String)>,
    /// The last entry of the log that was looked at.
    pub(crate) seen: u64,
    /// What became of the latest step, in a word.
    pub went: String,
    /// Where accounts stood when they were last looked at.
    pub(super) stood: BTreeMap<Id, String>,
    /// The kinds of the entries that were looked at since somebody took these.
    pub(crate) kinds: Vec<String>,
}

/// A step that is about to be called.
#[derive(Clone)]
pub struct Planned {
    pub step: Step,
    /// What there was before.
    pub before: Model,
    pub function: &'static str,
    pub arguments: Vec<Value>,
}

/// What happened to the host while it answered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trouble {
    /// Something failed.
    pub failed: bool,
    /// A commit may have been made whose answer was lost.
    pub unknown: bool,
}

/// Sells what is for sale in these histories, once for all agencies.
///
/// # Errors
///
/// When that is refused.
pub fn open_shop(target: &dyn Target) -> Result<(), Wrong> {
    let ask = |function: &str, arguments: &[Value]| {
        target.call(function, arguments).map_err(|error| format!("{function}: {error:?}"))
    };
    let catalog = ask("catalog.get", &[])?["catalog"].clone();
    ask("catalog.set", &[catalog::with_products(catalog), json!(0)]).map(drop)
}

impl Play {
    /// A new agency, at the time of this clock.
    ///
    /// # Errors
    ///
    /// When it can't be created.
    pub fn new(agency: Id, target: Rc<dyn Target>, clock: ManualClock) -> Result<Play, Wrong> {
        let model = Model::new(clock.now());
        let settled = model.clone();
        let (ids, sessions, sign_ins, went, stood, kinds) = Default::default();
        let mut play = Play {
            agency,
            model,
            settled,
            target,
            clock,
            ids,
            sessions,
            sign_ins,
            seen: 0,
            went,
            stood,
            kinds,
        };
        let new = json!({
            "id": agency, "name": agency, "notification-email": format!("office@{agency}.example"),
            "billing-interval": "monthly", "portal-address": format!("https://{agency}.example"),
        });
        play.ask("agencies.create", &[new])?;
        play.seen = play.entries()?.1;
        Ok(play)
    }

    /// The answer of a call that nothing refuses.
    pub(crate) fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, Wrong> {
        let answer = self.call(function, arguments)?;
        answer.map_err(|refused| format!("{function} is refused: {refused}"))
    }

    /// What a call answers.
    pub(crate) fn call(&self, function: &str, arguments: &[Value]) -> Result<Answer, Wrong> {
        called(&*self.target, function, arguments)
    }

    /// What happens next, at random.
    pub fn draw(&self, dice: &mut Dice) -> Step {
        draw::step(&self.model, dice).with_ends(dice)
    }

    /// Does a step while nothing fails, and compares everything.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn step(&mut self, step: &Step) -> Result<(), Wrong> {
        self.clock.set(step.at.max(self.settled.now));
        let planned = self.plan(step);
        let target = Rc::clone(&self.target);
        let answer = self.perform(&planned, &*target, Trouble::default())?;
        self.take(&planned, answer, Trouble::default())?;
        self.check_log(&[&planned])?;
        self.check_stands()?;
        match step.act {
            Act::Jobs(limit) if limit >= ALL_JOBS => {
                self.check_lists()?;
                self.check_paid()
            }
            _ => Ok(()),
        }
    }

    /// Lets the reference come to the time of the clock. What was not written down by any commit
    /// hasn't happened yet, for a clock that was set back.
    pub(crate) fn arrive(&mut self) {
        let to = self.clock.now().max(self.settled.now);
        if to < self.model.now {
            let mut model = self.settled.clone();
            model.forget_uses(&self.model);
            // What is reserved is written down beside the agency's time.
            for (id, account) in &mut model.accounts {
                if let Some(later) = self.model.accounts.get(id) {
                    account.dashboards = later.dashboards;
                    account.calls.clone_from(&later.calls);
                }
            }
            self.model = model;
        }
        self.model.advance(to);
    }

    /// Something was written down as of now.
    pub(crate) fn settle_time(&mut self) {
        self.settled = self.model.clone();
    }

    /// Goes on after a crash: the log may have lost entries, or have some that weren't looked at, and how long ago
    /// sessions were used isn't known any more.
    pub(crate) fn come_back(&mut self) -> Result<(), Wrong> {
        let latest = self.latest()?;
        if latest > self.settled.now {
            self.settled.advance(latest);
            let later = std::mem::replace(&mut self.model, self.settled.clone());
            self.model.forget_uses(&later);
        }
        self.arrive();
        self.model.sessions.iter_mut().for_each(|session| session.rested = true);
        self.seen = self.entries()?.1;
        Ok(())
    }

    /// What a step will call, as things stand.
    pub(crate) fn plan(&mut self, step: &Step) -> Planned {
        self.arrive();
        // Without the step that started it, or its answer, there is no token.
        let is_known = |whose: &Id| self.sign_in_of(whose).is_some_and(|(_, token)| token != LOST);
        let step = Step { under: step.under.filter(is_known), ..step.clone() };
        let (function, arguments) = self.arguments(&step, &step.act);
        Planned { step, before: self.model.clone(), function, arguments }
    }

    /// Calls it.
    pub(crate) fn perform(
        &self,
        planned: &Planned,
        target: &dyn Target,
        trouble: Trouble,
    ) -> Result<Answer, Wrong> {
        match &planned.step.act {
            Act::Jobs(limit) => run_jobs(target, *limit, trouble.failed).map(Ok),
            _ => called(target, planned.function, &planned.arguments),
        }
    }

    /// Compares what became of it with what the reference says, which goes on from there.
    pub(crate) fn take(
        &mut self,
        planned: &Planned,
        answer: Answer,
        trouble: Trouble,
    ) -> Result<(), Wrong> {
        self.arrive();
        let step = &planned.step;
        let Said { verdict, done, refused } = self.model.judge(step);
        self.went = answer.as_ref().map_or_else(word, |_| "done".to_owned());
        let answer = match answer {
            Ok(answer) if verdict.must.is_empty() => answer,
            Err(error) if trouble.failed && is_failure(&error) => {
                return self.find_out(step, &verdict, (done, refused), trouble);
            }
            Err(error) if is_said(&verdict, &word(&error)) => {
                self.model = refused;
                return Ok(());
            }
            Ok(_) => return Err(format!("done, and the reference says {verdict:?}")),
            Err(error) => {
                return Err(format!("refused: {error}, and the reference says {verdict:?}"));
            }
        };
        self.model = done;
        match &step.act {
            Act::Enter(_) => self.sessions.push(text(&answer["session"]).to_owned()),
            Act::SignIn(..) => {
                let id = text(&answer["banner"]["id"]).to_owned();
                self.sign_ins.push((id, text(&answer["token"]).to_owned()));
            }
            _ => {}
        }
        self.learn_ids()
    }

    /// A call failed: it happened as a whole, where a commit may have been made, or not at all.
    fn find_out(
        &mut self,
        step: &Step,
        verdict: &Verdict,
        (done, refused): (Model, Model),
        trouble: Trouble,
    ) -> Result<(), Wrong> {
        let mut before = self.model.clone();
        if let Act::LeavePortal(person) = &step.act {
            // Whether it is over, its next use will tell.
            let its = |session: &&mut super::model::Session| session.client == *person;
            before.sessions.iter_mut().filter(its).for_each(|session| session.rested = true);
            self.model = before;
            return Ok(());
        }
        let mut candidates = vec![(before, false)];
        if trouble.unknown && verdict.must.is_empty() {
            candidates.insert(0, (done, true));
        } else if trouble.unknown {
            candidates.push((refused, false));
        }
        let mut problems = Vec::new();
        for (model, happened) in candidates {
            let mut other = self.clone();
            other.model = model;
            match other.is_so(step, happened) {
                Ok(()) => {
                    *self = other;
                    self.went = if happened { "happened" } else { "didn't happen" }.to_owned();
                    return Ok(());
                }
                Err(problem) => problems.push(problem),
            }
        }
        Err(format!("after a failure, neither done nor not done: {}", problems.join("; ")))
    }

    /// Whether all is as the reference says, after an answer was lost.
    fn is_so(&mut self, step: &Step, happened: bool) -> Result<(), Wrong> {
        match &step.act {
            Act::Enter(_) if happened => {
                // Nobody has its secret.
                self.sessions.push(LOST.to_owned());
                if let Some(session) = self.model.sessions.last_mut() {
                    session.over = true;
                }
            }
            Act::SignIn(..) if happened => {
                let caller = self.looking_as(step.by.0);
                let current = self.ask("impersonation.current", &[caller])?;
                let id = current["id"].as_str().ok_or("it isn't signed in")?;
                self.sign_ins.push((id.to_owned(), LOST.to_owned()));
                if let Some(sign_in) = self.model.sign_ins.last_mut() {
                    sign_in.lost = true;
                }
            }
            _ => {}
        }
        self.learn_ids()?;
        self.check_known()
    }

    /// Looks up who became a client.
    fn learn_ids(&mut self) -> Result<(), Wrong> {
        for person in self.model.clients.keys().copied() {
            if self.ids.contains_key(person) {
                continue;
            }
            let filter = json!({"search": email(person)});
            let found = self.ask("clients.list", &[self.rita(), filter, Value::Null, page(2)])?;
            let id = list(&found["clients"]).first().and_then(|client| client["id"].as_str());
            let id = id.ok_or_else(|| format!("{person} is no client"))?.to_owned();
            self.ids.insert(person, id);
        }
        Ok(())
    }
}

/// What a call answers, or is refused for; anything else is wrong.
pub fn called(target: &dyn Target, function: &str, arguments: &[Value]) -> Result<Answer, Wrong> {
    match target.call(function, arguments) {
        Ok(answer) => Ok(Ok(answer)),
        Err(TargetError::Refused(error)) => Ok(Err(error)),
        Err(TargetError::Broken(why)) => Err(format!("{function}: {why}")),
    }
}

/// Few things at a time: once. Otherwise until nothing is due.
pub fn run_jobs(target: &dyn Target, limit: u32, may_fail: bool) -> Result<Value, Wrong> {
    for _ in 0..RUNS_MAX {
        let report = match called(target, "jobs.run", &[json!(limit)])? {
            Ok(report) => report,
            Err(_) if may_fail => return Ok(Value::Null),
            Err(error) => return Err(format!("jobs are refused: {error}")),
        };
        if report["failed"] != 0 || !report["problem"].is_null() {
            return if may_fail { Ok(report) } else { Err(format!("jobs failed: {report}")) };
        }
        let idle = report["more"] == false && report["done"] == 0;
        if limit < ALL_JOBS || idle {
            return Ok(report);
        }
    }
    Err(format!("jobs aren't done after {RUNS_MAX} runs"))
}

fn is_said(verdict: &Verdict, word: &str) -> bool {
    verdict.must.contains(word) || verdict.may.contains(word)
}

/// Whether the host or the store failed, or was too busy: then it isn't known what became of it.
fn is_failure(error: &Value) -> bool {
    let too_large = error["other"]["code"] == "too-large";
    error == "busy" || error.get("unavailable").is_some() || too_large
}

/// Why a call was refused, in a word.
pub fn word(error: &Value) -> String {
    let said = |case: &str, field: &str| error[case][field].as_str().map(str::to_owned);
    let limit = said("limit", "limit").map(|limit| format!("limit:{limit}"));
    let word = said("denied", "code").or_else(|| said("conflict", "state")).or(limit);
    let case = error.as_object().and_then(|error| error.keys().next()).cloned();
    word.or(case).unwrap_or_else(|| error.to_string())
}
