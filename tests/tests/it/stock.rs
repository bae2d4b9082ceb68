//! The contract fits hosts that have nothing but a stock runtime: what every one of them can
//! call, and can answer.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use wit_parser::{Function, FunctionKind, Interface, Resolve, Type, TypeDefKind};

use crate::contract::read;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("stock/functions_are_plain_and_synchronous", functions_are_plain_and_synchronous),
        trial("stock/bytes_are_few", bytes_are_few),
        trial("stock/every_list_is_paged_alike", every_list_is_paged_alike),
        trial("stock/python_can_say_every_case", python_can_say_every_case),
        trial("stock/the_check_knows_what_cannot_be_said", the_check_knows_what_cannot_be_said),
    ]
}

fn functions(resolve: &Resolve) -> impl Iterator<Item = (String, &Interface, &Function)> {
    resolve.interfaces.iter().flat_map(|(_, interface)| {
        let name = interface.name.as_deref().unwrap_or_default();
        let named = move |(function, item)| (format!("{name}.{function}"), interface, item);
        interface.functions.iter().map(named)
    })
}

/// No resources, nothing asynchronous, and no floating point, which no amount may be in.
fn functions_are_plain_and_synchronous() {
    let (resolve, _) = read();
    for (name, _, function) in functions(&resolve) {
        assert_eq!(function.kind, FunctionKind::Freestanding, "{name}");
    }
    for (_, item) in &resolve.types {
        let what = item.name.as_deref().unwrap_or("a type without a name");
        let plain = match &item.kind {
            TypeDefKind::Record(_)
            | TypeDefKind::Variant(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Option(_)
            | TypeDefKind::Result(_)
            | TypeDefKind::List(_) => true,
            TypeDefKind::Type(ty) => !matches!(ty, Type::F32 | Type::F64),
            _ => false,
        };
        assert!(plain, "{what} is {:?}", item.kind);
    }
}

/// A Python host needs a tenth of a second for 64 KiB of bytes: only keys and randomness, 64
/// at most, are bytes.
fn bytes_are_few() {
    let (resolve, _) = read();
    let is_bytes = |ty: &Type| match ty {
        Type::Id(id) => matches!(resolve.types[*id].kind, TypeDefKind::List(Type::U8)),
        _ => false,
    };
    let mut found = BTreeSet::new();
    for (name, _, function) in functions(&resolve) {
        let params = function.params.iter().map(|param| &param.ty);
        if params.chain(&function.result).any(is_bytes) {
            found.insert(name);
        }
    }
    for (_, item) in &resolve.types {
        if let TypeDefKind::Record(record) = &item.kind {
            let name = item.name.as_deref().unwrap_or_default();
            let fields = record.fields.iter().filter(|field| is_bytes(&field.ty));
            found.extend(fields.map(|field| format!("{name}.{}", field.name)));
        }
    }
    assert_eq!(
        found.iter().map(String::as_str).collect::<Vec<_>>(),
        ["key.bytes", "secrets.random"]
    );
}

/// Who asks for a page gives `page: page-request` last, and gets `next`, a text.
fn every_list_is_paged_alike() {
    let (resolve, _) = read();
    let called = |ty: Type, name: &str| match ty {
        Type::Id(id) => resolve.types[id].name.as_deref() == Some(name),
        _ => false,
    };
    for (name, _, function) in functions(&resolve) {
        let Some(place) = function.params.iter().position(|p| called(p.ty, "page-request")) else {
            continue;
        };
        assert_eq!(place + 1, function.params.len(), "{name}: the page is its last parameter");
        assert_eq!(function.params[place].name, "page", "{name}");
        let fields = ok_fields(&resolve, function).unwrap_or_else(|| panic!("{name} has a page"));
        let next = fields.into_iter().find(|(field, _)| field == "next");
        let (_, next) = next.unwrap_or_else(|| panic!("{name} gives `next`"));
        let Type::Id(id) = next else { panic!("{name}: `next` may be none") };
        let cursor =
            matches!(resolve.types[id].kind, TypeDefKind::Option(ty) if called(ty, "cursor"));
        assert!(cursor, "{name}: `next` is a cursor, or none");
    }
}

/// The fields of the record that a function gives when it succeeds.
fn ok_fields(resolve: &Resolve, function: &Function) -> Option<Vec<(String, Type)>> {
    let Type::Id(result) = function.result? else { return None };
    let TypeDefKind::Result(result) = &resolve.types[result].kind else { return None };
    let Type::Id(ok) = result.ok? else { return None };
    let TypeDefKind::Record(record) = &resolve.types[ok].kind else { return None };
    Some(record.fields.iter().map(|field| (field.name.clone(), field.ty)).collect())
}

/// What Python's wasmtime takes a value for. It gives a variant, an option or a result without
/// its tag when it takes the payloads of its cases for different things; a case without
/// payload is then "anything", and whoever *gives* such a value to the component can't say the
/// cases that come after one that holds "anything".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Python {
    Anything,
    Bool,
    Int,
    Str,
    Bytes,
    List,
    Record,
    Variant,
}

fn classes(resolve: &Resolve, ty: Type) -> BTreeSet<Python> {
    let Type::Id(id) = ty else {
        return BTreeSet::from([match ty {
            Type::Bool => Python::Bool,
            Type::String | Type::Char => Python::Str,
            _ => Python::Int,
        }]);
    };
    match &resolve.types[id].kind {
        TypeDefKind::Type(ty) => classes(resolve, *ty),
        TypeDefKind::List(Type::U8) => BTreeSet::from([Python::Bytes]),
        TypeDefKind::List(_) => BTreeSet::from([Python::List]),
        TypeDefKind::Enum(_) => BTreeSet::from([Python::Str]),
        kind => match cases(kind) {
            None => BTreeSet::from([Python::Record]),
            Some(cases) => union(resolve, &cases).unwrap_or(BTreeSet::from([Python::Variant])),
        },
    }
}

/// The payloads of the cases that a value is one of; none for what has no cases.
fn cases(kind: &TypeDefKind) -> Option<Vec<Option<Type>>> {
    match kind {
        TypeDefKind::Variant(variant) => Some(variant.cases.iter().map(|case| case.ty).collect()),
        TypeDefKind::Option(some) => Some(vec![None, Some(*some)]),
        TypeDefKind::Result(result) => Some(vec![result.ok, result.err]),
        _ => None,
    }
}

fn of_case(resolve: &Resolve, case: Option<Type>) -> BTreeSet<Python> {
    case.map_or_else(|| BTreeSet::from([Python::Anything]), |ty| classes(resolve, ty))
}

/// All that the cases are taken for; none where two are taken for the same, and tags tell them
/// apart.
fn union(resolve: &Resolve, cases: &[Option<Type>]) -> Option<BTreeSet<Python>> {
    let mut all = BTreeSet::new();
    for case in cases {
        let classes = of_case(resolve, *case);
        if !all.is_disjoint(&classes) {
            return None;
        }
        all.extend(classes);
    }
    Some(all)
}

/// The types within `ty` of which Python can't give every case.
fn unsayable(resolve: &Resolve, ty: Type, place: &str, found: &mut Vec<String>) {
    let Type::Id(id) = ty else { return };
    let kind = &resolve.types[id].kind;
    if let Some(cases) = cases(kind) {
        // A case without payload is given as `None`, which hides nothing; one whose payload may
        // be anything swallows all that follow.
        let swallows = |case: &Option<Type>| {
            case.is_some_and(|ty| classes(resolve, ty).contains(&Python::Anything))
        };
        let before_last = cases.len().saturating_sub(1);
        if union(resolve, &cases).is_some() && cases.iter().take(before_last).any(swallows) {
            found.push(place.to_owned());
        }
        cases.into_iter().flatten().for_each(|ty| unsayable(resolve, ty, place, found));
        return;
    }
    match kind {
        TypeDefKind::Type(ty) | TypeDefKind::List(ty) => unsayable(resolve, *ty, place, found),
        TypeDefKind::Record(record) => {
            for field in &record.fields {
                unsayable(resolve, field.ty, &format!("{place}: {}", field.name), found);
            }
        }
        _ => {}
    }
}

/// What a host gives: the answers of what the component imports, and the arguments of what
/// it exports.
fn python_can_say_every_case() {
    let (resolve, _) = read();
    let mut found = Vec::new();
    for (name, interface, function) in functions(&resolve) {
        let package = interface.package.map(|id| &resolve.packages[id].name);
        if package.is_some_and(|package| package.name == "host") {
            function.result.iter().for_each(|ty| unsayable(&resolve, *ty, &name, &mut found));
        } else {
            for param in &function.params {
                unsayable(&resolve, param.ty, &format!("{name}: {}", param.name), &mut found);
            }
        }
    }
    assert!(found.is_empty(), "some cases can't be said in Python:\n{}", found.join("\n"));
}

fn the_check_knows_what_cannot_be_said() {
    for (ty, sayable) in [
        ("result<list<string>, e>", true),
        ("result<r, e>", true),
        ("result<_, e>", true),
        ("option<v>", true),
        ("result<list<option<string>>, e>", true),
        // `committed` is anything, so that an error is taken for an outcome.
        ("result<v, e>", false),
        ("result<w, e>", false),
        ("result<option<string>, e>", false),
        ("list<result<v, e>>", false),
        // Tags tell these apart.
        ("result<x, e>", true),
        ("e", true),
    ] {
        let text = format!(
            "package a:b;
            interface i {{
                record r {{ a: bool }}
                variant v {{ committed, conflict(list<string>) }}
                variant w {{ conflict(list<string>), committed }}
                variant x {{ accepted, unknown, never(string) }}
                variant e {{ unavailable(string), too-large(string) }}
                f: func() -> {ty};
            }}"
        );
        let mut resolve = Resolve::default();
        resolve.push_str("a.wit", &text).expect("it is WIT");
        let mut found = Vec::new();
        for (name, _, function) in functions(&resolve) {
            unsayable(&resolve, function.result.unwrap(), &name, &mut found);
        }
        assert_eq!(found.is_empty(), sayable, "{ty}: {found:?}");
    }
}
