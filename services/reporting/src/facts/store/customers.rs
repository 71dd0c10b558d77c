//! Customers, counted by province, by level and by the day of their creation.

use kit::Failure;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::facts::CustomerFact;

/// Answers the customers whose records have to follow: new, with another holder, into or out of the bin.
pub async fn put<'a>(
    connection: &mut PgConnection,
    facts: impl Iterator<Item = (&'a Uuid, &'a CustomerFact)> + Clone,
) -> Result<Vec<Uuid>, Failure> {
    let moved = sqlx::query_scalar!(
        r#"with incoming as (
            select customer_id, owner_id, department_id, province_code, level, create_time, deleted, version
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[], $8::bigint[])
                as fact (customer_id, owner_id, department_id, province_code, level, create_time, deleted, version)
        ), before as (
            select fact.customer_id, fact.owner_id, fact.department_id, fact.province_code, fact.level, fact.create_time, fact.deleted
            from customer_fact fact join incoming on incoming.customer_id = fact.customer_id and incoming.version > fact.version
        ), after as (
            insert into customer_fact as fact
                (customer_id, owner_id, department_id, province_code, level, create_time, deleted, version)
            select customer_id, owner_id, department_id, province_code, level, create_time, deleted, version from incoming
            on conflict (customer_id) do update
                set owner_id = excluded.owner_id, department_id = excluded.department_id,
                    province_code = excluded.province_code, level = excluded.level, create_time = excluded.create_time,
                    deleted = excluded.deleted, version = excluded.version
                where fact.version < excluded.version
            returning customer_id, owner_id, department_id, province_code, level, create_time, deleted
        ), difference as (
            select owner_id, department_id, province_code, level, create_time, -1 as step from before where not deleted
            union all
            select owner_id, department_id, province_code, level, create_time, 1 from after where not deleted
        ), keys as (
            insert into key_count as cell (dimension, key, owner_id, department_id, count)
            select dimension, key, owner_id, department_id, sum(step)
            from difference cross join lateral (values ('province', province_code), ('level', level)) as part (dimension, key)
            group by dimension, key, owner_id, department_id having sum(step) <> 0
            on conflict (owner_id, department_id, dimension, key) do update set count = cell.count + excluded.count
        ), days as (
            insert into day_count as cell (measure, day, owner_id, department_id, author_id, count)
            select 'created', (create_time at time zone 'UTC')::date as day, owner_id, department_id, null::uuid, sum(step)
            from difference group by day, owner_id, department_id having sum(step) <> 0
            on conflict (measure, day, department_id, owner_id, author_id) do update set count = cell.count + excluded.count
        )
        select after.customer_id as "customer_id!"
        from after left join before on before.customer_id = after.customer_id
        where before.customer_id is null or before.owner_id is distinct from after.owner_id
            or before.department_id is distinct from after.department_id or before.deleted <> after.deleted"#,
        &facts.clone().map(|(id, _)| *id).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.owner_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &facts.clone().map(|(_, fact)| fact.department_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &facts.clone().map(|(_, fact)| fact.province_code.clone()).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.level.clone()).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.create_time).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.deleted).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.version).collect::<Vec<_>>(),
    );
    Ok(moved.fetch_all(connection).await?)
}
