//! The work itself: each job that waits is taken by one process at a time, under a lease that a killed process does not
//! renew.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{BATCH, Job, Outcome, PAGE, Refusal, State, Work, store};
use crate::{
    events::{Notice, Notices},
    problem::Failure,
    write::{Write, Writer},
};

/// How long to look again for jobs that other processes left.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Worker<W> {
    pub work: W,
    /// "customer"
    pub service: &'static str,
    pub writer: Writer,
    pub notices: Notices,
    pub wake: Arc<Notify>,
}

/// Works until told to stop. Each step is a transaction of its own, so it may be dropped anywhere and goes on from there.
pub(super) async fn run<W: Work>(worker: Worker<W>, stop: CancellationToken) {
    stop.run_until_cancelled(async {
        loop {
            match store::claim(worker.writer.pool(), W::KIND).await {
                Ok(Some(job)) => worker.advance(job).await,
                Ok(None) => {
                    // Either there is news, or it is time to look for what others left.
                    let _ = tokio::time::timeout(LOOK, worker.wake.notified()).await;
                }
                Err(failure) => {
                    tracing::warn!(%failure, "jobs cannot be looked for");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    })
    .await;
}

impl<W: Work> Worker<W> {
    async fn advance(&self, job: Job) {
        let id = job.id;
        let Err(failure) = self.steps(job).await else { return };
        if failure.is_passing() {
            // The lease runs out and somebody tries again, from where this ended.
            tracing::warn!(job = %id, %failure, "job interrupted");
            return;
        }
        tracing::error!(job = %id, %failure, "job failed");
        match store::fail(self.writer.pool(), id).await {
            Ok(job) => self.tell(job.as_ref()).await,
            Err(failure) => tracing::warn!(job = %id, %failure, "its failure could not be noted"),
        }
    }

    /// Step after step, until the job has ended or is no longer ours.
    async fn steps(&self, mut job: Job) -> Result<(), Failure> {
        loop {
            let after = match job.state {
                State::Running if !job.chosen => self.choose(&job).await?,
                State::Running => self.change(&job).await?,
                State::Undoing => self.undo(&job).await?,
                _ => return Ok(()),
            };
            self.tell(after.as_ref()).await;
            match after {
                Some(after) => job = after,
                None => return Ok(()),
            }
        }
    }

    async fn choose(&self, job: &Job) -> Result<Option<Job>, Failure> {
        let subjects = self.work.choose(job, job.cursor).await?;
        let mut write = self.begin(job).await?;
        if !store::hold(write.connection(), job).await? {
            return Ok(None);
        }
        let is_last = subjects.len() < PAGE;
        let after = store::chosen(write.connection(), job.id, &subjects, is_last).await?;
        write.commit_job().await?;
        Ok(Some(after))
    }

    async fn change(&self, job: &Job) -> Result<Option<Job>, Failure> {
        let subjects = store::waiting(self.writer.pool(), job, BATCH).await?;
        let ready = if subjects.is_empty() { None } else { Some(self.work.prepare(job, &subjects).await?) };
        let mut write = self.begin(job).await?;
        // Whoever else has taken the job meanwhile has moved its cursor.
        if !store::hold(write.connection(), job).await? {
            return Ok(None);
        }
        let Some(ready) = ready else { return finish(write, job, State::Succeeded).await };
        let outcomes = self.work.change(&mut write, job, ready, &subjects).await?;
        let outcomes = complete(outcomes, &subjects);
        store::note(write.connection(), job.id, &outcomes).await?;
        self.go_on(write, job, outcomes).await
    }

    async fn undo(&self, job: &Job) -> Result<Option<Job>, Failure> {
        let items = store::changed(self.writer.pool(), job, BATCH).await?;
        let subjects: Vec<Uuid> = items.iter().map(|item| item.subject_id).collect();
        let ready = if items.is_empty() { None } else { Some(self.work.prepare(job, &subjects).await?) };
        let mut write = self.begin(job).await?;
        if !store::hold(write.connection(), job).await? {
            return Ok(None);
        }
        let Some(ready) = ready else { return finish(write, job, State::Undone).await };
        let outcomes = complete(self.work.undo(&mut write, job, ready, &items).await?, &subjects);
        store::note_refused(write.connection(), job.id, &outcomes).await?;
        self.go_on(write, job, outcomes).await
    }

    async fn go_on(&self, mut write: Write, job: &Job, outcomes: Vec<(Uuid, Outcome)>) -> Result<Option<Job>, Failure> {
        let after = store::advance(write.connection(), job.id, &outcomes).await?;
        write.commit_job().await?;
        Ok(Some(after))
    }

    async fn begin(&self, job: &Job) -> Result<Write, Failure> {
        self.writer.begin_job(Some(job.author_id), job.trace_parent.clone()).await
    }

    /// Tells the open pages of the author how far it is.
    async fn tell(&self, job: Option<&Job>) {
        let Some(job) = job else { return };
        let notice = Notice {
            r#type: format!("{}.job.updated.v1", self.service),
            id: job.id.to_string(),
            version: 0,
            owner_id: Some(job.author_id),
            department_id: job.department_id,
            readers: Vec::new(),
            fields: Vec::new(),
        };
        self.notices.send(&[notice]).await;
    }
}

async fn finish(mut write: Write, job: &Job, state: State) -> Result<Option<Job>, Failure> {
    let now = write.now();
    let after = Job { state, finish_time: Some(now), ..job.clone() };
    store::turn(write.connection(), &after).await?;
    write.commit_job().await?;
    Ok(Some(after))
}

/// One outcome for each record, in their order: what the work says nothing of is gone.
fn complete(outcomes: Vec<(Uuid, Outcome)>, subjects: &[Uuid]) -> Vec<(Uuid, Outcome)> {
    let mut said: HashMap<Uuid, Outcome> = outcomes.into_iter().collect();
    subjects.iter().map(|id| (*id, said.remove(id).unwrap_or(Outcome::Refused(Refusal::Gone)))).collect()
}
