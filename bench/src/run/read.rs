//! P-1: one customer by its id, within a manager's departments, of one's own, or of all; for some with masked phones.

use anyhow::Result;

use super::{
    Arguments,
    limit::{Script, filled_in, query, uuid_of},
    load::{Requests, load},
    measure::Work,
    process::System,
    report::{Figure, Report, median},
    sign_in::{self, Person},
};
use crate::data::{
    CUSTOMER_TAIL, DEPARTMENTS, FIRST_MS, REPRESENTATIVES, Random, STEP_MS, customer_id, department_id,
    representative_id,
};

pub const WORK: Work = Work {
    id: "P-1",
    name: "read one customer",
    expected: 200,
    cpu_goal_us: Some(60.0),
    people: |address, password| Box::pin(sign_in::readers(address, password)),
    requests,
    scripts,
};

fn requests(person: Person, customers: u64, seed: u64) -> Requests {
    let mut random = Random::new(seed);
    Box::new(move || {
        let id = customer_id(person.reach.customer(random.next(), customers));
        format!("GET /v1/customers/{id} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", person.authorization)
    })
}

/// The statement of `customer::store::find_within` in the scopes of the people, as often as they ask.
fn scripts(customers: u64) -> Result<Vec<Script>> {
    let statement = query("services/customer/.sqlx", "where c.id = $1 and (in_scope($2")?;
    // Of their own, people are also shown what is shared with them.
    let script = |share, groups: u64, departments: &str, owner: &str| {
        let id = format!("(lpad(to_hex(:m::bigint), 12, '0') || '{CUSTOMER_TAIL}')::uuid");
        let select = filled_in(&statement, &[id.as_str(), departments, owner, owner, "false", "now()"]);
        let most = (customers / groups - 1).min(customers - 1);
        // As many people of each kind as the load has.
        let last = if groups == 1 { 0 } else { 7 };
        let text = format!(
            "\\set g random(0, {last})\n\\set n random(0, {most}) * {groups} + :g\n\\set m {FIRST_MS} + :n * {STEP_MS}\n{select};\n"
        );
        Script { share, text }
    };
    let department = format!("array[{}]", uuid_of(department_id(0), "g"));
    let owner = uuid_of(representative_id(0), "g");
    Ok(vec![
        script(2, 1, "null", "null"),
        script(1, DEPARTMENTS, &department, "null"),
        script(1, REPRESENTATIVES, "null", &owner),
    ])
}

/// What of the processor time no server of ours can save: see [`crate::floor`].
pub async fn floor(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let (mut cpu, mut rate) = (Vec::new(), Vec::new());
    for round in 0..arguments.rounds {
        let mut all = system.all()?;
        all.ready(Some("/readyz")).await?;
        let people = sign_in::readers(all.address, &arguments.password).await?;
        drop(all);
        let mut floor = system.floor()?;
        floor.ready(None).await?;
        let customers = arguments.template.customers;
        let seeded = people.into_iter().zip(1_u64..);
        let clients =
            seeded.map(|(person, seed)| requests(person, customers, seed * 1_000_003 + round as u64)).collect();
        let found = load(floor.address, clients, WORK.expected, arguments.length(), &[floor.id()]).await?;
        cpu.push(found.cpu_us[0]);
        rate.push(found.per_second);
    }
    let mut put = |name: &str, value: f64, unit: &'static str| {
        report.put(Figure { id: WORK.id, name: format!("{}: {name}", WORK.name), value, unit, goal: None });
    };
    put("processor time of axum and the statement alone", median(cpu), "µs");
    put("rate of these", median(rate), "requests/s");
    Ok(())
}
