//! The third job: what an import created goes to the bin, what it changed becomes as it was, row by row. A row in whose way
//! later work stands is left, with the reason.

use cims_proto::customer::v1::{self as proto, CustomerChanged};
use kit::{Failure, write::Write};
use prost::Message;
use uuid::Uuid;

use super::{
    Import, Jobs,
    store::{self, Done, Revert},
};
use crate::{
    contact::{self, Primary, settle_primary},
    customer::{self, Customer},
};

/// Rows of the file in one transaction.
const BATCH: i32 = 100;

/// Takes back what is not taken back yet.
///
/// # Errors
/// When the database is out of reach.
pub async fn revert(jobs: &Jobs, import: &Import) -> Result<(), Failure> {
    let end = store::last_row(&jobs.pool, import.id).await?;
    let (mut last_row, mut looked_at) = (import.last_row, import.last_row);
    while looked_at < end {
        let until = looked_at.saturating_add(BATCH);
        let rows = store::revert_rows(&jobs.pool, import.id, (looked_at, until)).await?;
        looked_at = until;
        let Some(last) = rows.last() else { continue };
        let after = last.row;
        if !revert_batch(jobs, import, last_row, &rows).await? {
            return Ok(());
        }
        last_row = after;
    }
    store::revert_done(&jobs.writer, import).await
}

async fn revert_batch(jobs: &Jobs, import: &Import, last_row: i32, rows: &[Revert]) -> Result<bool, Failure> {
    let mut batch = jobs.writer.begin_job(Some(import.actor()), import.trace_parent.clone()).await?;
    if !store::hold(batch.connection(), import, last_row).await? {
        return Ok(false);
    }
    let customers: Vec<Uuid> = rows.iter().map(|row| row.customer_id).collect();
    store::lock_customers(batch.connection(), &customers).await?;
    let mut done = Done {
        rows: i32::try_from(rows.len()).map_err(Failure::internal)?,
        last_row: rows.last().map_or(last_row, |row| row.row),
        ..Done::default()
    };
    let mut left = Vec::new();
    for row in rows {
        let kept =
            if row.created { delete(&mut batch, import, row).await? } else { undo(&mut batch, import, row).await? };
        match kept {
            None => done.reverted += 1,
            Some(reason) => {
                done.kept += 1;
                left.push((row.row, reason));
            }
        }
    }
    store::kept(batch.connection(), import.id, &left).await?;
    store::done(batch.connection(), import.id, &done).await?;
    batch.commit_job().await?;
    Ok(true)
}

/// The row's customer when it still is as the row left it, else why it is kept.
async fn untouched(
    batch: &mut Write,
    import: &Import,
    row: &Revert,
) -> Result<Result<Customer, &'static str>, Failure> {
    let customer = customer::store::find(batch.connection(), row.customer_id).await?;
    let Some(customer) = customer.filter(|customer| !customer.is_binned()) else { return Ok(Err("CUSTOMER_DELETED")) };
    if customer.version != row.version {
        return Ok(Err("CHANGED_SINCE"));
    }
    if !import.update_scope().contains(customer.owner_id, customer.department_id, false) {
        return Ok(Err("CUSTOMER_OUT_OF_REACH"));
    }
    Ok(Ok(customer))
}

/// Puts a customer that the row made into the bin; answers why not.
async fn delete(batch: &mut Write, import: &Import, row: &Revert) -> Result<Option<&'static str>, Failure> {
    let before = match untouched(batch, import, row).await? {
        Ok(customer) => customer,
        Err(reason) => return Ok(Some(reason)),
    };
    if before.last_contact_time.is_some() || before.next_contact_time.is_some() {
        return Ok(Some("HAS_INTERACTIONS"));
    }
    let own = |contact: &contact::Contact| Some(contact.id) == row.contact_id && contact.version == 1;
    if !before.contacts().iter().all(own) || before.contacts().is_empty() != row.contact_id.is_none() {
        return Ok(Some("CONTACTS_CHANGED"));
    }
    let mut after = Customer { delete_time: Some(batch.now()), ..before.clone() };
    customer::write::update(batch, "deleted", &before, &mut after).await?;
    Ok(None)
}

/// Makes a customer that the row changed what it was before; answers why not.
async fn undo(batch: &mut Write, import: &Import, row: &Revert) -> Result<Option<&'static str>, Failure> {
    let mut customer = match untouched(batch, import, row).await? {
        Ok(customer) => customer,
        Err(reason) => return Ok(Some(reason)),
    };
    let added = |contact: &contact::Contact| Some(contact.id) == row.contact_id;
    if row.contact_id.is_some() && !customer.contacts().iter().any(|own| added(own) && own.version == 1) {
        return Ok(Some("CONTACTS_CHANGED"));
    }
    if row.changed {
        let old = state_before(batch, row).await?;
        let mut after = customer.clone();
        after.write(old)?;
        if after.credit_code != customer.credit_code {
            let codes: Vec<String> = after.credit_code.iter().cloned().collect();
            if !store::code_holders(batch.connection(), &codes).await?.is_empty() {
                return Ok(Some("CREDIT_CODE_TAKEN"));
            }
        }
        customer::write::update(batch, "updated", &customer, &mut after).await?;
        customer = after;
    }
    if row.contact_id.is_some() {
        let mut contacts: Vec<_> = customer.contacts().iter().filter(|own| !added(own)).cloned().collect();
        settle_primary(&mut contacts, Primary::Keep);
        contact::write::save(batch, &customer, contacts).await?;
    }
    Ok(None)
}

/// What the customer was before the row.
async fn state_before(batch: &mut Write, row: &Revert) -> Result<proto::Customer, Failure> {
    let payload = store::state_before(batch.connection(), row.customer_id, row.version).await?;
    let change = CustomerChanged::decode(payload.unwrap_or_default().as_slice()).map_err(Failure::internal)?;
    change.before.ok_or_else(|| Failure::internal(format!("no event changed customer {}", row.customer_id)))
}
