//! No number is taken for another: JavaScript and Python hosts wrap what doesn't fit, so that
//! a -1 arrives as the largest number there is. Whatever is out of range is refused by name.

mod list;

use std::collections::BTreeSet;
use std::sync::Arc;

use clientdesk_host::adapters::clock::Clock as _;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Target, TargetError, World};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use wit_parser::{Resolve, Type, TypeDefKind};

use self::list::NUMBERS;
use crate::calls;
use crate::contract::read;
use crate::native::Native;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("numbers/every_number_that_is_given_is_listed", every_number_is_listed),
        trial("numbers/what_is_out_of_range_is_refused", what_is_out_of_range_is_refused),
        trial(
            "numbers/it_is_named_beside_what_else_is_wrong",
            it_is_named_beside_what_else_is_wrong,
        ),
    ]
}

/// What `billing.preview-platform` looks at, and whose numbers it takes: where they stand there, and
/// where with the command.
const PREVIEWED: [(&str, &str, &str); 3] = [
    ("change.adjust.", "billing.adjust", ""),
    ("change.set-catalog.", "catalog.set", "catalog."),
    ("change.set-terms.", "catalog.set-terms", "changes."),
];

/// All of [`NUMBERS`], and those of previews.
fn listed() -> impl Iterator<Item = (&'static str, String, &'static [u64])> {
    let own =
        NUMBERS.iter().map(|(function, path, values)| (*function, (*path).to_owned(), *values));
    let previewed = PREVIEWED.iter().flat_map(|(place, command, prefix)| {
        let numbers = NUMBERS.iter().filter(move |(function, ..)| function == command);
        numbers.map(move |(_, path, values)| {
            let within = path.strip_prefix(prefix).unwrap();
            ("billing.preview-platform", format!("{place}{within}"), *values)
        })
    });
    own.chain(previewed)
}

/// Numbers without a range: one is to be left out, and one is the version that there is, or another,
/// which is a `conflict`. Stories try them.
const OTHERS: [(&str, &str); 2] =
    [("billing.preview", "change.remove-brands.ends-at"), ("catalog.set", "expected")];

fn every_number_is_listed() {
    let (resolve, package) = read();
    let mut found = BTreeSet::new();
    for (interface, id) in &resolve.packages[package].interfaces {
        for (name, function) in &resolve.interfaces[*id].functions {
            for param in &function.params {
                for path in numbers(&resolve, param.ty, &param.name) {
                    found.insert((format!("{interface}.{name}"), path));
                }
            }
        }
    }
    let others = OTHERS.into_iter().map(|(function, path)| (function, path.to_owned()));
    let listed = listed().map(|(function, path, _)| (function, path)).chain(others);
    let listed: BTreeSet<_> = listed.map(|(function, path)| (function.to_owned(), path)).collect();
    assert_eq!(found, listed);
}

/// Where in a value of this type a number stands.
fn numbers(resolve: &Resolve, ty: Type, path: &str) -> Vec<String> {
    let Type::Id(id) = ty else {
        return match ty {
            Type::Bool | Type::String => Vec::new(),
            Type::U32 | Type::U64 | Type::S32 | Type::S64 => vec![path.to_owned()],
            other => {
                panic!("{path}: {other:?} is so narrow that what is wrong wraps into what is right")
            }
        };
    };
    match &resolve.types[id].kind {
        TypeDefKind::Type(ty) | TypeDefKind::Option(ty) => numbers(resolve, *ty, path),
        TypeDefKind::List(ty) => numbers(resolve, *ty, &format!("{path}[0]")),
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            let within = |field: &wit_parser::Field| {
                numbers(resolve, field.ty, &format!("{path}.{}", field.name))
            };
            fields.flat_map(within).collect()
        }
        TypeDefKind::Variant(variant) => {
            let within = |case: &wit_parser::Case| {
                case.ty.map(|ty| numbers(resolve, ty, &format!("{path}.{}", case.name)))
            };
            variant.cases.iter().filter_map(within).flatten().collect()
        }
        TypeDefKind::Enum(_) => Vec::new(),
        other => panic!("{path}: nobody gives a {other:?}"),
    }
}

fn what_is_out_of_range_is_refused() {
    let town = Town::new();
    for (function, path, values) in listed() {
        // No number of 64 bits has a range that holds all of them.
        assert!(!values.is_empty(), "{function}: {path} is checked by nobody");
        for value in values {
            let before = town.world.rows().unwrap();
            let problems = town.refused(function, &path, *value, &calls::call("acme", "owner"));
            let named = problems.iter().any(|problem| {
                problem["field"].as_str().is_some_and(|field| names(field, &path))
                    && problem["code"] == "out-of-range"
            });
            assert!(named, "{function}: {path} = {value}: {problems:?}");
            assert_eq!(town.world.rows().unwrap(), before, "{function} wrote");
        }
    }
}

/// These depend on what is stored, which nobody looks at for a call that is wrong by itself; the
/// rows of many are refused each in its place; and what a preview is of is read by the command.
const LATER: [(&str, &str); 9] = [
    ("audit.read", "after"),
    ("billing.preview", "change.add-brands.ends-at"),
    ("billing.preview", "change.invite-by-email.access-ends-at"),
    ("billing.preview", "change.invite-by-link.access-ends-at"),
    ("billing.preview", "change.invite-by-link.expires-at"),
    ("billing.preview", "change.invite-many[0].access-ends-at"),
    ("clients.invite-many", "invites[0].access-ends-at"),
    ("clients.report", "first-day"),
    ("clients.report", "last-day"),
];

fn it_is_named_beside_what_else_is_wrong() {
    let town = Town::new();
    let mut call = calls::call("acme", "owner");
    call["trace-id"] = json!("");
    let takes_call = |function: &str| {
        town.target
            .parameters(function)
            .is_some_and(|names| names.first().is_some_and(|name| name == "call"))
    };
    let numbers = NUMBERS
        .iter()
        .filter(|(function, path, _)| takes_call(function) && !LATER.contains(&(*function, *path)));
    for (function, path, values) in numbers {
        let problems = town.refused(function, path, values[0], &call);
        let fields: Vec<&str> = problems.iter().filter_map(|it| it["field"].as_str()).collect();
        assert!(
            fields.contains(&"call.trace-id") && fields.iter().any(|field| names(field, path)),
            "{function}: a bad `call.trace-id` and {path}: {fields:?}"
        );
    }
}

/// Whether a refusal of `field` says that `path` is wrong: the thresholds are refused together, a
/// case of a variant as the whole, and a row of many, and what a preview is of, names its field
/// as if it were the only one.
fn names(field: &str, path: &str) -> bool {
    let mut row = path.replace("invites[0]", "invite");
    for (change, alone) in [
        ("change.add-brands.", ""),
        ("change.invite-by-email.", "invite."),
        ("change.invite-by-link.", "invite."),
        ("change.invite-many[0].", "invite."),
        ("change.adjust.", ""),
        ("change.set-catalog.", "catalog."),
        ("change.set-terms.", "changes."),
    ] {
        row = row.replace(change, alone);
    }
    let is_case = |case: &str| row.strip_suffix(case) == Some(field);
    [path, row.as_str()].contains(&field)
        || [".at-most", ".amount", ".basis-points", ".monthly"].into_iter().any(is_case)
        || path.starts_with("changes.thresholds") && path.starts_with(field)
}

/// An agency with a brand, a client who joined, and one who didn't.
struct Town {
    world: World,
    target: Native,
    client: String,
    session: String,
}

impl Town {
    fn new() -> Town {
        let world = World::new(Arc::new(MemoryStorage::new()));
        let target = Native::new(&world);
        let run = |function: &str, arguments: &[Value]| target.call(function, arguments).unwrap();
        let settings = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://acme.example",
        });
        run("agencies.create", &[settings]);
        run(
            "brands.create",
            &[calls::call("acme", "owner"), json!({"id": "nike", "name": "Nike"})],
        );
        let features = json!([{"key": "dashboard", "label": "Dashboard", "on": true}]);
        run("agencies.update", &[calls::call("acme", "owner"), json!({"features": features})]);
        let link = run(
            "clients.invite-by-link",
            &[calls::call("acme", "owner"), json!({"brands": ["nike"]})],
        );
        let person = [&link["token"], &json!("Ann"), &json!("correct horse battery")];
        let mut person: Vec<Value> = person.into_iter().cloned().collect();
        person.extend([json!("ann@nike.example"), Value::Null]);
        let session = run("portal.sign-up", &person)["session"].as_str().unwrap().to_owned();
        let client = link["client"].as_str().unwrap().to_owned();
        Town { world, target, client, session }
    }

    /// What is wrong with a call that is right, but for this value.
    fn refused(&self, function: &str, path: &str, value: u64, call: &Value) -> Vec<Value> {
        let parameters = self.target.parameters(function).unwrap();
        let argument = |name: &String| match argument_of_billing(function, name, path, &self.client)
        {
            Some(argument) => argument,
            None => self.argument(function, name, call),
        };
        let mut arguments: Value = parameters.iter().map(argument).collect();
        let (name, rest) = path.find(['.', '[']).map_or((path, ""), |at| path.split_at(at));
        let place = parameters.iter().position(|parameter| parameter == name).unwrap();
        let pointer = format!("/{place}{}", rest.replace("[0]", "/0").replace('.', "/"));
        *arguments.pointer_mut(&pointer).unwrap_or_else(|| panic!("{function}: {path}")) =
            json!(value);
        let outcome = self.target.call(function, arguments.as_array().unwrap());
        let error = match outcome {
            Ok(quote) if function == "billing.preview" => quote["refused"][0]["why"].clone(),
            // Functions for many rows refuse each in its place.
            Ok(rows) => rows[0]["refused"].clone(),
            Err(TargetError::Refused(error)) => error,
            Err(TargetError::Broken(problem)) => panic!("{function}: {path}: {problem}"),
        };
        error["invalid"].as_array().cloned().unwrap_or_else(|| vec![error])
    }

    /// An argument that is right, with a place for each number.
    fn argument(&self, function: &str, name: &str, call: &Value) -> Value {
        let now = self.world.clock.now();
        let (invite, link) = invites();
        match name {
            "call" => call.clone(),
            "session" => json!(self.session),
            "id" | "client" => json!(self.client),
            "page" => json!({"limit": 1, "cursor": null}),
            "brands" => json!(["nike"]),
            "invite" if function == "clients.invite-by-link" => link,
            "invite" => invite,
            "account" => json!("nike-inc"),
            "sign-in" => json!({"account": "nike-inc", "reason": "Have a look", "minutes": 30}),
            "invites" => json!([invite]),
            "changes" => json!({
                "invites": {"email-days": 14, "link-days": null},
                "thresholds": {"at-risk-days": 14, "churn-days": 45},
                "digest": {"on": false, "weekday": "monday", "hour": 8, "recipients": []},
                "calendar": {"time-zone": null, "utc-offset-minutes": 0},
            }),
            "views" => json!([{"feature": "dashboard", "at": null}]),
            "to" if function == "audit.verify" => json!(1),
            "first-day" | "last-day" | "due-at" => json!(now),
            "limit" | "start" | "amount" | "days" | "minutes" => json!(1),
            "resource" => json!("dashboards"),
            "resources" => resources(),
            "expected" => json!({"number": 1, "hash": ""}),
            "direction" => json!("forward"),
            "agency" => json!("acme"),
            "kind" => json!("sealing"),
            "subject" => json!(""),
            "filter" if function.starts_with("audit.") => json!({"since": null, "until": null}),
            "filter" => json!({}),
            "after" => json!(0),
            "cursor" | "ends-at" | "order" | "status" => Value::Null,
            _ => panic!("what should `{name}` be?"),
        }
    }
}

/// An argument of these functions that is right, and has a place for the number at `path`.
fn argument_of_billing(function: &str, name: &str, path: &str, client: &str) -> Option<Value> {
    let (invite, link) = invites();
    let given = match (function, name) {
        ("billing.adjust", "amount") => json!({"amount": 1, "currency": "USD"}),
        ("billing.adjust", "note") => json!("Gift"),
        ("billing.adjust", "effective-at") | (_, "at") => Value::Null,
        ("billing.ledger" | "billing.export-ledger", "filter") => {
            json!({"since": null, "until": null, "invoiced-at": null})
        }
        ("billing.export-ledger", "format") => json!("csv"),
        ("billing.document", "format") => json!("text"),
        ("billing.report-payment", "payment") => json!("paid"),
        ("billing.report-payment", "reference") => Value::Null,
        ("billing.adjust" | "billing.report-payment", "payer") => json!("agency"),
        (_, "payer") => Value::Null,
        (_, "number") => json!(1),
        ("billing.preview", "change") => match path.split('.').nth(1) {
            Some("add-brands") => {
                json!({"add-brands": {"client": client, "brands": ["nike"], "ends-at": null}})
            }
            Some("invite-by-email") => json!({ "invite-by-email": invite }),
            Some("invite-many[0]") => json!({ "invite-many": [invite] }),
            _ => json!({ "invite-by-link": link }),
        },
        ("billing.preview-platform", "change") => match path.split('.').nth(1) {
            Some("set-catalog") => json!({ "set-catalog": catalog() }),
            Some("set-terms") => json!({ "set-terms": terms(path) }),
            _ => json!({"adjust": {
                "payer": "agency", "amount": {"amount": 1, "currency": "USD"}, "note": "Gift",
                "effective-at": null,
            }}),
        },
        ("accounts.create", "account") => json!({
            "name": "Nike Inc", "billing-owner": "agency", "start": {"trial": 1},
            "resources": resources(), "resale-price": 1,
        }),
        ("accounts.set-template", "template") => {
            json!({"id": "web", "name": "Web", "brands": [], "resources": resources()})
        }
        ("accounts.update", "changes") => json!({"resale-price": {"monthly": 1}}),
        ("catalog.set", "catalog") => catalog(),
        ("catalog.set", "expected") => json!(0),
        ("catalog.set-terms", "changes") => terms(path),
        _ => return None,
    };
    Some(given)
}

/// Terms to change with one of everything, and a place for the number at `path`.
fn terms(path: &str) -> Value {
    let off = if path.ends_with("off.amount") { "amount" } else { "basis-points" };
    json!({
        "price": {"monthly": 1, "annual": 1, "since": 0, "reason": "Friends"},
        "discount": {"name": "Half", "off": {off: 5_000}, "since": 0, "months": 1},
        "trial-ends-at": null,
        "pool": resources(),
        "taxes": [{"name": "VAT", "basis-points": 1_900}],
    })
}

/// One of each.
fn resources() -> Value {
    let some = json!({"at-most": 1});
    json!({"dashboards": some, "users": some, "api-calls": some})
}

/// A catalog with one of everything.
fn catalog() -> Value {
    let offer =
        json!({"id": "a", "name": "A", "monthly": 1, "features": [], "resources": resources()});
    json!({
        "currency": "USD", "plans": [offer], "add-ons": [offer],
        "white-label": {
            "monthly": 1, "annual": 1, "mode": "volume",
            "tiers": [{"from-brands": 2, "monthly": 1, "annual": 1}],
        },
        "plan-discounts": [{"from-plans": 1, "basis-points": 1}],
        "seller": {"name": "Us", "address": ""},
        "policies": {
            "proration": "millisecond", "white-label-start": "invite", "trial-days-max": 14,
            "payment-days": 14, "delete-expired-trials-after-days": 30,
        },
    })
}

/// One by e-mail, and one by link.
fn invites() -> (Value, Value) {
    (
        json!({"email": "ben@nike.example", "brands": ["nike"], "access-ends-at": null}),
        json!({"brands": ["nike"], "expires-at": null, "access-ends-at": null}),
    )
}
