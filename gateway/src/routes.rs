//! Which method answers a request: the paths of the descriptors, in one table per custom verb.

use std::collections::{BTreeMap, HashMap};

use http::{Method, uri::PathAndQuery};
use kit::{
    Failure,
    schema::{Binding, FieldTable, Kind, MethodTable, WellKnown, schema},
};
use percent_encoding::percent_decode_str;

/// A method of the API as one of its bindings reaches it, with all that can be known before a request comes.
#[derive(Debug)]
pub struct Route {
    pub method: &'static MethodTable,
    /// "customer": which service answers; a name that no service has stands for all who serve the proto.
    pub service: &'static str,
    /// The method's gRPC path.
    pub path: PathAndQuery,
    /// The path as the protos write it, for logs and spans.
    pub template: &'static str,
    pub variables: Vec<Variable>,
    pub body: Body,
    /// What may stand in the query.
    pub query: Vec<&'static FieldTable>,
    /// The request's `update_mask`, and the message whose fields it names.
    pub mask: Option<&'static FieldTable>,
    /// Number of the answer's `etag`.
    pub etag: Option<u32>,
    /// Number of the answer's `unreachable`: the services that did not answer, where all are asked.
    pub unreachable: Option<u32>,
    pub reads: bool,
}

/// Where a part of the path goes.
#[derive(Debug)]
pub enum Variable {
    /// A field of the request.
    Request(u32),
    /// A field of the message that the body fills.
    Body(u32),
}

/// What the body fills.
#[derive(Debug)]
pub enum Body {
    Nothing,
    Request,
    Field(&'static FieldTable),
}

/// What stands at a path.
#[derive(Debug)]
pub enum Found<'a> {
    Route(&'a Route, Vec<String>),
    /// The path is there for these verbs: `GET, POST`.
    OtherVerb(String),
    Nothing,
}

type Verbs = Vec<(Method, Route)>;

/// Every route, by the custom verb (`restore` of `/v1/customers/{id}:restore`, empty without one) and the path before it.
#[derive(Debug)]
pub struct Routes {
    tables: HashMap<String, matchit::Router<Verbs>>,
}

impl Routes {
    /// # Errors
    /// When a binding names a field that is not there, or two share a path and a verb: a defect of the protos.
    pub fn new() -> Result<Routes, Failure> {
        let mut paths: BTreeMap<(String, String), Verbs> = BTreeMap::new();
        for method in schema().methods() {
            for binding in &method.bindings {
                let (path, verb) = part_verb(&binding.path);
                let verbs = paths.entry((verb.to_owned(), numbered(path))).or_default();
                let http = Method::from_bytes(binding.verb.as_bytes()).map_err(Failure::internal)?;
                if verbs.iter().any(|(own, _)| *own == http) {
                    return Err(Failure::internal(format!("two methods at {} {}", binding.verb, binding.path)));
                }
                verbs.push((http, Route::of(method, binding)?));
            }
        }
        let mut tables: HashMap<String, matchit::Router<Verbs>> = HashMap::new();
        for ((verb, path), verbs) in paths {
            tables.entry(verb).or_default().insert(path, verbs).map_err(Failure::internal)?;
        }
        Ok(Routes { tables })
    }

    pub fn find(&self, http: &Method, path: &str) -> Found<'_> {
        let (path, verb) = part_verb(path);
        let Some(matched) = self.tables.get(verb).and_then(|table| table.at(path).ok()) else { return Found::Nothing };
        let Some((_, route)) = matched.value.iter().find(|(own, _)| own == http) else {
            let verbs: Vec<&str> = matched.value.iter().map(|(own, _)| own.as_str()).collect();
            return Found::OtherVerb(verbs.join(", "));
        };
        let decoded = matched
            .params
            .iter()
            .map(|(_, value)| percent_decode_str(value).decode_utf8().map(std::borrow::Cow::into_owned));
        match decoded.collect() {
            Ok(values) => Found::Route(route, values),
            Err(_) => Found::Nothing,
        }
    }
}

/// "/v1/customers/{id}:restore" → ("/v1/customers/{id}", "restore")
fn part_verb(path: &str) -> (&str, &str) {
    let last = path.rfind('/').unwrap_or_default();
    match path[last..].rfind(':') {
        Some(colon) => (&path[..last + colon], &path[last + colon + 1..]),
        None => (path, ""),
    }
}

fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next())
}

/// Numbers in place of names, which differ between methods that share a path: "/v1/customers/{0}/contacts/{1}".
fn numbered(path: &str) -> String {
    variables(path)
        .enumerate()
        .fold(path.to_owned(), |path, (index, name)| path.replacen(&format!("{{{name}}}"), &format!("{{{index}}}"), 1))
}

impl Route {
    fn of(method: &'static MethodTable, binding: &'static Binding) -> Result<Route, Failure> {
        let broken = |what: &str| Failure::internal(format!("{} at {}: {what}", method.path, binding.path));
        let request = method.request();
        let body = match binding.body.as_str() {
            "" => Body::Nothing,
            "*" => Body::Request,
            name => Body::Field(
                request.field(name).filter(|field| field.message().is_some()).ok_or_else(|| broken("no such body"))?,
            ),
        };
        let names: Vec<&str> = variables(&binding.path).collect();
        let targets: Option<Vec<Variable>> = names.iter().map(|name| Variable::of(method, &body, name)).collect();
        let free = |field: &&FieldTable| {
            let taken = names.contains(&field.name.as_str()) || field.name == binding.body || binding.body == "*";
            let plain = field.message().is_none_or(|message| message.well_known.is_some());
            !taken && plain && !field.rules.output_only
        };
        Ok(Route {
            method,
            service: method.service.split('.').nth(1).unwrap_or_default(),
            path: PathAndQuery::from_static(&method.path),
            template: &binding.path,
            variables: targets.ok_or_else(|| broken("a variable that is no text of the request or its body"))?,
            body,
            query: request.fields.iter().filter(free).collect(),
            mask: request
                .fields
                .iter()
                .find(|field| field.message().is_some_and(|m| m.well_known == Some(WellKnown::FieldMask))),
            etag: method.response().field("etag").map(|field| field.number),
            unreachable: method.response().field("unreachable").map(|field| field.number),
            reads: binding.verb == "GET" || method.permission.ends_with(".read"),
        })
    }
}

impl Variable {
    fn of(method: &'static MethodTable, body: &Body, name: &str) -> Option<Variable> {
        let text = |field: &&FieldTable| matches!(field.kind, Kind::Text) && !field.repeated;
        match (name.split_once('.'), body) {
            (None, _) => method.request().field(name).filter(text).map(|field| Variable::Request(field.number)),
            (Some((outer, inner)), Body::Field(field)) if field.name == outer => {
                field.message()?.field(inner).filter(text).map(|field| Variable::Body(field.number))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(verb: &str, path: &str) -> String {
        match Routes::new()
            .expect("the protos are sound")
            .find(&Method::from_bytes(verb.as_bytes()).expect("a verb"), path)
        {
            Found::Route(route, values) => format!("{} {}", route.method.name, values.join(" ")).trim_end().to_owned(),
            Found::OtherVerb(verbs) => verbs,
            Found::Nothing => String::new(),
        }
    }

    #[test]
    fn a_path_leads_to_its_method() {
        assert_eq!(found("GET", "/v1/customers/7"), "GetCustomer 7");
        assert_eq!(found("PATCH", "/v1/customers/7/contacts/8"), "UpdateContact 7 8");
        assert_eq!(found("POST", "/v1/customers/7:restore"), "RestoreCustomer 7");
        assert_eq!(found("POST", "/v1/customers:search"), "SearchCustomers");
        assert_eq!(found("POST", "/v1/customers/7/tags:set"), "SetCustomerTags 7");
        assert_eq!(found("GET", "/v1/customers/7/interactions"), "ListInteractions 7");
        assert_eq!(found("GET", "/v1/customers/a%2Fb"), "GetCustomer a/b");
    }

    #[test]
    fn other_verbs_and_other_paths_are_told_apart() {
        assert_eq!(found("PUT", "/v1/customers:search"), "POST");
        assert_eq!(found("GET", "/v1/customers/7:restore"), "POST");
        assert_eq!(found("GET", "/v1/customers/7:burn"), "");
        assert_eq!(found("GET", "/v1/nothing"), "");
        assert_eq!(found("GET", "/v1/customers/7/"), "");
    }
}
