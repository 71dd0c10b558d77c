use kit::Scope;
use uuid::Uuid;
use crate::home::trial::*;
#[tokio::test]
async fn speed() {
    let pool = kit::database::connect(&std::env::var("TRIAL_URL").unwrap(), Default::default()).unwrap();
    let now = chrono::Utc::now();
    let w = Windows::at(now, kit::zone::DEFAULT);
    let dept = |n: u32| Uuid::parse_str(&format!("00000000-0000-7000-9000-{n:012x}")).unwrap();
    let me = Uuid::parse_str("00000000-0000-7000-8000-000000000011").unwrap();
    for (name, scope) in [("all", Scope::Everything), ("8 departments", Scope::Departments((0..8).map(dept).collect())), ("1 department", Scope::Departments(vec![dept(3)].into())), ("own", Scope::Own(me)), ("nothing", Scope::Own(Uuid::nil()))] {
        let mut times = vec![];
        let mut last = None;
        for _ in 0..60 { let s = std::time::Instant::now(); last = Some(figures(&pool, &scope, &w).await.unwrap()); times.push(s.elapsed().as_secs_f64() * 1e3); }
        times.sort_by(f64::total_cmp);
        let f = last.unwrap();
        println!("{name}: median {:.1} ms, p95 {:.1}, max {:.1}; customers {} created {} contacts {} due {} overdue {} owners {}", times[30], times[57], times[59], f.keys.iter().filter(|k| k.0 == "level").map(|k| k.2).sum::<i64>(), f.created, f.contacts.iter().map(|c| c.1).sum::<i64>(), f.due, f.overdue, f.owners.len());
    }
}
fn ev(subject: &str, sid: Uuid, v: i64, payload: Vec<u8>) -> kit::events::Event {
    kit::events::Event { id: Uuid::nil().to_string(), subject_type: subject.into(), subject_id: sid.to_string(), subject_version: v, time: Some(kit::clock::time::to_proto(chrono::Utc::now())), payload: payload.into(), ..Default::default() }
}
fn events(from: usize, count: usize, existing: bool) -> Vec<kit::events::Event> {
    use prost::Message; use cims_proto::{customer::v1::{Customer, CustomerChanged}, interaction::v1::{Interaction, InteractionChanged}};
    let now = chrono::Utc::now();
    (from..from + count).map(|k| {
        let who = Uuid::parse_str(&format!("00000000-0000-7000-8000-{:012x}", (k * 31) % 200)).unwrap();
        let dept = Uuid::parse_str(&format!("00000000-0000-7000-9000-{:012x}", ((k * 31) % 200) % 40)).unwrap();
        let n = if existing { 1 + (k * 7919) % 1_000_000 } else { 2_000_000 + k / 2 };
        let cid = Uuid::parse_str(&format!("019c0000-0000-7000-8000-{n:012x}")).unwrap();
        let back = |s: i64| Some(kit::clock::time::to_proto(now - chrono::TimeDelta::seconds(s)));
        if k % 2 == 0 { ev("customer.customer", cid, 2 + k as i64, CustomerChanged { after: Some(Customer { id: cid.to_string(), owner_id: who.to_string(), department_id: dept.to_string(), region_code: format!("{}0106", 11 + k % 30), level: "A".into(), create_time: back((k as i64 * 61) % 60_000_000), ..Default::default() }), ..Default::default() }.encode_to_vec()) }
        else { let iid = Uuid::parse_str(&format!("019e0000-0000-7000-8000-{k:012x}")).unwrap();
            ev("interaction.interaction", iid, 1, InteractionChanged { after: Some(Interaction { id: iid.to_string(), customer_id: cid.to_string(), author_id: who.to_string(), occur_time: back((k as i64 * 61) % 30_000_000), ..Default::default() }), next_contact_time: back(-((k as i64 * 61) % 3_000_000)), summary_version: 1 + k as i64, ..Default::default() }.encode_to_vec()) }
    }).collect()
}
#[tokio::test]
async fn live() {
    use kit::events::Consumer;
    let pool = kit::database::connect(&std::env::var("TRIAL_URL").unwrap(), Default::default()).unwrap();
    let follower = crate::events::Follower::new(kit::events::Notices::new(kit::events::Broker::new("amqp://127.0.0.1:1".into(), "x".into())));
    for (size, rounds) in [(1, 200), (200, 50)] {
        let all = events(size * 1000, size * rounds, true);
        let mut times = vec![];
        for batch in all.chunks(size) {
            let s = std::time::Instant::now();
            let mut tx = pool.begin().await.unwrap();
            follower.apply_batch(&mut tx, &batch.iter().collect::<Vec<_>>()).await.unwrap();
            tx.rollback().await.unwrap();
            times.push(s.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!("batch of {size}: median {:.1} ms, p95 {:.1}", times[times.len() / 2], times[times.len() * 95 / 100]);
    }
}
#[tokio::test]
async fn refill() {
    let pool = kit::database::connect(&std::env::var("TRIAL_URL").unwrap(), Default::default()).unwrap();
    let mut c = crate::rebuild::trial::open(&pool).await.unwrap();
    let s = std::time::Instant::now();
    let mut spent = std::time::Duration::ZERO;
    for page in 0..300 {
        let all = events(page * 1000, 1000, false);
        let s = std::time::Instant::now();
        crate::facts::store::write(&mut c, &crate::facts::Facts::of(&all).unwrap(), false).await.unwrap();
        spent += s.elapsed();
        if page % 50 == 49 { println!("{} events, {:.1} s of writing, {:.1} s in all", (page + 1) * 1000, spent.as_secs_f64(), s.elapsed().as_secs_f64()); }
    }
    let _ = s;
}
