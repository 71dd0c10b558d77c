//! SQL of customers' tags, and their events.

use cims_proto::tagging::v1::CustomerTagsChanged;
use directory::Entry;
use kit::{
    Failure,
    write::{Change, record_on},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Applied;
use crate::tag::{Tag, store::Write};

/// A customer's set under its lock.
#[derive(Debug)]
pub struct Locked {
    pub version: i64,
    pub tag_ids: Vec<Uuid>,
}

/// Locks a customer's set until the transaction ends; a customer that never had a tag has version 0.
pub async fn lock(connection: &mut PgConnection, customer_id: Uuid) -> Result<Locked, Failure> {
    sqlx::query!("insert into customer_tags (customer_id, version) values ($1, 0) on conflict do nothing", customer_id)
        .execute(&mut *connection)
        .await?;
    let version = sqlx::query_scalar!("select version from customer_tags where customer_id = $1 for update", customer_id)
        .fetch_one(&mut *connection)
        .await?;
    let tag_ids = sqlx::query_scalar!("select tag_id from customer_tag where customer_id = $1 order by tag_id", customer_id);
    Ok(Locked { version, tag_ids: tag_ids.fetch_all(connection).await? })
}

/// Makes these the tags of a customer; false when they are already.
pub async fn set(write: &mut Write<'_>, customer: &Entry, locked: &Locked, tag_ids: &[Uuid]) -> Result<bool, Failure> {
    let mut after = tag_ids.to_vec();
    after.sort_unstable();
    if after == locked.tag_ids {
        return Ok(false);
    }
    let id = customer.customer_id;
    sqlx::query!("delete from customer_tag where customer_id = $1 and tag_id <> all($2)", id, &after).execute(&mut *write.connection).await?;
    sqlx::query!(
        "insert into customer_tag (customer_id, tag_id, author_id, apply_time) select $1, unnest($2::uuid[]), $3, $4 on conflict do nothing",
        id,
        &after,
        write.origin.actor_id,
        write.origin.now,
    )
    .execute(&mut *write.connection)
    .await?;
    let version = locked.version + 1;
    sqlx::query!("update customer_tags set version = $2 where customer_id = $1", id, version).execute(&mut *write.connection).await?;
    let texts = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect();
    let payload = CustomerTagsChanged { customer_id: id.to_string(), before_tag_ids: texts(&locked.tag_ids), after_tag_ids: texts(&after) };
    let change = Change {
        subject_type: "tagging.customerTags",
        subject_id: id,
        version,
        verb: "updated",
        fields: vec!["tagIds".to_owned()],
        owner_id: customer.owner_id,
        department_id: customer.department_id,
        payload: &payload,
    };
    record_on(write.connection, write.clock, write.origin, change).await?;
    Ok(true)
}

/// A customer's tags, by group and name, and the version of the set.
pub async fn list(connection: &mut PgConnection, customer_id: Uuid) -> Result<(Vec<Applied>, i64), Failure> {
    let version = sqlx::query_scalar!("select version from customer_tags where customer_id = $1", customer_id);
    let version = version.fetch_optional(&mut *connection).await?.unwrap_or_default();
    let rows = sqlx::query!(
        r#"select tag.id, tag.name, tag."group", tag.color, tag.version, tag.create_time, tag.update_time,
            customer_tag.author_id, customer_tag.apply_time
        from customer_tag join tag on tag.id = customer_tag.tag_id
        where customer_tag.customer_id = $1
        order by tag."group" collate "zh-Hans-x-icu", tag.name collate "zh-Hans-x-icu", tag.id"#,
        customer_id,
    );
    let applied = rows.fetch_all(connection).await?.into_iter().map(|row| Applied {
        tag: Tag {
            id: row.id,
            name: row.name,
            group: row.group,
            color: row.color,
            version: row.version,
            create_time: row.create_time,
            update_time: row.update_time,
        },
        author_id: row.author_id,
        apply_time: row.apply_time,
    });
    Ok((applied.collect(), version))
}
