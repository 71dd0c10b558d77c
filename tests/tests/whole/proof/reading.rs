//! Asking CIMS in every way in which it shows customers and what hangs on them.

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Person};

/// Longest wait for the notices of changes that were made.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// What a person is shown of all records; of records without a grant the answer is none.
#[derive(Debug)]
pub struct Reading {
    pub list: Option<Vec<Value>>,
    pub search: Option<Vec<Value>>,
    pub interactions: Option<Vec<Value>>,
    pub follow_ups: Answer,
    pub log: Option<Vec<Value>>,
    pub home: Option<Value>,
    pub trend: Option<Value>,
    /// Of each customer asked for, in their order.
    pub records: Vec<Answer>,
    pub histories: Vec<Answer>,
}

impl Reading {
    /// Everything that a person is shown; `word` stands in the name of each customer.
    pub async fn of(person: &Person, word: &str, customers: &[String]) -> Reading {
        let (mut records, mut histories) = (Vec::new(), Vec::new());
        for id in customers {
            records.push(person.get(&format!("/v1/customers/{id}")).await);
            histories.push(person.get(&format!("/v1/customers/{id}/history?pageSize=500")).await);
        }
        let results = search(person, &json!({ "query": word, "pageSize": 500 })).await;
        Reading {
            list: pages(person, "/v1/customers", "customers").await,
            search: granted(&results).then(|| customers_of(&results)),
            interactions: pages(person, "/v1/interactions", "interactions").await,
            follow_ups: person.get("/v1/followUps?due=OVERDUE&pageSize=500").await,
            log: pages(person, "/v1/operationLog", "operations").await,
            home: Some(person.get("/v1/reports/home").await).filter(granted).map(Answer::ok),
            trend: Some(person.get("/v1/reports/trend").await).filter(granted).map(Answer::ok),
            records,
            histories,
        }
    }
}

pub async fn search(person: &Person, question: &Value) -> Answer {
    person.post("/v1/customers:search", question).await
}

/// The customers that a search found.
pub fn customers_of(answer: &Answer) -> Vec<Value> {
    let results = answer.body["results"].as_array().unwrap_or_else(|| panic!("no results: {}", answer.body));
    results.iter().map(|result| result["customer"].clone()).collect()
}

/// Every record of a list.
async fn pages(person: &Person, path: &str, name: &str) -> Option<Vec<Value>> {
    let (mut records, mut token) = (Vec::new(), String::new());
    loop {
        let answer = person.get(&format!("{path}?pageSize=100&pageToken={token}")).await;
        if !granted(&answer) {
            return None;
        }
        let page = answer.ok();
        records.extend(page[name].as_array().expect("records").clone());
        page["nextPageToken"].as_str().expect("a token").clone_into(&mut token);
        if token.is_empty() {
            return Some(records);
        }
    }
}

/// Whether the operation is granted at all.
fn granted(answer: &Answer) -> bool {
    let refused = answer.status == 403;
    assert!(!refused || answer.body["code"] == "PERMISSION_DENIED", "{}", answer.body);
    !refused
}

/// A person's open page.
pub struct Page(reqwest::Response);

impl Page {
    pub async fn open(person: &Person) -> Page {
        let stream = person.request(Method::GET, "/v1/events").send().await.expect("the stream opens");
        assert_eq!(stream.status(), 200, "the stream opens");
        Page(stream)
    }

    /// The customers of whose changes it is told until it is told of the last record.
    pub async fn told(self, last: &str) -> Vec<String> {
        let mut stream = self.0.bytes_stream();
        let (mut text, mut told) = (String::new(), Vec::new());
        let reading = async {
            loop {
                let piece = stream.next().await.expect("the stream goes on").expect("the stream goes on");
                text.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
                while let Some((line, rest)) = text.split_once('\n') {
                    let notice: Option<Value> = line
                        .strip_prefix("data: ")
                        .map(|data| serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}")));
                    text = rest.to_owned();
                    let Some(notice) = notice else { continue };
                    if notice["type"] == "customer.customer.updated.v1" {
                        told.push(notice["id"].as_str().expect("an id").to_owned());
                    }
                    if notice["id"] == last {
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("every open page is told of what is everybody's");
        told.sort_unstable();
        told.dedup();
        told
    }
}
