//! What is shown of the command line, run as it stands there: the README, the page about it, and
//! the examples of every command's help, which are those of the manual.

use std::fs;
use std::path::{Path, PathBuf};

use clientdesk_host::{BUILT_IN, CHECK_HOST};
use serde_json::Value;

use crate::manual::commands;
use crate::program::{Desk, PASSWORD, Said};

const README: &str = "README.md";
const PAGE: &str = "docs/command-line.md";

/// A block of a page, between its fences.
struct Block {
    page: &'static str,
    language: String,
    text: String,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap()
}

/// All blocks of both pages, in their order.
fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for page in [README, PAGE] {
        let mut open: Option<Block> = None;
        for line in read(page).lines() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    let (language, text) = (language.to_owned(), String::new());
                    open = Some(Block { page, language, text });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{page}: a block without an end");
    }
    blocks
}

fn did_well(said: &Said, what: &str) {
    assert_eq!(said.code, Some(0), "{what}\n{}\n{}", said.out, said.error);
}

/// Every block of both pages is run here, or compared with what was run. One of a kind that
/// nobody runs fails.
#[test]
fn every_block_is_run_as_it_stands() {
    let desk = Desk::empty();
    let roster = "Name,E-mail,Brands\nBen Baker,ben@nike.example,Nike\n";
    fs::write(desk.path("roster.csv"), roster).unwrap();
    let (mut last, mut run) = (Said::default(), 0);
    // A simulation ends now: its numbers differ a little from day to day.
    let mut is_simulated = false;
    for Block { page, language, text } in blocks() {
        match language.as_str() {
            "sh" if text.starts_with("cargo ") => {
                let said = text.lines().filter_map(|line| cargo(&desk, line)).next_back();
                last = said.unwrap();
            }
            "sh" => {
                // The test has its own.
                let script: Vec<&str> =
                    text.lines().filter(|line| !line.starts_with("alias ")).collect();
                let said = desk.script(&script.join("\n"), "");
                did_well(&said, &text);
                is_simulated = text.contains("simulate-activity");
                last = said;
            }
            "text" => shows(&last.out, &text, is_simulated),
            "json" => error_is_shown(&desk, &text),
            // The host's documentation has it as one of its tests.
            "rust" => assert_eq!(page, README),
            // The package's own tests have it: examples/node/test/readme.test.ts.
            "js" => assert_eq!(page, README),
            // The same: examples/python/tests/test_readme.py.
            "python" => assert_eq!(page, README),
            other => panic!("{page} has a block of `{other}` that nobody runs:\n{text}"),
        }
        run += 1;
    }
    assert!(run >= 7, "only {run} blocks");
    assert!(read("host-harness/host/src/lib.rs").contains("README.md\")]"), "a doctest");
}

/// A line that calls cargo: what is in it is what `.ci/run` runs, and the program's own words
/// are run here too. Gives what it says.
fn cargo(desk: &Desk, line: &str) -> Option<Said> {
    let command = line.split("  #").next().unwrap().trim_end();
    assert!(read(".ci/run").lines().any(|line| line == command), "`.ci/run` has no {command}");
    let words = command.strip_prefix("cargo run --release -- ")?;
    let said = desk.run(&words.split(' ').collect::<Vec<_>>());
    did_well(&said, command);
    Some(said)
}

/// That the page's screen is in what was printed, line by line, but for what `…` stands for. A
/// simulation ends now, and its numbers differ a little from day to day: of it, the words are
/// compared.
fn shows(printed: &str, screen: &str, is_simulated: bool) {
    for part in screen.split("…\n") {
        assert!(!part.trim().is_empty(), "an empty screen");
        if !is_simulated {
            assert!(printed.contains(part), "{part}\nisn't in\n{printed}");
            continue;
        }
        let (part, printed) = (words(part), words(printed));
        let found = printed.windows(part.len()).any(|found| found == part);
        assert!(found, "{part:?} isn't in {printed:?}");
    }
}

/// The words of a screen, without the lines and bars of its tables, and without all numbers but
/// that of the clients, which the seed tells.
fn words(screen: &str) -> Vec<&str> {
    let is_number = |word: &str| word.parse::<u32>().is_ok_and(|number| number < 176);
    let lines = screen.lines().filter(|line| !line.contains('─'));
    let words = lines.flat_map(str::split_whitespace);
    words.filter(|word| !word.contains(['█', '░']) && !is_number(word)).collect()
}

/// That an error is told as the page shows it.
fn error_is_shown(desk: &Desk, json: &str) {
    let shown: Value = serde_json::from_str(json).unwrap();
    let function = shown["error"]["function"].as_str().unwrap();
    let said = desk.script(&format!("clientdesk call {function} x --agency acme --json"), "");
    let told: Value = serde_json::from_str(&said.error).unwrap();
    assert_eq!((told, said.code), (shown, Some(1)));
}

/// How the example of a help ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Well,
    /// It says so itself.
    Refused,
    /// Not by itself.
    Never,
}

fn end(example: &str) -> End {
    match example {
        text if text.contains("--listen 0.0.0.0") => End::Refused,
        text if text.starts_with("clientdesk serve") => End::Never,
        // Nobody answers there.
        text if text.starts_with("clientdesk top") && text.contains("--once") => End::Refused,
        text if text.starts_with("clientdesk top") => End::Never,
        text if text.contains("--watch") || text.contains("--follow") => End::Never,
        text if text.contains("--as viewer") || text.contains("--retire") => End::Refused,
        _ => End::Well,
    }
}

/// The examples at the end of a command's help, each with its continuation.
fn examples(help: &str) -> Vec<String> {
    let mut examples: Vec<String> = Vec::new();
    for line in help.split("Examples:\n").nth(1).unwrap_or_default().lines() {
        match (line.strip_prefix("  clientdesk"), examples.last_mut()) {
            (Some(rest), _) => examples.push(format!("clientdesk{rest}")),
            (None, Some(last)) if last.ends_with('\\') => {
                last.pop();
                last.push_str(line.trim_start());
            }
            _ => {}
        }
    }
    examples
}

/// A desk on which the examples of a command can be run.
fn desk_for(command: &str) -> Desk {
    // What makes an agency begins with none.
    if ["agencies", "simulate-activity"].contains(&command) {
        return Desk::empty();
    }
    if command == "brands" {
        return Desk::with_agency();
    }
    let has_invoice = ["invoice", "invoices", "ledger"].contains(&command);
    let desk = if has_invoice { Desk::invoiced() } else { Desk::new() };
    desk.join("ann@nike.example", "Ann");
    let file = |name: &str, text: &str| {
        let path = desk.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("roster.csv", "E-mail,Name,Brands\nben@nike.example,Ben Baker,Nike\n");
    file("contacts.csv", "Work address,Tags\nben@nike.example,Nike\n");
    file(
        "bounces.mbox",
        "From MAILER-DAEMON Tue Sep  1 09:00:00 2026\nSubject: Away\n\nNot a report.\n",
    );
    fs::create_dir_all(desk.path("bounces.d")).unwrap();
    desk.story("tests/scenarios/billing/monthly.toml");
    for folder in [
        "backups",
        "docs",
        "home/.zfunc",
        "home/.config/fish/completions",
        "home/.local/share/bash-completion/completions",
    ] {
        fs::create_dir_all(desk.path(folder)).unwrap();
    }
    if ["account", "sign-in-as"].contains(&command) {
        desk.build_account();
    }
    fs::write(desk.path("my.wasm"), BUILT_IN).unwrap();
    fs::write(desk.path("older.wasm"), CHECK_HOST).unwrap();
    desk
}

/// What is typed into an example: the token of an invite and a new password.
fn typed(desk: &Desk, example: &str) -> String {
    if !example.contains("token=-") {
        return String::new();
    }
    let invite = r#"{"email": "cleo@nike.example", "brands": ["nike"]}"#;
    desk.call(&["clients.invite-by-email", invite]);
    format!("{}\n{PASSWORD}\n", desk.latest_token())
}

#[test]
fn every_example_of_a_help_can_be_typed() {
    let mut run = 0;
    for command in commands(&Desk::empty()) {
        let desk = desk_for(&command);
        for example in examples(&desk.run(&[&command, "--help"]).out) {
            let input = typed(&desk, &example);
            let is_endless = end(&example) == End::Never;
            let limited = if is_endless { "timeout 1 " } else { "" };
            // Nobody reads the manual here.
            let said = desk.script(
                &format!("export CLIENTDESK_STORE=s.db\nman() {{ cat; }}\n{limited}{example}"),
                &input,
            );
            let code = match end(&example) {
                End::Well => 0,
                End::Refused => 1,
                // That of `timeout`.
                End::Never => 124,
            };
            assert_eq!(said.code, Some(code), "{example}\n{}\n{}", said.out, said.error);
            run += 1;
        }
    }
    assert!(run > 40, "only {run} examples");
}
