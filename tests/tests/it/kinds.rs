//! The words that hosts get as strings, since there will be more of them: `docs/kinds.txt` lists
//! them, and is compared here with the code.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use clientdesk_component::domain::due::Due;
use clientdesk_component::domain::mail::{Content, Notice};
use libtest_mimic::Trial;

use crate::tidy::{files, text};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("kinds/the_registry_lists_what_the_code_says", the_registry_lists_what_the_code_says),
        trial("kinds/the_wit_names_codes_and_events", the_wit_names_codes_and_events),
    ]
}

const HEAD: &str = "\
Words that the contract gives as strings, since new releases bring new ones: show what you know,
and pass over what you don't. Features aren't among them: their keys are the host's own.
A test prints this list from the code.
";

fn the_registry_lists_what_the_code_says() {
    let mut registry = HEAD.to_owned();
    let mut section = |title: &str, lines: Vec<(String, String)>| {
        write!(registry, "\n{title}\n").unwrap();
        let width = lines.iter().map(|(word, _)| word.len()).max().unwrap_or(0) + 2;
        for (word, rest) in lines {
            writeln!(registry, "{}", format!("  {word:<width$}{rest}").trim_end()).unwrap();
        }
    };
    section(
        "Events (`audit.entry`), and the fields of their details besides personal data",
        events(),
    );
    section("Mails (`jobs.outbox-mail`)", with_docs("domain/mail/mod.rs", &mails()));
    section("Jobs (`jobs.parked-job`)", with_docs("domain/due.rs", Due::KINDS));
    section("Limits (`error.limit`)", only_words(limits()));
    section("Refusals (`error.denied`)", only_words(denials()));
    section("Wrong arguments (`error.invalid`)", only_words(field_codes()));
    section("Other errors (`error.other`)", only_words(sources().words("code: ")));
    let file = repository("docs/kinds.txt");
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(registry == expected, "{} should hold:\n{registry}", file.display());
}

fn the_wit_names_codes_and_events() {
    let named = |file: &str, words: &BTreeSet<String>| {
        let wit = text(&repository(file));
        let missing: Vec<_> = words.iter().filter(|w| !wit.contains(&format!("`{w}`"))).collect();
        assert!(missing.is_empty(), "{file} should name {missing:?}");
    };
    named("wit/types.wit", &denials());
    named("wit/types.wit", &field_codes());
    named("wit/audit.wit", &events().into_iter().map(|(kind, _)| kind).collect());
}

fn mails() -> Vec<&'static str> {
    [Content::KINDS, Notice::KINDS].concat()
}

fn only_words(words: BTreeSet<String>) -> Vec<(String, String)> {
    words.into_iter().map(|word| (word, String::new())).collect()
}

/// The component's code, without its tests.
struct Sources(Vec<(String, String)>);

fn sources() -> Sources {
    let of = |path: std::path::PathBuf| {
        let name = path.to_string_lossy().replace('\\', "/");
        let code = text(&path);
        let code = code.split("\n#[cfg(test)]").next().unwrap_or_default();
        (name, code.to_owned())
    };
    let files = files("component/src", &["rs"]).into_iter().map(of);
    Sources(files.filter(|(name, _)| !name.ends_with("tests.rs")).collect())
}

impl Sources {
    fn file(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(path, _)| path.ends_with(name));
        &found.unwrap_or_else(|| panic!("there is no {name}")).1
    }

    /// The literals right after `before`, wherever it stands.
    fn words(&self, before: &str) -> BTreeSet<String> {
        self.0.iter().flat_map(|(_, code)| words(code, before)).collect()
    }

    /// The literals that are second arguments of `function`.
    fn second_arguments(&self, function: &str) -> BTreeSet<String> {
        let of = |code: &str| {
            let calls = code.split(function).skip(1);
            calls.filter_map(|call| literal(after_first_argument(call)?)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(|(_, code)| of(code)).collect()
    }
}

fn words(code: &str, before: &str) -> Vec<String> {
    code.split(before).skip(1).filter_map(literal).collect()
}

/// The literal that `code` begins with.
fn literal(code: &str) -> Option<String> {
    code.trim_start().strip_prefix('"')?.split('"').next().map(str::to_owned)
}

/// What comes after the comma that ends the first argument.
fn after_first_argument(call: &str) -> Option<&str> {
    let (mut depth, mut quoted) = (0_u32, false);
    for (place, c) in call.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => (),
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => return call.get(place + 1..),
            _ => (),
        }
    }
    None
}

fn limits() -> BTreeSet<String> {
    let sources = sources();
    let rules = words(sources.file("domain/limits.rs"), "name: ");
    sources.words("limit: ").into_iter().chain(rules).collect()
}

fn denials() -> BTreeSet<String> {
    sources().words("denied(")
}

fn field_codes() -> BTreeSet<String> {
    let sources = sources();
    // What a problem of an argument answers with as its `code`.
    let fields = sources.file("app/fields.rs");
    let problems = fields.split("-> &'static str {").skip(1);
    let problems = problems.flat_map(|code| {
        let body = code.split("\n}").next().unwrap_or_default();
        words(body, "=>").into_iter().chain(literal(body)).collect::<Vec<_>>()
    });
    let refused = [".refuse(", "Error::invalid("].map(|call| sources.second_arguments(call));
    problems.chain(refused.into_iter().flatten()).collect()
}

/// The words of an enum, with what the documentation of their cases says.
fn with_docs(file: &str, kinds: &[&str]) -> Vec<(String, String)> {
    let sources = sources();
    let lines: Vec<&str> = sources.file(file).lines().map(str::trim).collect();
    let meaning = |kind: &str| {
        let case = pascal(kind);
        let is_case = |line: &str| {
            let rest = line.strip_prefix(case.as_str());
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        let place = lines.windows(2).position(|at| at[0].starts_with("///") && is_case(at[1]));
        let place = place.unwrap_or_else(|| panic!("{file} should have a case {case}"));
        let docs = lines[..=place].iter().rev().take_while(|line| line.starts_with("///"));
        let docs: Vec<&str> = docs.map(|line| line.trim_start_matches("///").trim()).collect();
        docs.into_iter().rev().collect::<Vec<_>>().join(" ")
    };
    kinds.iter().map(|kind| ((*kind).to_owned(), meaning(kind))).collect()
}

/// The events, and the names of their fields.
fn events() -> Vec<(String, String)> {
    let sources = sources();
    let body = |file: &str, opening: &str| {
        let code = sources.file(file).split_once(opening).expect(opening).1;
        code.split("\n}\n").next().unwrap_or_default().to_owned()
    };
    let field = |line: &str| {
        let name = line.trim_start_matches("pub ").split_once(": ").map(|(name, _)| name);
        name.filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            .map(|name| name.replace('_', "-"))
    };
    let booked = body("log/booked.rs", "pub struct Booked {");
    let booked: Vec<String> = booked.lines().filter_map(|line| field(line.trim())).collect();
    let mut events: Vec<(String, Vec<String>)> = Vec::new();
    for line in body("log/event.rs", "pub enum Event {").lines().map(str::trim) {
        if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            let case = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let fields = if line.contains("(Booked)") { booked.clone() } else { Vec::new() };
            events.push((kebab(case), fields));
        } else if let Some((field, (_, fields))) = field(line).zip(events.last_mut()) {
            fields.push(field);
        }
    }
    events.into_iter().map(|(kind, fields)| (kind, fields.join(", "))).collect()
}

fn kebab(case: &str) -> String {
    let mut word = String::new();
    for c in case.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

fn pascal(kind: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    };
    kind.split('-').map(capital).collect()
}
