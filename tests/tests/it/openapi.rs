//! `docs/openapi.json`: the HTTP service as an OpenAPI document, made from the WIT, and compared with it.

use std::fs;
use std::path::Path;

use clientdesk_contract::CALL;
use libtest_mimic::Trial;
use serde_json::{Map, Value, json};
use wit_parser::{Docs, Function, Interface, Record, Resolve, Type, TypeDefKind, TypeId, Variant};

use crate::contract::read;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("openapi/the_document_is_what_the_wit_says", the_document_is_what_the_wit_says),
        trial("openapi/every_reference_leads_somewhere", every_reference_leads_somewhere),
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

/// What isn't the contract's: keys, events, and what operators look at. The rest is added.
fn frame() -> Value {
    let text = |kind: &str| json!({"content": {kind: {"schema": {"type": "string"}}}});
    let with = |mut answer: Value, words: &str| {
        answer["description"] = words.into();
        answer
    };
    let problem = json!({"$ref": "#/components/responses/problem"});
    let of = |reference: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{reference}")}}});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Clientdesk",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
            "description": "Client management for agencies. Every function of the contract is a `POST` with its arguments by name; times are RFC 3339, money is whole minor units. Whatever goes wrong is a problem document (RFC 9457) with the contract's error in `error`."
        },
        "security": [{"key": []}],
        "paths": {
            "/v1/events": {"get": {
                "operationId": "events",
                "tags": ["events"],
                "summary": "Follows an agency's log, as server-sent events",
                "description": "Each event has the number of its log entry as `id`, the entry's kind as `event`, and the entry of `audit.read` as `data`. Come back with `Last-Event-ID`, and it goes on behind that: each entry comes at least once, and in order.",
                "parameters": [
                    {"name": "agency", "in": "query", "schema": {"type": "string"}, "description": "The agency; a key of an agency needs none."},
                    {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}, "description": "The number of the entry to go on behind; without it, only what comes. 0: from the first."},
                    {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "The same, as browsers send it."}
                ],
                "responses": {"200": with(text("text/event-stream"), "The events, until either side stops."), "default": problem}
            }},
            "/v1/api-keys": {
                "get": {
                    "operationId": "api-keys.list", "tags": ["api-keys"],
                    "summary": "Lists the keys that the caller sees to",
                    "responses": {"200": {"description": "The keys, without their secrets.", "content": of("api-keys")}, "default": problem}
                },
                "post": {
                    "operationId": "api-keys.create", "tags": ["api-keys"],
                    "summary": "Makes a key, and shows it this once",
                    "requestBody": {"required": true, "content": of("new-api-key")},
                    "responses": {"201": {"description": "The key. Keep it: it can't be shown again.", "content": of("made-api-key")}, "default": problem}
                }
            },
            "/v1/api-keys/{id}": {"delete": {
                "operationId": "api-keys.revoke", "tags": ["api-keys"],
                "summary": "Revokes a key, at once",
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "responses": {"204": {"description": "It is good for nothing any more."}, "default": problem}
            }},
            "/healthz": {"get": {
                "operationId": "alive", "tags": ["operating"], "security": [], "summary": "Whether the process answers",
                "responses": {"200": with(text("text/plain"), "It does."), "default": problem}
            }},
            "/readyz": {"get": {
                "operationId": "ready", "tags": ["operating"], "security": [], "summary": "Whether the component runs and its store answers",
                "responses": {"200": with(text("text/plain"), "They do."), "503": with(text("text/plain"), "They don't."), "default": problem}
            }},
            "/metrics": {"get": {
                "operationId": "metrics", "tags": ["operating"], "summary": "What was counted, as OpenMetrics",
                "responses": {"200": with(text("application/openmetrics-text"), "The figures."), "default": problem}
            }}
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key that `/v1/api-keys` or `clientdesk api-keys` made."}},
            "responses": {"problem": {
                "description": "What went wrong.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
            }},
            "schemas": {
                "problem": {
                    "type": "object",
                    "description": "A problem document (RFC 9457).",
                    "properties": {
                        "type": {"type": "string", "description": "`urn:clientdesk:problem:` and a word: the contract's case, or one of the service's own."},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string", "description": "What happened, and what to do."},
                        "error": {"$ref": "#/components/schemas/types.error"}
                    },
                    "required": ["type", "title", "status", "detail"]
                },
                "api-key": {
                    "type": "object",
                    "properties": key_fields(),
                    "required": ["id", "name", "agency", "role", "created-at", "expires-at"]
                },
                "api-keys": {"type": "object", "properties": {"keys": {"type": "array", "items": {"$ref": "#/components/schemas/api-key"}}}, "required": ["keys"]},
                "made-api-key": {
                    "allOf": [
                        {"$ref": "#/components/schemas/api-key"},
                        {"type": "object", "properties": {"key": {"type": "string", "description": "What to send as `Authorization: Bearer …`."}}, "required": ["key"]}
                    ]
                },
                "new-api-key": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "minLength": 1, "maxLength": 100, "description": "What it is for."},
                        "agency": {"type": ["string", "null"], "description": "For which agency; none: for the platform, or for the agency of the key that asks."},
                        "role": {"enum": ["owner", "manager", "viewer", null], "description": "What it may do there; a key of the platform has none."},
                        "expires-at": {"type": ["string", "null"], "format": "date-time", "description": "From when on it is good for nothing; none: it is good until it is revoked."}
                    },
                    "required": ["name"],
                    "additionalProperties": false
                },
                "caller": caller()
            }
        }
    })
}

fn key_fields() -> Value {
    json!({
        "id": {"type": "string"},
        "name": {"type": "string"},
        "agency": {"type": ["string", "null"]},
        "role": {"enum": ["owner", "manager", "viewer", null]},
        "created-at": {"type": "string", "format": "date-time"},
        "expires-at": {"type": ["string", "null"], "format": "date-time"}
    })
}

/// The record `call`, of which the key fills in what isn't given.
fn caller() -> Value {
    json!({
        "type": "object",
        "description": "Who calls, in which agency. A key of an agency fills it in: name an `actor` where somebody of the agency's staff called, and leave the rest out. A key of the platform must name both.",
        "properties": {
            "agency": {"$ref": "#/components/schemas/types.agency-id"},
            "actor": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "name": {"type": "string"},
                    "role": {"$ref": "#/components/schemas/types.role"}
                },
                "additionalProperties": false
            },
            "acting-as": {"type": ["string", "null"]},
            "idempotency-key": {"type": ["string", "null"]},
            "trace-id": {"type": ["string", "null"]},
            "quote": {"type": ["string", "null"]}
        },
        "additionalProperties": false
    })
}

fn document() -> Value {
    let (resolve, package) = read();
    let mut document = frame();
    let mut interfaces: Vec<&Interface> =
        resolve.packages[package].interfaces.values().map(|id| &resolve.interfaces[*id]).collect();
    interfaces.sort_by(|one, other| one.name.cmp(&other.name));
    for interface in interfaces {
        let name = interface.name.as_deref().unwrap();
        for id in interface.types.values() {
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

/// What a type that is declared is called; an import is called as what it imports.
fn schema_name(resolve: &Resolve, id: TypeId) -> String {
    let declared = &resolve.types[id];
    if let TypeDefKind::Type(Type::Id(other)) = declared.kind
        && resolve.types[other].name == declared.name
    {
        return schema_name(resolve, other);
    }
    let wit_parser::TypeOwner::Interface(owner) = declared.owner else {
        panic!("{:?} is in no interface", declared.name)
    };
    let interface = resolve.interfaces[owner].name.as_deref().unwrap();
    format!("{interface}.{}", declared.name.as_deref().unwrap())
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
