//! REFRESH, ADD FILES, REMOVE FILES and the partitions that users add: an external table's files against those of its stage.
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-external-table>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlanBuilder, ident, lit};

use crate::catalog::external::{External, FileStatus, Registration, stored_table};
use crate::catalog::{Fact, Object, ObjectId};
use crate::engine::copy::{Place, fetch_files, file_groups, format_of_options, select_files};
use crate::engine::dml::target::Target;
use crate::engine::dml::write;
use crate::engine::names::Names;
use crate::engine::rows::Rows;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::plan::{ROW_ADDRESS, VersionedTable, execute, translate};
use crate::sql::{Ident, QualifiedName, StageLocation};
use crate::stage::location::FileSelection;
use crate::storage::TableDelta;
use crate::types::SnowType;
use crate::world::s3::{ObjectInfo, ObjectStorage};

/// Which files of the table's location are looked at.
#[derive(Debug, Clone)]
pub enum Extent {
    /// Those below a path: new ones come, missing ones go.
    Below(String),
    /// These come.
    Added(Vec<String>),
    /// These go.
    Removed(Vec<String>),
    /// Those below a path come, with the values of their partition.
    Partition(String, String),
    /// Those below a path go.
    Dropped(String),
}

/// The place of an external table's files.
///
/// # Errors
/// 002003 when the stage is gone.
pub fn place(names: &Names<'_>, external: &External) -> Result<Place> {
    let stage = names.snapshot.object(external.stage);
    let stage = stage.filter(|stage| names.snapshot.is_live(stage));
    let stage = stage.ok_or_else(|| Error::not_found("Stage", "of the external table"))?;
    let parts = names
        .snapshot
        .path(stage)
        .into_iter()
        .map(Ident::quoted)
        .collect();
    let stage = QualifiedName::new(parts).ok_or_else(|| Error::internal("a stage without a name"))?;
    let path = external.path.clone();
    Place::find(names, &StageLocation::Named { stage, path })
}

/// The files of a table's location, by key.
///
/// # Errors
/// When the stage or its bucket is gone.
async fn present(
    storage: &ObjectStorage,
    place: &Place,
    external: &External,
) -> Result<BTreeMap<String, ObjectInfo>> {
    let selection = FileSelection::new(&place.path, None, external.pattern.as_deref())?;
    let selected = select_files(storage, place, &selection).await?;
    Ok(selected
        .files
        .into_iter()
        .map(|file| (file.key.clone(), file))
        .collect())
}

/// Whether a refresh would change anything.
///
/// # Errors
/// When the stage or its bucket is gone.
pub async fn is_due(storage: &ObjectStorage, names: &Names<'_>, object: &Object) -> Result<bool> {
    let Some(external) = object.as_external() else {
        return Ok(false);
    };
    let place = place(names, external)?;
    let files = present(storage, &place, external).await?;
    let known: BTreeMap<&str, &str> = names
        .snapshot
        .registered(object.id)
        .map(|file| (file.file.as_str(), file.etag.as_str()))
        .collect();
    if known.keys().any(|key| !files.contains_key(*key)) {
        return Ok(true);
    }
    let mut fresh: BTreeSet<(&str, &str)> = files
        .values()
        .map(|file| (file.key.as_str(), file.etag.as_str()))
        .filter(|(key, etag)| known.get(key) != Some(etag))
        .collect();
    // A file that could not be read is tried again once it has other content.
    let failed = names
        .snapshot
        .registrations()
        .filter(|tried| tried.table == object.id);
    for tried in failed.filter(|tried| tried.status == FileStatus::RegisterFailed) {
        fresh.remove(&(tried.file.as_str(), tried.etag.as_str()));
    }
    Ok(!fresh.is_empty())
}

/// Brings a table's files, or some of them, to those of its stage.
///
/// # Errors
/// When the stage, its bucket or a named file is gone. A file that cannot be read is told of in the result.
pub async fn run(work: &mut Work<'_>, id: ObjectId, extent: &Extent) -> Result<Vec<Registration>> {
    work.hold([id]).await?;
    let object = work.snapshot().object(id).cloned();
    let object = object.ok_or_else(|| Error::internal("refreshing an unknown table"))?;
    let external = object.as_external();
    let external = external.ok_or_else(|| Error::internal("refreshing what is no external table"))?;
    let place = place(&work.names(), external)?;
    let format = format_of_options(&work.names(), &external.file_format)?;
    let storage = Arc::clone(work.account.storage());
    let files = present(&storage, &place, external).await?;
    let known: BTreeMap<String, Arc<Registration>> = work
        .snapshot()
        .registered(id)
        .map(|file| (file.file.clone(), Arc::clone(file)))
        .collect();
    let (come, gone) = compare(&place, &files, &known, extent)?;
    let mut done = Vec::new();
    let mut replaced = BTreeSet::new();
    for key in gone {
        if let Some(file) = known.get(&key) {
            done.push(Registration {
                status: FileStatus::Unregistered,
                at: work.now,
                ..file.as_ref().clone()
            });
            replaced.insert(key);
        }
    }
    let partition = match extent {
        Extent::Partition(_, values) => Some(values.clone()),
        _ => None,
    };
    let mut batches: Vec<RecordBatch> = Vec::new();
    for group in file_groups(come) {
        for fetched in fetch_files(&storage, &place, group).await {
            let (info, now) = (fetched.info, work.now);
            let (format, partition) = (format.clone(), partition.clone());
            let of_partition = partition.clone();
            let read = match fetched.content {
                Ok(file) => tokio::task::spawn_blocking(move || {
                    super::records::of_file(&file, &format, partition.as_deref(), now)
                })
                .await
                .map_err(|_| Error::internal("reading a file did not end well"))?,
                Err(error) => Err(error),
            };
            let is_known = known.contains_key(&info.key);
            let (status, error) = match read {
                Ok(rows) => {
                    batches.extend(rows);
                    match is_known {
                        true => (FileStatus::RegisteredUpdate, None),
                        false => (FileStatus::RegisteredNew, None),
                    }
                }
                Err(error) => (FileStatus::RegisterFailed, Some(error.message().to_string())),
            };
            if is_known {
                replaced.insert(info.key.clone());
            }
            done.push(Registration {
                table: id,
                file: info.key,
                status,
                error,
                at: now,
                size: info.size,
                last_modified: info.last_modified,
                etag: info.etag,
                partition: of_partition,
            });
        }
    }
    done.sort_by(|a, b| a.file.cmp(&b.file));
    change_rows(work, id, &replaced, batches).await?;
    if !done.is_empty() {
        work.record(Fact::Registered(done.clone()))?;
    }
    note_refreshed(work, &object)?;
    Ok(done)
}

/// The files that come, and the keys of those that go.
fn compare(
    place: &Place,
    files: &BTreeMap<String, ObjectInfo>,
    known: &BTreeMap<String, Arc<Registration>>,
    extent: &Extent,
) -> Result<(Vec<ObjectInfo>, Vec<String>)> {
    let below = |path: &str| {
        let slash = match place.path.is_empty() || place.path.ends_with('/') || path.is_empty() {
            true => "",
            false => "/",
        };
        place.key(&format!("{}{slash}{}", place.path, path.trim_start_matches('/')))
    };
    let fresh = |file: &&ObjectInfo| known.get(&file.key).is_none_or(|known| known.etag != file.etag);
    Ok(match extent {
        Extent::Below(path) => {
            let prefix = below(path);
            let come = files
                .values()
                .filter(|file| file.key.starts_with(&prefix))
                .filter(fresh);
            let gone = known
                .keys()
                .filter(|key| key.starts_with(&prefix) && !files.contains_key(*key));
            (come.cloned().collect(), gone.cloned().collect())
        }
        Extent::Partition(path, _) => {
            let prefix = below(path);
            let come = files
                .values()
                .filter(|file| file.key.starts_with(&prefix))
                .filter(fresh);
            (come.cloned().collect(), Vec::new())
        }
        Extent::Dropped(path) => {
            let prefix = below(path);
            let gone = known.keys().filter(|key| key.starts_with(&prefix));
            (Vec::new(), gone.cloned().collect())
        }
        Extent::Added(paths) => {
            let mut come = Vec::with_capacity(paths.len());
            for path in paths {
                let key = below(path);
                let file = files.get(&key);
                come.push(
                    file.ok_or_else(|| Error::remote_file_not_found(place.shown(&key)))?
                        .clone(),
                );
            }
            come.retain(|file| fresh(&file));
            (come, Vec::new())
        }
        Extent::Removed(paths) => (Vec::new(), paths.iter().map(|path| below(path)).collect()),
    })
}

/// Takes the rows of some files out and puts new rows in.
async fn change_rows(
    work: &mut Work<'_>,
    id: ObjectId,
    gone: &BTreeSet<String>,
    batches: Vec<RecordBatch>,
) -> Result<()> {
    let target = Target {
        id,
        name: None,
        table: stored_table(),
        version: work.snapshot().rows(id),
    };
    let deleted = match gone.is_empty() {
        true => Vec::new(),
        false => {
            let records =
                VersionedTable::with_addresses(Arc::clone(&target.version), target.table.scan_columns()?);
            let names = gone.iter().map(|name| lit(name.as_str())).collect();
            let plan = LogicalPlanBuilder::scan("RECORDS", provider_as_source(Arc::new(records)), None)
                .and_then(|scan| scan.filter(ident("METADATA$FILENAME").in_list(names, false)))
                .and_then(|rows| rows.project([ident(ROW_ADDRESS)]))
                .and_then(LogicalPlanBuilder::build)
                .map_err(translate)?;
            let (planner, _) = work.planner();
            let (_, found) = execute::collect(plan, planner.state()).await?;
            write::deleted(&target.version, &write::addresses(&found)?)
        }
    };
    let added = write::insert_partitions(work, &target, batches)?;
    let delta = TableDelta {
        table: id,
        deleted,
        added,
        ..TableDelta::default()
    };
    write::record(work, delta)
}

/// Keeps the moment, which is no change of the definition.
fn note_refreshed(work: &mut Work<'_>, object: &Object) -> Result<()> {
    let mut object = object.clone();
    let now = work.now;
    if let Some(external) = object.as_external_mut() {
        external.refreshed = Some(now);
    }
    work.record(Fact::Put(Box::new(object)))
}

/// What a refresh did, as its result.
///
/// # Errors
/// Never in practice.
pub fn result(done: &[Registration]) -> Result<StatementResult> {
    let mut rows = Rows::new(&[
        ("file", SnowType::VARCHAR),
        ("status", SnowType::VARCHAR),
        ("description", SnowType::VARCHAR),
    ]);
    for file in done {
        let (status, description) = file.status.label();
        let description = file.error.as_deref().unwrap_or(description);
        rows.push(vec![file.file.as_str().into(), status.into(), description.into()]);
    }
    StatementResult::of_rows(&rows)
}
