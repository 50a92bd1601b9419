//! What a COPY says of each file: the rows of its result, and the entries of load history.

use jiff::Timestamp;

use super::history::path_of;
use super::place::Place;
use crate::catalog::ObjectId;
use crate::catalog::history::{self, LoadedFile};
use crate::engine::rows::{Cell, Rows};
use crate::engine::{DmlCounts, StatementResult};
use crate::error::{Error, Result};
use crate::stage::load::LoadStatus;
use crate::stage::{FileLoad, OnError, RecordError};
use crate::types::SnowType;
use crate::world::s3::ObjectInfo;

/// What became of a file.
#[derive(Debug)]
pub struct FileOutcome {
    /// The object that was read.
    pub info: ObjectInfo,
    /// What was loaded of it; the batches are gone already.
    pub load: FileLoad,
}

impl FileOutcome {
    /// A file that could not be fetched.
    pub fn unfetched(info: ObjectInfo, error: Error, on_error: OnError) -> Self {
        let load = FileLoad {
            file: info.key.clone(),
            status: LoadStatus::LoadFailed,
            rows_parsed: 0,
            rows_loaded: 0,
            error_limit: on_error.error_limit(0),
            errors_seen: 1,
            errors: vec![RecordError::of_file(error)],
            batches: Vec::new(),
            row_numbers: Vec::new(),
        };
        Self { info, load }
    }

    /// The entry of load history.
    pub fn entry(
        &self,
        place: &Place,
        table: ObjectId,
        pipe: Option<ObjectId>,
        now: Timestamp,
    ) -> LoadedFile {
        let first = self.load.first_error();
        LoadedFile {
            table,
            pipe,
            stage: place.location(),
            file: place.relative(&self.info.key).to_string(),
            path: path_of(&place.bucket, &self.info.key),
            etag: self.info.etag.clone(),
            size: self.info.size,
            last_modified: self.info.last_modified,
            received: None,
            loaded_at: now,
            commit: 0,
            status: match self.load.status {
                LoadStatus::Loaded => history::LoadStatus::Loaded,
                LoadStatus::PartiallyLoaded => history::LoadStatus::PartiallyLoaded,
                LoadStatus::LoadFailed => history::LoadStatus::LoadFailed,
            },
            rows_parsed: self.load.rows_parsed,
            rows_loaded: self.load.rows_loaded,
            errors: self.load.errors_seen,
            error_limit: Some(self.load.error_limit),
            first_error: first.map(|first| first.error.message().to_string()),
            first_error_line: first.and_then(|first| first.line),
            first_error_character: first.and_then(|first| first.character),
            first_error_column: first.and_then(|first| first.column_name.clone()),
        }
    }
}

/// The result of a COPY into a table.
///
/// # Errors
/// Never in practice.
pub fn result(place: &Place, outcomes: &[FileOutcome], failed_only: bool) -> Result<StatementResult> {
    if outcomes.is_empty() {
        return StatementResult::status("Copy executed with 0 files processed.");
    }
    let mut rows = Rows::new(&[
        ("file", SnowType::VARCHAR),
        ("status", SnowType::VARCHAR),
        ("rows_parsed", SnowType::INTEGER),
        ("rows_loaded", SnowType::INTEGER),
        ("error_limit", SnowType::INTEGER),
        ("errors_seen", SnowType::INTEGER),
        ("first_error", SnowType::VARCHAR),
        ("first_error_line", SnowType::INTEGER),
        ("first_error_character", SnowType::INTEGER),
        ("first_error_column_name", SnowType::VARCHAR),
    ]);
    let mut inserted = 0;
    for FileOutcome { info, load } in outcomes {
        inserted += load.rows_loaded;
        if failed_only && load.status == LoadStatus::Loaded {
            continue;
        }
        let first = load.first_error();
        let text = |text: Option<&str>| text.map_or(Cell::Null, Cell::from);
        rows.push(vec![
            place.shown(&info.key).into(),
            load.status.name().into(),
            load.rows_parsed.into(),
            load.rows_loaded.into(),
            load.error_limit.into(),
            load.errors_seen.into(),
            text(first.map(|first| first.error.message())),
            first.and_then(|first| first.line).into(),
            first.and_then(|first| first.character).into(),
            text(first.and_then(|first| first.column_name.as_deref())),
        ]);
    }
    let mut result = StatementResult::of_rows(&rows)?;
    result.counts = Some(DmlCounts {
        inserted,
        ..DmlCounts::default()
    });
    Ok(result)
}
