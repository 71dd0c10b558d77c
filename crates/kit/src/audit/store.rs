//! The statements on seals and heads.

use sqlx::PgConnection;

use super::{entry::Row, head::Head, seal::Seal};
use crate::{database::Pool, problem::Failure};

/// Number of the advisory lock of whoever appends to the chain, within the service's schema's name.
const LOCK: i64 = 0x0063_696d_735f_7365;

/// The end of the chain.
#[derive(Debug)]
pub(super) struct Last {
    pub number: i64,
    pub last_sequence: i64,
    pub digest: Vec<u8>,
}

/// Waits until nobody else appends; the transaction's end lets the next one.
pub async fn lock(connection: &mut PgConnection, service: &str) -> Result<(), Failure> {
    let key = format!("{service}.seal");
    sqlx::query!(r#"select count(pg_advisory_xact_lock($1 # hashtextextended($2, 0))) as "locked!""#, LOCK, key)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Whether this transaction alone appends, until its end.
pub async fn try_lock(connection: &mut PgConnection, service: &str) -> Result<bool, Failure> {
    let key = format!("{service}.seal");
    let held =
        sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock($1 # hashtextextended($2, 0)) as "held!""#, LOCK, key);
    Ok(held.fetch_one(connection).await?)
}

/// None before the first seal.
pub async fn last(connection: &mut PgConnection) -> Result<Option<Last>, Failure> {
    let last = sqlx::query_as!(Last, "select number, last_sequence, digest from seal order by number desc limit 1");
    Ok(last.fetch_optional(connection).await?)
}

/// The newest event's that is seen.
pub async fn newest_sequence(pool: &Pool) -> Result<Option<i64>, Failure> {
    let newest = sqlx::query_scalar!("select sequence from event order by sequence desc limit 1");
    Ok(newest.fetch_optional(pool).await?)
}

/// Transactions that are writing events: a sequence is assigned under this lock, and seen only when it is let go.
pub async fn writers(pool: &Pool) -> Result<Vec<String>, Failure> {
    let writers = sqlx::query_scalar!(
        r#"select virtualtransaction as "writer!" from pg_locks
        where locktype = 'relation' and relation = 'event'::regclass and mode = 'RowExclusiveLock' and granted
            and database = (select oid from pg_database where datname = current_database())"#
    );
    Ok(writers.fetch_all(pool).await?)
}

/// Events after one sequence and up to another, in their order.
pub async fn rows(connection: &mut PgConnection, after: i64, until: i64, limit: usize) -> Result<Vec<Row>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select event.sequence, event.id, event.subject_type, event.subject_id, event.subject_version, event.type,
            event.actor_id, event.source_address, event.trace_parent, event.time, event.changed_fields,
            event.owner_id, event.department_id, event.parent_id, event.payload,
            personal.salt as "salt?", personal.payload as "personal?"
        from event left join event_personal personal on personal.event_id = event.id
        where event.sequence > $1 and event.sequence <= $2
        order by event.sequence, event.time
        limit $3"#,
        after,
        until,
        i64::try_from(limit).unwrap_or(i64::MAX),
    );
    Ok(rows.fetch_all(connection).await?)
}

/// Events after a sequence.
pub async fn count_after(pool: &Pool, sequence: i64) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from event where sequence > $1"#, sequence);
    Ok(count.fetch_one(pool).await?)
}

pub async fn insert(connection: &mut PgConnection, seal: &Seal) -> Result<(), Failure> {
    sqlx::query!(
        "insert into seal (number, kind, time, last_sequence, entries, heads, lost_number, previous, digest, signature)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        seal.number,
        seal.kind,
        seal.time,
        seal.last_sequence,
        seal.entries,
        seal.heads,
        seal.lost_number,
        seal.previous,
        seal.digest,
        seal.signature,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The seal after a number.
pub async fn next(pool: &Pool, number: i64) -> Result<Option<Seal>, Failure> {
    let seal = sqlx::query_as!(
        Seal,
        "select number, kind, time, last_sequence, entries, heads, lost_number, previous, digest, signature
        from seal where number > $1 order by number limit 1",
        number
    );
    Ok(seal.fetch_optional(pool).await?)
}

/// The newest seal.
pub async fn newest(pool: &Pool) -> Result<Option<Seal>, Failure> {
    let seal = sqlx::query_as!(
        Seal,
        "select number, kind, time, last_sequence, entries, heads, lost_number, previous, digest, signature
        from seal order by number desc limit 1"
    );
    Ok(seal.fetch_optional(pool).await?)
}

/// Whether the chain has this head, or says that a restore lost it.
pub async fn has_head(pool: &Pool, head: &Head) -> Result<bool, Failure> {
    let has = sqlx::query_scalar!(
        r#"select exists (select from seal where number = $1 and digest = $2 and time = $3)
            or exists (select from seal where kind = 'RESTORED' and lost_number >= $1 and time >= $3) as "has!""#,
        head.number,
        head.digest,
        head.time,
    );
    Ok(has.fetch_one(pool).await?)
}

/// Keeps a head unless a newer one of its service is known; answers the one that is known then. Events of one that this service
/// has not sealed yet count on: without them its successor would not be sealed either.
pub async fn keep_head(pool: &Pool, head: &Head) -> Result<Head, Failure> {
    sqlx::query!(
        "insert into head as known (service, number, time, digest, signature, events, sealed)
        values ($1, $2, $3, $4, $5, $6, false)
        on conflict (service) do update set number = excluded.number, time = excluded.time, digest = excluded.digest,
            signature = excluded.signature, sealed = false,
            events = excluded.events + case when known.sealed then 0 else known.events end
        where known.number < excluded.number",
        head.service,
        head.number,
        head.time,
        head.digest,
        head.signature,
        head.events,
    )
    .execute(pool)
    .await?;
    let known = head_of(pool, &head.service).await?;
    Ok(known.unwrap_or_else(|| head.clone()))
}

/// Puts a head in the place of whatever is known: of a restored chain, which has gone back.
pub async fn replace_head(pool: &Pool, head: &Head) -> Result<(), Failure> {
    sqlx::query!(
        "insert into head (service, number, time, digest, signature, events, sealed)
        values ($1, $2, $3, $4, $5, $6, false)
        on conflict (service) do update set number = excluded.number, time = excluded.time, digest = excluded.digest,
            signature = excluded.signature, events = excluded.events, sealed = false",
        head.service,
        head.number,
        head.time,
        head.digest,
        head.signature,
        head.events,
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn head_of(pool: &Pool, service: &str) -> Result<Option<Head>, Failure> {
    let head = sqlx::query_as!(
        Head,
        "select service, number, time, digest, signature, events from head where service = $1",
        service
    );
    Ok(head.fetch_optional(pool).await?)
}

/// The heads that are kept here.
pub async fn heads(pool: &Pool) -> Result<Vec<Head>, Failure> {
    let heads =
        sqlx::query_as!(Head, "select service, number, time, digest, signature, events from head order by service");
    Ok(heads.fetch_all(pool).await?)
}

/// Those among them that stand in no seal of this service yet.
pub async fn unsealed_heads(connection: &mut PgConnection) -> Result<Vec<Head>, Failure> {
    let heads = sqlx::query_as!(
        Head,
        "select service, number, time, digest, signature, events from head where not sealed order by service"
    );
    Ok(heads.fetch_all(connection).await?)
}

/// They stand in a seal now, unless a newer one came meanwhile.
pub async fn mark_sealed(connection: &mut PgConnection, heads: &[Head]) -> Result<(), Failure> {
    sqlx::query!(
        "update head set sealed = true from unnest($1::text[], $2::bigint[]) own (service, number)
        where head.service = own.service and head.number = own.number",
        &heads.iter().map(|head| head.service.clone()).collect::<Vec<_>>(),
        &heads.iter().map(|head| head.number).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
