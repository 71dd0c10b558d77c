//! Passwords and keys that change while people work: no request fails, and nothing starts anew.

use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cims_proto::event::v1::{ListEventsRequest, events_client::EventsClient};
use kit::{
    auth::{PrivateKey, ServiceSecret, ServiceTokens},
    client::Channel,
    clock::Clock,
};
use reqwest::Client;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use tests::{
    Binary, Person, TestDatabase,
    binary::{ALL, APART},
    eventually, shared_broker,
};
use tokio::task::JoinHandle;
use tonic::Code;

const SERVICES: [&str; 5] = ["identity", "customer", "interaction", "tagging", "reporting"];
/// What between them every service answers.
const READS: [&str; 5] = ["/v1/me", "/v1/customers", "/v1/interactions", "/v1/tags", "/v1/reports/home"];
/// Whose members the test server asks for passwords.
const BY_PASSWORD: &str = "cims_by_password";

/// Somebody who reads and writes without a pause, and of whose requests none may fail.
struct Work {
    enough: Arc<AtomicBool>,
    turns: JoinHandle<usize>,
}

impl Work {
    fn begin(person: &Person, from: usize) -> Work {
        let (enough, person) = (Arc::new(AtomicBool::new(false)), person.clone());
        let seen = enough.clone();
        let turns = tokio::spawn(async move {
            let mut turns = 0;
            while !seen.load(Ordering::SeqCst) {
                let number = from + turns;
                let phones = json!([{ "number": format!("1887{number:07}") }]);
                let body = json!({ "name": format!("换钥样本{number}"), "type": "ENTERPRISE", "phones": phones });
                person.post("/v1/customers", &body).await.ok();
                for path in READS {
                    person.get(path).await.ok();
                }
                turns += 1;
            }
            turns
        });
        Work { enough, turns }
    }

    async fn end(self) {
        self.enough.store(true, Ordering::SeqCst);
        assert!(self.turns.await.expect("every request was answered well") > 0, "the test tests nothing");
    }
}

/// A login of the test's own, with the rights of every service, which has to give a password.
struct Login {
    name: String,
    database: TestDatabase,
    /// A file for each service's address.
    files: TempDir,
}

impl Login {
    async fn make(database: TestDatabase, password: &str) -> Login {
        let name = format!("cims_rotation_{}", Clock::system().id().simple());
        let login = Login { name, database, files: TempDir::new().expect("a folder") };
        login
            .run(format!("do $$ begin create role {BY_PASSWORD}; exception when duplicate_object then null; end $$"))
            .await;
        login.run(format!("create role {} login password '{password}'", login.name)).await;
        let services = SERVICES.map(|service| format!("cims_{service}")).join(", ");
        login.run(format!("grant {BY_PASSWORD}, {services} to {}", login.name)).await;
        login.tell(&[password]);
        login
    }

    async fn run(&self, statement: String) {
        let mut admin = PgConnection::connect(&self.database.url).await.expect("the test's database");
        admin.execute(AssertSqlSafe(statement)).await.expect("it is the administrator's to do");
    }

    /// Changes the password at the server.
    async fn change(&self, password: &str) {
        self.run(format!("alter role {} password '{password}'", self.name)).await;
    }

    fn address(&self, service: &str, password: &str) -> String {
        let (_, place) = self.database.url.split_once('@').expect("an address with a user");
        let mark = if place.contains('?') { '&' } else { '?' };
        format!("postgres://{}:{password}@{place}{mark}options[search_path]={service}", self.name)
    }

    /// Writes the passwords into the files, the newest first.
    fn tell(&self, passwords: &[&str]) {
        for service in SERVICES {
            let addresses = passwords.iter().map(|password| self.address(service, password)).collect::<Vec<_>>();
            fs::write(self.files.path().join(service), addresses.join("\n")).expect("a file");
        }
    }

    fn variables(&self) -> HashMap<String, String> {
        let variable = |service: &str| {
            let file = self.files.path().join(service).display().to_string();
            (format!("CIMS_{}_DATABASE_URL_FILE", service.to_uppercase()), file)
        };
        SERVICES.map(variable).into()
    }

    async fn is_let_in(&self, password: &str) -> bool {
        PgConnection::connect(&self.address("customer", password)).await.is_ok()
    }

    /// How many connections there are under this login, or how many of them wait for a lock.
    async fn connections(&self, waiting: bool) -> usize {
        let mut admin = PgConnection::connect(&self.database.url).await.expect("the test's database");
        let text = "select count(*) from pg_stat_activity where usename = $1 and (not $2 or wait_event_type = 'Lock')";
        let count: i64 = sqlx::query_scalar(text)
            .bind(&self.name)
            .bind(waiting)
            .fetch_one(&mut admin)
            .await
            .expect("the server tells");
        usize::try_from(count).expect("a count")
    }

    /// Lets more and more reads wait for a record, until a new connection had to open.
    async fn crowd(&self, person: &Person, path: &str) {
        /// As many connections as the customer service may have.
        const MOST: usize = 32;
        let before = self.connections(false).await;
        let mut holder = PgConnection::connect(&self.database.url).await.expect("the test's database");
        holder.execute("begin").await.expect("a transaction");
        holder.execute("lock table customer.customer in access exclusive mode").await.expect("the lock");
        let mut reads = Vec::new();
        while self.connections(false).await <= before {
            assert!(reads.len() < MOST, "no connection was opened: the test tests nothing");
            let (person, path) = (person.clone(), path.to_owned());
            reads.push(tokio::spawn(async move { person.get(&path).await.ok() }));
            let size = reads.len();
            eventually("everybody waits", || async { (self.connections(true).await >= size).then_some(()) }).await;
        }
        holder.execute("rollback").await.expect("the lock ends");
        for read in reads {
            read.await.expect("it was answered well");
        }
    }
}

// By itself, with the fault suite's long ones: it holds a table until connections open, too long where a machine is taken by others.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn the_password_of_the_database_changes_while_people_work() {
    let login = Login::make(TestDatabase::create().await, "first").await;
    assert!(!login.is_let_in("wrong").await, "the test's server asks nobody for passwords: the test tests nothing");
    let binary = Binary::start_told(ALL, login.database.clone(), login.variables()).await;
    let rep1 = binary.person("rep1").await;
    let body = json!({ "name": "晶美集团", "type": "ENTERPRISE", "phones": [{ "number": "18800000000" }] });
    let made = rep1.post("/v1/customers", &body).await.ok();
    let path = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));
    let work = Work::begin(&rep1, 0);

    // As the documents have it: both in the file, then at the server, then the new one alone.
    login.tell(&["second", "first"]);
    login.crowd(&rep1, &path).await;
    login.change("second").await;
    login.crowd(&rep1, &path).await;
    login.tell(&["second"]);
    assert!(!login.is_let_in("first").await, "the old one is over");

    // The new one alone in the file, before the server has it: what worked last goes on.
    login.tell(&["third"]);
    login.crowd(&rep1, &path).await;
    login.change("third").await;
    login.crowd(&rep1, &path).await;
    work.end().await;
}

/// What stands before the first dot of a token: the algorithm and the key's name.
fn head(person: &Person) -> &str {
    person.token().split('.').next().unwrap_or_default()
}

async fn call_by_key(binary: &Binary, key: &str) -> u16 {
    let request = Client::new().get(format!("{}/v1/customers", binary.url())).bearer_auth(key);
    request.send().await.expect("the gateway answers").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_signs_tokens_changes_while_people_work() {
    let files = TempDir::new().expect("a folder");
    let [old, new] = [(); 2].map(|()| PrivateKey::generate().expect("keys can be made"));
    let (old_public, new_public) = (old.public(), new.public());
    let tell = |file: &str, keys: &[&str]| fs::write(files.path().join(file), keys.join("\n")).expect("a file");
    tell("signing", &[old.pem()]);
    tell("verifying", &[old_public.pem()]);
    let told = ["signing", "verifying"].into_iter().flat_map(|file| {
        let name = format!("CIMS_{}_KEY", file.to_uppercase());
        [(format!("{name}_FILE"), files.path().join(file).display().to_string()), (name, String::new())]
    });
    let binary = Binary::start_told(APART, TestDatabase::create().await, told.collect()).await;
    let rep1 = binary.person("rep1").await;
    let expire_time = (Clock::system().now() + Duration::from_secs(86_400)).to_rfc3339();
    let asked = json!({ "name": "报表程序", "roles": ["representative"], "expireTime": expire_time });
    let made = rep1.post("/v1/apiKeys", &asked).await.ok();
    let key = made["key"].as_str().expect("a key");
    assert_eq!(call_by_key(&binary, key).await, 200);
    let by_old = Work::begin(&rep1, 0);

    tell("verifying", &[new_public.pem(), old_public.pem()]);
    tell("signing", &[new.pem(), old.pem()]);
    let again = eventually("identity signs by the new key", || async {
        let again = binary.person("rep1").await;
        (head(&again) != head(&rep1)).then_some(again)
    })
    .await;
    let by_new = Work::begin(&again, 1_000_000);
    assert_eq!(call_by_key(&binary, key).await, 200);
    by_old.end().await;

    // At once, as after a theft; without one, ten minutes later nobody has an old token.
    tell("signing", &[new.pem()]);
    tell("verifying", &[new_public.pem()]);
    for path in READS {
        eventually("old tokens are refused", || async { (rep1.get(path).await.status == 401).then_some(()) }).await;
    }
    eventually("programs go on under their keys", || async { (call_by_key(&binary, key).await == 200).then_some(()) })
        .await;
    by_new.end().await;
}

/// A program that calls roles as a service does, by a secret that stays.
struct Peer {
    tokens: Arc<ServiceTokens>,
}

impl Peer {
    fn by(secret: &str) -> Peer {
        let secret = ServiceSecret::new(secret).expect("it is long enough");
        Peer { tokens: Arc::new(ServiceTokens::new("reporting", secret, Clock::system())) }
    }

    /// Whether a role believes it. The gateway asks the customer service, which answers no service what people ask.
    async fn is_known(&self, binary: &Binary, role: &str) -> bool {
        if role == "gateway" {
            let token = self.tokens.token().expect("a secret signs");
            let status = call_by_key(binary, &token).await;
            assert!(matches!(status, 401 | 403), "{status}");
            return status == 403;
        }
        let address = format!("http://{}", binary.role_address(role));
        let channel = Channel::lazy(&address, Some(self.tokens.clone())).expect("an address");
        let request = ListEventsRequest { page_size: 1, ..Default::default() };
        match EventsClient::new(channel).list_events(request).await {
            Ok(_) => true,
            Err(status) => {
                assert_eq!(status.code(), Code::Unauthenticated, "{role}: {status}");
                false
            }
        }
    }
}

/// Somebody signs in and reads: each role then asks identity, as a service, who that is.
async fn come(binary: &Binary) {
    let person = binary.person("rep2").await;
    for path in READS {
        person.get(path).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_the_services_changes_while_people_work() {
    let files = TempDir::new().expect("a folder");
    let write = |role: &str, secrets: &[&str]| fs::write(files.path().join(role), secrets.join("\n")).expect("a file");
    let texts = [(); 3].map(|()| ServiceSecret::random_text());
    let [old, new, unknown] = texts.each_ref().map(String::as_str);
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    binary.kill();
    // Each has a file of its own, as on Kubernetes: what the one has read the other has not yet.
    for role in APART.iter().copied() {
        write(role, &[old]);
        binary.set_for(role, "CIMS_SERVICE_SECRET", String::new());
        binary.set_for(role, "CIMS_SERVICE_SECRET_FILE", files.path().join(role).display().to_string());
    }
    binary.restart().await;
    let [by_old, by_new, stranger] = [old, new, unknown].map(Peer::by);
    for role in APART.iter().copied() {
        assert!(by_old.is_known(&binary, role).await, "{role}");
        assert!(!by_new.is_known(&binary, role).await, "{role} believes what it was not told");
    }
    let work = Work::begin(&binary.person("rep1").await, 0);
    let tell = async |secrets: &[&str]| {
        for role in APART.iter().copied() {
            write(role, secrets);
            // Who is asked by a stranger looks at once whether it should know them: from here on it has read its file.
            assert!(!stranger.is_known(&binary, role).await, "{role} believes anybody");
            come(&binary).await;
        }
    };

    // As the documents have it: all know both, then the new one signs, then it stands alone.
    tell(&[old, new]).await;
    tell(&[new, old]).await;
    for role in APART.iter().copied() {
        assert!(by_old.is_known(&binary, role).await && by_new.is_known(&binary, role).await, "{role}");
    }
    tell(&[new]).await;
    for role in APART.iter().copied() {
        assert!(by_new.is_known(&binary, role).await, "{role}");
        assert!(!by_old.is_known(&binary, role).await, "{role} believes whom it believed before");
    }
    work.end().await;
}
