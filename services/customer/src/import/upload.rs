//! Taking in a file: to a temporary file first, because a client that is slow must not hold a transaction open.

use std::io;

use cims_proto::customer::v1::UploadImportRequest;
use kit::{
    Failure, Scope,
    problem::code::{REQUIRED, TOO_LONG},
    secret::Secrets,
    write::Write,
};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::{DuplicatePolicy, FILE_LIMIT, Import, State, rpc::may_write, secret, store};

/// Characters of a file's name.
const NAME_LIMIT: usize = 255;
/// Bytes of a piece as it is kept.
const PIECE: usize = 256 << 10;

/// A received file.
pub struct Upload {
    pub file_name: String,
    content: File,
}

/// The name and the bytes of an upload.
pub async fn receive(mut stream: Streaming<UploadImportRequest>) -> Result<Upload, Status> {
    let temporary = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Failure::internal)?;
    let mut content = File::from_std(temporary.map_err(Failure::internal)?);
    let (mut name, mut length) = (String::new(), 0);
    while let Some(piece) = stream.message().await? {
        if name.is_empty() {
            name = piece.file_name;
        }
        length += piece.chunk.len();
        if length > FILE_LIMIT {
            return Err(Failure::field("/file", TOO_LONG, format!("{} MB", FILE_LIMIT >> 20)).into());
        }
        content.write_all(&piece.chunk).await.map_err(unwritten)?;
    }
    if name.is_empty() || length == 0 {
        return Err(Failure::field("/file", REQUIRED, "xlsx, xls, csv").into());
    }
    content.flush().await.map_err(unwritten)?;
    let file_name = name.chars().filter(|character| !character.is_control()).collect::<Vec<_>>();
    // Its end says what the file is.
    let cut = file_name.len().saturating_sub(NAME_LIMIT);
    Ok(Upload { file_name: file_name.into_iter().skip(cut).collect(), content })
}

/// On a full disk there will be room again.
fn unwritten(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::StorageFull => Failure::Unavailable(format!("an upload finds no room: {error}")),
        _ => Failure::internal(error),
    }
}

impl Upload {
    /// Keeps the file of an import, in sealed pieces.
    pub async fn keep(mut self, write: &mut Write, id: Uuid, secrets: &Secrets) -> Result<(), Failure> {
        self.content.rewind().await.map_err(Failure::internal)?;
        let mut piece = Vec::with_capacity(PIECE);
        for number in 0.. {
            piece.clear();
            let mut next = (&mut self.content).take(PIECE as u64);
            if next.read_to_end(&mut piece).await.map_err(Failure::internal)? == 0 {
                break;
            }
            let sealed = secret::seal_piece(id, number, &piece, secrets)?;
            store::add_piece(write.connection(), id, number, &sealed).await?;
        }
        Ok(())
    }
}

/// A new import of somebody, whose rows are to be checked.
pub fn new_import(write: &Write, call: &kit::Call, file_name: String) -> Result<Import, Failure> {
    let author = call.user()?;
    let assign = call.scope_of("import.assign").ok();
    Ok(Import {
        id: write.id(),
        file_name,
        state: State::Checking,
        problem: String::new(),
        layout: None,
        duplicate_policy: DuplicatePolicy::Skip,
        total: 0,
        accepted: 0,
        rejected: 0,
        duplicates: 0,
        flagged: 0,
        dropped: 0,
        updated: 0,
        reverted: 0,
        kept: 0,
        progress: 0,
        to_do: 0,
        last_row: 0,
        author_id: author.user_id,
        department_id: author.department_id,
        assign_all: assign == Some(Scope::Everything),
        assign_departments: assign.as_ref().and_then(Scope::departments).unwrap_or_default().to_vec(),
        runner_id: None,
        update_all: false,
        update_departments: Vec::new(),
        trace_parent: call.trace.to_string(),
        version: 1,
        create_time: write.now(),
        finish_time: None,
        locked_fields: locked_fields(call),
    })
}

fn locked_fields(call: &kit::Call) -> Vec<String> {
    intake::import::Field::paths().filter(|path| !may_write(call, path)).map(str::to_owned).collect()
}
