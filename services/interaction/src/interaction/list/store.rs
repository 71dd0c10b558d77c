//! SQL of lists of contact records.

use kit::{Failure, Scope, database::Pool, page::Page};

use super::{Key, Question};
use crate::interaction::Interaction;

/// A statement on the records that a question asks for, latest first: the expression table `page`.
///
/// One arm runs, each on the index that has its order; what is not asked for falls out of the plan. Departments are read
/// one by one, because records of several come from one index in no common order; but not for an author or a fragment, which
/// have an index of their own that each of them would look into again. Likewise customers that are shared, but for those that
/// another arm has.
macro_rules! on_page {
    ($output:ident, $answer:tt, $question:expr, $start:expr, $limit:expr) => {
        on_page!(
            $output,
            $answer,
            "and (occur_time, id) < (coalesce($5::timestamptz, 'infinity'), $6)
            and ($8::timestamptz is null or occur_time >= $8)
            and ($9::text is null or method = $9)
            and ($10::uuid is null or author_id = $10)
            and ($11::text is null or (
                keywords @> keywords($11)
                and strpos(
                    searchable(
                        case when ($12::bool[])[1] then subject else '' end,
                        case when ($12::bool[])[2] then summary else '' end,
                        case when ($12::bool[])[3] then participants else '{}' end,
                        case when ($12::bool[])[4] then next_contact_plan else '' end
                    ),
                    lower(normalize($11, nfkc))
                ) > 0
            ))
            order by occur_time desc, id desc limit $7",
            $question,
            $start,
            $limit
        )
    };
    ($output:ident, $answer:tt, $filter:tt, $question:expr, $start:expr, $limit:expr) => {
        sqlx::query_as!(
            $output,
            "with page as (
                (select id, occur_time from interaction where customer_id = $1 " + $filter + ")
                union all
                (select id, occur_time from interaction where $2 and not customer_binned " + $filter + ")
                union all
                (select id, occur_time from interaction
                where owner_id = $3 and ($4::uuid[] is null or department_id is null or department_id <> all($4))
                    and not customer_binned " + $filter + ")
                union all
                (select id, occur_time from interaction
                where ($10::uuid is not null or $11::text is not null) and department_id = any($4::uuid[]) and not customer_binned
                    and ($15::uuid is null or owner_id = $15) " + $filter + ")
                union all
                (select own.id, own.occur_time
                from unnest(case when $10::uuid is null and $11::text is null then $4::uuid[] end) department
                cross join lateral (
                    select id, occur_time from interaction where department_id = department and not customer_binned
                        and ($15::uuid is null or owner_id = $15) " + $filter + "
                ) own
                order by own.occur_time desc, own.id desc limit $7)
                union all
                (select own.id, own.occur_time
                from share
                cross join lateral (
                    select id, occur_time from interaction
                    where customer_id = share.record_id and not customer_binned and owner_id is distinct from $3
                        and ($4::uuid[] is null or department_id is null or department_id <> all($4)) " + $filter + "
                ) own
                where share.person_id = $13 and (share.end_time is null or share.end_time > $14)
                order by own.occur_time desc, own.id desc limit $7)
            )" + $answer,
            $question.reach.customer(),
            matches!($question.reach.scope(), Some(Scope::Everything)),
            $question.reach.scope().and_then(Scope::owner),
            $question.reach.scope().and_then(Scope::departments) as _,
            $start.0,
            $start.1,
            $limit,
            $question.from,
            $question.method,
            $question.author_id,
            $question.fragment,
            &$question.seen[..],
            $question.reach.scope().and_then(Scope::shared_with),
            $question.now,
            $question.owner,
        )
    };
}

/// One page of contact records.
pub(super) async fn list(pool: &Pool, question: &Question<'_>, page: &Page<Key>) -> Result<Vec<Interaction>, Failure> {
    let start = page.after.map_or_else(|| question.start(), |(time, id)| (Some(time), id));
    let rows = on_page!(
        Interaction,
        "select id, customer_id, contact_id, method, subject, summary, occur_time, participants, next_contact_time,
            next_contact_plan, priority, author_id, version, create_time, update_time, plan_done_time
        from interaction where id in (select id from page)
        order by occur_time desc, id desc",
        question,
        start,
        page.limit()
    );
    Ok(rows.fetch_all(pool).await?)
}

struct Count {
    count: i64,
}

/// How many there are, counted to a limit.
pub(super) async fn count(pool: &Pool, question: &Question<'_>, limit: i64) -> Result<i64, Failure> {
    let start = question.start();
    let count = on_page!(Count, r#" select count(*) as "count!" from page"#, question, start, limit);
    Ok(count.fetch_one(pool).await?.count)
}
