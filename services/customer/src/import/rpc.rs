//! RPCs of imports.

use cims_proto::customer::v1::{
    CancelImportRequest, Contact, Customer, DownloadImportErrorsRequest, DownloadImportTemplateRequest, FileChunk,
    FixImportRowsRequest, FixImportRowsResponse, GetImportRequest, Import as ImportMessage, ImportChanged,
    ListImportRowsRequest, ListImportRowsResponse, ListImportsRequest, ListImportsResponse, RevertImportRequest,
    RunImportRequest, UpdateImportRequest, UploadImportRequest, imports_server::Imports,
};
use intake::import::{Field, Layout, MappingError};
use kit::{
    Call, Failure, Scope, Violation,
    call::parse_id,
    open,
    page::Page,
    problem::code::{FIELD_NOT_WRITABLE, NOT_ALLOWED, REPEATED, REQUIRED},
    schema::{FieldTable, Visibility, table_of},
    write::{Begin, Write, check_version, merged},
};
use prost::Message;
use sqlx::types::Json;
use tonic::{Request, Response, Status, Streaming, codegen::BoxStream};
use uuid::Uuid;

use super::{
    DuplicatePolicy, Import, Jobs, State, download,
    fix::Fixed,
    references::header_words,
    row, secret,
    store::{self, Asked},
    upload,
};

/// The service `cims.customer.v1.Imports`.
#[derive(Debug)]
pub struct ImportService {
    jobs: Jobs,
}

impl ImportService {
    pub fn new(jobs: Jobs) -> ImportService {
        ImportService { jobs }
    }

    async fn find(&self, call: &Call, id: Uuid) -> Result<Import, Failure> {
        store::find(&self.jobs.pool, id, &call.scope).await?.ok_or(Failure::NotFound)
    }

    /// Writes the next state of an import and wakes the worker, for what remains to be done.
    async fn commit(
        &self,
        mut write: Box<Write>,
        before: &Import,
        mut after: Import,
    ) -> Result<Response<ImportMessage>, Status> {
        store::update(&mut write, before, &mut after).await?;
        let is_work = after.state.is_work();
        let answer = write.commit(after.into_proto()).await;
        if is_work {
            self.jobs.wake();
        }
        answer
    }
}

#[tonic::async_trait]
impl Imports for ImportService {
    async fn upload_import(
        &self,
        request: Request<Streaming<UploadImportRequest>>,
    ) -> Result<Response<ImportMessage>, Status> {
        let (call, stream) = open(request)?;
        let upload = upload::receive(stream).await?;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let import = upload::new_import(&write, &call, upload.file_name.clone())?;
        store::add(&mut write, &import).await?;
        upload.keep(&mut write, import.id, &self.jobs.secrets).await?;
        let answer = write.commit(import.into_proto()).await;
        self.jobs.wake();
        answer
    }

    async fn get_import(&self, request: Request<GetImportRequest>) -> Result<Response<ImportMessage>, Status> {
        let (call, request) = open(request)?;
        let import = self.find(&call, parse_id("/id", &request.id)?).await?;
        Ok(Response::new(import.into_proto()))
    }

    async fn list_imports(
        &self,
        request: Request<ListImportsRequest>,
    ) -> Result<Response<ListImportsResponse>, Status> {
        let (call, request) = open(request)?;
        let page: Page<Uuid> = Page::parse(request.page_size, &request.page_token, &call.scope)?;
        let before = page.after.unwrap_or(Uuid::max());
        let mut imports = store::list(&self.jobs.pool, &call.scope, before, page.limit()).await?;
        let next_page_token = page.finish(&mut imports, |import| import.id);
        let imports = imports.into_iter().map(Import::into_proto).collect();
        Ok(Response::new(ListImportsResponse { imports, next_page_token }))
    }

    async fn update_import(&self, request: Request<UpdateImportRequest>) -> Result<Response<ImportMessage>, Status> {
        let (call, request) = open(request)?;
        let patch = request.import.unwrap_or_default();
        let id = parse_id("/import/id", &patch.id)?;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id, &call.scope).await?.ok_or(Failure::NotFound)?;
        let state = before.clone().into_proto();
        let wanted: ImportMessage = merged(&state, &patch, request.update_mask.as_ref())?;
        let original = |payload: &[u8]| ImportChanged::decode(payload).ok()?.after;
        check_version(&mut write, &call, (id, before.version), (&state, &wanted), original).await?;
        let Some(layout) = before.layout.as_ref().filter(|_| before.state == State::Ready) else {
            return Err(Failure::state("IMPORT_NOT_READY").into());
        };
        let mapped = mapped(layout, &wanted)?;
        check_writable(&call, &mapped)?;
        let mut after = Import { duplicate_policy: DuplicatePolicy::of(wanted.duplicate_policy()), ..before.clone() };
        if mapped != layout.0 {
            after.layout = Some(Json(mapped));
            after.begin(State::Checking, before.total);
        } else if after.duplicate_policy == before.duplicate_policy {
            return write.commit(state).await;
        }
        self.commit(write, &before, after).await
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
        if !layout_of(&before).has_name() {
            return Err(Failure::state("NO_NAME_COLUMN").into());
        }
        check_writable(&call, &layout_of(&before))?;
        let mut after = Import { runner_id: Some(call.user()?.user_id), ..before.clone() };
        if before.duplicate_policy != DuplicatePolicy::Skip {
            acts(&mut after, &call)?;
        }
        after.begin(State::Running, store::run_to_do(write.connection(), &before).await?);
        self.commit(write, &before, after).await
    }

    async fn cancel_import(&self, request: Request<CancelImportRequest>) -> Result<Response<ImportMessage>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id, &call.scope).await?.ok_or(Failure::NotFound)?;
        if !matches!(before.state, State::Checking | State::Ready | State::Running) {
            return Err(Failure::state("IMPORT_NOT_RUNNING").into());
        }
        store::forget_file(write.connection(), id).await?;
        let after = Import { state: State::Cancelled, finish_time: Some(write.now()), ..before.clone() };
        self.commit(write, &before, after).await
    }

    async fn revert_import(&self, request: Request<RevertImportRequest>) -> Result<Response<ImportMessage>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id, &call.scope).await?.ok_or(Failure::NotFound)?;
        if !matches!(before.state, State::Succeeded | State::Cancelled) {
            return Err(Failure::state("IMPORT_NOT_DONE").into());
        }
        before.refuse_expired(write.now())?;
        let mut after = before.clone();
        acts(&mut after, &call)?;
        after.begin(State::Reverting, store::revert_to_do(write.connection(), id).await?);
        self.commit(write, &before, after).await
    }

    async fn fix_import_rows(
        &self,
        request: Request<FixImportRowsRequest>,
    ) -> Result<Response<FixImportRowsResponse>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/importId", &request.import_id)?;
        let import = self.find(&call, id).await?;
        let fixed = Fixed::read(&self.jobs, &import, &request).await;
        let mut write = match self.jobs.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let after = fixed?.write(&mut write, id, &call.scope).await?;
        let numbers: Vec<i32> = request.fixes.iter().map(|fix| fix.row).collect();
        let rows = store::rows(write.connection(), id, Asked::Numbers(&numbers), 0, i64::MAX).await?;
        let layout = layout_of(&after);
        let rows = rows.into_iter().map(|own| secret::starred(own, id, is_hidden(&call), &self.jobs.secrets));
        let mut rows = rows.map(|own| row::shown(own?, &layout)).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|own| numbers.iter().position(|number| *number == own.row));
        write.commit(FixImportRowsResponse { import: Some(after.into_proto()), rows }).await
    }

    async fn list_import_rows(
        &self,
        request: Request<ListImportRowsRequest>,
    ) -> Result<Response<ListImportRowsResponse>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/importId", &request.import_id)?;
        let import = self.find(&call, id).await?;
        let outcomes = row::outcomes(request.outcome());
        let asked = if request.kept { Asked::Kept(outcomes) } else { Asked::Of(outcomes) };
        let question = (id, request.outcome, request.kept);
        let page: Page<i32> = Page::parse(request.page_size, &request.page_token, &question)?;
        let mut rows = store::rows(&self.jobs.pool, id, asked, page.after.unwrap_or(0), page.limit()).await?;
        let next_page_token = page.finish(&mut rows, |own| own.row);
        let layout = layout_of(&import);
        let rows = rows.into_iter().map(|own| secret::starred(own, id, is_hidden(&call), &self.jobs.secrets));
        let rows = rows.map(|own| row::shown(own?, &layout)).collect::<Result<_, _>>()?;
        Ok(Response::new(ListImportRowsResponse { rows, next_page_token }))
    }

    async fn download_import_errors(
        &self,
        request: Request<DownloadImportErrorsRequest>,
    ) -> Result<Response<BoxStream<FileChunk>>, Status> {
        let language = download::Language::of(request.metadata());
        let (call, request) = open(request)?;
        let import = self.find(&call, parse_id("/importId", &request.import_id)?).await?;
        import.refuse_expired(self.jobs.writer.clock().now())?;
        Ok(Response::new(download::errors(&self.jobs, &import, language, is_hidden(&call)).await?))
    }

    async fn download_import_template(
        &self,
        request: Request<DownloadImportTemplateRequest>,
    ) -> Result<Response<BoxStream<FileChunk>>, Status> {
        let language = download::Language::of(request.metadata());
        let (_, _) = open(request)?;
        Ok(Response::new(download::template(&self.jobs, language).await?))
    }
}

/// Whoever calls acts from here on, within the customers that this person may update.
fn acts(import: &mut Import, call: &Call) -> Result<(), Failure> {
    let scope = call.scope_of("customer.update")?;
    import.runner_id = Some(call.user()?.user_id);
    import.update_all = scope == Scope::Everything;
    import.update_departments = scope.departments().unwrap_or_default().to_vec();
    Ok(())
}

fn layout_of(import: &Import) -> Layout {
    import.layout.as_ref().map(|layout| layout.0.clone()).unwrap_or_default()
}

/// The field that a column's path names.
fn field_of(path: &str) -> Option<&'static FieldTable> {
    match path.strip_prefix("contacts.") {
        Some(name) => table_of::<Contact>().field_by_json(name),
        None => table_of::<Customer>().field_by_json(path),
    }
}

/// Whether the caller sees nothing of secrets in a file; whoever sees them in clear sees stars here too, because nothing
/// then says who saw them.
fn is_hidden(call: &Call) -> bool {
    let rule = call.field_rules().zip(field_of(Field::IdNumber.path())).map(|(rules, field)| rules.of(field));
    rule == Some(Visibility::Hidden)
}

/// Whether the caller may write what a column's path names.
pub fn may_write(call: &Call, path: &str) -> bool {
    call.field_rules().zip(field_of(path)).is_none_or(|(rules, field)| rules.may_replace(field))
}

/// Refuses columns of fields that the caller may not write.
fn check_writable(call: &Call, layout: &Layout) -> Result<(), Failure> {
    let Some(rules) = call.field_rules() else { return Ok(()) };
    let mut locked = Vec::new();
    for (index, (_, path)) in layout.columns().into_iter().enumerate() {
        if let Some(field) = field_of(path).filter(|field| !rules.may_replace(field)) {
            locked.push(Violation::of(field, format!("/import/columns/{index}/field"), FIELD_NOT_WRITABLE));
        }
    }
    if locked.is_empty() { Ok(()) } else { Err(Failure::NotWritable(locked)) }
}

/// The layout with the columns as a person maps them.
fn mapped(layout: &Layout, wanted: &ImportMessage) -> Result<Layout, Failure> {
    let columns: Vec<(&str, &str)> =
        wanted.columns.iter().map(|column| (column.header.as_str(), column.field.as_str())).collect();
    layout.mapped(&columns, header_words()).map_err(|error| {
        let at = |index: usize| format!("/import/columns/{index}/field");
        let violation = match error {
            MappingError::OtherColumns => {
                let headers: Vec<&str> = layout.columns().into_iter().map(|(header, _)| header).collect();
                Violation::new("/import/columns", NOT_ALLOWED).allowed(headers.join(", "))
            }
            MappingError::UnknownField(index) => {
                let paths: Vec<&str> = Field::paths().collect();
                Violation::new(at(index), NOT_ALLOWED).allowed(paths.join(", "))
            }
            MappingError::Repeated(index) => Violation::new(at(index), REPEATED),
            MappingError::NoName => Violation {
                field: "cims.customer.v1.Customer.name".to_owned(),
                ..Violation::new("/import/columns", REQUIRED)
            },
        };
        Failure::Invalid(vec![violation])
    })
}
