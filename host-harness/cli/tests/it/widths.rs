//! Every command that prints a table, on lines of several widths: no line is wider, no word is
//! broken.

use std::collections::BTreeSet;
use std::fs;

use unicode_width::UnicodeWidthStr as _;

use crate::program::Desk;

const WIDTHS: [usize; 4] = [60, 80, 100, 160];

const MANY: &str = r#"[{"email": "nobody", "brands": ["Short"]}]"#;
const WELCOME: &str = r#"{"discount":
    {"name": "A long welcome", "off": {"basis-points": 1250}, "since": 0, "months": 12}}"#;

const ACCOUNT: &str = r#"{"id": "Long-account", "name": "A company with a name of many words, 株式会社",
    "description": "Somebody wrote down here in a long sentence what there is to say of it, for others.",
    "email": "a-person-with-a-long-address@a-long-name-of-a-company.example",
    "billing-owner": "platform", "start": {"trial": 14}}"#;

/// Whatever prints a table or sentences, on the store `s.db`. Previews are of the latest time that
/// the agency has seen, which is the same each time.
const COMMANDS: [&[&str]; 44] = [
    &["account", "Long-account"],
    &["accounts"],
    &["sign-in-as", "--current"],
    &["agencies"],
    &["agencies", "show", "acme"],
    &["agencies", "list", "--status", "closed"],
    &["api-keys"],
    &["agencies", "terms", "acme"],
    &["agencies", "import", "acme.jsonl", "--as", "acme-2", "--dry-run"],
    &["billing"],
    &["billing", "preview", "archive-brand", "Long", "--now", "2020-01-01"],
    &["billing", "preview", "invite-many", MANY, "--now", "2020-01-01"],
    &["billing", "preview", "set-terms", WELCOME, "--now", "2020-01-01"],
    &["brands", "--archived"],
    &["brands", "show", "Long"],
    &["catalog"],
    &["catalog", "history"],
    &["check"],
    &["check-host"],
    &["clients", "--all"],
    &["clients", "--all", "--ids"],
    &["clients", "--limit", "2"],
    &["clients", "--search", "nobody"],
    &["clients", "--delivery", "undelivered"],
    &["functions"],
    &["functions", "clients.list"],
    &["inspect"],
    &["health"],
    &["health", "client1@example.com"],
    &["invoices"],
    &["ledger", "--all"],
    &["ledger", "--limit", "3"],
    &["log", "--all"],
    &["log", "--limit", "3"],
    &["log", "show", "9"],
    &["log", "verify"],
    &["mails"],
    &["mails", "--kind", "alert"],
    &["jobs"],
    &["status", "--now", "2020-01-01"],
    &["keys"],
    &["simulate", "--planted", "mail-lost", "--seed", "1"],
    &["import", "roster.csv", "--dry-run"],
    &["webhooks"],
];

/// What needs no agency.
const WITHOUT_AGENCY: [&str; 11] = [
    "agencies",
    "api-keys",
    "catalog",
    "check-host",
    "functions",
    "inspect",
    "jobs",
    "keys",
    "simulate",
    "status",
    "webhooks",
];

/// What needs no store either.
const WITHOUT_STORE: [&str; 4] = ["check-host", "functions", "inspect", "simulate"];

/// A store of an agency with some life in it.
fn lively() -> Desk {
    let desk = Desk::empty();
    let simulate = ["simulate-activity", "--agency", "acme", "--clients", "12", "--months", "2"];
    desk.on_store(&simulate);
    let name = "A brand with a name of many words: so many that it hardly fits into a table";
    desk.call(&["brands.create", &format!(r#"{{"id": "Long", "name": "{name}"}}"#)]);
    let invite = r#"{"email": "a-person-with-a-long-address@a-long-name-of-a-company.example",
        "name": "Maximiliane von und zu Hohenstein-Wittelsbach, 株式会社", "brands": ["Long"]}"#;
    desk.call(&["clients.invite-by-email", invite]);
    desk.call(&["accounts.create", ACCOUNT]);
    desk.call(&["accounts.move-brand", "Long", "Long-account"]);
    let reason = "To look at each of its boards, since some of them are said to be out of date";
    let address = "https://console.acme.example/accounts/of/long-names/Long-account";
    // By somebody who does nothing else: what is written without the token would be refused.
    let sign_in =
        ["--reason", reason, "--return-to", address, "--agency", "acme", "--as", "manager:max:Max"];
    desk.on_store(&[&["sign-in-as", "Long-account"], &sign_in[..]].concat());
    let roster = "E-mail,Name,Brands\nben@nike.example,Ben,Long\nno address,Somebody,Long\n\
                  cleo@nike.example,Cleo,A brand that nobody has ever made and that is long\n";
    fs::write(desk.path("roster.csv"), roster).unwrap();
    let outbox = desk.call(&["jobs.outbox", r#"{"limit": 500}"#]);
    let mail = outbox["mails"].as_array().unwrap().last().unwrap()["id"].clone();
    desk.call(&["jobs.report-bounce", "acme", mail.as_str().unwrap(), "there is no such box"]);
    desk.on_store(&["jobs"]);
    let name = "What copies clients to the office's other programs, every night and on Sundays";
    desk.on_store(&["api-keys", "create", "--name", name, "--agency", "acme", "--role", "viewer"]);
    desk.on_store(&["webhooks", "create", "https://crm.example/hooks", "--agency", "acme"]);
    desk.on_store(&["agencies", "export", "acme", "--out", "acme.jsonl"]);
    desk
}

fn at_width(desk: &Desk, width: usize, command: &[&str]) -> String {
    let mut args = command.to_vec();
    if !WITHOUT_STORE.contains(&command[0]) {
        args.extend(["--store", "s.db"]);
    }
    if !WITHOUT_AGENCY.contains(&command[0]) {
        args.extend(["--agency", "acme"]);
    }
    let said = desk.run_at(width, &args);
    // Some rows of the roster are refused.
    let code = if command[0] == "import" { 3 } else { 0 };
    assert_eq!(said.code, Some(code), "{command:?}: {}", said.error);
    said.out
}

#[test]
fn no_line_is_wider_and_no_word_is_broken() {
    let desk = lively();
    for command in COMMANDS {
        let words = |text: &str| -> BTreeSet<String> {
            text.split_whitespace().map(str::to_owned).collect()
        };
        let whole = words(&at_width(&desk, 2_000, command));
        for width in WIDTHS {
            let text = at_width(&desk, width, command);
            for line in text.lines() {
                let is_one_word = line.split_whitespace().count() <= 1;
                let fits = line.width() <= width || is_one_word && !line.contains('─');
                assert!(fits, "{command:?} at {width}: {} wide: {line}", line.width());
            }
            for word in told(&text).into_iter().flat_map(str::split_whitespace) {
                let is_cut = word.ends_with('…') && command.contains(&"show");
                let is_part = whole.iter().any(|whole| is_part(word, whole));
                let is_wide = word.chars().any(|letter| letter.len_utf8() == 3 && letter > '⿿');
                let is_whole = whole.contains(word) || is_part || is_cut || is_wide;
                assert!(is_whole, "{command:?} at {width}: `{word}` is no word of\n{text}");
            }
        }
    }
}

/// Whether a word is what is left of a longer one that goes on behind a hyphen or the like.
fn is_part(part: &str, whole: &str) -> bool {
    let breaks = ['-', '@', '.', '/', '_', ':'];
    whole.match_indices(part).any(|(at, _)| {
        let (before, after) = (&whole[..at], &whole[at + part.len()..]);
        (before.is_empty() || before.ends_with(breaks))
            && (after.is_empty() || part.ends_with(breaks))
    })
}

/// The lines that wide pages have too: without those about what is left out.
fn told(text: &str) -> Vec<&str> {
    let mut is_about_width = false;
    let mut told = Vec::new();
    for line in text.lines() {
        is_about_width |= line.starts_with("Left out here:") || line.starts_with("What ends in …");
        if !is_about_width && !line.contains('─') {
            told.push(line);
        }
        // Both sentences end so, wherever the line breaks.
        is_about_width &= !line.ends_with("it.");
    }
    told
}

#[test]
fn what_is_left_out_is_said() {
    let desk = lively();
    let narrow = at_width(&desk, 60, &["clients", "--all", "--ids"]);
    assert!(narrow.contains("Left out here: E-mail"), "{narrow}");
    let wide = at_width(&desk, 400, &["clients", "--all", "--ids"]);
    assert!(!wide.contains("Left out here"), "{wide}");
    assert!(wide.contains("a-person-with-a-long-address@a-long-name-of-a-company.example"));
}

#[test]
fn the_demo_fits_too() {
    let desk = Desk::empty();
    for width in WIDTHS {
        let said = desk.run_at(width, &["demo", "--store", &format!("demo{width}.db")]);
        assert_eq!(said.code, Some(0), "{}", said.error);
        let lines = said.out.lines();
        let wide: Vec<&str> = lines
            .filter(|line| line.width() > width && line.split_whitespace().count() > 1)
            .collect();
        assert_eq!(wide, Vec::<&str>::new(), "at {width}");
        assert!(said.out.contains("Verified: all 19 entries"), "{}", said.out);
    }
}

#[test]
fn in_a_pipe_rows_are_whole() {
    let desk = lively();
    let out = desk.on_store(&["clients", "--all", "--ids", "--agency", "acme"]);
    let row = out.lines().find(|line| line.contains("a-person-with-a-long-address")).unwrap();
    assert!(row.contains("Maximiliane") && row.contains("fits into a table"), "{row}");
}
