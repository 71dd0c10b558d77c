//! P-3: a list of 50 by region and level, newest first, within a manager's departments, of one's own, or of all.

use anyhow::{Result, ensure};
use customer::search::WIDE_MARGIN;
use serde_json::{Value, json};

use super::{
    Arguments,
    http::{Connection, post},
    limit::{Script, filled_in, query, uuid_of},
    load::Requests,
    measure::Work,
    process::System,
    report::Report,
    search::{ask, put, times},
    sign_in::{self, Person},
};
use crate::data::{
    department_id, representative_id,
    words::{CITIES, LEVELS},
};

pub const WORK: Work = Work {
    id: "P-3",
    name: "list of 50",
    expected: 200,
    cpu_goal_us: Some(250.0),
    people: |address, password| Box::pin(sign_in::readers(address, password)),
    requests,
    scripts,
};

const PAGE: usize = 50;
const REGIONS: [&str; 5] = ["110000", "310000", "320000", "330000", "440000"];
const LEVEL: &str = "normal";

pub fn body(token: &str) -> Value {
    json!({ "where": { "and": [
        { "field": "regionCode", "op": "in", "value": REGIONS },
        { "field": "level", "op": "eq", "value": LEVEL },
    ] }, "pageSize": PAGE, "pageToken": token })
}

fn requests(person: Person, _: u64, _: u64) -> Requests {
    let request = post("/v1/customers:search", &person.authorization, &body("").to_string());
    Box::new(move || request.clone())
}

/// What the codes within a province begin with.
fn stem(province: &str) -> &str {
    province.trim_end_matches("00")
}

/// Rows among which a page of such a list is looked for, as `customer::search::choice` counts them by what the database is
/// filled with.
fn looked_at() -> usize {
    let is_asked = |code: &str| REGIONS.iter().any(|region| code.starts_with(stem(region)));
    let cities = CITIES.iter().filter(|(_, code)| is_asked(code)).count();
    let levels = LEVELS.iter().filter(|level| **level == LEVEL).count();
    let share = (cities * levels) as f64 / (CITIES.len() * LEVELS.len()) as f64;
    ((PAGE + 1) as f64 * WIDE_MARGIN / share) as usize
}

/// What `customer::search::statement` makes of such a list, and then the customers themselves.
fn scripts(_: u64) -> Result<Vec<Script>> {
    let customers = query(
        "services/customer/.sqlx",
        "null::json as \"contacts: Json<Vec<Contact>>\"\n            from customer c where c.id = any($1)",
    )?;
    let customers = filled_in(&customers, &[":ids::uuid[]"]);
    let regions = REGIONS.map(|region| format!("'{}%'", stem(region))).join(", ");
    let (looked_at, limit) = (looked_at(), PAGE + 1);
    let script = |share, scope: &str| {
        let text = format!(
            "\\set g random(0, 7)\nselect array_agg(customer_id)::text as ids from (select customer_id, null::text as value, null::boolean[] as reasons \
             from (select customer_id, region_code, level from search where not deleted{scope} order by customer_id desc limit {looked_at}) newest \
             where true and ((region_code like any(array[{regions}])) and (level = any(array['{LEVEL}']))) \
             order by customer_id desc limit {limit}) page \\gset\n{customers};\n"
        );
        Script { share, text }
    };
    let department = format!(" and department_id = {}", uuid_of(department_id(0), "g"));
    let owner = format!(" and owner_id = {}", uuid_of(representative_id(0), "g"));
    Ok(vec![script(2, ""), script(1, &department), script(1, &owner)])
}

/// How long the first page and page 1,000 take on one connection.
pub async fn depth(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    const DEEP: usize = 1_000;
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    report.note_load();
    let administrator = sign_in::sign_in(all.address, "admin", &arguments.password, sign_in::Reach::All).await?;
    let mut connection = Connection::open(all.address).await?;
    let mut token = String::new();
    for _ in 1..DEEP {
        let (_, page) = ask(&mut connection, &administrator, &body(&token)).await?;
        page["nextPageToken"].as_str().unwrap_or_default().clone_into(&mut token);
        ensure!(!token.is_empty(), "the list has fewer than {DEEP} pages");
    }
    let mut medians = Vec::new();
    for (name, token) in [("first page", ""), ("page 1,000", token.as_str())] {
        let [median, p99] = times(&mut connection, &administrator, || body(token)).await?;
        medians.push(median);
        put(report, "P-3", format!("{name}: median"), median, None);
        put(report, "P-3", format!("{name}: 99th percentile"), p99, None);
    }
    // As fast as the first, but for what two measurements of the same differ by.
    put(report, "P-3", "page 1,000 as a multiple of the first".to_owned(), medians[1] / medians[0], Some(1.5));
    Ok(())
}
