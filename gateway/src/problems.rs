//! Problem details (RFC 9457): what a service or the gateway refuses, as HTTP says it, in the reader's language.

use axum::{body::Body, response::Response};
use cims_proto as proto;
use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use kit::{Failure, Violation, schema::schema};
use serde_json::{Map, Value as Json, json};

use crate::messages::{Language, Messages};

/// Why a request failed.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub told: Box<proto::Problem>,
    /// Verbs that the path has: `GET, POST`.
    pub allow: Option<String>,
}

/// Seconds after which to try again when a part is out of reach.
pub const RETRY_SECONDS: u32 = 1;

impl Problem {
    pub fn new(status: StatusCode, code: &str) -> Problem {
        let told = proto::Problem { code: code.to_owned(), ..Default::default() };
        Problem { status, told: Box::new(told), allow: None }
    }

    pub fn not_found() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND")
    }

    pub fn other_verb(allow: String) -> Problem {
        Problem { allow: Some(allow), ..Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED") }
    }

    pub fn unavailable() -> Problem {
        let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
        problem.told.retry_after_seconds = RETRY_SECONDS;
        problem
    }

    /// More than can be served just now.
    pub fn busy() -> Problem {
        let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "BUSY");
        problem.told.retry_after_seconds = RETRY_SECONDS;
        problem
    }

    pub fn deadline() -> Problem {
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "DEADLINE")
    }

    pub fn too_large(allowed: &str) -> Problem {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE").with("allowed", allowed)
    }

    pub fn media_type(allowed: &str) -> Problem {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE").with("allowed", allowed)
    }

    pub fn invalid(violations: Vec<Violation>) -> Problem {
        Failure::Invalid(violations).into()
    }

    /// A value that the text of the code shows.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Problem {
        self.told.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// Cuts the name of the field that the body fills: the client wrote the body alone.
    pub fn cut_prefix(&mut self, field: &str) {
        for violation in &mut self.told.violations {
            let rest = violation.pointer.strip_prefix('/').and_then(|pointer| pointer.strip_prefix(field));
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                violation.pointer = rest.to_owned();
            }
        }
    }

    /// The response; what is ours to know alone is not in it.
    pub fn respond(&self, messages: &Messages, language: Language, trace_id: &str) -> Response {
        let body = self.json(messages, language, trace_id).to_string();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        if self.told.retry_after_seconds > 0 {
            headers.insert(RETRY_AFTER, self.told.retry_after_seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = self.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(ALLOW, allow);
        }
        response
    }

    fn json(&self, messages: &Messages, language: Language, trace_id: &str) -> Json {
        let told = &self.told;
        let (title, detail) = messages.problem(language, &told.code, &told.parameters);
        let mut members = Map::new();
        let mut put = |name: &str, value: Json| members.insert(name.to_owned(), value);
        put("type", format!("/problems/{}", told.code).into());
        put("title", title.into());
        put("status", self.status.as_u16().into());
        put("code", told.code.as_str().into());
        if let Some(detail) = detail {
            put("detail", detail.into());
        }
        put("traceId", trace_id.into());
        if !told.violations.is_empty() {
            put(
                "errors",
                told.violations.iter().map(|violation| field_problem(violation, messages, language)).collect(),
            );
        }
        if let Some(operation) = told.parameters.get("operation") {
            put("operation", operation.as_str().into());
        }
        if !told.matches.is_empty() {
            put("matches", told.matches.iter().map(found).collect());
            put("hard", told.parameters.get("hard").is_some_and(|hard| hard == "true").into());
        }
        if !told.counts.is_empty() {
            put("counts", told.counts.iter().map(|(kind, count)| (kind.clone(), *count)).collect());
        }
        if let Some(conflict) = &told.conflict {
            put("fields", conflict.fields.clone().into());
            for (name, text) in [
                ("mine", &conflict.mine_json),
                ("theirs", &conflict.theirs_json),
                ("original", &conflict.original_json),
            ] {
                if let Ok(value) = serde_json::from_str::<Json>(text) {
                    put(name, value);
                }
            }
        }
        Json::Object(members)
    }
}

fn field_problem(violation: &proto::Violation, messages: &Messages, language: Language) -> Json {
    let last =
        || violation.pointer.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default().to_owned();
    let label = label(&violation.field, language).map(str::to_owned).unwrap_or_else(last);
    let message = messages.field(language, &violation.code, &label, &violation.allowed);
    let mut own = json!({ "pointer": violation.pointer, "code": violation.code, "message": message });
    if !violation.allowed.is_empty() {
        own["allowed"] = violation.allowed.as_str().into();
    }
    own
}

/// The label that the protos give a field ("cims.customer.v1.Customer.name").
fn label(full_name: &str, language: Language) -> Option<&'static str> {
    let (message, field) = full_name.rsplit_once('.')?;
    let rules = &schema().message(message)?.field(field)?.rules;
    let label = match language {
        Language::Chinese => &rules.zh,
        Language::English => &rules.en,
    };
    (!label.is_empty()).then_some(label)
}

fn found(found: &proto::Match) -> Json {
    let mut own = json!({ "name": found.name, "by": found.by });
    for (name, value) in [("id", &found.id), ("ownerId", &found.owner_id)] {
        if !value.is_empty() {
            own[name] = value.as_str().into();
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_is_told_in_the_readers_language_and_where_it_was_written() {
        let field =
            schema().message("cims.customer.v1.Customer").and_then(|table| table.field("name")).expect("a field");
        let violation = Violation::of(field, "/customer/name", kit::problem::code::TOO_LONG).allowed(200);
        let mut problem = Problem::invalid(vec![violation]);
        problem.cut_prefix("customer");
        let messages = Messages::new().expect("sound files");
        let told = problem.json(&messages, Language::Chinese, "t");
        assert_eq!(told["errors"][0]["pointer"], "/name");
        assert_eq!(told["errors"][0]["message"], "客户名称最多 200 个字符");
        let told = problem.json(&messages, Language::English, "t");
        assert_eq!(told["errors"][0]["message"], "Name takes at most 200 characters");
    }
}
