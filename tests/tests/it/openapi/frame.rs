//! What the document says that isn't the contract's.

use serde_json::{Value, json};

/// What isn't the contract's: keys, webhooks, events, and what operators look at. The rest is added.
pub(super) fn frame() -> Value {
    let text = |kind: &str| json!({"content": {kind: {"schema": {"type": "string"}}}});
    let with = |mut answer: Value, words: &str| {
        answer["description"] = words.into();
        answer
    };
    let problem = json!({"$ref": "#/components/responses/problem"});
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let signed = |name: &str, words: &str| json!({"name": format!("webhook-{name}"), "in": "header", "required": true, "schema": {"type": "string"}, "description": words});
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
                "responses": {"200": with(json!({"content": {"text/event-stream": {}}}), "The events, until either side stops."), "default": problem}
            }},
            "/v1/api-keys": {
                "get": {
                    "operationId": "api-keys.list", "tags": ["api-keys"],
                    "summary": "Lists the keys that the caller sees to, the oldest first",
                    "parameters": paging(),
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
                "parameters": [id],
                "responses": {"204": {"description": "It is good for nothing any more."}, "default": problem}
            }},
            "/v1/webhooks": {
                "get": {
                    "operationId": "webhooks.list", "tags": ["webhooks"],
                    "summary": "Lists the webhooks that the caller sees to, the oldest first",
                    "parameters": [
                        {"name": "agency", "in": "query", "schema": {"type": "string"}, "description": "Those of this agency."},
                        {"name": "state", "in": "query", "schema": {"$ref": "#/components/schemas/webhook-state"}, "description": "Those that stand so."},
                        limit(), cursor()
                    ],
                    "responses": {"200": {"description": "The webhooks, without their secrets.", "content": of("webhooks")}, "default": problem}
                },
                "post": {
                    "operationId": "webhooks.create", "tags": ["webhooks"],
                    "summary": "Sends an agency's log to an address as it grows",
                    "description": "Each entry is a `POST` with a JSON object: `type` (its kind), `timestamp`, and `data` with `agency` and `entry`. It is signed by the conventions of Standard Webhooks, comes at least once, and in order. The webhooks of an agency's key go to the internet by HTTPS only; those of the platform anywhere.",
                    "parameters": [{
                        "name": "Idempotency-Key", "in": "header",
                        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
                        "description": "Makes it safe to repeat: the same answer, as long as the webhook is there."
                    }],
                    "requestBody": {"required": true, "content": of("new-webhook")},
                    "responses": {"201": {"description": "The webhook. Keep its secret: it isn't shown again.", "content": of("made-webhook")}, "default": problem}
                }
            },
            "/v1/webhooks/{id}": {
                "parameters": [id],
                "get": {
                    "operationId": "webhooks.get", "tags": ["webhooks"], "summary": "A webhook, with how far it is and what fails",
                    "responses": {"200": {"description": "The webhook.", "content": of("webhook")}, "default": problem}
                },
                "delete": {
                    "operationId": "webhooks.delete", "tags": ["webhooks"], "summary": "Sends nothing there any more",
                    "responses": {"204": {"description": "It is gone."}, "default": problem}
                }
            },
            "/v1/webhooks/{id}/resume": {"post": {
                "operationId": "webhooks.resume", "tags": ["webhooks"],
                "summary": "Tries one that fails, or was given up, again at once, from where it was",
                "parameters": [id],
                "responses": {"204": {"description": "It is tried."}, "default": problem}
            }},
            "/v1/webhooks/{id}/test": {"post": {
                "operationId": "webhooks.test", "tags": ["webhooks"],
                "summary": "Sends a message that says nothing, and tells what came of it",
                "parameters": [id],
                "responses": {"200": {"description": "What came of it.", "content": of("sent")}, "default": problem}
            }},
            "/v1/bounces": {"post": {
                "operationId": "bounces.report", "tags": ["bounces"], "security": [],
                "summary": "Marks mails that came back, as a mail provider reports them",
                "description": "Signed by the conventions of Standard Webhooks, with the secret that `clientdesk bounces --secret` prints, at most five minutes ago.",
                "parameters": [signed("id", "The message's own."), signed("timestamp", "When it was sent, in seconds since 1970."), signed("signature", "`v1,` and HMAC-SHA256 in base64.")],
                "requestBody": {"required": true, "content": of("bounces")},
                "responses": {"200": {"description": "What came of it.", "content": of("bounces-marked")}, "default": problem}
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
                "operationId": "metrics", "tags": ["operating"], "summary": "What was counted, as OpenMetrics: of all agencies, so it takes a key of the platform",
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
                "bounces": {
                    "type": "object",
                    "properties": {"bounces": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/bounce"}}},
                    "required": ["bounces"]
                },
                "bounce": {
                    "type": "object",
                    "properties": {
                        "message-id": {"type": "string", "description": "The `Message-ID` of the mail, as it went out."},
                        "kind": {"type": "string", "enum": ["hard", "soft"], "description": "`hard`: it came back for good; `soft`: it may still arrive, and nothing is done."},
                        "reason": {"type": "string", "description": "Why, as the agency is told; 500 characters are kept."}
                    },
                    "required": ["message-id", "kind"]
                },
                "bounces-marked": {
                    "type": "object",
                    "properties": {
                        "marked": {"type": "integer", "description": "How many mails are marked as having come back."},
                        "unknown": {"type": "integer", "description": "How many aren't there."},
                        "soft": {"type": "integer", "description": "How many may still arrive."}
                    },
                    "required": ["marked", "unknown", "soft"]
                },
                "api-key": {
                    "type": "object",
                    "properties": key_fields(),
                    "required": ["id", "name", "agency", "role", "created-at", "expires-at"]
                },
                "api-keys": {"type": "object", "properties": {"keys": {"type": "array", "items": {"$ref": "#/components/schemas/api-key"}}, "damaged": damaged(), "next": next()}, "required": ["keys", "damaged", "next"]},
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
                "webhook-state": {"type": "string", "enum": ["active", "failing", "given-up"], "description": "`failing` while a message isn't taken, `given-up` after three days of that, or once the receiver says that it is gone (410)."},
                "webhook": {
                    "type": "object",
                    "properties": webhook_fields(),
                    "required": ["id", "agency", "url", "kinds", "created-at", "delivered", "state", "failing"]
                },
                "webhooks": {"type": "object", "properties": {"webhooks": {"type": "array", "items": {"$ref": "#/components/schemas/webhook"}}, "damaged": damaged(), "next": next()}, "required": ["webhooks", "damaged", "next"]},
                "made-webhook": {
                    "allOf": [
                        {"$ref": "#/components/schemas/webhook"},
                        {"type": "object", "properties": {"secret": {"type": "string", "description": "What its messages are signed with: `whsec_…`, as libraries for Standard Webhooks take it."}}, "required": ["secret"]}
                    ]
                },
                "new-webhook": {
                    "type": "object",
                    "properties": {
                        "url": {"type": "string", "maxLength": 500, "description": "Where messages go."},
                        "agency": {"type": ["string", "null"], "description": "Whose log; a key of an agency needs none."},
                        "kinds": {"type": ["array", "null"], "items": {"type": "string"}, "maxItems": 100, "description": "The kinds of log entries that are sent, as in `docs/kinds.txt`; none: all."},
                        "after": {"type": ["integer", "null"], "minimum": 0, "description": "The number of the entry to begin behind, 0: with the first; none: only what comes."}
                    },
                    "required": ["url"],
                    "additionalProperties": false
                },
                "sent": {
                    "type": "object",
                    "properties": {
                        "delivered": {"type": "boolean"},
                        "status": {"type": ["integer", "null"], "description": "What the receiver answered; null: nothing."},
                        "problem": {"type": ["string", "null"], "description": "Why it wasn't taken."},
                        "milliseconds": {"type": "integer"}
                    },
                    "required": ["delivered", "status", "problem", "milliseconds"]
                },
                "caller": caller()
            }
        }
    })
}

/// How lists are asked for in pages.
fn paging() -> Value {
    json!([limit(), cursor()])
}

fn limit() -> Value {
    json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}, "description": "How many at most; 50 without it."})
}

fn cursor() -> Value {
    json!({"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "The `next` of the page before."})
}

fn next() -> Value {
    json!({"type": ["string", "null"], "description": "The cursor of the next page; null on the last."})
}

/// Those that can't be read.
fn damaged() -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": "The ids of those that are damaged: they can be deleted. The platform alone sees any."})
}

fn webhook_fields() -> Value {
    json!({
        "id": {"type": "string"},
        "agency": {"type": "string"},
        "url": {"type": "string"},
        "kinds": {"type": "array", "items": {"type": "string"}},
        "created-at": {"type": "string", "format": "date-time"},
        "delivered": {"type": "integer", "description": "The number of the last log entry that was taken, or passed over."},
        "state": {"$ref": "#/components/schemas/webhook-state"},
        "failing": {
            "type": ["object", "null"],
            "properties": {
                "since": {"type": "string", "format": "date-time"},
                "attempts": {"type": "integer"},
                "next-at": {"type": ["string", "null"], "format": "date-time", "description": "When it is tried again; null: it was given up."},
                "problem": {"type": "string"}
            },
            "required": ["since", "attempts", "next-at", "problem"]
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
