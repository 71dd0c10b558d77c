//! The second job: the accepted rows become customers, in batches, each a transaction of its own.

use std::collections::{BTreeSet, HashMap, HashSet};

use intake::import::{CustomerType, Draft};
use kit::{Failure, write::Write};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Import, Jobs, references,
    store::{self, Waiting},
};
use crate::{
    contact::Contact,
    customer::{Customer, DEFAULT_STATUS, Type, store::Twin, write},
    phone::Phone,
};

/// Rows in one transaction: few enough that a person who edits one of these customers never waits long.
const BATCH: i64 = 200;

/// Writes what still waits. A killed process left whole batches, and the next one goes on after them.
///
/// # Errors
/// When the database or identity is out of reach.
pub async fn run(jobs: &Jobs, import: &Import) -> Result<(), Failure> {
    loop {
        let waiting = store::waiting(&jobs.pool, import.id, BATCH).await?;
        if waiting.is_empty() {
            return store::succeed(&jobs.writer, import).await;
        }
        let owners = waiting.iter().map(|row| row.draft.owner.clone().unwrap_or(import.author_id.to_string()));
        let owners: BTreeSet<String> = owners.collect();
        let departments =
            references::departments(jobs.identity.clone(), &owners.into_iter().collect::<Vec<_>>()).await?;
        write_batch(jobs, import, waiting, &departments).await?;
    }
}

async fn write_batch(
    jobs: &Jobs,
    import: &Import,
    waiting: Vec<Waiting>,
    departments: &HashMap<Uuid, Option<Uuid>>,
) -> Result<(), Failure> {
    let mut batch = jobs.writer.begin_job(Some(import.author_id), import.trace_parent.clone()).await?;
    // Whoever else has taken the import meanwhile finds the rows written.
    if !store::hold(batch.connection(), import.id).await? {
        return Ok(());
    }
    let rows: Vec<(Waiting, Customer)> =
        waiting.into_iter().map(|row| made(&mut batch, import, row, departments)).collect::<Result<_, _>>()?;
    let mut taken = Taken::find(&mut batch, &rows).await?;
    let (mut written, mut duplicates) = (Vec::new(), 0);
    for (row, customer) in rows {
        if let Some((twin, by)) = taken.by(&customer) {
            store::duplicate(batch.connection(), import.id, row.row, twin, by).await?;
            duplicates += 1;
            continue;
        }
        taken.add(&customer);
        let contacts = contacts(&mut batch, &customer, &row.draft);
        let customer = write::create(&mut batch, customer, contacts, row.draft.tags).await?;
        written.push((row.row, customer.id));
    }
    store::written(batch.connection(), import.id, &written, duplicates).await?;
    batch.commit_job().await
}

/// The customer of a row.
fn made(
    batch: &mut Write,
    import: &Import,
    row: Waiting,
    departments: &HashMap<Uuid, Option<Uuid>>,
) -> Result<(Waiting, Customer), Failure> {
    let owner = row.draft.owner.as_deref().map_or(Ok(import.author_id), str::parse).map_err(Failure::internal)?;
    let department = departments.get(&owner).copied().flatten();
    let mut customer = Customer::new(batch.id(), Some(owner), department, batch.now());
    let draft = row.draft.clone();
    let text = Option::unwrap_or_default;
    customer.name = draft.name;
    customer.r#type = match draft.customer_type {
        CustomerType::Enterprise => Type::Enterprise,
        CustomerType::Individual => Type::Individual,
    };
    customer.credit_code = draft.credit_code;
    let phones =
        draft.phones.into_iter().map(|phone| Phone { number: phone.number, kind: phone.kind, label: phone.label });
    customer.phones = Json(phones.collect());
    customer.email = text(draft.email);
    customer.region_code = text(draft.region_code);
    customer.address = text(draft.address);
    customer.homepage = text(draft.homepage);
    customer.industry = text(draft.industry);
    customer.source = text(draft.source);
    customer.level = text(draft.level);
    customer.status = draft.status.unwrap_or(DEFAULT_STATUS.to_owned());
    customer.cooperation_products = draft.cooperation_products;
    customer.first_cooperation_date = draft.first_cooperation_date;
    customer.cumulative_amount = draft.cumulative_amount;
    customer.remarks = text(draft.remarks);
    customer.flags = draft.flags.iter().map(|flag| flag.as_str().to_owned()).collect();
    Ok((row, customer))
}

fn contacts(batch: &mut Write, customer: &Customer, draft: &Draft) -> Vec<Contact> {
    let contact = draft.contact.as_ref().map(|drafted| {
        let mut contact = Contact::new(batch.id(), customer.id, batch.now());
        contact.name = drafted.name.clone();
        contact.salutation = drafted.salutation.clone().unwrap_or_default();
        contact.position = drafted.position.clone().unwrap_or_default();
        contact.is_primary = true;
        contact
    });
    contact.into_iter().collect()
}

/// What customers of others took since the check, and what this batch takes itself.
struct Taken {
    twins: Vec<(Twin, Vec<i64>)>,
    codes: HashMap<String, String>,
    own_codes: HashSet<String>,
}

impl Taken {
    /// Holds the keys of the whole batch first, in one order, so that two batches cannot wait for each other.
    async fn find(batch: &mut Write, rows: &[(Waiting, Customer)]) -> Result<Taken, Failure> {
        let keys: BTreeSet<i64> = rows.iter().flat_map(|(_, customer)| customer.duplicate_keys()).collect();
        let keys: Vec<i64> = keys.into_iter().collect();
        store::hold_keys(batch.connection(), &keys).await?;
        let codes: Vec<String> = rows.iter().filter_map(|(_, customer)| customer.credit_code.clone()).collect();
        Ok(Taken {
            twins: store::key_holders(batch.connection(), &keys).await?,
            codes: store::code_holders(batch.connection(), &codes).await?,
            own_codes: HashSet::new(),
        })
    }

    /// The customer that a row repeats, and by what.
    fn by(&self, customer: &Customer) -> Option<(Option<Uuid>, &'static str)> {
        if let Some(code) = &customer.credit_code {
            if let Some(id) = self.codes.get(code) {
                return Some((id.parse().ok(), "creditCode"));
            }
            if self.own_codes.contains(code) {
                return Some((None, "creditCode"));
            }
        }
        let keys = customer.duplicate_keys();
        let twin = self.twins.iter().find(|(_, held)| held.iter().any(|key| keys.contains(key)));
        twin.map(|(twin, _)| {
            let same_name = intake::name::normalise(&twin.name) == intake::name::normalise(&customer.name);
            (Some(twin.id), if same_name { "name" } else { "phone" })
        })
    }

    fn add(&mut self, customer: &Customer) {
        self.own_codes.extend(customer.credit_code.clone());
    }
}
