//! No agency learns anything of another.
//!
//! Every function that names things by their ids is asked for things of another agency, and
//! for things that nobody has: the answers must be the same. Where the ids stand, the contract
//! says. No answer may name what is another agency's, and no call may change a byte of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World, token};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::{self, NO_CLIENT, arguments, call, plant};
use crate::contract::Contract;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("tenants/whatever_is_asked_for_is_nobodys", whatever_is_asked_for_is_nobodys),
        trial("tenants/a_portal_knows_its_own_people_only", a_portal_knows_its_own_people_only),
    ]
}

const NO_BRAND: &str = "nowhere-to-be-found";
const ACMES_BRAND: &str = "known-at-acme-only-";
const ACMES_ACCOUNT: &str = "acmes-own-account-inc";
const BETAS_ACCOUNT: &str = "known-at-beta-only-inc";
const NO_ACCOUNT: &str = "nowhere-to-be-found-inc";
const BETAS_BRAND: &str = "known-at-beta-only-";
const NO_SIGN_IN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const ADDRESS: &str = "ann@nike.example";
const PASSWORD: &str = "correct horse battery";

/// Functions that are no agency's: only the platform is given them.
const PLATFORMS: [&str; 30] = [
    "agencies.close",
    "agencies.create",
    "agencies.get",
    "agencies.list",
    "agencies.move-portal",
    "agencies.reset-clock",
    "agencies.resume",
    "agencies.suspend",
    "billing.adjust",
    "billing.preview-platform",
    "billing.report-payment",
    "catalog.get",
    "catalog.history",
    "catalog.set",
    "catalog.set-terms",
    "catalog.terms",
    "impersonation.left",
    "jobs.report-bounce",
    "jobs.retry",
    "jobs.run",
    "jobs.stuck",
    "system.abort-import",
    "system.check",
    "system.check-import",
    "system.export",
    "system.import",
    "system.key-uses",
    "system.repair",
    "system.schema",
    "system.status",
];

/// Functions of the portal that name nothing by its id: whom they are about follows from a
/// session, a link, or an agency with an address in it.
const LED_BY_TOKENS: [&str; 16] = [
    "portal.accept",
    "portal.admit",
    "portal.change-email",
    "portal.change-password",
    "portal.confirm-email",
    "portal.export",
    "portal.forgot-password",
    "portal.log-in",
    "portal.log-out",
    "portal.me",
    "portal.open",
    "portal.record",
    "portal.reset-password",
    "portal.sign-up",
    "portal.theme",
    "portal.view-page",
];

/// Acme with a brand and a client who joined, Beta with a brand of its own.
struct Town {
    world: World,
    target: Native,
    client: String,
    session: String,
    sign_in: String,
}

fn town() -> Town {
    let world = World::new(Arc::new(MemoryStorage::new()));
    let target = Native::new(&world);
    let run = |function: &str, arguments: &[Value]| target.call(function, arguments).unwrap();
    for agency in ["acme", "beta"] {
        let settings = json!({
            "id": agency, "name": agency, "notification-email": "office@agency.example",
            "billing-interval": "monthly", "portal-address": "https://agency.example",
        });
        run("agencies.create", &[settings]);
        run("brands.create", &[call(agency, "owner"), json!({"id": "own", "name": "Own"})]);
    }
    for (agency, id) in [("acme", ACMES_BRAND), ("beta", BETAS_BRAND)] {
        let brand = json!({"id": id, "name": format!("Known at {agency}")});
        run("brands.create", &[call(agency, "owner"), brand]);
    }
    for (agency, id) in
        [("acme", ACMES_ACCOUNT), ("acme", "own-inc"), ("beta", BETAS_ACCOUNT), ("beta", "own-inc")]
    {
        let account = json!({"id": id, "name": id, "billing-owner": "agency", "start": "setup"});
        run("accounts.create", &[call(agency, "owner"), account]);
    }
    let invite = json!({"email": ADDRESS, "brands": [ACMES_BRAND, "own"]});
    let invited = run("clients.invite-by-email", &[call("acme", "owner"), invite]);
    let mail = world.mails_after(0).pop().expect("an invite goes out");
    let link = token(&mail.text).expect("it has a link").to_owned();
    let signed_in = [json!(link), json!("Ann"), json!(PASSWORD), Value::Null, Value::Null];
    let signed_in = run("portal.sign-up", &signed_in);
    let text = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
    let (client, session) = (text(&invited, "client"), text(&signed_in, "session"));
    let new = json!({"account": ACMES_ACCOUNT, "reason": "Have a look"});
    let sign_in = run("impersonation.start", &[call("acme", "owner"), new]);
    let sign_in = text(&sign_in["banner"], "id");
    Town { world, target, client, session, sign_in }
}

fn whatever_is_asked_for_is_nobodys() {
    let town = town();
    let before = town.world.rows().unwrap();
    let mut asked = BTreeSet::new();
    for function in calls::functions() {
        let plain = answer(&town, function, &arguments(function, &call("beta", "owner")));
        for acmes in [town.client.as_str(), ACMES_BRAND, ACMES_ACCOUNT, ADDRESS] {
            let own = function == "clients.invite-many" && acmes == ADDRESS;
            assert!(own || !plain.contains(acmes), "{function} tells of Acme's {acmes}: {plain}");
        }
    }
    let asked_plainly = town.world.rows().unwrap();
    for function in calls::functions() {
        let arguments = arguments(function, &call("beta", "owner"));
        for (place, kind) in Contract::get().ids(function) {
            let (theirs, nobodys) = match kind.as_str() {
                "client-id" => (town.client.as_str(), NO_CLIENT),
                "brand-id" => (ACMES_BRAND, NO_BRAND),
                "account-id" => (ACMES_ACCOUNT, NO_ACCOUNT),
                "sign-in-id" => (town.sign_in.as_str(), NO_SIGN_IN),
                "template-id" => ("acmes-template", "nobodys-template"),
                // The catalog's, which is the same for all: two that nobody sells.
                "add-on-id" | "plan-id" => ("users-10", "nothing"),
                _ => panic!("what has Acme that `{place}` of `{function}` could be?"),
            };
            compare(&town, function, &arguments, &place, [theirs, nobodys]);
        }
        let permissions = arguments.iter().any(|argument| !argument["permissions"].is_null());
        if permissions {
            let keys = [ACMES_BRAND, NO_BRAND];
            compare(&town, function, &arguments, "invite.permissions.features", keys);
        }
        asked.insert(function);
        let after = town.world.rows().unwrap();
        let acme = |key: &&String| key.starts_with("a/acme/") || key.starts_with("identity");
        for key in before.keys().chain(after.keys()).filter(acme) {
            assert_eq!(before.get(key), after.get(key), "{function}: {key} is Acme's");
        }
        // What Beta was made to write under those ids would answer for them.
        town.world.restore(&asked_plainly).unwrap();
    }
    // The other way round: Acme's Ann, in the portal.
    let switch = [json!(town.session), json!("own")];
    compare(&town, "portal.switch-brand", &switch, "brand", [BETAS_BRAND, NO_BRAND]);
    asked.insert("portal.switch-brand");
    let choose = [json!(town.session), json!("own-inc"), json!("small")];
    let betas = [BETAS_ACCOUNT, NO_ACCOUNT];
    compare(&town, "portal.choose-plan", &choose, "account", betas);
    asked.insert("portal.choose-plan");
    let plans = [json!(town.session), json!("own-inc")];
    compare(&town, "portal.plans", &plans, "account", betas);
    asked.insert("portal.plans");
    for (function, argument) in [
        ("portal.allow-sign-in", json!(5)),
        ("portal.colleagues", json!({"limit": 10})),
        ("portal.invite-colleague", json!({"email": "zoe@nike.example", "brands": ["own"]})),
        ("portal.set-sign-in-policy", json!("always")),
        ("portal.set-sign-in-report", json!(true)),
        ("portal.sign-ins", json!({"limit": 10})),
    ] {
        let arguments = [json!(town.session), json!("own-inc"), argument];
        compare(&town, function, &arguments, "account", betas);
        asked.insert(function);
    }
    every_function_is_accounted_for(&asked);
}

/// A function is asked about others' things, or belongs to one of the lists above.
fn every_function_is_accounted_for(asked: &BTreeSet<&str>) {
    for function in Contract::get().functions() {
        let listed = PLATFORMS.contains(&function) || LED_BY_TOKENS.contains(&function);
        assert!(asked.contains(function) != listed, "{function}: asked, or listed");
        let led = LED_BY_TOKENS.contains(&function);
        assert!(!led || Contract::get().ids(function).is_empty(), "{function} names things");
    }
}

/// Asks for two things in turn: the answers must be the same.
fn compare(town: &Town, function: &str, plain: &[Value], place: &str, things: [&str; 2]) {
    let [theirs, nobodys] = things.map(|thing| {
        let mut arguments = plain.to_vec();
        plant(function, &mut arguments, place, thing);
        answer(town, function, &arguments).replace(thing, "…")
    });
    assert_eq!(theirs, nobodys, "{function} tells of another agency's {place}");
}

/// The answer or the error as text.
fn answer(town: &Town, function: &str, arguments: &[Value]) -> String {
    match town.target.call(function, arguments) {
        Ok(answer) => format!("answered {answer}"),
        Err(TargetError::Refused(error)) => format!("refused {error}"),
        Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
    }
}

fn a_portal_knows_its_own_people_only() {
    let town = town();
    let refused = |function: &str, arguments: &[Value]| match town.target.call(function, arguments)
    {
        Err(TargetError::Refused(error)) => error.to_string(),
        other => panic!("{function}: {other:?}"),
    };
    let log_in = |email: &str| {
        let arguments = [json!("beta"), json!(email), json!(PASSWORD), Value::Null];
        refused("portal.log-in", &arguments)
    };
    assert_eq!(log_in(ADDRESS), log_in("nobody@nike.example"));
    let admit = |email: &str| {
        let arguments = [json!("beta"), json!(email), Value::Null, Value::Null];
        refused("portal.admit", &arguments)
    };
    assert_eq!(admit(ADDRESS), admit("nobody@nike.example"));
    let forgot = |email: &str| {
        let asked = town.target.call("portal.forgot-password", &[json!("beta"), json!(email)]);
        asked.unwrap().to_string()
    };
    assert_eq!(forgot(ADDRESS), forgot("nobody@nike.example"));
    let mails = town.world.mails_after(0).len();
    town.target.call("jobs.run", &[json!(100)]).unwrap();
    assert_eq!(town.world.mails_after(0).len(), mails, "Beta has no such client to mail to");
    let me = town.target.call("portal.me", &[json!(town.session)]).unwrap();
    assert_eq!(me["agency"], json!("acme"), "a session is its agency's");
}
