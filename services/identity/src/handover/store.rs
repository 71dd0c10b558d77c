//! The statements of handovers.

use kit::{Failure, database::Pool};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Goal, Handover, Part};

/// Selects handovers as `h`.
macro_rules! select {
    ($rest:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Handover,
            r#"select h.id, h.user_id, h.author_id, h.plan, h.goal as "goal: Goal", h.version, h.create_time
            from handover h "# + $rest,
            $($argument),*
        )
    };
}

/// Writes a new handover and the services that take part.
pub async fn insert(connection: &mut PgConnection, handover: &Handover, services: &[String]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into handover (id, user_id, author_id, plan, goal, version, create_time)
        values ($1, $2, $3, $4, $5, $6, $7)",
        handover.id,
        handover.user_id,
        handover.author_id,
        handover.plan,
        handover.goal as Goal,
        handover.version,
        handover.create_time,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into handover_part (handover_id, service) select $1, service from unnest($2::text[]) service",
        handover.id,
        services,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A handover of an author, or of anybody.
pub async fn find(pool: &Pool, id: Uuid, author: Option<Uuid>) -> Result<Option<Handover>, Failure> {
    let found = select!("where h.id = $1 and ($2::uuid is null or h.author_id = $2)", id, author);
    Ok(found.fetch_optional(pool).await?)
}

/// The same, locked until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: Uuid, author: Option<Uuid>) -> Result<Option<Handover>, Failure> {
    let found = select!("where h.id = $1 and ($2::uuid is null or h.author_id = $2) for update", id, author);
    Ok(found.fetch_optional(connection).await?)
}

/// The latest of a person's that an author, or anybody, has begun.
pub async fn list(pool: &Pool, user_id: Uuid, author: Option<Uuid>, limit: i64) -> Result<Vec<Handover>, Failure> {
    let found = select!(
        "where h.user_id = $1 and ($2::uuid is null or h.author_id = $2) order by h.id desc limit $3",
        user_id,
        author,
        limit
    );
    Ok(found.fetch_all(pool).await?)
}

pub async fn parts(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Vec<Part>, Failure> {
    let parts = sqlx::query_as!(
        Part,
        r#"select service, told as "told: Goal", refused from handover_part where handover_id = $1 order by service"#,
        id,
    );
    Ok(parts.fetch_all(executor).await?)
}

/// Writes another goal of a locked handover. Whoever was told of it before and failed is told again.
pub async fn put_goal(connection: &mut PgConnection, handover: &Handover) -> Result<(), Failure> {
    sqlx::query!(
        "update handover set goal = $2, version = $3 where id = $1",
        handover.id,
        handover.goal as Goal,
        handover.version,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update handover_part set told = 'HAND_OVER', refused = false where handover_id = $1 and told is not null",
        handover.id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is left to tell, the oldest first.
pub async fn untold(pool: &Pool) -> Result<Vec<(Handover, Part)>, Failure> {
    let handovers = select!(
        "where exists (
            select from handover_part part
            where part.handover_id = h.id and not part.refused and part.told is distinct from h.goal
        )
        order by h.id limit $1",
        100_i64
    );
    let mut untold = Vec::new();
    for handover in handovers.fetch_all(pool).await? {
        let parts = parts(pool, handover.id).await?.into_iter();
        let waiting = parts.filter(|part| !part.refused && part.told != Some(handover.goal));
        untold.extend(waiting.map(|part| (handover.clone(), part)));
    }
    Ok(untold)
}

/// Notes that a service has taken the goal in, unless it is another by now: then all of it is told again.
pub async fn note_told(pool: &Pool, handover: &Handover, service: &str) -> Result<(), Failure> {
    sqlx::query!(
        "update handover_part part set told = h.goal from handover h
        where h.id = part.handover_id and h.id = $1 and part.service = $2 and h.version = $3",
        handover.id,
        service,
        handover.version,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Notes that a service refuses the goal, unless it is another by now.
pub async fn note_refused(pool: &Pool, handover: &Handover, service: &str) -> Result<(), Failure> {
    sqlx::query!(
        "update handover_part part set refused = true from handover h
        where h.id = part.handover_id and h.id = $1 and part.service = $2 and h.version = $3",
        handover.id,
        service,
        handover.version,
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn sweep(pool: &Pool) -> Result<(), Failure> {
    sqlx::query!("delete from handover where create_time < now() - interval '90 days'").execute(pool).await?;
    Ok(())
}
