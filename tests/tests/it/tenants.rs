//! No agency learns anything of another.
//!
//! Every function of the contract that takes a `call` is asked, by an owner of one agency, for
//! each kind of thing that another agency has; and for things that nobody has. The answers
//! must be the same, and neither may change a byte of the other agency.

use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World, token};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("tenants/whatever_is_asked_for_is_nobodys", whatever_is_asked_for_is_nobodys),
        trial("tenants/a_portal_knows_its_own_people_only", a_portal_knows_its_own_people_only),
    ]
}

const NO_CLIENT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const NO_BRAND: &str = "nowhere-to-be-found";
const BRAND: &str = "known-at-acme-only-";
const PASSWORD: &str = "correct horse battery";

/// Acme with a brand and a client who joined, Beta with a brand of its own.
struct Town {
    world: World,
    target: Native,
    client: String,
    session: String,
}

fn call(agency: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "olga", "name": "Olga", "role": "owner"}})
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
        run("brands.create", &[call(agency), json!({"id": "own", "name": "Own"})]);
    }
    run("brands.create", &[call("acme"), json!({"id": BRAND, "name": "Known at Acme"})]);
    let invite = json!({"email": "ann@nike.example", "brands": [BRAND, "own"]});
    let invited = run("clients.invite-by-email", &[call("acme"), invite]);
    let mail = world.mails_after(0).pop().expect("an invite goes out");
    let link = token(&mail.text).expect("it has a link").to_owned();
    let signed_in = [json!(link), json!("Ann"), json!(PASSWORD), Value::Null, Value::Null];
    let signed_in = run("portal.sign-up", &signed_in);
    let text = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
    let (client, session) = (text(&invited, "client"), text(&signed_in, "session"));
    Town { world, target, client, session }
}

fn whatever_is_asked_for_is_nobodys() {
    let town = town();
    let before = town.world.rows().unwrap();
    let (mut asked, mut functions) = (0, 0);
    for function in Contract::get().functions() {
        let parameters = town.target.parameters(function).unwrap();
        if parameters.first().is_none_or(|name| name != "call") {
            continue;
        }
        functions += 1;
        for place in PLACES {
            let Some(theirs) = arguments(function, &parameters, place, &town.client, BRAND) else {
                continue;
            };
            let nobodys = arguments(function, &parameters, place, NO_CLIENT, NO_BRAND).unwrap();
            let theirs = answer(&town, function, &theirs);
            let nobodys = answer(&town, function, &nobodys);
            assert_eq!(theirs, nobodys, "{function} tells of another agency's {place}");
            asked += 1;
        }
    }
    assert!(functions >= 33 && asked >= 26, "{asked} questions to {functions} functions");
    let after = town.world.rows().unwrap();
    let acme = |key: &&String| key.starts_with("a/acme/") || key.starts_with("identity");
    for key in before.keys().chain(after.keys()).filter(acme) {
        assert_eq!(before.get(key), after.get(key), "{key} is Acme's");
    }
}

/// Where a function can be asked for something.
const PLACES: [&str; 8] = [
    "id",
    "client",
    "brands",
    "invite.brands",
    "invites.brands",
    "filter.brand",
    "filter.client",
    "invite.permissions",
];

/// Arguments of Beta's owner that fit the function, with a foreign thing at one place; none
/// where the function has no such place.
fn arguments(
    function: &str,
    parameters: &[String],
    place: &str,
    client: &str,
    brand: &str,
) -> Option<Vec<Value>> {
    let mut placed = false;
    let mut at = |wanted: &str| {
        let here = place == wanted;
        placed |= here;
        here
    };
    let mut argument = |name: &String| match name.as_str() {
        "call" => call("beta"),
        "page" => json!({"limit": 10}),
        "brand" => json!({"id": "fresh", "name": "Fresh"}),
        "id" if function.starts_with("brands.") => json!(if at("id") { brand } else { "own" }),
        "id" => json!(if at("id") { client } else { NO_CLIENT }),
        "client" => json!(if at("client") { client } else { NO_CLIENT }),
        "brands" => json!([if at("brands") { brand } else { "own" }]),
        "invite" => {
            let brand = if at("invite.brands") { brand } else { "own" };
            let features = if at("invite.permissions") { json!([brand]) } else { Value::Null };
            let permissions = json!({"can-export": true, "read-only": false, "features": features});
            if function == "clients.invite-by-link" {
                json!({"brands": [brand], "permissions": permissions})
            } else {
                let email = "zoe@puma.example";
                json!({"email": email, "brands": [brand], "permissions": permissions})
            }
        }
        "invites" => {
            let brand = if at("invites.brands") { brand } else { "own" };
            json!([{"email": "ann@nike.example", "brands": [brand]}])
        }
        "filter" if function.starts_with("audit.") => {
            let brand = at("filter.brand").then_some(brand);
            let client = at("filter.client").then_some(client);
            json!({"brand": brand, "client": client})
        }
        "filter" => json!({"brand": at("filter.brand").then_some(brand)}),
        "name" => json!("Other"),
        "revoke-last" => json!(true),
        "changes" => json!({"name": "Other"}),
        "permissions" => json!({"can-export": true, "read-only": false}),
        "limit" | "start" => json!(1),
        "from" | "to" if function == "clients.report" => json!(1),
        "direction" => json!("forward"),
        "after" | "to" | "expected" | "order" | "ends-at" => Value::Null,
        _ => panic!("what should `{name}` of `{function}` be?"),
    };
    let arguments = parameters.iter().map(&mut argument).collect();
    placed.then_some(arguments)
}

/// The answer or the error as text, without what was asked for itself.
fn answer(town: &Town, function: &str, arguments: &[Value]) -> String {
    let text = match town.target.call(function, arguments) {
        Ok(answer) => format!("answered {answer}"),
        Err(TargetError::Refused(error)) => format!("refused {error}"),
        Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
    };
    text.replace(&town.client, "…")
        .replace(NO_CLIENT, "…")
        .replace(BRAND, "…")
        .replace(NO_BRAND, "…")
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
    assert_eq!(log_in("ann@nike.example"), log_in("nobody@nike.example"));
    let admit = |email: &str| {
        let arguments = [json!("beta"), json!(email), Value::Null, Value::Null];
        refused("portal.admit", &arguments)
    };
    assert_eq!(admit("ann@nike.example"), admit("nobody@nike.example"));
    let forgot = |email: &str| {
        let asked = town.target.call("portal.forgot-password", &[json!("beta"), json!(email)]);
        asked.unwrap().to_string()
    };
    assert_eq!(forgot("ann@nike.example"), forgot("nobody@nike.example"));
    let mails = town.world.mails_after(0).len();
    town.target.call("jobs.run", &[json!(100)]).unwrap();
    assert_eq!(town.world.mails_after(0).len(), mails, "Beta has no such client to mail to");
    let me = town.target.call("portal.me", &[json!(town.session)]).unwrap();
    assert_eq!(me["agency"], json!("acme"), "a session is its agency's");
}
