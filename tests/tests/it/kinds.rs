//! The words that hosts get as strings, since there will be more of them: `docs/kinds.txt` lists
//! them, and is compared here with the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use clientdesk_component::app::record;
use clientdesk_component::domain::due::Due;
use clientdesk_component::domain::log::Block;
use clientdesk_component::domain::mail::{Content, Notice};
use libtest_mimic::Trial;
use wit_parser::TypeDefKind;

use crate::contract::Contract;
use crate::tidy::{files, text};
use crate::{contract, repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("kinds/the_registry_lists_what_the_code_says", the_registry_lists_what_the_code_says),
        trial("kinds/the_wit_names_codes_and_events", the_wit_names_codes_and_events),
        trial("kinds/conflicts_name_functions", conflicts_name_functions),
        trial("kinds/the_table_of_details", the_table_of_details_is_what_the_code_says),
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
    section("Flaws (`audit.flaw`)", with_docs("log/chain.rs", &flaws()));
    section("States (`error.conflict`)", only_words(states()));
    section("Limits (`error.limit`)", only_words(limits()));
    section("Refusals (`error.denied`)", only_words(denials()));
    section("Wrong arguments (`error.invalid`)", only_words(field_codes()));
    // A refusal's code is taken apart by its name, too.
    let others = sources().words("code: ");
    section("Other errors (`error.other`)", only_words(&others - &denials()));
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
    named("wit/audit.wit", &events().into_iter().map(|(kind, _)| kind).collect());
    // Field by field, and no word beside: what never comes needn't be waited for.
    let (resolve, package) = contract::read();
    for (interface, record, field, words) in [
        ("types", "field-error", "code", field_codes()),
        ("types", "refusal", "code", denials()),
        ("types", "limit-reached", "limit", limits()),
        ("types", "state-conflict", "state", states()),
        ("audit", "flaw", "problem", flaws().into_iter().collect()),
    ] {
        let id = resolve.packages[package].interfaces[interface];
        let id = resolve.interfaces[id].types[record];
        let TypeDefKind::Record(found) = &resolve.types[id].kind else { panic!("{record}") };
        let found = found.fields.iter().find(|found| found.name == field).unwrap();
        let docs = found.docs.contents.as_deref().unwrap();
        let docs = docs.split(" says what").next().unwrap();
        let named: BTreeSet<String> =
            docs.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let named = named.into_iter().filter(|word| !word.contains('/')).collect::<BTreeSet<_>>();
        assert_eq!(named, words, "the words of {interface}.{record}.{field}");
    }
}

/// A conflict names the function that was called.
fn conflicts_name_functions() {
    let functions: BTreeSet<String> = Contract::get()
        .functions()
        .filter_map(|function| Some(function.split_once('.')?.1.to_owned()))
        .collect();
    let sources = sources();
    let invites = sources.file("clients/new_invite.rs").split("const fn function(").nth(1);
    let invites = invites.unwrap().split("\n}\n").next().unwrap();
    let events = sources.words("event: ").into_iter().chain(words(invites, "=>"));
    let events = events.chain(
        ["Error::client(", "Error::inviting("]
            .into_iter()
            .flat_map(|call| sources.second_arguments(call)),
    );
    let events: BTreeSet<String> = events.collect();
    assert!(events.len() > 7, "{events:?}");
    let strangers: Vec<&String> = events.difference(&functions).collect();
    assert!(strangers.is_empty(), "no functions: {strangers:?}");
}

/// Each once: some go to clients and to agencies.
fn mails() -> Vec<&'static str> {
    let mut mails = Content::KINDS.to_vec();
    mails.extend(Notice::KINDS.iter().filter(|kind| !Content::KINDS.contains(kind)));
    mails
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
    let resources = words(sources.file("domain/catalog/resources.rs"), "=>");
    let limits = sources.words("limit: ").into_iter().chain(rules).chain(resources);
    // One request too many is answered like the others.
    limits.filter(|limit| limit != "reset-requests").collect()
}

fn states() -> BTreeSet<String> {
    let sources = sources();
    let refusals = sources.file("app/error.rs").split("let state = match refusal {").nth(1);
    let refusals = refusals.unwrap().split("};").next().unwrap_or_default();
    let states = sources.words("state: ").into_iter().chain(words(refusals, "=>"));
    let states = states.chain(sources.words("conflict("));
    // Only accepting is refused so, and answers `error.expired`.
    states.filter(|state| state != "expired").collect()
}

fn flaws() -> Vec<String> {
    let sources = sources();
    let problems =
        sources.file("guest/audit.rs").split("let problem = match flaw.problem {").nth(1);
    words(problems.unwrap().split("};").next().unwrap_or_default(), "=>")
}

/// The table of events and their details in `audit.wit`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let wit = text(&repository("wit/audit.wit"));
    let rows = wit.lines().filter_map(|line| line.trim().strip_prefix("/// | `"));
    let mut table = BTreeMap::new();
    for row in rows {
        let (kinds, details) = row.split_once(" | ").expect(row);
        let mut plain = String::new();
        let mut depth = 0;
        for c in details.chars() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ if depth == 0 => plain.push(c),
                _ => (),
            }
        }
        // What follows a colon is said of all of them.
        let fields = plain.trim_end_matches('|').split(':').next().unwrap_or_default();
        let fields: BTreeSet<String> = fields.split(',').map(|f| f.trim().to_owned()).collect();
        for kind in kinds.split(',').map(|kind| kind.trim().trim_matches('`').to_owned()) {
            assert!(table.insert(kind, fields.clone()).is_none(), "{row}");
        }
    }
    table
}

/// Names of details that hold personal data.
const PERSONAL: [&str; 3] = ["email", "name", "problem"];

/// The table is what the code writes, but for personal data, which it adds from elsewhere:
/// [`check_details`] compares that with every story's log.
fn the_table_of_details_is_what_the_code_says() {
    let table = table();
    let events: BTreeMap<String, String> = events().into_iter().collect();
    assert_eq!(table.keys().collect::<Vec<_>>(), events.keys().collect::<Vec<_>>());
    for (kind, fields) in &events {
        let named = &table[kind];
        let fields: BTreeSet<String> = fields.split(", ").map(str::to_owned).collect();
        let more: Vec<_> =
            named.difference(&fields).filter(|f| !PERSONAL.contains(&f.as_str())).collect();
        assert!(fields.is_subset(named) && more.is_empty(), "{kind}: {fields:?}, but {named:?}");
    }
}

/// Whether all details in a store's logs are those of the contract's table.
pub fn check_details(store: &BTreeMap<String, String>) -> Result<(), String> {
    let table = table();
    for (key, value) in store.iter().filter(|(key, _)| key.contains("/log/")) {
        let block: Block = record::decode(key, value).map_err(|error| error.to_string())?;
        for sealed in &block.entries {
            let entry = sealed.entry().map_err(|error| error.to_string())?;
            let details = block.details(&entry);
            let found: BTreeSet<String> = details.keys().cloned().collect();
            let named =
                table.get(entry.kind()).ok_or_else(|| format!("{} has no row", entry.kind()))?;
            if !found.is_subset(named) {
                return Err(format!("{}: {found:?}, but audit.wit says {named:?}", entry.kind()));
            }
            let snake = |value: &serde_json::Value| value.to_string().contains("can_export");
            if details.values().any(snake) {
                return Err(format!("{}: {details:?} isn't in kebab-case", entry.kind()));
            }
        }
    }
    Ok(())
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
fn with_docs<K: AsRef<str>>(file: &str, kinds: &[K]) -> Vec<(String, String)> {
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
    kinds.iter().map(|kind| (kind.as_ref().to_owned(), meaning(kind.as_ref()))).collect()
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
    let fields_of = |name: &str| -> Vec<String> {
        let opening = format!("pub struct {name} {{");
        let files = ["log/booked.rs", "log/impersonation.rs", "log/standing.rs"];
        let file = files.into_iter().find(|file| sources.file(file).contains(&opening));
        let body = body(file.expect(name), &opening);
        body.lines().filter_map(|line| field(line.trim())).collect()
    };
    let mut events: Vec<(String, Vec<String>)> = Vec::new();
    for line in body("log/event.rs", "pub enum Event {").lines().map(str::trim) {
        if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            let case = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let holds = line.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
            let mut fields = holds.map(|(holds, _)| fields_of(holds)).unwrap_or_default();
            // White-label is what brands pay for: nothing else says one.
            fields.retain(|field| case != "ItemBooked" || field != "brand");
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
