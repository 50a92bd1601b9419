//! COPY INTO location. <https://docs.snowflake.com/en/sql-reference/sql/copy-into-location>
//!
//! Rows are written as they come out of the query, in its order. With PARTITION BY they are first gathered by the value
//! of the expression.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::format;
use super::options::check_encryption;
use super::place::{self, Place};
use crate::engine::dml::target;
use crate::engine::options;
use crate::engine::rows::Rows;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::plan::{Planner, cast_call, execute, translate};
use crate::sql::statement::{CopyIntoLocation, UnloadSource};
use crate::sql::{self, Properties, StageLocation};
use crate::stage::writer::{UnloadColumn, UnloadOptions, UnloadedFile, Unloader};
use crate::stage::{FileFormat, PropertyValue};
use crate::types::SnowType;
use crate::world::s3::{ObjectStorage, PutMode, StorageError};

/// The most partitions of one unload.
const MAX_PARTITIONS: usize = 10_000;

/// The partition of rows for which the expression is NULL.
const NULL_PARTITION: &str = "__NULL__";

/// The column that holds a row's partition while rows are gathered.
const PARTITION: &str = "$PARTITION";

/// Runs COPY INTO location.
pub(in crate::engine) async fn run(work: &mut Work<'_>, copy: CopyIntoLocation) -> Result<StatementResult> {
    let place = place_of(work, &copy)?;
    let format = format::resolve(&work.names(), &copy.file_format, &place.file_format, None)?;
    let options = Options::read(work, &place, &copy)?;
    let query = match &copy.source {
        UnloadSource::Query(query) => query.clone(),
        UnloadSource::Table(name) => sql::parse_query(&format!("SELECT * FROM {name}"))?,
    };
    let partition_by = copy.partition_by.as_ref();
    let (plan, planner, environment) = target::plan_held(work, &[], &query, |_, planner, _| {
        let plan = planner.query(&query)?;
        partition_by.map_or(Ok(plan.clone()), |expr| partitioned(planner, plan, expr))
    })
    .await?;
    if let Some(mode) = &copy.validation_mode {
        if !mode.eq_ignore_ascii_case("RETURN_ROWS") {
            return Err(Error::invalid_property_value("VALIDATION_MODE", mode));
        }
        let (schema, batches) = execute::collect(plan, planner.state()).await?;
        return Ok(StatementResult::of_batches(schema, batches));
    }
    place.prepare(work.account.storage()).await?;
    let store = Store {
        storage: work.account.storage(),
        place: &place,
        overwrite: options.overwrite,
    };
    let files = match partition_by {
        None => whole(&store, plan, &planner, &format, options.unload.clone()).await?,
        Some(_) => by_partition(&store, plan, &planner, &format, &options.unload).await?,
    };
    target::consume(work, &environment)?;
    result(&files, options.detailed)
}

/// Where an unload writes to.
fn place_of(work: &Work<'_>, copy: &CopyIntoLocation) -> Result<Place> {
    let names = work.names();
    let place = Place::find(&names, &copy.location)?;
    if matches!(copy.location, StageLocation::Url(_))
        && let Some(integration) = copy.options.text("STORAGE_INTEGRATION")?
    {
        place::check_integration(&names, integration, &place.url())?;
    }
    if let Some(property) = copy.options.property("ENCRYPTION") {
        check_encryption(&options::value(property)?)?;
    }
    Ok(place)
}

/// The copy options of an unload.
struct Options {
    unload: UnloadOptions,
    overwrite: bool,
    detailed: bool,
}

impl Options {
    fn read(work: &Work<'_>, place: &Place, copy: &CopyIntoLocation) -> Result<Self> {
        let given: &Properties = &copy.options;
        let mut unload = UnloadOptions::new(place.path.clone(), work.context.types.clone());
        unload.header = given.bool("HEADER")?.unwrap_or(false);
        unload.single = given.bool("SINGLE")?.unwrap_or(false);
        if let Some(size) = given.i64("MAX_FILE_SIZE")? {
            unload.max_file_size = UnloadOptions::parse_max_file_size(&PropertyValue::Number(size))?;
        }
        let overwrite = given.bool("OVERWRITE")?.unwrap_or(false);
        let query_id = given.bool("INCLUDE_QUERY_ID")?;
        let partitioned = copy.partition_by.is_some();
        if partitioned && (unload.single || overwrite || query_id == Some(false)) {
            return Err(Error::compilation(
                "PARTITION BY does not go together with SINGLE = TRUE, OVERWRITE = TRUE or INCLUDE_QUERY_ID = FALSE.",
            ));
        }
        if query_id == Some(true) && overwrite {
            return Err(Error::compilation(
                "INCLUDE_QUERY_ID = TRUE is not supported with OVERWRITE = TRUE",
            ));
        }
        if query_id.unwrap_or(partitioned) {
            unload.query_id = Some(work.context.query_id.to_string());
        }
        Ok(Self {
            unload,
            overwrite,
            detailed: given.bool("DETAILED_OUTPUT")?.unwrap_or(false),
        })
    }
}

/// Where files go.
struct Store<'a> {
    storage: &'a ObjectStorage,
    place: &'a Place,
    overwrite: bool,
}

/// A stored file.
struct Stored {
    name: String,
    size: u64,
    input_bytes: u64,
    rows: u64,
}

impl Store<'_> {
    async fn put(
        &self,
        files: impl IntoIterator<Item = UnloadedFile>,
        stored: &mut Vec<Stored>,
    ) -> Result<()> {
        for file in files {
            let key = self.place.key(&file.name);
            let size = file.bytes.len() as u64;
            let mode = if self.overwrite {
                PutMode::Overwrite
            } else {
                PutMode::Create
            };
            match self.storage.put(&self.place.bucket, &key, file.bytes, mode).await {
                Ok(_) => {}
                Err(StorageError::PreconditionFailed(_)) => {
                    let location = self.place.url();
                    let message = format!(
                        "Files already existing at the unload destination: {location}. Use overwrite option to force \
                         unloading."
                    );
                    return Err(Error::new(1_030, "22000", message));
                }
                Err(error) => return Err(error.into()),
            }
            stored.push(Stored {
                name: file.name,
                size,
                input_bytes: file.input_bytes,
                rows: file.rows,
            });
        }
        Ok(())
    }
}

/// The columns of the files. A VECTOR has no form in them
/// (<https://docs.snowflake.com/en/sql-reference/data-types-vector#loading-and-unloading-vector-data>).
fn columns(schema: &SchemaRef) -> Result<Vec<UnloadColumn>> {
    let column = |field: &datafusion::arrow::datatypes::FieldRef| UnloadColumn {
        name: field.name().clone(),
        data_type: SnowType::from_field(field).unwrap_or(SnowType::VARCHAR),
    };
    let columns: Vec<UnloadColumn> = schema.fields().iter().map(column).collect();
    match columns.iter().find(|column| column.data_type.is_vector()) {
        Some(vector) => Err(Error::compilation(format!(
            "column '{}' of type {} cannot be unloaded: unload it as ARRAY, with TO_ARRAY",
            vector.name, vector.data_type
        ))),
        None => Ok(columns),
    }
}

async fn whole(
    store: &Store<'_>,
    plan: LogicalPlan,
    planner: &Planner,
    format: &FileFormat,
    options: UnloadOptions,
) -> Result<Vec<Stored>> {
    use futures::TryStreamExt;
    let (schema, mut batches) = execute::stream(plan, planner.state()).await?;
    let mut unloader = Unloader::new(&columns(&schema)?, format, options)?;
    let mut stored = Vec::new();
    while let Some(batch) = batches.try_next().await.map_err(translate)? {
        store.put(unloader.write(&batch)?, &mut stored).await?;
    }
    store.put(unloader.finish()?, &mut stored).await?;
    Ok(stored)
}

/// The plan with the partition of each row behind its columns.
fn partitioned(
    planner: &Planner,
    plan: LogicalPlan,
    expr: &datafusion::sql::sqlparser::ast::Expr,
) -> Result<LogicalPlan> {
    let partition = planner.expression(expr, plan.schema())?;
    let partition = cast_call(partition, &SnowType::VARCHAR).alias(PARTITION);
    let columns = plan
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .chain([partition]);
    let columns: Vec<Expr> = columns.collect();
    let plan = LogicalPlanBuilder::from(plan)
        .project(columns)
        .and_then(LogicalPlanBuilder::build);
    planner.finish(plan.map_err(translate)?)
}

async fn by_partition(
    store: &Store<'_>,
    plan: LogicalPlan,
    planner: &Planner,
    format: &FileFormat,
    options: &UnloadOptions,
) -> Result<Vec<Stored>> {
    let (schema, batches) = execute::collect(plan, planner.state()).await?;
    let mut columns = columns(&schema)?;
    columns.pop();
    let mut partitions: BTreeMap<String, Vec<RecordBatch>> = BTreeMap::new();
    for batch in batches {
        let last = batch.num_columns().saturating_sub(1);
        let values = batch
            .columns()
            .get(last)
            .and_then(|array| array.as_string_opt::<i32>());
        let values = values.ok_or_else(|| Error::internal("partitions are missing"))?;
        let rows = batch.project(&(0..last).collect::<Vec<_>>())?;
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in 0..values.len() {
            let value = if values.is_null(row) {
                NULL_PARTITION
            } else {
                values.value(row)
            };
            places.entry(value).or_default().push(row);
        }
        for (value, wanted) in places {
            let mut mask = vec![false; rows.num_rows()];
            wanted
                .iter()
                .filter_map(|row| mask.get_mut(*row).map(|slot| *slot = true))
                .for_each(drop);
            let part = filter_record_batch(&rows, &BooleanArray::from(mask))?;
            partitions.entry(value.to_string()).or_default().push(part);
        }
        if partitions.len() > MAX_PARTITIONS {
            return Err(Error::unsupported(format!(
                "an unload into more than {MAX_PARTITIONS} partitions"
            )));
        }
    }
    let slash = if options.path.is_empty() || options.path.ends_with('/') {
        ""
    } else {
        "/"
    };
    let mut stored = Vec::new();
    for (value, batches) in partitions {
        let mut options = options.clone();
        options.path = format!("{}{slash}{}/", options.path, value.trim_matches('/'));
        let mut unloader = Unloader::new(&columns, format, options)?;
        for batch in batches {
            store.put(unloader.write(&batch)?, &mut stored).await?;
        }
        store.put(unloader.finish()?, &mut stored).await?;
    }
    Ok(stored)
}

fn result(files: &[Stored], detailed: bool) -> Result<StatementResult> {
    if detailed {
        let mut rows = Rows::new(&[
            ("FILE_NAME", SnowType::VARCHAR),
            ("FILE_SIZE", SnowType::INTEGER),
            ("ROW_COUNT", SnowType::INTEGER),
        ]);
        for file in files {
            rows.push(vec![file.name.clone().into(), file.size.into(), file.rows.into()]);
        }
        return StatementResult::of_rows(&rows);
    }
    let mut rows = Rows::new(&[
        ("rows_unloaded", SnowType::INTEGER),
        ("input_bytes", SnowType::INTEGER),
        ("output_bytes", SnowType::INTEGER),
    ]);
    let sum = |figure: fn(&Stored) -> u64| files.iter().map(figure).sum::<u64>();
    rows.push(vec![
        sum(|f| f.rows).into(),
        sum(|f| f.input_bytes).into(),
        sum(|f| f.size).into(),
    ]);
    StatementResult::of_rows(&rows)
}
