//! P-4 and P-5: how long one request takes, by kind of question and by scope, on one connection: what a person waits for.

use std::{collections::HashSet, net::SocketAddr, time::Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{
    Arguments,
    http::{Connection, post},
    list,
    load::Requests,
    process::System,
    report::{Figure, Report, median_and_p99},
    sign_in::{self, Person},
};
use crate::data::{
    Random, manager_name, representative_name,
    words::{BRANDS, CITIES, GIVEN, LEVELS, SURNAMES},
};

/// A kind of question: its name, and a request's body from random numbers.
type Kind = (&'static str, fn(&mut Random) -> Value);

const QUICK: [Kind; 9] = [
    ("two characters", |random| typed(letters(random, BRANDS, 2))),
    ("surname", |random| typed(letters(random, SURNAMES, 1))),
    ("first letters", |random| typed(letters(random, "hcdrfatsjygxlm", 2))),
    ("pinyin", |random| typed(random.choose(&["huachen", "ruifeng", "jiaheng", "longfeng", "xinglong"]).to_owned())),
    ("last four digits", |random| typed(format!("{:04}", random.below(10_000)))),
    ("rare", |random| typed(letters(random, BRANDS, 3))),
    ("contact", |random| typed(letters(random, SURNAMES, 1) + &letters(random, GIVEN, 1))),
    ("very common", |_| typed("有限公司".to_owned())),
    ("nothing found", |_| typed("魑魅".to_owned())),
];

/// What a page asks for while somebody types, with the goal of its median in milliseconds, and a page of a list.
const SIZES: [(&str, usize, Option<f64>); 2] = [("", 8, Some(3.0)), (", 50 rows", 50, None)];

const ADVANCED: [Kind; 2] = [("ten conditions", ten_conditions), ("four values", four_values)];

pub async fn quick(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    for (name, size, median) in SIZES {
        measure(system, arguments, report, ("P-4", name), (&QUICK, size), (median, 20.0)).await?;
    }
    lost(system, arguments, report).await
}

/// Turns the pages of what is found in each way, and tells how many that are counted stand on none of them, or twice.
async fn lost(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let questions = ["华晨", "科技", "rf", "longfeng", "王"].map(|query| json!({ "query": query }));
    let questions = questions.into_iter().chain([list::body(""), four_values(&mut Random::new(7))]);
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    for (scope, person) in scopes(all.address, &arguments.password).await? {
        let mut connection = Connection::open(all.address).await?;
        let (mut counted, mut lost) = (0, 0);
        for mut body in questions.clone() {
            (body["total"], body["pageSize"], body["pageToken"]) = (json!("exact"), json!(500), json!(""));
            let (mut ids, mut seen, mut total) = (HashSet::new(), 0, None);
            loop {
                let (_, answer) = ask(&mut connection, &person, &body).await?;
                total = total.or(answer["totalSize"].as_i64());
                let results = answer["results"].as_array().context("results")?;
                seen += results.len() as i64;
                ids.extend(results.iter().map(|result| result["customer"]["id"].to_string()));
                (body["total"], body["pageToken"]) = (json!("none"), answer["nextPageToken"].clone());
                if body["pageToken"] == "" || seen >= MOST_TURNED {
                    break;
                }
            }
            let expected = total.context("totalSize")?.min(seen.max(MOST_TURNED));
            counted += expected;
            lost += expected.abs_diff(ids.len() as i64);
        }
        let name = format!("results lost or doubled, of {counted}, {scope}");
        report.put(Figure { id: "P-4", name, value: lost as f64, unit: "", goal: Some((0.0, false)) });
    }
    Ok(())
}

/// Results of a question whose pages are turned: what more there are is come by in the same ways.
const MOST_TURNED: i64 = 5_000;

pub async fn advanced(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    measure(system, arguments, report, ("P-5", ""), (&ADVANCED, 50), (None, 100.0)).await
}

/// A person's quick searches, of every kind.
pub fn requests(person: Person, seed: u64) -> Requests {
    let mut random = Random::new(seed);
    Box::new(move || {
        let (_, body) = QUICK[random.below(QUICK.len() as u64) as usize];
        post("/v1/customers:search", &person.authorization, &body(&mut random).to_string())
    })
}

async fn measure(
    system: &System,
    arguments: &Arguments,
    report: &mut Report,
    (id, name): (&'static str, &str),
    (kinds, size): (&[Kind], usize),
    (median_goal, p99_goal): (Option<f64>, f64),
) -> Result<()> {
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    report.note_load();
    for (scope, person) in scopes(all.address, &arguments.password).await? {
        let mut connection = Connection::open(all.address).await?;
        for (kind, body) in kinds {
            let mut random = Random::new(7);
            let sized = || {
                let mut body = body(&mut random);
                body["pageSize"] = json!(size);
                body
            };
            let [median, p99] = times(&mut connection, &person, sized).await?;
            put(report, id, format!("{kind}, {scope}{name}: median"), median, median_goal);
            put(report, id, format!("{kind}, {scope}{name}: p99"), p99, Some(p99_goal));
        }
    }
    Ok(())
}

pub(super) fn put(report: &mut Report, id: &'static str, name: String, value: f64, goal: Option<f64>) {
    let unit = if name.contains("multiple") { "" } else { "ms" };
    report.put(Figure { id, name, value, unit, goal: goal.map(|goal| (goal, false)) });
}

/// One person of each scope.
async fn scopes(address: SocketAddr, password: &str) -> Result<Vec<(&'static str, Person)>> {
    let people = [
        ("all", "admin".to_owned()),
        ("one department", manager_name(10)),
        ("eight departments", crate::data::REGIONAL_MANAGER.to_owned()),
        ("own", representative_name(0)),
        ("owns nothing", crate::data::NEWCOMER.to_owned()),
    ];
    let mut signed_in = Vec::with_capacity(people.len());
    for (scope, username) in people {
        // What they reach is not asked here.
        signed_in.push((scope, sign_in::sign_in(address, &username, password, sign_in::Reach::All).await?));
    }
    Ok(signed_in)
}

/// Median and 99th percentile of so many questions, in milliseconds.
pub(super) async fn times(
    connection: &mut Connection,
    person: &Person,
    mut body: impl FnMut() -> Value,
) -> Result<[f64; 2]> {
    const REQUESTS: usize = 200;
    let mut millis = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        millis.push(ask(connection, person, &body()).await?.0);
    }
    Ok(median_and_p99(millis))
}

/// Milliseconds, and the answer.
pub(super) async fn ask(connection: &mut Connection, person: &Person, body: &Value) -> Result<(f64, Value)> {
    let request = post("/v1/customers:search", &person.authorization, &body.to_string());
    let begin = Instant::now();
    let status = connection.exchange(request.as_bytes()).await?;
    let millis = begin.elapsed().as_secs_f64() * 1e3;
    ensure!(status == 200, "{status}: {}; asked: {body}", String::from_utf8_lossy(connection.body()));
    Ok((millis, serde_json::from_slice(connection.body()).context("JSON")?))
}

fn typed(query: String) -> Value {
    json!({ "query": query })
}

fn letters(random: &mut Random, from: &str, count: usize) -> String {
    let all: Vec<char> = from.chars().collect();
    (0..count).map(|_| all[random.below(all.len() as u64) as usize]).collect()
}

/// Each of which many have, and all together few.
fn four_values(random: &mut Random) -> Value {
    let is = |field: &str, value: &str| json!({ "field": field, "op": "eq", "value": value });
    let level = random.choose(&LEVELS);
    json!({ "where": { "and": [is("level", level), is("industry", "software"), is("status", "won"), is("source", "media")] } })
}

fn ten_conditions(random: &mut Random) -> Value {
    let leaf = |field: &str, op: &str, value: Value| json!({ "field": field, "op": op, "value": value });
    let region = CITIES[random.below(CITIES.len() as u64) as usize].1;
    let filled = |field: &str| json!({ "field": field, "op": "not_empty" });
    json!({ "where": { "and": [
        leaf("regionCode", "eq", json!(region)),
        leaf("level", "in", json!([random.choose(&LEVELS), "vip"])),
        leaf("type", "eq", json!("ENTERPRISE")),
        leaf("createTime", "gte", json!("2026-02-01")),
        { "or": [leaf("status", "eq", json!("won")), leaf("status", "eq", json!("active")), filled("tags")] },
        { "or": [leaf("name", "contains", json!("科技")), leaf("source", "ne", json!("media")), filled("lastContactTime")] },
    ] } })
}
