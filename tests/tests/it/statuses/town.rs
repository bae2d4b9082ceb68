//! An agency with an account in each status, or at rest itself, and people who have only its brand.

use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::secrets::Secrets as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Target, TargetError, World, token};
use serde_json::{Value, json};

use crate::calls::call;
use crate::native::Native;

pub const PASSWORD: &str = "correct horse battery";
const START: u64 = 1_788_220_800_000;
const MINUTE: u64 = 60_000;
const HALF_AN_HOUR: u64 = 30 * MINUTE;
const DAY: u64 = 1_440 * MINUTE;

/// Where the account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Setup,
    Trial,
    Active,
    /// By hand; it was active.
    Disabled,
    /// Its trial is over; no job has run since.
    Expired,
    Deleted,
    /// The account is active, and its agency is suspended.
    Suspended,
    /// The account is active, and its agency is closed.
    Closed,
}

impl Status {
    pub const ALL: [Status; 8] = [
        Status::Setup,
        Status::Trial,
        Status::Active,
        Status::Disabled,
        Status::Expired,
        Status::Deleted,
        Status::Suspended,
        Status::Closed,
    ];

    /// What heads its column.
    pub const fn word(self) -> &'static str {
        match self {
            Status::Setup => "setup",
            Status::Trial => "trial",
            Status::Active => "active",
            Status::Disabled => "disabled",
            Status::Expired => "trial-expired",
            Status::Deleted => "deleted",
            Status::Suspended => "suspended",
            Status::Closed => "closed",
        }
    }

    /// Whether clients of its brands get in.
    pub const fn is_open(self) -> bool {
        matches!(self, Status::Trial | Status::Active)
    }

    /// Whether operators may be signed in on its behalf.
    pub const fn is_at_work(self) -> bool {
        matches!(self, Status::Setup | Status::Trial | Status::Active)
    }

    const fn was_active(self) -> bool {
        match self {
            Status::Active | Status::Disabled | Status::Deleted => true,
            Status::Suspended | Status::Closed => true,
            Status::Setup | Status::Trial | Status::Expired => false,
        }
    }
}

/// Acme with the account `own-inc`, to which the brand `own` belongs, and the brand `other`, which
/// belongs to none.
///
/// Ben owns the account and has joined. Pia, Yan and Lin are invited to `own`: Pia and Yan by mail, Yan
/// with a login that he has at another agency, Lin by a link. Dan is invited to `other`. Max is
/// signed in on the account's behalf.
pub struct Town {
    now: u64,
    rows: Rows,
    pub ben: String,
    pub dan: String,
    pub lin: String,
    pub pia: String,
    /// Ben's.
    pub session: String,
    pub pias_link: String,
    pub yans_link: String,
    /// With which Ben confirms another address.
    pub confirm_link: String,
    /// With which Ben chooses another password.
    pub reset_link: String,
    /// Max's.
    pub token: String,
    pub sign_in: String,
}

/// How a call went.
pub struct Came {
    pub result: Result<Value, Value>,
    /// The keys of the rows that it wrote.
    pub written: Vec<String>,
}

/// The world while it is built.
struct Builder {
    world: World,
    target: Native,
}

impl Builder {
    fn new() -> Builder {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.clock.set(START);
        Builder { target: Native::new(&world), world }
    }

    fn run(&self, function: &str, arguments: &[Value]) -> Value {
        self.target.call(function, arguments).unwrap_or_else(|why| panic!("{function}: {why:?}"))
    }

    /// As Olga of Acme.
    fn acme(&self, function: &str, arguments: &[Value]) -> Value {
        self.run(function, &[&[call("acme", "owner")][..], arguments].concat())
    }

    /// Gives the client and the link of the mail.
    fn invite(&self, agency: &str, email: &str, brand: &str) -> (String, String) {
        let new = json!({"email": email, "brands": [brand]});
        let invited = self.run("clients.invite-by-email", &[call(agency, "owner"), new]);
        (text(&invited, "client"), self.mailed_to(email))
    }

    /// The secret in the latest mail to this address.
    fn mailed_to(&self, email: &str) -> String {
        let mails = self.world.mails_after(0);
        let mail = mails.iter().rfind(|mail| mail.to == email).expect("a mail to that address");
        token(&mail.text).expect("it has a link").to_owned()
    }

    fn sign_up(&self, link: &str, name: &str) -> String {
        let person = [json!(link), json!(name), json!(PASSWORD), Value::Null, Value::Null];
        text(&self.run("portal.sign-up", &person), "session")
    }

    /// Two agencies, things for sale, Acme's brands, and the account, whose trial begins if it is to
    /// be over a day later.
    fn begin(&self, status: Status) {
        for agency in ["acme", "beta"] {
            let settings = json!({
                "id": agency, "name": agency, "notification-email": "office@agency.example",
                "billing-interval": "monthly", "portal-address": "https://agency.example",
            });
            self.run("agencies.create", &[settings]);
            let brand = json!({"id": "own", "name": "Own"});
            self.run("brands.create", &[call(agency, "owner"), brand]);
        }
        self.acme("brands.create", &[json!({"id": "other", "name": "Elsewhere"})]);
        let dashboard = json!({"key": "dashboard", "label": "Dashboard", "on": true});
        self.acme("agencies.update", &[json!({"features": [dashboard]})]);
        self.sell();
        let start = if status == Status::Expired { json!({"trial": 1}) } else { json!("setup") };
        let account =
            json!({"id": "own-inc", "name": "own-inc", "billing-owner": "agency", "start": start});
        self.acme("accounts.create", &[account]);
        self.acme("accounts.reserve", &[json!("own-inc"), json!("dashboards"), json!(1)]);
    }

    fn sell(&self) {
        let mut catalog = self.run("catalog.get", &[])["catalog"].clone();
        let resources =
            json!({"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"});
        let sold = |id: &str, monthly: u32| {
            let features = ["download-reports", "public-links"];
            json!({"id": id, "name": id, "monthly": monthly, "resources": resources, "features": features})
        };
        catalog["plans"] = json!([sold("small", 100), sold("medium", 200)]);
        catalog["add-ons"] = json!([sold("users", 10), sold("calls", 20)]);
        self.run("catalog.set", &[catalog, json!(0)]);
    }

    /// Brings the account to where it should stand.
    fn bring(&self, status: Status, billed_by_platform: bool) {
        let own = json!("own-inc");
        if status == Status::Trial {
            self.acme("accounts.start-trial", &[own.clone(), json!(7)]);
        }
        if status.was_active() {
            self.acme("accounts.activate", &[own.clone(), json!("small")]);
            self.acme("accounts.add-add-on", &[own.clone(), json!("users")]);
        }
        if billed_by_platform {
            self.acme("accounts.set-billing-owner", &[own.clone(), json!("platform")]);
        }
    }

    /// Takes it, or its agency, out of reach, if it is to be.
    fn close(&self, status: Status) {
        let own = json!("own-inc");
        match status {
            Status::Disabled => drop(self.acme("accounts.disable", &[own])),
            Status::Deleted => drop(self.acme("accounts.delete", &[own.clone(), own])),
            Status::Suspended => {
                drop(self.run("agencies.suspend", &[json!("acme"), json!("Unpaid")]));
            }
            Status::Closed => drop(self.run("agencies.close", &[json!("acme"), json!("Gone")])),
            Status::Setup | Status::Trial | Status::Active | Status::Expired => (),
        }
    }
}

impl Town {
    pub fn new(status: Status, billed_by_platform: bool) -> Town {
        let builder = Builder::new();
        builder.begin(status);
        builder.world.clock.set(START + DAY - HALF_AN_HOUR);
        let (_, link) = builder.invite("beta", "yan@own.example", "own");
        builder.sign_up(&link, "Yan");
        let (ben, link) = builder.invite("acme", "ben@own.example", "own");
        let session = builder.sign_up(&link, "Ben");
        let (pia, pias_link) = builder.invite("acme", "pia@own.example", "own");
        let (_, yans_link) = builder.invite("acme", "yan@own.example", "own");
        let (dan, _) = builder.invite("acme", "dan@own.example", "other");
        let lin = builder.acme("clients.invite-by-link", &[json!({"brands": ["own"]})]);
        builder.run("portal.forgot-password", &[json!("acme"), json!("ben@own.example")]);
        builder.run("jobs.run", &[json!(1_000)]);
        let reset_link = builder.mailed_to("ben@own.example");
        let other = [&session, PASSWORD, "benjamin@own.example"].map(|word| json!(word));
        builder.run("portal.change-email", &[&other[..], &[Value::Null]].concat());
        let confirm_link = builder.mailed_to("benjamin@own.example");
        builder.acme("accounts.move-brand", &[json!("own"), json!("own-inc")]);
        builder.acme("accounts.set-owner", &[json!("own-inc"), json!(ben)]);
        builder.bring(status, billed_by_platform);
        let new = json!({"account": "own-inc", "reason": "Work", "mode": "full", "minutes": 60});
        let grant = builder.run("impersonation.start", &[max(), new]);
        builder.close(status);
        Town {
            now: START + DAY,
            rows: builder.world.rows().unwrap(),
            ben,
            dan,
            lin: text(&lin, "client"),
            pia,
            session,
            pias_link,
            yans_link,
            confirm_link,
            reset_link,
            token: text(&grant, "token"),
            sign_in: text(&grant["banner"], "id"),
        }
    }

    /// The same after the jobs that are due.
    pub fn after_jobs(self) -> Town {
        let world = self.world();
        let done = Native::new(&world).call("jobs.run", &[json!(1_000)]).unwrap();
        assert!(done["done"] != json!(0) && done["failed"] == json!(0), "{done}");
        Town { rows: world.rows().unwrap(), ..self }
    }

    /// What becomes of a call, half an hour after everything.
    pub fn call(&self, function: &str, arguments: &[Value]) -> Came {
        let world = self.world();
        let result = match Native::new(&world).call(function, arguments) {
            Ok(answer) => Ok(answer),
            Err(TargetError::Refused(error)) => Err(error),
            Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
        };
        let rows = world.rows().unwrap();
        let keys = self.rows.keys().chain(rows.keys());
        let written = keys.filter(|key| self.rows.get(*key) != rows.get(*key)).cloned();
        Came { result, written: written.collect() }
    }

    fn world(&self) -> World {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.restore(&self.rows).unwrap();
        world.clock.set(self.now);
        assert_eq!(world.clock.now(), self.now);
        // Not those that the town was made with.
        world.secrets.random(10_000).unwrap();
        world
    }
}

/// Who is signed in on the account's behalf.
pub fn max() -> Value {
    let mut caller = call("acme", "owner");
    caller["actor"]["id"] = json!("max");
    caller
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}
