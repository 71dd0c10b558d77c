//! Spreadsheets that an import gives: the rows that were not imported with their reasons, and a template to fill in.

mod errors;
mod template;
mod texts;

use std::{fs::File, io::Seek};

use cims_proto::customer::v1::FileChunk;
use futures_util::stream;
use kit::Failure;
use rust_xlsxwriter::Workbook;
use tokio::io::AsyncReadExt;
use tonic::codegen::BoxStream;

pub use self::{errors::errors, template::template, texts::Language};

const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Bytes of a piece.
const PIECE: usize = 256 << 10;

/// A workbook in a temporary file.
fn saved(mut workbook: Workbook) -> Result<File, Failure> {
    let mut file = tempfile::tempfile().map_err(Failure::internal)?;
    workbook.save_to_writer(&mut file).map_err(Failure::internal)?;
    file.rewind().map_err(Failure::internal)?;
    Ok(file)
}

/// A file in pieces, the first of which says its name.
fn pieces(file: File, file_name: String) -> BoxStream<FileChunk> {
    let head = FileChunk { file_name, content_type: CONTENT_TYPE.to_owned(), chunk: Default::default() };
    Box::pin(stream::try_unfold((tokio::fs::File::from_std(file), head), |(mut file, mut piece)| async move {
        let mut chunk = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut chunk).await.map_err(Failure::internal)?;
        if chunk.is_empty() {
            return Ok(None);
        }
        piece.chunk = chunk.into();
        Ok(Some((piece, (file, FileChunk::default()))))
    }))
}
