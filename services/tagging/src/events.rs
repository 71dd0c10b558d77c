//! What this service does with events: it follows who owns which customer, and puts on the tags that an import asks for.

use cims_proto::customer::v1::CustomerChanged;
use directory::Entry;
use kit::{
    Failure,
    clock::Clock,
    events::{Consumer, Event, Wake, payload, subject_id},
    write::Origin,
};
use sqlx::PgConnection;

use crate::customer_tag::import::{self, Import};

#[derive(Debug)]
pub struct Follower {
    clock: Clock,
    wake: Wake,
}

impl Follower {
    pub fn new(clock: Clock, wake: Wake) -> Follower {
        Follower { clock, wake }
    }

    /// The tags that a customer's event asks for.
    fn import(&self, event: &Event) -> Result<Option<Import>, Failure> {
        if event.subject_type != "customer.customer" {
            return Ok(None);
        }
        let change: CustomerChanged = payload(event)?;
        if change.import_tags.is_empty() {
            return Ok(None);
        }
        let customer = Entry {
            customer_id: subject_id(event)?,
            owner_id: event.owner_id.parse().ok(),
            department_id: event.department_id.parse().ok(),
            deleted: false,
            version: event.subject_version,
            shared: false,
        };
        let origin = Origin {
            actor_id: event.actor_id.parse().ok(),
            source_address: String::new(),
            trace_parent: event.trace_parent.clone(),
            now: self.clock.now(),
            bulk: true,
        };
        Ok(Some(Import::new(customer, change.import_tags, origin)))
    }
}

impl Consumer for Follower {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
        self.apply_batch(connection, &[event]).await
    }

    async fn apply_batch(&self, connection: &mut PgConnection, events: &[&Event]) -> Result<(), Failure> {
        directory::apply(connection, events).await?;
        let mut imports = Vec::new();
        for event in events {
            imports.extend(self.import(event)?);
        }
        import::put_on(connection, &self.clock, &imports).await
    }

    async fn applied(&self, _events: &[Event]) {
        // Tags put on are events of our own.
        self.wake.notify();
    }
}
