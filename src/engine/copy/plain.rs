//! COPY without a query: records straight into columns.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_null_array};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::logical_expr::LogicalPlanBuilder;
use jiff::Timestamp;

use super::options::CopyOptions;
use super::transform::memory;
use crate::engine::Work;
use crate::engine::dml::insert;
use crate::engine::dml::target::{self, Target};
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::plan::{Planner, execute};
use crate::sql::Ident;
use crate::stage::pieces::on_all_cores;
use crate::stage::scan::{METADATA_COLUMNS, metadata};
use crate::stage::{
    FileFormat, FileLoad, LoadColumn, LoadOptions, LoadTarget, MatchByColumnName, OnError, StagedFile, load,
};
use crate::types::cast::{CastMode, cast};
use crate::types::{SnowType, TypeContext};

/// A COPY without a query, ready to read files.
#[derive(Debug)]
pub struct PlainLoad {
    reader: Arc<Reader>,
    target: Target,
    /// The table's columns that files and metadata fill, by position: the loaded columns first.
    filled: Vec<usize>,
    planner: Planner,
    environment: Arc<StatementEnvironment>,
}

/// What reading a file needs, on whatever thread.
#[derive(Debug)]
pub struct Reader {
    /// The files' format.
    pub format: FileFormat,
    /// What the files fill.
    pub columns: LoadTarget,
    /// How.
    pub options: LoadOptions,
    /// The metadata columns behind them: which, and as what type.
    metadata: Vec<(usize, SnowType)>,
    started: Timestamp,
}

impl PlainLoad {
    /// Prepares a COPY into a table's columns, all of them if none are named.
    ///
    /// # Errors
    /// Columns that are not there or named twice; options that do not go together.
    pub fn new(
        work: &Work<'_>,
        target: Target,
        columns: &[Ident],
        format: FileFormat,
        copy: &CopyOptions,
        on_error: OnError,
    ) -> Result<Self> {
        let by_name = copy.match_by_column_name != MatchByColumnName::None;
        if by_name && !columns.is_empty() {
            return Err(Error::unsupported("MATCH_BY_COLUMN_NAME with a list of columns"));
        }
        if !by_name && !copy.include_metadata.is_empty() {
            return Err(Error::compilation(
                "INCLUDE_METADATA can only be used with MATCH_BY_COLUMN_NAME.",
            ));
        }
        let mut loaded = insert::positions(&target, columns)?;
        let mut metadata = Vec::new();
        let mut behind = Vec::new();
        for (column, name) in &copy.include_metadata {
            let (at, column) = target.column(column)?;
            let index = METADATA_COLUMNS.iter().position(|(known, _)| known == name);
            let index = index.ok_or_else(|| Error::invalid_property_value("INCLUDE_METADATA", name))?;
            metadata.push((index, column.data_type));
            behind.push(at);
            loaded.retain(|position| *position != at);
        }
        let load_columns = loaded
            .iter()
            .filter_map(|at| target.table.columns.get(*at))
            .map(|column| LoadColumn {
                name: column.name.clone(),
                data_type: column.data_type,
                // A missing number of an AUTOINCREMENT column is filled in later.
                nullable: column.nullable || column.identity.is_some(),
            });
        let table = work
            .snapshot()
            .object(target.id)
            .map(|object| object.name.clone())
            .unwrap_or_default();
        let load_target = LoadTarget {
            table,
            columns: load_columns.collect(),
        };
        let mut options = LoadOptions::new(work.context.types.clone());
        options.on_error = on_error;
        options.match_by_column_name = copy.match_by_column_name;
        options.truncate_columns = copy.truncate_columns;
        options.explicit_columns = !columns.is_empty();
        load::check(&format, &load_target, &options)?;
        loaded.extend(behind);
        let (planner, environment) = work.planner();
        let reader = Reader {
            format,
            columns: load_target,
            options,
            metadata,
            started: work.now,
        };
        Ok(Self {
            reader: Arc::new(reader),
            target,
            filled: loaded,
            planner,
            environment,
        })
    }

    /// What reads the files.
    pub fn reader(&self) -> &Arc<Reader> {
        &self.reader
    }

    /// Loads files, each as far as ON_ERROR lets it.
    ///
    /// # Errors
    /// As [`load::load`].
    pub async fn load(&self, files: Vec<StagedFile>) -> Result<Vec<Result<FileLoad>>> {
        let reader = Arc::clone(&self.reader);
        let count = files.len();
        let read = tokio::task::spawn_blocking(move || {
            on_all_cores(count, |index| files.get(index).map(|file| reader.load(file)))
        });
        let read = read
            .await
            .map_err(|_| Error::internal("reading a file did not end well"))?;
        let mut loads = Vec::with_capacity(count);
        for outcome in read {
            loads.push(match outcome {
                Some(Ok(mut load)) => self.complete(&mut load).await.map(|()| load),
                Some(Err(error)) => Err(error),
                None => Err(Error::internal("a file was not read")),
            });
        }
        Ok(loads)
    }

    /// Brings a file's batches to all of the table's columns.
    async fn complete(&self, load: &mut FileLoad) -> Result<()> {
        let table = &self.target.table.columns;
        if load.batches.is_empty() || self.filled.iter().copied().eq(0..table.len()) {
            return Ok(());
        }
        let missing = table
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.filled.contains(at));
        let constant = missing.into_iter().all(|(_, column)| column.default.is_none());
        if !constant {
            let batches = std::mem::take(&mut load.batches);
            load.batches = self.with_defaults(batches).await?;
            return Ok(());
        }
        let schema = Arc::new(Schema::new(
            table
                .iter()
                .map(|column| column.data_type.field(&column.name, true))
                .collect::<Vec<_>>(),
        ));
        for batch in &mut load.batches {
            let arrays: Vec<ArrayRef> = table
                .iter()
                .enumerate()
                .map(|(at, column)| {
                    let place = self.filled.iter().position(|filled| *filled == at);
                    let array = place.and_then(|place| batch.columns().get(place)).cloned();
                    array.unwrap_or_else(|| new_null_array(&column.data_type.arrow(), batch.num_rows()))
                })
                .collect();
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            *batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)?;
        }
        Ok(())
    }

    /// Fills columns that the files do not with their defaults.
    async fn with_defaults(&self, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
        let Some(first) = batches.first() else {
            return Ok(batches);
        };
        let table = memory(first.schema(), batches)?;
        let source = LogicalPlanBuilder::scan("$LOADED", table, None)
            .and_then(LogicalPlanBuilder::build)
            .map_err(crate::plan::translate)?;
        let plan = insert::into_columns(&self.target, &self.planner, &self.filled, source)?;
        Ok(execute::collect(plan, self.planner.state()).await?.1)
    }

    /// Records what the defaults' sequences gave.
    ///
    /// # Errors
    /// Never in practice.
    pub fn finish(self, work: &mut Work<'_>) -> Result<()> {
        target::consume(work, &self.environment)
    }
}

impl Reader {
    fn load(&self, file: &StagedFile) -> Result<FileLoad> {
        let mut load = load::load(file, &self.format, &self.columns, &self.options)?;
        if self.metadata.is_empty() {
            return Ok(load);
        }
        let types: &TypeContext = &self.options.context;
        for (batch, rows) in load.batches.iter_mut().zip(&load.row_numbers) {
            let values = metadata(file, self.started, rows)?;
            let mut fields = batch.schema().fields().to_vec();
            let mut arrays = batch.columns().to_vec();
            for (index, data_type) in &self.metadata {
                let (name, from) = METADATA_COLUMNS
                    .get(*index)
                    .ok_or_else(|| Error::internal("metadata is missing"))?;
                let value = values
                    .get(*index)
                    .ok_or_else(|| Error::internal("metadata is missing"))?;
                arrays.push(cast(value, from, data_type, CastMode::Strict, types)?);
                fields.push(Arc::new(data_type.field(*name, true)));
            }
            *batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
        }
        Ok(load)
    }
}
