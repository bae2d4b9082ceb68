//! Who may call what: the table in `tests/roles.txt`, compared with what really happens.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::native::Native;
use crate::{repository, trial};

const ROLES: [&str; 3] = ["owner", "manager", "viewer"];

pub fn trials() -> Vec<Trial> {
    vec![trial("roles/who_may_call_what", who_may_call_what)]
}

fn who_may_call_what() {
    let mut table = format!("{:<26}", "function");
    ROLES.iter().for_each(|role| write!(table, "{role:<8}").unwrap());
    for function in Contract::get().functions() {
        let line = ROLES.map(|role| match may(function, role) {
            Some(true) => "yes     ",
            Some(false) => "-       ",
            None => "",
        });
        let line = line.concat();
        let line = if line.is_empty() { "no operator calls it" } else { &line };
        write!(table, "\n{function:<26}{line}").unwrap();
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let table = table.join("\n") + "\n";
    let file = repository("tests/roles.txt");
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(table == expected, "{} should hold:\n{table}", file.display());
}

/// Whether a caller of this role gets past the check: what becomes of the call then doesn't
/// matter. None for functions without a caller: the platform's and the portal's.
fn may(function: &str, role: &str) -> Option<bool> {
    let target = Native::new(&World::new(Arc::new(MemoryStorage::new())));
    let parameters = target.parameters(function).unwrap();
    if parameters.first().is_none_or(|name| name != "call") {
        return None;
    }
    let settings = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    target.call("agencies.create", &[settings]).unwrap();
    let argument = |name: &String| argument(function, name, role);
    let arguments: Vec<Value> = parameters.iter().map(argument).collect();
    match target.call(function, &arguments) {
        Ok(_) => Some(true),
        Err(TargetError::Refused(error)) => Some(error.get("denied").is_none()),
        Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
    }
}

/// An argument that fits; a new parameter needs a line here.
fn argument(function: &str, name: &str, role: &str) -> Value {
    match name {
        "call" => {
            let actor = json!({"id": "olga", "name": "Olga", "role": role});
            json!({"agency": "acme", "actor": actor})
        }
        "page" => json!({"limit": 1}),
        "brand" => json!({"name": "Nike"}),
        "brands" => json!(["nike"]),
        "invite" => json!({"email": "ann@nike.example", "brands": ["nike"]}),
        "invites" => json!([]),
        "id" if function.starts_with("brands.") => json!("nike"),
        "id" | "client" => json!("01890a5d-ac96-774b-bcce-b302099a8057"),
        "name" => json!("Nike"),
        "revoke-last" => json!(false),
        "changes" => json!({}),
        "permissions" => json!({"can-export": true, "read-only": false}),
        "filter" => json!({}),
        "limit" | "start" => json!(1),
        "from" | "to" if function == "clients.report" => json!(1),
        "direction" => json!("forward"),
        "after" | "to" | "expected" | "order" | "ends-at" => Value::Null,
        _ => panic!("what should `{name}` of `{function}` be?"),
    }
}
