//! Lists that are imported while faults strike, and what is to become of their rows.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{Person, eventually, ledger::Entry};

const NAME: &str = "客户名称";
const TAG: &str = "标签";
const TAGS: [&str; 3] = ["批次0", "批次1", "批次2"];
/// Moments of one import at which a fault strikes: of more the last would find it ended.
const MOMENTS: usize = 4;

/// Lists of so many rows, a multiple of twenty, each of other customers. Of twenty rows one cannot be taken, and one repeats the
/// row before.
#[derive(Debug)]
pub struct Lists {
    rows: usize,
    begun: usize,
}

/// A list whose import is under way.
#[derive(Debug)]
pub struct List {
    pub rows: usize,
    path: String,
}

impl Lists {
    pub fn of(rows: usize) -> Lists {
        Lists { rows, begun: 0 }
    }

    /// Uploads the next one, whose rows are then checked.
    pub async fn upload(&mut self, person: &Person) -> List {
        let (list, rows) = (self.begun, self.rows);
        self.begun += 1;
        let number = |row: usize| format!("139{:08}", list * rows + row);
        let line = |row: usize| match row % 20 {
            7 => format!("坏{list}号{row},王{row},1390013,{}\n", TAGS[0]),
            // The row before has the name, too.
            13 => format!("样本{list}号{},王{row},{},{}\n", row - 1, number(row), TAGS[0]),
            _ => format!("样本{list}号{row},王{row},{},{}\n", number(row), TAGS[row % TAGS.len()]),
        };
        let text: String = (0..rows).map(line).collect();
        let file = format!("{NAME},联系人,手机,{TAG}\n{text}").into_bytes();
        let import = person.begin_upload("list.csv", file).await;
        List { rows, path: format!("/v1/imports/{}", import["id"].as_str().expect("an id")) }
    }

    /// When all lists have ended: each row that was accepted is one customer with one contact and one event.
    pub async fn are_written_once(&self, url: &str) {
        let mut database = PgConnection::connect(url).await.expect("the test's database");
        let written: (i64, i64, i64, i64, i64) = sqlx::query_as(
            "with own as (select id, name from customer.customer where name like '样本%')
            select count(*), count(distinct name),
                (select count(*) from customer.contact join own on own.id = customer_id),
                (select count(*) from customer.event join own on own.id = subject_id
                    where type = 'customer.customer.created.v1'),
                (select count(distinct customer_id) from customer.import_row)
            from own",
        )
        .fetch_one(&mut database)
        .await
        .expect("counts");
        let once = i64::try_from(self.begun * counts(self.rows)[0]).expect("a count");
        assert_eq!(written, (once, once, once, once, once), "customers, names, contacts, events, rows");
    }
}

impl List {
    /// Random moments of its check and its run, in steps and in their order; `most` of them, or fewer.
    pub fn moments(&self, most: usize) -> Vec<usize> {
        // The last rows are written before anybody has struck.
        let last = (self.rows + counts(self.rows)[0]) * 4 / 5;
        let mut moments: Vec<usize> = (0..MOMENTS.min(most)).map(|_| rand::random_range(0..last)).collect();
        moments.sort_unstable();
        moments
    }

    pub async fn is_checking(&self, person: &Person) -> bool {
        answered(person, &self.path).await["state"] == "CHECKING"
    }

    /// Waits until so many steps are done, for as long as it goes on: each row is checked and then, which begins here, the
    /// accepted ones are written. False when it has ended before that.
    pub async fn passed(&self, person: &Person, steps: usize) -> bool {
        let mut before = Value::Null;
        loop {
            let now = eventually("the import goes on", || async {
                let answer = person.get(&self.path).await;
                // While something is away, nothing can be said.
                let now = answer.status.is_success().then_some(answer.body)?;
                let is_news = now["state"] != before["state"] || now["progress"] != before["progress"];
                is_news.then_some(now)
            })
            .await;
            let progress = usize::try_from(now["progress"].as_u64().expect("a count")).expect("a count");
            let done = match now["state"].as_str() {
                Some("CHECKING") => progress,
                Some("READY") => {
                    self.run(person, &now).await;
                    self.rows
                }
                Some("RUNNING") => self.rows + progress,
                Some("SUCCEEDED") => return false,
                _ => panic!("{now}"),
            };
            if done >= steps {
                return true;
            }
            before = now;
        }
    }

    /// Waits for its end, and answers the customers that its rows have become, as a ledger has them.
    pub async fn ended(&self, person: &Person) -> Vec<Entry> {
        assert!(!self.passed(person, usize::MAX).await, "it ends");
        let now = answered(person, &self.path).await;
        self.counts_agree(&now);
        assert_eq!(now["progress"], now["accepted"], "{now}");
        let tags = tags(person).await;
        let (mut entries, mut token) = (Vec::new(), String::new());
        loop {
            let path = format!("{}/rows?outcome=accepted&pageSize=500&pageToken={token}", self.path);
            let page = answered(person, &path).await;
            entries.extend(page["rows"].as_array().expect("rows").iter().map(|row| entry(row, &tags)));
            token = page["nextPageToken"].as_str().expect("a token").to_owned();
            if token.is_empty() {
                return entries;
            }
        }
    }

    async fn run(&self, person: &Person, import: &Value) {
        self.counts_agree(import);
        eventually("the import begins", || async {
            let answer = person.post(&format!("{}:run", self.path), &json!({})).await;
            // Of an earlier try only the answer may have been lost.
            (answer.status.is_success() || answer.body["code"] == "IMPORT_NOT_READY").then_some(())
        })
        .await;
    }

    #[track_caller]
    fn counts_agree(&self, import: &Value) {
        let told = ["accepted", "rejected", "duplicates"].map(|name| import[name].clone());
        assert_eq!(told, counts(self.rows).map(|count| json!(count)), "{import}");
    }
}

/// Accepted, rejected, duplicates.
fn counts(rows: usize) -> [usize; 3] {
    let each = rows / 20;
    [rows - 2 * each, each, each]
}

fn entry(row: &Value, tags: &HashMap<String, Uuid>) -> Entry {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{row}")).to_owned();
    Entry {
        id: text(&row["customerId"]).parse().expect("an id"),
        name: text(&row["values"][NAME]),
        version: 1,
        remarks: String::new(),
        records: BTreeSet::new(),
        last_contact: None,
        tags: BTreeSet::from([tags[&text(&row["values"][TAG])]]),
    }
}

/// The tags of all lists, by name: made when the first customer's event has come.
async fn tags(person: &Person) -> HashMap<String, Uuid> {
    eventually("the tags are made", || async {
        let answer = person.get("/v1/tags").await;
        let named = |tag: &Value| Some((tag["name"].as_str()?.to_owned(), tag["id"].as_str()?.parse::<Uuid>().ok()?));
        let tags: HashMap<String, Uuid> = answer.body["tags"].as_array()?.iter().filter_map(named).collect();
        TAGS.iter().all(|name| tags.contains_key(*name)).then_some(tags)
    })
    .await
}

/// What is answered in the end: of connections that a fault cut, whoever uses one next takes notice.
async fn answered(person: &Person, path: &str) -> Value {
    eventually(path, || async {
        let answer = person.get(path).await;
        answer.status.is_success().then_some(answer.body)
    })
    .await
}
