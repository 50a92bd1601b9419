//! ALTER PIPE … REFRESH: puts files that are there already into a pipe's queue.
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-pipe>

use jiff::{SignedDuration, Timestamp};

use super::definition::Definition;
use crate::catalog::history::{LoadStatus, QueuedFile};
use crate::catalog::{Fact, Object};
use crate::engine::copy::{list, path_of, pipe_knows};
use crate::engine::rows::Rows;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::types::SnowType;

/// Files that were put longer ago are not taken.
const REACH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Puts a stage's files into a pipe's queue: those of the last seven days that neither the pipe nor COPY has loaded into
/// the table. [`drain`](super::drain) or [`run`](super::run) loads them.
///
/// # Errors
/// What keeps the pipe from running; a MODIFIED_AFTER that is no timestamp or too long ago.
pub async fn refresh(
    work: &mut Work<'_>,
    object: &Object,
    prefix: Option<&str>,
    modified_after: Option<&str>,
) -> Result<StatementResult> {
    let pipe = object
        .as_pipe()
        .ok_or_else(|| Error::internal("a pipe without a body"))?;
    let mut definition = Definition::read(work.snapshot(), pipe).map_err(|stopped| stopped.error)?;
    let oldest = work.now.saturating_sub(REACH).unwrap_or(Timestamp::MIN);
    let since = match modified_after {
        None => oldest,
        Some(text) => {
            let since: Option<Timestamp> = text.parse().ok();
            since
                .filter(|since| *since >= oldest)
                .ok_or_else(|| Error::invalid_property_value("MODIFIED_AFTER", text))?
        }
    };
    let place = definition.place.clone();
    if let Some(prefix) = prefix {
        definition.place.path.push_str(prefix);
    }
    let mut files = list(work.account.storage(), &definition.place).await?;
    definition.place = place;
    let snapshot = work.snapshot();
    let bucket = definition.place.bucket.clone();
    let mut failed = Ok(());
    files.retain(|file| {
        let copied = snapshot.load_of(definition.table, &path_of(&bucket, &file.key));
        let copied =
            copied.is_some_and(|load| load.etag == file.etag && load.status != LoadStatus::LoadFailed);
        let selected = definition.selects(&file.key).unwrap_or_else(|error| {
            failed = Err(error);
            false
        });
        selected && !copied && file.last_modified >= since && !pipe_knows(snapshot, object.id, &bucket, file)
    });
    failed?;
    let mut rows = Rows::new(&[("File", SnowType::VARCHAR), ("Status", SnowType::VARCHAR)]);
    let mut queued = Vec::with_capacity(files.len());
    for file in &files {
        rows.push(vec![definition.place.relative(&file.key).into(), "SENT".into()]);
        let path = path_of(&bucket, &file.key);
        queued.push(QueuedFile {
            pipe: object.id,
            path,
            queued_at: work.now,
        });
    }
    if !queued.is_empty() {
        work.record(Fact::Queued(queued))?;
    }
    StatementResult::of_rows(&rows)
}
