//! COPY INTO table, by a user and by a pipe. <https://docs.snowflake.com/en/sql-reference/sql/copy-into-table>
//!
//! The rows and the entries of load history are facts of one commit: a file is loaded and known to be, or neither.

use datafusion::arrow::record_batch::RecordBatch;

use super::history::{self, TableMemory, lock_of};
use super::listing::{self, Fetched};
use super::options::CopyOptions;
use super::outcome::{self, FileOutcome};
use super::place::{self, Place};
use super::plain::PlainLoad;
use super::transform::{CopyQuery, Transformation};
use super::validate::{self, ValidationMode};
use super::{format, listing::Selected};
use crate::catalog::Fact;
use crate::engine::context::PipeRunContext;
use crate::engine::dml::target::Target;
use crate::engine::dml::write;
use crate::engine::names::Names;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::StageLocation;
use crate::sql::statement::{CopyIntoTable, CopySource};
use crate::stage::load::LoadStatus;
use crate::stage::location::FileSelection;
use crate::stage::{FileFormat, FileLoad, OnError, StagedFile};
use crate::storage::TableDelta;
use crate::world::s3::ObjectInfo;

/// The two ways from files to rows.
enum Way {
    Plain(Box<PlainLoad>),
    Transform(Box<Transformation>),
}

impl Way {
    async fn load(&self, files: Vec<StagedFile>) -> Result<Vec<Result<FileLoad>>> {
        match self {
            Self::Plain(plain) => plain.load(files).await,
            Self::Transform(transformation) => transformation.load(files).await,
        }
    }
}

/// Runs COPY INTO table.
pub(in crate::engine) async fn run(work: &mut Work<'_>, copy: CopyIntoTable) -> Result<StatementResult> {
    let pipe = work.context.pipe.clone();
    let target = Target {
        name: None,
        ..Target::find(work, &copy.table)?
    };
    let place = place_of(&work.names(), &copy)?;
    let mut options = CopyOptions::read(&place.copy_options, &copy.options)?;
    if pipe.is_some() {
        options.for_pipe();
    }
    let on_error = options.on_error.unwrap_or(OnError::AbortStatement);
    let format = format::resolve(
        &work.names(),
        &copy.file_format,
        &place.file_format,
        Some(&target.table),
    )?;
    let selection = FileSelection::new(&place.path, copy.files.clone(), copy.pattern.as_deref())?;
    if let Some(mode) = &copy.validation_mode {
        let mode = ValidationMode::parse(mode)?;
        return validation(
            work,
            &copy,
            &place,
            &selection,
            (target, format, options, on_error),
            mode,
        )
        .await;
    }
    let owner = pipe.as_ref().map_or(lock_of(target.id), |run| run.pipe);
    work.hold([owner]).await?;
    let way = way(work, &copy, target.clone(), format, &options, on_error).await?;
    let files = match &pipe {
        Some(run) => pipe_files(work, &place, run),
        None => chosen(work, &place, &selection, &target, &options, on_error).await?,
    };
    let mut outcomes: Vec<FileOutcome> = missing(&place, &files.missing, work, on_error)?;
    let mut batches: Vec<RecordBatch> = Vec::new();
    for group in listing::groups(files.files) {
        let fetched = listing::fetch(work.account.storage(), &place, group).await;
        load_group(&way, fetched, on_error, &mut outcomes, &mut batches).await?;
    }
    outcomes.sort_by(|a, b| a.info.key.cmp(&b.info.key));
    let added = write::insert_partitions(work, &target, batches)?;
    write::record(
        work,
        TableDelta {
            table: target.id,
            added,
            ..TableDelta::default()
        },
    )?;
    match way {
        Way::Plain(plain) => plain.finish(work)?,
        Way::Transform(transformation) => transformation.finish(work)?,
    }
    let pipe = pipe.map(|run| run.pipe);
    let entries: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.entry(&place, target.id, pipe, work.now))
        .collect();
    if !entries.is_empty() {
        work.record(Fact::Loaded(entries))?;
    }
    if options.purge {
        let loaded = outcomes
            .iter()
            .filter(|outcome| outcome.load.status == LoadStatus::Loaded);
        let keys = loaded.map(|outcome| (place.bucket.clone(), outcome.info.key.clone()));
        work.purge_after_commit(keys);
    }
    outcome::result(&place, &outcomes, options.return_failed_only)
}

/// Where a COPY reads from: its location, its query's stage, or the table's own stage.
///
/// # Errors
/// Those of [`Place::find`]; a query that COPY does not take.
pub fn place_of(names: &Names<'_>, copy: &CopyIntoTable) -> Result<Place> {
    let location = match &copy.source {
        Some(CopySource::Location(location)) => location.clone(),
        Some(CopySource::Query { query, .. }) => CopyQuery::read(query)?.reference.location,
        None => StageLocation::Table {
            table: copy.table.clone(),
            path: String::new(),
        },
    };
    let place = Place::find(names, &location)?;
    if matches!(location, StageLocation::Url(_)) {
        if let Some(integration) = copy.options.text("STORAGE_INTEGRATION")? {
            place::check_integration(names, integration, &place.url())?;
        }
    } else if let Some(property) = copy.options.property("STORAGE_INTEGRATION") {
        return Err(property.invalid());
    }
    Ok(place)
}

async fn way(
    work: &Work<'_>,
    copy: &CopyIntoTable,
    target: Target,
    format: FileFormat,
    options: &CopyOptions,
    on_error: OnError,
) -> Result<Way> {
    match &copy.source {
        Some(CopySource::Query { query, .. }) => {
            let query = CopyQuery::read(query)?;
            if query.reference.file_format.is_some() || query.reference.pattern.is_some() {
                let message =
                    "FILE_FORMAT and PATTERN of a COPY stand behind its query, not behind the stage.";
                return Err(Error::compilation(message));
            }
            let planned =
                Transformation::new(work, target, &copy.columns, &query, format, options, on_error).await?;
            Ok(Way::Transform(Box::new(planned)))
        }
        _ => {
            let plain = PlainLoad::new(work, target, &copy.columns, format, options, on_error)?;
            Ok(Way::Plain(Box::new(plain)))
        }
    }
}

/// The files that a user's COPY loads.
async fn chosen(
    work: &Work<'_>,
    place: &Place,
    selection: &FileSelection,
    target: &Target,
    options: &CopyOptions,
    on_error: OnError,
) -> Result<Selected> {
    let mut selected = listing::select(work.account.storage(), place, selection).await?;
    if let (Some(first), OnError::AbortStatement) = (selected.missing.first(), on_error) {
        return Err(Error::remote_file_not_found(place.shown(first)));
    }
    let memory = TableMemory {
        snapshot: work.snapshot(),
        table: target.id,
        bucket: &place.bucket,
        now: work.now,
    };
    memory.retain(&mut selected.files, options);
    if let Some(limit) = options.size_limit {
        let mut total = 0;
        selected.files.retain(|file| {
            let room = total <= limit;
            total += file.size;
            room
        });
    }
    Ok(selected)
}

/// The files that a pipe was told of and has not handled meanwhile.
fn pipe_files(work: &Work<'_>, place: &Place, run: &PipeRunContext) -> Selected {
    let new = |file: &&ObjectInfo| !history::pipe_knows(work.snapshot(), run.pipe, &place.bucket, file);
    Selected {
        files: run.files.iter().filter(new).cloned().collect(),
        missing: Vec::new(),
    }
}

/// Files that FILES names and that are not there.
fn missing(place: &Place, keys: &[String], work: &Work<'_>, on_error: OnError) -> Result<Vec<FileOutcome>> {
    let outcomes = keys.iter().map(|key| {
        let error = Error::remote_file_not_found(place.shown(key));
        let info = ObjectInfo {
            key: key.clone(),
            size: 0,
            etag: String::new(),
            last_modified: work.now,
            sequence: 0,
        };
        Ok(FileOutcome::unfetched(info, error, on_error))
    });
    outcomes.collect()
}

async fn load_group(
    way: &Way,
    fetched: Vec<Fetched>,
    on_error: OnError,
    outcomes: &mut Vec<FileOutcome>,
    batches: &mut Vec<RecordBatch>,
) -> Result<()> {
    let mut infos = Vec::with_capacity(fetched.len());
    let mut files = Vec::with_capacity(fetched.len());
    for Fetched { info, content } in fetched {
        match content {
            Ok(file) => {
                infos.push(info);
                files.push(file);
            }
            // A file that went away after it was listed does not stop the others.
            Err(error) => outcomes.push(FileOutcome::unfetched(info, error, on_error)),
        }
    }
    for (info, load) in infos.into_iter().zip(way.load(files).await?) {
        let mut load = load?;
        batches.append(&mut load.batches);
        load.row_numbers = Vec::new();
        outcomes.push(FileOutcome { info, load });
    }
    Ok(())
}

async fn validation(
    work: &Work<'_>,
    copy: &CopyIntoTable,
    place: &Place,
    selection: &FileSelection,
    (target, format, options, on_error): (Target, FileFormat, CopyOptions, OnError),
    mode: ValidationMode,
) -> Result<StatementResult> {
    if matches!(copy.source, Some(CopySource::Query { .. })) {
        return Err(Error::compilation(
            "VALIDATION_MODE is not supported with COPY statements that transform data.",
        ));
    }
    let mut selected = listing::select(work.account.storage(), place, selection).await?;
    if let Some(first) = selected.missing.first() {
        return Err(Error::remote_file_not_found(place.shown(first)));
    }
    if mode != (ValidationMode::Errors { all: true }) {
        let memory = TableMemory {
            snapshot: work.snapshot(),
            table: target.id,
            bucket: &place.bucket,
            now: work.now,
        };
        memory.retain(&mut selected.files, &options);
    }
    let plain = PlainLoad::new(work, target, &copy.columns, format, &options, on_error)?;
    validate::run(work, place, selected.files, &plain, mode).await
}
