//! What a service's gRPC status means over HTTP.

use std::error::Error;

use http::StatusCode;
use kit::{Failure, problem::problem_of};
use tonic::{Code, Status};

use crate::problems::Problem;

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        Status::from(failure).into()
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Problem {
        match problem_of(&status) {
            Some(told) => Problem { status: http_status(status.code(), &told.code), told: Box::new(told), allow: None },
            None => bare(&status),
        }
    }
}

fn http_status(grpc: Code, code: &str) -> StatusCode {
    match (grpc, code) {
        (_, "FILE_TOO_LARGE" | "TOO_LARGE") => StatusCode::PAYLOAD_TOO_LARGE,
        (_, "FILE_TYPE" | "FILE_UNSUPPORTED" | "UNSUPPORTED_MEDIA_TYPE") => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (Code::InvalidArgument, _) => StatusCode::BAD_REQUEST,
        (Code::Unauthenticated, _) => StatusCode::UNAUTHORIZED,
        (Code::PermissionDenied, _) => StatusCode::FORBIDDEN,
        (Code::NotFound, _) => StatusCode::NOT_FOUND,
        (Code::AlreadyExists, _) => StatusCode::CONFLICT,
        (Code::Aborted, "STALE") => StatusCode::PRECONDITION_FAILED,
        (Code::Aborted, _) => StatusCode::CONFLICT,
        (Code::FailedPrecondition, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (Code::ResourceExhausted, _) => StatusCode::TOO_MANY_REQUESTS,
        (Code::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
        (Code::DeadlineExceeded | Code::Cancelled, _) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A status without details comes from between us and the handler: the connection, the deadline, or a bug.
fn bare(status: &Status) -> Problem {
    match status.code() {
        Code::DeadlineExceeded | Code::Cancelled => Problem::deadline(),
        // An older service during a rolling update, one that is gone, or a connection that broke.
        Code::Unavailable | Code::Unknown | Code::Unimplemented => Problem::unavailable(),
        Code::Internal if status.source().is_some() => Problem::unavailable(),
        Code::ResourceExhausted => Problem::busy(),
        code => {
            tracing::error!(?code, message = status.message(), "a status without a problem");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_its_status() {
        let of = |failure: Failure| Problem::from(failure).status.as_u16();
        let stale =
            Failure::Stale { fields: vec![], mine: String::new(), theirs: String::new(), original: String::new() };
        assert_eq!(of(stale), 412);
        assert_eq!(of(Failure::InFlight), 409);
        assert_eq!(of(Failure::KeyReused), 422);
        assert_eq!(of(Failure::state("EDIT_WINDOW_OVER")), 422);
        assert_eq!(of(Failure::Unavailable(String::new())), 503);
        let away = Problem::from(Failure::Unavailable("no route".to_owned()).of_service("customer"));
        assert_eq!((away.status.as_u16(), away.told.code.as_str()), (503, "SERVICE_AWAY"));
        assert!(away.told.retry_after_seconds > 0);
        assert_eq!(of(Failure::state("EDIT_WINDOW_OVER").of_service("customer")), 422, "it was asked, and has decided");
        assert_eq!(of(Failure::internal("secret")), 500);
        assert_eq!(Problem::from(Status::cancelled("Timeout expired")).status.as_u16(), 504);
    }
}
