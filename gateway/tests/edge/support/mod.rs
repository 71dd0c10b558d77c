//! A gateway in front of services that are not real.

mod services;

use std::{collections::HashMap, sync::Arc};

use cims_proto::{
    customer::v1::imports_server::ImportsServer,
    identity::v1::{access_server::AccessServer, sessions_server::SessionsServer},
    tagging::v1::tags_server::TagsServer,
};
use kit::{
    auth::{GrantsCache, PrivateKey, ServiceSecret, Verifier},
    client::Channel,
    clock::Clock,
    events::Broker,
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use services::Stub;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;

pub struct World {
    pub base: String,
    pub client: Client,
    /// Signs tokens that the gateway believes.
    pub key: PrivateKey,
    pub stop: CancellationToken,
}

impl World {
    pub async fn start() -> World {
        let inner = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", inner.local_addr().expect("an address"));
        let server = tonic::transport::Server::builder()
            .add_service(TagsServer::new(Stub))
            .add_service(SessionsServer::new(Stub));
        let server = server.add_service(AccessServer::new(Stub)).add_service(ImportsServer::new(Stub));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(inner)));
        let channel = |url: &str| Channel::lazy(url, None).expect("a channel");
        // Nobody listens where interactions should be.
        let channels = HashMap::from([
            ("identity", channel(&url)),
            ("tagging", channel(&url)),
            ("customer", channel(&url)),
            ("interaction", channel("http://127.0.0.1:1")),
        ]);
        let key = PrivateKey::generate().expect("a key");
        let stop = CancellationToken::new();
        let settings = gateway::Settings {
            verifier: Arc::new(Verifier::new(key.public(), ServiceSecret::generate(), Clock::system())),
            grants: GrantsCache::start(channel(&url), stop.clone()),
            broker: Broker::new("amqp://127.0.0.1:1".to_owned(), String::new()),
            web_dir: "no-such-folder".into(),
            clock: Clock::system(),
            channels,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(gateway::serve(listener, settings, stop.clone()));
        World { base, client: Client::new(), key, stop }
    }

    pub fn request(&self, verb: Method, path: &str) -> RequestBuilder {
        self.client.request(verb, format!("{}{path}", self.base))
    }

    pub async fn send(&self, request: RequestBuilder) -> (StatusCode, reqwest::header::HeaderMap, Value) {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a body");
        (status, headers, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub async fn refused(&self, request: RequestBuilder) -> (u16, Value) {
        let (status, headers, body) = self.send(request).await;
        assert_eq!(headers["content-type"], "application/problem+json", "{body}");
        (status.as_u16(), body)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
