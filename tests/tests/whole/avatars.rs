//! Pictures of people: what may be sent, what is kept of it, and who is shown it.

use reqwest::{
    Method, Response,
    header::HeaderMap,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Answer, Person, World, eventually};

const MINE: &str = "/v1/me/avatar";
/// A PNG of one pixel.
const PIXEL: [u8; 70] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 0x01, 0, 0, 0,
    0x01, 0x08, 0x06, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x38,
    0x21, 0x27, 0xf7, 0x1f, 0, 0x04, 0xba, 0x02, 0x04, 0xe1, 0x09, 0x0d, 0xd7, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44,
    0xae, 0x42, 0x60, 0x82,
];
const FILE_LIMIT: usize = 3 << 20;

async fn send(person: &Person, path: &str, bytes: &[u8], headers: HeaderMap) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name("me.png"));
    person.send(person.request(Method::PUT, path).headers(headers).multipart(form)).await
}

async fn set(person: &Person, path: &str) -> Answer {
    send(person, path, &PIXEL, HeaderMap::new()).await
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

async fn get(person: &Person, user: &str, digest: &str) -> Response {
    let request = person.request(Method::GET, &format!("/v1/users/{user}/avatars/{digest}"));
    request.send().await.expect("the gateway answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_made_small_shown_to_colleagues_and_removed() {
    let world = World::start().await;
    let (rep1, rep3, admin) = (world.person("rep1").await, world.person("rep3").await, world.person("admin").await);
    let user = set(&rep1, MINE).await;
    let (etag, user) = (user.etag.clone().expect("an etag"), user.ok());
    let digest = text(&user["avatar"]);

    let shown = get(&rep3, &rep1.id, &digest).await;
    assert_eq!(shown.status(), 200);
    let header = |response: &Response, name: &str| {
        response.headers().get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
    };
    let expected = [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("content-disposition", "attachment"),
        ("cache-control", "private, max-age=31536000, immutable"),
    ];
    for (name, value) in expected {
        assert_eq!(header(&shown, name), value, "{name}");
    }
    let bytes = shown.bytes().await.expect("the picture");
    assert!(bytes.starts_with(&[0xff, 0xd8, 0xff]), "a JPEG");
    assert_eq!(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>(), digest);
    let listed = rep3.get(&format!("/v1/users/{}", rep1.id)).await.ok();
    assert_eq!(listed["avatar"], json!(digest), "colleagues know of it");
    let unknown = get(&rep3, &rep1.id, "another").await;
    assert_eq!((unknown.status().as_u16(), header(&unknown, "cache-control")), (404, "no-store".to_owned()));
    let path = format!("{}/v1/users/{}/avatars/{digest}", world.url(), rep1.id);
    assert_eq!(reqwest::get(path).await.expect("an answer").status(), 401);

    // It is a change of the person like any other.
    let log = rep1.get(&format!("/v1/operationLog?recordId={}", rep1.id)).await.ok();
    assert_eq!(log["operations"][0]["changedFields"], json!(["avatar"]), "{log}");
    let stale = HeaderMap::from_iter([("if-match".parse().expect("a name"), etag.parse().expect("a value"))]);
    rep1.patch("/v1/me", &json!({ "phone": "0571-88880001" })).await.ok();
    let refused = rep1.send(rep1.request(Method::DELETE, MINE).headers(stale)).await;
    assert_eq!(refused.refused(412), "STALE");

    let theirs = format!("/v1/users/{}/avatar", rep3.id);
    assert_eq!(set(&rep1, &theirs).await.refused(403), "PERMISSION_DENIED");
    assert_eq!(set(&admin, &theirs).await.ok()["avatar"], json!(digest), "the same pixel");
    admin.delete(&theirs).await.ok();
    assert_eq!(get(&rep1, &rep3.id, &digest).await.status(), 404);
    assert_eq!(rep1.delete(MINE).await.ok()["avatar"], "");
    assert_eq!(get(&rep1, &rep1.id, &digest).await.status(), 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_by_name_and_a_key_counts_once() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    for (language, words) in
        [("zh-CN", "头像只能是：PNG, JPEG, WebP"), ("en", "Picture must be one of: PNG, JPEG, WebP")]
    {
        let headers =
            HeaderMap::from_iter([("accept-language".parse().expect("a name"), language.parse().expect("a value"))]);
        let refused = send(&rep1, MINE, b"%PDF-1.7", headers).await;
        let error = refused.body["errors"][0].clone();
        assert_eq!((&error["pointer"], &error["message"]), (&json!("/file"), &json!(words)), "{}", refused.body);
        assert_eq!(refused.refused(400), "INVALID");
    }
    let broken = send(&rep1, MINE, &PIXEL[..50], HeaderMap::new()).await;
    assert_eq!(broken.body["errors"][0]["code"], "FORMAT", "{}", broken.body);
    let large = send(&rep1, MINE, &vec![0; FILE_LIMIT + 1], HeaderMap::new()).await;
    assert!(large.body["detail"].to_string().contains("3 MB"), "{}", large.body);
    assert_eq!(large.refused(413), "TOO_LARGE");
    assert_eq!(
        rep1.send(rep1.request(Method::PUT, MINE).json(&json!({}))).await.refused(415),
        "UNSUPPORTED_MEDIA_TYPE"
    );
    assert_eq!(send(&rep1, MINE, b"", HeaderMap::new()).await.refused(400), "FILE_MISSING");

    let key = HeaderMap::from_iter([("idempotency-key".parse().expect("a name"), "once".parse().expect("a value"))]);
    let (first, second) =
        (send(&rep1, MINE, &PIXEL, key.clone()).await.ok(), send(&rep1, MINE, &PIXEL, key.clone()).await.ok());
    assert_eq!(first, second);
    assert_eq!(send(&rep1, MINE, b"%PDF-1.7", key).await.status, 400, "it is looked at before the key is");
    world.stop().await;
}

/// Whoever may not see a person sees no picture of them either.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_within_the_scope_of_its_person() {
    let world = World::start().await;
    let (rep1, rep2, rep3, admin) = (
        world.person("rep1").await,
        world.person("rep2").await,
        world.person("rep3").await,
        world.person("admin").await,
    );
    let digest = text(&set(&rep3, MINE).await.ok()["avatar"]);
    set(&rep1, MINE).await.ok();
    let grants = json!([{ "operation": "people.read", "scope": "DEPARTMENT" }]);
    let role = admin.post("/v1/roles", &json!({ "labelZh": "本部门", "grants": grants })).await.ok();
    admin.patch(&format!("/v1/users/{}", rep2.id), &json!({ "roles": [role["code"]] })).await.ok();
    eventually("the role counts", || async { (get(&rep2, &rep3.id, &digest).await.status() == 404).then_some(()) })
        .await;
    assert_eq!(get(&rep2, &rep1.id, &digest).await.status(), 200, "of the same department, and the same pixel");
    world.stop().await;
}
