//! Beginning, showing, cancelling and undoing jobs, for the RPCs of a service.

use std::{marker::PhantomData, sync::Arc};

use prost::Message;
use sqlx::types::Json;
use tokio::sync::Notify;
use tonic::{Response, Status};
use uuid::Uuid;

use super::{
    Author, Job, Refusal, State, Work, store,
    worker::{self, Worker},
};
use crate::{
    auth::Scope,
    call::Call,
    problem::Failure,
    service::Context,
    write::{Begin, Write, Writer},
};

/// Enough to see what is the matter; how many there are, the job's count says.
const REFUSED_SHOWN: i64 = 100;

/// The jobs of one kind.
#[derive(Debug)]
pub struct Jobs<W> {
    writer: Writer,
    wake: Arc<Notify>,
    kind: PhantomData<fn() -> W>,
}

impl<W: Work> Jobs<W> {
    /// Starts working until the process stops.
    pub fn start(context: &Context, work: W) -> Jobs<W> {
        let wake = Arc::new(Notify::new());
        let worker = Worker {
            work,
            service: context.service,
            writer: context.writer.clone(),
            notices: context.notices.clone(),
            wake: wake.clone(),
        };
        context.spawn(worker::run(worker, context.stop.clone()));
        Jobs { writer: context.writer.clone(), wake, kind: PhantomData }
    }

    /// Adds a job to a write that the caller goes on to commit; then call [`Jobs::wake`]. `spec` is the request.
    ///
    /// # Errors
    /// When nobody is signed in, or the database refuses.
    pub async fn begin(&self, write: &mut Write, call: &Call, spec: &impl Message) -> Result<Job, Failure> {
        let user = call.user()?;
        let author = Author { user_id: user.user_id, department_id: user.department_id, scope: call.scope.clone() };
        let job = fresh::<W>(write, write.id(), call, author, spec);
        store::add(write.connection(), &job).await?;
        Ok(job)
    }

    /// The same under an id of the caller's, which is a service that acts for the author: asked again it answers the job
    /// as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_as(
        &self,
        write: &mut Write,
        call: &Call,
        id: Uuid,
        author: Author,
        spec: &impl Message,
    ) -> Result<Job, Failure> {
        let job = fresh::<W>(write, id, call, author, spec);
        if store::add(write.connection(), &job).await? {
            return Ok(job);
        }
        store::lock(write.connection(), id, W::KIND, None).await?.ok_or(Failure::NotFound)
    }

    /// The first records that a job left as they are, and why.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refused(&self, id: Uuid) -> Result<Vec<(Uuid, Refusal)>, Failure> {
        store::refused(self.writer.pool(), id, REFUSED_SHOWN).await
    }

    /// Tells the worker that there is something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// A job, for its author and whoever's operation reaches everything.
    ///
    /// # Errors
    /// `NotFound` for anybody else.
    pub async fn get(&self, call: &Call, id: Uuid) -> Result<Response<cims_proto::Job>, Status> {
        let job = store::find(self.writer.pool(), id, W::KIND, author(call)?).await?.ok_or(Failure::NotFound)?;
        Ok(Response::new(job.to_proto()))
    }

    /// Stops a job between two batches. One that has ended stays as it is: its state says so.
    ///
    /// # Errors
    /// As [`Jobs::get`].
    pub async fn cancel(&self, call: &Call, id: Uuid) -> Result<Response<cims_proto::Job>, Status> {
        self.turn(call, id, |job, now| {
            if job.state == State::Running {
                (job.state, job.finish_time) = (State::Cancelled, Some(now));
            }
            Ok(())
        })
        .await
    }

    /// Begins to take back what a job that has ended changed.
    ///
    /// # Errors
    /// As [`Jobs::get`]; `JOB_NOT_ENDED` while it runs, `JOB_UNDONE` when it was undone.
    pub async fn undo(&self, call: &Call, id: Uuid) -> Result<Response<cims_proto::Job>, Status> {
        let answer = self
            .turn(call, id, |job, _| match job.state {
                State::Succeeded | State::Cancelled | State::Failed => {
                    undoing(job);
                    Ok(())
                }
                State::Running => Err(Failure::state("JOB_NOT_ENDED")),
                State::Undoing | State::Undone => Err(Failure::state("JOB_UNDONE")),
            })
            .await?;
        self.wake();
        Ok(answer)
    }

    async fn turn(
        &self,
        call: &Call,
        id: Uuid,
        change: impl FnOnce(&mut Job, chrono::DateTime<chrono::Utc>) -> Result<(), Failure>,
    ) -> Result<Response<cims_proto::Job>, Status> {
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let job = store::lock(write.connection(), id, W::KIND, author(call)?).await?;
        let mut job = job.ok_or(Failure::NotFound)?;
        let now = write.now();
        change(&mut job, now)?;
        store::turn(write.connection(), &job).await?;
        write.commit(job.to_proto()).await
    }
}

fn fresh<W: Work>(write: &Write, id: Uuid, call: &Call, author: Author, spec: &impl Message) -> Job {
    Job {
        id,
        kind: W::KIND.to_owned(),
        state: State::Running,
        spec: spec.encode_to_vec(),
        author_id: author.user_id,
        department_id: author.department_id,
        scope: Json(author.scope),
        trace_parent: call.trace.to_string(),
        chosen: false,
        cursor: None,
        total: 0,
        progress: 0,
        changed: 0,
        unchanged: 0,
        refused: 0,
        create_time: write.now(),
        finish_time: None,
    }
}

/// Goes through the records again from the first; what counts now is what it had changed.
fn undoing(job: &mut Job) {
    job.state = State::Undoing;
    // A job that was stopped while it chose has changed nothing.
    (job.chosen, job.cursor, job.finish_time) = (true, None, None);
    (job.total, job.progress) = (job.changed, 0);
    (job.changed, job.unchanged, job.refused) = (0, 0, 0);
}

/// Whose jobs the caller sees: none for everybody's.
fn author(call: &Call) -> Result<Option<Uuid>, Failure> {
    match call.scope {
        Scope::Everything => Ok(None),
        _ => Ok(Some(call.user()?.user_id)),
    }
}
