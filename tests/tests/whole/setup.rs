//! The first administrator: by whoever can read what the server prints, once.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tests::{Binary, Person, TestDatabase};

const CHOSEN: &str = "eleven pink umbrellas";

/// What the server printed last.
fn token(cims: &Binary) -> String {
    let log = cims.log();
    let line = log.lines().filter_map(|line| line.strip_prefix("setup token: ")).next_back();
    line.expect("it prints a token on a line of its own").to_owned()
}

async fn run(cims: &Binary, token: &str, username: &str, password: &str) -> (StatusCode, Value) {
    let body = json!({
        "token": token, "organisation": "晶美公司", "username": username, "displayName": "第一人", "password": password,
    });
    let answer = Client::new().post(format!("{}/v1/setup", cims.url())).json(&body).send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

async fn is_open(cims: &Binary) -> bool {
    let state: Value =
        reqwest::get(format!("{}/v1/setup", cims.url())).await.expect("an answer").json().await.expect("JSON");
    state["open"] == true
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_made_once_and_by_the_token_alone() {
    let mut cims = Binary::start_on(TestDatabase::without_people().await).await;
    tests::eventually("it prints a token", || async { cims.log().contains("setup token: ").then_some(()) }).await;
    let before = token(&cims);
    cims.kill();
    cims.restart().await;
    tests::eventually("it prints another one", || async { (token(&cims) != before).then_some(()) }).await;
    assert!(is_open(&cims).await);
    for wrong in ["", "AAAAAAAAAAAAAAAAAAAAAAAAAA", &before] {
        let (status, problem) = run(&cims, wrong, "first", CHOSEN).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
        assert_eq!(problem["errors"][0]["pointer"], "/token");
    }
    let token = token(&cims);
    let (status, problem) = run(&cims, &token, "first", "qwertyuiopas").await;
    assert_eq!((status, &problem["errors"][0]["code"]), (StatusCode::BAD_REQUEST, &json!("COMMON_PASSWORD")));

    let racing = (0..20).map(|turn| {
        let (cims, token) = (&cims, &token);
        async move { run(cims, token, &format!("first{turn}"), CHOSEN).await }
    });
    let outcomes = futures_util::future::join_all(racing).await;
    let made: Vec<&Value> =
        outcomes.iter().filter(|(status, _)| *status == StatusCode::CREATED).map(|(_, user)| user).collect();
    assert_eq!(made.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|(status, _)| [201, 400, 422].contains(&status.as_u16())), "{outcomes:?}");
    assert_eq!(made[0]["roles"], json!(["administrator"]));

    assert!(!is_open(&cims).await);
    assert_eq!(run(&cims, &token, "second", CHOSEN).await.1["code"], "SETUP_DONE");
    let username = made[0]["username"].as_str().expect("a username");
    let first = Person::sign_in(&cims.url(), username, CHOSEN).await;
    assert_eq!(first.get("/v1/users").await.ok()["users"].as_array().expect("users").len(), 1);
    assert_eq!(first.get("/v1/departments").await.ok()["departments"][0]["name"], "晶美公司");

    // For ever.
    cims.kill();
    let printed = cims.log().matches("setup token: ").count();
    cims.restart().await;
    assert!(!is_open(&cims).await);
    assert_eq!(run(&cims, &token, "second", CHOSEN).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(cims.log().matches("setup token: ").count(), printed, "and no token is printed any more");
}
