//! `docs/openapi.json`: the HTTP service as an OpenAPI document, made from the WIT, and compared with it.

mod frame;

use std::fs;
use std::path::Path;

use clientdesk_contract::CALL;
use libtest_mimic::Trial;
use serde_json::{Map, Value, json};
use wit_parser::{Docs, Function, Interface, Record, Resolve, Type, TypeDefKind, TypeId, Variant};

use crate::contract::{imported, named, read};
use crate::{repository, trial};
use frame::frame;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("openapi/the_document_is_what_the_wit_says", the_document_is_what_the_wit_says),
        trial("openapi/every_reference_leads_somewhere", every_reference_leads_somewhere),
        trial("openapi/no_schema_holds_itself", no_schema_holds_itself),
    ]
}

fn the_document_is_what_the_wit_says() {
    let made = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    let file = repository("docs/openapi.json");
    if fs::read_to_string(&file).unwrap_or_default() != made {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openapi.json");
        fs::write(&fresh, made).unwrap();
        panic!("the WIT says something else: cp {} {}", fresh.display(), file.display());
    }
}

fn every_reference_leads_somewhere() {
    let document = document();
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(place)) = fields.get("$ref") {
                    let pointer = place.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{place}");
                    seen += 1;
                }
                open.extend(fields.values());
            }
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    assert!(seen > 300, "{seen}");
}

/// What does is no shape at all; and the contract, by the rules of the WIT, has none that does.
fn no_schema_holds_itself() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in schemas.keys() {
        let mut seen: Vec<&str> = Vec::new();
        let mut open = referenced(&schemas[name]);
        while let Some(other) = open.pop() {
            assert_ne!(other, name, "through {seen:?}");
            if !seen.contains(&other) {
                seen.push(other);
                open.extend(referenced(&schemas[other]));
            }
        }
    }
}

/// The schemas that a value refers to.
fn referenced(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|place| place.strip_prefix("#/components/schemas/"));
            own.into_iter().chain(fields.values().flat_map(referenced)).collect()
        }
        Value::Array(values) => values.iter().flat_map(referenced).collect(),
        _ => Vec::new(),
    }
}

fn document() -> Value {
    let (resolve, package) = read();
    let mut document = frame();
    let mut interfaces: Vec<&Interface> =
        resolve.packages[package].interfaces.values().map(|id| &resolve.interfaces[*id]).collect();
    interfaces.sort_by(|one, other| one.name.cmp(&other.name));
    for interface in interfaces {
        let name = interface.name.as_deref().unwrap();
        for id in interface.types.values().filter(|id| imported(&resolve, **id).is_none()) {
            let schema = declared(&resolve, *id);
            document["components"]["schemas"][schema_name(&resolve, *id)] = schema;
        }
        for function in interface.functions.values() {
            let path = format!("/v1/call/{name}.{}", function.name);
            document["paths"][path] = json!({"post": operation(&resolve, name, function)});
        }
    }
    document
}

fn operation(resolve: &Resolve, interface: &str, function: &Function) -> Value {
    let words = function.docs.contents.clone().unwrap_or_default();
    let words = words.trim();
    let summary = words.split_once(". ").map_or(words, |(first, _)| first).replace('\n', " ");
    let (mut properties, mut required) = (Map::new(), Vec::new());
    let mut is_operators = false;
    for param in &function.params {
        if param.name == CALL {
            is_operators = true;
            properties.insert(CALL.into(), json!({"$ref": "#/components/schemas/caller"}));
            continue;
        }
        properties.insert(param.name.clone(), used(resolve, &param.ty));
        let is_said_by_the_key = interface == "portal" && param.name == "agency";
        if !is_optional(resolve, &param.ty) && !is_said_by_the_key {
            required.push(param.name.clone());
        }
    }
    let needs_body = !required.is_empty();
    let mut body =
        json!({"type": "object", "properties": properties, "additionalProperties": false});
    if needs_body {
        body["required"] = required.into();
    }
    let answer = answer(resolve, function);
    let (status, answered) = match answer {
        Some(schema) => (
            "200",
            json!({"description": "The answer.", "content": {"application/json": {"schema": schema}}}),
        ),
        None => ("204", json!({"description": "It is done."})),
    };
    let mut operation = json!({
        "operationId": format!("{interface}.{}", function.name),
        "tags": [interface],
        "summary": summary.trim_end_matches('.'),
        "description": words,
        "requestBody": {"required": needs_body, "content": {"application/json": {"schema": body}}},
        "responses": {status: answered, "default": {"$ref": "#/components/responses/problem"}}
    });
    if is_operators {
        operation["parameters"] = json!([{
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
            "description": "Makes it safe to repeat a command for 24 hours: as `call.idempotency-key`."
        }]);
    }
    operation
}

/// What a function gives when it doesn't refuse.
fn answer(resolve: &Resolve, function: &Function) -> Option<Value> {
    let ty = function.result?;
    if let Type::Id(id) = ty
        && let TypeDefKind::Result(result) = &resolve.types[id].kind
    {
        return result.ok.map(|ty| used(resolve, &ty));
    }
    Some(used(resolve, &ty))
}

fn is_optional(resolve: &Resolve, ty: &Type) -> bool {
    matches!(ty, Type::Id(id) if matches!(resolve.types[*id].kind, TypeDefKind::Option(_)))
}

fn schema_name(resolve: &Resolve, id: TypeId) -> String {
    let (interface, name) = named(resolve, id);
    format!("{interface}.{name}")
}

/// The schema of a type where it is used: a reference, if it has a name.
fn used(resolve: &Resolve, ty: &Type) -> Value {
    match ty {
        Type::Id(id) if resolve.types[*id].name.is_some() => {
            json!({"$ref": format!("#/components/schemas/{}", schema_name(resolve, *id))})
        }
        Type::Id(id) => kind(resolve, &resolve.types[*id].kind),
        Type::Bool => json!({"type": "boolean"}),
        Type::String | Type::Char => json!({"type": "string"}),
        Type::U8 => integer(0, i128::from(u8::MAX)),
        Type::U16 => integer(0, i128::from(u16::MAX)),
        Type::U32 => integer(0, i128::from(u32::MAX)),
        Type::U64 => integer(0, i128::from(u64::MAX)),
        Type::S8 => integer(i128::from(i8::MIN), i128::from(i8::MAX)),
        Type::S16 => integer(i128::from(i16::MIN), i128::from(i16::MAX)),
        Type::S32 => integer(i128::from(i32::MIN), i128::from(i32::MAX)),
        Type::S64 => integer(i128::from(i64::MIN), i128::from(i64::MAX)),
        Type::F32 | Type::F64 => json!({"type": "number"}),
        Type::ErrorContext => panic!("the contract has no error contexts"),
    }
}

fn integer(least: i128, most: i128) -> Value {
    let number = |number: i128| match u64::try_from(number) {
        Ok(number) => json!(number),
        Err(_) => json!(i64::try_from(number).unwrap()),
    };
    json!({"type": "integer", "minimum": number(least), "maximum": number(most)})
}

/// The schema of a declaration, with its words.
fn declared(resolve: &Resolve, id: TypeId) -> Value {
    let ty = &resolve.types[id];
    let mut schema = if ty.name.as_deref() == Some("timestamp") {
        json!({"type": ["string", "integer"], "format": "date-time"})
    } else {
        kind(resolve, &ty.kind)
    };
    describe(&mut schema, &ty.docs);
    if ty.name.as_deref() == Some("timestamp") {
        schema["description"] =
            "A time: RFC 3339 in answers; requests may have milliseconds since 1970 as well."
                .into();
    }
    schema
}

fn describe(schema: &mut Value, docs: &Docs) {
    if let Some(words) = &docs.contents {
        schema["description"] = words.trim().into();
    }
}

fn kind(resolve: &Resolve, kind: &TypeDefKind) -> Value {
    match kind {
        TypeDefKind::Type(ty) => used(resolve, ty),
        TypeDefKind::Option(ty) => json!({"anyOf": [used(resolve, ty), {"type": "null"}]}),
        TypeDefKind::List(ty) => json!({"type": "array", "items": used(resolve, ty)}),
        TypeDefKind::Tuple(tuple) => {
            let items: Vec<Value> = tuple.types.iter().map(|ty| used(resolve, ty)).collect();
            json!({"type": "array", "prefixItems": items, "minItems": items.len(), "maxItems": items.len()})
        }
        TypeDefKind::Record(fields) => record(resolve, fields),
        TypeDefKind::Variant(cases) => variant(resolve, cases),
        TypeDefKind::Enum(names) => {
            let words: Vec<String> = names
                .cases
                .iter()
                .map(|case| {
                    let words = case.docs.contents.as_deref().unwrap_or_default().trim();
                    format!("- `{}`: {}", case.name, words.replace('\n', " "))
                })
                .collect();
            let names: Vec<&str> = names.cases.iter().map(|case| case.name.as_str()).collect();
            json!({"type": "string", "enum": names, "x-cases": words})
        }
        other => panic!("the contract has no {}", other.as_str()),
    }
}

fn record(resolve: &Resolve, record: &Record) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for field in &record.fields {
        let mut schema = used(resolve, &field.ty);
        describe(&mut schema, &field.docs);
        properties.insert(field.name.clone(), schema);
        if !is_optional(resolve, &field.ty) {
            required.push(field.name.clone());
        }
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn variant(resolve: &Resolve, variant: &Variant) -> Value {
    let cases = variant.cases.iter().map(|case| {
        let mut schema = match &case.ty {
            None => json!({"const": case.name}),
            Some(ty) => json!({
                "type": "object",
                "properties": {&case.name: used(resolve, ty)},
                "required": [case.name],
                "additionalProperties": false
            }),
        };
        describe(&mut schema, &case.docs);
        schema
    });
    json!({"oneOf": cases.collect::<Vec<_>>()})
}
