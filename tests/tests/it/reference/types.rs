//! Types, as tables of their fields and cases.

use std::fmt::Write as _;

use wit_parser::{Resolve, Type, TypeDefKind, TypeId};

use super::words::{anchor, cell, in_cell};
use super::{Contract, docs};
use crate::contract::named;

/// A type where it is used: a link, if it has a name.
pub(super) fn used(resolve: &Resolve, ty: &Type) -> String {
    let Type::Id(id) = ty else { return plain(ty).to_owned() };
    let declared = &resolve.types[*id];
    if declared.name.is_some() {
        let (interface, name) = named(resolve, *id);
        return format!("[`{name}`](#{})", anchor(&format!("{interface}.{name}")));
    }
    match &declared.kind {
        TypeDefKind::Option(ty) => format!("{}, optional", used(resolve, ty)),
        TypeDefKind::List(ty) => format!("list of {}", used(resolve, ty)),
        TypeDefKind::Tuple(tuple) => {
            let types: Vec<String> = tuple.types.iter().map(|ty| used(resolve, ty)).collect();
            format!("({})", types.join(", "))
        }
        TypeDefKind::Result(result) => {
            let part = |ty: &Option<Type>| ty.map_or("nothing".to_owned(), |ty| used(resolve, &ty));
            format!("{} or {}", part(&result.ok), part(&result.err))
        }
        other => panic!("the contract has no {}", other.as_str()),
    }
}

fn plain(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "yes or no",
        Type::String | Type::Char => "text",
        Type::U8 | Type::U16 | Type::U32 => "number",
        Type::U64 => "number (64 bits)",
        Type::S8 | Type::S16 | Type::S32 => "number, may be negative",
        Type::S64 => "number (64 bits), may be negative",
        Type::F32 | Type::F64 => "number with a point",
        Type::Id(_) | Type::ErrorContext => panic!("it has a name"),
    }
}

/// What a type is, under a heading of its own; nothing for an import.
pub(super) fn declaration(contract: &Contract, id: TypeId, marks: &str) -> String {
    let resolve = &contract.resolve;
    let declared = &resolve.types[id];
    let (interface, name) = named(resolve, id);
    let words = contract.linked(&docs(&declared.docs));
    let mut text = format!("{marks} {interface}.{name}\n\n");
    let mut below = String::new();
    let mut told = |name: &str, words: &str| {
        let (cell, rest) = cell(&contract.linked(words));
        if !rest.is_empty() {
            write!(below, "\n`{name}`:\n\n{rest}\n").unwrap();
        }
        cell
    };
    match &declared.kind {
        TypeDefKind::Record(record) => {
            write!(text, "{words}\n\n| field | is | meaning |\n| --- | --- | --- |\n").unwrap();
            for field in &record.fields {
                let ty = in_cell(&used(resolve, &field.ty));
                let words = told(&field.name, &docs(&field.docs));
                writeln!(text, "| `{}` | {ty} | {words} |", field.name).unwrap();
            }
        }
        TypeDefKind::Variant(variant) => {
            write!(
                text,
                "One of these. {words}\n\n| case | has | meaning |\n| --- | --- | --- |\n"
            )
            .unwrap();
            for case in &variant.cases {
                let ty = case.ty.map_or(String::new(), |ty| in_cell(&used(resolve, &ty)));
                let words = told(&case.name, &docs(&case.docs));
                writeln!(text, "| `{}` | {ty} | {words} |", case.name).unwrap();
            }
        }
        TypeDefKind::Enum(names) => {
            write!(text, "One of these. {words}\n\n| case | meaning |\n| --- | --- |\n").unwrap();
            for case in &names.cases {
                let words = told(&case.name, &docs(&case.docs));
                writeln!(text, "| `{}` | {words} |", case.name).unwrap();
            }
        }
        TypeDefKind::Type(ty) => writeln!(text, "A {}. {words}", used(resolve, ty)).unwrap(),
        TypeDefKind::List(ty) => {
            writeln!(text, "A list of {}. {words}", used(resolve, ty)).unwrap()
        }
        TypeDefKind::Tuple(_) | TypeDefKind::Option(_) => {
            panic!("{interface}.{name}: say how it is shown")
        }
        other => panic!("the contract has no {}", other.as_str()),
    }
    text + &below
}
