//! A call of every function that an operator may call, for tests that go through all of them.

use serde_json::{Value, json};

use crate::contract::Contract;

/// A client that nobody has.
pub const NO_CLIENT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The functions on the agency's side: those that take a `call`.
pub fn functions() -> impl Iterator<Item = &'static str> {
    let contract = Contract::get();
    contract.functions().filter(|function| {
        let first = contract.function(function).unwrap().params.first();
        first.is_some_and(|(name, _)| name == "call")
    })
}

/// The caller's part: an operator of the agency with this role.
pub fn call(agency: &str, role: &str) -> Value {
    json!({"agency": agency, "actor": {"id": "olga", "name": "Olga", "role": role}})
}

/// Arguments that fit the function, in its order. They name the brand `own`, and things that
/// nobody has.
pub fn arguments(function: &str, call: &Value) -> Vec<Value> {
    let parameters = &Contract::get().function(function).unwrap().params;
    parameters.iter().map(|(name, _)| argument(function, name, call)).collect()
}

/// A new parameter needs a line here.
fn argument(function: &str, name: &str, call: &Value) -> Value {
    let interface = function.split_once('.').map_or(function, |(interface, _)| interface);
    let permissions = json!({"can-export": true, "read-only": false, "features": []});
    match (interface, name) {
        (_, "call") => call.clone(),
        (_, "page") => json!({"limit": 10}),
        ("brands", "id") => json!("own"),
        ("brands", "brand") => json!({"id": "fresh", "name": "Fresh"}),
        ("brands", "name") => json!("Other"),
        ("brands", "revoke-last") => json!(true),
        ("accounts", "id") if function == "accounts.move-brand" => json!("own"),
        ("accounts", "account") if function == "accounts.move-brand" => json!("own-inc"),
        ("accounts", "id") if function == "accounts.remove-template" => json!("web"),
        ("accounts", "template") => json!({"id": "web", "name": "Web", "brands": []}),
        ("accounts", "id" | "name") => json!("own-inc"),
        ("accounts", "account") => {
            json!({
                "id": "fresh-inc", "name": "Fresh Inc", "billing-owner": "agency",
                "start": "setup",
            })
        }
        ("accounts", "accounts") => json!([{"id": "own-inc", "name": "own-inc"}]),
        ("accounts", "days") => json!(14),
        ("accounts", "changes") => json!({"name": "Other Inc"}),
        ("accounts", "plan") => json!("small"),
        ("accounts", "add-on") => json!("users"),
        ("accounts", "client") => Value::Null,
        ("accounts", "owner") => json!("platform"),
        ("impersonation", "account") => json!("own-inc"),
        ("impersonation", "id") => json!("no-such-sign-in"),
        ("impersonation", "sign-in") => json!({"account": "own-inc", "reason": "Have a look"}),
        ("accounts", "resources" | "features") => Value::Null,
        ("accounts", "resource") => json!("dashboards"),
        ("accounts", "amount") => json!(1),
        ("accounts", "feature") => json!("public-links"),
        ("clients", "id") | ("audit" | "health", "client") => json!(NO_CLIENT),
        ("clients", "brands") => json!(["own"]),
        ("clients", "invite") if function == "clients.invite-by-link" => {
            json!({"brands": ["own"], "permissions": permissions})
        }
        ("clients", "invite") => {
            json!({"email": "zoe@puma.example", "brands": ["own"], "permissions": permissions})
        }
        ("clients", "invites") => json!([{"email": "ann@nike.example", "brands": ["own"]}]),
        ("clients", "permissions") => permissions,
        ("clients", "changes") => json!({"name": "Other"}),
        ("agencies", "changes") => json!({"name": "Other"}),
        ("accounts" | "clients" | "audit", "filter") => json!({}),
        ("clients", "first-day" | "last-day") => json!(1),
        ("accounts" | "clients", "order")
        | ("clients", "ends-at")
        | ("audit", "to" | "expected") => Value::Null,
        ("audit", "limit" | "start") => json!(1),
        ("audit", "after") => json!(0),
        ("audit", "direction") => json!("forward"),
        ("agencies", "interval") => json!("annual"),
        ("billing", "filter" | "payer" | "at") => Value::Null,
        ("billing", "change") => change("revoke"),
        ("billing", "number") => json!(1),
        ("billing", "format") if function == "billing.document" => json!("text"),
        ("billing", "format") => json!("csv"),
        _ => panic!("what should `{name}` of `{function}` be?"),
    }
}

/// The command that `billing.preview` looks at.
fn change(case: &str) -> Value {
    let invite = match case {
        "invite-by-email" => "clients.invite-by-email",
        "invite-many" => "clients.invite-many",
        _ => "clients.invite-by-link",
    };
    let payload = match case {
        "invite-by-email" | "invite-by-link" => argument(invite, "invite", &Value::Null),
        "invite-many" => argument(invite, "invites", &Value::Null),
        "add-brands" | "remove-brands" => json!({"client": NO_CLIENT, "brands": ["own"]}),
        "archive-brand" => json!("own"),
        "resend" | "revoke" => json!(NO_CLIENT),
        "activate-account" | "change-plan" | "choose-plan" => {
            json!({"account": "own-inc", "plan": "small"})
        }
        "add-add-on" | "remove-add-on" => json!({"account": "own-inc", "add-on": "users"}),
        "disable-account" | "resume-account" | "delete-account" => json!("own-inc"),
        "delete-accounts" => json!(["own-inc"]),
        "set-billing-owner" => json!({"account": "own-inc", "owner": "platform"}),
        _ => panic!("what should `{case}` change?"),
    };
    json!({ case: payload })
}

/// An argument that has a place such as `filter.item.plan`, where the one that
/// [`arguments`] gives has another case of a variant, or none.
fn with_case(place: &[&str]) -> Option<Value> {
    let item = |case: &str| match case {
        "add-on" => json!({"add-on": {"account": "globex", "add-on": "users-10"}}),
        _ => json!({ case: "own" }),
    };
    match place {
        ["change", case, ..] => Some(change(case)),
        ["account", "add-ons" | "start", ..] => Some(json!({
            "id": "fresh-inc", "name": "Fresh Inc", "billing-owner": "agency",
            "start": {"active": "small"}, "add-ons": ["users"],
        })),
        ["payer", "account"] => Some(json!({"account": "globex"})),
        ["filter", "payer", "account"] => Some(json!({"payer": {"account": "globex"}})),
        ["filter", "item", case, ..] => Some(json!({ "item": item(case) })),
        _ => None,
    }
}

/// Puts `thing` at a place such as `invites.brands`: into every element of a list.
pub fn plant(function: &str, arguments: &mut [Value], place: &str, thing: &str) {
    let parameters = &Contract::get().function(function).unwrap().params;
    let path: Vec<&str> = place.split('.').collect();
    let (first, rest) = path.split_first().unwrap();
    let index = parameters.iter().position(|(name, _)| name == first).unwrap();
    if let Some(argument) = with_case(&path) {
        arguments[index] = argument;
    }
    put(&mut arguments[index], rest, thing);
}

fn put(value: &mut Value, path: &[&str], thing: &str) {
    match (value, path) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| put(item, path, thing)),
        (value, []) => *value = json!(thing),
        (value, [field, rest @ ..]) => put(&mut value[*field], rest, thing),
    }
}
