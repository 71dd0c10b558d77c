//! New customers and contact records week by week: whose weeks they are, and who sees what of them.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use kit::{clock::Clock, zone};
use serde_json::{Value, json};
use tests::{Person, World, eventually};

async fn weeks(person: &Person, zone: &str) -> Vec<Value> {
    let trend = person.get(&format!("/v1/reports/trend?timeZone={zone}")).await.ok();
    trend["weeks"].as_array().expect("weeks").clone()
}

/// New customers and contact records of the week that begins on this day.
fn of(weeks: &[Value], monday: NaiveDate) -> (i64, i64) {
    let week = weeks.iter().find(|week| week["startDate"] == json!(monday)).unwrap_or_else(|| panic!("no {monday}"));
    let count = |field: &str| week[field].as_i64().expect("a count");
    (count("newCustomers"), count("contacts"))
}

fn sums(weeks: &[Value]) -> (i64, i64) {
    let sum = |field: &str| weeks.iter().map(|week| week[field].as_i64().expect("a count")).sum::<i64>();
    (sum("newCustomers"), sum("contacts"))
}

#[tokio::test(flavor = "multi_thread")]
async fn weeks_begin_where_the_reader_is_and_count_what_the_reader_may_see() {
    let world = World::start().await;
    let (rep1, manager1, rep3) =
        (world.person("rep1").await, world.person("manager1").await, world.person("rep3").await);
    let body = json!({ "name": "趋势样本", "type": "ENTERPRISE", "phones": [{ "number": "13812340001" }] });
    let path = format!("/v1/customers/{}", rep1.post("/v1/customers", &body).await.ok()["id"].as_str().expect("an id"));
    let today = zone::day_of(Clock::system().now(), zone::DEFAULT);
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let (last, before, long_ago) = (monday - Days::new(7), monday - Days::new(14), monday - Days::new(7 * 12));
    // In Shanghai the first half hour of a week, in London still Sunday.
    let begins = zone::start_of_day(last, zone::DEFAULT) + TimeDelta::minutes(30);
    let call = async |time: DateTime<Utc>| {
        let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": time });
        rep1.post(&format!("{path}/interactions"), &call).await.ok();
    };
    call(begins).await;
    call(begins + TimeDelta::days(3)).await;
    call(begins - TimeDelta::hours(1)).await;
    call(zone::start_of_day(long_ago, zone::DEFAULT)).await;
    eventually("the weeks have followed", || async {
        let weeks = weeks(&rep1, "Asia/Shanghai").await;
        let followed = of(&weeks, monday) == (1, 0) && of(&weeks, last) == (0, 2) && of(&weeks, before) == (0, 1);
        followed.then_some(())
    })
    .await;
    let own = weeks(&rep1, "Asia/Shanghai").await;
    assert_eq!((own.len(), sums(&own)), (12, (1, 3)), "twelve weeks, and nothing from before them");
    assert_eq!(own.last().map(|week| &week["startDate"]), Some(&json!(monday)));
    let elsewhere = weeks(&rep1, "Europe/London").await;
    assert_eq!((of(&elsewhere, last).1, of(&elsewhere, before).1), (1, 2));

    assert_eq!(weeks(&manager1, "Asia/Shanghai").await, own);
    assert_eq!(sums(&weeks(&rep3, "Asia/Shanghai").await), (0, 0));
    assert_eq!(rep1.get("/v1/reports/trend?timeZone=Nowhere").await.refused(400), "INVALID");
    manager1.delete(&path).await.ok();
    eventually("what is in the bin counts nowhere", || async {
        (sums(&weeks(&rep1, "Asia/Shanghai").await) == (0, 0)).then_some(())
    })
    .await;
    world.stop().await;
}
