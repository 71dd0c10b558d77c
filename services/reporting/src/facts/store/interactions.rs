//! Contact records, counted by the day of their time and by author.

use kit::Failure;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::facts::InteractionFact;

/// A contact record whose customer is not known yet is kept, and counted when the customer's event comes.
pub async fn put<'a>(
    connection: &mut PgConnection,
    facts: impl Iterator<Item = (&'a Uuid, &'a InteractionFact)> + Clone,
) -> Result<(), Failure> {
    sqlx::query!(
        "with incoming as (
            select fact.interaction_id, fact.customer_id, fact.author_id, fact.occur_time, fact.deleted, fact.version,
                customer.owner_id, customer.department_id,
                not (fact.deleted or coalesce(customer.deleted, true)) as counted
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::boolean[], $6::bigint[])
                as fact (interaction_id, customer_id, author_id, occur_time, deleted, version)
            left join customer_fact customer on customer.customer_id = fact.customer_id
        ), before as (
            select fact.owner_id, fact.department_id, fact.author_id, fact.occur_time, fact.counted
            from interaction_fact fact
            join incoming on incoming.interaction_id = fact.interaction_id and incoming.version > fact.version
        ), after as (
            insert into interaction_fact as fact
                (interaction_id, customer_id, author_id, occur_time, deleted, version, owner_id, department_id, counted)
            select interaction_id, customer_id, author_id, occur_time, deleted, version, owner_id, department_id, counted
            from incoming
            on conflict (interaction_id) do update
                set author_id = excluded.author_id, occur_time = excluded.occur_time, deleted = excluded.deleted,
                    version = excluded.version, owner_id = excluded.owner_id, department_id = excluded.department_id,
                    counted = excluded.counted
                where fact.version < excluded.version
            returning owner_id, department_id, author_id, occur_time, counted
        ), difference as (
            select owner_id, department_id, author_id, occur_time, -1 as step from before where counted
            union all
            select owner_id, department_id, author_id, occur_time, 1 from after where counted
        )
        insert into day_count as cell (measure, day, owner_id, department_id, author_id, count)
        select 'contact', (occur_time at time zone 'UTC')::date as day, owner_id, department_id, author_id, sum(step)
        from difference group by day, owner_id, department_id, author_id having sum(step) <> 0
        on conflict (measure, day, department_id, owner_id, author_id) do update set count = cell.count + excluded.count",
        &facts.clone().map(|(id, _)| *id).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.customer_id).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.author_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &facts.clone().map(|(_, fact)| fact.occur_time).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.deleted).collect::<Vec<_>>(),
        &facts.clone().map(|(_, fact)| fact.version).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Contact records take over their customer's holder, and leave or enter the counters with it.
pub async fn follow(connection: &mut PgConnection, customers: &[Uuid]) -> Result<(), Failure> {
    sqlx::query!(
        "with moved as (
            select customer_id, owner_id, department_id, deleted from customer_fact where customer_id = any($1)
        ), before as (
            select fact.owner_id, fact.department_id, fact.author_id, fact.occur_time, fact.counted
            from interaction_fact fact join moved on moved.customer_id = fact.customer_id
        ), after as (
            update interaction_fact fact
            set owner_id = moved.owner_id, department_id = moved.department_id, counted = not (fact.deleted or moved.deleted)
            from moved where moved.customer_id = fact.customer_id
            returning fact.owner_id, fact.department_id, fact.author_id, fact.occur_time, fact.counted
        ), difference as (
            select owner_id, department_id, author_id, occur_time, -1 as step from before where counted
            union all
            select owner_id, department_id, author_id, occur_time, 1 from after where counted
        )
        insert into day_count as cell (measure, day, owner_id, department_id, author_id, count)
        select 'contact', (occur_time at time zone 'UTC')::date as day, owner_id, department_id, author_id, sum(step)
        from difference group by day, owner_id, department_id, author_id having sum(step) <> 0
        on conflict (measure, day, department_id, owner_id, author_id) do update set count = cell.count + excluded.count",
        customers,
    )
    .execute(connection)
    .await?;
    Ok(())
}
