//! The job behind this service's part.

use std::collections::HashMap;

use cims_proto::{customer::v1::Customer as Place, handover::v1::StartHandoverRequest};
use kit::{
    Failure,
    client::Channel,
    database::Pool,
    job::{self, Item, Job, Outcome, PAGE, Refusal, State},
    write::Write,
};
use prost::Message;
use uuid::Uuid;

use super::{Plan, store};
use crate::{
    assign::{self, Owner},
    customer,
};

/// What the job works with.
#[derive(Debug)]
pub struct Work {
    pub(super) identity: Channel,
    pub(super) pool: Pool,
}

fn plan(job: &Job) -> Result<Plan, Failure> {
    let request: StartHandoverRequest = job.spec()?;
    Plan::parse(&request.owner_id, &request.rules)
}

impl job::Work for Work {
    const KIND: &'static str = "customers.handover";

    /// The receivers, whose departments may be others than at the batch before; none in an undo, which needs none.
    type Ready = HashMap<Uuid, Owner>;

    async fn choose(&self, job: &Job, after: Option<Uuid>) -> Result<Vec<Uuid>, Failure> {
        let limit = i64::try_from(PAGE).map_err(Failure::internal)?;
        store::choose(&self.pool, &plan(job)?, job.scope(), after, limit).await
    }

    async fn prepare(&self, job: &Job, _: &[Uuid]) -> Result<HashMap<Uuid, Owner>, Failure> {
        if job.state == State::Undoing {
            return Ok(HashMap::new());
        }
        assign::owner::find_all(self.identity.clone(), &plan(job)?.receivers(), job.scope()).await
    }

    async fn change(
        &self,
        write: &mut Write,
        job: &Job,
        receivers: HashMap<Uuid, Owner>,
        subjects: &[Uuid],
    ) -> Result<Vec<(Uuid, Outcome)>, Failure> {
        let plan = plan(job)?;
        let locked = assign::store::lock(write.connection(), subjects, job.scope()).await?;
        let fits: HashMap<_, _> = store::fits(write.connection(), &plan, &locked).await?.into_iter().collect();
        let mut outcomes = Vec::with_capacity(locked.len());
        for customer in customer::store::find_with_contacts(write.connection(), &locked).await? {
            let receiver = fits.get(&customer.id).and_then(|fit| plan.receiver(*fit));
            let outcome = match receiver {
                // Somebody else's meanwhile, or moved to a place or level of no rule.
                None => Outcome::Refused(Refusal::Changed),
                Some(id) => {
                    let receiver = receivers.get(&id).ok_or_else(|| Failure::internal("a receiver is gone"))?;
                    give(write, *receiver, &customer).await?
                }
            };
            outcomes.push((customer.id, outcome));
        }
        Ok(outcomes)
    }

    /// An edit since does not stand in the way: only another owner or department does.
    async fn undo(
        &self,
        write: &mut Write,
        job: &Job,
        _: HashMap<Uuid, Owner>,
        items: &[Item],
    ) -> Result<Vec<(Uuid, Outcome)>, Failure> {
        let subjects: Vec<Uuid> = items.iter().map(|item| item.subject_id).collect();
        let locked = assign::store::lock(write.connection(), &subjects, job.scope()).await?;
        let mut outcomes = Vec::with_capacity(locked.len());
        for customer in customer::store::find_with_contacts(write.connection(), &locked).await? {
            let Some(item) = items.iter().find(|item| item.subject_id == customer.id) else { continue };
            let moved = Moved::decode(item.before.as_slice()).map_err(Failure::internal)?;
            let now = Owner::of(&customer);
            let outcome = if now == moved.after() || now == moved.before() {
                give(write, moved.before(), &customer).await?
            } else {
                Outcome::Refused(Refusal::Changed)
            };
            outcomes.push((customer.id, outcome));
        }
        Ok(outcomes)
    }
}

async fn give(write: &mut Write, owner: Owner, customer: &customer::Customer) -> Result<Outcome, Failure> {
    Ok(match owner.take(write, customer).await? {
        Some(version) => Outcome::Changed { before: Moved::of(Owner::of(customer), owner).encode_to_vec(), version },
        None => Outcome::Unchanged,
    })
}

/// From whom to whom a customer went, kept for an undo.
#[derive(Clone, PartialEq, prost::Message)]
struct Moved {
    /// Customers that have no other fields.
    #[prost(message, optional, tag = "1")]
    before: Option<Place>,
    #[prost(message, optional, tag = "2")]
    after: Option<Place>,
}

impl Moved {
    fn of(before: Owner, after: Owner) -> Moved {
        Moved { before: Some(place(before)), after: Some(place(after)) }
    }

    fn before(&self) -> Owner {
        owner(self.before.as_ref())
    }

    fn after(&self) -> Owner {
        owner(self.after.as_ref())
    }
}

fn place(owner: Owner) -> Place {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    Place { owner_id: text(owner.owner_id), department_id: text(owner.department_id), ..Place::default() }
}

fn owner(place: Option<&Place>) -> Owner {
    let id = |of: fn(&Place) -> &String| place.and_then(|place| of(place).parse().ok());
    Owner { owner_id: id(|place| &place.owner_id), department_id: id(|place| &place.department_id) }
}
