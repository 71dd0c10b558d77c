//! A person who uses CIMS over HTTP, as a program would.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// So long a connection is kept that nothing goes over.
const IDLE: Duration = Duration::from_secs(2);

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Person {
    client: Client,
    base: String,
    token: String,
    name: String,
    pub id: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub body: Value,
}

impl Answer {
    /// The body, when the call succeeded.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// The problem's code, when the call failed with this status.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body["code"].as_str().expect("a problem has a code").to_owned()
    }
}

impl Person {
    pub async fn sign_in(base: &str, username: &str, password: &str) -> Person {
        let signed_in = Person::try_sign_in(base, username, password).await;
        signed_in.unwrap_or_else(|body| panic!("{username} cannot sign in: {body}"))
    }

    /// The same right after a fault, when a first try may be refused: then what was answered.
    pub async fn try_sign_in(base: &str, username: &str, password: &str) -> Result<Person, Value> {
        // The gateway closes what has been idle for longer.
        let client = Client::builder().pool_idle_timeout(IDLE).build().expect("a client");
        let request = client.post(format!("{base}/v1/sessions"));
        let answer = request.json(&serde_json::json!({ "username": username, "password": password })).send().await;
        let body: Value = answer.expect("the gateway answers").json().await.expect("JSON");
        let Some(token) = body["accessToken"].as_str().map(str::to_owned) else { return Err(body) };
        Ok(Person {
            client,
            base: base.to_owned(),
            token,
            name: username.to_owned(),
            id: body["user"]["id"].as_str().unwrap_or_default().to_owned(),
        })
    }

    /// Signs in with a password that somebody else has given, and chooses another one, without which they may do nothing.
    pub async fn sign_in_first(base: &str, username: &str, given: &str) -> Person {
        let person = Person::sign_in(base, username, given).await;
        let body = serde_json::json!({ "currentPassword": given, "newPassword": "eleven pink umbrellas" });
        person.post("/v1/me:changePassword", &body).await.ok();
        person
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// The id of the session by which this person calls.
    pub async fn session_id(&self) -> String {
        let sessions = self.get("/v1/sessions").await.ok();
        let own = sessions["sessions"].as_array().expect("sessions").iter().find(|session| session["current"] == true);
        own.expect("the current one")["id"].as_str().expect("an id").to_owned()
    }

    /// A request of this person's; the caller adds what is special and sends it by [`Person::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the gateway answers");
        let (status, etag) = (
            response.status(),
            response.headers().get("etag").and_then(|value| value.to_str().ok()).map(str::to_owned),
        );
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, etag, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Uploads a spreadsheet, whose rows are then checked.
    pub async fn begin_upload(&self, file_name: &str, bytes: Vec<u8>) -> Value {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(file_name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        self.send(self.request(Method::POST, "/v1/imports").multipart(form)).await.ok()
    }

    /// Uploads a spreadsheet and waits until its rows are checked.
    pub async fn upload(&self, file_name: &str, bytes: Vec<u8>) -> Value {
        let import = self.begin_upload(file_name, bytes).await;
        self.import_until(&import, &["READY", "FAILED"]).await
    }

    /// Waits until a job has ended: "customerJobs", "tagJobs" or "handovers".
    pub async fn job_ended(&self, collection: &str, job: &Value) -> Value {
        let path = format!("/v1/{collection}/{}", job["id"].as_str().expect("a job has an id"));
        crate::eventually("the job ends", || async {
            let job = self.get(&path).await.ok();
            (!["RUNNING", "UNDOING"].contains(&job["state"].as_str().unwrap_or_default())).then_some(job)
        })
        .await
    }

    /// Waits until an import has one of the states.
    pub async fn import_until(&self, import: &Value, states: &[&str]) -> Value {
        let path = format!("/v1/imports/{}", import["id"].as_str().expect("an import has an id"));
        crate::eventually("the import goes on", || async {
            let import = self.get(&path).await.ok();
            states.contains(&import["state"].as_str().unwrap_or_default()).then_some(import)
        })
        .await
    }
}
