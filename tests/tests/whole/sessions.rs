//! Sessions: cookies with their CSRF token, a refresh token that works once, and an end within seconds.

use std::time::Duration;

use reqwest::{Client, StatusCode, header::SET_COOKIE};
use serde_json::{Value, json};
use tests::{Binary, MovedClock, TestDatabase, World, eventually};

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
    let first = session(&world, "rep1").await["refreshToken"].as_str().expect("a program gets it").to_owned();
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

/// A session by the API, as a program has it.
async fn session(world: &World, username: &str) -> Value {
    let sign_in = json!({ "username": username, "password": tests::PASSWORD });
    let request = Client::new().post(format!("{}/v1/sessions", world.url())).json(&sign_in);
    request.send().await.expect("an answer").json().await.expect("JSON")
}

async fn refresh(world: &World, client: &Client, token: &str) -> (StatusCode, String) {
    let request = client.post(format!("{}/v1/sessions:refresh", world.url()));
    let answer = request.json(&json!({ "refreshToken": token })).send().await.expect("an answer");
    let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap_or_default());
    (status, body["refreshToken"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_refreshed_twice_at_once_has_one_live_branch() {
    let world = World::start().await;
    let client = Client::new();
    let mut token = session(&world, "rep1").await["refreshToken"].as_str().expect("a token").to_owned();
    let mut seconds = Vec::new();
    for round in 0..200 {
        let (one, other) = tokio::join!(refresh(&world, &client, &token), refresh(&world, &client, &token));
        assert_eq!((one.0, other.0), (StatusCode::OK, StatusCode::OK), "round {round}: a lost answer may be retried");
        assert_ne!(one.1, other.1);
        // Whichever is used first lives on.
        let (status, next) = refresh(&world, &client, &one.1).await;
        assert_eq!(status, StatusCode::OK, "round {round}");
        seconds.push(other.1);
        token = next;
    }
    // The other branch is dead, and its use ends the session.
    assert_eq!(refresh(&world, &client, &seconds[199]).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&world, &client, &token).await.0, StatusCode::UNAUTHORIZED);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_idles_and_after_a_working_day() {
    const MINUTE: Duration = Duration::from_secs(60);
    let moved = MovedClock::default();
    let world = World::start_on(TestDatabase::create().await, |settings| settings.clock = moved.clock()).await;
    let client = Client::new();
    let token = |session: Value| session["refreshToken"].as_str().expect("a token").to_owned();
    let administrator = world.person("admin").await;
    let grants = json!([{ "operation": "organisation.manage", "scope": "ALL" }]);
    let role = administrator.post("/v1/roles", &json!({ "labelZh": "组织", "grants": grants })).await.ok();
    let assistant = world.person("manager2").await;
    administrator.patch(&format!("/v1/users/{}", assistant.id), &json!({ "roles": [role["code"]] })).await.ok();
    let (mut used, idle, admin, assistant) = (
        token(session(&world, "rep1").await),
        token(session(&world, "rep2").await),
        token(session(&world, "admin").await),
        token(session(&world, "manager2").await),
    );
    let person = world.person("rep3").await;
    moved.advance(11 * MINUTE);
    assert_eq!(person.get("/v1/me").await.refused(401), "TOKEN_EXPIRED");
    moved.advance(5 * MINUTE);
    for token in [admin, assistant] {
        let (status, _) = refresh(&world, &client, &token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "whoever may manage the organisation idles 15 minutes");
    }
    moved.advance(13 * MINUTE);
    let (status, next) = refresh(&world, &client, &used).await;
    assert_eq!(status, StatusCode::OK, "29 minutes are less than 30");
    used = next;
    moved.advance(2 * MINUTE);
    assert_eq!(refresh(&world, &client, &idle).await.0, StatusCode::UNAUTHORIZED, "others 30");
    // 31 minutes are over; 22 times 20 more are 7:51.
    for round in 0..22 {
        moved.advance(20 * MINUTE);
        let (status, next) = refresh(&world, &client, &used).await;
        assert_eq!(status, StatusCode::OK, "round {round}");
        used = next;
    }
    moved.advance(10 * MINUTE);
    assert_eq!(refresh(&world, &client, &used).await.0, StatusCode::UNAUTHORIZED, "eight hours are the end");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_where_one_is_signed_in_and_signs_out_there() {
    let world = World::start().await;
    let here = world.person("rep1").await;
    let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
    let request = Client::new().post(format!("{}/v1/sessions", world.url())).header("user-agent", browser);
    let sign_in = json!({ "username": "rep1", "password": tests::PASSWORD });
    let there: Value = request.json(&sign_in).send().await.expect("an answer").json().await.expect("JSON");
    let there = there["accessToken"].as_str().expect("a token").to_owned();
    let ended = |token: String| {
        let request = Client::new().get(format!("{}/v1/me", world.url())).bearer_auth(token);
        async move { (request.send().await.ok()?.status() == 401).then_some(()) }
    };
    let other = world.person("rep2").await;
    let listed = here.get("/v1/sessions").await.ok();
    let listed = listed["sessions"].as_array().expect("sessions").clone();
    assert_eq!(listed.len(), 2, "one's own alone: {listed:?}");
    let current: Vec<_> = listed.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    let device = listed.iter().find(|session| session["current"] == false).expect("the other");
    assert_eq!(
        (&device["browser"], &device["system"], &device["address"]),
        (&json!("Chrome"), &json!("Windows"), &json!("127.0.0.1"))
    );
    let path = format!("/v1/sessions/{}", device["id"].as_str().expect("an id"));
    assert_eq!(other.delete(&path).await.refused(404), "NOT_FOUND", "nobody else's");
    here.delete(&path).await.ok();
    eventually("it has ended there", || ended(there.clone())).await;
    assert_eq!(here.delete(&path).await.status, 404);

    let (second, third) = (world.person("rep1").await, world.person("rep1").await);
    assert_eq!(here.post("/v1/sessions:endOthers", &json!({})).await.ok()["endedCount"], 2);
    for person in [second, third] {
        eventually("the others have ended", || ended(person.token().to_owned())).await;
    }
    here.get("/v1/me").await.ok();

    // The administrator sees and ends them, too.
    let admin = world.person("admin").await;
    let sessions = format!("/v1/users/{}/sessions", here.id);
    assert_eq!(admin.get(&sessions).await.ok()["sessions"].as_array().expect("sessions").len(), 1);
    assert_eq!(admin.post(&format!("{sessions}:end"), &json!({})).await.ok()["endedCount"], 1);
    eventually("signed out", || ended(here.token().to_owned())).await;
    assert_eq!(other.get(&sessions).await.refused(403), "PERMISSION_DENIED");
    world.stop().await;
}

/// Hashes that a running CIMS has begun.
async fn hashes(cims: &Binary) -> u64 {
    let text = reqwest::get(format!("http://{}/metrics", cims.metrics)).await.expect("metrics").text().await;
    let text = text.expect("a text");
    let line = text.lines().find_map(|line| line.strip_prefix("cims_password_hashes_total "));
    line.map_or(0, |count| count.parse().expect("a number"))
}

/// Tries at once; how many of each status.
async fn tries(base: &str, username: impl Fn(usize) -> String, count: usize) -> Vec<u16> {
    let client = Client::new();
    let attempt = |turn: usize| {
        let request = client
            .post(format!("{base}/v1/sessions"))
            .json(&json!({ "username": username(turn), "password": format!("wrong password {turn}") }));
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    let mut statuses = futures_util::future::join_all((0..count).map(attempt)).await;
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_wrong_tries_at_once_run_five_hashes_whether_the_account_exists_or_not() {
    let cims = Binary::start().await;
    let mut ran = Vec::new();
    for username in ["rep2", "nobody-of-this-name"] {
        let before = hashes(&cims).await;
        let statuses = tries(&cims.url(), |_| username.to_owned(), 100).await;
        assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
        ran.push(hashes(&cims).await - before);
    }
    assert_eq!(ran, [5, 5], "hashes for a known and for an unknown account");
    let before = hashes(&cims).await;
    assert_eq!(tries(&cims.url(), |_| "rep2".to_owned(), 1).await, [429]);
    assert_eq!(hashes(&cims).await, before, "who is locked out costs nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_fails_for_many_accounts_is_locked_with_growing_pauses() {
    let moved = MovedClock::default();
    let world = World::start_on(TestDatabase::create().await, |settings| settings.clock = moved.clock()).await;
    let mut failed = 0;
    for turn in 0..30 {
        failed += tries(&world.url(), |_| format!("stolen{turn}"), 1).await.iter().filter(|code| **code == 401).count();
    }
    assert_eq!(failed, 30);
    let locked_for = async |minutes: u64| {
        assert_eq!(tries(&world.url(), |_| "manager1".to_owned(), 1).await, [429], "locked for {minutes} minutes");
        moved.advance(Duration::from_secs(minutes * 60 + 1));
        // The next failure locks it for twice as long.
        assert_eq!(tries(&world.url(), |_| format!("other{minutes}"), 1).await, [401], "after {minutes} minutes");
    };
    for minutes in [1, 2, 4, 8, 15, 15] {
        locked_for(minutes).await;
    }
    moved.advance(Duration::from_secs(3_601));
    world.person("manager1").await;
    world.stop().await;
}

/// Compares times: for a quiet machine, by `cargo xtask test --faults`.
#[ignore = "measures time"]
#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_refusal_does_not_tell_whether_the_account_exists() {
    const ROUNDS: usize = 15;
    let moved = MovedClock::default();
    let world = World::start_on(TestDatabase::create().await, |settings| settings.clock = moved.clock()).await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for (username, times) in [("rep1".to_owned(), &mut known), (format!("nobody{round}"), &mut unknown)] {
            let begin = std::time::Instant::now();
            assert_eq!(tries(&world.url(), |_| username.clone(), 1).await, [401]);
            times.push(begin.elapsed());
        }
        moved.advance(Duration::from_secs(3_601));
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[ROUNDS / 2].as_secs_f64()
    };
    let ratio = median(&mut known) / median(&mut unknown);
    assert!((0.8..1.25).contains(&ratio), "known accounts take {ratio} times as long as unknown ones");
    world.stop().await;
}
