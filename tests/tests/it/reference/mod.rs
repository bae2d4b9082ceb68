//! `docs/contract.md`: every function and type for people to read, made from the WIT, and compared with it.

mod types;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clientdesk_contract::CALL;
use libtest_mimic::Trial;
use wit_parser::{Docs, Function, Interface, Resolve, Type, TypeDefKind};

use crate::contract::{named, read};
use crate::{repository, trial};
use types::{declaration, used};
use words::{anchor, first_sentence, linked};

/// In the order in which somebody reads.
const INTERFACES: [&str; 15] = [
    "agencies",
    "brands",
    "clients",
    "portal",
    "health",
    "billing",
    "catalog",
    "accounts",
    "impersonation",
    "audit",
    "jobs",
    "system",
    "types",
    "account-types",
    "billing-types",
];
const HOSTS: [&str; 4] = ["storage", "mail", "clock", "secrets"];

const BEGINNING: &str = "\
# The contract

Every function and type, made from the WIT in [`wit/`](../wit), which says the same; a test compares the two. What holds for all of them stands in
[Concepts](concepts.md). Over HTTP, each function is `POST /v1/call/` and its name ([Over HTTP](http.md)); in Rust, JavaScript and Python names are written as that language writes
them. `clientdesk functions NAME` prints one, and `clientdesk call` calls it.

How to read it: a line with arrows says what a function takes and gives. Each may be refused with an [`error`](#typeserror); its words name those that are its own. A field that is *optional* may be left out. Below each function
stands who may call it: the **platform** is the program that has the component, **operators** are an agency's staff with a role, and the **portal** is the platform's pages for clients.
";

const HOST_WORDS: &str = "\
## What a host gives

The four interfaces that the component imports. [Writing a host](hosting.md) says what to keep when you write one.
";

pub fn trials() -> Vec<Trial> {
    vec![trial("reference/the_page_is_what_the_wit_says", the_page_is_what_the_wit_says)]
}

fn the_page_is_what_the_wit_says() {
    let made = page();
    let file = repository("docs/contract.md");
    if fs::read_to_string(&file).unwrap_or_default() != made {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contract.md");
        fs::write(&fresh, made).unwrap();
        panic!("the WIT says something else: cp {} {}", fresh.display(), file.display());
    }
}

/// All interfaces, and who may call what.
struct Contract {
    resolve: Resolve,
    roles: BTreeMap<String, String>,
    functions: Vec<String>,
}

fn page() -> String {
    let (resolve, package) = read();
    let interfaces: Vec<Interface> =
        resolve.interfaces.iter().map(|(_, interface)| interface.clone()).collect();
    let of = |name: &str| {
        let found = interfaces.iter().find(|interface| interface.name.as_deref() == Some(name));
        found.unwrap_or_else(|| panic!("no interface {name}"))
    };
    let known = resolve.packages[package].interfaces.keys().filter(|name| !name.contains(':'));
    let mut listed = INTERFACES;
    listed.sort_unstable();
    let mut known: Vec<&str> = known.map(String::as_str).collect();
    known.sort_unstable();
    assert_eq!(known, listed, "`INTERFACES` has all of them");
    let functions = interfaces.iter().flat_map(|interface| {
        let name = interface.name.clone().unwrap_or_default();
        interface.functions.keys().map(move |function| format!("{name}.{function}"))
    });
    let contract =
        Contract { functions: functions.collect(), roles: roles(), resolve: resolve.clone() };
    let mut page = BEGINNING.to_owned();
    page.push_str("\n| interface | is about | functions |\n| --- | --- | --- |\n");
    for name in INTERFACES.into_iter().chain(HOSTS) {
        page.push_str(&contract.row(of(name)));
    }
    for name in INTERFACES {
        page.push_str(&contract.chapter(of(name), 2));
    }
    page.push('\n');
    page.push_str(HOST_WORDS);
    for name in HOSTS {
        page.push_str(&contract.chapter(of(name), 3));
    }
    page
}

/// What stands in `tests/roles.txt`, by function.
fn roles() -> BTreeMap<String, String> {
    let text = fs::read_to_string(repository("tests/roles.txt")).unwrap();
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(' '));
    rows.map(|(function, row)| (function.to_owned(), row.trim().to_owned())).collect()
}

fn docs(docs: &Docs) -> String {
    docs.contents.clone().unwrap_or_default().trim().to_owned()
}

impl Contract {
    /// An interface in the list of all.
    fn row(&self, interface: &Interface) -> String {
        let name = interface.name.as_deref().unwrap();
        let words = first_sentence(&docs(&interface.docs));
        let functions: Vec<String> = interface
            .functions
            .keys()
            .map(|function| format!("[`{function}`](#{})", anchor(&format!("{name}.{function}"))))
            .collect();
        format!("| [`{name}`](#{}) | {words} | {} |\n", anchor(name), functions.join(" "))
    }

    fn chapter(&self, interface: &Interface, level: usize) -> String {
        let name = interface.name.as_deref().unwrap();
        let (mut chapter, marks) = (String::new(), "#".repeat(level));
        write!(chapter, "\n{marks} {name}\n\n{}\n", self.linked(&docs(&interface.docs))).unwrap();
        let own = interface.types.values().filter(|id| named(&self.resolve, **id).0 == name);
        let links: Vec<String> = own.map(|id| used(&self.resolve, &Type::Id(*id))).collect();
        if !links.is_empty() {
            writeln!(chapter, "\nTypes: {}", links.join(" ")).unwrap();
        }
        for function in interface.functions.values() {
            write!(chapter, "\n{marks}# {name}.{}\n\n", function.name).unwrap();
            writeln!(chapter, "{}\n", self.signature(function)).unwrap();
            writeln!(chapter, "{}", self.linked(&docs(&function.docs))).unwrap();
            if let Some(who) = self.who(name, &function.name, function) {
                writeln!(chapter, "\n*{who}*").unwrap();
            }
        }
        let own = interface.types.values().filter(|id| named(&self.resolve, **id).0 == name);
        for id in own {
            let text = declaration(self, *id, &format!("{marks}#"));
            if !text.is_empty() {
                write!(chapter, "\n{text}").unwrap();
            }
        }
        chapter
    }

    fn linked(&self, words: &str) -> String {
        linked(words, &self.functions)
    }

    /// What a function takes and gives, each type a link.
    fn signature(&self, function: &Function) -> String {
        let resolve = &self.resolve;
        let takes = function.params.iter().map(|param| {
            if param.name == CALL {
                return used(resolve, &param.ty);
            }
            format!("`{}`: {}", param.name, used(resolve, &param.ty))
        });
        let takes: Vec<String> = takes.collect();
        let takes = if takes.is_empty() { "nothing".to_owned() } else { takes.join(", ") };
        let result = match function.result {
            None => None,
            Some(Type::Id(id)) => match &resolve.types[id].kind {
                TypeDefKind::Result(result) => result.ok,
                _ => function.result,
            },
            other => other,
        };
        let gives = result.map_or_else(|| "nothing".to_owned(), |ty| used(resolve, &ty));
        format!("{takes} → {gives}")
    }

    /// Who may call it; none: that's the host's own.
    fn who(&self, interface: &str, name: &str, function: &Function) -> Option<String> {
        let row = self.roles.get(&format!("{interface}.{name}"))?;
        let is_operators = function.params.iter().any(|param| param.name == CALL);
        if !is_operators {
            let who = if interface == "portal" { "the portal" } else { "the platform" };
            return Some(format!("Called by {who}."));
        }
        let mut words = row.split_whitespace();
        let may: Vec<bool> = words.by_ref().take(3).map(|word| word == "yes").collect();
        let who = match may[..] {
            [true, true, true] => "owners, managers and viewers",
            [true, true, false] => "owners and managers",
            [true, false, false] => "owners",
            _ => panic!("{interface}.{name}: {row}"),
        };
        let behalf = match words.next() {
            Some("account") => "; on an account's behalf, for what is that account's",
            _ => "; never on an account's behalf",
        };
        Some(format!("Called by {who}{behalf}."))
    }
}
