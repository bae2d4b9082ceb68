//! `clientdesk simulate-activity`: a store with clients and months of what they did.
//!
//! Nothing is made up in the store: the clock goes day by day through the months, and every
//! invite, log-in, page view and job is a call of the component.

mod plan;

use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use clientdesk_host::adapters::clock::{Clock, ManualClock, SystemClock};
use clientdesk_host::{CallError, DueStop, Host};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::answer::{at, text};
use super::failure::Failure;
use super::format::{count, thousands};
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::refusal;
use super::show::Page;
use super::store::StoreArgs;
use plan::{BRANDS, FEATURES, Person, Visit};

const EXAMPLES: &str = "\
Examples:
  clientdesk simulate-activity --agency acme
      creates the agency `acme` with 200 clients and six months of activity
  clientdesk simulate-activity --agency small --clients 20 --months 2 --seed 7
      creates a smaller one; the same seed always gives the same clients";

/// Fills a store with an agency, its clients, and months of their activity
///
/// It lets you see lists, scores and weekly summaries at a realistic size. The agency must be
/// a new one, since its history starts months ago.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// The id of the agency to create
    #[arg(long, value_name = "ID", env = "CLIENTDESK_AGENCY", default_value = "acme")]
    agency: String,
    /// How many clients it has
    #[arg(long, value_name = "N", default_value_t = 200,
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    clients: u32,
    /// How many months, of 30 days each
    #[arg(long, value_name = "N", default_value_t = 6,
        value_parser = clap::value_parser!(u32).range(1..=24))]
    months: u32,
    /// The seed that clients and their habits are drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    store: StoreArgs,
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
const BAR: &str = "{wide_bar} {human_pos} of {human_len} days, {elapsed} (about {eta} to go) ";

/// What is to be made: an agency that ends up as it stands at a time.
pub(crate) struct Scene<'a> {
    /// The agency's id.
    pub(crate) agency: &'a str,
    /// Where its portal is.
    pub(crate) portal: &'a str,
    /// How many clients it has.
    pub(crate) clients: u32,
    /// How many months, of 30 days each.
    pub(crate) months: u32,
    /// What clients and their habits are drawn from.
    pub(crate) seed: u64,
    /// When it ends.
    pub(crate) end: u64,
}

/// A play: the agency, its people, and how far it is.
struct Play<'a> {
    host: &'a Host,
    clock: &'a ManualClock,
    agency: &'a str,
    portal: &'a str,
    /// Midnight of the first day.
    begin: u64,
    end: u64,
    people: Vec<Person>,
    ids: Vec<Option<Value>>,
    days: usize,
    did: Did,
}

/// What was done.
#[derive(Default)]
struct Did {
    log_ins: u64,
    pages: u64,
    exports: u64,
    jobs: u64,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &SimulateArgs,
    form: Form,
) -> Result<(), Failure> {
    let scene = Scene {
        agency: &args.agency,
        portal: "https://clients.example.com",
        clients: args.clients,
        months: args.months,
        seed: args.seed,
        end: args.store.time().unwrap_or_else(|| SystemClock.now()),
    };
    let clock = ManualClock::at(scene.begin()?);
    let builder = args.store.open_or_create(component.host()?)?;
    let host = builder.clock(Arc::new(clock.clone())).build()?;
    let bar = ProgressBar::new(scene.days() as u64);
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style);
    }
    let play = Play::of(&scene, &host, &clock)?.played(|| bar.inc(1))?;
    bar.finish_and_clear();
    if form.is_json() {
        return Ok(output::json(&play.in_json(args.months))?);
    }
    Ok(told(&play, args.months, &args.store.option()).print()?)
}

/// What was made, and how to look at it.
fn told(play: &Play<'_>, months: u32, store: &str) -> Page {
    let Did { log_ins, pages, exports, jobs } = play.did;
    let mut page = Page::on_standard_output();
    let months = count(usize::try_from(months).unwrap_or(0), "month");
    let clients = count(play.people.len(), "client");
    page.line(&format!(
        "{months} of activity by {clients} of the agency `{}`: {} log-ins, {} page views, {} exports, {} jobs.",
        play.agency,
        thousands(log_ins),
        thousands(pages),
        thousands(exports),
        thousands(jobs),
    ));
    page.heading("Take a look");
    for command in
        ["health", "clients --sort health", "health client1@example.com", "mails --kind digest"]
    {
        page.line(&format!("  clientdesk {command} --agency {}{store}", play.agency));
    }
    page
}

/// Makes all of a scene in a host's store, by the host's clock, which ends where the scene does.
pub(crate) fn fill(host: &Host, clock: &ManualClock, scene: &Scene<'_>) -> Result<(), Failure> {
    Play::of(scene, host, clock)?.played(|| ()).map(|_| ())
}

impl Scene<'_> {
    fn days(&self) -> usize {
        usize::try_from(self.months).unwrap_or(1) * 30
    }

    /// Midnight of the first day.
    fn begin(&self) -> anyhow::Result<u64> {
        let midnight = self.end - self.end % DAY;
        let begin = midnight.checked_sub(self.days() as u64 * DAY);
        begin.context("that many months ago was before 1970")
    }
}

impl<'a> Play<'a> {
    fn of(scene: &Scene<'a>, host: &'a Host, clock: &'a ManualClock) -> Result<Self, Failure> {
        let days = scene.days();
        let people = plan::people(scene.seed, usize::try_from(scene.clients).unwrap_or(1), days);
        let (begin, end) = (scene.begin()?, scene.end);
        let ids = vec![None; people.len()];
        let (agency, portal, did) = (scene.agency, scene.portal, Did::default());
        clock.set(begin);
        Ok(Play { host, clock, agency, portal, begin, end, people, ids, days, did })
    }

    /// The whole play; `each_day` is told of each day that is over.
    fn played(mut self, each_day: impl Fn()) -> Result<Self, Failure> {
        self.found()?;
        for day in 0..self.days {
            self.day(day)?;
            each_day();
        }
        self.clock.set(self.end);
        self.jobs()?;
        Ok(self)
    }
}

impl Play<'_> {
    fn in_json(&self, months: u32) -> Value {
        let Did { log_ins, pages, exports, jobs } = self.did;
        json!({
            "agency": self.agency,
            "months": months,
            "clients": self.people.len(),
            "log-ins": log_ins,
            "page-views": pages,
            "exports": exports,
            "jobs": jobs,
        })
    }

    /// The agency, its brands, and settings that make something to look at.
    fn found(&self) -> Result<(), Failure> {
        let agency = json!({
            "id": self.agency, "name": "Northlight", "notification-email": "office@example.com",
            "billing-interval": "monthly", "portal-address": self.portal,
        });
        match self.host.call("agencies.create", &[agency]) {
            Ok(_) => (),
            Err(CallError::Refused { error, .. }) if error.get("exists").is_some() => {
                return Err(Failure::failed(format!(
                    "the agency `{}` already exists, and its history can't start over; choose another id with --agency",
                    self.agency
                )));
            }
            Err(error) => return Err(refusal::failed(error)),
        }
        for (number, name) in BRANDS.iter().enumerate() {
            self.ask("brands.create", &[json!({"id": brand(number), "name": name})])?;
        }
        let features =
            FEATURES.iter().map(|(key, label)| json!({"key": key, "label": label, "on": true}));
        let digest = json!({"on": true, "weekday": "monday", "hour": 8, "recipients": []});
        let features: Value = features.collect();
        let changes = json!({"features": features, "digest": digest, "alerts": true});
        self.ask("agencies.update", &[changes]).map(|_| ())
    }

    fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, Failure> {
        let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
        let call = json!({"agency": self.agency, "actor": actor});
        let all = [&[call], arguments].concat();
        self.host.call(function, &all).map_err(refusal::failed)
    }

    /// Moves the clock to a minute of a day.
    fn at(&self, day: usize, minute: u64) {
        self.clock.set(self.begin + day as u64 * DAY + minute * MINUTE);
    }

    fn day(&mut self, day: usize) -> Result<(), Failure> {
        for minute in [0, 8 * 60] {
            self.at(day, minute);
            self.jobs()?;
        }
        self.at(day, 8 * 60 + 30);
        for number in 0..self.people.len() {
            self.manage(number, day)?;
        }
        let days = self.days;
        let visit = |(number, person): (usize, &Person)| Some((number, person.visit(day, days)?));
        let mut visits: Vec<(usize, Visit)> =
            self.people.iter().enumerate().filter_map(visit).collect();
        visits.sort_by_key(|(number, visit)| (visit.minute, *number));
        for (number, visit) in visits {
            self.at(day, visit.minute);
            self.visit(number, &visit)?;
        }
        self.at(day, 18 * 60 + 5);
        self.jobs()
    }

    /// What the agency does about somebody on this day.
    fn manage(&mut self, number: usize, day: usize) -> Result<(), Failure> {
        let Some(person) = self.people.get(number) else { return Ok(()) };
        if person.invited == day {
            let brands: Vec<String> = person.brands.iter().map(|number| brand(*number)).collect();
            let invite = json!({"email": person.email, "name": person.name, "brands": brands});
            let invited = self.ask("clients.invite-by-email", &[invite])?;
            if let Some(id) = self.ids.get_mut(number) {
                *id = Some(at(&invited, "client").clone());
            }
        } else if person.revoked == Some(day) {
            let id = self.ids.get(number).cloned().flatten().unwrap_or(Value::Null);
            self.ask("clients.revoke", &[id])?;
        }
        Ok(())
    }

    /// A log-in, some pages, perhaps an export; then out again.
    fn visit(&mut self, number: usize, visit: &Visit) -> Result<(), Failure> {
        let Some(person) = self.people.get(number) else { return Ok(()) };
        let portal = |function: &str, arguments: &[Value]| {
            self.host.call(function, arguments).map_err(refusal::failed)
        };
        let who = [json!(self.agency), json!(person.email), json!(person.name), Value::Null];
        let signed_in = portal("portal.admit", &who)?;
        let session = json!(text(&signed_in, "session")?);
        let key = |page: &usize| FEATURES.get(*page).map_or("", |(key, _)| key);
        let views: Value = visit.pages.iter().map(|page| json!({"feature": key(page)})).collect();
        portal("portal.record", &[session.clone(), views])?;
        if visit.exports {
            portal("portal.export", &[session.clone(), json!("pdf")])?;
        }
        if let (true, Some(second)) = (visit.switches, person.brands.get(1)) {
            portal("portal.switch-brand", &[session.clone(), json!(brand(*second))])?;
            portal("portal.view-page", &[session.clone(), json!(key(&0))])?;
            self.did.pages += 1;
        }
        portal("portal.log-out", &[session])?;
        self.did.log_ins += 1;
        self.did.pages += visit.pages.len() as u64;
        self.did.exports += u64::from(visit.exports);
        Ok(())
    }

    /// Everything that is due.
    fn jobs(&mut self) -> Result<(), Failure> {
        let run = self.host.run_due(500, |_| true);
        self.did.jobs += run.done;
        match run.stopped {
            None | Some(DueStop::Told) => Ok(()),
            Some(DueStop::Call(error)) => Err(refusal::failed(error)),
            Some(DueStop::Problem(problem)) => Err(Failure::failed(problem)),
        }
    }
}

/// The id of a brand.
fn brand(number: usize) -> String {
    let name = BRANDS.get(number).copied().unwrap_or_default();
    let word = name.split(' ').next().unwrap_or_default();
    word.to_lowercase()
}
