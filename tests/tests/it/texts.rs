//! Hostile texts, through every text that a caller gives: nothing breaks, what is refused
//! leaves nothing behind, nothing that turns text around is stored, and a text means the same
//! whether its accents are composed or stand apart.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use clientdesk_component::domain::spelling::{composed, decomposed};
use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::secrets::Secrets as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Map, Value, json};
use wit_parser::{Resolve, Type, TypeDefKind};

use crate::contract::Contract;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("texts/accounts", || check(&["accounts"])),
        trial("texts/impersonation", || check(&["impersonation"])),
        trial("texts/agencies_and_brands", || check(&["agencies", "brands", "jobs"])),
        trial("texts/clients", || check(&["clients"])),
        trial("texts/portal", || check(&["portal"])),
        trial("texts/billing", || check(&["billing", "catalog"])),
        trial("texts/what_is_read", || check(&["audit", "health"])),
        trial("texts/every_interface_is_tried", every_interface_is_tried),
    ]
}

/// How many texts are tried for each argument.
const TEXTS: usize = 300;
/// Passwords are hashed slowly, on purpose: every so manieth text is tried there.
const EVERY_PASSWORD: usize = 25;
const HOUR: u64 = 3_600_000;

/// Where people's texts turn around, steer, hide, or are cut in the wrong place.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "\n",
    "\u{1b}[2J",
    "\u{9b}31m",
    "\u{7f}",
    "a\tb",
    "a\r\nBcc: x@y.example",
    "\u{200b}",
    "a\u{200b}b",
    "\u{202e}nimda",
    "\u{2066}a\u{2069}",
    "\u{feff}",
    "\u{ad}",
    "\u{34f}",
    "\u{3164}",
    "\u{2028}",
    "\u{e0041}\u{e007f}",
    "\u{fffe}",
    "\u{10ffff}",
    "\u{fdd0}",
    "\u{1d173}",
    "e\u{301}",
    "\u{301}",
    "a\u{301}\u{300}\u{302}\u{323}",
    "\u{212b}",
    "ﬁ",
    "ß",
    "ẞ",
    "İ",
    "ı",
    "ΟΔΟΣ",
    "οδος",
    "Ｎｉｋｅ",
    "＝1+1",
    "＠a",
    "’",
    "´",
    "`",
    "ŉ",
    "ﷺ",
    "한",
    "\u{1112}\u{1161}\u{11ab}",
    "ﾔﾏﾀﾞ",
    "葛\u{e0100}",
    "می\u{200c}خواهم",
    "क्\u{200d}ष",
    "👩\u{200d}👧",
    "1\u{fe0f}\u{20e3}",
    "🏴\u{e0067}\u{e007f}",
    "שלום",
    "مرحبا",
    "ann@käse.example",
    "ann@ka\u{308}se.example",
    "ann@xn--kse-qla.example",
    "ann@xn--a.example",
    "jose\u{301}@nike.example",
    "ann@nike。example",
    "ann@\u{200d}.example",
    "\u{202e}ann@nike.example",
    "\"a b\"@nike.example",
    "a@b",
    "käse.example",
    "@KÄSE.example",
    "xn--",
    "xn--99999999.example",
    "nike",
    "NIKE",
    "Nike",
    "correct horse battery",
    "pa\u{308}sswo\u{308}rter",
    "dashboard",
    "olga",
    "\"",
    "\\",
    "|",
    "/",
    "a/b",
    "a|b\"c\\d",
    "<script>",
    "{{x}}",
    "${x}",
    "%s",
    "'; --",
    "..",
    "~",
    "0",
    "-1",
    "2026-09-01",
    "Europe/Berlin",
    "#1f2937",
    "https://x.example",
    "https://käse.example",
    "invalid",
    "null",
];

/// Texts of such parts, in an order that is the same every time.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    for (part, count) in
        [("a", 5_000), ("é", 200), ("e\u{301}", 201), ("ﷺ", 200), ("株", 2_001), ("\u{301}", 400)]
    {
        texts.push(part.repeat(count));
    }
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    while texts.len() < TEXTS {
        let parts = 2 + next(4);
        texts.push((0..parts).map(|_| HOSTILE[next(HOSTILE.len())]).collect());
    }
    texts
}

fn every_interface_is_tried() {
    let tried: BTreeSet<&str> = [
        "accounts",
        "agencies",
        "brands",
        "jobs",
        "clients",
        "portal",
        "audit",
        "billing",
        "catalog",
        "health",
        "impersonation",
    ]
    .into();
    let interfaces = Contract::get().functions().map(|name| name.split_once('.').unwrap().0);
    assert_eq!(interfaces.filter(|name| *name != "system").collect::<BTreeSet<_>>(), tried);
    assert_eq!(texts().len(), TEXTS);
}

fn check(interfaces: &[&str]) {
    let resolve = Contract::get().types();
    let (town, texts) = (Town::new(), texts());
    let mut accepted = 0;
    for function in Contract::get().functions() {
        let (interface, _) = function.split_once('.').unwrap();
        if !interfaces.contains(&interface) {
            continue;
        }
        let params = &Contract::get().function(function).unwrap().params;
        let paths = params.iter().flat_map(|(name, ty)| places(resolve, *ty, vec![name.clone()]));
        for path in paths.collect::<Vec<_>>() {
            let hashes = params.iter().any(|(name, _)| name == "password");
            let texts = texts.iter().step_by(if hashes { EVERY_PASSWORD } else { 1 });
            for text in texts {
                accepted += usize::from(town.try_out(resolve, function, &path, text));
            }
        }
    }
    assert!(accepted > 0 || interfaces.contains(&"audit"), "nothing is ever accepted");
}

/// Where in a value of this type a text stands.
fn places(resolve: &Resolve, ty: Type, path: Vec<String>) -> Vec<Vec<String>> {
    let Type::Id(id) = ty else { return if ty == Type::String { vec![path] } else { Vec::new() } };
    match &resolve.types[id].kind {
        TypeDefKind::Type(ty) | TypeDefKind::Option(ty) | TypeDefKind::List(ty) => {
            places(resolve, *ty, path)
        }
        TypeDefKind::Record(record) => {
            let within = |field: &wit_parser::Field| {
                let path = path.iter().chain([&field.name]).cloned().collect();
                places(resolve, field.ty, path)
            };
            record.fields.iter().flat_map(within).collect()
        }
        TypeDefKind::Variant(variant) => {
            let within = |case: &wit_parser::Case| {
                let path = path.iter().chain([&case.name]).cloned().collect();
                case.ty.map(|ty| places(resolve, ty, path))
            };
            variant.cases.iter().filter_map(within).flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// An agency with an invoice, a brand, a client who joined, and one who is invited.
struct Town {
    rows: Rows,
    now: u64,
    client: String,
    session: String,
    link: String,
}

/// What a call came to.
struct Came {
    answer: Result<String, String>,
    rows: Rows,
}

impl Town {
    fn new() -> Town {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let now = 1_788_220_800_000;
        world.clock.set(now - 40 * 24 * HOUR);
        let target = Native::new(&world);
        let run = |function: &str, arguments: &[Value]| target.call(function, arguments).unwrap();
        run("agencies.create", &[agency("acme")]);
        let by_hand = json!({"amount": 4_900, "currency": "USD"});
        run(
            "billing.adjust",
            &[json!("acme"), json!("agency"), by_hand, json!("Fee"), Value::Null],
        );
        world.clock.set(now);
        run("jobs.run", &[json!(100)]);
        run("brands.create", &[call(), json!({"id": "nike", "name": "Nike"})]);
        let mut catalog = run("catalog.get", &[])["catalog"].clone();
        let resources =
            json!({"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"});
        let sold = |id: &str| json!([{"id": id, "name": id, "monthly": 1, "resources": resources, "features": ["single-sign-on"]}]);
        (catalog["plans"], catalog["add-ons"]) = (sold("small"), sold("users"));
        run("catalog.set", &[catalog, json!(0)]);
        let account = json!({
            "id": "nike-inc", "name": "Nike Inc", "billing-owner": "agency", "start": "setup",
        });
        run("accounts.create", &[call(), account]);
        run("accounts.activate", &[call(), json!("nike-inc"), json!("small")]);
        let features = json!([{"key": "dashboard", "label": "Dashboard", "on": true}]);
        run("agencies.update", &[call(), json!({"features": features})]);
        let invite = |email: &str| {
            run("clients.invite-by-email", &[call(), json!({"email": email, "brands": ["nike"]})]);
            let mail = world.mail.messages().pop().unwrap();
            clientdesk_scenario::token(&mail.text).unwrap().to_owned()
        };
        let token = invite("ann@nike.example");
        let link = invite("ben@nike.example");
        let person =
            [json!(token), json!("Ann"), json!("correct horse battery"), Value::Null, Value::Null];
        let signed_in = run("portal.sign-up", &person);
        let text = |name: &str| signed_in[name].as_str().unwrap().to_owned();
        let (session, client) = (text("session"), text("client"));
        Town { rows: world.rows().unwrap(), now: world.clock.now() + HOUR, client, session, link }
    }

    /// Tries a text in both spellings. Gives whether it was accepted.
    fn try_out(&self, resolve: &Resolve, function: &str, path: &[String], text: &str) -> bool {
        let place = || format!("{function}, {}: {text:?}", path.join("."));
        let came = self.call(resolve, function, path, &composed(text));
        if came.answer.is_err() {
            let counted = function.starts_with("portal.");
            assert!(counted || came.rows == self.rows, "{} was refused, and wrote", place());
        }
        let misleads = |text: &str| {
            text.contains(
                |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{1b}'),
            )
        };
        assert!(!came.rows.values().any(|value| misleads(value)), "{} is stored", place());
        // What a host calls the place where somebody is, is the host's own.
        if path.last().is_some_and(|name| name == "origin") || decomposed(text) == composed(text) {
            return came.answer.is_ok();
        }
        let apart = self.call(resolve, function, path, &decomposed(text));
        assert_eq!(apart.answer, came.answer, "{} has two meanings", place());
        let differs = |(key, value): &(&String, &String)| came.rows.get(*key) != Some(*value);
        let other: Vec<_> = apart.rows.iter().filter(differs).collect();
        assert!(other.is_empty(), "{} is stored in two ways: {other:?}", place());
        came.answer.is_ok()
    }

    fn call(&self, resolve: &Resolve, function: &str, path: &[String], text: &str) -> Came {
        let world = World::new(Arc::new(MemoryStorage::new()));
        world.restore(&self.rows).unwrap();
        world.clock.set(self.now);
        // Not those that the town was made with.
        world.secrets.random(10_000).unwrap();
        let params = &Contract::get().function(function).unwrap().params;
        let argument = |(name, ty): &(String, Type)| {
            let target = path.split_first().filter(|(first, _)| *first == name);
            self.value(resolve, *ty, function, name, target.map(|(_, rest)| rest), text)
        };
        let arguments: Vec<Value> = params.iter().map(argument).collect();
        let target = Native::new(&world);
        let outcome = catch_unwind(AssertUnwindSafe(|| target.call(function, &arguments)));
        let answer = match outcome {
            Ok(Ok(answer)) => Ok(composed(&answer.to_string())),
            Ok(Err(TargetError::Refused(error))) => Err(composed(&error.to_string())),
            Ok(Err(TargetError::Broken(problem))) => {
                panic!("{function}, {path:?}, {text:?}: {problem}")
            }
            Err(_) => panic!("{function} panics at {path:?} = {text:?}"),
        };
        Came { answer, rows: world.rows().unwrap() }
    }

    /// A value that fits, as small as it can be, but for the text at `target`.
    fn value(
        &self,
        resolve: &Resolve,
        ty: Type,
        function: &str,
        name: &str,
        target: Option<&[String]>,
        text: &str,
    ) -> Value {
        let Type::Id(id) = ty else {
            return match ty {
                Type::String if target.is_some() => json!(text),
                Type::String => json!(self.plain(function, name)),
                Type::Bool => json!(false),
                _ => json!(number(name, self.now)),
            };
        };
        match &resolve.types[id].kind {
            TypeDefKind::Type(ty) => self.value(resolve, *ty, function, name, target, text),
            TypeDefKind::Option(_) if target.is_none() => Value::Null,
            TypeDefKind::Option(ty) => self.value(resolve, *ty, function, name, target, text),
            TypeDefKind::List(ty) => {
                json!([self.value(resolve, *ty, function, name, target, text)])
            }
            TypeDefKind::Record(record) => {
                let field = |field: &wit_parser::Field| {
                    let split = target.and_then(<[String]>::split_first);
                    let rest =
                        split.filter(|(first, _)| **first == field.name).map(|(_, rest)| rest);
                    let value = self.value(resolve, field.ty, function, &field.name, rest, text);
                    (field.name.clone(), value)
                };
                Value::Object(record.fields.iter().map(field).collect::<Map<_, _>>())
            }
            TypeDefKind::Enum(cases) => json!(cases.cases[0].name),
            TypeDefKind::Variant(variant) => {
                let split = target.and_then(<[String]>::split_first);
                let named = |case: &&wit_parser::Case| match split {
                    Some((name, _)) => case.name == *name,
                    None => case.ty.is_none(),
                };
                let case = variant.cases.iter().find(named).unwrap_or(&variant.cases[0]);
                let rest = split.map(|(_, rest)| rest);
                let payload =
                    case.ty.map(|ty| self.value(resolve, ty, function, &case.name, rest, text));
                payload.map_or_else(|| json!(case.name), |payload| json!({ &case.name: payload }))
            }
            other => panic!("{function}, {name}: nobody gives a {other:?}"),
        }
    }

    /// A text that is right. A new name that needs one gets a line here.
    fn plain(&self, function: &str, name: &str) -> String {
        let (interface, _) = function.split_once('.').unwrap();
        match (interface, name) {
            ("agencies", "id") | (_, "agency") => "acme",
            ("brands", "id") | (_, "brands" | "brand" | "white-label" | "archive-brand") => "nike",
            ("accounts", "id") if function == "accounts.move-brand" => "nike",
            ("accounts", "id" | "template") if function.ends_with("-template") => "web",
            ("accounts", "id") | (_, "account") => "nike-inc",
            ("impersonation", "return-to") => "https://acme.example",
            ("accounts", "name") if function.starts_with("accounts.delete") => "Nike Inc",
            ("accounts" | "portal", "plan" | "active" | "intended-plan") => "small",
            ("accounts", "add-on" | "add-ons") => "users",
            ("billing" | "catalog", "currency") => "USD",
            ("catalog" | "accounts", "features") | ("accounts", "feature") => "public-links",
            (_, "id") if function.starts_with("clients") => &self.client,
            (_, "client" | "revoke" | "resend") => &self.client,
            (_, "session") => &self.session,
            (_, "token") => &self.link,
            (_, "email") if function == "portal.log-in" => "ann@nike.example",
            (_, "email" | "notification-email" | "recipients") => "zoe@nike.example",
            (_, "password" | "current") => "correct horse battery",
            (_, "portal-address") => "https://acme.example",
            (_, "accent-color" | "background-color") => "#1f2937",
            (_, "feature" | "features" | "key") => "dashboard",
            _ => "x",
        }
        .to_owned()
    }
}

fn number(name: &str, now: u64) -> u64 {
    match name {
        "limit" | "start" => 10,
        "number" | "days" | "trial" | "months" | "trial-days-max" | "amount" | "from-plans" => 1,
        "delete-expired-trials-after-days" => 1,
        "from-brands" => 2,
        "email-days" => 14,
        "at-risk-days" => 14,
        "churn-days" => 45,
        "first-day" => now - 24 * HOUR,
        "last-day" | "due-at" => now,
        _ => 0,
    }
}

fn agency(id: &str) -> Value {
    json!({
        "id": id, "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    })
}

fn call() -> Value {
    json!({"agency": "acme", "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
}
