//! SQL that locks and writes a customer's row.

use chrono::{DateTime, Utc};
use kit::{Failure, database::wrote_one};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::customer::{Customer, Type, access::Within};

/// Constraint's name in migrations/0002.
const CREDIT_CODE: &str = "customer_credit_code";

/// Locks a customer that is reached until the transaction ends; false when there is none.
pub async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
    Within { scope, writing, now }: Within<'_>,
) -> Result<bool, Failure> {
    let row = sqlx::query_scalar!(
        "select id from customer
        where id = $1 and (in_scope($2, $3, department_id, owner_id) or is_shared(id, $4, $5, $6))
        for update",
        id,
        scope.departments() as _,
        scope.owner(),
        scope.shared_with(),
        writing,
        now,
    );
    Ok(row.fetch_optional(connection).await?.is_some())
}

/// Updates the row that `before` was read from, once the locks of the new duplicate keys are held.
pub async fn update(connection: &mut PgConnection, before: &Customer, after: &Customer) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "with held as materialized (
            select count(pg_advisory_xact_lock(key)) as keys from unnest($1::bigint[]) key
        )
        update customer set duplicate_keys = $1, name = $4, type = $5, credit_code = $6, phones = $7, email = $8,
            region_code = $9, address = $10, homepage = $11, industry = $12, source = $13, level = $14, status = $15,
            cooperation_products = $16, first_cooperation_date = $17, cumulative_amount = $18, currency = $19,
            remarks = $20, version = $21, update_time = $22, delete_time = $23, owner_id = $24,
            department_id = $25, id_number = $26
        from held
        where id = $2 and version = $3",
        &after.duplicate_keys(),
        after.id,
        before.version,
        after.name,
        after.r#type as Type,
        after.credit_code,
        Json(&after.phones.0) as _,
        after.email,
        after.region_code,
        after.address,
        after.homepage,
        after.industry,
        after.source,
        after.level,
        after.status,
        &after.cooperation_products,
        after.first_cooperation_date,
        after.cumulative_amount,
        after.currency,
        after.remarks,
        after.version,
        after.update_time,
        after.delete_time,
        after.owner_id,
        after.department_id,
        after.id_number,
    );
    wrote_one(updated.execute(connection).await.map_err(refused)?.rows_affected(), "customer", after.id)
}

pub(super) fn refused(error: sqlx::Error) -> Failure {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some(CREDIT_CODE) => Failure::Duplicate { matches: Vec::new(), hard: true },
        _ => Failure::Database(error),
    }
}

/// Takes over what a customer's contact records say as of a version of their summary, in its search row, too.
pub async fn put_contact_summary(
    connection: &mut PgConnection,
    id: Uuid,
    (last, next): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    version: i64,
) -> Result<(), Failure> {
    sqlx::query!(
        "with newer as (
            update customer set last_contact_time = $2, next_contact_time = $3, contact_summary_version = $4
            where id = $1 and contact_summary_version < $4
            returning id
        )
        update search set last_contact_time = $2, next_contact_time = $3 from newer where customer_id = newer.id",
        id,
        last,
        next,
        version,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes over which tags a customer has as of a version of the set, in its search row, too.
pub async fn put_tags(connection: &mut PgConnection, id: Uuid, tag_ids: &[Uuid], version: i64) -> Result<(), Failure> {
    sqlx::query!(
        "with newer as (
            update customer set tag_ids = $2, tags_version = $3 where id = $1 and tags_version < $3 returning id
        )
        update search set tag_ids = $2 from newer where customer_id = newer.id",
        id,
        tag_ids,
        version,
    )
    .execute(connection)
    .await?;
    Ok(())
}
