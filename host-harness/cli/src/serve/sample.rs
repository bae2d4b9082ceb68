//! An agency to try things with: three months of clients' doings, and what else there is to see.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clientdesk_host::Host;
use clientdesk_host::adapters::clock::{Clock, ManualClock, SystemClock};
use serde_json::{Value, json};

use crate::answer::{at, elements, string};
use crate::failure::Failure;
use crate::refusal;
use crate::simulate_activity::{self, Scene};

pub(super) const AGENCY: &str = "acme";
/// A client who can log in.
pub(super) const EMAIL: &str = "ann@kestrel.example";
pub(super) const PASSWORD: &str = "a well kept secret";

/// The system's clock, but while the sample is made: that begins months ago.
#[derive(Clone)]
pub(super) struct SampleClock {
    story: ManualClock,
    is_story: Arc<AtomicBool>,
}

impl SampleClock {
    pub(super) fn new() -> SampleClock {
        SampleClock { story: ManualClock::at(0), is_story: Arc::default() }
    }
}

impl Clock for SampleClock {
    fn now(&self) -> u64 {
        let is_story = self.is_story.load(Ordering::SeqCst);
        if is_story { self.story.now() } else { SystemClock.now() }
    }
}

/// Makes the agency. `address` is where the service is.
pub(super) fn make(host: &Host, clock: &SampleClock, address: &str) -> Result<(), Failure> {
    let scene = Scene {
        agency: AGENCY,
        portal: &format!("{address}/portal/{AGENCY}"),
        clients: 24,
        months: 3,
        seed: 1,
        end: SystemClock.now(),
    };
    clock.is_story.store(true, Ordering::SeqCst);
    let made = simulate_activity::fill(host, &clock.story, &scene).and_then(|()| embellish(host));
    clock.is_story.store(false, Ordering::SeqCst);
    made
}

/// What the months didn't bring: colours, somebody with a password, a mail that didn't arrive, a link, accounts.
fn embellish(host: &Host) -> Result<(), Failure> {
    let branding = json!({
        "portal-name": "Northlight", "accent-color": "#0f5c6e", "background-color": "#f5f7f8",
        "support-email": "help@northlight.example",
        "welcome-message": "Welcome! Here is what we see of your brand, week by week.",
    });
    ask(host, "agencies.update", &[json!({"branding": branding})])?;
    let invited = invite(host, EMAIL, "Ann Ode", &["kestrel", "lumen"])?;
    let link = ask(host, "clients.copy-link", &[at(&invited, "client").clone()])?;
    let token = string(&link, "token");
    call(host, "portal.sign-up", &[json!(token), json!("Ann Ode"), json!(PASSWORD)])?;
    invite(host, "lost@fjord.example", "Lou Stray", &["fjord"])?;
    let outbox = ask(host, "jobs.outbox", &[json!({"limit": 500})])?;
    if let Some(mail) = elements(&outbox, "mails").last() {
        let bounce = [json!(AGENCY), at(mail, "id").clone(), json!("there is no such mailbox")];
        call(host, "jobs.report-bounce", &bounce)?;
    }
    ask(
        host,
        "clients.invite-by-link",
        &[json!({"label": "Harbour's new team", "brands": ["harbour"]})],
    )?;
    accounts(host)?;
    let run = host.run_due(500, |_| true);
    if let Some(stopped) = run.stopped {
        return Err(Failure::failed(format!("the sample's jobs stopped: {stopped:?}")));
    }
    Ok(())
}

/// The platform's plans, an account on trial, and one that has a plan.
fn accounts(host: &Host) -> Result<(), Failure> {
    let version = call(host, "catalog.get", &[])?;
    let mut catalog = at(&version, "catalog").clone();
    let plan = |id: &str, name: &str, monthly: u32, dashboards: u32, users: u32| {
        json!({
            "id": id, "name": name, "monthly": monthly, "features": ["download-reports"],
            "resources": {
                "dashboards": {"at-most": dashboards}, "users": {"at-most": users},
                "api-calls": {"at-most": 1_000},
            },
        })
    };
    if let Some(fields) = catalog.as_object_mut() {
        let plans = [plan("studio", "Studio", 2_900, 5, 10), plan("house", "House", 7_900, 20, 30)];
        fields.insert("plans".to_owned(), json!(plans));
    }
    call(host, "catalog.set", &[catalog, at(&version, "version").clone()])?;
    for (id, name, email, brand) in [
        ("harbour-inc", "Harbour Inc", "dora@harbour.example", "harbour"),
        ("juniper-inc", "Juniper Inc", "jo@juniper.example", "juniper"),
    ] {
        let account = json!({
            "id": id, "name": name, "email": email, "billing-owner": "agency", "start": "setup",
        });
        ask(host, "accounts.create", &[account])?;
        ask(host, "accounts.move-brand", &[json!(brand), json!(id)])?;
    }
    ask(host, "accounts.start-trial", &[json!("harbour-inc"), json!(14)])?;
    ask(host, "accounts.activate", &[json!("juniper-inc"), json!("studio")])?;
    Ok(())
}

fn invite(host: &Host, email: &str, name: &str, brands: &[&str]) -> Result<Value, Failure> {
    let invite = json!({"email": email, "name": name, "brands": brands});
    ask(host, "clients.invite-by-email", &[invite])
}

/// Calls a function as the agency's owner.
fn ask(host: &Host, function: &str, arguments: &[Value]) -> Result<Value, Failure> {
    let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
    let agency = json!({"agency": AGENCY, "actor": actor});
    call(host, function, &[&[agency], arguments].concat())
}

fn call(host: &Host, function: &str, arguments: &[Value]) -> Result<Value, Failure> {
    host.call(function, arguments).map_err(refusal::failed)
}
