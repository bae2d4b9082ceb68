//! The list of accounts, whatever their number; what an account uses; signing in on its behalf; and
//! a client whose brands belong to accounts. On SQLite.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clientdesk_host::Host;
use clientdesk_host::adapters::storage::{SqliteStorage, Storage};
use clientdesk_host::bindings::exports::clientdesk::core::account_types::ResourceKind;
use clientdesk_host::bindings::exports::clientdesk::core::impersonation::NewSignIn;
use clientdesk_host::bindings::exports::clientdesk::core::types::{Call, PageRequest};
use criterion::Criterion;
use serde_json::{Value, json};

use super::invites::{replays, temporary};
use super::raw::{RawSqlite, Recorder, Recording};
use super::table::{Goal, Row};
use super::world;

const FEW: usize = 100;
const MANY: usize = 10_000;
const ROWS: u32 = 50;
/// How often a step is recorded that writes; a replay that needs more begins anew.
const RECORDED: usize = 2_000;
/// How many accounts a client's brands belong to, one each.
const ACCOUNTS: usize = 10;

pub fn measure(criterion: &mut Criterion) {
    lists(criterion);
    steps(criterion);
}

fn lists(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("accounts");
    for count in [FEW, MANY] {
        let folder = temporary();
        let file = folder.join("store.sqlite");
        let storage = Arc::new(SqliteStorage::open(&file).unwrap());
        world::prepare(&world::ports(Arc::clone(&storage) as _));
        let host = world::warm_host(storage);
        sell(&host);
        for number in 0..count {
            let start = if number % 2 == 0 { json!("setup") } else { json!({"active": "small"}) };
            account(&host, &format!("account-{number}"), start);
        }
        let raw = RawSqlite::open(&file);
        group.bench_function(format!("raw-{count}"), |b| {
            b.iter(|| {
                let rows = raw.scan("a/acme/account/", "a/acme/account0", ROWS);
                assert_eq!(rows.len(), ROWS as usize);
            });
        });
        group.bench_function(format!("list-{count}"), |b| b.iter(|| page(&host)));
        let terms = json!({"volume-discount": true});
        host.call("catalog.set-terms", &[json!("acme"), terms]).unwrap();
        group.bench_function(format!("discounted-{count}"), |b| b.iter(|| page(&host)));
    }
    group.finish();
}

/// What is done over and over: each through the component, and as the reads and writes that it asks
/// the store for, raw.
fn steps(criterion: &mut Criterion) {
    let storage = Arc::new(SqliteStorage::open(temporary().join("store.sqlite")).unwrap());
    let town = Town::new(storage);
    let recorder = Arc::new(Recorder::default());
    let recorded = Town::new(Arc::clone(&recorder) as _);
    for (name, step) in STEPS {
        let recording = Recording::of(&recorder, RECORDED, || step(&recorded));
        let mut group = criterion.benchmark_group(name);
        group.bench_function("raw", |b| {
            b.iter_custom(|count| {
                let fresh =
                    || RawSqlite::create(&temporary().join("raw.sqlite"), &recording.before);
                replays(count, &recording, fresh, RawSqlite::replay)
            });
        });
        group.bench_function("warm", |b| b.iter(|| step(&town)));
        group.finish();
    }
}

/// A step, and what its benchmarks are called.
type Step = (&'static str, fn(&Town));

const STEPS: [Step; 4] = [
    ("reserve", Town::reserve),
    ("sign-in-start", Town::start),
    ("sign-in-check", Town::check),
    ("me-with-accounts", Town::me),
];

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for count in [FEW, MANY] {
        let raw = format!("accounts/raw-{count}");
        for (what, name) in [("", "list"), (", with the volume discount", "discounted")] {
            let what = format!("page of 50, {count} accounts{what}");
            let name = format!("accounts/{name}-{count}");
            rows.push(Row::new(&what, &name, ("raw scan of 50", &raw), Goal::None));
        }
    }
    for name in ["list", "discounted"] {
        let (few, many) = (format!("accounts/{name}-{FEW}"), format!("accounts/{name}-{MANY}"));
        let what = format!("{name}, most accounts");
        rows.push(Row::new(&what, &many, ("100 accounts", &few), Goal::Ratio(1.2)));
    }
    let labels = [
        "accounts.reserve",
        "impersonation.start",
        "check a sign-in",
        "check a session, 10 accounts",
    ];
    for (what, (name, _)) in labels.into_iter().zip(STEPS) {
        let (warm, raw) = (format!("{name}/warm"), format!("{name}/raw"));
        rows.push(Row::new(what, &warm, ("the same reads and writes, raw", &raw), Goal::None));
    }
    rows
}

/// An agency with accounts, whose brands a client has, and a sign-in that runs.
struct Town {
    host: Host,
    session: String,
    /// Olga's, with the token of her sign-in.
    acting: Call,
    operators: AtomicU64,
}

impl Town {
    fn new(storage: Arc<dyn Storage>) -> Town {
        world::prepare(&world::ports(Arc::clone(&storage)));
        let host = world::warm_host(storage);
        sell(&host);
        let name = |number: usize| format!("account-{number}");
        let brands: Vec<String> = (0..ACCOUNTS).map(|number| format!("brand-{number}")).collect();
        for (number, brand) in brands.iter().enumerate() {
            account(&host, &name(number), json!({"active": "small"}));
            let brand = json!({"id": brand, "name": brand, "account": name(number)});
            host.call("brands.create", &[call(), brand]).unwrap();
        }
        let link = host.call("clients.invite-by-link", &[call(), json!({"brands": brands})]);
        let person = ["Zoe", "correct horse battery", "zoe@nike.example"].map(Value::from);
        let arguments = [&[link.unwrap()["token"].clone()][..], &person, &[Value::Null]].concat();
        let signed_in = host.call("portal.sign-up", &arguments).unwrap();
        let session = signed_in["session"].as_str().unwrap().to_owned();
        let sign_in = json!({"account": name(0), "reason": "Have a look"});
        let grant = host.call("impersonation.start", &[call(), sign_in]).unwrap();
        let acting_as = grant["token"].as_str().map(str::to_owned);
        let acting = Call { acting_as, ..world::call() };
        Town { host, session, acting, operators: AtomicU64::new(0) }
    }

    /// Somebody who isn't signed in on anybody's behalf.
    fn operator(&self) -> Call {
        let mut call = world::call();
        call.actor.id = format!("operator-{}", self.operators.fetch_add(1, Ordering::Relaxed));
        call
    }

    fn reserve(&self) {
        // Olga's own writes wait for the end of her sign-in.
        let (call, account) = (self.operator(), "account-0".to_owned());
        let answer = self.host.typed(|exports, store| {
            let accounts = exports.clientdesk_core_accounts();
            accounts.call_reserve(store, &call, &account, ResourceKind::ApiCalls, 1)
        });
        assert!(answer.unwrap().unwrap().used > 0);
    }

    fn start(&self) {
        let call = self.operator();
        let new = NewSignIn {
            account: "account-0".to_owned(),
            reason: "Have a look".to_owned(),
            mode: None,
            minutes: None,
            return_to: None,
        };
        let answer = self.host.typed(|exports, store| {
            exports.clientdesk_core_impersonation().call_start(store, &call, &new)
        });
        assert_eq!(answer.unwrap().unwrap().banner.operator, call.actor.id);
    }

    fn check(&self) {
        let answer = self.host.typed(|exports, store| {
            exports.clientdesk_core_impersonation().call_current(store, &self.acting)
        });
        assert_eq!(answer.unwrap().unwrap().unwrap().account, "account-0");
    }

    fn me(&self) {
        let answer = self
            .host
            .typed(|exports, store| exports.clientdesk_core_portal().call_me(store, &self.session));
        assert_eq!(answer.unwrap().unwrap().brands.len(), ACCOUNTS);
    }
}

/// A plan without limits.
fn sell(host: &Host) {
    let mut catalog = host.call("catalog.get", &[]).unwrap()["catalog"].clone();
    let resources =
        json!({"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"});
    let plan = json!({"id": "small", "name": "Small", "monthly": 1000, "resources": resources, "features": []});
    catalog["plans"] = json!([plan]);
    catalog["plan-discounts"] = json!([{"from-plans": 3, "basis-points": 1000}]);
    host.call("catalog.set", &[catalog, json!(0)]).unwrap();
}

fn account(host: &Host, id: &str, start: Value) {
    let new = json!({"id": id, "name": id, "billing-owner": "agency", "start": start});
    host.call("accounts.create", &[call(), new]).unwrap();
}

fn page(host: &Host) {
    let (call, page) = (world::call(), PageRequest { limit: ROWS, cursor: None });
    let answer = host.typed(|exports, store| {
        exports.clientdesk_core_accounts().call_list(store, &call, None, None, &page)
    });
    assert_eq!(answer.unwrap().unwrap().accounts.len(), ROWS as usize);
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}
