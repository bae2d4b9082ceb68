//! What errors say: the cause first, in a line or two, with the way out.

use std::path::Path;

use clientdesk_host::Host;

use crate::program::Desk;

const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The error of each command on the store of the agency `acme`, whole.
#[test]
fn errors_name_the_cause_and_the_way_out() {
    let desk = Desk::new();
    desk.join("ann@nike.example", "Ann");
    std::fs::write(desk.path("roster.csv"), "E-mail\n").unwrap();
    let before = desk.on_store(&["log", "--all", "--json", "--agency", "acme"]);
    let mails = desk.names();
    for (args, code, text) in [
        (
            &["call", "clients.revoke", NOBODY][..],
            1,
            "no client `01890a5d-ac96-774b-bcce-b302099a8057` in agency `acme`",
        ),
        (
            &["brands", "rename", "Nikee", "X"],
            1,
            "no brand `Nikee` in agency `acme` (did you mean `Nike`?)",
        ),
        (&["brands", "create", "NIKE"], 1, "brand `nike` already has the name `NIKE`"),
        (
            &["health", "ann@nkie.example"],
            1,
            "no client `ann@nkie.example` in agency `acme` (did you mean `ann@nike.example`?)",
        ),
        (
            &["brands", "archive", "Nike"],
            1,
            "`Nike` is the only brand of 1 client: revoke access first, or pass `--revoke-last`",
        ),
        (&["log", "verify", "--start", "500"], 1, "no log entry 500: the last is 5"),
        (
            &["log", "verify", "--start", "3", "--to", "2"],
            2,
            "`--to` is before `--start`: there is nothing to verify",
        ),
        (
            &["log", "show", "abc"],
            2,
            "invalid value 'abc' for '<NUMBER>': expected a whole number\n\n\
             For more information, try '--help'.",
        ),
        (
            &["call", "jobs.run", "ten"],
            2,
            "`limit` is text; expected u32\n`clientdesk functions jobs.run` shows what it takes",
        ),
        (&["clients", "--component", "roster.csv"], 1, "`roster.csv` is no WebAssembly component"),
        (
            &["clients", "--now", "2030"],
            2,
            "invalid value '2030' for '--now <TIME>': a year alone is no time; expected a time \
             such as 2026-09-01T12:00:00Z, a day such as 2026-09-01, or milliseconds since 1970\n\n\
             For more information, try '--help'.",
        ),
        (&["clients", "--brand", "xyz"], 1, "no brand `xyz` in agency `acme`"),
        (&["log", "show", "999"], 1, "no log entry 999 in agency `acme`"),
        (
            &["call", "brands.list", "pgae={}"],
            2,
            "`brands.list` has no argument `pgae` (did you mean `page`?); it takes `page`\n\
             `clientdesk functions brands.list` shows what it takes",
        ),
        (
            &["call", "audit.list", "null", "forwrd", r#"{"limit": 5}"#],
            2,
            "`direction.forwrd` is unknown (did you mean `forward`?); expected \"forward\" | \"backward\"\n\
             `clientdesk functions audit.list` shows what it takes",
        ),
        (
            &["call", "audit.list", r#"{"since": "yesterday"}"#, "forward", r#"{"limit": 5}"#],
            2,
            "`filter.since` is text that is no time; expected a time such as 2026-09-01T12:00:00Z, \
             a day such as 2026-09-01, or milliseconds since 1970\n\
             `clientdesk functions audit.list` shows what it takes",
        ),
        (
            &["call", "clients.invite-by-email"],
            2,
            "`invite` is missing; expected { email: string, brands: list<string>, name?: string, \
             note?: string, permissions?: { can-export: true | false, read-only: true | false, \
             features?: list<string> …\n\
             `clientdesk functions clients.invite-by-email` shows what it takes",
        ),
        (
            &["call", "brands.list", "{limit: 5}", "6"],
            2,
            "`brands.list` takes `page`; there is one argument too many: `6`\n\
             `clientdesk functions brands.list` shows what it takes",
        ),
        (
            &["call", "brands.list", "--as", "viewr", "{limit: 5}"],
            2,
            "invalid value 'viewr' for '--as <ROLE[:ID[:NAME]]>': `viewr` is no role (did you mean \
             `viewer`?); roles are owner, manager and viewer\n\nFor more information, try '--help'.",
        ),
        (
            &["mails", "--kind", "digst"],
            2,
            "invalid value 'digst' for '--kind <KIND>'\n  [possible values: invite, brands-added, \
             email-confirmation, email-change-asked, password-reset, password-changed, plan-due, \
             alert, digest, trial-ending, trial-ended, account-disabled, resource-running-out, \
             sign-in-report]\n\n  tip: a similar value exists: 'digest'\n\nFor more information, try '--help'.",
        ),
        (
            &["ledger", "--since", "soon"],
            2,
            "invalid value 'soon' for '--since <TIME>': expected a time such as 2026-09-01T12:00:00Z, a day such as 2026-09-01, or milliseconds since 1970\n\nFor more information, try '--help'.",
        ),
        (&["man", "brnads"], 2, "`clientdesk` has no command `brnads` (did you mean `brands`?)"),
    ] {
        let about: &[&str] = match args[0] {
            "man" => &[],
            _ => &["--agency", "acme", "--store", "s.db"],
        };
        let said = desk.run(&[args, about].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{args:?}");
        assert_eq!(said.error.trim_end(), format!("error: {text}"), "{args:?}");
    }
    let after = desk.on_store(&["log", "--all", "--json", "--agency", "acme"]);
    assert_eq!(after, before, "nothing was logged");
    assert_eq!(desk.names(), mails, "nothing was mailed");
}

#[test]
fn an_agency_that_is_not_there_is_named_alone() {
    let desk = Desk::new();
    let said = desk.run(&["clients", "--agency", "acem", "--store", "s.db"]);
    said.refused(1, &["error: no agency `acem` (did you mean `acme`?)\n"]);
    let said = desk.run(&["agencies", "show", "xyz", "--store", "s.db"]);
    said.refused(1, &["error: no agency `xyz`\n"]);
    let said = desk.run(&["clients", "--store", "s.db"]);
    said.refused(2, &["error: no agency: name it with `--agency <ID>`, or in CLIENTDESK_AGENCY\n"]);
    let said = desk.run(&["call", "brands.list", "{limit: 1}", "--store", "s.db"]);
    said.refused(2, &["error: no agency: name it with `--agency <ID>`, or in CLIENTDESK_AGENCY\n"]);
}

/// Whatever is typed comes back in part only, and can't steer a terminal.
#[test]
fn echoes_are_short_and_harmless() {
    let desk = Desk::new();
    let long = format!("x\u{1b}[2J\u{202e}{}", "ü".repeat(5_000));
    let id = format!("{{\"id\": \"{}\"}}", "x".repeat(5_000));
    let (named, pair) = (format!("{long}=1"), format!("{}=1", "x".repeat(5_000)));
    for args in [
        &["clients", "--brand", &long][..],
        &["clients", "--status", &long],
        &["health", &long[..150]],
        &["mails", "--kind", &long],
        &["log", "--client", &long[..150]],
        &["brands", "show", &long],
        &["brands", &long],
        &["brands", &format!("--{long}")],
        &["ledger", "--since", &long],
        &["clients", "--as", &long],
        &["call", &long],
        &["call", "brands.list", &long],
        &["call", "brands.list", &named],
        &["call", "brands.list", &pair],
        &["call", "brands.list", "{limit: 1}", &long],
        &["call", "audit.list", "null", &long, "{limit: 1}"],
        &["call", "brands.create", &id],
        &["call", "brands.create", &format!("{{\"{}\": 1}}", "x".repeat(5_000))],
        &["man", &long],
        &[&long],
    ] {
        let about: &[&str] = match args[0] {
            "man" => &[],
            word if word == long => &[],
            _ => &["--agency", "acme", "--store", "s.db"],
        };
        let said = desk.run(&[args, about].concat());
        assert!(said.code != Some(0), "{}", args[0]);
        let letters = said.error.chars().count();
        assert!(letters < 1_200, "{}: {letters} letters: {}", args[0], said.error);
        let is_harmless = !said.error.contains(['\u{1b}', '\u{202e}']);
        assert!(is_harmless, "{}: {:?}", args[0], said.error);
    }
}

/// Every function's hint leads to a page that shows the function.
#[test]
fn every_function_can_be_looked_up() {
    let desk = Desk::empty();
    let host = Host::builder().build().unwrap();
    let all = desk.run(&["functions"]).out;
    for function in host.functions() {
        assert!(all.contains(&format!("\n{}\n", function.name())), "{}", function.name());
    }
    let shown = desk.run(&["functions", "clients.report"]).out;
    for part in ["    first-day: timestamp\n", "starts-at: timestamp", "among the last 120 days"] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
    desk.run(&["functions", "clients.reprot"]).refused(2, &["did you mean `clients.report`"]);
    assert!(Path::new(&desk.folder().join("s.db")).metadata().is_err(), "no store is made");
}
