//! The edge in front of services that are not real: what HTTP says, and what reaches a service.

use std::{collections::HashMap, sync::Arc};

use cims_proto::{
    identity::v1::{
        CreateSessionRequest, DeleteCurrentSessionRequest, DeleteCurrentSessionResponse, ExchangeSessionRequest, RefreshSessionRequest, Session,
        sessions_server::{Sessions, SessionsServer},
    },
    tagging::v1::{
        ApplyTagRequest, ApplyTagResponse, CreateTagRequest, DeleteTagRequest, ListCustomerTagsRequest, ListCustomerTagsResponse, ListTagsRequest,
        ListTagsResponse, SetCustomerTagsRequest, Tag, UpdateTagRequest,
        tags_server::{Tags, TagsServer},
    },
};
use kit::{
    Failure,
    auth::{GrantsCache, PrivateKey, ServiceSecret, Verifier},
    client::Channel,
    clock::{Clock, time},
    events::Broker,
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

#[derive(Debug)]
struct Stub;

fn header<T>(request: &Request<T>, name: &str) -> String {
    request.metadata().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tonic::async_trait]
impl Tags for Stub {
    async fn list_tags(&self, request: Request<ListTagsRequest>) -> Result<Response<ListTagsResponse>, Status> {
        let name = header(&request, "authorization");
        Ok(Response::new(ListTagsResponse { tags: vec![Tag { name, ..Default::default() }] }))
    }

    async fn create_tag(&self, request: Request<CreateTagRequest>) -> Result<Response<Tag>, Status> {
        let tag = request.into_inner().tag.unwrap_or_default();
        match tag.name.as_str() {
            "twice" => Err(Failure::field("/tag/name", kit::problem::code::TOO_LONG, 50).into()),
            "secret" => Err(Failure::internal("the inner text").into()),
            _ => Ok(Response::new(Tag { etag: kit::call::etag(1), ..tag })),
        }
    }

    async fn update_tag(&self, request: Request<UpdateTagRequest>) -> Result<Response<Tag>, Status> {
        let group = format!("{} {}", header(&request, "if-match"), header(&request, "idempotency-key"));
        let message = request.into_inner();
        let color = message.update_mask.unwrap_or_default().paths.join("+");
        Ok(Response::new(Tag { group, color, ..message.tag.unwrap_or_default() }))
    }

    async fn delete_tag(&self, _: Request<DeleteTagRequest>) -> Result<Response<Tag>, Status> {
        Err(Failure::Forbidden { operation: "tag.define".to_owned() }.into())
    }

    async fn list_customer_tags(&self, _: Request<ListCustomerTagsRequest>) -> Result<Response<ListCustomerTagsResponse>, Status> {
        Err(Failure::NotFound.into())
    }

    async fn set_customer_tags(&self, _: Request<SetCustomerTagsRequest>) -> Result<Response<ListCustomerTagsResponse>, Status> {
        Err(Failure::InFlight.into())
    }

    async fn apply_tag(&self, _: Request<ApplyTagRequest>) -> Result<Response<ApplyTagResponse>, Status> {
        Err(Failure::NotFound.into())
    }
}

fn session(refresh_token: &str) -> Session {
    let expire_time = Some(time::to_proto(Clock::system().now() + chrono::TimeDelta::minutes(10)));
    Session { access_token: format!("access-{refresh_token}"), refresh_token: refresh_token.to_owned(), expire_time, user: None }
}

#[tonic::async_trait]
impl Sessions for Stub {
    async fn create_session(&self, _: Request<CreateSessionRequest>) -> Result<Response<Session>, Status> {
        Ok(Response::new(session("r1")))
    }

    async fn refresh_session(&self, request: Request<RefreshSessionRequest>) -> Result<Response<Session>, Status> {
        Ok(Response::new(session(&format!("{}+", request.into_inner().refresh_token))))
    }

    async fn exchange_session(&self, request: Request<ExchangeSessionRequest>) -> Result<Response<Session>, Status> {
        match request.into_inner().refresh_token.as_str() {
            "ended" => Err(Failure::Unauthenticated("SESSION_ENDED").into()),
            token => Ok(Response::new(session(token))),
        }
    }

    async fn delete_current_session(&self, _: Request<DeleteCurrentSessionRequest>) -> Result<Response<DeleteCurrentSessionResponse>, Status> {
        Ok(Response::new(DeleteCurrentSessionResponse {}))
    }
}

struct World {
    base: String,
    client: Client,
    stop: CancellationToken,
}

impl World {
    async fn start() -> World {
        let inner = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", inner.local_addr().expect("an address"));
        let server = tonic::transport::Server::builder().add_service(TagsServer::new(Stub)).add_service(SessionsServer::new(Stub));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(inner)));
        let channel = |url: &str| Channel::lazy(url, None).expect("a channel");
        // Nobody listens where interactions should be.
        let channels = HashMap::from([("identity", channel(&url)), ("tagging", channel(&url)), ("interaction", channel("http://127.0.0.1:1"))]);
        let key = PrivateKey::generate().expect("a key");
        let settings = gateway::Settings {
            verifier: Arc::new(Verifier::new(key.public(), ServiceSecret::generate(), Clock::system())),
            grants: GrantsCache::new(channel(&url)),
            broker: Broker::new("amqp://127.0.0.1:1".to_owned(), String::new()),
            web_dir: "no-such-folder".into(),
            channels,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let stop = CancellationToken::new();
        tokio::spawn(gateway::serve(listener, settings, stop.clone()));
        World { base, client: Client::new(), stop }
    }

    fn request(&self, verb: Method, path: &str) -> RequestBuilder {
        self.client.request(verb, format!("{}{path}", self.base))
    }

    async fn send(&self, request: RequestBuilder) -> (StatusCode, reqwest::header::HeaderMap, Value) {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a body");
        (status, headers, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn refused(&self, request: RequestBuilder) -> (u16, Value) {
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

#[tokio::test]
async fn a_write_reaches_the_service_and_its_answer_comes_back() {
    let world = World::start().await;
    let created = world.request(Method::POST, "/v1/tags").json(&json!({ "name": "重要" }));
    let (status, headers, body) = world.send(created).await;
    assert_eq!((status.as_u16(), body["name"].as_str(), &headers["etag"]), (201, Some("重要"), &"\"1\"".parse().expect("a header")));
    assert_eq!(headers["cache-control"], "no-store");
    let patch = world.request(Method::PATCH, "/v1/tags/7").header("If-Match", "\"3\"").header("Idempotency-Key", "k");
    let (_, _, body) = world.send(patch.json(&json!({ "name": "a", "group": "g" }))).await;
    assert_eq!(body, json!({ "id": "7", "name": "a", "group": "\"3\" k", "color": "group+name", "etag": "" }));
}

#[tokio::test]
async fn what_is_refused_says_why_in_the_readers_language() {
    let world = World::start().await;
    let (status, body) = world.refused(world.request(Method::POST, "/v1/tags").json(&json!({ "name": "twice" })).header("Accept-Language", "en")).await;
    assert_eq!((status, &body["code"], &body["errors"][0]["pointer"]), (400, &json!("INVALID"), &json!("/name")));
    let (status, body) = world.refused(world.request(Method::POST, "/v1/tags").json(&json!({ "name": "secret" }))).await;
    assert_eq!((status, body["title"].as_str()), (500, Some("系统内部错误")));
    assert!(!body.to_string().contains("inner text"));
    let (status, body) = world.refused(world.request(Method::DELETE, "/v1/tags/7")).await;
    assert_eq!((status, body["operation"].as_str()), (403, Some("tag.define")));
    let (status, body) = world.refused(world.request(Method::POST, "/v1/customers/7/tags:set")).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("IN_FLIGHT")));
    assert_eq!(world.refused(world.request(Method::GET, "/v1/nothing")).await.0, 404);
    assert_eq!(world.refused(world.request(Method::PUT, "/v1/tags")).await.0, 405);
    assert_eq!(world.refused(world.request(Method::POST, "/v1/tags").body("{}")).await.0, 415);
    let large = json!({ "name": "x".repeat(2 << 20) });
    assert_eq!(world.refused(world.request(Method::POST, "/v1/tags").json(&large)).await.0, 413);
    let (status, body) = world.refused(world.request(Method::GET, "/v1/interactions")).await;
    assert_eq!((status, body["code"].as_str()), (503, Some("UNAVAILABLE")));
    let (status, _, body) = world.send(world.request(Method::GET, "/readyz")).await;
    assert_eq!((status.as_u16(), body.as_str()), (503, Some("out of reach: interaction\n")));
}

#[tokio::test]
async fn a_browser_has_cookies_and_a_program_a_token() {
    let world = World::start().await;
    let sign_in = || world.request(Method::POST, "/v1/sessions").json(&json!({ "username": "a", "password": "b" }));
    let (status, headers, body) = world.send(sign_in().header("Sec-Fetch-Site", "same-origin")).await;
    assert_eq!((status.as_u16(), body.get("refreshToken")), (201, None));
    let cookies: Vec<_> = headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
    assert!(cookies[0].starts_with("__Host-cims-session=r1;") && cookies[0].contains("HttpOnly"), "{cookies:?}");
    assert_eq!(world.send(sign_in()).await.2["refreshToken"], "r1");

    let by_cookie = |verb: Method, path: &str| world.request(verb, path).header("Cookie", "__Host-cims-session=r1; __Host-cims-csrf=c");
    let (_, _, body) = world.send(by_cookie(Method::GET, "/v1/tags")).await;
    assert_eq!(body["tags"][0]["name"], "Bearer access-r1");
    let (status, body) = world.refused(by_cookie(Method::POST, "/v1/tags").json(&json!({ "name": "a" }))).await;
    assert_eq!((status, body["code"].as_str()), (403, Some("CSRF")));
    let (status, ..) = world.send(by_cookie(Method::POST, "/v1/tags").header("X-CSRF-Token", "c").json(&json!({ "name": "a" }))).await;
    assert_eq!(status.as_u16(), 201);
    let (_, _, body) = world.send(by_cookie(Method::POST, "/v1/sessions:refresh").header("X-CSRF-Token", "c")).await;
    assert_eq!((body["accessToken"].as_str(), body.get("refreshToken")), (Some("access-r1+"), None));
    let (status, headers, _) = world.send(by_cookie(Method::DELETE, "/v1/sessions/current").header("X-CSRF-Token", "c")).await;
    assert!(status.as_u16() == 204 && headers["set-cookie"].to_str().is_ok_and(|cookie| cookie.contains("Max-Age=0")));
    let ended = world.request(Method::GET, "/v1/tags").header("Cookie", "__Host-cims-session=ended");
    assert_eq!(world.refused(ended).await.1["code"], "SESSION_ENDED");
}
