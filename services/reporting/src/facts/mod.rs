//! What events say of records: one row per record, of the newest version known.

pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use cims_proto::{
    customer::v1::{Customer, CustomerChanged},
    interaction::v1::{Interaction, InteractionChanged},
};
use kit::{
    Failure,
    clock::time,
    events::{Event, payload, subject_id},
};
use prost_types::Timestamp;
use uuid::Uuid;

#[derive(Debug, Eq, PartialEq)]
pub struct CustomerFact {
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    /// GB/T 2260 code of the province; empty: not given.
    pub province_code: String,
    pub level: String,
    pub create_time: DateTime<Utc>,
    pub deleted: bool,
    pub version: i64,
}

#[derive(Debug, Eq, PartialEq)]
pub struct InteractionFact {
    pub customer_id: Uuid,
    pub author_id: Option<Uuid>,
    pub occur_time: DateTime<Utc>,
    pub deleted: bool,
    pub version: i64,
}

/// What a customer's contact records plan next.
#[derive(Debug, Eq, PartialEq)]
pub struct FollowUpFact {
    pub due_time: Option<DateTime<Utc>>,
    /// Of the customer's contact summary.
    pub version: i64,
}

/// Owner and department of a customer.
pub type Holder = (Option<Uuid>, Option<Uuid>);

/// What a batch of events says, by record's id; of several events of one record the newest.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Facts {
    pub customers: BTreeMap<Uuid, CustomerFact>,
    pub interactions: BTreeMap<Uuid, InteractionFact>,
    /// By customer.
    pub follow_ups: BTreeMap<Uuid, FollowUpFact>,
    /// Time of the newest event.
    pub event_time: Option<DateTime<Utc>>,
    /// Whose figures change: holders before and after.
    pub holders: BTreeSet<Holder>,
}

impl Facts {
    /// Reads the events. Types that are not reported on say nothing.
    ///
    /// # Errors
    /// When an event's payload is not what its type says.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Facts, Failure> {
        let mut facts = Facts::default();
        facts.read(events)?;
        Ok(facts)
    }

    /// Reads more events.
    ///
    /// # Errors
    /// As [`Facts::of`].
    pub fn read<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) -> Result<(), Failure> {
        for event in events {
            match event.subject_type.as_str() {
                "customer.customer" => self.customer(event)?,
                "interaction.interaction" => self.interaction(event)?,
                _ => continue,
            }
            self.holders.insert((event.owner_id.parse().ok(), event.department_id.parse().ok()));
            self.event_time = self.event_time.max(moment(event.time.as_ref()));
        }
        Ok(())
    }

    /// Records that are known.
    pub fn len(&self) -> usize {
        self.customers.len() + self.interactions.len()
    }

    fn customer(&mut self, event: &Event) -> Result<(), Failure> {
        let change: CustomerChanged = payload(event)?;
        self.holders.extend(change.before.iter().map(holder));
        // What is gone for good stays known as deleted.
        let gone = change.after.is_none();
        let Some(state) = change.after.or(change.before) else { return Ok(()) };
        let (owner_id, department_id) = holder(&state);
        let fact = CustomerFact {
            owner_id,
            department_id,
            province_code: province(&state.region_code),
            level: state.level,
            create_time: moment(state.create_time.as_ref()).or(moment(event.time.as_ref())).unwrap_or_default(),
            deleted: gone || state.delete_time.is_some(),
            version: event.subject_version,
        };
        keep(&mut self.customers, subject_id(event)?, fact, |fact| fact.version);
        Ok(())
    }

    fn interaction(&mut self, event: &Event) -> Result<(), Failure> {
        let change: InteractionChanged = payload(event)?;
        let deleted = change.after.is_none();
        let Some(state) = change.after.or(change.before) else { return Ok(()) };
        let Interaction { customer_id, author_id, occur_time, .. } = state;
        let customer_id: Uuid = customer_id.parse().map_err(Failure::internal)?;
        let fact = InteractionFact {
            customer_id,
            author_id: author_id.parse().ok(),
            occur_time: moment(occur_time.as_ref()).unwrap_or_default(),
            deleted,
            version: event.subject_version,
        };
        keep(&mut self.interactions, subject_id(event)?, fact, |fact| fact.version);
        let due_time = moment(change.next_contact_time.as_ref());
        let follow_up = FollowUpFact { due_time, version: change.summary_version };
        keep(&mut self.follow_ups, customer_id, follow_up, |fact| fact.version);
        Ok(())
    }
}

fn keep<F>(facts: &mut BTreeMap<Uuid, F>, id: Uuid, fact: F, version: impl Fn(&F) -> i64) {
    if facts.get(&id).is_none_or(|known| version(known) < version(&fact)) {
        facts.insert(id, fact);
    }
}

fn holder(customer: &Customer) -> Holder {
    (customer.owner_id.parse().ok(), customer.department_id.parse().ok())
}

fn moment(moment: Option<&Timestamp>) -> Option<DateTime<Utc>> {
    moment.and_then(time::from_proto)
}

/// "330106" → "330000"
fn province(region_code: &str) -> String {
    region_code.get(..2).map(|digits| format!("{digits}0000")).unwrap_or_default()
}
