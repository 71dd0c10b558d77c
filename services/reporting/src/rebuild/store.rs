//! The connection of a rebuild, and the exchange of the old rows for the new ones.
//!
//! Temporary tables do not exist when the program is compiled, so these statements are checked when they run.

use kit::{Failure, database::Pool};
use sqlx::{Connection, Executor, PgConnection};

use crate::facts::{Holder, store::WRITING};

/// Held for the length of a rebuild, so that readers are told.
pub const REBUILDING: i64 = 0x0063_696d_735f_7262;

/// Empty tables with the names of the service's: a session's temporary tables are found first. Many events need few
/// rows in memory only when these find room there.
const OPEN: &str = "
    set statement_timeout = 0;
    set plan_cache_mode = force_custom_plan;
    set temp_buffers = '256MB';
    create temporary table customer_fact (like customer_fact including all);
    create temporary table interaction_fact (like interaction_fact including all);
    create temporary table follow_up_fact (like follow_up_fact including all);
    create temporary table key_count (like key_count including all);
    create temporary table day_count (like day_count including all);
    create temporary table progress (like progress including all);
";

const ANALYZE: &str = "analyze pg_temp.customer_fact; analyze pg_temp.interaction_fact; analyze pg_temp.follow_up_fact";

/// Facts that differ are written, so that a rebuild of right figures writes next to nothing.
const FACTS: [&str; 6] = [
    "insert into reporting.customer_fact as known
        (customer_id, owner_id, department_id, province_code, level, create_time, deleted, version)
    select fresh.customer_id, fresh.owner_id, fresh.department_id, fresh.province_code, fresh.level, fresh.create_time,
        fresh.deleted, fresh.version
    from pg_temp.customer_fact fresh left join reporting.customer_fact live on live.customer_id = fresh.customer_id
    where row(live.*) is distinct from row(fresh.*)
    on conflict (customer_id) do update
        set owner_id = excluded.owner_id, department_id = excluded.department_id, province_code = excluded.province_code,
            level = excluded.level, create_time = excluded.create_time, deleted = excluded.deleted, version = excluded.version",
    "delete from reporting.customer_fact live
    where not exists (select from pg_temp.customer_fact fresh where fresh.customer_id = live.customer_id)",
    "insert into reporting.interaction_fact as known
        (interaction_id, customer_id, author_id, occur_time, deleted, version, owner_id, department_id, counted)
    select fresh.interaction_id, fresh.customer_id, fresh.author_id, fresh.occur_time, fresh.deleted, fresh.version,
        fresh.owner_id, fresh.department_id, fresh.counted
    from pg_temp.interaction_fact fresh
    left join reporting.interaction_fact live on live.interaction_id = fresh.interaction_id
    where row(live.*) is distinct from row(fresh.*)
    on conflict (interaction_id) do update
        set customer_id = excluded.customer_id, author_id = excluded.author_id, occur_time = excluded.occur_time,
            deleted = excluded.deleted, version = excluded.version, owner_id = excluded.owner_id,
            department_id = excluded.department_id, counted = excluded.counted",
    "delete from reporting.interaction_fact live
    where not exists (select from pg_temp.interaction_fact fresh where fresh.interaction_id = live.interaction_id)",
    "insert into reporting.follow_up_fact as known (customer_id, due_time, version, owner_id, department_id, counted)
    select fresh.customer_id, fresh.due_time, fresh.version, fresh.owner_id, fresh.department_id, fresh.counted
    from pg_temp.follow_up_fact fresh left join reporting.follow_up_fact live on live.customer_id = fresh.customer_id
    where row(live.*) is distinct from row(fresh.*)
    on conflict (customer_id) do update
        set due_time = excluded.due_time, version = excluded.version, owner_id = excluded.owner_id,
            department_id = excluded.department_id, counted = excluded.counted",
    "delete from reporting.follow_up_fact live
    where not exists (select from pg_temp.follow_up_fact fresh where fresh.customer_id = live.customer_id)",
];

/// Counters are few: all of them, without the cells that fell to zero.
const COUNTERS: &str = "
    delete from reporting.key_count;
    insert into reporting.key_count (dimension, key, owner_id, department_id, count)
        select dimension, key, owner_id, department_id, count from pg_temp.key_count where count <> 0;
    delete from reporting.day_count;
    insert into reporting.day_count (measure, day, owner_id, department_id, author_id, count)
        select measure, day, owner_id, department_id, author_id, count from pg_temp.day_count where count <> 0;
    insert into reporting.progress as known (event_time, backlog_time)
        select event_time, backlog_time from pg_temp.progress
        on conflict (singleton) do update set event_time = excluded.event_time;
";

/// A connection that writes to tables of its own, while the consumer waits. It ends, and all that it holds with it,
/// when it is dropped. It is none of the pool's, because neither its locks nor its tables may come back to that.
///
/// # Errors
/// When the database refuses.
pub async fn open(pool: &Pool) -> Result<PgConnection, Failure> {
    let mut connection = pool.connect().await?;
    connection.execute(OPEN).await?;
    for lock in [REBUILDING, WRITING] {
        sqlx::query!("select pg_advisory_lock($1)", lock).execute(&mut connection).await?;
    }
    Ok(connection)
}

/// Puts the new rows in the place of the old; answers how many facts differed.
///
/// # Errors
/// When the database refuses: nothing has then changed.
pub async fn replace(connection: &mut PgConnection) -> Result<u64, Failure> {
    connection.execute(ANALYZE).await?;
    let mut transaction = connection.begin().await?;
    let mut corrected = 0;
    for statement in FACTS {
        corrected += transaction.execute(statement).await?.rows_affected();
    }
    transaction.execute(COUNTERS).await?;
    transaction.commit().await?;
    Ok(corrected)
}

/// Everybody whose figures there are.
///
/// # Errors
/// When the database refuses.
pub async fn holders(connection: &mut PgConnection) -> Result<Vec<Holder>, Failure> {
    let rows = sqlx::query!("select distinct owner_id, department_id from key_count").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.owner_id, row.department_id)).collect())
}

/// # Errors
/// When the database refuses.
pub async fn close(connection: PgConnection) -> Result<(), Failure> {
    Ok(connection.close().await?)
}
