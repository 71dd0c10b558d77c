//! What all operations share: problems, headers, security; and the paths that no RPC stands behind.

use kit::{
    layer::{ALLOW_DUPLICATE, IDEMPOTENCY_KEY, IF_MATCH},
    schema::{Binding, Kind, MethodTable},
};
use serde_json::{Map, Value, json};

/// The ways to say who one is. A program sends a token; a browser has a cookie, and a second one that it repeats as a
/// header when it writes.
pub fn security(permission: &str, verb: &str) -> Value {
    match (permission, verb) {
        ("public", _) => json!([]),
        (_, "GET") => json!([{ "bearer": [] }, { "cookie": [] }]),
        _ => json!([{ "bearer": [] }, { "cookie": [], "csrf": [] }]),
    }
}

/// A question too long for a URL is posted, and still only reads.
pub fn writes(method: &MethodTable, binding: &Binding) -> bool {
    binding.verb != "GET" && !method.permission.ends_with(".read")
}

pub fn problem_statuses(method: &MethodTable, binding: &Binding) -> Vec<u16> {
    let mut statuses = vec![400, 429, 503, 504];
    if method.permission != "public" || method.service.ends_with(".Sessions") {
        statuses.extend([401, 403]);
    }
    if binding.path.contains('{') {
        statuses.push(404);
    }
    if writes(method, binding) && method.permission != "public" {
        statuses.extend([409, 412, 422]);
    }
    if !binding.body.is_empty() {
        statuses.extend([413, 415]);
    }
    statuses.sort_unstable();
    statuses
}

/// The message of a file in pieces, which is the file itself over HTTP.
pub const FILE: &str = "cims.customer.v1.FileChunk";

/// The message of a picture, likewise.
pub const PICTURE: &str = "cims.identity.v1.Avatar";

/// What a method answers whose answer is no JSON: a file.
pub fn download(message: &str) -> Option<Value> {
    const SPREADSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let (media_type, description) = match message {
        FILE => (SPREADSHEET, "A spreadsheet, as an attachment"),
        PICTURE => ("image/jpeg", "A square JPEG of 256 pixels"),
        _ => return None,
    };
    Some(json!({
        "description": description,
        "content": { media_type: { "schema": { "type": "string", "contentMediaType": media_type } } },
    }))
}

/// The body of a method that takes a file: its request holds bytes. None of others.
pub fn upload(method: &MethodTable) -> Option<Value> {
    let takes = method.request().fields.iter().any(|field| matches!(field.kind, Kind::Bytes));
    // What may be large comes in pieces.
    let description = match method.client_streaming {
        true => "An xlsx, xls or csv file of at most 100 MB.",
        false => "A PNG, JPEG or WebP file of at most 3 MB and 24 million pixels.",
    };
    takes.then(|| form(description))
}

fn form(description: &str) -> Value {
    json!({
        "required": true,
        "content": { "multipart/form-data": { "schema": {
            "type": "object",
            "required": ["file"],
            "properties": { "file": { "type": "string", "contentMediaType": "application/octet-stream", "description": description } },
        } } },
    })
}

pub fn components() -> Value {
    let header = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "header", "description": description, "schema": schema });
    json!({
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "cookie": { "type": "apiKey", "in": "cookie", "name": "__Host-cims-session" },
            "csrf": { "type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "The value of the cookie `__Host-cims-csrf`." },
        },
        "parameters": {
            IDEMPOTENCY_KEY: header("Idempotency-Key", "The same key and request again answers the first result; kept for 24 hours.", json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" })),
            IF_MATCH: header("If-Match", "The ETag that was read; 412 when the record has changed since.", json!({ "type": "string", "pattern": "^\"[0-9]{1,18}\"$" })),
            ALLOW_DUPLICATE: header("X-Allow-Duplicate", "Go on although the record looks like another one.", json!({ "type": "string", "enum": ["true"] })),
        },
        "headers": {
            "ETag": { "description": "Version of the record, for If-Match.", "schema": { "type": "string" } },
            "RetryAfter": { "description": "Seconds after which to try again.", "schema": { "type": "integer" } },
        },
        "responses": {
            "Problem": {
                "description": "What is wrong and what is allowed",
                "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            },
        },
    })
}

/// Schemas that stand in no proto.
pub fn schemas() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let record = || json!({ "type": "object", "additionalProperties": true });
    let all = json!({
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "code", "traceId"],
            "properties": {
                "type": text(),
                "title": text(),
                "status": { "type": "integer" },
                "code": { "type": "string", "description": "Stable; the texts may change." },
                "detail": text(),
                "traceId": text(),
                "errors": { "type": "array", "items": { "$ref": "#/components/schemas/FieldProblem" } },
                "operation": { "type": "string", "description": "403: the missing grant." },
                "matches": { "type": "array", "items": { "$ref": "#/components/schemas/Match" }, "description": "409 DUPLICATE." },
                "hard": { "type": "boolean", "description": "409 DUPLICATE: X-Allow-Duplicate does not help." },
                "fields": { "type": "array", "items": text(), "description": "412: the fields that both changed." },
                "counts": { "type": "object", "additionalProperties": { "type": "integer" }, "description": "422: what stands in the way, by type of record." },
                "mine": record(),
                "theirs": record(),
                "original": record(),
            },
        },
        "FieldProblem": {
            "type": "object",
            "required": ["pointer", "code", "message"],
            "properties": {
                "pointer": { "type": "string", "description": "JSON pointer into the body, or `/` and the name of a parameter." },
                "code": text(),
                "allowed": text(),
                "message": text(),
            },
        },
        "Match": {
            "type": "object",
            "required": ["name", "by"],
            "properties": { "id": text(), "name": text(), "ownerId": text(), "by": text() },
        },
        "Notice": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": { "type": "string", "description": "customer.customer.updated.v1 …; `reset`: read everything again." },
                "id": text(),
                "version": { "type": "integer" },
            },
        },
    });
    all.as_object().cloned().unwrap_or_default()
}

/// Paths of the gateway itself.
pub fn fixed_paths() -> Vec<(&'static str, Value)> {
    let problem = json!({ "$ref": "#/components/responses/Problem" });
    let events = json!({
        "get": {
            "operationId": "followEvents",
            "tags": ["Live"],
            "summary": "What changes, as it changes: an endless stream of notices (server-sent events)",
            "x-permission": "signed-in",
            "security": security("signed-in", "GET"),
            "responses": {
                "200": { "description": "Each `data` is a Notice", "content": { "text/event-stream": { "schema": { "$ref": "#/components/schemas/Notice" } } } },
                "401": problem, "429": problem, "503": problem, "default": problem,
            },
        },
    });
    let probe = |id: &str, summary: &str| {
        json!({ "get": { "operationId": id, "tags": ["Service"], "summary": summary, "security": [], "responses": {
            "200": { "description": "Yes", "content": { "text/plain": { "schema": { "type": "string" } } } },
            "503": { "description": "No: which parts are out of reach", "content": { "text/plain": { "schema": { "type": "string" } } } },
        } } })
    };
    vec![
        ("/v1/events", events),
        ("/livez", probe("isAlive", "Whether the process runs")),
        ("/readyz", probe("isReady", "Whether every service answers")),
    ]
}
