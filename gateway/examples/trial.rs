use kit::{auth::*, client::Channel, clock::Clock, events::Broker};
use std::{collections::HashMap, sync::Arc};
#[tokio::main]
async fn main() {
    let _t = kit::telemetry::start("gateway").unwrap();
    let c = || Channel::lazy("http://127.0.0.1:1", None).unwrap();
    let settings = gateway::Settings {
        channels: HashMap::from([("customer", c()), ("identity", c())]),
        verifier: Arc::new(Verifier::new(
            PrivateKey::generate().unwrap().public(),
            ServiceSecret::generate(),
            Clock::system(),
        )),
        grants: GrantsCache::new(c()),
        broker: Broker::new("amqp://guest:guest@127.0.0.1:5672".to_owned(), "trial".into()),
        web_dir: std::env::args().nth(1).unwrap().into(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:18999").await.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let s = stop.clone();
    tokio::spawn(async move {
        tokio::signal::ctrl_c().await.unwrap();
        s.cancel();
    });
    println!("{:?}", gateway::serve(listener, settings, stop).await);
}
