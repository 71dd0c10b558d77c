//! One operation: a method as one of its bindings reaches it.

use kit::{
    layer::{ALLOW_DUPLICATE, IDEMPOTENCY_KEY, IF_MATCH},
    schema::{Binding, FieldTable, MethodTable, WellKnown},
};
use serde_json::{Value, json};

use super::{
    responses,
    schemas::{Form, Schemas, name},
};

/// The document's operation. `further` marks a binding beside the method's first, whose id then says by what it goes.
pub fn operation(method: &'static MethodTable, binding: &Binding, further: bool, schemas: &mut Schemas) -> Value {
    let variables: Vec<&str> = variables(&binding.path).collect();
    let mut id = lower_first(&method.name);
    if further {
        id.extend(variables.iter().map(|variable| format!("By{}", upper_first(&public_variable(variable)))));
    }
    let mut parameters: Vec<Value> = variables.iter().map(|variable| path_parameter(variable)).collect();
    parameters.extend(query_parameters(method, binding, &variables, schemas));
    parameters.extend(header_parameters(method, binding));
    let mut own = json!({
        "operationId": id,
        "tags": [method.service.rsplit('.').next().unwrap_or_default()],
        "summary": method.summary,
        "x-permission": method.permission,
        "security": responses::security(&method.permission, binding.verb),
        "responses": answers(method, binding, schemas),
    });
    if !parameters.is_empty() {
        own["parameters"] = parameters.into();
    }
    if let Some(body) = body(method, binding, &variables, schemas) {
        own["requestBody"] = body;
    }
    own
}

/// "/v1/customers/{contact.customer_id}/contacts" → "/v1/customers/{customerId}/contacts"
pub fn public_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (variable, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push('{');
        out.push_str(&public_variable(variable));
        out.push('}');
        rest = behind;
    }
    out + rest
}

fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next())
}

/// "contact.customer_id" → "customerId"
fn public_variable(variable: &str) -> String {
    let last = variable.rsplit('.').next().unwrap_or_default();
    last.split('_')
        .enumerate()
        .map(|(index, part)| if index == 0 { part.to_owned() } else { upper_first(part) })
        .collect()
}

fn lower_first(text: &str) -> String {
    change_first(text, |first| first.to_ascii_lowercase())
}

fn upper_first(text: &str) -> String {
    change_first(text, |first| first.to_ascii_uppercase())
}

fn change_first(text: &str, change: impl Fn(char) -> char) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| change(first).to_string() + characters.as_str()).unwrap_or_default()
}

fn path_parameter(variable: &str) -> Value {
    json!({ "name": public_variable(variable), "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } })
}

/// Every field of the request that neither the path nor the body fills.
fn query_parameters(method: &MethodTable, binding: &Binding, variables: &[&str], schemas: &mut Schemas) -> Vec<Value> {
    if binding.body == "*" {
        return Vec::new();
    }
    let free = |field: &&FieldTable| {
        !variables.contains(&field.name.as_str()) && field.name != binding.body && !field.rules.output_only
    };
    let mut parameters = Vec::new();
    for field in method.request().fields.iter().filter(free) {
        let mut own = json!({ "name": field.json, "in": "query", "schema": schemas.field(field, Form::Input) });
        if field.rules.required {
            own["required"] = true.into();
        }
        if field.message().is_some_and(|message| message.well_known == Some(WellKnown::FieldMask)) {
            own["description"] =
                "Names of the fields to change, separated by commas; those of the body when absent.".into();
        }
        parameters.push(own);
    }
    parameters
}

fn header_parameters(method: &MethodTable, binding: &Binding) -> Vec<Value> {
    let header = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    let session = method.permission == "public" || method.service.ends_with(".Sessions");
    let mut parameters = Vec::new();
    if responses::writes(method, binding) && !method.unkeyed && !session {
        parameters.push(header(IDEMPOTENCY_KEY));
    }
    if matches!(binding.verb, "PATCH" | "DELETE") && !session {
        parameters.push(header(IF_MATCH));
    }
    if !binding.body.is_empty() && binding.body != "*" {
        parameters.push(header(ALLOW_DUPLICATE));
    }
    parameters
}

fn body(method: &'static MethodTable, binding: &Binding, variables: &[&str], schemas: &mut Schemas) -> Option<Value> {
    if let Some(form) = responses::upload(method) {
        return Some(form);
    }
    let request = method.request();
    let (content, required) = match binding.body.as_str() {
        "" => return None,
        "*" => {
            let rest = request.fields.iter().filter(|field| !variables.contains(&field.name.as_str()));
            (schemas.request(request, variables), rest.clone().any(|field| field.rules.required))
        }
        field => {
            let message = request.field(field)?.message()?;
            (schemas.message(message, if binding.verb == "PATCH" { Form::Patch } else { Form::Input }), true)
        }
    };
    Some(json!({ "required": required, "content": { "application/json": { "schema": content } } }))
}

fn answers(method: &'static MethodTable, binding: &Binding, schemas: &mut Schemas) -> Value {
    let response = method.response();
    let mut success = json!({ "description": name(&response.name) });
    if method.success_status == 204 {
        success["description"] = "Done".into();
    } else if let Some(file) = responses::download(&response.name) {
        success = file;
    } else {
        success["content"] = json!({ "application/json": { "schema": schemas.message(response, Form::Answer) } });
    }
    if method.success_status != 204 && response.field("etag").is_some() {
        success["headers"] = json!({ "ETag": { "$ref": "#/components/headers/ETag" } });
    }
    let mut all = json!({ method.success_status.to_string(): success });
    for status in responses::problem_statuses(method, binding) {
        all[status.to_string()] = json!({ "$ref": "#/components/responses/Problem" });
    }
    all["default"] = json!({ "$ref": "#/components/responses/Problem" });
    all
}
