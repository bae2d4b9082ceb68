//! How modules know each other: by no circles, and not by chains of `super`; and that the
//! build passes over no file.
//!
//! Files are read as tokens, so comments and texts don't count, and what stands within macros
//! does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::slice::from_ref;

use libtest_mimic::Trial;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::tidy::{files, text};
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("modules/no_folder_has_a_circle", no_folder_has_a_circle),
        trial("modules/app_is_layered_as_its_page_says", app_is_layered_as_its_page_says),
        trial("modules/every_file_is_built", every_file_is_built),
        trial("modules/nobody_is_named_by_super_super", nobody_is_named_by_super_super),
    ]
}

/// Where a module stands: its name and those around it, from the crate's root.
type Place = Vec<String>;

/// The modules of a crate.
#[derive(Default)]
struct Crate {
    files: BTreeSet<PathBuf>,
    modules: BTreeMap<Place, Module>,
}

#[derive(Default)]
struct Module {
    /// Whatever it names by `crate`, `super` or `self`. Tests may name whom they like.
    names: BTreeSet<Place>,
    /// From which of its modules it takes what it calls by this name itself.
    takes: BTreeMap<String, String>,
}

/// One who knows another, and what it names of it.
struct Knows {
    who: String,
    whom: String,
    where_: String,
}

impl Crate {
    /// Follows `mod` from a crate's root.
    fn of(root: &Path) -> Crate {
        let mut all = Crate::default();
        let folder = root.parent().unwrap().to_owned();
        Reader { all: &mut all, file: root, folder, place: Vec::new() }.read(false);
        all
    }

    /// Who knows whom among the modules of a folder. Those of another folder stand for the
    /// whole of it.
    fn known(&self, folder: &[String]) -> Vec<Knows> {
        let mut known = Vec::new();
        for (place, module) in &self.modules {
            for named in &module.names {
                let (Some([who, ..]), Some([first, ..])) =
                    (place.strip_prefix(folder), named.strip_prefix(folder))
                else {
                    continue;
                };
                let taken = || self.modules.get(folder)?.takes.get(first).cloned();
                let is_module = self.modules.contains_key(&[folder, from_ref(first)].concat());
                let whom = if is_module { Some(first.clone()) } else { taken() };
                if let Some(whom) = whom.filter(|whom| whom != who) {
                    let where_ = format!("{} names {}", place.join("::"), named.join("::"));
                    known.push(Knows { who: who.clone(), whom, where_ });
                }
            }
        }
        known
    }
}

/// Reads a file.
struct Reader<'a> {
    all: &'a mut Crate,
    file: &'a Path,
    /// Where files of its modules lie.
    folder: PathBuf,
    place: Place,
}

impl Reader<'_> {
    fn read(mut self, test: bool) {
        assert!(self.all.files.insert(self.file.to_owned()), "{:?} is two modules", self.file);
        self.walk(&tokens(self.file), test);
    }

    /// Goes through tokens of a module, or of a test.
    fn walk(&mut self, tokens: &[TokenTree], test: bool) {
        self.all.modules.entry(self.place.clone()).or_default();
        let mut rest = tokens;
        let mut path = None;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match (first, after) {
                (TokenTree::Punct(hash), [TokenTree::Group(attribute), after @ ..])
                    if hash.as_char() == '#' =>
                {
                    let said = attribute.stream().to_string().replace(' ', "");
                    path =
                        said.strip_prefix("path=").map(|p| p.trim_matches('"').to_owned()).or(path);
                    rest = after;
                    if said == "cfg(test)" {
                        let (item, after) = after.split_at(end_of_item(after));
                        self.walk(item, true);
                        rest = after;
                    }
                }
                (TokenTree::Ident(word), [TokenTree::Ident(name), body, after @ ..])
                    if *word == "mod" =>
                {
                    self.module(&name.to_string(), body, path.take(), test);
                    rest = after;
                }
                (TokenTree::Ident(word), _) if *word == "use" => {
                    let (tree, after) = after.split_at(end_of_item(after));
                    self.name(&[], tree, test);
                    rest = after;
                }
                (TokenTree::Ident(_), [TokenTree::Punct(colon), ..]) if colon.as_char() == ':' => {
                    let end = rest.iter().position(|token| !is_of_path(token));
                    let (more, after) = after.split_at(end.unwrap_or(after.len()));
                    self.name(&[], &[from_ref(first), more].concat(), test);
                    rest = after;
                }
                (TokenTree::Group(group), _) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.walk(&inner, test);
                }
                _ => (),
            }
        }
    }

    /// Follows `mod name;`, or goes through `mod name { … }`.
    fn module(&mut self, name: &str, body: &TokenTree, path: Option<String>, test: bool) {
        let place = [&self.place[..], &[name.to_owned()]].concat();
        let folder = self.folder.join(name);
        if let TokenTree::Group(group) = body {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            Reader { all: self.all, file: self.file, folder, place }.walk(&inner, test);
            return;
        }
        let plain = self.folder.join(format!("{name}.rs"));
        let (file, folder) = match path {
            Some(path) => {
                let folder = self.file.parent().unwrap().to_owned();
                (folder.join(path), folder)
            }
            None if plain.is_file() => (plain, folder),
            None => (folder.join("mod.rs"), folder),
        };
        Reader { all: self.all, file: &file, folder, place }.read(test);
    }

    /// Notes what a path or a tree of `use` names, after the segments before it.
    fn name(&mut self, before: &[String], tree: &[TokenTree], test: bool) {
        let mut segments = before.to_vec();
        for (index, token) in tree.iter().enumerate() {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
                    inner.split(is_comma).for_each(|part| self.name(&segments, part, test));
                    return;
                }
                TokenTree::Ident(word) if *word == "as" => {
                    let called = tree.get(index + 1).map(ToString::to_string);
                    return self.note(segments, called, test);
                }
                TokenTree::Ident(word) => segments.push(word.to_string()),
                _ => (),
            }
        }
        self.note(segments, None, test);
    }

    fn note(&mut self, mut segments: Vec<String>, called: Option<String>, test: bool) {
        segments.retain(|segment| segment != "pub");
        let Some(first) = segments.first().filter(|_| !test) else { return };
        let mut place = self.place.clone();
        let named: Vec<String> = match first.as_str() {
            "crate" => segments.split_off(1),
            "super" | "self" => {
                let ups = segments.iter().take_while(|s| *s == "super" || *s == "self").count();
                let supers = segments.iter().take(ups).filter(|s| *s == "super").count();
                place.truncate(place.len().saturating_sub(supers));
                [place, segments.split_off(ups)].concat()
            }
            _ => {
                // Perhaps it is a module of its own that this one shows as its part.
                let last = called.or_else(|| segments.last().cloned()).unwrap_or_default();
                let module = self.all.modules.entry(place).or_default();
                module.takes.insert(last, first.clone());
                return;
            }
        };
        let named = named.into_iter().filter(|segment| segment != "self").collect();
        self.all.modules.entry(self.place.clone()).or_default().names.insert(named);
    }
}

fn tokens(file: &Path) -> Vec<TokenTree> {
    let tokens: TokenStream = text(file).parse().unwrap_or_else(|why| panic!("{file:?}: {why}"));
    tokens.into_iter().collect()
}

/// How many tokens an item has: up to its semicolon or its body.
fn end_of_item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let is_use = tokens.iter().take(4).any(|token| token.to_string() == "use");
    let is_semicolon = |token: &TokenTree| token.to_string() == ";";
    let end =
        if is_use { tokens.iter().position(is_semicolon) } else { tokens.iter().position(ends) };
    end.map_or(tokens.len(), |end| end + 1)
}

fn is_of_path(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    }
}

/// A way from a module back to itself, if there is one.
fn circle(known: &[Knows]) -> Option<Vec<&Knows>> {
    fn go<'k>(known: &'k [Knows], way: &mut Vec<&'k Knows>, done: &mut BTreeSet<&'k str>) -> bool {
        let Some(last) = way.last().map(|last| last.whom.as_str()) else { return false };
        if let Some(start) = way.iter().position(|step| step.who == last) {
            way.drain(..start);
            return true;
        }
        for step in known.iter().filter(|step| step.who == last) {
            if done.contains(step.whom.as_str()) {
                continue;
            }
            way.push(step);
            if go(known, way, done) {
                return true;
            }
            way.pop();
        }
        done.insert(last);
        false
    }
    let mut done = BTreeSet::new();
    known.iter().find_map(|step| {
        let mut way = vec![step];
        go(known, &mut way, &mut done).then_some(way)
    })
}

fn component() -> Crate {
    Crate::of(&repository("component/src/lib.rs"))
}

fn no_folder_has_a_circle() {
    let all = component();
    let mut circles = Vec::new();
    for folder in all.modules.keys() {
        let known = all.known(folder);
        if let Some(circle) = circle(&known) {
            let steps: Vec<&str> = circle.iter().map(|step| step.where_.as_str()).collect();
            circles.push(format!("in `{}`:\n  {}", folder.join("::"), steps.join("\n  ")));
        }
    }
    assert!(circles.is_empty(), "modules go round in circles\n{}", circles.join("\n"));
}

fn app_is_layered_as_its_page_says() {
    let page = text(&repository("component/src/app/mod.rs"));
    let table = page.lines().skip_while(|line| !line.starts_with("//! | layer |")).skip(2);
    let rows = table.take_while(|line| line.starts_with("//! |"));
    let named = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let order: Vec<&str> = named.collect();
    let all = component();
    let app = ["app".to_owned()];
    let modules = all.modules.keys().filter_map(|place| match place.strip_prefix(&app) {
        Some([module]) => Some(module.as_str()),
        _ => None,
    });
    let modules: BTreeSet<&str> = modules.collect();
    let listed: BTreeSet<&str> = order.iter().copied().collect();
    assert_eq!(listed, modules, "the table has each module of `app`");
    assert_eq!(listed.len(), order.len(), "and has it once");
    let place = |module: &str| order.iter().position(|listed| *listed == module);
    let up: Vec<String> = all
        .known(&app)
        .into_iter()
        .filter(|knows| place(&knows.whom) > place(&knows.who))
        .map(|knows| knows.where_)
        .collect();
    assert!(up.is_empty(), "these know what is below them in the table:\n{}", up.join("\n"));
}

/// What cargo builds by itself: libraries and programs, tests, benchmarks, build scripts.
fn is_root(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str());
    let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    matches!(name, Some("lib.rs" | "main.rs" | "build.rs"))
        || matches!(folder, Some("examples" | "benches" | "tests" | "bin"))
            && file.ancestors().nth(2).is_some_and(|package| package.join("Cargo.toml").is_file())
}

fn every_file_is_built() {
    let all: Vec<PathBuf> = FOLDERS.iter().flat_map(|folder| files(folder, &["rs"])).collect();
    let roots = all.iter().filter(|file| is_root(file));
    let built: BTreeSet<PathBuf> = roots.flat_map(|root| Crate::of(root).files).collect();
    let built: BTreeSet<PathBuf> = built.iter().map(|file| file.canonicalize().unwrap()).collect();
    let left_out: Vec<&PathBuf> =
        all.iter().filter(|file| !built.contains(&file.canonicalize().unwrap())).collect();
    assert!(left_out.is_empty(), "no `mod` leads to these files: {left_out:#?}");
}

const FOLDERS: [&str; 3] = ["component", "host-harness", "tests"];

fn nobody_is_named_by_super_super() {
    let named = |file: &PathBuf| {
        let text = text(file);
        let lines = (1..).zip(text.lines()).filter(|(_, line)| line.contains(SUPER_SUPER));
        lines.map(|(number, line)| format!("{}:{number}: {line}", file.display())).collect()
    };
    let files = FOLDERS.iter().flat_map(|folder| files(folder, &["rs"]));
    let lines: Vec<String> = files.flat_map(|file| -> Vec<String> { named(&file) }).collect();
    assert!(lines.is_empty(), "spell it from `crate`:\n{}", lines.join("\n"));
}

const SUPER_SUPER: &str = concat!("super::", "super::");
