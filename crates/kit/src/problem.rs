//! Why a call failed: one variant per cause, with a stable code for the client; the source stays for the log.

use std::{borrow::Cow, error::Error as _, fmt::Display};

use bytes::Bytes;
use cims_proto as proto;
use prost::Message;
use tonic::{Code, Status};

use crate::{metrics, schema::FieldTable};

/// Stable codes. Each has a message in both languages in the gateway's message files.
pub mod code {
    pub const REQUIRED: &str = "REQUIRED";
    pub const TOO_LONG: &str = "TOO_LONG";
    pub const TOO_SHORT: &str = "TOO_SHORT";
    pub const TOO_MANY: &str = "TOO_MANY";
    pub const TOO_FEW: &str = "TOO_FEW";
    pub const REPEATED: &str = "REPEATED";
    pub const FORMAT: &str = "FORMAT";
    pub const CHECKSUM: &str = "CHECKSUM";
    pub const NOT_ALLOWED: &str = "NOT_ALLOWED";
    pub const NOT_IN_DICTIONARY: &str = "NOT_IN_DICTIONARY";
    pub const OUT_OF_RANGE: &str = "OUT_OF_RANGE";
    pub const CONTROL_CHARACTER: &str = "CONTROL_CHARACTER";
    pub const UNKNOWN_FIELD: &str = "UNKNOWN_FIELD";
    pub const WRONG_TYPE: &str = "WRONG_TYPE";
    pub const NULL: &str = "NULL";
    pub const NOT_FOUND: &str = "NOT_FOUND";
    pub const FUTURE: &str = "FUTURE";
    pub const PAST: &str = "PAST";
    pub const DISABLED: &str = "DISABLED";
    pub const OUT_OF_REACH: &str = "OUT_OF_REACH";
    pub const SELF: &str = "SELF";
    pub const OWNER: &str = "OWNER";
    pub const NO_SHARES: &str = "NO_SHARES";
    pub const EXCLUSIVE: &str = "EXCLUSIVE";
    pub const NOT_VISIBLE: &str = "NOT_VISIBLE";
    pub const FIELD_NOT_WRITABLE: &str = "FIELD_NOT_WRITABLE";
    pub const TOO_DEEP: &str = "TOO_DEEP";
}

/// One value that does not fit, and what would.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Violation {
    pub pointer: String,
    pub code: &'static str,
    pub allowed: String,
    /// Full name of the proto field, from which its label follows; empty when there is none.
    pub field: String,
}

impl Violation {
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Violation {
        Violation { pointer: pointer.into(), code, allowed: String::new(), field: String::new() }
    }

    pub fn of(field: &FieldTable, pointer: impl Into<String>, code: &'static str) -> Violation {
        Violation { field: field.full_name.clone(), ..Violation::new(pointer, code) }
    }

    #[must_use]
    pub fn allowed(mut self, allowed: impl Display) -> Violation {
        self.allowed = allowed.to_string();
        self
    }
}

/// A record that looks like the one to be written.
#[derive(Clone, Debug)]
pub struct Match {
    pub id: String,
    pub name: String,
    pub owner_id: String,
    pub by: &'static str,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("invalid: {0:?}")]
    Invalid(Vec<Violation>),
    #[error("the request is not a message of its type")]
    Malformed,
    #[error("not signed in: {0}")]
    Unauthenticated(&'static str),
    #[error("{operation} is not granted")]
    Forbidden { operation: String },
    /// The person may do nothing else before they have done something: a code with a message of its own.
    #[error("restricted: {0}")]
    Restricted(String),
    /// The caller's field rules keep these from being written.
    #[error("not writable: {0:?}")]
    NotWritable(Vec<Violation>),
    #[error("not found")]
    NotFound,
    #[error("duplicate by {by}", by = .matches.first().map_or("", |found| found.by))]
    Duplicate { matches: Vec<Match>, hard: bool },
    #[error("the same key is in flight")]
    InFlight,
    #[error("the key was used for another request")]
    KeyReused,
    #[error("stale: {fields:?} changed meanwhile")]
    Stale { fields: Vec<String>, mine: String, theirs: String, original: String },
    /// The state of the record does not allow it: a code with a message of its own.
    #[error("state: {code}")]
    State { code: &'static str, parameters: Vec<(&'static str, String)> },
    /// The same, because of so many records of each type: `("customer.customer", 12)`.
    #[error("state: {code}, {counts:?}")]
    InTheWay { code: &'static str, counts: Vec<(String, i64)> },
    #[error("too many: {code}")]
    Limited { code: &'static str, retry_after_seconds: u32 },
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// This service, by its name, is out of reach, and nothing can be decided without it.
    #[error("{service} is away: {cause}")]
    Away { service: String, cause: String },
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("internal: {0}")]
    Internal(String),
    /// An answer of another service, passed on as it came.
    #[error("{0}")]
    Status(Box<Status>),
}

impl Failure {
    pub fn internal(error: impl Display) -> Failure {
        Failure::Internal(error.to_string())
    }

    /// One field that does not fit.
    pub fn field(pointer: &str, code: &'static str, allowed: impl Display) -> Failure {
        Failure::Invalid(vec![Violation::new(pointer, code).allowed(allowed)])
    }

    /// The same, saying which service it was that could not be asked. What a service decided passes on as it came.
    #[must_use]
    pub fn of_service(self, service: &str) -> Failure {
        match self.is_passing() {
            true => Failure::Away { service: service.to_owned(), cause: self.to_string() },
            false => self,
        }
    }

    /// A part is out of reach or a race was lost: the same again may succeed.
    pub fn is_passing(&self) -> bool {
        match self {
            Failure::Unavailable(_) | Failure::Away { .. } | Failure::InFlight | Failure::Limited { .. } => true,
            Failure::Database(error) => is_passing(error),
            Failure::Status(status) => {
                matches!(
                    status.code(),
                    Code::Unavailable
                        | Code::DeadlineExceeded
                        | Code::Cancelled
                        | Code::Aborted
                        | Code::ResourceExhausted
                )
            }
            _ => false,
        }
    }

    pub fn state(code: &'static str) -> Failure {
        Failure::State { code, parameters: Vec::new() }
    }

    /// Another record has what only one may have; which one is not told.
    pub fn taken(by: &'static str, name: &str) -> Failure {
        let twin = Match { id: String::new(), name: name.to_owned(), owner_id: String::new(), by };
        Failure::Duplicate { matches: vec![twin], hard: true }
    }

    /// Whether the database refused because of this constraint.
    pub fn violates(&self, constraint: &str) -> bool {
        let Failure::Database(error) = self else { return false };
        error.as_database_error().is_some_and(|error| error.constraint() == Some(constraint))
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        // What has a cause and no problem comes from the connection: nobody decided anything.
        match status.source() {
            Some(_) if problem_of(&status).is_none() => Failure::Unavailable(status.to_string()),
            _ => Failure::Status(Box::new(status)),
        }
    }
}

impl From<crate::schema::Malformed> for Failure {
    fn from(_: crate::schema::Malformed) -> Failure {
        Failure::Malformed
    }
}

/// Seconds after which a caller may try again when a part is out of reach.
const RETRY_SECONDS: u32 = 1;

impl From<Failure> for Status {
    fn from(failure: Failure) -> Status {
        let text = failure.to_string();
        let (grpc, problem) = match failure {
            Failure::Status(status) => return *status,
            Failure::Invalid(violations) => (Code::InvalidArgument, invalid(violations)),
            Failure::Malformed => (Code::InvalidArgument, coded("MALFORMED")),
            Failure::Unauthenticated(reason) => (Code::Unauthenticated, coded(reason)),
            Failure::Forbidden { operation } => {
                (Code::PermissionDenied, with(coded("PERMISSION_DENIED"), "operation", operation))
            }
            Failure::Restricted(restriction) => (Code::PermissionDenied, coded(&restriction)),
            Failure::NotWritable(violations) => (
                Code::PermissionDenied,
                proto::Problem { code: code::FIELD_NOT_WRITABLE.to_owned(), ..invalid(violations) },
            ),
            Failure::NotFound => (Code::NotFound, coded("NOT_FOUND")),
            Failure::Duplicate { matches, hard } => (Code::AlreadyExists, duplicate(matches, hard)),
            Failure::InFlight => (Code::Aborted, retry(coded("IN_FLIGHT"), RETRY_SECONDS)),
            Failure::KeyReused => (Code::FailedPrecondition, coded("IDEMPOTENCY_KEY_REUSED")),
            Failure::Stale { fields, mine, theirs, original } => {
                let conflict =
                    proto::Conflict { fields, mine_json: mine, theirs_json: theirs, original_json: original };
                (Code::Aborted, proto::Problem { conflict: Some(conflict), ..coded("STALE") })
            }
            Failure::State { code, parameters } => {
                let problem =
                    parameters.into_iter().fold(coded(code), |problem, (name, value)| with(problem, name, value));
                (Code::FailedPrecondition, problem)
            }
            Failure::InTheWay { code, counts } => {
                let total: i64 = counts.iter().map(|(_, count)| count).sum();
                let problem = with(coded(code), "count", total.to_string());
                (Code::FailedPrecondition, proto::Problem { counts: counts.into_iter().collect(), ..problem })
            }
            Failure::Limited { code, retry_after_seconds } => {
                (Code::ResourceExhausted, retry(coded(code), retry_after_seconds))
            }
            Failure::Unavailable(_) => (Code::Unavailable, retry(coded("UNAVAILABLE"), RETRY_SECONDS)),
            Failure::Away { service, .. } => {
                (Code::Unavailable, retry(with(coded("SERVICE_AWAY"), "service", service), RETRY_SECONDS))
            }
            Failure::Database(error) => return database(&error),
            Failure::Internal(_) => {
                tracing::error!(error = %text, "internal failure");
                (Code::Internal, coded("INTERNAL"))
            }
        };
        status(grpc, problem)
    }
}

fn coded(code: &str) -> proto::Problem {
    proto::Problem { code: code.to_owned(), ..Default::default() }
}

fn with(mut problem: proto::Problem, name: &str, value: String) -> proto::Problem {
    problem.parameters.insert(name.to_owned(), value);
    problem
}

fn retry(problem: proto::Problem, seconds: u32) -> proto::Problem {
    proto::Problem { retry_after_seconds: seconds, ..problem }
}

fn invalid(violations: Vec<Violation>) -> proto::Problem {
    let violations = violations.into_iter().map(|violation| proto::Violation {
        pointer: violation.pointer,
        code: violation.code.to_owned(),
        allowed: violation.allowed,
        field: violation.field,
    });
    proto::Problem { violations: violations.collect(), ..coded("INVALID") }
}

fn duplicate(matches: Vec<Match>, hard: bool) -> proto::Problem {
    let matches = matches.into_iter().map(|found| proto::Match {
        id: found.id,
        name: found.name,
        owner_id: found.owner_id,
        by: found.by.to_owned(),
    });
    with(proto::Problem { matches: matches.collect(), ..coded("DUPLICATE") }, "hard", hard.to_string())
}

/// What the database called it, if it answered.
fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(|error| error.code())
}

/// Class of what a database says that is out of disk, memory or connections.
const SHORT: &str = "53";

fn is_passing(error: &sqlx::Error) -> bool {
    // 57P01–03: the server goes down or comes up; 40: the loser of a race; 25P03: idle too long; 55P03: a lock that others
    // held for too long.
    sqlstate(error)
        .is_some_and(|code| ["57P", SHORT, "40", "25P03", "55P03", "08"].iter().any(|class| code.starts_with(class)))
        || matches!(
            error,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed
        )
}

/// Out of reach, or out of connections: try again. Anything else is ours, and its text stays in the log.
fn database(error: &sqlx::Error) -> Status {
    tracing::error!(%error, "database failure");
    if let Some(code) = sqlstate(error).filter(|code| code.starts_with(SHORT)) {
        metrics::database_short(&code);
    }
    match is_passing(error) {
        true => status(Code::Unavailable, retry(coded("UNAVAILABLE"), RETRY_SECONDS)),
        false => status(Code::Internal, coded("INTERNAL")),
    }
}

const TYPE_URL: &str = "type.googleapis.com/cims.Problem";

/// A status that carries the problem as `google.rpc.Status` details, as gRPC clients of any language read them.
fn status(code: Code, problem: proto::Problem) -> Status {
    let message = problem.code.clone();
    let details = RpcStatus {
        code: code as i32,
        message: message.clone(),
        details: vec![prost_types::Any { type_url: TYPE_URL.to_owned(), value: problem.encode_to_vec() }],
    };
    Status::with_details(code, message, Bytes::from(details.encode_to_vec()))
}

/// The problem that a status carries.
pub fn problem_of(status: &Status) -> Option<proto::Problem> {
    let details = RpcStatus::decode(status.details()).ok()?;
    let any = details.details.into_iter().find(|any| any.type_url == TYPE_URL)?;
    proto::Problem::decode(any.value.as_slice()).ok()
}

/// google.rpc.Status. Source: googleapis/google/rpc/status.proto.
#[derive(Clone, PartialEq, prost::Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<prost_types::Any>,
}
