//! The repository keeps its own rules: layers, sizes, docs.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use wit_parser::{Docs, Interface, TypeDefKind};

use crate::contract::read;
use crate::{repository, trial};

const LINES_MAX: usize = 500;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("tidy/each_layer_knows_only_the_next", each_layer_knows_only_the_next),
        trial(
            "tidy/the_harness_does_not_know_the_component",
            the_harness_does_not_know_the_component,
        ),
        trial(
            "tidy/prices_and_limits_are_read_through_the_view",
            prices_and_limits_are_read_through_the_view,
        ),
        trial("tidy/no_file_is_longer_than_500_lines", no_file_is_longer_than_500_lines),
        trial("tidy/every_source_file_says_what_it_is", every_source_file_says_what_it_is),
        trial("tidy/every_item_of_the_wit_is_documented", every_item_of_the_wit_is_documented),
        trial("tidy/the_glossary_leads_to_files", the_glossary_leads_to_files),
        trial("tidy/every_tool_reads_the_names_of_the_wit", every_tool_reads_the_names_of_the_wit),
    ]
}

/// All files below a folder of the repository whose names end with one of these.
pub fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![repository(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
            let path = entry.unwrap().path();
            let ends = |ending: &&str| path.extension().is_some_and(|found| found == *ending);
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(ends) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "there is something in {folder}");
    found.sort();
    found
}

/// What a file says.
pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of code that name one of these modules or crates: `file:line: code`.
fn lines_naming(folder: &str, names: &[&str]) -> Vec<String> {
    let is_named = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        code.contains("::") && words.any(|word| names.contains(&word))
    };
    let mut found = Vec::new();
    for path in files(folder, &["rs"]) {
        for (number, line) in (1..).zip(text(&path).lines()) {
            if is_named(line) {
                found.push(format!("{}:{number}: {line}", path.display()));
            }
        }
    }
    found
}

fn each_layer_knows_only_the_next() {
    for (layer, others) in [
        ("component/src/domain", ["app", "guest", "wit", "wit_bindgen"].as_slice()),
        ("component/src/app", &["guest", "wit", "wit_bindgen"]),
    ] {
        let lines = lines_naming(layer, others);
        assert!(lines.is_empty(), "{layer} knows what it shouldn't:\n{}", lines.join("\n"));
    }
}

fn the_harness_does_not_know_the_component() {
    for manifest in files("host-harness", &["toml"]) {
        let knows = text(&manifest).contains("clientdesk-component");
        assert!(!knows, "{}: it depends on the built component only", manifest.display());
    }
    let lines = lines_naming("host-harness", &["clientdesk_component"]);
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

/// A platform stores prices of its own, and will store limits: whoever takes the defaults for what
/// holds would never hear of them. Tests may. The history of the catalog begins with the default.
fn prices_and_limits_are_read_through_the_view() {
    let mut found = Vec::new();
    for path in files("component/src", &["rs"]) {
        let is_test = path
            .iter()
            .skip(repository("component/src").iter().count())
            .any(|part| part.to_string_lossy().trim_end_matches(".rs").ends_with("tests"));
        if is_test {
            continue;
        }
        let text = text(&path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for default in ["Catalog::default()", "CatalogVersion::default()", "Limits::DEFAULT"] {
            let places = code.matches(default).map(|_| (path.clone(), default));
            found.extend(places);
        }
    }
    let expected = [
        ("app/catalog/history.rs", "CatalogVersion::default()"),
        ("app/view.rs", "CatalogVersion::default()"),
        ("app/view.rs", "Limits::DEFAULT"),
        // What the default is.
        ("domain/catalog/book.rs", "Catalog::default()"),
    ];
    let expected =
        expected.map(|(file, default)| (repository("component/src").join(file), default));
    assert_eq!(found, expected);
}

fn no_file_is_longer_than_500_lines() {
    let folders = ["component", "host-harness", "tests", "wit"];
    let files = folders.iter().flat_map(|folder| files(folder, &["rs", "wit"]));
    let long: Vec<String> = files
        .map(|path| (text(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .map(|(lines, path)| format!("{}: {lines}", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

fn every_source_file_says_what_it_is() {
    let folders = ["component/src", "host-harness", "tests/tests"];
    let silent: Vec<String> = folders
        .iter()
        .flat_map(|folder| files(folder, &["rs"]))
        .filter(|path| !text(path).starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "these don't begin with `//!`:\n{}", silent.join("\n"));
}

/// Each word of the glossary names the file of its rule, in the order of the alphabet.
fn the_glossary_leads_to_files() {
    let glossary = text(&repository("docs/glossary.md"));
    let rows: Vec<(&str, &str)> =
        glossary.lines().filter_map(|line| line.strip_prefix("| **")?.split_once("** |")).collect();
    assert!(rows.len() > 50, "{} words", rows.len());
    assert!(rows.is_sorted_by_key(|(word, _)| word.to_lowercase()), "it is sorted");
    for (word, row) in rows {
        let link = row.rsplit_once("](../").and_then(|(_, link)| link.split_once(')'));
        let (file, _) = link.unwrap_or_else(|| panic!("`{word}` names no file"));
        assert!(repository(file).is_file(), "`{word}` leads to {file}, which isn't there");
    }
}

/// Newer tools let a word of a name begin with a digit (`last-30-days`); those that are out
/// there, `cargo component` among them, refuse the whole package then.
fn every_tool_reads_the_names_of_the_wit() {
    for path in files("wit", &["wit"]) {
        for (number, line) in (1..).zip(text(&path).lines()) {
            let code = line.split("//").next().unwrap_or_default();
            let begins_with_digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
            let read_by_all = !code.split('-').skip(1).any(begins_with_digit);
            assert!(read_by_all, "{}:{number}: a word begins with a digit: {line}", path.display());
        }
    }
}

fn every_item_of_the_wit_is_documented() {
    let (mut resolve, _) = read();
    resolve.push_path(repository("host-harness/check-host/wit")).unwrap();
    let mut silent = Vec::new();
    let mut note = |docs: &Docs, what: String| {
        if docs.contents.as_deref().is_none_or(|text| text.trim().is_empty()) {
            silent.push(what);
        }
    };
    for (_, package) in &resolve.packages {
        note(&package.docs, format!("package {}", package.name));
    }
    for (_, world) in &resolve.worlds {
        note(&world.docs, format!("world {}", world.name));
    }
    for (_, interface) in &resolve.interfaces {
        let name = interface.name.clone().unwrap_or_default();
        note(&interface.docs, format!("interface {name}"));
        for (function, item) in &interface.functions {
            note(&item.docs, format!("{name}.{function}"));
        }
        for (docs, what) in types(&resolve, interface) {
            note(&docs, format!("{name}.{what}"));
        }
    }
    assert!(silent.is_empty(), "without documentation:\n{}", silent.join("\n"));
}

/// The types that an interface declares itself, with their fields and cases.
fn types(resolve: &wit_parser::Resolve, interface: &Interface) -> Vec<(Docs, String)> {
    let mut items = Vec::new();
    for (name, id) in &interface.types {
        let declared = &resolve.types[*id];
        let mut item =
            |docs: &Docs, inner: &str| items.push((docs.clone(), format!("{name}.{inner}")));
        match &declared.kind {
            // `use types.{call}` brings a name, not a type.
            TypeDefKind::Type(wit_parser::Type::Id(_)) => continue,
            TypeDefKind::Record(record) => {
                record.fields.iter().for_each(|field| item(&field.docs, &field.name));
            }
            TypeDefKind::Variant(variant) => {
                variant.cases.iter().for_each(|case| item(&case.docs, &case.name));
            }
            TypeDefKind::Enum(names) => {
                names.cases.iter().for_each(|case| item(&case.docs, &case.name));
            }
            TypeDefKind::Flags(flags) => {
                flags.flags.iter().for_each(|flag| item(&flag.docs, &flag.name));
            }
            _ => {}
        }
        items.push((declared.docs.clone(), name.clone()));
    }
    items
}
