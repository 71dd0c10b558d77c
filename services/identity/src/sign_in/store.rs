//! The statement of the log of sign-ins.

use chrono::{DateTime, Utc};
use kit::{Failure, Scope, database::Pool, page::Page};
use uuid::Uuid;

/// One line of the log.
#[derive(Debug)]
pub struct Line {
    pub sequence: i64,
    pub id: Uuid,
    pub r#type: String,
    pub time: DateTime<Utc>,
    pub user_id: Option<Uuid>,
    pub actor_id: Option<Uuid>,
    pub address: String,
    pub payload: Vec<u8>,
}

/// What is asked of the log.
#[derive(Debug)]
pub struct Question {
    /// Of events.
    pub types: Vec<String>,
    pub user_id: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// Empty: from anywhere.
    pub address: String,
}

/// A page of the log, newest first.
pub async fn list(pool: &Pool, question: &Question, scope: &Scope, page: &Page<i64>) -> Result<Vec<Line>, Failure> {
    let rows = sqlx::query_as!(
        Line,
        r#"select sequence, id, type, time, owner_id as user_id, actor_id, source_address as address, payload
        from event
        where subject_type in ('identity.session', 'identity.signIn', 'identity.password', 'identity.secondFactor',
                'identity.apiKey', 'identity.setup', 'identity.externalIdentity')
            and type = any($1)
            and ($2::uuid is null or owner_id = $2)
            and ($3::timestamptz is null or time >= $3) and ($4::timestamptz is null or time < $4)
            and ($5 = '' or source_address = $5)
            and ($6::uuid[] is null or department_id = any($6)) and ($7::uuid is null or owner_id = $7)
            and ($8::bigint is null or sequence < $8)
        order by sequence desc
        limit $9"#,
        &question.types,
        question.user_id,
        question.from,
        question.to,
        question.address,
        scope.departments(),
        scope.owner(),
        page.after,
        page.limit(),
    );
    Ok(rows.fetch_all(pool).await?)
}
