//! What this service does with events: it follows who owns which customer, and puts on the tags that an import names.

use cims_proto::customer::v1::CustomerChanged;
use kit::{
    Failure,
    clock::{Clock, time},
    events::{Consumer, Event, Wake, payload, subject_id},
    service::Context,
    write::Origin,
};
use sqlx::PgConnection;

use crate::{
    customer_tags,
    tag::{self, store::Write},
};

#[derive(Debug)]
pub struct Follower {
    clock: Clock,
    wake: Wake,
}

impl Follower {
    pub fn new(context: &Context) -> Follower {
        Follower { clock: context.clock.clone(), wake: context.wake.clone() }
    }

    /// Adds the named tags to what the customer has. The inbox has seen to it that this happens once; done again it
    /// would change nothing either, unless somebody took one off meanwhile.
    async fn import_tags(&self, connection: &mut PgConnection, event: &Event, names: &[String]) -> Result<(), Failure> {
        let origin = Origin {
            actor_id: event.actor_id.parse().ok(),
            source_address: String::new(),
            trace_parent: event.trace_parent.clone(),
            now: event.time.as_ref().and_then(time::from_proto).unwrap_or_else(|| self.clock.now()),
            bulk: true,
        };
        let mut write = Write { connection, clock: &self.clock, origin: &origin };
        let mut tags = tag::store::named(&mut write, names).await?;
        let customer = directory::Entry {
            customer_id: subject_id(event)?,
            owner_id: event.owner_id.parse().ok(),
            department_id: event.department_id.parse().ok(),
            deleted: false,
            version: event.subject_version,
        };
        let locked = customer_tags::store::lock(write.connection, customer.customer_id).await?;
        tags.extend(locked.tag_ids.iter().copied());
        tags.sort_unstable();
        tags.dedup();
        customer_tags::store::set(&mut write, &customer, &locked, &tags).await?;
        Ok(())
    }
}

impl Consumer for Follower {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
        directory::apply(connection, event).await?;
        if event.r#type != "customer.customer.created.v1" {
            return Ok(());
        }
        let created: CustomerChanged = payload(event)?;
        match created.import_tags.as_slice() {
            [] => Ok(()),
            names => self.import_tags(connection, event, names).await,
        }
    }

    async fn applied(&self, _events: &[Event]) {
        self.wake.notify();
    }
}
