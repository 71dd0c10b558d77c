//! Which customers answer a question, for work on many of them: ids alone, newest first.

use kit::{database::Pool, Failure, Scope, problem::code};
use uuid::Uuid;

use super::{Question, store};

/// A question over customers.
#[derive(Clone, Debug, Default)]
pub struct Matching {
    pub query: String,
    pub where_: Option<cims_proto::Condition>,
    /// Phones and e-mail are seen in clear: else they are found by the whole value only.
    pub clear: bool,
}

/// The customers of the scope that answer it, behind the one of an id. `pool` plans each execution for its own words.
///
/// # Errors
/// When a condition does not fit, or the database refuses.
pub async fn matching(
    pool: &Pool,
    question: &Matching,
    scope: &Scope,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, Failure> {
    if question.where_.is_some() {
        return Err(Failure::field("/where", code::NOT_ALLOWED, "query"));
    }
    let before = after.unwrap_or(Uuid::max());
    if question.query.is_empty() {
        return store::all(pool, &super::Reach::of(scope), before, limit).await;
    }
    match Question::parse(&question.query, scope, question.clear) {
        Some(question) => store::matching(pool, &question, before, limit).await,
        None => Ok(Vec::new()),
    }
}
