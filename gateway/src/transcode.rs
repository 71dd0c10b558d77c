//! From a request's path, query and JSON body to the bytes of its message, and from an answer's bytes to JSON.

use kit::{
    Violation,
    problem::code,
    schema::{FieldTable, Malformed, MessageTable, from_json, to_json},
};
use prost::encoding::{WireType, decode_key, encode_key, encode_varint, skip_field};
use serde_json::{Map, Value as Json};

use crate::routes::{Body, Route, Variable};

/// The request message. `values` are the path's, in its order; `body` is absent when the method takes none.
///
/// # Errors
/// Every misfit, with its pointer as the client wrote it.
pub fn request(route: &Route, values: &[String], query: &str, body: Option<Json>) -> Result<Vec<u8>, Vec<Violation>> {
    let mut violations = Vec::new();
    let table = route.method.request();
    let mut parameters = parameters(route, query, &mut violations);
    if let (Body::Field(field), Some(mask), Some(json)) = (&route.body, route.mask, &body) {
        parameters.entry(&mask.json).or_insert_with(|| written(field, json).into());
    }
    let mut out = from_json(table, &Json::Object(parameters), "", &mut violations);
    match (&route.body, body) {
        (Body::Request, Some(json)) => out.extend(from_json(table, &json, "", &mut violations)),
        (Body::Field(field), Some(json)) => {
            if let Some(inner) = field.message() {
                let mut message = from_json(inner, &json, "", &mut violations);
                // Behind what the body says: the path decides.
                put_variables(route, values, false, &mut message);
                put_bytes(field.number, &message, &mut out);
            }
        }
        _ => {}
    }
    put_variables(route, values, true, &mut out);
    if violations.is_empty() { Ok(out) } else { Err(violations) }
}

/// The query as a JSON object of the request's fields.
fn parameters(route: &Route, query: &str, violations: &mut Vec<Violation>) -> Map<String, Json> {
    let mut parameters = Map::new();
    if query.is_empty() {
        return parameters;
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let pointer = || format!("/{name}");
        let Some(field) = route.query.iter().find(|field| field.json == name) else {
            let allowed = route.query.iter().map(|field| field.json.as_str()).collect::<Vec<_>>().join(", ");
            violations.push(Violation::new(pointer(), code::UNKNOWN_FIELD).allowed(allowed));
            continue;
        };
        let value = Json::String(value.into_owned());
        match parameters.get_mut(&field.json) {
            None if field.repeated => drop(parameters.insert(field.json.clone(), Json::Array(vec![value]))),
            None => drop(parameters.insert(field.json.clone(), value)),
            Some(Json::Array(items)) => items.push(value),
            Some(_) => violations.push(Violation::of(field, pointer(), code::REPEATED)),
        }
    }
    parameters
}

/// The fields that a PATCH without `updateMask` means: those that its body has and a client may write.
fn written(field: &FieldTable, body: &Json) -> String {
    let Some((table, members)) = field.message().zip(body.as_object()) else { return String::new() };
    let writable = |name: &&String| table.field_by_json(name).is_some_and(|field| field.rules.writable());
    members.keys().filter(writable).map(String::as_str).collect::<Vec<_>>().join(",")
}

fn put_variables(route: &Route, values: &[String], of_request: bool, out: &mut Vec<u8>) {
    for (variable, value) in route.variables.iter().zip(values) {
        match variable {
            Variable::Request(number) if of_request => put_bytes(*number, value.as_bytes(), out),
            Variable::Body(number) if !of_request => put_bytes(*number, value.as_bytes(), out),
            _ => {}
        }
    }
}

/// Adds a text, some bytes or a message to a message.
pub fn put_bytes(number: u32, value: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

/// The answer as JSON.
///
/// # Errors
/// When the service answered no message of its type.
pub fn answer(table: &MessageTable, message: &[u8]) -> Result<Vec<u8>, Malformed> {
    // Every field is named there, the empty ones too.
    let mut out = Vec::with_capacity(message.len() * 3 + 256);
    to_json(table, message, &mut out)?;
    Ok(out)
}

/// The text of a top-level field.
pub fn text_of(number: u32, mut message: &[u8]) -> Option<&str> {
    while !message.is_empty() {
        let (own, wire_type) = decode_key(&mut message).ok()?;
        if own == number && wire_type == WireType::LengthDelimited {
            let length = usize::try_from(prost::encoding::decode_varint(&mut message).ok()?).ok()?;
            return message.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
        }
        skip_field(wire_type, own, &mut message, prost::encoding::DecodeContext::default()).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use cims_proto::customer::v1::{ListCustomersRequest, UpdateContactRequest, UpdateCustomerRequest};
    use http::Method;
    use prost::Message;
    use serde_json::json;

    use super::*;
    use crate::routes::{Found, Routes};

    fn transcode(verb: Method, path: &str, query: &str, body: Option<Json>) -> Result<Vec<u8>, Vec<String>> {
        let routes = Routes::new().expect("the protos are sound");
        let Found::Route(route, values) = routes.find(&verb, path) else { panic!("no route at {path}") };
        let told = |violation: &Violation| format!("{} {}", violation.pointer, violation.code);
        request(route, &values, query, body).map_err(|violations| violations.iter().map(told).collect())
    }

    #[test]
    fn path_query_and_body_make_one_message() {
        let body = json!({ "name": "李四", "phones": [{ "number": "1" }], "customerId": "other" });
        let bytes =
            transcode(Method::PATCH, "/v1/customers/c/contacts/k", "updateMask=name,phones", Some(body)).expect("fits");
        let message = UpdateContactRequest::decode(bytes.as_slice()).expect("a message");
        let contact = message.contact.expect("a contact");
        assert_eq!((contact.customer_id.as_str(), contact.id.as_str(), contact.name.as_str()), ("c", "k", "李四"));
        assert_eq!(message.update_mask.expect("a mask").paths, ["name", "phones"]);
    }

    #[test]
    fn a_patch_without_a_mask_means_what_it_holds() {
        let body = json!({ "creditCode": "", "id": "x", "etag": "\"1\"" });
        let bytes = transcode(Method::PATCH, "/v1/customers/c", "", Some(body)).expect("fits");
        let message = UpdateCustomerRequest::decode(bytes.as_slice()).expect("a message");
        assert_eq!(message.update_mask.expect("a mask").paths, ["credit_code"]);
        assert_eq!(message.customer.expect("a customer").id, "c");
    }

    #[test]
    fn misfits_are_named_as_the_client_wrote_them() {
        let body = json!({ "name": null, "phones": [{ "number": 7 }], "colour": "red" });
        let misfits = transcode(Method::POST, "/v1/customers", "", Some(body)).expect_err("does not fit");
        assert_eq!(misfits, ["/colour UNKNOWN_FIELD", "/name NULL", "/phones/0/number WRONG_TYPE"]);
        let misfits = transcode(Method::GET, "/v1/customers", "pageSize=ten&page=2&filter=a&filter=b", None)
            .expect_err("does not fit");
        assert_eq!(misfits, ["/page UNKNOWN_FIELD", "/filter REPEATED", "/pageSize WRONG_TYPE"]);
    }

    #[test]
    fn a_query_may_be_encoded() {
        let bytes = transcode(Method::GET, "/v1/customers", "filter=level%20%3D+A&pageSize=5", None).expect("fits");
        let message = ListCustomersRequest::decode(bytes.as_slice()).expect("a message");
        assert_eq!((message.filter.as_str(), message.page_size), ("level = A", 5));
    }
}
