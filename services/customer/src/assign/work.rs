//! The job behind assigning all customers that answer a question.

use cims_proto::customer::v1::Customer as Before;
use kit::{
    Failure,
    client::Channel,
    database::Pool,
    job::{self, Item, Job, Outcome, PAGE, Refusal, State},
    write::Write,
};
use prost::Message;
use uuid::Uuid;

use super::{Owner, Spec, owner, question, store};
use crate::{customer, search};

/// What the job works with.
#[derive(Debug)]
pub struct Work {
    pub(super) identity: Channel,
    pub(super) search_pool: Pool,
}

impl job::Work for Work {
    const KIND: &'static str = "customers.assign";

    /// The owner, whose department may be another than at the batch before; none in an undo, which needs none.
    type Ready = Option<Owner>;

    async fn choose(&self, job: &Job, after: Option<Uuid>) -> Result<Vec<Uuid>, Failure> {
        let question = question(&job.spec()?, job.create_time());
        let limit = i64::try_from(PAGE).map_err(Failure::internal)?;
        search::matching(&self.search_pool, &question, job.scope(), after, limit).await
    }

    async fn prepare(&self, job: &Job, _: &[Uuid]) -> Result<Option<Owner>, Failure> {
        if job.state == State::Undoing {
            return Ok(None);
        }
        let spec: Spec = job.spec()?;
        owner::find(self.identity.clone(), &spec.request.owner_id, job.scope()).await.map(Some)
    }

    async fn change(
        &self,
        write: &mut Write,
        job: &Job,
        owner: Option<Owner>,
        subjects: &[Uuid],
    ) -> Result<Vec<(Uuid, Outcome)>, Failure> {
        let owner = owner.ok_or_else(|| Failure::internal("a batch was prepared for an undo"))?;
        let locked = store::lock(write.connection(), subjects, job.scope()).await?;
        let mut outcomes = Vec::with_capacity(locked.len());
        for customer in customer::store::find_with_contacts(write.connection(), &locked).await? {
            let outcome = match owner.take(write, &customer).await? {
                Some(version) => Outcome::Changed { before: encode(Owner::of(&customer)), version },
                None => Outcome::Unchanged,
            };
            outcomes.push((customer.id, outcome));
        }
        Ok(outcomes)
    }

    async fn undo(
        &self,
        write: &mut Write,
        job: &Job,
        _: Option<Owner>,
        items: &[Item],
    ) -> Result<Vec<(Uuid, Outcome)>, Failure> {
        let subjects: Vec<Uuid> = items.iter().map(|item| item.subject_id).collect();
        let locked = store::lock(write.connection(), &subjects, job.scope()).await?;
        let mut outcomes = Vec::with_capacity(locked.len());
        for customer in customer::store::find_with_contacts(write.connection(), &locked).await? {
            let item = items.iter().find(|item| item.subject_id == customer.id && item.version == customer.version);
            let Some(item) = item else {
                outcomes.push((customer.id, Outcome::Refused(Refusal::Changed)));
                continue;
            };
            let before = decode(&item.before)?;
            if let Some(version) = before.take(write, &customer).await? {
                outcomes.push((customer.id, Outcome::Changed { before: Vec::new(), version }));
            }
        }
        Ok(outcomes)
    }
}

/// The owner before, as a customer that has no other field.
fn encode(owner: Owner) -> Vec<u8> {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let before =
        Before { owner_id: text(owner.owner_id), department_id: text(owner.department_id), ..Before::default() };
    before.encode_to_vec()
}

fn decode(bytes: &[u8]) -> Result<Owner, Failure> {
    let before = Before::decode(bytes).map_err(Failure::internal)?;
    Ok(Owner { owner_id: before.owner_id.parse().ok(), department_id: before.department_id.parse().ok() })
}
