//! The second job: accepted rows become customers, and duplicates update theirs where the import says so; in batches,
//! each a transaction of its own.

use std::collections::{BTreeSet, HashMap, HashSet};

use intake::import::Draft;
use kit::{Failure, Scope, write::Write};
use serde_json::json;
use uuid::Uuid;

use super::{
    DuplicatePolicy, Import, Jobs, references,
    store::{self, Done, Holders, Waiting, Written},
    update,
};
use crate::{
    contact::{self, Contact, Primary, settle_primary},
    customer::{self, Customer, write::NewCustomer},
};

/// Rows of the file in one transaction: few enough that a person who edits one of these customers never waits long.
const BATCH: i32 = 500;

/// Writes what still waits. A killed process left whole batches, and the next one goes on after them.
///
/// # Errors
/// When the database or identity is out of reach.
pub async fn run(jobs: &Jobs, import: &Import) -> Result<(), Failure> {
    let end = store::last_row(&jobs.pool, import.id).await?;
    let (mut last_row, mut looked_at) = (import.last_row, import.last_row);
    let mut departments = HashMap::new();
    while looked_at < end {
        let until = looked_at.saturating_add(BATCH);
        let waiting = store::waiting(&jobs.pool, import, (looked_at, until)).await?;
        looked_at = until;
        let Some(last) = waiting.last() else { continue };
        let after = last.row;
        learn_departments(jobs, import, &waiting, &mut departments).await?;
        if !write_batch(jobs, import, last_row, waiting, &departments).await? {
            return Ok(());
        }
        last_row = after;
    }
    store::succeed(&jobs.writer, import).await
}

type Departments = HashMap<Uuid, Option<Uuid>>;

/// Asks identity for the departments of owners that are new.
async fn learn_departments(
    jobs: &Jobs,
    import: &Import,
    waiting: &[Waiting],
    known: &mut Departments,
) -> Result<(), Failure> {
    let owners = waiting.iter().map(|row| owner(import, &row.draft)).collect::<Result<BTreeSet<Uuid>, _>>()?;
    let new: Vec<String> = owners.iter().filter(|id| !known.contains_key(id)).map(Uuid::to_string).collect();
    if !new.is_empty() {
        known.extend(references::departments(jobs.identity.clone(), &new).await?);
    }
    Ok(())
}

fn owner(import: &Import, draft: &Draft) -> Result<Uuid, Failure> {
    draft.owner.as_deref().map_or(Ok(import.author_id), str::parse).map_err(Failure::internal)
}

/// Writes rows behind the last one done; false when the import no longer runs or another process has done them.
async fn write_batch(
    jobs: &Jobs,
    import: &Import,
    last_row: i32,
    waiting: Vec<Waiting>,
    departments: &Departments,
) -> Result<bool, Failure> {
    let mut batch = jobs.writer.begin_job(Some(import.actor()), import.trace_parent.clone()).await?;
    if !store::hold(batch.connection(), import, last_row).await? {
        return Ok(false);
    }
    let mut done = Done {
        rows: i32::try_from(waiting.len()).map_err(Failure::internal)?,
        last_row: waiting.last().map_or(last_row, |row| row.row),
        ..Done::default()
    };
    let (updates, creations): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|row| row.target.is_some());
    // Customers before keys, as everybody who edits one locks them.
    let targets: Vec<Uuid> = updates.iter().filter_map(|row| row.target).collect();
    store::lock_customers(batch.connection(), &targets).await?;
    let mut written = create(&mut batch, import, creations, departments, &mut done).await?;
    let mut twice = store::twice(batch.connection(), import.id, &targets).await?;
    for row in updates {
        match update(&mut batch, import, &row, &mut twice).await? {
            Ok(row) => {
                done.updated += i32::from(row.version.is_some());
                written.push(row);
            }
            Err(reason) => {
                let errors = json!([{ "column": "", "field": "", "code": reason, "allowed": "" }]);
                store::skip(batch.connection(), import.id, row.row, (None, ""), Some(errors)).await?;
            }
        }
    }
    Written::mark(batch.connection(), import.id, &written).await?;
    store::done(batch.connection(), import.id, &done).await?;
    batch.commit_job().await?;
    Ok(true)
}

/// Writes the rows that nobody has entered since the check.
async fn create(
    batch: &mut Write,
    import: &Import,
    rows: Vec<Waiting>,
    departments: &Departments,
    done: &mut Done,
) -> Result<Vec<Written>, Failure> {
    let mut made = Vec::with_capacity(rows.len());
    for row in rows {
        let owner = owner(import, &row.draft)?;
        let department = departments.get(&owner).copied().flatten();
        let mut customer = Customer::new(batch.id(), Some(owner), department, batch.now());
        let contact = row.draft.contact.is_some().then(|| drafted(batch, customer.id, &row.draft));
        let import_tags = row.draft.tags.clone();
        update::fill(&mut customer, row.draft);
        made.push((row.row, NewCustomer { customer, contact, import_tags }));
    }
    let taken = Taken::find(batch, made.iter().map(|(_, new)| &new.customer)).await?;
    let (mut new, mut written) = (Vec::new(), Vec::new());
    for (row, own) in made {
        if let Some((twin, by)) = taken.by(&own.customer) {
            let was_flagged = store::skip(batch.connection(), import.id, row, (Some(twin), by), None).await?;
            done.duplicates += 1;
            done.unflagged += i32::from(was_flagged);
            continue;
        }
        let contact_id = own.contact.as_ref().map(|contact| contact.id);
        let (customer_id, version) = (own.customer.id, Some(own.customer.version));
        written.push(Written { row, customer_id, version, changed: true, contact_id });
        new.push(own);
    }
    customer::write::create_all(batch, new).await?;
    Ok(written)
}

/// The contact that a row names, the first of its customer.
fn drafted(batch: &Write, customer_id: Uuid, draft: &Draft) -> Contact {
    let mut contact = Contact::new(batch.id(), customer_id, batch.now());
    if let Some(drafted) = &draft.contact {
        contact.name = drafted.name.clone();
        contact.salutation = drafted.salutation.clone().unwrap_or_default();
        contact.position = drafted.position.clone().unwrap_or_default();
    }
    contact.is_primary = true;
    contact
}

/// What customers of others took since the check. Within the file the check has told duplicates apart.
struct Taken {
    holders: Holders,
    codes: HashMap<String, Uuid>,
}

impl Taken {
    /// Holds the keys of the whole batch first, in one order, so that two batches cannot wait for each other.
    async fn find(batch: &mut Write, customers: impl Iterator<Item = &Customer> + Clone) -> Result<Taken, Failure> {
        let keys: BTreeSet<i64> = customers.clone().flat_map(Customer::duplicate_keys).collect();
        let keys: Vec<i64> = keys.into_iter().collect();
        store::hold_keys(batch.connection(), &keys).await?;
        let codes: Vec<String> = customers.filter_map(|customer| customer.credit_code.clone()).collect();
        let holders = store::key_holders(batch.connection(), &keys).await?;
        Ok(Taken { holders, codes: store::code_holders(batch.connection(), &codes).await? })
    }

    /// The customer that a row repeats, and by what.
    fn by(&self, customer: &Customer) -> Option<(Uuid, &'static str)> {
        if let Some(id) = customer.credit_code.as_ref().and_then(|code| self.codes.get(code)) {
            return Some((*id, "creditCode"));
        }
        let numbers = kit::schema::words(&customer.id_number);
        if let Some(twin) = numbers.iter().find_map(|key| self.holders.get(key)) {
            return Some((twin.id, "idNumber"));
        }
        let twin = customer.duplicate_keys().into_iter().find_map(|key| self.holders.get(&key))?;
        let same_name = intake::name::normalise(&twin.name) == intake::name::normalise(&customer.name);
        Some((twin.id, if same_name { "name" } else { "phone" }))
    }
}

/// Writes a row into the customer that it repeats, or says why it is skipped.
async fn update(
    batch: &mut Write,
    import: &Import,
    row: &Waiting,
    twice: &mut HashSet<Uuid>,
) -> Result<Result<Written, &'static str>, Failure> {
    let target = row.target.unwrap_or_default();
    let before = customer::store::find(batch.connection(), target).await?;
    let Some(before) = before.filter(|customer| !customer.is_binned()) else { return Ok(Err("CUSTOMER_DELETED")) };
    let scope: Scope = import.update_scope();
    if !scope.contains(before.owner_id, before.department_id, false) {
        return Ok(Err("CUSTOMER_OUT_OF_REACH"));
    }
    if !twice.insert(target) {
        return Ok(Err("UPDATED_BY_EARLIER_ROW"));
    }
    let policy: DuplicatePolicy = import.duplicate_policy;
    let mut after = update::updated(&before, row.draft.clone(), policy);
    if after.credit_code != before.credit_code {
        let codes: Vec<String> = after.credit_code.iter().cloned().collect();
        if !store::code_holders(batch.connection(), &codes).await?.is_empty() {
            return Ok(Err("CREDIT_CODE_TAKEN"));
        }
    }
    let adds_contact = update::adds_contact(&before, &row.draft, policy);
    let changes = before.state() != after.state();
    if changes {
        customer::write::update(batch, "updated", &before, &mut after).await?;
    }
    let mut contact_id = None;
    if adds_contact {
        let contact = drafted(batch, target, &row.draft);
        contact_id = Some(contact.id);
        let mut contacts = before.contacts().to_vec();
        contacts.push(Contact { is_primary: false, ..contact });
        settle_primary(&mut contacts, Primary::Keep);
        contact::write::save(batch, &after, contacts).await?;
    }
    let version = (changes || adds_contact).then_some(after.version);
    Ok(Ok(Written { row: row.row, customer_id: target, version, changed: changes, contact_id }))
}
