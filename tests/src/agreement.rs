//! Whether every service says what the ledger does.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::{Binary, PASSWORD, Person, eventually, ledger::Ledger};

/// Read models and what they are read from, and how many rows of the one do not have the other's version.
const FOLLOWERS: [(&str, &str); 6] = [
    (
        "reporting's customers",
        "select count(*) from customer.customer own left join reporting.customer_fact other on other.customer_id = own.id
        where other.version is distinct from own.version",
    ),
    (
        "reporting's contact records",
        "select count(*) from interaction.interaction own
        left join reporting.interaction_fact other on other.interaction_id = own.id
        where other.version is distinct from own.version",
    ),
    (
        "interaction's directory",
        "select count(*) from customer.customer own
        left join interaction.directory_customer other on other.customer_id = own.id
        where other.version is distinct from own.version",
    ),
    (
        "tagging's directory",
        "select count(*) from customer.customer own left join tagging.directory_customer other on other.customer_id = own.id
        where other.version is distinct from own.version",
    ),
    (
        "customer's summaries of contact records",
        "select count(*) from interaction.contact_summary own left join customer.customer other on other.id = own.customer_id
        where other.contact_summary_version is distinct from own.version",
    ),
    (
        "customer's tags",
        "select count(*) from tagging.customer_tag_set own left join customer.customer other on other.id = own.customer_id
        where other.tags_version is distinct from own.version",
    ),
];

/// Events of a record whose place in the log is not their version's: one is missing, came twice or out of order.
const ORDER: &str = "select count(*) from (
        select subject_version, row_number() over (partition by subject_id order by sequence) as place from {log}
        where subject_type = any(array['customer.customer', 'interaction.interaction', 'tagging.customerTags'])
    ) event where subject_version <> place";

/// Waits until the read models have followed, as long as they go on; then everything acknowledged is there once, as it was
/// acknowledged last, nothing waits, nothing was set aside, and a rebuild of the figures changes none. Nobody but drivers
/// and lists may have made customers.
pub async fn agrees(binary: &Binary, ledger: &Ledger) {
    let mut before = vec!["nobody has looked".to_owned()];
    while !before.is_empty() {
        let what = format!("all agree with the ledger, where these do not yet: {:?}", &before[..before.len().min(5)]);
        before = eventually(&what, || async {
            let now = differences(&binary.database().url, ledger).await?;
            (now != before).then_some(now)
        })
        .await;
    }
    // Connections to the database that a fault cut are noticed by whoever uses them next.
    let admin = eventually("the administrator signs in", || async {
        Person::try_sign_in(&binary.url(), "admin", PASSWORD).await.ok()
    })
    .await;
    for path in ["/v1/customers?pageSize=1", "/v1/interactions?pageSize=1"] {
        answer(&admin, path).await;
    }
    let live = figures(&admin).await;
    assert_eq!(live["customerCount"], ledger.customers.len(), "{live}");
    assert_eq!(binary.rebuild_reports(), 0, "facts that a rebuild corrects");
    assert_eq!(live, figures(&admin).await, "a rebuild gives the same figures");
    let aside = binary.dead_letters();
    assert!(aside.lines().all(|line| line.ends_with(" 0")), "{aside}");
}

/// Without the moment that they are of.
async fn figures(person: &Person) -> Value {
    let mut home = answer(person, "/v1/reports/home").await;
    home.as_object_mut().expect("an object").remove("asOf");
    home
}

async fn answer(person: &Person, path: &str) -> Value {
    eventually(path, || async {
        let answer = person.get(path).await;
        answer.status.is_success().then_some(answer.body)
    })
    .await
}

/// What is not as the ledger says; none while the database cannot be asked.
async fn differences(url: &str, ledger: &Ledger) -> Option<Vec<String>> {
    let mut database = PgConnection::connect(url).await.ok()?;
    let mut found = differing_counts(&mut database, ledger).await.ok()?;
    let there = Customers::read(&mut database, ledger).await.ok()?;
    for entry in &ledger.customers {
        let mut compare = |what: &str, own: &dyn Debug, acknowledged: &dyn Debug| {
            let (own, acknowledged) = (format!("{own:?}"), format!("{acknowledged:?}"));
            if own != acknowledged {
                found.push(format!("{what} of {}: {own}, not {acknowledged}", entry.id));
            }
        };
        let own = there.own.get(&entry.id);
        compare("state", &own, &Some((&entry.name, entry.version, &entry.remarks)));
        compare("contact records", &there.records.get(&entry.id), &some(&entry.records));
        compare("tags", &there.tags.get(&entry.id), &some(&entry.tags));
        let shown = Some((&entry.name, entry.last_contact, &entry.tags));
        compare("search row", &there.shown.get(&entry.id).map(|(name, last, tags)| (name, *last, tags)), &shown);
    }
    Some(found)
}

/// A customer without any has no rows.
fn some(ids: &BTreeSet<Uuid>) -> Option<&BTreeSet<Uuid>> {
    Some(ids).filter(|ids| !ids.is_empty())
}

async fn differing_counts(database: &mut PgConnection, ledger: &Ledger) -> Result<Vec<String>, sqlx::Error> {
    let mut found = Vec::new();
    let mut compare = |what: &str, count: i64, expected: usize| {
        if usize::try_from(count) != Ok(expected) {
            found.push(format!("{what}: {count}, not {expected}"));
        }
    };
    compare("customers", count(database, "select count(*) from customer.customer").await?, ledger.customers.len());
    for (what, text) in FOLLOWERS {
        compare(what, count(database, text).await?, 0);
    }
    let schemas: Vec<String> = sqlx::query_scalar("select schemaname::text from pg_tables where tablename = 'outbox'")
        .fetch_all(&mut *database)
        .await?;
    for schema in schemas {
        let waiting = count(database, &format!("select count(*) from {schema}.outbox")).await?;
        compare(&format!("outbox of {schema}"), waiting, 0);
        let misplaced = count(database, &ORDER.replace("{log}", &format!("{schema}.event"))).await?;
        compare(&format!("misplaced events of {schema}"), misplaced, 0);
    }
    Ok(found)
}

async fn count(database: &mut PgConnection, text: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(AssertSqlSafe(text.to_owned())).fetch_one(database).await
}

/// When a customer was contacted last.
type Moment = Option<DateTime<Utc>>;

/// What the services have of the ledger's customers, by their ids.
#[derive(Default)]
struct Customers {
    /// Name, version, remarks.
    own: BTreeMap<Uuid, (String, i64, String)>,
    /// Name, last contact and tags of the search row.
    shown: BTreeMap<Uuid, (String, Moment, BTreeSet<Uuid>)>,
    records: BTreeMap<Uuid, BTreeSet<Uuid>>,
    tags: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl Customers {
    async fn read(database: &mut PgConnection, ledger: &Ledger) -> Result<Customers, sqlx::Error> {
        let ids: Vec<Uuid> = ledger.customers.iter().map(|entry| entry.id).collect();
        let mut there = Customers::default();
        let text = "select id, name, version, remarks from customer.customer where id = any($1)";
        let rows: Vec<(Uuid, String, i64, String)> = sqlx::query_as(text).bind(&ids).fetch_all(&mut *database).await?;
        there.own.extend(rows.into_iter().map(|(id, name, version, remarks)| (id, (name, version, remarks))));
        let text =
            "select customer_id, name, last_contact_time, tag_ids from customer.search where customer_id = any($1)";
        let rows: Vec<(Uuid, String, Moment, Vec<Uuid>)> =
            sqlx::query_as(text).bind(&ids).fetch_all(&mut *database).await?;
        let shown =
            |(id, name, last, tags): (Uuid, String, Moment, Vec<Uuid>)| (id, (name, last, tags.into_iter().collect()));
        there.shown.extend(rows.into_iter().map(shown));
        for (text, sets) in [
            ("select customer_id, id from interaction.interaction where customer_id = any($1)", &mut there.records),
            ("select customer_id, tag_id from tagging.customer_tag where customer_id = any($1)", &mut there.tags),
        ] {
            let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(text).bind(&ids).fetch_all(&mut *database).await?;
            for (customer, id) in rows {
                sets.entry(customer).or_default().insert(id);
            }
        }
        Ok(there)
    }
}
