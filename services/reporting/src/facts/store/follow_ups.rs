//! What is planned with customers, counted by the day and the month in which it is due.

use chrono::{DateTime, Utc};
use kit::Failure;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::facts::FollowUpFact;

pub async fn put<'a>(
    connection: &mut PgConnection,
    facts: impl Iterator<Item = (&'a Uuid, &'a FollowUpFact)> + Clone,
) -> Result<(), Failure> {
    sqlx::query!(
        "with incoming as (
            select fact.customer_id, fact.due_time, fact.version, customer.owner_id, customer.department_id,
                fact.due_time is not null and not coalesce(customer.deleted, true) as counted
            from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as fact (customer_id, due_time, version)
            left join customer_fact customer on customer.customer_id = fact.customer_id
        ), before as (
            select fact.owner_id, fact.department_id, fact.due_time, fact.counted
            from follow_up_fact fact
            join incoming on incoming.customer_id = fact.customer_id and incoming.version > fact.version
        ), after as (
            insert into follow_up_fact as fact (customer_id, due_time, version, owner_id, department_id, counted)
            select customer_id, due_time, version, owner_id, department_id, counted from incoming
            on conflict (customer_id) do update
                set due_time = excluded.due_time, version = excluded.version, owner_id = excluded.owner_id,
                    department_id = excluded.department_id, counted = excluded.counted
                where fact.version < excluded.version
            returning owner_id, department_id, due_time, counted
        ), difference as (
            select owner_id, department_id, (due_time at time zone 'UTC')::date as due, -1 as step from before where counted
            union all
            select owner_id, department_id, (due_time at time zone 'UTC')::date, 1 from after where counted
        )
        insert into day_count as cell (measure, day, owner_id, department_id, author_id, count)
        select measure, day, owner_id, department_id, null::uuid, sum(step)
        from difference
        cross join lateral (values ('due', due), ('due_month', date_trunc('month', due::timestamp)::date)) as part (measure, day)
        group by measure, day, owner_id, department_id having sum(step) <> 0
        on conflict (measure, day, department_id, owner_id, author_id) do update set count = cell.count + excluded.count",
        &facts.clone().map(|(id, _)| *id).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.due_time).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &facts.clone().map(|(_, fact)| fact.version).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The same for what is planned.
pub async fn follow(connection: &mut PgConnection, customers: &[Uuid]) -> Result<(), Failure> {
    sqlx::query!(
        "with moved as (
            select customer_id, owner_id, department_id, deleted from customer_fact where customer_id = any($1)
        ), before as (
            select fact.owner_id, fact.department_id, fact.due_time, fact.counted
            from follow_up_fact fact join moved on moved.customer_id = fact.customer_id
        ), after as (
            update follow_up_fact fact
            set owner_id = moved.owner_id, department_id = moved.department_id,
                counted = fact.due_time is not null and not moved.deleted
            from moved where moved.customer_id = fact.customer_id
            returning fact.owner_id, fact.department_id, fact.due_time, fact.counted
        ), difference as (
            select owner_id, department_id, (due_time at time zone 'UTC')::date as due, -1 as step from before where counted
            union all
            select owner_id, department_id, (due_time at time zone 'UTC')::date, 1 from after where counted
        )
        insert into day_count as cell (measure, day, owner_id, department_id, author_id, count)
        select measure, day, owner_id, department_id, null::uuid, sum(step)
        from difference
        cross join lateral (values ('due', due), ('due_month', date_trunc('month', due::timestamp)::date)) as part (measure, day)
        group by measure, day, owner_id, department_id having sum(step) <> 0
        on conflict (measure, day, department_id, owner_id, author_id) do update set count = cell.count + excluded.count",
        customers,
    )
    .execute(connection)
    .await?;
    Ok(())
}
