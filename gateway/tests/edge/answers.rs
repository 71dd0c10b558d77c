//! What HTTP says of services' answers, and what of a request reaches a service.

use crate::support::World;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_write_reaches_the_service_and_its_answer_comes_back() {
    let world = World::start().await;
    let created = world.request(Method::POST, "/v1/tags").json(&json!({ "name": "重要" }));
    let (status, headers, body) = world.send(created).await;
    assert_eq!(
        (status.as_u16(), body["name"].as_str(), &headers["etag"]),
        (201, Some("重要"), &"\"1\"".parse().expect("a header"))
    );
    assert_eq!(headers["cache-control"], "no-store");
    let patch = world.request(Method::PATCH, "/v1/tags/7").header("If-Match", "\"3\"").header("Idempotency-Key", "k");
    let (_, _, body) = world.send(patch.json(&json!({ "name": "a", "group": "g" }))).await;
    assert_eq!(body, json!({ "id": "7", "name": "a", "group": "\"3\" k", "color": "group+name", "etag": "" }));
}

#[tokio::test]
async fn what_is_refused_says_why_in_the_readers_language() {
    let world = World::start().await;
    let (status, body) = world
        .refused(
            world.request(Method::POST, "/v1/tags").json(&json!({ "name": "twice" })).header("Accept-Language", "en"),
        )
        .await;
    assert_eq!((status, &body["code"], &body["errors"][0]["pointer"]), (400, &json!("INVALID"), &json!("/name")));
    let (status, body) =
        world.refused(world.request(Method::POST, "/v1/tags").json(&json!({ "name": "secret" }))).await;
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

    let by_cookie = |verb: Method, path: &str| {
        world.request(verb, path).header("Cookie", "__Host-cims-session=r1; __Host-cims-csrf=c")
    };
    let (_, _, body) = world.send(by_cookie(Method::GET, "/v1/tags")).await;
    assert_eq!(body["tags"][0]["name"], "Bearer access-r1");
    let (status, body) = world.refused(by_cookie(Method::POST, "/v1/tags").json(&json!({ "name": "a" }))).await;
    assert_eq!((status, body["code"].as_str()), (403, Some("CSRF")));
    let (status, ..) =
        world.send(by_cookie(Method::POST, "/v1/tags").header("X-CSRF-Token", "c").json(&json!({ "name": "a" }))).await;
    assert_eq!(status.as_u16(), 201);
    let (_, _, body) = world.send(by_cookie(Method::POST, "/v1/sessions:refresh").header("X-CSRF-Token", "c")).await;
    assert_eq!((body["accessToken"].as_str(), body.get("refreshToken")), (Some("access-r1+"), None));
    let (status, headers, _) =
        world.send(by_cookie(Method::DELETE, "/v1/sessions/current").header("X-CSRF-Token", "c")).await;
    assert!(status.as_u16() == 204 && headers["set-cookie"].to_str().is_ok_and(|cookie| cookie.contains("Max-Age=0")));
    let ended = world.request(Method::GET, "/v1/tags").header("Cookie", "__Host-cims-session=ended");
    assert_eq!(world.refused(ended).await.1["code"], "SESSION_ENDED");
}
