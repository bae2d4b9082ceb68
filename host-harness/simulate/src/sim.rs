//! A history that is played: what happens in it, and whether all is as it should be.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_scenario::Target;
use serde_json::Value;

use crate::history::{Deed, Move};
use crate::people::acts::{Act, Step};
use crate::people::play::{ALL_JOBS, Answer, Planned, Trouble, called, open_shop};
use crate::people::{Play, Wrong};
use crate::planted::Bug;
use crate::tally::Tally;
use crate::tours::{Guide, TOURS, What};
use crate::wild::{Wild, WildCall};
use crate::world::{Fault, World};

/// The agencies that there is a reference of.
const AGENCIES: [&str; 2] = ["acme", "beta"];

/// How often all is compared: once in so many things.
const ALL_ONCE_IN: usize = 16;

/// How many things a crash may take back.
const SNAPSHOTS: usize = 4;

/// A history while it is played.
pub struct Sim {
    /// What it happens in.
    pub world: Arc<World>,
    /// The agencies with a reference.
    pub plays: Vec<Play>,
    /// The one without.
    pub wild: Wild,
    /// How many tours were made, each in an agency of its own.
    pub tours: usize,
    tally: Arc<Tally>,
    /// What there was before each of the latest things that happened.
    snapshots: VecDeque<Snapshot>,
    done: usize,
    /// Jobs may have been put off: what is booked may lag, until the end.
    pub troubled: bool,
}

struct Snapshot {
    commits: usize,
    mails: usize,
    plays: Vec<Play>,
    wild: Wild,
    tours: usize,
    /// Next comes something that happens as a whole, or not at all.
    is_whole: bool,
}

impl Sim {
    /// A new one.
    pub fn new(code: &Host, bug: Option<&'static Bug>, tally: &Arc<Tally>) -> Result<Sim, Wrong> {
        let world = Arc::new(World::new(code, bug, tally)?);
        open_shop(&world.door())?;
        let play = |agency| Play::new(agency, Rc::new(world.door()), world.clock.clone());
        let plays = AGENCIES.into_iter().map(play).collect::<Result<_, _>>()?;
        let wild = Wild::new(&world.door())?;
        let (tally, snapshots) = (Arc::clone(tally), VecDeque::new());
        let (tours, done, troubled) = (0, 0, false);
        Ok(Sim { world, plays, wild, tours, tally, snapshots, done, troubled })
    }

    /// Something happens; afterwards all is as it should be.
    pub fn play(&mut self, next: &Move) -> Result<(), Wrong> {
        self.set_clock(next);
        if let Deed::Crash(back, commits) = next.deed {
            return self.crash(back, commits);
        }
        self.keep_snapshot(matches!(next.deed, Deed::Race(..) | Deed::Tour(_)));
        let mails = self.world.post.count();
        let trouble = match &next.deed {
            Deed::Step(agency, step) => self.step(next, *agency, step)?,
            Deed::Race(agency, step, other) => self.race(next, *agency, (step, other))?,
            Deed::Wild(call) => self.wild(next, call)?,
            Deed::Tour(which) => self.tour(next, *which)?,
            Deed::Crash(..) => Trouble::default(),
        };
        // What failed, or was in the way of others, is put off.
        self.troubled |= trouble.failed || matches!(next.deed, Deed::Race(..));
        if trouble.failed {
            self.world.post.trouble_since(mails);
            self.note_fault(next.fault);
        }
        self.tally.sometimes(if next.host == 0 { "a reused instance" } else { "a fresh instance" });
        self.done += 1;
        if self.done.is_multiple_of(ALL_ONCE_IN) {
            self.check_all()?;
        }
        Ok(())
    }

    fn set_clock(&mut self, next: &Move) {
        let clock = &self.world.clock;
        if next.at < clock.now() {
            self.tally.sometimes("a clock that was set back");
        }
        clock.set(next.at);
    }

    fn keep_snapshot(&mut self, is_whole: bool) {
        if self.snapshots.len() >= SNAPSHOTS {
            self.snapshots.pop_front();
        }
        let (commits, mails) = (self.world.store.commits(), self.world.post.count());
        let (plays, wild, tours) = (self.plays.clone(), self.wild.clone(), self.tours);
        self.snapshots.push_back(Snapshot { commits, mails, plays, wild, tours, is_whole });
    }

    /// What somebody does, by a host.
    fn step(&mut self, next: &Move, agency: usize, step: &Step) -> Result<Trouble, Wrong> {
        let place = self.world.place(next.host);
        let (gate, edge) = (Arc::clone(&place.gate), Arc::clone(&place.edge));
        let Some(play) = self.plays.get_mut(agency) else { return Ok(Trouble::default()) };
        let planned = play.plan(step);
        gate.begin(next.fault, None);
        let may_fail = Trouble { failed: next.fault.is_some(), unknown: false };
        let answer = play.perform(&planned, &*edge, may_fail);
        let (trouble, conflicts) = gate.end();
        let mut answer = answer?;
        let is_lost = trouble.failed && answer.is_err() && planned.step.key.is_some();
        let trouble = if is_lost && !matches!(step.act, Act::Jobs(_)) {
            // With its key, it can be repeated, whatever became of it.
            answer = play.perform(&planned, &*edge, Trouble::default())?;
            self.tally.sometimes("a repeated command answered as before");
            Trouble { failed: false, ..trouble }
        } else {
            trouble
        };
        if conflicts > 0 && answer.is_ok() {
            self.tally.sometimes("a retry won");
        }
        self.take(agency, &[(planned, answer)], trouble)?;
        Ok(Trouble { failed: trouble.failed || is_lost, ..trouble })
    }

    /// What two do at the same time: the second is done before the first's first commit, or after all.
    fn race(
        &mut self,
        next: &Move,
        agency: usize,
        (step, other): (&Step, &Step),
    ) -> Result<Trouble, Wrong> {
        let (here, there) = (self.world.place(next.host), self.world.place(1 - next.host.min(1)));
        let (gate, edge, rival) = (here.gate.clone(), here.edge.clone(), there.edge.clone());
        there.gate.begin(None, None);
        let Some(play) = self.plays.get_mut(agency) else { return Ok(Trouble::default()) };
        let (first, second) = (play.plan(step), play.plan(other));
        let found: Arc<Mutex<Option<Result<Answer, Wrong>>>> = Arc::default();
        let (function, arguments, slot) =
            (second.function, second.arguments.clone(), found.clone());
        let is_jobs = matches!(other.act, Act::Jobs(_));
        let ask = move || {
            let answer = if is_jobs {
                crate::people::play::run_jobs(&*rival, ALL_JOBS, false).map(Ok)
            } else {
                called(&*rival, function, &arguments)
            };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        };
        gate.begin(None, Some(Box::new(ask.clone())));
        let answer = play.perform(&first, &*edge, Trouble::default());
        let (trouble, conflicts) = gate.end();
        let answer = answer?;
        let theirs = found.lock().unwrap_or_else(PoisonError::into_inner).take();
        if conflicts > 0 {
            let what = if answer.is_ok() { "a retry won" } else { "a conflict lost" };
            self.tally.sometimes(what);
        }
        match theirs {
            Some(theirs) => {
                self.tally.sometimes("both hosts at once");
                self.take(agency, &[(second, theirs?), (first, answer)], trouble)?;
            }
            // Nothing was to be written: then the other comes after it.
            None => {
                self.take(agency, &[(first, answer)], trouble)?;
                let Some(play) = self.plays.get_mut(agency) else { return Ok(trouble) };
                let second = play.plan(other);
                let answer = play.perform(&second, &*edge, Trouble::default())?;
                self.take(agency, &[(second, answer)], trouble)?;
            }
        }
        Ok(trouble)
    }

    /// What became of things that were done one after the other, in this order.
    fn take(
        &mut self,
        agency: usize,
        done: &[(Planned, Answer)],
        trouble: Trouble,
    ) -> Result<(), Wrong> {
        let mut all_done = false;
        if let Some(play) = self.plays.get_mut(agency) {
            let mut planned = Vec::new();
            for (one, answer) in done {
                play.arrive();
                let one = Planned { before: play.model.clone(), ..one.clone() };
                play.take(&one, answer.clone(), trouble)?;
                match play.went.as_str() {
                    "happened" => self.tally.sometimes("an unknown answer that had happened"),
                    "didn't happen" => self.tally.sometimes("an unknown answer that had not"),
                    _ => {}
                }
                if answer.as_ref().is_err_and(|error| error == "busy") {
                    self.tally.sometimes("busy after too many conflicts");
                }
                all_done |= matches!(one.step.act, Act::Jobs(limit) if limit >= ALL_JOBS);
                planned.push(one);
            }
            let planned: Vec<&Planned> = planned.iter().collect();
            play.check_log(&planned)?;
            for one in &planned {
                play.check_near(&one.step)?;
            }
            if all_done && !trouble.failed && !self.troubled && done.len() == 1 {
                play.check_paid()?;
            }
        }
        self.others(agency)
    }

    /// What jobs wrote in the other agencies.
    fn others(&mut self, agency: usize) -> Result<(), Wrong> {
        for (place, play) in self.plays.iter_mut().enumerate() {
            if place != agency {
                play.arrive();
                play.check_log(&[])?;
            }
            for kind in play.kinds.drain(..) {
                self.tally.note(format!("event {kind}"));
            }
        }
        let door = self.world.door();
        self.wild.catch_up(&door)?;
        for kind in self.wild.kinds.drain(..) {
            self.tally.note(format!("event {kind}"));
        }
        Ok(())
    }

    fn wild(&mut self, next: &Move, call: &WildCall) -> Result<Trouble, Wrong> {
        let mut all = self.wild_once(next, call)?;
        for _ in 1..call.times {
            let trouble = self.wild_once(next, call)?;
            all.failed |= trouble.failed;
        }
        self.others(usize::MAX)?;
        Ok(all)
    }

    fn wild_once(&mut self, next: &Move, call: &WildCall) -> Result<Trouble, Wrong> {
        let arguments = self.wild.arguments(call);
        let place = self.world.place(next.host);
        let (gate, edge) = (Arc::clone(&place.gate), Arc::clone(&place.edge));
        gate.begin(next.fault, None);
        let answer = edge.call(&call.function, &arguments);
        let (trouble, _) = gate.end();
        let answer: Answer = match answer {
            Ok(answer) => Ok(answer),
            Err(clientdesk_scenario::TargetError::Refused(error)) => Err(error),
            Err(clientdesk_scenario::TargetError::Broken(why)) => {
                return Err(format!("{}: {why}", call.function));
            }
        };
        self.wild.take(&self.world, &filled(call, arguments), &answer, trouble)?;
        Ok(trouble)
    }

    /// A tour in an agency of its own, while nothing fails.
    fn tour(&mut self, next: &Move, which: usize) -> Result<Trouble, Wrong> {
        let Some(tour) = TOURS.get(which) else { return Ok(Trouble::default()) };
        self.tours += 1;
        let agency = tour_agency(self.tours);
        let world = Arc::clone(&self.world);
        let told = |line: &str, why: Wrong| format!("{line}: {why}, on the tour `{}`", tour.name);
        let mut guide = Guide::new(&world, next.host, &agency).map_err(|why| told("", why))?;
        for line in &tour.lines {
            let what = line.what.as_ref().map_err(|why| told(line.text, why.clone()))?;
            guide.does(what).map_err(|why| told(line.text, why))?;
            if matches!(what, What::Jobs | What::Wait(_)) {
                self.others(usize::MAX)?;
            }
        }
        for kind in guide.kinds {
            self.tally.note(format!("event {kind}"));
        }
        self.tally.note(format!("tour {}", tour.name));
        Ok(Trouble::default())
    }

    /// The store goes on as it was some things ago, and with some of the commits after that.
    fn crash(&mut self, back: usize, commits: usize) -> Result<(), Wrong> {
        let Some(place) = self.snapshots.len().checked_sub(back.max(1)) else { return Ok(()) };
        let now = self.world.store.commits();
        let later = self.snapshots.get(place + 1);
        let after = later.map_or(now, |next| next.commits);
        let done = later.map_or_else(|| self.plays.clone(), |next| next.plays.clone());
        self.snapshots.truncate(place + 1);
        let Some(snapshot) = self.snapshots.pop_back() else { return Ok(()) };
        // Of what two did at once, one alone would be neither before nor after it.
        let kept = if snapshot.is_whole { 0 } else { commits.min(after - snapshot.commits) };
        if now > snapshot.commits + kept {
            self.tally.sometimes("a commit lost with the tail");
        }
        self.world.store.roll_back(snapshot.commits + kept)?;
        self.world.post.trouble_since(snapshot.mails);
        (self.wild, self.tours) = (snapshot.wild, snapshot.tours);
        let is_whole = kept > 0 && snapshot.commits + kept == after;
        let mut plays = Vec::new();
        for (before, after) in snapshot.plays.into_iter().zip(done) {
            plays.push(came_back((before, after), kept, is_whole)?);
        }
        self.plays = plays;
        self.others(usize::MAX)?;
        self.snapshots.clear();
        self.troubled = true;
        Ok(())
    }

    fn note_fault(&self, fault: Option<Fault>) {
        let what = match fault {
            Some(Fault::Reads(..)) => "a read that failed",
            Some(Fault::Commits(..) | Fault::TooLarge(_) | Fault::DiesBefore(_)) => {
                "a commit that failed"
            }
            Some(Fault::Conflicts(..)) => "a conflict lost",
            Some(Fault::MailLater(_)) => "a mail that was put off",
            Some(Fault::MailNever(_)) => "a mail that was refused for good",
            Some(Fault::Lost(_) | Fault::DiesAfter(_) | Fault::DiesAfterMail(_)) | None => return,
        };
        self.tally.sometimes(what);
    }

    /// Compares all that there is.
    pub fn check_all(&mut self) -> Result<(), Wrong> {
        for play in &mut self.plays {
            play.arrive();
            play.check()?;
        }
        self.others(usize::MAX)
    }

    /// Nothing fails any more: all jobs come to an end, all mails go out, and all is as it should be.
    pub fn calm_down(&mut self) -> Result<(), Wrong> {
        crate::finale::calm_down(self)
    }

    /// What is counted.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

/// An agency after a crash: as it was before something happened, or after it, or somewhere between, where
/// all of it counts or nothing.
fn came_back(
    (mut before, mut after): (Play, Play),
    kept: usize,
    is_whole: bool,
) -> Result<Play, Wrong> {
    // What was looked at since then may be gone.
    after.seen = before.seen;
    if is_whole {
        after.come_back()?;
        return Ok(after);
    }
    before.model.forget_uses(&after.model);
    before.come_back()?;
    if kept == 0 || before.check_known().is_ok() {
        return Ok(before);
    }
    after.come_back()?;
    after
        .check_known()
        .map_err(|why| format!("after a crash, neither done nor not done: {why}"))?;
    Ok(after)
}

/// The agency of a tour.
pub fn tour_agency(number: usize) -> String {
    format!("tour{number}")
}

fn filled(call: &WildCall, arguments: Vec<Value>) -> WildCall {
    WildCall { function: call.function.clone(), arguments, times: 1 }
}
