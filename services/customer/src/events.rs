//! What customer follows: contact records for last and next contact, tags and where they stand.

use chrono::{DateTime, Utc};
use cims_proto::{
    customer::v1::Customer,
    interaction::v1::InteractionChanged,
    tagging::v1::{CustomerTagsChanged, TagChanged},
};
use kit::{
    Failure,
    clock::time,
    database::Pool,
    events::{Consumer, Event, Notice, Notices, Subscription, payload, subject_id},
    schema::table_of,
    share,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{customer, tag};

/// What this service follows.
pub const SUBSCRIPTION: Subscription = Subscription {
    consumer: "customer",
    bindings: &[
        "interaction.interaction.*.v1",
        "interaction.heartbeat.v1",
        "tagging.tag.*.v1",
        "tagging.customerTags.updated.v1",
        "tagging.heartbeat.v1",
    ],
};

/// Applies them, and tells open pages of the customers that look different now.
#[derive(Debug)]
pub struct Follower {
    pool: Pool,
    notices: Notices,
}

impl Follower {
    pub fn new(pool: Pool, notices: Notices) -> Follower {
        Follower { pool, notices }
    }

    /// Adds with whom the customers are shared.
    async fn address(&self, notices: &mut [Notice]) -> Result<(), Failure> {
        let customers: Vec<Uuid> = notices.iter().filter_map(|notice| notice.id.parse().ok()).collect();
        for (customer, person) in share::readers(&self.pool, &customers).await? {
            let of_it = notices.iter_mut().filter(|notice| notice.id == customer.to_string());
            of_it.for_each(|notice| notice.readers.push(person));
        }
        Ok(())
    }
}

impl Consumer for Follower {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
        match event.subject_type.as_str() {
            "interaction.interaction" => apply_interaction(connection, event).await,
            "tagging.tag" => apply_tag(connection, event).await,
            "tagging.customerTags" => apply_customer_tags(connection, event).await,
            _ => Ok(()),
        }
    }

    async fn applied(&self, events: &[Event]) {
        let mut notices: Vec<Notice> = Vec::with_capacity(events.len());
        for event in events {
            match notice(event) {
                Ok(notice) if !notices.contains(&notice) => notices.push(notice),
                Ok(_) => {}
                // It was applied a moment ago.
                Err(failure) => tracing::error!(event = %event.id, %failure, "an applied event cannot be read"),
            }
        }
        if let Err(failure) = self.address(&mut notices).await {
            tracing::warn!(%failure, "with whom customers are shared cannot be read");
        }
        self.notices.send(&notices).await;
    }
}

async fn apply_interaction(connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
    let change: InteractionChanged = payload(event)?;
    let moment =
        |time: &Option<prost_types::Timestamp>| -> Option<DateTime<Utc>> { time.as_ref().and_then(time::from_proto) };
    let summary = (moment(&change.last_contact_time), moment(&change.next_contact_time));
    let customer_id = customer_of(&change)?;
    customer::store::put_contact_summary(connection, customer_id, summary, change.summary_version).await
}

async fn apply_tag(connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
    let change: TagChanged = payload(event)?;
    tag::store::put(connection, subject_id(event)?, change.after.as_ref(), event.subject_version).await
}

async fn apply_customer_tags(connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
    let change: CustomerTagsChanged = payload(event)?;
    let customer_id = change.customer_id.parse().map_err(Failure::internal)?;
    let tag_ids = change.after_tag_ids.iter().map(|id| id.parse()).collect::<Result<Vec<Uuid>, _>>();
    let tag_ids = tag_ids.map_err(Failure::internal)?;
    customer::store::put_tags(connection, customer_id, &tag_ids, event.subject_version).await
}

fn customer_of(change: &InteractionChanged) -> Result<Uuid, Failure> {
    let interaction = change.after.as_ref().or(change.before.as_ref());
    let customer_id = interaction.map(|interaction| interaction.customer_id.as_str()).unwrap_or_default();
    customer_id.parse().map_err(Failure::internal)
}

/// The customer that looks different after an event, to those who see what of it; without an id when a tag changed, which
/// may stand on any. No version: the customer's own did not rise.
fn notice(event: &Event) -> Result<Notice, Failure> {
    let id = match event.subject_type.as_str() {
        "interaction.interaction" => customer_of(&payload(event)?)?.to_string(),
        "tagging.customerTags" => payload::<CustomerTagsChanged>(event)?.customer_id,
        _ => String::new(),
    };
    let fields = rules(event);
    Ok(Notice { r#type: "customer.customer.updated.v1".to_owned(), id, version: 0, fields, ..Notice::of(event) })
}

/// Of the fields of customers that an event changes; none where one has no rule.
fn rules(event: &Event) -> Vec<String> {
    let fields: &[&str] = match event.subject_type.as_str() {
        "interaction.interaction" => &["last_contact_time", "next_contact_time"],
        _ => &["tags"],
    };
    let rule = |name: &&str| Some(table_of::<Customer>().field(name)?.field_rule()?.to_owned());
    fields.iter().map(rule).collect::<Option<_>>().unwrap_or_default()
}
