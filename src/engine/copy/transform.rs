//! COPY with a query: `COPY INTO t FROM (SELECT $1:a::NUMBER, METADATA$FILENAME FROM @stage)`.
//!
//! The query is planned once. It is a projection, so it gives one row for every record, in order; all files of a group
//! go through it together. Only if some row fails are files taken one by one, and a failing file's rows in ever
//! smaller halves, until the failing rows stand alone. <https://docs.snowflake.com/en/user-guide/data-load-transform>

mod cut;
mod source;

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::Decimal128Type;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::provider_as_source;
use datafusion::physical_plan::{ExecutionPlan, collect_partitioned};
use datafusion::sql::sqlparser::ast::{GroupByExpr, Query, SetExpr};
use jiff::Timestamp;

use cut::cut_to_fit;
use source::Input;
pub use source::{StagedTable, memory, staged_input, widen};

use super::functions;
use super::options::CopyOptions;
use super::reference::{self, StageReference};
use crate::catalog::object::Column;
use crate::engine::Work;
use crate::engine::dml::insert;
use crate::engine::dml::target::{self, Target};
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::plan::{Planner, translate};
use crate::sql::Ident;
use crate::stage::pieces::on_all_cores;
use crate::stage::record::{Category, ColumnNames, MAX_DESCRIBED, Records};
use crate::stage::{
    FileFormat, FileLoad, MatchByColumnName, OnError, RecordError, ScanOptions, StagedFile, scan,
};

/// A COPY with a query, ready to read files.
pub struct Transformation {
    reader: Arc<Reader>,
    on_error: OnError,
    target: Target,
    table: String,
    input: Input,
    plan: Arc<dyn ExecutionPlan>,
    planner: Planner,
    environment: Arc<StatementEnvironment>,
}

/// What reading a file needs, on whatever thread.
struct Reader {
    format: FileFormat,
    columns: usize,
    started: Timestamp,
}

/// The query of a COPY, checked.
pub struct CopyQuery<'a> {
    query: &'a Query,
    /// The stage that it reads.
    pub reference: StageReference,
    text: String,
    columns: usize,
}

impl<'a> CopyQuery<'a> {
    /// Checks that a query is one that COPY takes: a projection of one stage.
    ///
    /// # Errors
    /// A refusal that names what is too much.
    pub fn read(query: &'a Query) -> Result<Self> {
        check(query)?;
        let mut found = reference::find(query)?;
        let (Some((text, reference)), true) = (found.references.pop_first(), found.references.is_empty())
        else {
            return Err(Error::compilation("COPY takes a query over one stage."));
        };
        Ok(Self {
            query,
            reference,
            text,
            columns: found.columns,
        })
    }
}

/// Refuses everything but SELECT … FROM one relation.
fn check(query: &Query) -> Result<()> {
    let refuse = |what: &str| {
        let message = format!(
            "SQL compilation error:\nCOPY statement only supports simple SELECT from stage statements for import: {what}."
        );
        Err(Error::new(2094, "42601", message))
    };
    let SetExpr::Select(select) = query.body.as_ref() else {
        return refuse("no set operation or VALUES");
    };
    if query.with.is_some() {
        return refuse("no WITH");
    }
    if query.order_by.is_some() {
        return refuse("no ORDER BY");
    }
    if query.limit_clause.is_some() || query.fetch.is_some() || select.top.is_some() {
        return refuse("no LIMIT");
    }
    if select.distinct.is_some() {
        return refuse("no DISTINCT");
    }
    if select.selection.is_some() || select.having.is_some() || select.qualify.is_some() {
        return refuse("no WHERE, HAVING or QUALIFY");
    }
    if !matches!(&select.group_by, GroupByExpr::Expressions(list, _) if list.is_empty()) {
        return refuse("no GROUP BY");
    }
    match select.from.as_slice() {
        [single] if single.joins.is_empty() => functions::check(query),
        _ => refuse("one stage and no join"),
    }
}

impl Transformation {
    /// Plans a COPY's query into a table's columns.
    ///
    /// # Errors
    /// Whatever is wrong with the query or the columns; MATCH_BY_COLUMN_NAME beside a query.
    pub async fn new(
        work: &Work<'_>,
        target: Target,
        columns: &[Ident],
        query: &CopyQuery<'_>,
        format: FileFormat,
        copy: &CopyOptions,
        on_error: OnError,
    ) -> Result<Self> {
        if copy.match_by_column_name != MatchByColumnName::None || !copy.include_metadata.is_empty() {
            return Err(Error::compilation(
                "match_by_column_name is not supported with copy transform.",
            ));
        }
        let (planner, environment) = work.planner();
        let lanes = planner.state().config().target_partitions().max(1);
        let input = Input::new(&format, query.columns, lanes);
        let table = Arc::new(StagedTable::new(input.clone()));
        environment.provide_staged(query.text.clone(), provider_as_source(table));
        let positions = insert::positions(&target, columns)?;
        let mut source = planner.query(query.query)?;
        if copy.truncate_columns {
            source = cut_to_fit(&target, &positions, source)?;
        }
        let plan = insert::into_columns(&target, &planner, &positions, source)?;
        let optimized = planner.state().optimize(&plan).map_err(translate)?;
        let state = planner.state();
        let plan = state
            .query_planner()
            .create_physical_plan(&optimized, state)
            .await
            .map_err(translate)?;
        let table = work
            .snapshot()
            .object(target.id)
            .map(|object| object.name.clone())
            .unwrap_or_default();
        let reader = Reader {
            format,
            columns: query.columns,
            started: work.now,
        };
        Ok(Self {
            reader: Arc::new(reader),
            on_error,
            target,
            table,
            input,
            plan,
            planner,
            environment,
        })
    }

    /// Loads files, each as far as ON_ERROR lets it.
    ///
    /// # Errors
    /// What is wrong with the statement itself; a file's own failure stands in its place.
    pub async fn load(&self, files: Vec<StagedFile>) -> Result<Vec<Result<FileLoad>>> {
        let reader = Arc::clone(&self.reader);
        let read = tokio::task::spawn_blocking(move || {
            let scanned = on_all_cores(files.len(), |index| {
                files.get(index).map(|file| reader.scan(file))
            });
            (files, scanned)
        });
        let (files, scanned) = read
            .await
            .map_err(|_| Error::internal("reading a file did not end well"))?;
        let mut all = Vec::with_capacity(files.len());
        for records in scanned {
            all.push(records.ok_or_else(|| Error::internal("a file was not read"))??);
        }
        let together: Vec<RecordBatch> = all
            .iter()
            .flat_map(|records| records.batches.iter().cloned())
            .collect();
        let settled = match self.evaluate(together).await {
            Ok(rows) => self.share(rows, all)?,
            Err(_) => {
                let mut settled = Vec::with_capacity(all.len());
                for records in all {
                    settled.push(self.one_by_one(records).await?);
                }
                settled
            }
        };
        let mut loads = Vec::with_capacity(files.len());
        for (file, records) in files.iter().zip(settled) {
            let records = self.without_nulls(records)?;
            loads.push(self.on_error.settle(&file.name, records));
        }
        Ok(loads)
    }

    /// The rows for some records, in their order.
    async fn evaluate(&self, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
        let wanted: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if wanted == 0 {
            return Ok(Vec::new());
        }
        self.input.put(batches);
        let lanes = collect_partitioned(Arc::clone(&self.plan), self.planner.state().task_ctx()).await;
        self.input.put(Vec::new());
        let rows: Vec<RecordBatch> = lanes.map_err(translate)?.into_iter().flatten().collect();
        if rows.iter().map(RecordBatch::num_rows).sum::<usize>() != wanted {
            return Err(Error::unsupported(
                "a COPY query that does not give one row for each record",
            ));
        }
        Ok(rows)
    }

    /// Gives every file its rows.
    fn share(&self, rows: Vec<RecordBatch>, files: Vec<Records>) -> Result<Vec<Records>> {
        let mut rows: VecDeque<RecordBatch> = rows.into();
        let mut shared = Vec::with_capacity(files.len());
        for mut records in files {
            let numbers: Vec<u64> = records.row_numbers.concat();
            let mut taken = 0;
            records.batches.clear();
            records.row_numbers.clear();
            while taken < numbers.len() {
                let batch = rows
                    .pop_front()
                    .ok_or_else(|| Error::internal("rows of a file are missing"))?;
                let count = batch.num_rows().min(numbers.len() - taken);
                if count < batch.num_rows() {
                    rows.push_front(batch.slice(count, batch.num_rows() - count));
                }
                records.batches.push(batch.slice(0, count));
                records
                    .row_numbers
                    .push(numbers.get(taken..taken + count).unwrap_or_default().to_vec());
                taken += count;
            }
            shared.push(records);
        }
        Ok(shared)
    }

    /// The rows of one file, with an error for each that fails.
    async fn one_by_one(&self, mut records: Records) -> Result<Records> {
        let batches = std::mem::take(&mut records.batches);
        let numbers = std::mem::take(&mut records.row_numbers);
        let mut waiting: VecDeque<(RecordBatch, Vec<u64>)> = batches.into_iter().zip(numbers).collect();
        while let Some((batch, numbers)) = waiting.pop_front() {
            let count = batch.num_rows();
            match self.evaluate(vec![batch.clone()]).await {
                Ok(rows) => {
                    let mut start = 0;
                    for row in rows {
                        let end = start + row.num_rows();
                        records
                            .row_numbers
                            .push(numbers.get(start..end).unwrap_or_default().to_vec());
                        records.batches.push(row);
                        start = end;
                    }
                }
                Err(error) if is_of_statement(&error) => return Err(error),
                Err(error) if count <= 1 => {
                    let row = numbers.first().copied().unwrap_or_default();
                    self.note(&mut records, error, row, None);
                    if self.on_error == OnError::AbortStatement {
                        return Ok(records);
                    }
                }
                Err(_) => {
                    let half = count / 2;
                    let (left, right) = numbers.split_at(half.min(numbers.len()));
                    waiting.push_front((batch.slice(half, count - half), right.to_vec()));
                    waiting.push_front((batch.slice(0, half), left.to_vec()));
                }
            }
        }
        Ok(records)
    }

    /// Takes out rows that are NULL where the table does not allow it.
    fn without_nulls(&self, mut records: Records) -> Result<Records> {
        let strict: Vec<(usize, &Column)> = self
            .target
            .table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !column.nullable && column.identity.is_none())
            .collect();
        let mut batches = Vec::with_capacity(records.batches.len());
        let mut row_numbers = Vec::with_capacity(records.batches.len());
        let found = std::mem::take(&mut records.batches);
        let numbers = std::mem::take(&mut records.row_numbers);
        for (batch, numbers) in found.into_iter().zip(numbers) {
            let mut bad: Vec<(usize, usize)> = Vec::new();
            for (at, _) in &strict {
                if let Some(array) = batch.columns().get(*at).filter(|array| array.null_count() > 0) {
                    bad.extend(
                        (0..array.len())
                            .filter(|row| array.is_null(*row))
                            .map(|row| (row, *at)),
                    );
                }
            }
            if bad.is_empty() {
                batches.push(batch);
                row_numbers.push(numbers);
                continue;
            }
            bad.sort_unstable();
            bad.dedup_by_key(|(row, _)| *row);
            for (row, at) in &bad {
                let number = numbers.get(*row).copied().unwrap_or_default();
                self.note(&mut records, Error::null_loaded(), number, Some(*at));
            }
            let good = |row: usize| bad.binary_search_by_key(&row, |(bad, _)| *bad).is_err();
            let mask = BooleanArray::from((0..batch.num_rows()).map(good).collect::<Vec<_>>());
            batches.push(filter_record_batch(&batch, &mask)?);
            let kept = numbers
                .into_iter()
                .enumerate()
                .filter(|(row, _)| good(*row))
                .map(|(_, number)| number);
            row_numbers.push(kept.collect());
        }
        records.batches = batches;
        records.row_numbers = row_numbers;
        records.errors.sort_by_key(|error| error.row_number);
        Ok(records)
    }

    fn note(&self, records: &mut Records, error: Error, row_number: u64, column: Option<usize>) {
        records.errors_seen += 1;
        if records.errors.len() >= MAX_DESCRIBED {
            return;
        }
        let columns = self
            .target
            .table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let names = ColumnNames {
            table: self.table.clone(),
            columns,
        };
        records.errors.push(RecordError {
            category: Category::Conversion,
            row_number,
            column_index: column.map(|at| at + 1),
            column_name: column.map(|at| names.show(at)),
            ..RecordError::of_file(error)
        });
    }

    /// Records what the query's sequences gave.
    ///
    /// # Errors
    /// Never in practice.
    pub fn finish(self, work: &mut Work<'_>) -> Result<()> {
        target::consume(work, &self.environment)
    }
}

/// Whether a failure lies in the statement and not in some row.
fn is_of_statement(error: &Error) -> bool {
    matches!(error.code(), 2 | 603 | 604)
}

impl Reader {
    fn scan(&self, file: &StagedFile) -> Result<Records> {
        let scan = scan(file, &self.format, &ScanOptions::new(self.columns, self.started))?;
        let mut row_numbers = Vec::with_capacity(scan.batches.len());
        for batch in &scan.batches {
            let numbers = batch.column_by_name("METADATA$FILE_ROW_NUMBER");
            let numbers = numbers.and_then(|column| column.as_primitive_opt::<Decimal128Type>());
            let numbers = numbers.ok_or_else(|| Error::internal("a scan without row numbers"))?;
            row_numbers.push(numbers.values().iter().map(|number| *number as u64).collect());
        }
        let batches = widen(&self.format, self.columns, scan.batches)?;
        Ok(Records {
            batches,
            row_numbers,
            rows_parsed: scan.rows_parsed,
            errors_seen: scan.errors_seen,
            errors: scan.errors,
        })
    }
}
