//! The file of an import, read by a process of its own: what is crafted to take memory or time takes that process's, not
//! the service's.

use std::{fs::File, io, process::Stdio, time::Duration};

use kit::Failure;
use sheet::Spool;
use tokio::{
    fs,
    io::{AsyncSeekExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

use super::{Import, Jobs, secret, store};

/// The program's command that reads a file from its input, by the file's name, and writes its rows to its output.
const COMMAND: &str = "sheet-rows";
/// The command's exit when the file is at fault; its code then stands in the error output.
const REFUSED: i32 = 3;
/// How long to wait for the process on a machine that has no time for it; the time that it works is limited by itself.
const LIMIT: Duration = Duration::from_secs(600);
/// What is told of a file that takes more memory or time than there is.
const TOO_LARGE: &str = "FILE_TOO_LARGE";

/// The rows of an import's file, or the code of what is wrong with the file.
///
/// # Errors
/// When the database is out of reach or the process cannot be started.
pub async fn read(jobs: &Jobs, import: &Import) -> Result<Result<Spool, String>, Failure> {
    let input = received(jobs, import).await?;
    let output = temporary().await?;
    let child = Command::new(&jobs.program)
        .args([COMMAND, "--", &import.file_name])
        // It needs nothing of what the service knows.
        .env_clear()
        // What the allocator keeps ready would count as taken, and the process's limit then hold half as much again.
        .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
        .stdin(input)
        .stdout(output.try_clone().map_err(Failure::internal)?)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Failure::internal(format!("{}: {error}", jobs.program.display())))?;
    let ended = timeout(LIMIT, child.wait_with_output()).await;
    let ended = ended.map_err(|_| Failure::Unavailable(format!("{COMMAND} found no time")))?;
    let ended = ended.map_err(Failure::internal)?;
    match ended.status.code() {
        Some(0) => Ok(Ok(opened(output).await?)),
        Some(REFUSED) => Ok(Err(String::from_utf8_lossy(&ended.stderr).trim().to_owned())),
        Some(code) => Err(Failure::internal(format!("{COMMAND} ended with {code}"))),
        // It was ended for taking too much.
        None => Ok(Err(TOO_LARGE.to_owned())),
    }
}

async fn temporary() -> Result<File, Failure> {
    blocking(tempfile::tempfile).await
}

async fn opened(output: File) -> Result<Spool, Failure> {
    blocking(move || Spool::open(output)).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?.map_err(Failure::internal)
}

/// The uploaded file, put together in a temporary one.
async fn received(jobs: &Jobs, import: &Import) -> Result<File, Failure> {
    let mut file = fs::File::from_std(temporary().await?);
    let mut number = 0;
    while let Some(piece) = store::piece(&jobs.pool, import.id, number).await? {
        let content = match piece.sealed {
            true => secret::open_piece(import.id, number, &piece.content, &jobs.secrets)?,
            false => piece.content,
        };
        file.write_all(&content).await.map_err(Failure::internal)?;
        number += 1;
    }
    file.flush().await.map_err(Failure::internal)?;
    file.rewind().await.map_err(Failure::internal)?;
    Ok(file.into_std().await)
}
