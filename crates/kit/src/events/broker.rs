//! The connection to RabbitMQ, and what is declared there.

use std::{future::Future, sync::Arc, time::Duration};

use lapin::{
    Channel, Connection, ConnectionProperties, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, ShortString},
    uri::AMQPUri,
};

use tokio::{sync::Mutex, task::JoinHandle, time::Instant};

use super::consumer::Subscription;
use crate::{live::Source, problem::Failure};

/// Where the broker is, and what stands before every name on it, so that tests do not meet.
#[derive(Clone, Debug)]
pub struct Broker {
    /// Addresses, the newest first, with spaces or line breaks between them.
    source: Source,
    prefix: String,
    /// The attempt to connect that has not ended yet; see [`Broker::connect`].
    pending: Arc<Mutex<Option<Attempt>>>,
}

#[derive(Debug)]
struct Attempt {
    begun: Instant,
    ending: JoinHandle<lapin::Result<Connection>>,
}

/// Every subscription of CIMS. Whoever publishes declares them all first, so that no event is lost because its reader
/// has not started yet.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    pub subscriptions: Vec<Subscription>,
}

impl Topology {
    /// Whether some queue waits for events of this type.
    pub fn expects(&self, event_type: &str) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.follows(event_type))
    }
}

/// Topic matching of one key: `*` stands for one word, `#` at the end for the rest.
pub(super) fn matches(key: &str, event_type: &str) -> bool {
    let mut words = event_type.split('.');
    for part in key.split('.') {
        match (part, words.next()) {
            ("#", _) => return true,
            ("*", Some(_)) => {}
            (part, Some(word)) if part == word => {}
            _ => return false,
        }
    }
    words.next().is_none()
}

/// A message that was delivered this often and failed each time is set aside.
pub(super) const DELIVERY_LIMIT: i32 = 5;
/// Bytes of a frame. A connection holds 64 of them in each direction from its start: at the broker's 128 KiB, 8 MiB.
const FRAME: u32 = 16 << 10;
/// A peer that nothing came from in twice this time is gone: both send something at least twice in it. The broker's own value, a
/// minute, would leave a consumer at a dead connection for two.
const HEARTBEAT_SECONDS: u16 = 10;
/// How long a caller waits for a connection, and for each answer on it.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// An attempt to connect that has not ended by then never will: it is given up, with its socket.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(30);
/// Whoever declares, one at a time in a process. RabbitMQ says that a queue exists while another's declaration still starts it,
/// and ends the connection of who consumes from it then.
static DECLARING: Mutex<()> = Mutex::const_new(());

impl Broker {
    /// The addresses, the newest first with line breaks between them, are read anew for every connection, so that
    /// passwords change under a running process.
    pub fn new(addresses: impl Into<Source>, prefix: String) -> Broker {
        Broker { source: addresses.into(), prefix, pending: Arc::default() }
    }

    /// Name of the exchange that carries people's changes, or of the one for bulk work.
    pub fn exchange(&self, bulk: bool) -> String {
        format!("{}cims.internal{}", self.prefix, if bulk { ".bulk" } else { "" })
    }

    /// The exchange of messages that nobody could apply.
    pub fn dead_exchange(&self) -> String {
        format!("{}cims.dead", self.prefix)
    }

    /// The exchange of notices to open pages, which nobody keeps.
    pub fn notice_exchange(&self) -> String {
        format!("{}cims.notices", self.prefix)
    }

    /// A consumer's queue. Other arguments need another name: raise the number when they change.
    pub fn queue(&self, consumer: &str, bulk: bool) -> String {
        format!("{}cims.{consumer}{}.1", self.prefix, if bulk { ".bulk" } else { "" })
    }

    pub fn dead_queue(&self, consumer: &str) -> String {
        format!("{}cims.{consumer}.dead.1", self.prefix)
    }

    /// A connection of the caller's own. An attempt that a mute broker does not end in time stays, and the next caller
    /// waits for it too: giving it up would leave its socket open, and each new one would weigh the broker down further.
    ///
    /// # Errors
    /// When the broker is out of reach.
    pub async fn connect(&self) -> Result<Connection, Failure> {
        let mut pending = self.pending.lock().await;
        if pending.as_ref().is_some_and(|attempt| attempt.begun.elapsed() > ATTEMPT_LIMIT)
            && let Some(attempt) = pending.take()
        {
            attempt.ending.abort();
        }
        let addresses = self.source.read()?;
        let attempt = pending
            .get_or_insert_with(|| Attempt { begun: Instant::now(), ending: tokio::spawn(connect_to_any(addresses)) });
        let ended = in_time(&mut attempt.ending).await?;
        *pending = None;
        ended.map_err(Failure::internal)?.map_err(out_of_reach)
    }

    /// Declares all exchanges and queues; what exists stays as it is.
    ///
    /// # Errors
    /// When the broker refuses, as it does when a queue exists with other arguments.
    pub async fn declare(&self, channel: &Channel, topology: &Topology) -> Result<(), Failure> {
        let _turn = DECLARING.lock().await;
        let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
        for (name, kind) in [
            (self.exchange(false), ExchangeKind::Topic),
            (self.exchange(true), ExchangeKind::Topic),
            (self.dead_exchange(), ExchangeKind::Direct),
            (self.notice_exchange(), ExchangeKind::Fanout),
        ] {
            answered(channel.exchange_declare(name.into(), kind, durable, FieldTable::default())).await?;
        }
        for subscription in &topology.subscriptions {
            self.declare_queues(channel, subscription).await?;
        }
        Ok(())
    }

    async fn declare_queues(&self, channel: &Channel, subscription: &Subscription) -> Result<(), Failure> {
        let dead = self.dead_queue(subscription.consumer);
        self.declare_queue(channel, &dead, FieldTable::default()).await?;
        self.bind(channel, &dead, &self.dead_exchange(), subscription.consumer).await?;
        for bulk in [false, true] {
            let queue = self.queue(subscription.consumer, bulk);
            self.declare_queue(channel, &queue, self.arguments(subscription.consumer)).await?;
            for key in subscription.bindings {
                self.bind(channel, &queue, &self.exchange(bulk), key).await?;
            }
        }
        Ok(())
    }

    fn arguments(&self, consumer: &str) -> FieldTable {
        let mut arguments = FieldTable::default();
        let mut set = |name: &str, value: AMQPValue| {
            arguments.insert(ShortString::from(name), value);
        };
        set("x-single-active-consumer", AMQPValue::Boolean(true));
        set("x-delivery-limit", AMQPValue::LongLongInt(DELIVERY_LIMIT.into()));
        set("x-dead-letter-exchange", AMQPValue::LongString(self.dead_exchange().into()));
        set("x-dead-letter-routing-key", AMQPValue::LongString(consumer.into()));
        // Both are what dead lettering without loss needs.
        set("x-dead-letter-strategy", AMQPValue::LongString("at-least-once".into()));
        set("x-overflow", AMQPValue::LongString("reject-publish".into()));
        arguments
    }

    async fn declare_queue(&self, channel: &Channel, name: &str, mut arguments: FieldTable) -> Result<(), Failure> {
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        let durable = QueueDeclareOptions { durable: true, ..Default::default() };
        answered(channel.queue_declare(name.into(), durable, arguments)).await?;
        Ok(())
    }

    async fn bind(&self, channel: &Channel, queue: &str, exchange: &str, key: &str) -> Result<(), Failure> {
        let options = QueueBindOptions::default();
        answered(channel.queue_bind(queue.into(), exchange.into(), key.into(), options, FieldTable::default())).await
    }
}

/// Through the first address that takes us: the newest password may not be the server's yet.
async fn connect_to_any(addresses: String) -> lapin::Result<Connection> {
    let nothing = std::io::Error::new(std::io::ErrorKind::InvalidInput, "there is no address of a broker");
    let mut last = lapin::Error::from(nothing);
    for address in addresses.split_whitespace() {
        match connect_to(address).await {
            Ok(connection) => return Ok(connection),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn connect_to(address: &str) -> lapin::Result<Connection> {
    // After a slash at the end a virtual host without a name would stand; RabbitMQ's operator writes one.
    let uri = address.trim_end_matches('/').parse::<AMQPUri>();
    let mut uri = uri.map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error))?;
    uri.query.frame_max.get_or_insert(FRAME);
    uri.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
    Connection::connect_uri(uri, ConnectionProperties::default()).await
}

/// What the broker answers within the time that an answer may take. lapin sometimes never hears of a connection that ended while
/// it was used, and would wait for ever.
pub(super) async fn answered<T>(question: impl Future<Output = lapin::Result<T>>) -> Result<T, Failure> {
    in_time(question).await?.map_err(out_of_reach)
}

async fn in_time<T>(question: impl Future<Output = T>) -> Result<T, Failure> {
    let answer = tokio::time::timeout(ANSWER_LIMIT, question).await;
    answer.map_err(|_| Failure::Unavailable("the broker did not answer".to_owned()))
}

pub(super) fn out_of_reach(error: lapin::Error) -> Failure {
    Failure::Unavailable(format!("broker: {error}"))
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::net::TcpListener;

    use super::{Broker, matches};
    use crate::live::Source;

    /// A server that hangs up on whoever comes, and how many came.
    async fn hanging_up() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let address = format!("amqp://{}", listener.local_addr().expect("it is bound"));
        let came = Arc::new(AtomicUsize::new(0));
        let count = came.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                drop(connection);
            }
        });
        (address, came)
    }

    #[tokio::test]
    async fn addresses_are_read_for_every_connection_and_tried_in_turn() {
        let ((one, at_one), (other, at_other)) = (hanging_up().await, hanging_up().await);
        let text = Arc::new(Mutex::new(one.clone()));
        let file = text.clone();
        let source = Source::new(move || Ok(file.lock().expect("nobody panics").clone()));
        let broker = Broker::new(source, String::new());
        assert!(broker.connect().await.is_err(), "there is no broker");
        let before = at_one.load(Ordering::SeqCst);
        assert!(before > 0 && at_other.load(Ordering::SeqCst) == 0, "only the one address is known");
        *text.lock().expect("nobody panics") = format!("{other}\n{one}");
        assert!(broker.connect().await.is_err(), "there is no broker");
        assert!(at_other.load(Ordering::SeqCst) > 0, "the new address was asked");
        assert!(at_one.load(Ordering::SeqCst) > before, "and then the old one");
    }

    #[test]
    fn keys_match_as_the_broker_does() {
        assert!(matches("customer.customer.*.v1", "customer.customer.updated.v1"));
        assert!(matches("customer.#", "customer.customer.updated.v1"));
        assert!(!matches("customer.contact.*.v1", "customer.customer.updated.v1"));
        assert!(!matches("customer.customer", "customer.customer.updated.v1"));
    }
}
