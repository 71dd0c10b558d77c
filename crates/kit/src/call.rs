//! One RPC's context: who calls, how far the call reaches, and what its headers ask for.

use std::sync::Arc;

use tonic::Request;
use uuid::Uuid;

use crate::{
    auth::{Caller, Grants, Scope},
    problem::{Failure, code},
    schema::{FieldRules, MethodTable},
    telemetry::TraceContext,
};

/// What the layer knows of a call when it reaches its handler.
#[derive(Clone, Debug)]
pub struct Call {
    pub caller: Caller,
    /// Of the method's operation; everything for services, and for methods without one.
    pub scope: Scope,
    pub method: &'static MethodTable,
    pub trace: TraceContext,
    /// The caller's address, as the gateway saw it.
    pub source_address: String,
    /// What the caller's browser or program names itself; only where somebody signs in.
    pub user_agent: String,
    pub(crate) idempotency_key: Option<String>,
    /// SHA-256 of the request's bytes.
    pub(crate) digest: [u8; 32],
    pub(crate) if_match: Option<String>,
    /// The caller knows that the record looks like another and wants it all the same.
    pub allow_duplicate: bool,
}

impl Call {
    /// The signed-in person.
    ///
    /// # Errors
    /// When the caller is none.
    pub fn user(&self) -> Result<&Arc<Grants>, Failure> {
        match &self.caller {
            Caller::User(grants) => Ok(grants),
            Caller::Anonymous | Caller::Service(_) => Err(Failure::Unauthenticated("SIGN_IN_REQUIRED")),
        }
    }

    /// The scope of another operation than the method's own, for a decision within a handler.
    ///
    /// # Errors
    /// `Forbidden` when it is not granted.
    pub fn scope_of(&self, operation: &str) -> Result<Scope, Failure> {
        match &self.caller {
            Caller::User(grants) => {
                grants.scope(operation).ok_or_else(|| Failure::Forbidden { operation: operation.to_owned() })
            }
            Caller::Service(_) => Ok(Scope::Everything),
            Caller::Anonymous => Err(Failure::Unauthenticated("SIGN_IN_REQUIRED")),
        }
    }

    /// The caller's field rules; services see everything.
    pub fn field_rules(&self) -> Option<&FieldRules> {
        match &self.caller {
            Caller::User(grants) => Some(&grants.field_rules),
            Caller::Anonymous | Caller::Service(_) => None,
        }
    }

    /// The version that `If-Match` names; none when the call has no such header.
    ///
    /// # Errors
    /// When it is no etag of ours.
    pub fn expected_version(&self) -> Result<Option<i64>, Failure> {
        self.if_match.as_deref().map(parse_etag).transpose()
    }
}

/// The etag of a version: `"7"`, quotes included, as HTTP writes it.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

fn parse_etag(text: &str) -> Result<i64, Failure> {
    let bare = text.trim().trim_start_matches("W/").trim_matches('"');
    bare.parse().map_err(|_| Failure::field("/If-Match", code::FORMAT, "etag"))
}

/// Parts a request into its call and its message.
///
/// # Errors
/// When the server was built without the layer: a defect of its wiring.
pub fn open<M>(request: Request<M>) -> Result<(Call, M), Failure> {
    let (_, mut extensions, message) = request.into_parts();
    let call = extensions.remove::<Call>().ok_or_else(|| Failure::internal("the request did not pass kit::layer"))?;
    Ok((call, message))
}

/// An id that the layer has already checked to be one.
///
/// # Errors
/// When it is none.
pub fn parse_id(pointer: &str, text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::field(pointer, code::FORMAT, "UUID"))
}
