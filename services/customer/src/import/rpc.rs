//! RPCs of imports.

use cims_proto::customer::v1::{
    GetImportRequest, Import as ImportMessage, ImportRow, ListImportRowsRequest, ListImportRowsResponse,
    RunImportRequest, UploadImportRequest, import_row, imports_server::Imports,
};
use kit::{
    Failure, Scope,
    call::parse_id,
    open,
    page::Page,
    problem::code::{REQUIRED, TOO_LONG},
    schema::any,
    write::Begin,
};
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;
use tonic::{Request, Response, Status, Streaming};

use super::{FILE_LIMIT, Import, Jobs, Outcome, State, store};

/// The service `cims.customer.v1.Imports`.
#[derive(Debug)]
pub struct ImportService {
    jobs: Jobs,
}

impl ImportService {
    pub fn new(jobs: Jobs) -> ImportService {
        ImportService { jobs }
    }
}

/// Characters of a file's name.
const NAME_LIMIT: usize = 255;

/// The name and the bytes of an upload.
async fn received(mut stream: Streaming<UploadImportRequest>) -> Result<(String, Vec<u8>), Status> {
    let (mut name, mut content) = (String::new(), Vec::new());
    while let Some(piece) = stream.message().await? {
        if name.is_empty() {
            name = piece.file_name;
        }
        if content.len() + piece.chunk.len() > FILE_LIMIT {
            return Err(Failure::field("/file", TOO_LONG, format!("{} MB", FILE_LIMIT >> 20)).into());
        }
        content.extend_from_slice(&piece.chunk);
    }
    if name.is_empty() || content.is_empty() {
        return Err(Failure::field("/file", REQUIRED, "xlsx, csv").into());
    }
    Ok((name.chars().filter(|character| !character.is_control()).take(NAME_LIMIT).collect(), content))
}

#[tonic::async_trait]
impl Imports for ImportService {
    async fn upload_import(
        &self,
        request: Request<Streaming<UploadImportRequest>>,
    ) -> Result<Response<ImportMessage>, Status> {
        let (call, stream) = open(request)?;
        let author = call.user()?.clone();
        let (file_name, content) = received(stream).await?;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let assign = call.scope_of("import.assign").ok();
        let import = Import {
            id: write.id(),
            file_name,
            state: State::Checking,
            problem: String::new(),
            columns: Json(Vec::new()),
            total: 0,
            accepted: 0,
            rejected: 0,
            duplicates: 0,
            flagged: 0,
            progress: 0,
            author_id: author.user_id,
            department_id: author.department_id,
            assign_all: assign == Some(Scope::Everything),
            assign_departments: assign.as_ref().and_then(Scope::departments).unwrap_or_default().to_vec(),
            trace_parent: call.trace.to_string(),
            version: 1,
            create_time: write.now(),
            finish_time: None,
        };
        store::add(&mut write, &import, &content).await?;
        let answer = write.commit(import.into_proto()).await;
        self.jobs.wake();
        answer
    }

    async fn get_import(&self, request: Request<GetImportRequest>) -> Result<Response<ImportMessage>, Status> {
        let (call, request) = open(request)?;
        let import = store::find(&self.jobs.pool, parse_id("/id", &request.id)?, &call.scope).await?;
        Ok(Response::new(import.ok_or(Failure::NotFound)?.into_proto()))
    }

    async fn run_import(&self, request: Request<RunImportRequest>) -> Result<Response<ImportMessage>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id, &call.scope).await?.ok_or(Failure::NotFound)?;
        if before.state != State::Ready {
            return Err(Failure::state("IMPORT_NOT_READY").into());
        }
        let mut after = Import { state: State::Running, ..before.clone() };
        store::update(&mut write, &before, &mut after).await?;
        let answer = write.commit(after.into_proto()).await;
        self.jobs.wake();
        answer
    }

    async fn list_import_rows(
        &self,
        request: Request<ListImportRowsRequest>,
    ) -> Result<Response<ListImportRowsResponse>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/importId", &request.import_id)?;
        store::find(&self.jobs.pool, id, &call.scope).await?.ok_or(Failure::NotFound)?;
        let outcomes = outcomes(request.outcome());
        let page: Page<i32> = Page::parse(request.page_size, &request.page_token, &(id, request.outcome))?;
        let mut rows = store::rows(&self.jobs.pool, id, outcomes, page.after.unwrap_or(0), page.limit()).await?;
        let next_page_token = page.finish(&mut rows, |row| row.row);
        let rows = rows.into_iter().map(shown).collect::<Result<_, _>>()?;
        Ok(Response::new(ListImportRowsResponse { rows, next_page_token }))
    }
}

/// The kept outcomes that an asked one means: flagged rows are accepted ones.
fn outcomes(asked: import_row::Outcome) -> &'static [Outcome] {
    match asked {
        import_row::Outcome::Unspecified => {
            &[Outcome::Accepted, Outcome::Flagged, Outcome::Rejected, Outcome::Duplicate]
        }
        import_row::Outcome::Accepted => &[Outcome::Accepted, Outcome::Flagged],
        import_row::Outcome::Flagged => &[Outcome::Flagged],
        import_row::Outcome::Rejected => &[Outcome::Rejected],
        import_row::Outcome::Duplicate => &[Outcome::Duplicate],
        import_row::Outcome::Dropped => &[],
    }
}

/// An error of a row, as `intake::import::RowError` writes it.
#[derive(Deserialize)]
struct RowError {
    column: String,
    field: String,
    code: String,
    allowed: String,
}

fn shown(row: store::Row) -> Result<ImportRow, Failure> {
    let errors: Vec<RowError> = serde_json::from_value(row.errors).map_err(Failure::internal)?;
    let values = match any(&row.values).kind {
        Some(prost_types::value::Kind::StructValue(values)) => Some(values),
        _ => None,
    };
    let outcome = match row.outcome {
        Outcome::Accepted => import_row::Outcome::Accepted,
        Outcome::Flagged => import_row::Outcome::Flagged,
        Outcome::Rejected => import_row::Outcome::Rejected,
        Outcome::Duplicate => import_row::Outcome::Duplicate,
    };
    let flags = row.flags.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Ok(ImportRow {
        row: row.row,
        outcome: outcome.into(),
        values,
        errors: errors
            .into_iter()
            .map(|error| import_row::Error {
                column: error.column,
                code: error.code,
                allowed: error.allowed,
                field: error.field,
            })
            .collect(),
        duplicate_of: row.duplicate_by.map(|by| import_row::DuplicateOf {
            row: row.duplicate_row.unwrap_or_default(),
            customer_id: row.duplicate_customer_id.map(|id| id.to_string()).unwrap_or_default(),
            by,
        }),
        flags: flags.collect(),
        customer_id: row.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        kept_because: String::new(),
    })
}
