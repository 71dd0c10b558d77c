//! The service `Handovers`, by which customers take part.

use cims_proto::{
    Job,
    handover::v1::{
        CancelHandoverPartRequest, CountOwnedRequest, CountOwnedResponse, GetHandoverPartRequest, HandoverPart,
        HandoverRefusal, OwnedCount, StartHandoverRequest, UndoHandoverPartRequest,
        handovers_server::{Handovers, HandoversServer},
    },
    job,
};
use kit::{
    Failure, Scope,
    call::parse_id,
    database::Pool,
    job::{Author, Jobs},
    open,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{CUSTOMER, Plan, store, work::Work};

#[derive(Debug)]
pub struct HandoverService {
    pool: Pool,
    writer: Writer,
    jobs: Jobs<Work>,
}

impl HandoverService {
    /// Starts the jobs.
    ///
    /// # Errors
    /// When the process was wired without identity.
    pub fn server(context: &Context) -> Result<HandoversServer<HandoverService>, Failure> {
        let (pool, writer) = (context.pool.clone(), context.writer.clone());
        let jobs = Jobs::start(context, Work { identity: context.peer("identity")?, pool: pool.clone() });
        Ok(HandoversServer::new(HandoverService { pool, writer, jobs }))
    }

    async fn part(&self, job: Job) -> Result<Response<HandoverPart>, Status> {
        let refused = match job.refused {
            0 => Vec::new(),
            _ => self.jobs.refused(parse_id("/id", &job.id)?).await?,
        };
        let refusals = refused.into_iter().map(|(id, refusal)| HandoverRefusal {
            r#type: CUSTOMER.to_owned(),
            id: id.to_string(),
            reason: job::Refusal::from(refusal).into(),
        });
        Ok(Response::new(HandoverPart { service: String::new(), refusals: refusals.collect(), job: Some(job) }))
    }
}

#[tonic::async_trait]
impl Handovers for HandoverService {
    async fn count_owned(&self, request: Request<CountOwnedRequest>) -> Result<Response<CountOwnedResponse>, Status> {
        let (_, request) = open(request)?;
        let plan = Plan::parse(&request.owner_id, &request.rules)?;
        let scope = Scope::try_from(&request.reach.unwrap_or_default())?;
        let counts = store::count(&self.pool, &plan, &scope).await?;
        let counts = counts.iter().map(|own| counted(&plan, own)).collect::<Result<_, _>>()?;
        Ok(Response::new(CountOwnedResponse { counts }))
    }

    async fn start_handover(&self, request: Request<StartHandoverRequest>) -> Result<Response<HandoverPart>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let author = author(&request)?;
        Plan::parse(&request.owner_id, &request.rules)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let job = self.jobs.begin_as(&mut write, &call, id, author, &request).await?.to_proto();
        let answer = write.commit(HandoverPart { job: Some(job), ..Default::default() }).await;
        self.jobs.wake();
        answer
    }

    async fn get_handover_part(
        &self,
        request: Request<GetHandoverPartRequest>,
    ) -> Result<Response<HandoverPart>, Status> {
        let (call, request) = open(request)?;
        let job = self.jobs.get(&call, parse_id("/id", &request.id)?).await?;
        self.part(job.into_inner()).await
    }

    async fn cancel_handover_part(
        &self,
        request: Request<CancelHandoverPartRequest>,
    ) -> Result<Response<HandoverPart>, Status> {
        let (call, request) = open(request)?;
        let job = self.jobs.cancel(&call, parse_id("/id", &request.id)?).await?;
        self.part(job.into_inner()).await
    }

    async fn undo_handover_part(
        &self,
        request: Request<UndoHandoverPartRequest>,
    ) -> Result<Response<HandoverPart>, Status> {
        let (call, request) = open(request)?;
        let job = self.jobs.undo(&call, parse_id("/id", &request.id)?).await?;
        self.part(job.into_inner()).await
    }
}

fn counted(plan: &Plan, own: &store::Count) -> Result<OwnedCount, Failure> {
    let fit = own.fit()?;
    Ok(OwnedCount {
        r#type: CUSTOMER.to_owned(),
        rule: i32::try_from(fit.rule).map_err(Failure::internal)?,
        receiver_id: plan.receiver(fit).as_ref().map(Uuid::to_string).unwrap_or_default(),
        count: i32::try_from(own.count).unwrap_or(i32::MAX),
    })
}

fn author(request: &StartHandoverRequest) -> Result<Author, Failure> {
    Ok(Author {
        user_id: parse_id("/authorId", &request.author_id)?,
        department_id: request.author_department_id.parse().ok(),
        scope: Scope::try_from(&request.reach.clone().unwrap_or_default())?,
    })
}
