//! Uploads, which stream in, and events, which stream out.

use std::time::Duration;

use crate::support::World;
use kit::{auth::sign_access_token, clock::Clock};
use reqwest::{
    Body, Method, RequestBuilder,
    multipart::{Form, Part},
};

fn upload(world: &World, bytes: impl Into<Body>, name: &'static str) -> RequestBuilder {
    let part = Part::stream(bytes).file_name("客户.xlsx");
    world.request(Method::POST, "/v1/imports").multipart(Form::new().part(name, part))
}

#[tokio::test]
async fn a_file_reaches_the_service_whole() {
    let world = World::start().await;
    let (status, _, body) = world.send(upload(&world, vec![7; 5 << 20], "file")).await;
    assert_eq!(
        (status.as_u16(), body["fileName"].as_str(), body["total"].as_i64()),
        (201, Some("客户.xlsx"), Some(5 << 20))
    );
    let (status, body) = world.refused(upload(&world, b"refuse".to_vec(), "file")).await;
    assert_eq!((status, body["code"].as_str()), (415, Some("FILE_UNSUPPORTED")));
    assert_eq!(world.refused(upload(&world, b"x".to_vec(), "other")).await.1["code"], "FILE_MISSING");
    assert_eq!(world.refused(world.request(Method::POST, "/v1/imports").body("x")).await.0, 415);
}

#[tokio::test]
async fn a_stream_of_events_ends_when_the_gateway_stops_and_a_person_has_few() {
    let world = World::start().await;
    let clock = Clock::system();
    let token = sign_access_token(&world.key, clock.id(), clock.id(), clock.now().timestamp() + 60).expect("a token");
    let events = || world.request(Method::GET, "/v1/events").bearer_auth(&token);
    let mut open = Vec::new();
    for _ in 0..6 {
        let response = events().send().await.expect("an answer");
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (200, &"text/event-stream".parse().expect("a header"))
        );
        open.push(response);
    }
    assert_eq!(world.refused(events()).await.1["code"], "TOO_MANY_STREAMS");
    assert_eq!(world.refused(world.request(Method::GET, "/v1/events")).await.0, 401);
    world.stop.cancel();
    let ended = async {
        for response in open {
            response.bytes().await.expect("a whole end");
        }
    };
    tokio::time::timeout(Duration::from_secs(2), ended).await.expect("the streams end at once");
}
