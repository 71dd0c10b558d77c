//! What becomes of rows: each is read into a draft or rejected, and then compared with those before it and with the
//! customers that are there.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDateTime;
use chrono_tz::Asia::Shanghai;
use intake::import::{
    Cell, Checked, Context, Dictionaries, Draft, Existing, Keys, Layout, Owners, Row, RowError, Seen, Twin, Verdict,
    check_row,
};
use kit::Failure;
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    Import, Jobs, Outcome, references,
    store::{self, Alike, NewRow},
};
use crate::customer::duplicate;

/// A row as read, with what it would become.
#[derive(Clone, Debug)]
pub struct Read {
    number: u32,
    cells: Vec<Cell>,
    draft: Result<Draft, Vec<RowError>>,
}

impl Read {
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl From<Alike> for Read {
    fn from(row: Alike) -> Read {
        Read { number: row.row.unsigned_abs(), cells: row.cells.0, draft: Ok(row.draft.0) }
    }
}

/// Reads rows into drafts, and asks identity for the people whom they name.
pub struct Reader {
    jobs: Jobs,
    import: Import,
    layout: Arc<Layout>,
    dictionaries: Arc<Dictionaries>,
    owners: Arc<Owners>,
    /// Names that identity was asked for.
    asked: HashSet<String>,
    /// Times in a sheet have no zone; they are those of China, where the sheets are written.
    now: NaiveDateTime,
}

impl Reader {
    /// # Errors
    /// When identity is out of reach.
    pub async fn new(jobs: &Jobs, import: &Import, layout: Layout) -> Result<Reader, Failure> {
        Ok(Reader {
            jobs: jobs.clone(),
            import: import.clone(),
            layout: Arc::new(layout),
            dictionaries: Arc::new(references::dictionaries(&jobs.pool).await?),
            owners: Arc::default(),
            asked: HashSet::new(),
            now: jobs.writer.clock().now().with_timezone(&Shanghai).naive_local(),
        })
    }

    /// # Errors
    /// When identity is out of reach.
    pub async fn read(&mut self, rows: Vec<Row>) -> Result<Vec<Read>, Failure> {
        self.learn_owners(&rows).await?;
        let (layout, dictionaries, owners, now) =
            (self.layout.clone(), self.dictionaries.clone(), self.owners.clone(), self.now);
        let work = move || {
            let context = Context { dictionaries: &dictionaries, owners: &owners, now };
            let read =
                |row: Row| Read { draft: check_row(&layout, &row, &context), number: row.number, cells: row.cells };
            rows.into_iter().map(read).collect()
        };
        tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
    }

    async fn learn_owners(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let named: BTreeSet<String> = rows.iter().filter_map(|row| self.layout.owner(row)).collect();
        let new: Vec<String> = named.into_iter().filter(|name| !self.asked.contains(name)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let owners = Arc::make_mut(&mut self.owners);
        references::learn_owners(self.jobs.identity.clone(), &self.import, &new, owners).await?;
        self.asked.extend(new);
        Ok(())
    }
}

/// Judges rows in the order of the file; `seen` holds those before them.
///
/// # Errors
/// When the database refuses.
pub async fn judge(connection: &mut PgConnection, seen: &mut Seen, rows: Vec<Read>) -> Result<Vec<NewRow>, Failure> {
    let keys: Vec<Keys> = rows.iter().filter_map(|row| row.draft.as_ref().ok()).map(Draft::keys).collect();
    let existing = existing(connection, keys).await?;
    rows.into_iter().map(|row| judged(seen, row, &existing)).collect()
}

/// The customers that are there and share one of the keys.
async fn existing(connection: &mut PgConnection, keys: Vec<Keys>) -> Result<Existing, Failure> {
    let digests: Vec<i64> = keys.iter().flat_map(soft_keys).collect();
    let codes: Vec<String> = keys.iter().filter_map(|own| own.credit_code.clone()).collect();
    let codes = store::code_holders(&mut *connection, &codes).await?;
    let holders: HashMap<i64, String> = store::key_holders(&mut *connection, &digests)
        .await?
        .into_iter()
        .map(|(key, twin)| (key, twin.id.to_string()))
        .collect();
    let mut existing = Existing {
        credit_codes: codes.into_iter().map(|(code, id)| (code, id.to_string())).collect(),
        ..Existing::default()
    };
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

fn soft_keys(keys: &Keys) -> Vec<i64> {
    let phones = keys.phones.iter().map(|phone| duplicate::phone_key(phone));
    phones.chain([duplicate::name_key(&keys.name)]).collect()
}

fn judged(seen: &mut Seen, row: Read, existing: &Existing) -> Result<NewRow, Failure> {
    let keys = row.draft.as_ref().map(Draft::keys).ok();
    let code = keys.iter().filter_map(|keys| keys.credit_code.as_deref()).map(duplicate::code_key);
    let keys = keys.iter().flat_map(soft_keys).chain(code).collect();
    let checked: Checked = seen.judge(row.number, row.draft, existing);
    let mut judged = NewRow {
        row: i32::try_from(row.number).map_err(Failure::internal)?,
        outcome: Outcome::from(checked.outcome()),
        cells: row.cells,
        draft: None,
        keys,
        errors: Value::Array(Vec::new()),
        duplicate_row: None,
        duplicate_customer_id: None,
        duplicate_by: None,
    };
    match checked.verdict {
        Verdict::Accepted(own) => judged.draft = Some(own),
        Verdict::Rejected(errors) => judged.errors = serde_json::to_value(errors).map_err(Failure::internal)?,
        Verdict::Duplicate { draft: own, of, by } => {
            judged.draft = Some(own);
            judged.duplicate_by = Some(by.as_str());
            match of {
                Twin::Row(row) => judged.duplicate_row = i32::try_from(row).ok(),
                Twin::Customer(id) => judged.duplicate_customer_id = id.parse().ok(),
            }
        }
    }
    Ok(judged)
}
