//! What people see and do of events on their way (docs/decisions/0025): every service tells of its own outbox, and of its own
//! queues where it follows events.

mod store;

use std::time::Duration;

use cims_proto::delivery::v1::{
    self as proto, DeadLettersChanged, DropDeadLettersRequest, DropDeadLettersResponse, EventConsumer,
    ListDeadLettersRequest, ListDeadLettersResponse, ListDeliveriesRequest, ListDeliveriesResponse, Outbox,
    RequeueDeadLettersRequest, RequeueDeadLettersResponse,
    dead_letters_changed::Letter,
    deliveries_server::{Deliveries, DeliveriesServer},
};
use prost::Message;
use tonic::{Request, Response, Status};

use crate::{
    call::{Call, open},
    clock::time,
    events::{DeadLetter, DeadLetters},
    problem::{Failure, Violation, code},
    schema::{FieldRules, any},
    service::Context,
    write::{Begin, Change, Write, Writer},
};

/// How long a list waits for the broker; the gateway waits for the whole answer little longer.
const BROKER_LIMIT: Duration = Duration::from_secs(2);

/// The RPCs of every service.
#[derive(Debug)]
pub struct DeliveryService {
    service: &'static str,
    /// It has queues.
    follows: bool,
    writer: Writer,
    letters: DeadLetters,
}

pub fn server(context: &Context) -> DeliveriesServer<DeliveryService> {
    let subscriptions = &context.topology.subscriptions;
    DeliveriesServer::new(DeliveryService {
        service: context.service,
        follows: subscriptions.iter().any(|subscription| subscription.consumer == context.service),
        writer: context.writer.clone(),
        letters: DeadLetters::new(context.broker.clone(), context.topology.clone()),
    })
}

/// What is to become of which letters.
struct Ending<'a> {
    ids: &'a [String],
    /// "dropped"
    verb: &'static str,
    reason: &'a str,
}

#[tonic::async_trait]
impl Deliveries for DeliveryService {
    async fn list_deliveries(
        &self,
        request: Request<ListDeliveriesRequest>,
    ) -> Result<Response<ListDeliveriesResponse>, Status> {
        open(request)?;
        let (waiting, age) = store::outbox(self.writer.pool()).await?;
        let outbox = Outbox {
            service: self.service.to_owned(),
            waiting: int32(waiting),
            // Another clock may have written it; a cast of what is out of reach keeps to the end.
            oldest_seconds: age.max(0.0) as i32,
        };
        let consumers = if self.follows { vec![self.consumer().await] } else { Vec::new() };
        // Who did not answer knows whoever asked.
        let unreachable = Vec::new();
        Ok(Response::new(ListDeliveriesResponse { consumers, outboxes: vec![outbox], unreachable }))
    }

    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        let (call, request) = open(request)?;
        self.check(&request.consumer)?;
        let letters = self.letters.show(self.service).await?;
        let letters = letters.iter().map(|letter| shown(letter, call.field_rules())).collect();
        Ok(Response::new(ListDeadLettersResponse { letters }))
    }

    async fn requeue_dead_letters(
        &self,
        request: Request<RequeueDeadLettersRequest>,
    ) -> Result<Response<RequeueDeadLettersResponse>, Status> {
        let (call, request) = open(request)?;
        self.check(&request.consumer)?;
        let ending = Ending { ids: &request.ids, verb: "requeued", reason: "" };
        let answer = self.note(&call, ending, |ids| RequeueDeadLettersResponse { ids }).await?;
        self.letters.requeue(self.service, &answer.get_ref().ids).await?;
        Ok(answer)
    }

    async fn drop_dead_letters(
        &self,
        request: Request<DropDeadLettersRequest>,
    ) -> Result<Response<DropDeadLettersResponse>, Status> {
        let (call, request) = open(request)?;
        self.check(&request.consumer)?;
        let ending = Ending { ids: &request.ids, verb: "dropped", reason: request.reason.trim() };
        let answer = self.note(&call, ending, |ids| DropDeadLettersResponse { ids }).await?;
        self.letters.discard(self.service, &answer.get_ref().ids).await?;
        Ok(answer)
    }
}

impl DeliveryService {
    /// Another service's consumer is not found here.
    fn check(&self, consumer: &str) -> Result<(), Failure> {
        if self.follows && consumer == self.service { Ok(()) } else { Err(Failure::NotFound) }
    }

    async fn consumer(&self) -> EventConsumer {
        let asked = tokio::time::timeout(BROKER_LIMIT, self.letters.backlog(self.service)).await;
        let backlog = match asked {
            Ok(Ok(backlog)) => Some(backlog),
            Ok(Err(failure)) => {
                tracing::debug!(consumer = self.service, %failure, "the queues were not counted");
                None
            }
            Err(_) => None,
        };
        EventConsumer {
            name: self.service.to_owned(),
            waiting: backlog.map(|backlog| int32(backlog.waiting)),
            bulk_waiting: backlog.map(|backlog| int32(backlog.bulk_waiting)),
            dead: backlog.map(|backlog| int32(backlog.dead)),
        }
    }

    /// Writes down which letters end, before the broker is told: the answer that is kept is the plan, and who sends the same
    /// again gets it again and so ends what a crash has left.
    async fn note<A: Message + Default>(
        &self,
        call: &Call,
        ending: Ending<'_>,
        answer: impl FnOnce(Vec<String>) -> A + Send,
    ) -> Result<Response<A>, Status> {
        // Before the transaction, which is not to wait for the broker.
        let letters = self.letters.show(self.service).await?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let chosen = chosen(&letters, ending.ids)?;
        if !chosen.is_empty() {
            record(&mut write, self.service, &chosen, &ending).await?;
        }
        write.commit(answer(ids_of(&chosen))).await
    }
}

/// Sends those of a consumer's dead letters that have these ids to it again, all when none is named, without a call, and
/// answers how many there were: for the command line. As with a call the line in the log comes first, in the consumer's own;
/// CIMS itself stands in it.
///
/// # Errors
/// When the broker or the consumer's database is out of reach.
pub async fn requeue_letters(
    writer: &Writer,
    letters: &DeadLetters,
    consumer: &str,
    ids: &[String],
) -> Result<usize, Failure> {
    let ending = Ending { ids, verb: "requeued", reason: "" };
    if !ids.is_empty() {
        let noted = note_own(writer, letters, consumer, &ending).await?;
        return letters.requeue(consumer, &noted).await;
    }
    // Those that fail again come back: only as many as are there now are sent.
    let waiting = usize::try_from(letters.backlog(consumer).await?.dead).map_err(Failure::internal)?;
    let mut sent = 0;
    while sent < waiting {
        let noted = note_own(writer, letters, consumer, &ending).await?;
        match letters.requeue(consumer, &noted).await? {
            0 => break,
            some => sent += some,
        }
    }
    Ok(sent)
}

/// Drops those of a consumer's dead letters that have these ids, as [`requeue_letters`] sends them again.
///
/// # Errors
/// When the broker or the consumer's database is out of reach.
pub async fn drop_letters(
    writer: &Writer,
    letters: &DeadLetters,
    consumer: &str,
    ids: &[String],
    reason: &str,
) -> Result<usize, Failure> {
    if ids.is_empty() {
        return Ok(0);
    }
    let noted = note_own(writer, letters, consumer, &Ending { ids, verb: "dropped", reason }).await?;
    letters.discard(consumer, &noted).await
}

/// Writes down, without a call, which of the letters asked for are there and end, and answers their ids.
async fn note_own(
    writer: &Writer,
    letters: &DeadLetters,
    consumer: &str,
    ending: &Ending<'_>,
) -> Result<Vec<String>, Failure> {
    let letters = letters.show(consumer).await?;
    let chosen = named(&letters, ending.ids);
    if !chosen.is_empty() {
        let mut write = writer.begin_job(None, String::new()).await?;
        record(&mut write, consumer, &chosen, ending).await?;
        write.commit_job().await?;
    }
    Ok(ids_of(&chosen))
}

/// The letters with these ids, which must be there; all when none is named.
fn chosen<'l>(letters: &'l [DeadLetter], ids: &[String]) -> Result<Vec<&'l DeadLetter>, Failure> {
    let is_there = |id: &String| letters.iter().any(|letter| letter.id == *id);
    if !ids.iter().all(is_there) {
        return Err(Failure::Invalid(vec![Violation::new("/ids", code::NOT_FOUND)]));
    }
    Ok(named(letters, ids))
}

fn named<'l>(letters: &'l [DeadLetter], ids: &[String]) -> Vec<&'l DeadLetter> {
    letters.iter().filter(|letter| ids.is_empty() || ids.contains(&letter.id)).collect()
}

/// Letters without an id of their own may share one.
fn ids_of(letters: &[&DeadLetter]) -> Vec<String> {
    let mut ids: Vec<String> = letters.iter().map(|letter| letter.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn record(
    write: &mut Write,
    consumer: &str,
    letters: &[&DeadLetter],
    ending: &Ending<'_>,
) -> Result<(), Failure> {
    let letter = |letter: &&DeadLetter| Letter {
        id: letter.id.clone(),
        r#type: letter.event_type.clone(),
        size: int32(letter.size()),
    };
    let payload = DeadLettersChanged {
        consumer: consumer.to_owned(),
        letters: letters.iter().map(letter).collect(),
        reason: ending.reason.to_owned(),
    };
    let said = [("consumer", true), ("letters", true), ("reason", !ending.reason.is_empty())];
    let subject_id = write.id();
    let change = Change {
        subject_type: "delivery.deadLetter",
        subject_id,
        parent_id: None,
        version: 1,
        verb: ending.verb,
        fields: said.into_iter().filter(|(_, is_said)| *is_said).map(|(field, _)| field.to_owned()).collect(),
        owner_id: None,
        department_id: None,
        payload: &payload,
    };
    write.record(change).await
}

fn shown(letter: &DeadLetter, rules: Option<&FieldRules>) -> proto::DeadLetter {
    proto::DeadLetter {
        id: letter.id.clone(),
        r#type: letter.event_type.clone(),
        set_aside_time: letter.set_aside_time.map(time::to_proto),
        reason: letter.reason.into(),
        deliveries: letter.deliveries,
        size: int32(letter.size()),
        payload: letter.payload(rules).map(|json| any(&json)),
    }
}

fn int32(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
