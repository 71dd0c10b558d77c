//! The job behind putting a tag on all customers that answer a question, or taking it off.

use std::collections::BTreeSet;

use cims_proto::tagging::v1::SetCustomerTagsRequest as Before;
use directory::Entry;
use kit::{
    Failure,
    call::parse_id,
    client::Channel,
    clock::Clock,
    database::Pool,
    job::{self, Item, Job, Outcome, PAGE, Refusal},
    write::Write,
};
use prost::Message;
use uuid::Uuid;

use super::{SetChange, question::Spec, store, write};
use crate::tag;

/// What the job works with.
#[derive(Debug)]
pub struct Work {
    pub pool: Pool,
    pub customers: Channel,
    pub clock: Clock,
}

impl job::Work for Work {
    const KIND: &'static str = "tags.apply";

    /// The customers of the batch that are still within reach.
    type Ready = Vec<Entry>;

    async fn choose(&self, job: &Job, after: Option<Uuid>) -> Result<Vec<Uuid>, Failure> {
        job.spec::<Spec>()?.ask(self.customers.clone(), job.scope(), after, PAGE).await
    }

    async fn prepare(&self, job: &Job, subjects: &[Uuid]) -> Result<Vec<Entry>, Failure> {
        directory::resolve(&self.pool, self.customers.clone(), subjects, job.scope(), self.clock.now()).await
    }

    async fn change(
        &self,
        write: &mut Write,
        job: &Job,
        customers: Vec<Entry>,
        _: &[Uuid],
    ) -> Result<Vec<(Uuid, Outcome)>, Failure> {
        let request = job.spec::<Spec>()?.request;
        let tag = parse_id("/id", &request.id)?;
        if tag::store::hold(write.connection(), &[tag]).await?.is_empty() {
            return Err(Failure::NotFound);
        }
        let applied = write::apply(write, &customers, tag, request.remove).await?;
        let outcome = |change: Option<SetChange>| match change {
            Some(change) => Outcome::Changed { before: encode(change.before()), version: change.version },
            None => Outcome::Unchanged,
        };
        Ok(applied.into_iter().map(|(id, change)| (id, outcome(change))).collect())
    }

    async fn undo(
        &self,
        write: &mut Write,
        _: &Job,
        customers: Vec<Entry>,
        items: &[Item],
    ) -> Result<Vec<(Uuid, Outcome)>, Failure> {
        let befores = items.iter().map(|item| decode(&item.before)).collect::<Result<Vec<_>, _>>()?;
        let all: BTreeSet<Uuid> = befores.iter().flatten().copied().collect();
        // Tags that are gone by now stay so.
        let held = tag::store::hold(write.connection(), &all.into_iter().collect::<Vec<_>>()).await?;
        let held: BTreeSet<Uuid> = held.into_iter().collect();
        let ids: Vec<Uuid> = customers.iter().map(|customer| customer.customer_id).collect();
        let mut sets = store::lock(write.connection(), &ids).await?;
        let (mut changes, mut outcomes) = (Vec::new(), Vec::new());
        for (item, before) in items.iter().zip(befores) {
            let customer = customers.iter().find(|customer| customer.customer_id == item.subject_id);
            let Some((customer, set)) = customer.zip(sets.remove(&item.subject_id)) else { continue };
            if set.version != item.version {
                outcomes.push((item.subject_id, Outcome::Refused(Refusal::Changed)));
                continue;
            }
            let after = before.intersection(&held).copied().collect();
            changes.extend(SetChange::new(*customer, set.version, write.actor_id(), set.tags, after));
        }
        write::record(write, &changes).await?;
        let outcome = |change: &SetChange| {
            (change.customer.customer_id, Outcome::Changed { before: Vec::new(), version: change.version })
        };
        outcomes.extend(changes.iter().map(outcome));
        Ok(outcomes)
    }
}

fn encode(tags: &BTreeSet<Uuid>) -> Vec<u8> {
    let tag_ids = tags.iter().map(Uuid::to_string).collect();
    Before { customer_id: String::new(), tag_ids }.encode_to_vec()
}

fn decode(bytes: &[u8]) -> Result<BTreeSet<Uuid>, Failure> {
    let before = Before::decode(bytes).map_err(Failure::internal)?;
    before.tag_ids.iter().map(|id| id.parse().map_err(Failure::internal)).collect()
}
