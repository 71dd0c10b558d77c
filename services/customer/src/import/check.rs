//! The first job: every row of the file gets its outcome.

use std::{
    collections::{BTreeSet, HashMap},
    ops::ControlFlow,
    sync::Arc,
};

use chrono_tz::Asia::Shanghai;
use intake::import::{
    Checked, Context, Draft, Existing, Keys, Layout, Outcome, Problem, Row, RowError, Seen, Twin, Verdict, check_row,
    read,
};
use kit::Failure;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{
    Column, Import, Jobs,
    references::{self, header_words},
    store::{self, Counts, NewRow},
};
use crate::customer::duplicate;

/// Rows in one look-up and one insert.
const BATCH: usize = 1_000;

/// A row as read, with what it would become.
struct Read {
    number: u32,
    values: Value,
    draft: Result<Draft, Vec<RowError>>,
}

/// Checks the file of an import. Done again from the start after a break: nothing outside the import has changed.
///
/// # Errors
/// When the database or identity is out of reach. A file that cannot be read is no failure: the import then ends as
/// FAILED with its problem.
pub async fn check(jobs: &Jobs, import: &Import) -> Result<(), Failure> {
    let file = Arc::new((store::file(&jobs.pool, import.id).await?, import.file_name.clone()));
    let named = match blocking(&file, owners_named).await? {
        Ok(named) => named,
        Err(problem) => return store::fail(&jobs.writer, import, problem.code()).await,
    };
    let owners = references::owners(jobs.identity.clone(), import, &named).await?;
    let dictionaries = references::dictionaries(jobs.identity.clone()).await?;
    store::clear_rows(&jobs.pool, import.id).await?;
    let (sender, mut batches) = mpsc::channel(2);
    // Times in a sheet have no zone; they are those of China, where the sheets are written.
    let now = jobs.writer.clock().now().with_timezone(&Shanghai).naive_local();
    let reading = blocking(&file, move |bytes, name| {
        let context = Context { dictionaries: &dictionaries, owners: &owners, now };
        read_rows(bytes, name, &context, &sender)
    });
    let writing = async {
        let (mut seen, mut counts) = (Seen::default(), Counts::default());
        while let Some(rows) = batches.recv().await {
            let existing = existing(jobs, &rows).await?;
            let judged = rows.into_iter().map(|row| judge(&mut seen, row, &existing)).collect::<Result<Vec<_>, _>>()?;
            judged.iter().for_each(|row| counts.add(row.outcome));
            store::add_rows(&jobs.pool, import.id, &judged).await?;
        }
        Ok::<_, Failure>(counts)
    };
    let (layout, counts) = tokio::join!(reading, writing);
    let counts = counts?;
    match layout? {
        Ok(layout) => store::ready(&jobs.writer, import, &columns(&layout), counts).await,
        Err(problem) => store::fail(&jobs.writer, import, problem.code()).await,
    }
}

/// Runs what reads the file on a thread for such work.
async fn blocking<T: Send + 'static>(
    file: &Arc<(Vec<u8>, String)>,
    work: impl FnOnce(&[u8], &str) -> T + Send + 'static,
) -> Result<T, Failure> {
    let file = file.clone();
    tokio::task::spawn_blocking(move || work(&file.0, &file.1)).await.map_err(Failure::internal)
}

/// Everybody whom the sheet names as an owner.
fn owners_named(bytes: &[u8], file_name: &str) -> Result<Vec<String>, Problem> {
    let mut named = BTreeSet::new();
    read(bytes, file_name, header_words(), BATCH, |layout, rows| {
        named.extend(rows.iter().filter_map(|row| layout.owner(row)));
        ControlFlow::Continue(())
    })?;
    Ok(named.into_iter().collect())
}

fn read_rows(
    bytes: &[u8],
    file_name: &str,
    context: &Context<'_>,
    sender: &mpsc::Sender<Vec<Read>>,
) -> Result<Layout, Problem> {
    read(bytes, file_name, header_words(), BATCH, |layout, rows| {
        let rows = rows.iter().map(|row| Read {
            number: row.number,
            values: values(layout, row),
            draft: check_row(layout, row, context),
        });
        match sender.blocking_send(rows.collect()) {
            Ok(()) => ControlFlow::Continue(()),
            // The job ended; whoever takes it up reads again.
            Err(_) => ControlFlow::Break(()),
        }
    })
}

fn values(layout: &Layout, row: &Row) -> Value {
    let cells = layout.values(row).map(|(header, cell)| (header.to_owned(), Value::String(cell.text().into_owned())));
    Value::Object(cells.collect::<Map<_, _>>())
}

fn columns(layout: &Layout) -> Vec<Column> {
    let columns = layout.columns().into_iter();
    columns.map(|(header, field)| Column { header: header.to_owned(), field: field.to_owned() }).collect()
}

/// The customers that exist and share a key with these rows.
async fn existing(jobs: &Jobs, rows: &[Read]) -> Result<Existing, Failure> {
    let keys: Vec<Keys> = rows.iter().filter_map(|row| row.draft.as_ref().ok()).map(Draft::keys).collect();
    let digests = keys.iter().flat_map(|own| {
        let phones = own.phones.iter().map(|phone| duplicate::phone_key(phone));
        phones.chain([duplicate::name_key(&own.name)])
    });
    let holders: HashMap<i64, String> = store::holders(&jobs.pool, &digests.collect::<Vec<_>>()).await?;
    let codes: Vec<String> = keys.iter().filter_map(|own| own.credit_code.clone()).collect();
    let mut existing = Existing { credit_codes: store::code_holders(&jobs.pool, &codes).await?, ..Existing::default() };
    for own in keys {
        if let Some(id) = holders.get(&duplicate::name_key(&own.name)) {
            existing.names.insert(own.name, id.clone());
        }
        for phone in own.phones {
            if let Some(id) = holders.get(&duplicate::phone_key(&phone)) {
                existing.phones.insert(phone, id.clone());
            }
        }
    }
    Ok(existing)
}

fn judge(seen: &mut Seen, row: Read, existing: &Existing) -> Result<NewRow, Failure> {
    let checked: Checked = seen.judge(row.number, row.draft, existing);
    let outcome: Outcome = checked.outcome();
    let mut judged = NewRow::new(i32::try_from(row.number).map_err(Failure::internal)?, outcome.into(), row.values);
    let draft = |draft: &Draft| serde_json::to_value(draft).map(Some).map_err(Failure::internal);
    match checked.verdict {
        Verdict::Accepted(own) => judged.draft = draft(&own)?,
        Verdict::Rejected(errors) => judged.errors = serde_json::to_value(errors).map_err(Failure::internal)?,
        Verdict::Duplicate { draft: own, of, by } => {
            judged.draft = draft(&own)?;
            judged.duplicate_by = Some(by.as_str().to_owned());
            match of {
                Twin::Row(row) => judged.duplicate_row = i32::try_from(row).ok(),
                Twin::Customer(id) => judged.duplicate_customer_id = id.parse().ok(),
            }
        }
    }
    Ok(judged)
}
