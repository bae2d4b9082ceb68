//! No error tells everything back that it was given: an id that is a book comes back cut.

use std::sync::Arc;

use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::calls::{arguments, call, functions};
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("echoes/long_arguments_come_back_cut", long_arguments_come_back_cut)]
}

const LONG: usize = 50_000;
/// Room for a few wrong arguments with a sentence each.
const ERROR_MAX: usize = 2_000;

fn long_arguments_come_back_cut() {
    let world = World::new(Arc::new(MemoryStorage::new()));
    let target = Native::new(&world);
    let settings = json!({
        "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
        "billing-interval": "monthly", "portal-address": "https://acme.example",
    });
    target.call("agencies.create", &[settings]).unwrap();
    let brand = json!({"id": "own", "name": "Own"});
    target.call("brands.create", &[call("acme", "owner"), brand]).unwrap();
    let operators = functions()
        .map(|function| (function, Value::Array(arguments(function, &call("acme", "owner")))));
    let mail = "ann@nike.example";
    let others = [
        ("agencies.close", json!(["acme", "Gone"])),
        ("agencies.list", json!([null, {"limit": 10, "cursor": "a"}])),
        ("agencies.move-portal", json!(["acme", "https://a.example"])),
        ("agencies.reset-clock", json!(["acme"])),
        ("agencies.resume", json!(["acme", "Paid"])),
        ("agencies.suspend", json!(["acme", "Unpaid"])),
        (
            "billing.adjust",
            json!(["acme", {"account": "a"}, {"amount": 1, "currency": "USD"}, "Gift", null]),
        ),
        ("billing.preview-platform", json!(["acme", {"set-catalog": catalog()}, null])),
        ("billing.preview-platform", json!(["acme", {"set-terms": terms_changes()}, null])),
        (
            "billing.preview-platform",
            json!(["acme", {"adjust": {
                "payer": {"account": "a"}, "amount": {"amount": 1, "currency": "USD"}, "note": "Gift",
                "effective-at": null,
            }}, null]),
        ),
        ("billing.report-payment", json!(["acme", {"account": "a"}, 1, "paid", "p-1"])),
        ("catalog.set", json!([catalog(), 0])),
        ("catalog.set-terms", json!(["acme", terms_changes()])),
        ("catalog.terms", json!(["acme"])),
        ("jobs.report-bounce", json!(["acme", "", "no such mailbox"])),
        ("jobs.retry", json!(["acme", "sealing", "agency", 1])),
        ("system.check", json!(["acme", ""])),
        ("system.key-uses", json!(["acme", ""])),
        ("system.repair", json!(["acme", ""])),
        ("portal.admit", json!(["acme", mail, "Ann", null])),
        ("portal.forgot-password", json!(["acme", mail])),
        ("portal.log-in", json!(["acme", mail, "correct horse battery", null])),
        ("portal.me", json!(["a"])),
        ("portal.open", json!(["a"])),
        ("portal.theme", json!(["acme"])),
        ("system.abort-import", json!(["acme"])),
        ("system.check-import", json!([["a"], "a", "a"])),
        ("system.check-import", json!([["a"], "a", null])),
        ("system.export", json!(["acme", "a", 10])),
        ("system.import", json!([["a"], "a", "a"])),
        ("system.import", json!([["a"], "a", null])),
    ];
    let mut refused = 0;
    for (function, arguments) in operators.chain(others) {
        for place in texts(&arguments) {
            let mut arguments = arguments.clone();
            *arguments.pointer_mut(&place).unwrap() = json!("x".repeat(LONG));
            match target.call(function, arguments.as_array().unwrap()) {
                Ok(_) => (),
                Err(TargetError::Refused(error)) => {
                    let size = error.to_string().len();
                    assert!(size <= ERROR_MAX, "{function} {place}: an error of {size} characters");
                    refused += 1;
                }
                // A word that is none of an enum's never reaches the component.
                Err(TargetError::Broken(_)) => (),
            }
        }
    }
    assert!(refused > 100, "only {refused} refusals");
}

/// A catalog with a text in each place that holds one, twice where it may stand once.
fn catalog() -> Value {
    let offer = json!({
        "id": "a", "name": "A", "monthly": 1, "features": ["public-links", "public-links"],
        "resources": {"dashboards": "unlimited", "users": "unlimited", "api-calls": "unlimited"},
    });
    json!({
        "currency": "USD", "plans": [offer, offer], "add-ons": [offer, offer],
        "white-label": {"monthly": 1, "annual": 1, "mode": "volume", "tiers": []},
        "plan-discounts": [], "seller": {"name": "Us", "address": "1 Main Street"},
        "policies": {
            "proration": "millisecond", "white-label-start": "invite", "trial-days-max": 14,
            "payment-days": 14,
        },
    })
}

fn terms_changes() -> Value {
    let tax = json!({"name": "VAT", "basis-points": 1_900});
    json!({
        "price": {"monthly": 1, "annual": 1, "since": 0, "reason": "Friends"},
        "discount": {"name": "Half", "off": {"basis-points": 5_000}, "since": 0, "months": 1},
        "taxes": [tax, tax], "billing-address": "1 Main Street",
    })
}

/// Where texts stand in a value.
fn texts(value: &Value) -> Vec<String> {
    let within = |(place, value): (String, &Value)| -> Vec<String> {
        texts(value).into_iter().map(|rest| format!("/{place}{rest}")).collect()
    };
    match value {
        Value::String(_) => vec![String::new()],
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, item)| (n.to_string(), item))
            .flat_map(within)
            .collect(),
        Value::Object(fields) => {
            fields.iter().map(|(k, v)| (k.clone(), v)).flat_map(within).collect()
        }
        _ => Vec::new(),
    }
}
