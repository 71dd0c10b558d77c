//! The chains of seals: whoever can change every row of the database is found out, and where; erasing and restoring are
//! no such change.

use cims::{Keys, Settings, mark_restored, verify_audit};
use kit::audit::{Fault, Report};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use tests::{TestDatabase, World, eventually};

const SERVICES: [&str; 5] = ["identity", "customer", "interaction", "tagging", "reporting"];

/// Three customers, a backup, and three more; everything sealed.
struct Sealed {
    database: TestDatabase,
    backup: TestDatabase,
    settings: Settings,
    /// Sequences of the customers' events.
    sequences: Vec<i64>,
    /// Of the customers' chain, when the backup was made and now.
    old: i64,
    newest: i64,
}

async fn create(world: &World, names: &[&str]) {
    let admin = world.person("admin").await;
    for name in names {
        // Each begins with another letter.
        let phone = format!("13800138{:03}", name.as_bytes()[0]);
        let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": phone, "kind": "MOBILE" }] });
        admin.post("/v1/customers", &body).await.ok();
    }
    settled(&world.database).await;
}

/// Waits until every event is sealed and every seal with events stands in another service's seal.
async fn settled(database: &TestDatabase) {
    let open = SERVICES.map(|name| {
        format!(
            "select 1 from {name}.event having max(sequence) > (select coalesce(max(last_sequence), 0) from {name}.seal)
            union all select 1 from {name}.head where events > 0 and not sealed
            union all select 1 from {name}.seal having max(number) > (
                select coalesce(max(number), 0) from (select * from identity.head union all select * from customer.head) head
                where service = '{name}')"
        )
    });
    let open = format!("select not exists ({})", open.join(" union all "));
    eventually("everything is sealed", || async { query::<bool>(database, &open).await.then_some(()) }).await;
}

async fn query<T>(database: &TestDatabase, statement: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let mut connection = PgConnection::connect(&database.url).await.expect("the database");
    sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut connection).await.expect("a value")
}

async fn sealed() -> Sealed {
    let world = World::start().await;
    create(&world, &["Alder", "Birch", "Cedar"]).await;
    let (database, settings) = (world.database.clone(), world.settings.clone());
    world.stop().await;
    let backup = database.copy().await;

    let world = World::start_on(database.clone(), |own| own.keys = settings.keys.clone()).await;
    create(&world, &["Elm", "Fir", "Hazel"]).await;
    world.stop().await;
    let newest = "select max(number) from customer.seal";
    Sealed {
        sequences: query(&database, "select array_agg(sequence order by sequence) from customer.event").await,
        old: query(&backup, newest).await,
        newest: query(&database, newest).await,
        database,
        backup,
        settings,
    }
}

impl Sealed {
    /// The reports on a copy on which somebody with every right has run these statements.
    async fn after(&self, statements: &str) -> (TestDatabase, Vec<Report>) {
        let copy = self.database.copy().await;
        run(&copy, statements).await;
        let reports = self.verify(&copy).await;
        (copy, reports)
    }

    async fn verify(&self, database: &TestDatabase) -> Vec<Report> {
        verify_audit(&self.of(database), None).await.expect("reports")
    }

    fn of(&self, database: &TestDatabase) -> Settings {
        Settings { database: Settings::database_at(&database.url), ..self.settings.clone() }
    }

    /// What is found in the customers' chain after these statements.
    async fn faults(&self, statements: &str) -> Vec<Fault> {
        faults_of(&self.after(statements).await.1, "customer")
    }

    /// The tail of the customers' chain, as far as the backup does not have it.
    fn cut(&self) -> String {
        let old = self.old;
        format!(
            "delete from customer.event where sequence > (select last_sequence from customer.seal where number = {old});
            delete from customer.seal where number > {old};"
        )
    }
}

async fn run(database: &TestDatabase, statements: &str) {
    let mut connection = PgConnection::connect(&database.url).await.expect("the database");
    connection.execute(AssertSqlSafe(statements)).await.expect("an administrator may do anything");
}

fn faults_of(reports: &[Report], service: &str) -> Vec<Fault> {
    reports.iter().find(|report| report.service == service).expect("a report").faults.clone()
}

fn all_faults(reports: &[Report]) -> Vec<String> {
    reports.iter().flat_map(|report| &report.faults).map(Fault::to_string).collect()
}

const COLUMNS: &str = "id, subject_type, subject_id, subject_version, type, actor_id, source_address, trace_parent, time, \
    changed_fields, owner_id, department_id, payload, parent_id";

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_to_the_events_is_found_with_its_place() {
    let sealed = sealed().await;
    let whole = sealed.verify(&sealed.database).await;
    assert_eq!(all_faults(&whole), Vec::<String>::new());
    assert!(whole.iter().all(|report| report.unsealed == 0 && report.erased == 0), "{whole:?}");
    assert!(sealed.newest > sealed.old && sealed.sequences.len() >= 6);
    let (first, second) = (sealed.sequences[0], sealed.sequences[1]);

    // One: a change, of the public or the personal half.
    let change = format!("update customer.event set actor_id = gen_random_uuid() where sequence = {first}");
    assert_eq!(sealed.faults(&change).await, [Fault::EventChanged { sequence: first, seal: 1 }]);
    let change = format!(
        "update customer.event_personal set payload = payload || '\\x00'::bytea
        where event_id = (select id from customer.event where sequence = {first})"
    );
    assert_eq!(sealed.faults(&change).await, [Fault::PersonalChanged { sequence: first, seal: 1 }]);

    // Two: a removal in the middle, with the personal half or without.
    let removal = format!("delete from customer.event where sequence = {second}");
    assert_eq!(sealed.faults(&removal).await, [Fault::EventMissing { sequence: second, seal: 1 }]);
    assert_eq!(sealed.faults("delete from customer.seal where number = 1").await[0], Fault::SealMissing { number: 1 });

    // Three: a removal at the tail, seals included. Another service's seals and what it keeps know the head.
    let (_, reports) = sealed.after(&sealed.cut()).await;
    assert_cut(&sealed, &faults_of(&reports, "customer"));

    // Four: another order.
    let order = format!(
        "with pair as (select * from customer.event where sequence in ({first}, {second}))
        update customer.event set ({COLUMNS}) = (select {COLUMNS} from pair where pair.sequence = {sum} - event.sequence)
        where sequence in ({first}, {second})",
        sum = first + second
    );
    assert_eq!(
        sealed.faults(&order).await,
        [
            Fault::EventMoved { sequence: first, from: second, seal: 1 },
            Fault::EventMoved { sequence: second, from: first, seal: 1 },
        ]
    );

    // Five: an insertion, into a gap of the sequence or beside another event.
    for (sequence, time) in [(0, "time"), (second, "time + interval '1 millisecond'")] {
        let columns = COLUMNS.replace("id, subject_type", "subject_type").replace("time, ", "");
        let insertion = format!(
            "insert into customer.event (sequence, id, time, {columns}) overriding system value
            select {sequence}, gen_random_uuid(), {time}, {columns} from customer.event where sequence = {second}"
        );
        assert_eq!(sealed.faults(&insertion).await, [Fault::EventAdded { sequence, seal: 1 }]);
    }

    // Seven: the tail cut off, and the head of before put back where the other service keeps it.
    let replay = format!(
        "{} update identity.head set (number, time, digest, signature) =
            (select number, time, digest, signature from customer.seal where number = {})
        where service = 'customer'",
        sealed.cut(),
        sealed.old
    );
    assert_cut(&sealed, &sealed.faults(&replay).await);
}

fn assert_cut(sealed: &Sealed, faults: &[Fault]) {
    let newest = |fault: &Fault| match fault {
        Fault::HeadMissing { number, known_to, .. } => {
            assert_eq!(known_to, "identity");
            *number
        }
        other => panic!("{other}"),
    };
    assert!(faults.iter().map(newest).any(|number| number > sealed.old), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_written_anew_without_the_key_is_found() {
    let sealed = sealed().await;
    let copy = sealed.database.copy().await;
    let forget = SERVICES.map(|name| format!("delete from {name}.seal; delete from {name}.head;"));
    run(&copy, &format!("update customer.event set actor_id = null; {}", forget.concat())).await;
    // What forges is CIMS itself, with every right and another key.
    let forger = World::start_on(copy.clone(), |own| own.keys = Keys::generate().expect("keys can be made")).await;
    settled(&copy).await;
    forger.stop().await;
    let reports = sealed.verify(&copy).await;
    for service in ["identity", "customer"] {
        assert_eq!(faults_of(&reports, service)[0], Fault::SealForged { number: 1 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_personal_part_leaves_the_chain_whole() {
    let sealed = sealed().await;
    let erase = format!(
        "delete from customer.event_personal where event_id in (select id from customer.event where sequence = {})",
        sealed.sequences[0]
    );
    let (_, reports) = sealed.after(&erase).await;
    assert_eq!(all_faults(&reports), Vec::<String>::new());
    let customer = reports.iter().find(|report| report.service == "customer").expect("a report");
    assert_eq!(customer.erased, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_is_told_apart_from_tampering() {
    let sealed = sealed().await;
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("heads");
    let settings = sealed.of(&sealed.database);
    assert_eq!(all_faults(&verify_audit(&settings, Some(&file)).await.expect("reports")), Vec::<String>::new());

    // One service's database alone went back: another knows what it had.
    let (copy, reports) = sealed.after(&sealed.cut()).await;
    assert_cut(&sealed, &faults_of(&reports, "customer"));
    let lost = mark_restored(&sealed.of(&copy), None).await.expect("a mark");
    assert_eq!(lost[1], ("customer", sealed.newest - sealed.old));
    let world = World::start_on(copy.clone(), |own| own.keys = sealed.settings.keys.clone()).await;
    create(&world, &["Larch"]).await;
    world.stop().await;
    let reports = sealed.verify(&copy).await;
    assert_eq!(all_faults(&reports), Vec::<String>::new());
    let customer = reports.iter().find(|report| report.service == "customer").expect("a report");
    assert_eq!(customer.restored.iter().map(|(_, lost)| *lost).collect::<Vec<_>>(), [sealed.newest]);
    // The mark explains what is gone, and nothing else.
    run(
        &copy,
        "update customer.event set source_address = '' where sequence = (select min(sequence) from customer.event)",
    )
    .await;
    let faults = faults_of(&sealed.verify(&copy).await, "customer");
    assert_eq!(faults, [Fault::EventChanged { sequence: sealed.sequences[0], seal: 1 }]);

    // All of it went back: only what stands outside the database knows.
    let settings = sealed.of(&sealed.backup);
    assert_eq!(all_faults(&sealed.verify(&sealed.backup).await), Vec::<String>::new());
    let faults = faults_of(&verify_audit(&settings, Some(&file)).await.expect("reports"), "customer");
    assert!(matches!(&faults[..], [Fault::HeadMissing { number, .. }] if *number == sealed.newest), "{faults:?}");
    mark_restored(&settings, Some(&file)).await.expect("a mark");
    assert_eq!(all_faults(&verify_audit(&settings, Some(&file)).await.expect("reports")), Vec::<String>::new());
}
