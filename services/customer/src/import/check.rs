//! The first job: every row of the file gets its outcome. Done again when columns are mapped anew, from the rows as kept.

use intake::import::{Layout, Problem, Seen, find_header};
use kit::Failure;
use sheet::Spool;
use tokio::sync::mpsc;

use super::{
    Import, Jobs,
    judge::{self, Read, Reader},
    reading,
    references::header_words,
    secret::Opened,
    store::{self, Counts, Done},
};

/// Rows in one look-up and one insert.
const BATCH: usize = 1_000;
/// Batches that wait between one step and the next.
const AHEAD: usize = 2;

/// Where the rows come from.
enum Source {
    File { spool: Spool, sheet: usize },
    Kept,
}

/// Checks the rows of an import. Done again from the start after a break: nothing outside the import has changed.
///
/// # Errors
/// When the database or identity is out of reach. A file that cannot be read is no failure: the import then ends as
/// FAILED with its problem.
pub async fn check(jobs: &Jobs, import: &Import) -> Result<(), Failure> {
    let (source, layout, to_do) = match &import.layout {
        Some(layout) => (Source::Kept, layout.0.clone(), import.total),
        None => match open(jobs, import).await? {
            Ok(opened) => opened,
            Err(problem) => return store::fail(&jobs.writer, import, &problem).await,
        },
    };
    store::start_check(&jobs.pool, import, to_do).await?;
    let mut reader = Reader::new(jobs, import, layout.clone()).await?;
    let (raw_sender, mut raw) = mpsc::channel(AHEAD);
    let (read_sender, read) = mpsc::channel(AHEAD);
    let reading = async move {
        while let Some(rows) = raw.recv().await {
            if read_sender.send(reader.read(rows).await?).await.is_err() {
                break;
            }
        }
        Ok::<_, Failure>(())
    };
    // Each step ends the ones before it when it ends.
    let (fed, was_read, counts) =
        tokio::join!(feed(jobs, import, &layout, source, raw_sender), reading, write(jobs, import, read));
    // The first that failed is the cause.
    let counts = counts?;
    was_read?;
    fed?;
    match counts {
        Some(counts) => store::ready(&jobs.writer, import, layout, counts).await,
        None => Ok(()),
    }
}

/// Reads the uploaded file and finds its header.
async fn open(jobs: &Jobs, import: &Import) -> Result<Result<(Source, Layout, i32), String>, Failure> {
    let mut spool = match reading::read(jobs, import).await? {
        Ok(spool) => spool,
        Err(code) => return Ok(Err(code)),
    };
    let find = move || {
        let mut heads = Vec::new();
        for sheet in 0..spool.sheets() {
            heads.push(spool.rows(sheet)?.take(Layout::HEADER_ROWS).collect::<Result<Vec<_>, _>>()?);
        }
        Ok::<_, std::io::Error>((find_header(&heads, header_words()), spool))
    };
    let (found, spool) =
        tokio::task::spawn_blocking(find).await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    let Some((sheet, layout)) = found else { return Ok(Err(Problem::NoHeader.code().to_owned())) };
    let layout = layout.without(&import.locked_fields);
    let to_do = i32::try_from(spool.count(sheet)).map_err(Failure::internal)?;
    Ok(Ok((Source::File { spool, sheet }, layout, to_do)))
}

/// Hands over the rows in the order of the file.
async fn feed(
    jobs: &Jobs,
    import: &Import,
    layout: &Layout,
    source: Source,
    sender: mpsc::Sender<Vec<Opened>>,
) -> Result<(), Failure> {
    match source {
        Source::File { mut spool, sheet } => {
            let layout = layout.clone();
            let work = move || feed_file(&mut spool, sheet, &layout, &sender);
            tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?.map_err(Failure::internal)
        }
        Source::Kept => {
            let end = store::last_row(&jobs.pool, import.id).await?;
            let mut after = 0_i32;
            while after < end {
                let until = after.saturating_add(BATCH as i32);
                let rows = store::kept_rows(&jobs.pool, import.id, (after, until)).await?;
                after = until;
                let opened = rows.into_iter().map(|row| row.open(import.id, &jobs.secrets));
                let opened = opened.collect::<Result<Vec<_>, _>>()?;
                // Of so many numbers there may be no row.
                if !opened.is_empty() && sender.send(opened).await.is_err() {
                    return Ok(());
                }
            }
            Ok(())
        }
    }
}

fn feed_file(
    spool: &mut Spool,
    sheet: usize,
    layout: &Layout,
    sender: &mpsc::Sender<Vec<Opened>>,
) -> std::io::Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut text_bytes = 0;
    for row in spool.rows(sheet)? {
        let row = row?;
        if !layout.is_data(&row) {
            continue;
        }
        text_bytes += row.text_bytes();
        batch.push(Opened::from(row));
        // Rows with long texts come in smaller batches; a thousand rows of a real list are a fifth of it.
        if batch.len() == BATCH || text_bytes > 4 << 20 {
            text_bytes = 0;
            if sender.blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).is_err() {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        // Nobody waits for it only when the check has ended.
        let _ = sender.blocking_send(batch);
    }
    Ok(())
}

/// Judges the rows and keeps them; none when the import is no longer to be checked.
async fn write(jobs: &Jobs, import: &Import, mut read: mpsc::Receiver<Vec<Read>>) -> Result<Option<Counts>, Failure> {
    let (mut seen, mut counts, mut last_row) = (Seen::default(), Counts::default(), 0);
    while let Some(rows) = read.recv().await {
        let mut batch = jobs.writer.begin_job(Some(import.author_id), import.trace_parent.clone()).await?;
        if !store::hold(batch.connection(), import, last_row).await? {
            return Ok(None);
        }
        store::need_not_last(batch.connection()).await?;
        let judged = judge::judge(batch.connection(), &mut seen, rows).await?;
        store::put_rows(batch.connection(), import.id, &judged).await?;
        judged.iter().for_each(|row| counts.add(row.outcome, 1));
        last_row = judged.last().map_or(last_row, |row| row.row);
        let rows = i32::try_from(judged.len()).map_err(Failure::internal)?;
        store::done(batch.connection(), import.id, &Done { rows, last_row, ..Done::default() }).await?;
        batch.commit_job().await?;
    }
    // Rows dropped before stay so.
    counts.add(super::Outcome::Dropped, import.dropped);
    Ok(Some(counts))
}
