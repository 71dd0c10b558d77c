//! The sums of weeks, one beside the other.

use kit::{Failure, Scope, database::Pool};

use super::BEGIN;
use crate::home::window::Window;

/// New customers and contact records of each window, in their order.
///
/// # Errors
/// When the database refuses.
pub async fn by_week(pool: &Pool, scope: &Scope, weeks: &[Window]) -> Result<Vec<(i64, i64)>, Failure> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    let rows = sqlx::query!(
        r#"with week as (
            select number, first_day, end_day, from_time, head_end, tail_start, to_time
            from unnest($3::date[], $4::date[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
                with ordinality as week (first_day, end_day, from_time, head_end, tail_start, to_time, number)
        )
        select part.number as "number!", sum(part.created)::bigint as "created!", sum(part.contacts)::bigint as "contacts!"
        from (
            select week.number, cell.count as created, 0 as contacts
            from week join day_count cell on cell.day >= week.first_day and cell.day < week.end_day
            where cell.measure = 'created' and in_scope($1, $2, cell.department_id, cell.owner_id)
            union all
            select week.number, 0, cell.count
            from week join day_count cell on cell.day >= week.first_day and cell.day < week.end_day
            where cell.measure = 'contact' and in_scope($1, $2, cell.department_id, cell.owner_id)
            union all
            select week.number, 1, 0
            from week join customer_fact fact on fact.create_time >= week.from_time and fact.create_time < week.head_end
            where not fact.deleted and in_scope($1, $2, fact.department_id, fact.owner_id)
            union all
            select week.number, 1, 0
            from week join customer_fact fact on fact.create_time >= week.tail_start and fact.create_time < week.to_time
            where not fact.deleted and in_scope($1, $2, fact.department_id, fact.owner_id)
            union all
            select week.number, 0, 1
            from week join interaction_fact fact on fact.occur_time >= week.from_time and fact.occur_time < week.head_end
            where fact.counted and in_scope($1, $2, fact.department_id, fact.owner_id)
            union all
            select week.number, 0, 1
            from week join interaction_fact fact on fact.occur_time >= week.tail_start and fact.occur_time < week.to_time
            where fact.counted and in_scope($1, $2, fact.department_id, fact.owner_id)
        ) part
        group by part.number"#,
        scope.departments(),
        scope.owner(),
        &weeks.iter().map(|week| week.first).collect::<Vec<_>>(),
        &weeks.iter().map(|week| week.last).collect::<Vec<_>>(),
        &weeks.iter().map(|week| week.from).collect::<Vec<_>>(),
        &weeks.iter().map(|week| week.head_end).collect::<Vec<_>>(),
        &weeks.iter().map(|week| week.tail_start).collect::<Vec<_>>(),
        &weeks.iter().map(|week| week.to).collect::<Vec<_>>(),
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.commit().await?;
    // A week in which nothing was has no row.
    let of = |number| rows.iter().find(|row| row.number == number).map_or((0, 0), |row| (row.created, row.contacts));
    Ok((1..).take(weeks.len()).map(of).collect())
}
