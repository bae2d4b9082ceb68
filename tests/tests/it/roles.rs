//! Who may call what: the table in `tests/roles.txt`, compared with what really happens.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use clientdesk_component::app::functions;
use clientdesk_component::domain::actor::Scope;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::{self, arguments, call};
use crate::contract::Contract;
use crate::native::Native;
use crate::{repository, trial};

const ROLES: [&str; 3] = ["owner", "manager", "viewer"];

pub fn trials() -> Vec<Trial> {
    vec![
        trial("roles/who_may_call_what", who_may_call_what),
        trial("roles/every_function_has_its_line", every_function_has_its_line),
    ]
}

fn who_may_call_what() {
    let mut table = format!("{:<28}", "function");
    ROLES.iter().for_each(|role| write!(table, "{role:<8}").unwrap());
    table.push_str("scope");
    let agencys: Vec<&str> = calls::functions().collect();
    for function in Contract::get().functions() {
        let line = if agencys.contains(&function) {
            let may = ROLES.map(|role| if may(function, role) { "yes     " } else { "-       " });
            may.concat() + scope(function)
        } else {
            "no operator calls it".to_owned()
        };
        write!(table, "\n{function:<28}{line}").unwrap();
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    let table = table.join("\n") + "\n";
    let file = repository("tests/roles.txt");
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(table == expected, "{} should hold:\n{table}", file.display());
}

/// Whether a caller of this role gets past the check: what becomes of the call then doesn't
/// matter.
fn may(function: &str, role: &str) -> bool {
    refusal(function, &call("acme", role)).is_none()
}

/// The scope that the function declares, if callers who act for an account are refused as
/// that scope wants it.
fn scope(function: &str) -> &'static str {
    let declared = functions::ALL.iter().find(|declared| declared.name == function).unwrap();
    let mut acting = call("acme", "owner");
    acting["acting-as"] = json!("a token");
    let expected = match declared.scope {
        Scope::Account => "acting-as",
        Scope::Agency | Scope::Never => "scope",
    };
    assert_eq!(refusal(function, &acting).as_deref(), Some(expected), "{function}");
    declared.scope.name()
}

/// The code with which a call is denied; none where it isn't.
fn refusal(function: &str, call: &Value) -> Option<String> {
    let target = Native::new(&World::new(Arc::new(MemoryStorage::new())));
    let settings = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    target.call("agencies.create", &[settings]).unwrap();
    match target.call(function, &arguments(function, call)) {
        Ok(_) => None,
        Err(TargetError::Refused(error)) => {
            error.get("denied").map(|denied| denied["code"].as_str().unwrap().to_owned())
        }
        Err(TargetError::Broken(problem)) => panic!("{function}: {problem}"),
    }
}

fn every_function_has_its_line() {
    let declared: Vec<&str> = functions::ALL.iter().map(|function| function.name).collect();
    let contract: Vec<&str> = calls::functions().collect();
    assert_eq!(declared, contract, "`app/functions.rs` lists what takes a `call`, in order");
}
