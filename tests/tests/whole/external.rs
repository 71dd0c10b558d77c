//! Sign-in by a provider of OpenID Connect where there is none, or none that answers. What a real one says is a story of
//! the browser's: web/browser/provider.test.ts.

use identity::ProviderSettings;
use reqwest::Client;
use serde_json::{Value, json};
use tests::{TestDatabase, World};

/// Nobody listens there.
const AWAY: &str = "http://127.0.0.1:9";

async fn post(world: &World, path: &str, body: Value) -> (u16, Value) {
    let answer = Client::new().post(format!("{}{path}", world.url())).json(&body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn offered(world: &World) -> Value {
    let answer = reqwest::get(format!("{}/v1/externalSignIn", world.url())).await.expect("an answer");
    answer.json().await.expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_way_through_it() {
    let world = World::start().await;
    assert_eq!(offered(&world).await["enabled"], false);
    let finish = json!({ "code": "code", "state": "state" });
    for (path, body) in [("/v1/externalSignIn:begin", json!({})), ("/v1/externalSignIn:finish", finish)] {
        let (status, answer) = post(&world, path, body).await;
        assert_eq!((status, &answer["code"]), (422, &json!("EXTERNAL_OFF")), "{path}");
    }
    let rep1 = world.person("rep1").await;
    assert_eq!(rep1.get("/v1/me/externalIdentity").await.ok()["linked"], false);
    assert_eq!(rep1.get("/v1/me/externalSignOut").await.ok()["url"], "");
    rep1.patch("/v1/me?updateMask=email", &json!({ "email": "rep1@example.com" })).await.ok();
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_keeps_nobody_from_signing_in_by_password() {
    let database = TestDatabase::create().await;
    let provider = ProviderSettings {
        issuer: AWAY.parse().expect("an address on loopback"),
        client_id: "cims".to_owned(),
        client_secret: "secret".to_owned(),
        redirect_url: "http://127.0.0.1:8080/sign-in/callback".parse().expect("an address on loopback"),
        label: "公司账号|your company account".parse().expect("any text"),
    };
    let world = World::start_on(database, |settings| settings.provider = Some(provider)).await;
    let told = offered(&world).await;
    assert_eq!(
        (&told["enabled"], &told["labelZh"], &told["labelEn"]),
        (&json!(true), &json!("公司账号"), &json!("your company account"))
    );
    let (status, answer) = post(&world, "/v1/externalSignIn:begin", json!({})).await;
    assert_eq!((status, &answer["code"]), (422, &json!("EXTERNAL_AWAY")));
    let made_up = json!({ "code": "code", "state": "state", "browser": "browser" });
    let (status, answer) = post(&world, "/v1/externalSignIn:finish", made_up).await;
    assert_eq!((status, &answer["code"]), (401, &json!("EXTERNAL_EXPIRED")));
    let rep1 = world.person("rep1").await;
    // By a provider's word the address opens the account, so nobody names somebody else's.
    let refused = rep1.patch("/v1/me?updateMask=email", &json!({ "email": "exec1@example.com" })).await;
    assert_eq!(refused.refused(403), "FIELD_NOT_WRITABLE");
    rep1.patch("/v1/me?updateMask=phone", &json!({ "phone": "0571 1234567" })).await.ok();
    world.stop().await;
}
