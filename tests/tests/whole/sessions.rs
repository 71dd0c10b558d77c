//! Sessions: cookies with their CSRF token, a refresh token that works once, and an end within seconds.

use reqwest::{Client, StatusCode, header::SET_COOKIE};
use serde_json::{Value, json};
use tests::{World, eventually};

/// A browser's cookies after an answer.
fn cookies(response: &reqwest::Response) -> Vec<(String, String)> {
    let set = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|text| text.split(';').next()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn header(cookies: &[(String, String)]) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

fn value<'c>(cookies: &'c [(String, String)], name: &str) -> &'c str {
    cookies.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).expect("the cookie is set")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_lives_on_cookies_and_writes_need_the_csrf_token() {
    let world = World::start().await;
    let client = Client::new();
    let sign_in = json!({ "username": "rep1", "password": tests::PASSWORD });
    let signed_in = client
        .post(format!("{}/v1/sessions", world.url()))
        .header("sec-fetch-site", "same-origin")
        .json(&sign_in)
        .send()
        .await
        .expect("an answer");
    assert_eq!(signed_in.status(), StatusCode::CREATED);
    let cookies = cookies(&signed_in);
    let body: Value = signed_in.json().await.expect("JSON");
    assert!(
        body.get("refreshToken").is_none_or(|token| token == ""),
        "a browser's script never sees the refresh token"
    );
    let me = client
        .get(format!("{}/v1/me", world.url()))
        .header("cookie", header(&cookies))
        .send()
        .await
        .expect("an answer");
    assert_eq!(me.json::<Value>().await.expect("JSON")["user"]["username"], "rep1");
    let tag = json!({ "name": "西湖", "type": "ENTERPRISE", "phones": [{ "number": "13912345678" }] });
    let write = || client.post(format!("{}/v1/customers", world.url())).header("cookie", header(&cookies)).json(&tag);
    let refused = write().send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(refused.json::<Value>().await.expect("JSON")["code"], "CSRF");
    let csrf = value(&cookies, "__Host-cims-csrf");
    assert_eq!(write().header("x-csrf-token", csrf).send().await.expect("an answer").status(), StatusCode::CREATED);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    let world = World::start().await;
    let client = Client::new();
    let sign_in = json!({ "username": "rep1", "password": tests::PASSWORD });
    let session: Value = client
        .post(format!("{}/v1/sessions", world.url()))
        .json(&sign_in)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let first = session["refreshToken"].as_str().expect("a program gets it").to_owned();
    let refresh = async |token: &str| {
        let answer = client
            .post(format!("{}/v1/sessions:refresh", world.url()))
            .json(&json!({ "refreshToken": token }))
            .send()
            .await
            .expect("an answer");
        (answer.status(), answer.json::<Value>().await.unwrap_or_default())
    };
    let (status, second) = refresh(&first).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    // The answer was lost: the same again, until the successor is used.
    assert_eq!(refresh(&first).await.0, StatusCode::OK);
    let second = second["refreshToken"].as_str().expect("the next one").to_owned();
    let (status, third) = refresh(&second).await;
    assert_eq!(status, StatusCode::OK, "{third}");
    assert_eq!(refresh(&first).await.0, StatusCode::UNAUTHORIZED, "a stolen one shows itself");
    let third = third["refreshToken"].as_str().expect("the next one").to_owned();
    assert_eq!(refresh(&third).await.0, StatusCode::UNAUTHORIZED, "and ends the session for all who have it");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_is_out_everywhere_within_seconds() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    rep1.get("/v1/customers").await.ok();
    rep1.delete("/v1/sessions/current").await.ok();
    for path in ["/v1/customers", "/v1/interactions", "/v1/tags", "/v1/reports/home", "/v1/me"] {
        eventually("the session has ended", || async { (rep1.get(path).await.status == 401).then_some(()) }).await;
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_counted_before_they_are_hashed() {
    let world = World::start().await;
    let client = Client::new();
    let attempt = |turn: usize| {
        let request = client
            .post(format!("{}/v1/sessions", world.url()))
            .json(&json!({ "username": "rep2", "password": format!("wrong password {turn}") }));
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    let mut statuses = futures_util::future::join_all((0..40).map(attempt)).await;
    statuses.sort_unstable();
    assert!(statuses.iter().filter(|status| **status == 401).count() <= 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    world.stop().await;
}
