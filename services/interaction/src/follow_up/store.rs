//! SQL of the contact summaries.

use chrono::{DateTime, Utc};
use directory::Entry;
use kit::{Failure, Scope, database::Pool, page::Page};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{FollowUp, Window};

/// What a customer's records say together.
#[derive(Debug)]
pub struct Summary {
    pub last_contact_time: Option<DateTime<Utc>>,
    pub next_contact_time: Option<DateTime<Utc>>,
    pub version: i64,
}

/// Makes the summary of a customer anew from its latest record. The caller holds the customer's lock, so no other
/// write of its records stands between the look and the row.
///
/// # Errors
/// When the database refuses.
pub async fn summarise(connection: &mut PgConnection, customer: &Entry) -> Result<Summary, Failure> {
    let summary = sqlx::query_as!(
        Summary,
        "insert into contact_summary (customer_id, interaction_id, last_contact_time, next_contact_time, plan, priority,
            owner_id, department_id, customer_binned, version)
        select $1, latest.id, latest.occur_time,
            case when latest.plan_done_time is null then latest.next_contact_time end, coalesce(latest.next_contact_plan, ''),
            coalesce(latest.priority, 'NORMAL'), $2::uuid, $3::uuid, $4, 1
        from (select) one
        left join lateral (
            select id, occur_time, next_contact_time, next_contact_plan, priority, plan_done_time from interaction
            where customer_id = $1 order by occur_time desc, id desc limit 1
        ) latest on true
        on conflict (customer_id) do update
            set interaction_id = excluded.interaction_id, last_contact_time = excluded.last_contact_time,
                next_contact_time = excluded.next_contact_time, plan = excluded.plan, priority = excluded.priority,
                owner_id = excluded.owner_id, department_id = excluded.department_id,
                customer_binned = excluded.customer_binned, version = contact_summary.version + 1
        returning last_contact_time, next_contact_time, version",
        customer.customer_id,
        customer.owner_id,
        customer.department_id,
        customer.deleted,
    );
    Ok(summary.fetch_one(connection).await?)
}

/// One page of follow-ups, by due time. One arm runs, each on the index that has its order, as in the list of contact
/// records. `owner` is whose customers alone are asked for.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    pool: &Pool,
    (scope, owner): (&Scope, Option<Uuid>),
    window: Window,
    page: &Page<(DateTime<Utc>, Uuid)>,
    now: DateTime<Utc>,
) -> Result<Vec<FollowUp>, Failure> {
    // The window's beginning moves at midnight, also under a reader who is at page two.
    let after = window.from.map(|from| (from, Uuid::nil())).into_iter().chain(page.after).max();
    let rows = sqlx::query_as!(
        FollowUp,
        r#"select customer_id as "customer_id!", interaction_id, next_contact_time as "due_time!", plan as "plan!",
            priority as "priority!", owner_id
        from (
            (select customer_id, interaction_id, next_contact_time, plan, priority, owner_id from contact_summary
            where $1 and not customer_binned and next_contact_time < $5
                and (next_contact_time, customer_id) > (coalesce($4::timestamptz, '-infinity'), $6)
            order by next_contact_time, customer_id limit $7)
            union all
            (select customer_id, interaction_id, next_contact_time, plan, priority, owner_id from contact_summary
            where owner_id = $2 and ($3::uuid[] is null or department_id is null or department_id <> all($3))
                and not customer_binned and next_contact_time < $5
                and (next_contact_time, customer_id) > (coalesce($4::timestamptz, '-infinity'), $6)
            order by next_contact_time, customer_id limit $7)
            union all
            (select own.customer_id, own.interaction_id, own.next_contact_time, own.plan, own.priority, own.owner_id
            from unnest($3::uuid[]) department
            cross join lateral (
                select customer_id, interaction_id, next_contact_time, plan, priority, owner_id from contact_summary
                where department_id = department and not customer_binned and next_contact_time < $5
                    and ($10::uuid is null or owner_id = $10)
                    and (next_contact_time, customer_id) > (coalesce($4::timestamptz, '-infinity'), $6)
                order by next_contact_time, customer_id limit $7
            ) own
            order by own.next_contact_time, own.customer_id limit $7)
            union all
            (select own.customer_id, own.interaction_id, own.next_contact_time, own.plan, own.priority, own.owner_id
            from share join contact_summary own on own.customer_id = share.record_id
            where share.person_id = $8 and (share.end_time is null or share.end_time > $9)
                and own.owner_id is distinct from $2
                and ($3::uuid[] is null or own.department_id is null or own.department_id <> all($3))
                and not own.customer_binned and own.next_contact_time < $5
                and (own.next_contact_time, own.customer_id) > (coalesce($4::timestamptz, '-infinity'), $6)
            order by own.next_contact_time, own.customer_id limit $7)
        ) due
        order by next_contact_time, customer_id limit $7"#,
        *scope == Scope::Everything,
        scope.owner(),
        scope.departments(),
        after.map(|(time, _)| time),
        window.to,
        after.map_or(Uuid::nil(), |(_, id)| id),
        page.limit(),
        scope.shared_with(),
        now,
        owner,
    );
    Ok(rows.fetch_all(pool).await?)
}
