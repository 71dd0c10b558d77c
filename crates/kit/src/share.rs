//! With whom records are shared: the table `share` of a service's schema. Who owns the records writes it in the transaction of
//! the share, who keeps a replica by its event; statements ask it by `is_shared`, lists by an arm of their own.

use chrono::{DateTime, Utc};
use cims_proto::resource::v1::ShareEffect;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::problem::Failure;

/// A record shared with a person, as of a version of the share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Share {
    pub record_id: Uuid,
    pub person_id: Uuid,
    /// Else it is for reading alone.
    pub writes: bool,
    /// From this moment on it holds no more; none: it holds until it is taken back.
    pub end_time: Option<DateTime<Utc>>,
    /// Rises by one with each change of the share.
    pub version: i64,
}

impl Share {
    /// What it gives of an operation that has to be shared for writing, or for reading alone.
    pub fn effect(&self, writing: bool, now: DateTime<Utc>) -> ShareEffect {
        match (self.end_time.is_none_or(|end| end > now), self.writes || !writing) {
            (false, _) => ShareEffect::Ended,
            (true, true) => ShareEffect::Given,
            (true, false) => ShareEffect::ReadOnly,
        }
    }
}

/// Takes over shares; what is older than what is there has no effect.
///
/// # Errors
/// When the database refuses.
pub async fn put(executor: impl PgExecutor<'_>, shares: &[Share]) -> Result<(), Failure> {
    if shares.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into share (record_id, person_id, writes, end_time, version)
        select * from unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::timestamptz[], $5::bigint[])
        on conflict (record_id, person_id) do update
            set writes = excluded.writes, end_time = excluded.end_time, version = excluded.version
            where share.version < excluded.version",
        &shares.iter().map(|share| share.record_id).collect::<Vec<_>>(),
        &shares.iter().map(|share| share.person_id).collect::<Vec<_>>(),
        &shares.iter().map(|share| share.writes).collect::<Vec<_>>(),
        &shares.iter().map(|share| share.end_time).collect::<Vec<_>>() as _,
        &shares.iter().map(|share| share.version).collect::<Vec<_>>(),
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// The shares of these records with a person, those that have ended, too.
///
/// # Errors
/// When the database refuses.
pub async fn of(executor: impl PgExecutor<'_>, records: &[Uuid], person: Uuid) -> Result<Vec<Share>, Failure> {
    let shares = sqlx::query_as!(
        Share,
        "select record_id, person_id, writes, end_time, version from share
        where record_id = any($1) and person_id = $2",
        records,
        person,
    );
    Ok(shares.fetch_all(executor).await?)
}

/// Whether anything is shared with a person at a moment.
///
/// # Errors
/// When the database refuses.
pub async fn any_with(executor: impl PgExecutor<'_>, person: Uuid, now: DateTime<Utc>) -> Result<bool, Failure> {
    let any = sqlx::query_scalar!(
        r#"select exists (
            select from share where person_id = $1 and (end_time is null or end_time > $2)
        ) as "any!""#,
        person,
        now,
    );
    Ok(any.fetch_one(executor).await?)
}

/// Whether a record is shared with a person, to be written when that is asked; with nobody it is not.
///
/// # Errors
/// When the database refuses.
pub async fn holds(
    executor: impl PgExecutor<'_>,
    record: Uuid,
    person: Option<Uuid>,
    writing: bool,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let Some(person) = person else { return Ok(false) };
    let holds = sqlx::query_scalar!(r#"select is_shared($1, $2, $3, $4) as "holds!""#, record, person, writing, now);
    Ok(holds.fetch_one(executor).await?)
}

/// Who is told of changes of these records beside those whose scope holds them: with whom they are shared, and were so until
/// a minute ago, so that an open page learns that it is to close.
///
/// # Errors
/// When the database refuses.
pub async fn readers(executor: impl PgExecutor<'_>, records: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, Failure> {
    let readers = sqlx::query!(
        "select record_id, person_id from share
        where record_id = any($1) and (end_time is null or end_time > now() - interval '1 minute')",
        records,
    );
    Ok(readers.fetch_all(executor).await?.into_iter().map(|row| (row.record_id, row.person_id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_gives_what_it_was_given_for_until_its_end() {
        let end = DateTime::UNIX_EPOCH;
        let (before, person) = (end - chrono::TimeDelta::microseconds(1), Uuid::nil());
        let share = |writes| Share { record_id: person, person_id: person, writes, end_time: Some(end), version: 1 };
        assert_eq!(share(false).effect(false, before), ShareEffect::Given);
        assert_eq!(share(false).effect(true, before), ShareEffect::ReadOnly);
        assert_eq!(share(true).effect(true, before), ShareEffect::Given);
        assert_eq!(share(true).effect(false, end), ShareEffect::Ended);
    }
}
