use std::collections::BTreeMap;
use chrono::{DateTime, Utc, TimeDelta};
use cims_proto::{customer::v1::{Customer, CustomerChanged}, interaction::v1::{Interaction, InteractionChanged}};
use kit::{clock::time, events::{Event, Consumer, Broker, Notices}, Scope};
use prost::Message;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::{SliceRandom, IndexedRandom}};
use uuid::Uuid;
use crate::{events::Follower, facts::{Facts, store}, home::trial::*};

fn id(n: u128) -> Uuid { Uuid::from_u128(n) }
fn t(x: DateTime<Utc>) -> Option<prost_types::Timestamp> { Some(time::to_proto(x)) }

struct Model { customers: BTreeMap<Uuid, Customer>, interactions: BTreeMap<Uuid, Interaction>, due: BTreeMap<Uuid, (i64, Option<DateTime<Utc>>)>, events: Vec<Event> }

fn event(subject: &str, sid: Uuid, version: i64, c: &Customer, payload: Vec<u8>, n: &mut u128) -> Event {
    *n += 1;
    Event { id: id(*n + (1 << 100)).to_string(), subject_type: subject.into(), subject_id: sid.to_string(), subject_version: version,
        r#type: format!("{subject}.updated.v1"), owner_id: c.owner_id.clone(), department_id: c.department_id.clone(), time: t(Utc::now()), payload: payload.into(), ..Default::default() }
}

fn generate(rng: &mut StdRng, now: DateTime<Utc>) -> Model {
    let mut m = Model { customers: BTreeMap::new(), interactions: BTreeMap::new(), due: BTreeMap::new(), events: vec![] };
    let mut n = 0;
    let mut versions: BTreeMap<Uuid, i64> = BTreeMap::new();
    let owner = |rng: &mut StdRng, c: &mut Customer| { let k = rng.random_range(0..6u128); if k == 0 { c.owner_id.clear(); c.department_id.clear(); } else { c.owner_id = id(1000 + k).to_string(); c.department_id = id(2000 + rng.random_range(0..3u128)).to_string(); } };
    let around = |rng: &mut StdRng, days: i64| now + TimeDelta::seconds(rng.random_range(-days * 86400..days * 86400));
    for k in 0..60u128 {
        let mut c = Customer { id: id(10 + k).to_string(), region_code: ["330106", "110101", ""].choose(rng).unwrap().to_string(), level: ["A", "B", ""].choose(rng).unwrap().to_string(), create_time: t(around(rng, 40)), ..Default::default() };
        owner(rng, &mut c);
        versions.insert(id(10 + k), 1);
        m.events.push(event("customer.customer", id(10 + k), 1, &c, CustomerChanged { before: None, after: Some(c.clone()), ..Default::default() }.encode_to_vec(), &mut n));
        m.customers.insert(id(10 + k), c);
    }
    for step in 0..600u128 {
        let cid = id(10 + rng.random_range(0..60u128));
        match rng.random_range(0..10) {
            0..=3 => {
                let c = m.customers.get_mut(&cid).unwrap(); let before = c.clone();
                match rng.random_range(0..4) { 0 => owner(rng, c), 1 => c.level = "C".into(), 2 => c.region_code = "440300".into(), _ => c.delete_time = if c.delete_time.is_some() { None } else { t(now) } }
                let v = versions.get_mut(&cid).unwrap(); *v += 1;
                let e = event("customer.customer", cid, *v, c, CustomerChanged { before: Some(before), after: Some(c.clone()), ..Default::default() }.encode_to_vec(), &mut n);
                m.events.push(e);
            }
            k => {
                let existing: Vec<Uuid> = m.interactions.keys().copied().collect();
                let (iid, before, after) = if k < 8 || existing.is_empty() {
                    let iid = id(100_000 + step);
                    (iid, None, Some(Interaction { id: iid.to_string(), customer_id: cid.to_string(), author_id: id(1000 + rng.random_range(1..9u128)).to_string(), occur_time: t(around(rng, 12)), ..Default::default() }))
                } else {
                    let iid = *existing.choose(rng).unwrap(); let b = m.interactions[&iid].clone();
                    if k == 8 { (iid, Some(b), None) } else { let mut a = b.clone(); a.occur_time = t(around(rng, 12)); (iid, Some(b), Some(a)) }
                };
                let cid: Uuid = before.as_ref().or(after.as_ref()).unwrap().customer_id.parse().unwrap();
                let d = m.due.entry(cid).or_insert((0, None)); d.0 += 1; d.1 = if rng.random_bool(0.7) { Some(around(rng, 70)) } else { None };
                let v = versions.entry(iid).or_default(); *v += 1;
                let p = InteractionChanged { before, after: after.clone(), next_contact_time: d.1.map(time::to_proto), summary_version: d.0, ..Default::default() };
                m.events.push(event("interaction.interaction", iid, *v, &m.customers[&cid], p.encode_to_vec(), &mut n));
                match after { Some(a) => { m.interactions.insert(iid, a); } None => { m.interactions.remove(&iid); } }
            }
        }
    }
    m
}

fn expected(m: &Model, scope: &Scope, w: &Windows) -> String {
    let inside = |x: Option<DateTime<Utc>>, w: &Window| x.is_some_and(|x| x >= w.from && x < w.to);
    let vis: BTreeMap<&Uuid, &Customer> = m.customers.iter().filter(|(_, c)| c.delete_time.is_none() && scope.contains(c.owner_id.parse().ok(), c.department_id.parse().ok())).collect();
    let ts = |x: &Option<prost_types::Timestamp>| x.as_ref().and_then(time::from_proto);
    let mut keys: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut owners: BTreeMap<Uuid, i64> = BTreeMap::new();
    for c in vis.values() {
        *keys.entry(("level".into(), c.level.clone())).or_default() += 1;
        *keys.entry(("province".into(), c.region_code.get(..2).map(|x| format!("{x}0000")).unwrap_or_default())).or_default() += 1;
        if let Ok(o) = c.owner_id.parse() { if scope.owner().is_none() { *owners.entry(o).or_default() += 1; } }
    }
    let created = vis.values().filter(|c| inside(ts(&c.create_time), &w.month)).count();
    let mut contacts: BTreeMap<Option<Uuid>, i64> = BTreeMap::new();
    for i in m.interactions.values() { if vis.contains_key(&i.customer_id.parse::<Uuid>().unwrap()) && inside(ts(&i.occur_time), &w.week) { *contacts.entry(i.author_id.parse().ok()).or_default() += 1; } }
    let due = m.due.iter().filter(|(c, d)| vis.contains_key(c) && inside(d.1, &w.today)).count();
    let overdue = m.due.iter().filter(|(c, d)| vis.contains_key(c) && d.1.is_some_and(|x| x < w.today.from)).count();
    format!("{keys:?}\n{owners:?}\n{created}\n{contacts:?}\n{due} {overdue}")
}

async fn actual(pool: &sqlx::PgPool, scope: &Scope, w: &Windows) -> String {
    let f = figures(pool, scope, w).await.unwrap();
    let keys: BTreeMap<(String, String), i64> = f.keys.into_iter().filter(|k| k.2 != 0).map(|(a, b, c)| ((a, b), c)).collect();
    let owners: BTreeMap<Uuid, i64> = f.owners.into_iter().filter(|o| o.1 != 0).collect();
    let contacts: BTreeMap<Option<Uuid>, i64> = f.contacts.into_iter().filter(|o| o.1 != 0).collect();
    format!("{keys:?}\n{owners:?}\n{}\n{contacts:?}\n{} {}", f.created, f.due, f.overdue)
}

async fn compare(pool: &sqlx::PgPool, m: &Model, now: DateTime<Utc>) {
    let zones = ["Asia/Shanghai", "UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"];
    for zone in zones {
        let w = Windows::at(now, zone.parse().unwrap());
        let scopes = [Scope::Everything, Scope::Own(id(1002)), Scope::OwnAndShared(id(1003)), Scope::Departments(vec![id(2000), id(2001)].into()), Scope::Departments(vec![].into())];
        for scope in scopes { assert_eq!(actual(pool, &scope, &w).await, expected(m, &scope, &w), "{zone} {scope:?}"); }
    }
}

#[tokio::test]
async fn trial() {
    let pool = kit::database::connect(&std::env::var("TRIAL_URL").unwrap(), Default::default()).unwrap();
    let follower = Follower::new(Notices::new(Broker::new("amqp://127.0.0.1:1".into(), "x".into())));
    let now = Utc::now();
    for seed in 0..25 {
        let mut rng = StdRng::seed_from_u64(seed);
        for table in ["customer_fact", "interaction_fact", "follow_up_fact", "key_count", "day_count", "progress"] { sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table}"))).execute(&pool).await.unwrap(); }
        let m = generate(&mut rng, now);
        let mut all = m.events.clone();
        for _ in 0..200 { let e = m.events.choose(&mut rng).unwrap().clone(); all.push(e); }
        all.shuffle(&mut rng);
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let size = rng.random_range(1..40.min(rest.len() + 1).max(2));
            let (batch, tail) = rest.split_at(size.min(rest.len())); rest = tail;
            let mut tx = pool.begin().await.unwrap();
            follower.apply_batch(&mut tx, &batch.iter().collect::<Vec<_>>()).await.unwrap();
            tx.commit().await.unwrap();
        }
        compare(&pool, &m, now).await;
        // Rebuild of right figures corrects nothing; of wrong ones, all that is wrong. A live batch waits meanwhile.
        for broken in [false, true] {
            if broken {
                for s in ["delete from customer_fact where customer_id in (select customer_id from customer_fact limit 3)", "update interaction_fact set counted = not counted where interaction_id in (select interaction_id from interaction_fact limit 4)", "update key_count set count = count + 3", "delete from day_count where day > '2026-01-01'", "insert into follow_up_fact select gen_random_uuid(), now(), 1, null, null, true", "update progress set event_time = null"] { sqlx::query(s).execute(&pool).await.unwrap(); }
            }
            let mut c = crate::rebuild::trial::open(&pool).await.unwrap();
            assert!(!figures(&pool, &Scope::Everything, &Windows::at(now, kit::zone::DEFAULT)).await.unwrap().caught_up);
            let live = { let (pool, e) = (pool.clone(), m.events[0].clone()); tokio::spawn(async move {
                let follower = Follower::new(Notices::new(Broker::new("amqp://127.0.0.1:1".into(), "x".into())));
                let mut tx = pool.begin().await.unwrap(); follower.apply_batch(&mut tx, &[&e]).await.unwrap(); tx.commit().await.unwrap(); }) };
            for subject in ["customer.customer", "interaction.interaction"] {
                let own: Vec<Event> = m.events.iter().filter(|e| e.subject_type == subject).cloned().collect();
                for page in own.chunks(100) { store::write(&mut c, &Facts::of(page).unwrap(), false).await.unwrap(); }
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            assert!(!live.is_finished());
            let corrected = crate::rebuild::trial::replace(&mut c).await.unwrap();
            crate::rebuild::trial::close(c).await.unwrap();
            live.await.unwrap();
            if broken { assert!(corrected >= 8, "{corrected}"); } else { assert_eq!(corrected, 0); }
            compare(&pool, &m, now).await;
            assert!(figures(&pool, &Scope::Everything, &Windows::at(now, kit::zone::DEFAULT)).await.unwrap().event_time.is_some());
        }
    }
    // Counters equal the sums of the facts.
    let drift: i64 = sqlx::query_scalar("select count(*) from (select measure, day, owner_id, department_id, author_id, sum(n) from (select measure, day, owner_id, department_id, author_id, count as n from day_count union all select 'contact', (occur_time at time zone 'UTC')::date, owner_id, department_id, author_id, -1 from interaction_fact where counted union all select 'created', (create_time at time zone 'UTC')::date, owner_id, department_id, null, -1 from customer_fact where not deleted union all select 'due', (due_time at time zone 'UTC')::date, owner_id, department_id, null, -1 from follow_up_fact where counted union all select 'due_month', date_trunc('month', due_time at time zone 'UTC')::date, owner_id, department_id, null, -1 from follow_up_fact where counted) x group by 1,2,3,4,5 having sum(n) <> 0) y").fetch_one(&pool).await.unwrap();
    assert_eq!(drift, 0);
}
#[expect(dead_code)]
fn sendable(context: kit::service::Context) { fn send<T: Send>(_: T) {} send(async move { crate::rebuild(&context).await }); }
