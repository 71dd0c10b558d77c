//! The statements of dictionaries.

use sqlx::{PgConnection, PgExecutor};

use super::Item;
use crate::{database::wrote_one, problem::Failure};

/// Every entry, by dictionary and in its order.
pub async fn list(executor: impl PgExecutor<'_>) -> Result<Vec<Item>, Failure> {
    let items = sqlx::query_as!(
        Item,
        "select id, dictionary, code, label_zh, label_en, position, aliases, retire_time, version, update_time
        from dictionary_item order by dictionary, position, code",
    );
    Ok(items.fetch_all(executor).await?)
}

/// The entries of a dictionary in their order, locked for a change: two changes of one dictionary follow each other.
pub async fn lock(connection: &mut PgConnection, dictionary: &str) -> Result<Vec<Item>, Failure> {
    let items = sqlx::query_as!(
        Item,
        "select id, dictionary, code, label_zh, label_en, position, aliases, retire_time, version, update_time
        from dictionary_item where dictionary = $1 order by position, code for update",
        dictionary,
    );
    let items = items.fetch_all(connection).await?;
    if items.is_empty() { Err(Failure::NotFound) } else { Ok(items) }
}

/// Inserts the entry; false when the dictionary has its code.
pub async fn insert(connection: &mut PgConnection, item: &Item) -> Result<bool, Failure> {
    let inserted = sqlx::query!(
        "insert into dictionary_item
            (id, dictionary, code, label_zh, label_en, position, aliases, retire_time, version, update_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (dictionary, code) do nothing",
        item.id,
        item.dictionary,
        item.code,
        item.label_zh,
        item.label_en,
        item.position,
        &item.aliases,
        item.retire_time,
        item.version,
        item.update_time,
    );
    Ok(inserted.execute(connection).await?.rows_affected() == 1)
}

/// Writes the entry, whose version is the next one.
pub async fn update(connection: &mut PgConnection, item: &Item) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update dictionary_item set label_zh = $3, label_en = $4, position = $5, retire_time = $6, version = $2,
            update_time = $7, aliases = $8
        where id = $1 and version = $2::bigint - 1",
        item.id,
        item.version,
        item.label_zh,
        item.label_en,
        item.position,
        item.retire_time,
        item.update_time,
        &item.aliases,
    );
    wrote_one(updated.execute(connection).await?.rows_affected(), "entry", item.id)
}

pub async fn delete(connection: &mut PgConnection, item: &Item) -> Result<(), Failure> {
    let deleted = sqlx::query!("delete from dictionary_item where id = $1 and version = $2", item.id, item.version);
    wrote_one(deleted.execute(connection).await?.rows_affected(), "entry", item.id)
}
