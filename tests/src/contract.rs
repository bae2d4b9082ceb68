//! The contract as the WIT says it, and two ways to write its values.
//!
//! Scenarios and the harness write values in the words of the WIT: `{"at-risk-at": 5}`,
//! `"at-risk"`. `serde` gives the types that `wit-bindgen` makes the names of Rust:
//! `{"at_risk_at": 5}`, `"AtRisk"`. The WIT's types say how one becomes the other.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use wit_parser::{Resolve, Type, TypeDefKind};

use crate::repository;

/// The functions and types of the contract.
pub struct Contract {
    resolve: Resolve,
    functions: BTreeMap<String, Signature>,
}

/// A function of the contract.
#[derive(Clone)]
pub struct Signature {
    /// Its parameters, by name.
    pub params: Vec<(String, Type)>,
    result: Option<Type>,
}

/// In whose words a value is written.
#[derive(Clone, Copy, PartialEq)]
enum Words {
    Wit,
    Rust,
}

impl Contract {
    /// The contract in `wit/`.
    pub fn get() -> &'static Contract {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| Contract::parse(read().0))
    }

    /// The contract that was parsed.
    pub fn parse(resolve: Resolve) -> Contract {
        let mut functions = BTreeMap::new();
        for (_, interface) in &resolve.interfaces {
            let package = interface.package.map(|id| &resolve.packages[id].name);
            if package.is_none_or(|name| name.name != "core") {
                continue;
            }
            for (name, function) in &interface.functions {
                let params = function.params.iter().map(|p| (p.name.clone(), p.ty)).collect();
                let interface = interface.name.as_deref().unwrap();
                functions.insert(
                    format!("{interface}.{name}"),
                    Signature { params, result: function.result },
                );
            }
        }
        Contract { resolve, functions }
    }

    /// The types that the functions' parameters refer to.
    pub const fn types(&self) -> &Resolve {
        &self.resolve
    }

    /// A function by its name, such as `clients.revoke`.
    pub fn function(&self, name: &str) -> Option<&Signature> {
        self.functions.get(name)
    }

    /// The names of all functions.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Where an argument of a function names a thing by its id: `invite.brands`, and the name
    /// of the id's type. The agency's own id in `call` isn't among them.
    pub fn ids(&self, function: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, ty) in &self.functions[function].params {
            self.note_ids(*ty, name, &mut found);
        }
        found.retain(|(_, kind)| kind != "agency-id");
        found
    }

    fn note_ids(&self, ty: Type, place: &str, found: &mut Vec<(String, String)>) {
        let Type::Id(id) = ty else { return };
        let declared = &self.resolve.types[id];
        if let Some(name) = declared.name.as_deref().filter(|name| name.ends_with("-id")) {
            found.push((place.to_owned(), name.to_owned()));
            return;
        }
        match &declared.kind {
            TypeDefKind::Type(ty) | TypeDefKind::Option(ty) | TypeDefKind::List(ty) => {
                self.note_ids(*ty, place, found);
            }
            TypeDefKind::Record(record) => {
                for field in &record.fields {
                    self.note_ids(field.ty, &format!("{place}.{}", field.name), found);
                }
            }
            TypeDefKind::Variant(variant) => {
                for case in &variant.cases {
                    case.ty.iter().for_each(|ty| {
                        self.note_ids(*ty, &format!("{place}.{}", case.name), found);
                    });
                }
            }
            _ => {}
        }
    }

    /// An argument in Rust's words.
    ///
    /// # Errors
    ///
    /// When it isn't of the type.
    pub fn argument(&self, ty: Type, value: &Value) -> Result<Value, String> {
        self.translate(ty, value, Words::Wit)
    }

    /// What a function gave in Rust's words, in those of the WIT: its answer or its error.
    ///
    /// # Errors
    ///
    /// When it isn't what the function gives.
    pub fn answer(
        &self,
        function: &Signature,
        value: &Value,
    ) -> Result<Result<Value, Value>, String> {
        let Some(ty) = function.result else {
            return Ok(Ok(Value::Null));
        };
        let answer = self.translate(ty, value, Words::Rust)?;
        match self.kind(ty) {
            Some(TypeDefKind::Result(_)) => {
                Ok(answer.get("ok").cloned().ok_or_else(|| answer["err"].clone()))
            }
            _ => Ok(Ok(answer)),
        }
    }

    /// A value in the other words than `from`.
    fn translate(&self, ty: Type, value: &Value, from: Words) -> Result<Value, String> {
        let ty = self.without_aliases(ty);
        let same = |value: &Value| Ok(value.clone());
        let Some(kind) = self.kind(ty) else {
            let fits = match ty {
                Type::Bool => value.is_boolean(),
                Type::String | Type::Char => value.is_string(),
                _ => value.is_number(),
            };
            return if fits { same(value) } else { Err(format!("{value} is no {ty:?}")) };
        };
        match kind {
            TypeDefKind::Option(_) if value.is_null() => Ok(Value::Null),
            TypeDefKind::Option(ty) => self.translate(*ty, value, from),
            TypeDefKind::List(ty) => {
                let items = value.as_array().ok_or_else(|| format!("{value} is no list"))?;
                items.iter().map(|item| self.translate(*ty, item, from)).collect()
            }
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|field| (field.name.as_str(), field.ty));
                self.record(fields.collect(), value, from)
            }
            TypeDefKind::Enum(names) => {
                self.case(names.cases.iter().map(|case| (case.name.as_str(), None)), value, from)
            }
            TypeDefKind::Variant(variant) => {
                self.case(variant.cases.iter().map(|c| (c.name.as_str(), c.ty)), value, from)
            }
            TypeDefKind::Result(result) => {
                let cases = [("ok", Some(result.ok)), ("err", Some(result.err))];
                let cases = cases.map(|(name, ty)| (name, ty.flatten()));
                self.case(cases.into_iter(), value, from)
            }
            other => Err(format!("no translation for a {}", other.as_str())),
        }
    }

    fn record(
        &self,
        fields: Vec<(&str, Type)>,
        value: &Value,
        from: Words,
    ) -> Result<Value, String> {
        let given = value.as_object().ok_or_else(|| format!("{value} is no record"))?;
        let known =
            |name: &String| fields.iter().any(|(field, _)| field_name(field, from) == *name);
        if let Some(unknown) = given.keys().find(|name| !known(name)) {
            return Err(format!("there is no field `{unknown}`"));
        }
        let mut record = Map::new();
        for (name, ty) in fields {
            let value = given.get(&field_name(name, from)).unwrap_or(&Value::Null);
            let value = self.translate(ty, value, from);
            let value = value.map_err(|problem| format!("field `{name}`: {problem}"))?;
            record.insert(field_name(name, from.other()), value);
        }
        Ok(Value::Object(record))
    }

    fn case<'a>(
        &self,
        mut cases: impl Iterator<Item = (&'a str, Option<Type>)>,
        value: &Value,
        from: Words,
    ) -> Result<Value, String> {
        let (case, payload) = match value {
            Value::String(case) => (case.as_str(), &Value::Null),
            Value::Object(fields) if fields.len() == 1 => {
                let (case, payload) = fields.iter().next().unwrap();
                (case.as_str(), payload)
            }
            _ => return Err(format!("{value} is no case")),
        };
        let known = cases.find(|(name, _)| case_name(name, from) == case);
        let (name, ty) = known.ok_or_else(|| format!("there is no case `{case}`"))?;
        let (name, alone) = (case_name(name, from.other()), value.is_string());
        match ty {
            Some(ty) => Ok(json!({ name: self.translate(ty, payload, from)? })),
            None if alone => Ok(Value::String(name)),
            None => Ok(json!({ name: null })),
        }
    }

    /// What is behind `type id = string`.
    fn without_aliases(&self, ty: Type) -> Type {
        match self.kind(ty) {
            Some(TypeDefKind::Type(ty)) => self.without_aliases(*ty),
            _ => ty,
        }
    }

    fn kind(&self, ty: Type) -> Option<&TypeDefKind> {
        match ty {
            Type::Id(id) => Some(&self.resolve.types[id].kind),
            _ => None,
        }
    }
}

impl Words {
    const fn other(self) -> Words {
        match self {
            Words::Wit => Words::Rust,
            Words::Rust => Words::Wit,
        }
    }
}

fn field_name(wit: &str, words: Words) -> String {
    match words {
        Words::Wit => wit.to_owned(),
        Words::Rust => wit.replace('-', "_"),
    }
}

fn case_name(wit: &str, words: Words) -> String {
    let capitalized = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    };
    match words {
        Words::Wit => wit.to_owned(),
        Words::Rust => wit.split('-').map(capitalized).collect(),
    }
}

/// The WIT of the repository: everything that it says, and its own package.
pub fn read() -> (Resolve, wit_parser::PackageId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(repository("wit")).expect("the WIT parses");
    (resolve, package)
}
