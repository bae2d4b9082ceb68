//! The end of a history: nothing fails any more, and within a bounded number of steps nothing is left to
//! do.

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_scenario::Target;
use serde_json::{Value, json};

use crate::pages;
use crate::people::Wrong;
use crate::people::model::DAY;
use crate::people::play::{ALL_JOBS, called, run_jobs};
use crate::read::{list, number, text};
use crate::sim::{Sim, tour_agency};
use crate::tours::LEASES_END;
use crate::wild;

/// How many days it may take until nothing is left: mails are tried again for a day and a half.
const DAYS_MAX: u32 = 8;

/// Lets everything come to its end, and looks at all of it.
pub fn calm_down(sim: &mut Sim) -> Result<(), Wrong> {
    catch_up_with_time(sim)?;
    // What a host took on that died is free again.
    sim.world.clock.set(sim.world.clock.now() + LEASES_END);
    for _ in 0..DAYS_MAX {
        run(sim)?;
        retry_parked(sim)?;
        if waiting(sim)?.is_empty() {
            break;
        }
        sim.world.clock.set(sim.world.clock.now() + DAY);
    }
    run(sim)?;
    if let Some(mail) = waiting(sim)?.first() {
        return Err(format!("a mail still waits: {mail}"));
    }
    sim.troubled = false;
    sim.check_all()?;
    for play in &mut sim.plays {
        play.check_paid()?;
        play.check_brands()?;
        play.check_each_bill()?;
    }
    for agency in agencies(sim) {
        verify(sim, &agency)?;
        mails(sim, &agency)?;
        whole(sim, &json!(agency))?;
    }
    whole(sim, &Value::Null)?;
    if let Some(id) = sim.world.post.repeated().first() {
        return Err(format!("the mail {id} went out again, although nothing had failed"));
    }
    if sim.world.post.came_again() > 0 {
        sim.tally().sometimes("a mail that came again");
    }
    secrets(sim)
}

/// The clock comes to where the agencies are: they never go back.
fn catch_up_with_time(sim: &mut Sim) -> Result<(), Wrong> {
    let mut latest = sim.world.clock.now();
    for agency in agencies(sim) {
        let shown = ask(sim, "agencies.get", &[json!(agency)])?;
        latest = latest.max(number(&shown["latest-time"]));
    }
    sim.world.clock.set(latest);
    Ok(())
}

fn agencies(sim: &Sim) -> Vec<String> {
    let modelled = sim.plays.iter().map(|play| play.agency.to_owned());
    let tours = (1..=sim.tours).map(tour_agency);
    modelled.chain([wild::AGENCY.to_owned()]).chain(tours).collect()
}

fn caller(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "rita", "name": "Rita", "role": "viewer"}})
}

fn ask(sim: &Sim, function: &str, arguments: &[Value]) -> Result<Value, Wrong> {
    let answer = called(&sim.world.door(), function, arguments)?;
    answer.map_err(|refused| format!("{function} is refused: {refused}"))
}

/// All that is due.
fn run(sim: &mut Sim) -> Result<(), Wrong> {
    let door = sim.world.door();
    run_jobs(&door as &dyn Target, ALL_JOBS * 10, false)?;
    for play in &mut sim.plays {
        play.arrive();
        play.check_log(&[])?;
    }
    Ok(())
}

/// What failed too often while much failed is done when somebody asks for it.
fn retry_parked(sim: &mut Sim) -> Result<(), Wrong> {
    let parked = ask(sim, "jobs.stuck", &[json!({"limit": 500})])?;
    for job in list(&parked["jobs"]) {
        let arguments = ["agency", "kind", "subject", "due-at"].map(|field| job[field].clone());
        ask(sim, "jobs.retry", &arguments)?;
    }
    if list(&parked["jobs"]).is_empty() {
        return Ok(());
    }
    run(sim)?;
    let parked = ask(sim, "jobs.stuck", &[json!({"limit": 500})])?;
    list(&parked["jobs"]).first().map_or(Ok(()), |job| Err(format!("a job is stuck: {job}")))
}

/// All mails of an agency's outbox.
fn outbox(sim: &Sim, agency: &str) -> Result<Vec<Value>, Wrong> {
    pages::all("mails", |cursor| {
        ask(sim, "jobs.outbox", &[caller(agency), json!({"limit": 500, "cursor": cursor})])
    })
}

/// The mails that aren't out yet.
fn waiting(sim: &Sim) -> Result<Vec<Value>, Wrong> {
    let mut waiting = Vec::new();
    for agency in agencies(sim) {
        let mails = outbox(sim, &agency)?;
        waiting.extend(mails.into_iter().filter(|mail| mail["delivery"] == "queued"));
    }
    Ok(waiting)
}

/// Whatever counts as handed over was taken, and by whom it was for.
fn mails(sim: &Sim, agency: &str) -> Result<(), Wrong> {
    for mail in outbox(sim, agency)? {
        if mail["delivery"] != "handed-over" {
            continue;
        }
        let sent = sim.world.post.sent(text(&mail["id"]));
        let sent = sent.ok_or_else(|| format!("a mail got lost: {mail}"))?;
        if sent.message.agency != agency {
            return Err(format!("a mail of another agency: {mail}"));
        }
        if sent.times > 1 || sent.unnoted {
            sim.tally().sometimes("a mail after a crash");
        }
    }
    Ok(())
}

/// The log is as it was written, from its first entry to its last.
fn verify(sim: &Sim, agency: &str) -> Result<(), Wrong> {
    let head = ask(sim, "audit.head", &[caller(agency)])?;
    let (mut start, mut verified) = (json!(1), 0);
    loop {
        let arguments = [caller(agency), start, Value::Null, head.clone()];
        let part = ask(sim, "audit.verify", &arguments)?;
        if !part["flaw"].is_null() {
            return Err(format!("the log has a flaw: {}", part["flaw"]));
        }
        verified += number(&part["verified"]);
        start = part["next"].clone();
        if start.is_null() {
            break;
        }
    }
    let all = number(&head["number"]);
    if verified == all { Ok(()) } else { Err(format!("{verified} of {all} entries are verified")) }
}

/// What follows from an agency's rows is as it follows, by the component's own look at it.
fn whole(sim: &Sim, agency: &Value) -> Result<(), Wrong> {
    let look = |cursor| ask(sim, "system.check", &[agency.clone(), cursor]);
    match pages::all("differences", look)?.first() {
        Some(found) => Err(format!("a row isn't as it should be: {found}")),
        None => Ok(()),
    }
}

/// No secret stands in any row.
fn secrets(sim: &Sim) -> Result<(), Wrong> {
    for row in sim.world.store.all()? {
        if let Some(secret) = sim.world.issued.found_in(&row.value) {
            return Err(format!("the row {} tells `{secret}`", row.key));
        }
    }
    Ok(())
}
