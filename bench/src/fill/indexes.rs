//! Indexes of the large tables: building one over all rows takes a fraction of keeping it up to date with each.

use anyhow::Result;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

/// Drops those that stand behind no constraint, and answers the statements that build them again.
pub async fn drop(connection: &mut PgConnection) -> Result<Vec<String>> {
    let rows = connection
        .fetch_all(
            "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
            where indrelid in ('customer.customer'::regclass, 'customer.search'::regclass)
                and not exists (select from pg_constraint where conindid = indexrelid)",
        )
        .await?;
    let mut definitions = Vec::with_capacity(rows.len());
    for row in rows {
        connection.execute(AssertSqlSafe(format!("drop index {}", row.try_get::<String, _>(0)?))).await?;
        definitions.push(row.try_get(1)?);
    }
    Ok(definitions)
}

pub async fn create(connection: &mut PgConnection, definitions: &[String]) -> Result<()> {
    connection.execute("set maintenance_work_mem = '1GB'").await?;
    connection.execute("set max_parallel_maintenance_workers = 2").await?;
    for definition in definitions {
        connection.execute(AssertSqlSafe(definition.clone())).await?;
    }
    Ok(())
}
