//! `--json`: one value, in the forms of `docs/command-line.md`, with the contract's records as
//! `call` gives them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Desk, Said};

/// A row of the page's table: the command, and its fields.
fn documented() -> Vec<(Vec<String>, BTreeSet<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command-line.md");
    let page = fs::read_to_string(path).unwrap();
    let table = page.split("| command | fields |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let quoted = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        // What stands in brackets is what an item is.
        let mut fields = String::new();
        let mut depth = 0;
        for letter in cells[2].chars() {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            if depth == 0 {
                fields.push(letter);
            }
        }
        (quoted(cells[1]), quoted(&fields).into_iter().collect())
    })
    .collect()
}

fn parsed(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

const STORIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios");

/// A catalog without plans.
const CATALOG: &str = "\
currency = 'USD'
white-label = { monthly = 5900, annual = 59000, mode = 'volume', tiers = [] }
plans = []
add-ons = []
plan-discounts = []
seller = { name = '', address = '' }
policies = { proration = 'day', white-label-start = 'invite', trial-days-max = 14, payment-days = 30 }
";

/// A desk with clients, a ledger, an invoice and mails.
fn busy() -> Desk {
    let desk = Desk::invoiced();
    desk.join("ann@nike.example", "Ann");
    let roster = "E-mail,Brands\nben@nike.example,Nike\n";
    fs::write(desk.path("roster.csv"), roster).unwrap();
    fs::write(desk.path("catalog.toml"), CATALOG).unwrap();
    fs::write(desk.path("bounces.mbox"), "From x\nSubject: Away\n\nNot a report.\n").unwrap();
    desk.story("story.toml");
    desk.build_account();
    desk
}

/// How a documented command is run, and whether it is about an agency.
fn arguments(command: &str) -> (Vec<&str>, bool) {
    let words: Vec<&str> = command.split(' ').filter(|word| *word != "…").collect();
    let takes_more = command.ends_with('…');
    let more: &[&str] = match (words.as_slice(), takes_more) {
        (["account"], _) => &["nike-inc"],
        (["accounts", "create"], _) => &["Fila Inc", "--id", "fila-inc"],
        (["accounts", "move-brand"], _) => &["nike", "nike-inc"],
        (["accounts", "update"], _) => &["nike-inc", "--name", "Nike"],
        (["agencies", "create"], _) => &[
            "new",
            "--name",
            "New",
            "--notification-email",
            "n@new.example",
            "--portal-address",
            "https://new.example",
        ],
        (["agencies", "show" | "terms"], _) => &["acme"],
        (["agencies", "suspend" | "resume"], _) => &["acme", "--reason", "For a while"],
        (["agencies", "close"], _) => &["new", "--reason", "Gone"],
        (["agencies", "export"], _) => &["acme", "--out", "acme.jsonl"],
        (["agencies", "import"], _) => &["acme.jsonl", "--as", "acme-2", "--dry-run"],
        (["agencies", "set-terms"], _) => &["acme", "--volume-discount", "yes"],
        (["api-keys", "create"], _) => &["--name", "CRM"],
        (["api-keys", "revoke"], _) => &["CRM"],
        (["backup"], _) => &["copy"],
        (["billing", "preview"], _) => &["set-interval", "annual"],
        (["bounces", "--secret"], _) => &[],
        (["bounces"], _) => &["bounces.mbox"],
        (["brands", "create"], _) => &["Fila", "--id", "fila"],
        (["brands", "rename"], _) => &["Fila", "Kappa"],
        (["brands", "archive"], _) => &["Kappa"],
        (["brands", "show"], _) => &["nike"],
        (["call"], _) => &["brands.list", r#"{"limit": 5}"#],
        (["catalog", "set"], _) => &["catalog.toml"],
        (["fuzz"], _) => &["--target", "scenarios", "--seconds", "1", "--stories", STORIES],
        (["health"], true) => &["ann@nike.example"],
        (["import"], _) => &["roster.csv", "--dry-run"],
        (["invoice"], _) => &["1"],
        (["log", "show"], _) => &["2"],
        (["restore"], _) => &["copy"],
        (["run"], _) => &["story.toml"],
        (["torture"], _) => &["--kills", "1", "--seed", "1"],
        (["simulate"], false) => &["--seed", "1", "--steps", "160"],
        (["simulate", "--planted"], _) => &["mail-lost"],
        (["sign-in-as"], true) => &["nike-inc", "--reason", "Look at the brand"],
        (["webhooks", "create"], _) => &["https://crm.example/", "--agency", "acme"],
        (["webhooks", "delete" | "resume"], _) => &["https://crm.example/"],
        _ => &[],
    };
    let about = [
        "account",
        "accounts",
        "billing",
        "brands",
        "call",
        "clients",
        "health",
        "import",
        "invoice",
        "invoices",
        "ledger",
        "log",
        "mails",
        "reset-clock",
        "sign-in-as",
    ];
    ([words.as_slice(), more].concat(), about.contains(&command.split(' ').next().unwrap()))
}

/// The fields of the contract's records, as far as the page names them.
const RECORDS: [(&str, &[&str]); 10] = [
    (
        "agency",
        &[
            "id",
            "name",
            "notification-email",
            "billing-interval",
            "portal-address",
            "created-at",
            "latest-time",
            "status",
            "status-since",
            "status-reason",
        ],
    ),
    (
        "system-status",
        &["schema", "now", "oldest-due", "next-due", "due", "mails", "stuck", "keys"],
    ),
    (
        "brand",
        &["id", "name", "created-at", "clients", "white-label-since", "account", "archived-at"],
    ),
    (
        "account",
        &[
            "id",
            "name",
            "description",
            "email",
            "address",
            "created-at",
            "status",
            "trial-ends-at",
            "deletes-at",
            "disabled-reason",
            "billing-owner",
            "pays-itself",
            "plan-due",
            "owner",
            "plan",
            "intended-plan",
            "add-ons",
            "run-rate",
            "resale-price",
            "margin",
            "brands",
            "planned",
            "resources",
            "own-resources",
            "features",
            "own-features",
        ],
    ),
    ("agency-health", &["bands", "average", "statuses", "falls", "rises", "scored-at", "as-of"]),
    ("entry", &["number", "at", "actor", "trace-id", "about", "kind", "details", "hash"]),
    ("clock-reset", &["now", "was"]),
    ("catalog-version", &["version", "since", "catalog"]),
    (
        "quote",
        &[
            "as-of",
            "lines",
            "now",
            "monthly",
            "going-on",
            "next-invoice",
            "invoices",
            "refused",
            "quote",
            "within",
        ],
    ),
    (
        "agency-terms",
        &[
            "prices",
            "discounts",
            "trial-ends-at",
            "volume-discount",
            "pool",
            "taxes",
            "billing-address",
        ],
    ),
];

#[test]
fn every_command_prints_what_the_page_says() {
    let desk = busy();
    // In the order in which one needs the other.
    let mut rows = documented();
    rows.sort_by_key(|(commands, _)| commands[0] == "restore …" || commands[0] == "demo");
    let mut checked = 0;
    for (commands, fields) in rows {
        for command in ["create", "rename", "archive", ""]
            .iter()
            .flat_map(|word| commands.iter().filter(move |command| verb(command) == *word))
        {
            let (mut args, is_about_agency) = arguments(command);
            if is_about_agency {
                args.extend(["--agency", "acme"]);
            }
            if !matches!(
                args[0],
                "check-host" | "functions" | "fuzz" | "inspect" | "run" | "simulate"
            ) {
                let own = ["restore", "demo", "simulate-activity", "torture"].contains(&args[0]);
                args.extend(["--store", if own { args[0] } else { "s.db" }]);
            }
            if args[0] == "simulate-activity" {
                args.extend(["--clients", "3", "--months", "1"]);
            }
            args.push("--json");
            let said = desk.run(&args);
            assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{command}");
            let answer = parsed(&said);
            let found: BTreeSet<String> = answer.as_object().unwrap().keys().cloned().collect();
            let record =
                RECORDS.iter().find(|(record, _)| fields.contains(*record) && fields.len() == 1);
            let expected = match record {
                Some((_, fields)) => fields.iter().map(|field| (*field).to_owned()).collect(),
                None => fields.clone(),
            };
            if command != "call …" {
                assert_eq!(found, expected, "{command}");
            }
            checked += 1;
        }
    }
    assert!(checked >= 30, "only {checked} commands");
}

fn verb(command: &str) -> &str {
    let words = ["create", "rename", "archive"];
    words.into_iter().find(|word| command.contains(word)).unwrap_or("")
}

#[test]
fn lists_have_the_contracts_records_as_call_gives_them() {
    let desk = busy();
    let page = r#"{"limit": 50}"#;
    for (command, function, field, arguments) in [
        ("brands", "brands.list", "brands", &[page][..]),
        ("clients", "clients.list", "clients", &["null", "null", page]),
        ("invoices", "billing.invoices", "invoices", &["null", page]),
        ("ledger", "billing.ledger", "lines", &["null", page]),
        ("log", "audit.list", "entries", &["null", "backward", page]),
        ("mails", "jobs.outbox", "mails", &[page]),
    ] {
        let args = [command, "--json", "--agency", "acme"];
        let list: Value = serde_json::from_str(&desk.on_store(&args)).unwrap();
        let mut items = list["items"].clone();
        if command == "mails" {
            // The latest first, where the contract has the oldest first.
            items.as_array_mut().unwrap().reverse();
            for mail in items.as_array_mut().unwrap() {
                assert!(mail.as_object_mut().unwrap().remove("file").unwrap().is_string());
            }
        }
        let called = desk.call(&[&[function], arguments].concat());
        assert_eq!(items, called[field], "{command}");
        assert!(!items.as_array().unwrap().is_empty(), "{command}");
        assert_eq!(list["next"], Value::Null);
    }
}

#[test]
fn pages_go_on_with_next() {
    let desk = busy();
    for number in 0..3 {
        desk.on_store(&["brands", "create", &format!("B{number}"), "--agency", "acme"]);
    }
    for command in ["log", "ledger", "clients", "mails"] {
        let all = ["--all", "--json", "--agency", "acme"];
        let all: Value =
            serde_json::from_str(&desk.on_store(&[&[command], &all[..]].concat())).unwrap();
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut args = vec![command, "--limit", "1", "--json", "--agency", "acme"];
            if let Some(cursor) = &cursor {
                args.extend(["--cursor", cursor]);
            }
            let page: Value = serde_json::from_str(&desk.on_store(&args)).unwrap();
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(json!(items), all["items"], "{command}");
    }
}

#[test]
fn errors_are_json_too() {
    let desk = busy();
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (args, code, kind, function, refusal) in [
        (
            &["call", "clients.revoke", nobody, "--agency", "acme"][..],
            1,
            "refused",
            json!("clients.revoke"),
            json!({"not-found": format!("client `{nobody}`")}),
        ),
        (&["mails", "--kind", "foo", "--agency", "acme"], 2, "usage", Value::Null, Value::Null),
        (&["clients"], 2, "usage", Value::Null, Value::Null),
        (&["health", "nobody", "--agency", "acme"], 1, "failed", Value::Null, Value::Null),
        (&["call", "brands.list", "x=1", "--agency", "acme"], 2, "usage", Value::Null, Value::Null),
    ] {
        let said = desk.run(&[args, &["--json", "--store", "s.db"]].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{args:?}");
        let error: Value = serde_json::from_str(&said.error).unwrap();
        let error = &error["error"];
        assert_eq!(error["kind"], kind, "{args:?}");
        assert_eq!(error["exit-code"], code, "{args:?}");
        assert_eq!(error["function"], function, "{args:?}");
        assert_eq!(error["refusal"], refusal, "{args:?}");
        assert!(!error["message"].as_str().unwrap().is_empty(), "{args:?}");
        assert_eq!(error.as_object().unwrap().len(), 5, "{args:?}");
    }
}
