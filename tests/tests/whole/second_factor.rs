//! Two-step verification: set up, signed in with, lost and taken away; with codes of another implementation.

use std::time::Duration;

use kit::secret::Secrets;
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tests::{MovedClock, PASSWORD, Person, TestDatabase, World, eventually};
use totp_rs::{Algorithm, Secret, TOTP};

const STEP: Duration = Duration::from_secs(30);

/// An authenticator app.
struct Device {
    totp: TOTP,
    moved: MovedClock,
}

impl Device {
    fn of(secret: &str, moved: &MovedClock) -> Device {
        let bytes = Secret::Encoded(secret.to_owned()).to_bytes().expect("Base32");
        let totp = TOTP::new(Algorithm::SHA1, 6, 1, STEP.as_secs(), bytes).expect("a secret of 160 bits");
        Device { totp, moved: moved.clone() }
    }

    /// A code that was not shown before.
    fn next(&self) -> String {
        self.moved.advance(STEP);
        self.now()
    }

    fn now(&self) -> String {
        self.totp.generate(u64::try_from(self.moved.clock().now().timestamp()).expect("after 1970"))
    }
}

async fn post(world: &World, path: &str, body: Value) -> (u16, Value) {
    let answer = Client::new().post(format!("{}{path}", world.url())).json(&body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn sign_in(world: &World, username: &str) -> (u16, Value) {
    post(world, "/v1/sessions", json!({ "username": username, "password": PASSWORD })).await
}

async fn verify(world: &World, ticket: &str, code: &str) -> (u16, Value) {
    post(world, "/v1/sessions:verify", json!({ "ticket": ticket, "code": code })).await
}

async fn ticket(world: &World, username: &str) -> String {
    let (status, answer) = sign_in(world, username).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        (&answer["accessToken"], &answer["refreshToken"]),
        (&json!(""), &json!("")),
        "the password alone opens nothing"
    );
    answer["secondFactorTicket"].as_str().expect("a ticket").to_owned()
}

async fn world() -> (World, MovedClock) {
    let moved = MovedClock::default();
    let world = World::start_on(TestDatabase::create().await, |settings| settings.clock = moved.clock()).await;
    (world, moved)
}

/// Sets it up; the device and the recovery codes.
async fn set_up(person: &Person, moved: &MovedClock) -> (Device, Vec<String>) {
    let enrolment = person.post("/v1/me/secondFactor:enrol", &json!({ "password": PASSWORD })).await.ok();
    let secret = enrolment["secret"].as_str().expect("a secret");
    assert!(enrolment["uri"].as_str().expect("a uri").contains(secret));
    let device = Device::of(secret, moved);
    let confirmed = person.post("/v1/me/secondFactor:confirm", &json!({ "code": device.now() })).await.ok();
    let codes = confirmed["codes"].as_array().expect("codes").iter().filter_map(Value::as_str).map(str::to_owned);
    (device, codes.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_second_factor_the_password_alone_opens_nothing_and_a_code_works_once() {
    let (world, moved) = world().await;
    let rep1 = world.person("rep1").await;
    let wrong = json!({ "password": "not the password" });
    let refused = rep1.post("/v1/me/secondFactor:enrol", &wrong).await;
    assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["code"]), (400, &json!("WRONG_PASSWORD")));
    rep1.post("/v1/me/secondFactor:enrol", &json!({ "password": PASSWORD })).await.ok();
    let refused = rep1.post("/v1/me/secondFactor:confirm", &json!({ "code": "000000" })).await;
    assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["code"]), (400, &json!("WRONG_CODE")));
    assert_eq!(sign_in(&world, "rep1").await.0, 201, "nothing changes before it is confirmed");
    let (device, codes) = set_up(&rep1, &moved).await;
    assert_eq!(codes.len(), 10);
    let state = rep1.get("/v1/me/secondFactor").await.ok();
    assert_eq!((&state["enabled"], &state["recoveryCodeCount"]), (&json!(true), &json!(10)));

    let first = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &first, &device.now()).await.0, 401, "the code of the set-up was used");
    let code = device.next();
    let (status, session) = verify(&world, &first, &code).await;
    assert_eq!(status, 201, "{session}");
    assert_eq!(session["user"]["username"], "rep1");
    assert_eq!(verify(&world, &first, &device.next()).await.1["code"], "TICKET_EXPIRED", "a ticket works once");
    let second = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &second, &code).await.1["code"], "WRONG_CODE", "a code works once");
    moved.advance(Duration::from_secs(301));
    assert_eq!(verify(&world, &second, &device.next()).await.1["code"], "TICKET_EXPIRED");

    // A recovery code in place of the device, once, however it is typed.
    let third = ticket(&world, "rep1").await;
    let typed = codes[0].to_lowercase().replace('-', " ");
    assert_eq!(verify(&world, &third, &typed).await.0, 201);
    let fourth = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &fourth, &codes[0]).await.1["code"], "WRONG_CODE");
    assert_eq!(verify(&world, &fourth, &codes[1]).await.0, 201);

    // Who knew the old password gets no further with it.
    let fifth = ticket(&world, "rep1").await;
    let admin = world.person("admin").await;
    admin.post(&format!("/v1/users/{}:resetPassword", rep1.id), &json!({})).await.ok();
    assert_eq!(verify(&world, &fifth, &device.next()).await.1["code"], "TICKET_EXPIRED");

    // Nothing of it stands in the database in clear.
    let mut database = PgConnection::connect(&world.database.url).await.expect("the database");
    let (secret, digests): (Vec<u8>, Vec<Vec<u8>>) = sqlx::query_as(
        "select secret, array(select digest from identity.recovery_code) from identity.second_factor where secret is not null",
    )
    .fetch_one(&mut database)
    .await
    .expect("one second factor");
    let clear = device.totp.secret.as_slice();
    assert!(!secret.windows(clear.len()).any(|part| part == clear));
    assert_eq!(digests.len(), 10);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_lock_the_account_and_the_right_password_does_not_unlock_it() {
    let (world, moved) = world().await;
    let rep1 = world.person("rep1").await;
    let (device, _) = set_up(&rep1, &moved).await;
    for _ in 0..5 {
        let ticket = ticket(&world, "rep1").await;
        assert_eq!(verify(&world, &ticket, "000000").await.0, 401);
    }
    assert_eq!(sign_in(&world, "rep1").await.0, 429);
    moved.advance(Duration::from_secs(61));
    let good = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &good, "000000").await.0, 401);
    assert_eq!(verify(&world, &good, &device.next()).await.1["code"], "LOCKED_OUT", "for twice as long");
    moved.advance(Duration::from_secs(121));
    let (status, session) = verify(&world, &good, &device.next()).await;
    assert_eq!(status, 201, "{session}");
    assert_eq!(sign_in(&world, "rep1").await.0, 200, "and what was counted is forgotten");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_turned_off_by_both_factors_or_by_an_administrator() {
    let (world, moved) = world().await;
    let (rep1, rep2, admin) = (world.person("rep1").await, world.person("rep2").await, world.person("admin").await);
    let (device, codes) = set_up(&rep1, &moved).await;
    let disable = async |password: &str, code: &str| {
        rep1.post("/v1/me/secondFactor:disable", &json!({ "password": password, "code": code })).await
    };
    assert_eq!(disable("not the password", &device.next()).await.body["errors"][0]["code"], "WRONG_PASSWORD");
    assert_eq!(disable(PASSWORD, "000000").await.body["errors"][0]["code"], "WRONG_CODE");
    let renew = json!({ "password": PASSWORD, "code": device.next() });
    let renewed = rep1.post("/v1/me/secondFactor:renewRecoveryCodes", &renew).await.ok();
    assert_eq!(disable(PASSWORD, &codes[0]).await.body["errors"][0]["code"], "WRONG_CODE", "the old codes are gone");
    disable(PASSWORD, renewed["codes"][3].as_str().expect("a code")).await.ok();
    assert_eq!(sign_in(&world, "rep1").await.0, 201);
    assert_eq!(disable(PASSWORD, "000000").await.refused(422), "SECOND_FACTOR_OFF");

    let elsewhere = world.person("rep2").await;
    set_up(&rep2, &moved).await;
    eventually("who had not shown the second factor is out", || async {
        (elsewhere.get("/v1/me").await.status == 401).then_some(())
    })
    .await;
    let reset = format!("/v1/users/{}/secondFactor:reset", rep2.id);
    assert_eq!(rep1.post(&reset, &json!({})).await.refused(403), "PERMISSION_DENIED");
    admin.post(&reset, &json!({})).await.ok();
    assert_eq!(sign_in(&world, "rep2").await.0, 201);
    world.stop().await;
}

/// CIMS on a database, with these keys for secrets and, from an earlier start, the others.
async fn started(database: TestDatabase, keys: Option<cims::Keys>, moved: &MovedClock, secrets: &str) -> World {
    World::start_on(database, |settings| {
        settings.keys = keys.unwrap_or_else(|| settings.keys.clone());
        settings.keys.secrets = Some(Secrets::parse(secrets).expect("keys"));
        settings.clock = moved.clock();
    })
    .await
}

async fn restarted(world: World, moved: &MovedClock, secrets: &str) -> World {
    let (database, keys) = (world.database.clone(), world.settings.keys.clone());
    world.stop().await;
    started(database, Some(keys), moved, secrets).await
}

/// What is sealed of each person's second factor, by the person.
async fn sealed(database: &TestDatabase) -> Vec<(String, Vec<u8>)> {
    let mut database = PgConnection::connect(&database.url).await.expect("the database");
    let text = "select user_id::text, coalesce(secret, pending_secret) from identity.second_factor
        where coalesce(secret, pending_secret) is not null";
    sqlx::query_as(text).fetch_all(&mut database).await.expect("second factors")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_changed_under_second_factors_and_the_old_one_may_go() {
    let (moved, old, new) = (MovedClock::default(), Secrets::random_text(), Secrets::random_text());
    let world = started(TestDatabase::create().await, None, &moved, &old).await;
    let (rep1, rep2, rep3) = (world.person("rep1").await, world.person("rep2").await, world.person("rep3").await);
    // The first of all is damaged in its envelope: it is not to keep the others from the newest key.
    set_up(&rep3, &moved).await;
    let mut database = PgConnection::connect(&world.database.url).await.expect("the database");
    let damage = "update identity.second_factor set secret = set_byte(secret, 20, get_byte(secret, 20) # 1)";
    assert_eq!(database.execute(damage).await.expect("it can be damaged").rows_affected(), 1);
    let (device, codes) = set_up(&rep1, &moved).await;
    let enrolment = rep2.post("/v1/me/secondFactor:enrol", &json!({ "password": PASSWORD })).await.ok();
    let waiting = Device::of(enrolment["secret"].as_str().expect("a secret"), &moved);

    // Both keys: codes go on being good, and what stands under the old key is sealed anew meanwhile.
    let world = restarted(world, &moved, &format!("{new},{old}")).await;
    let first = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &first, &device.next()).await.0, 201);
    let second = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &second, &codes[0]).await.0, 201, "a recovery code of before");
    let newest = Secrets::parse(&new).expect("a key");
    eventually("all but the damaged one stand under the new key", || async {
        let all = sealed(&world.database).await;
        assert_eq!(all.len(), 3);
        let opens = |id: &str, sealed: &[u8]| newest.open(&format!("identity.secondFactor {id}"), sealed).is_ok();
        all.iter().all(|(id, sealed)| (*id == rep3.id) != opens(id, sealed)).then_some(())
    })
    .await;

    // The new key alone: what was confirmed is asked for, what waited can be confirmed.
    let world = restarted(world, &moved, &new).await;
    let third = ticket(&world, "rep1").await;
    assert_eq!(verify(&world, &third, &codes[1]).await.1["code"], "WRONG_CODE", "digests cannot be made anew");
    assert_eq!(verify(&world, &third, &device.next()).await.0, 201);
    let rep2 = world.person("rep2").await;
    rep2.post("/v1/me/secondFactor:confirm", &json!({ "code": waiting.next() })).await.ok();
    let fourth = ticket(&world, "rep2").await;
    assert_eq!(verify(&world, &fourth, &waiting.next()).await.0, 201);
    world.stop().await;
}
