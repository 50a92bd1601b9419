//! A stream on a view: the view's rows now, less its rows then.
//!
//! The view's query is planned twice, over the tables as they were at the stream's offset and as they are. Equal rows
//! cancel out, so the change set is exactly view(new) ⊖ view(old) as multisets. Rows of a view have no identity of
//! their own here: an update shows as a DELETE and an INSERT with METADATA$ISUPDATE false, and METADATA$ROW_ID is
//! made from the row's values.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, BooleanArray, StringArray, UInt32Array};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, TableSource, TableType};
use datafusion::physical_plan::ExecutionPlan;
use sha1::{Digest, Sha1};

use super::changes::metadata_fields;
use super::read::initial_pending;
use crate::catalog::object::{Stream, StreamMode, View};
use crate::catalog::{Object, ObjectId};
use crate::engine::environment::StatementEnvironment;
use crate::error::Result;
use crate::plan::{Planner, execute};
use crate::sql;

/// The changes of a view from one commit to another, as a relation.
pub(super) fn source(
    environment: &StatementEnvironment,
    object: &Object,
    view: &View,
    stream: &Stream,
    from: u64,
    to: u64,
) -> Result<Arc<dyn TableSource>> {
    let (old, _) = plan_at(environment, view, from)?;
    let (new, state) = plan_at(environment, view, to)?;
    let names = view.columns.iter().map(|column| column.name.clone());
    let fields = names
        .zip(new.schema().fields().iter())
        .map(|(name, field)| Arc::new(field.as_ref().clone().with_name(name)));
    let own: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let all = own
        .fields()
        .iter()
        .cloned()
        .chain(metadata_fields())
        .collect::<Vec<_>>();
    let initial = initial_pending(stream);
    let table = ViewChanges {
        object: object.id,
        old: (!initial).then_some(old),
        new,
        state,
        own,
        schema: Arc::new(Schema::new(all)),
        inserts_only: stream.mode == StreamMode::AppendOnly,
    };
    Ok(provider_as_source(Arc::new(table)))
}

/// Whether any table below a view has changed.
pub(super) fn has_data(environment: &StatementEnvironment, view: &View, from: u64, to: u64) -> Result<bool> {
    let inner = Arc::new(environment.inside(&view.context)?);
    let planner = Planner::new(
        Arc::clone(&inner) as _,
        environment.account.base_state(),
        &environment.context.types,
    );
    planner.query(&*sql::parse_query(&view.query)?)?;
    Ok(inner.tables_read().into_iter().any(|table| {
        let history = environment.snapshot.table(table);
        history.is_some_and(|history| history.between(from, to).next().is_some())
    }))
}

fn plan_at(environment: &StatementEnvironment, view: &View, seq: u64) -> Result<(LogicalPlan, SessionState)> {
    let inner = Arc::new(environment.inside(&view.context)?.as_of(seq));
    let planner = Planner::new(
        inner,
        environment.account.base_state(),
        &environment.context.types,
    );
    let plan = planner.query(&*sql::parse_query(&view.query)?)?;
    Ok((plan, planner.state().clone()))
}

#[derive(Debug)]
struct ViewChanges {
    object: ObjectId,
    old: Option<LogicalPlan>,
    new: LogicalPlan,
    state: SessionState,
    own: SchemaRef,
    schema: SchemaRef,
    inserts_only: bool,
}

impl ViewChanges {
    async fn rows(&self, plan: &LogicalPlan) -> Result<RecordBatch> {
        let (_, batches) = execute::collect(plan.clone(), &self.state).await?;
        let renamed = batches
            .into_iter()
            .map(|batch| RecordBatch::try_new(Arc::clone(&self.own), batch.columns().to_vec()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(concat_batches(&self.own, &renamed)?)
    }

    async fn changes(&self) -> Result<RecordBatch> {
        let new = self.rows(&self.new).await?;
        let old = match &self.old {
            Some(old) => self.rows(old).await?,
            None => RecordBatch::new_empty(Arc::clone(&self.own)),
        };
        let fields = self
            .own
            .fields()
            .iter()
            .map(|field| SortField::new(field.data_type().clone()))
            .collect();
        let converter = RowConverter::new(fields)?;
        let old_rows = converter.convert_columns(old.columns())?;
        let new_rows = converter.convert_columns(new.columns())?;
        // How often each row was there, less how often it is there now.
        let mut surplus: HashMap<&[u8], i64> = HashMap::new();
        for row in &old_rows {
            *surplus.entry(row.data()).or_insert(0) += 1;
        }
        let mut inserted = Vec::new();
        for (at, row) in new_rows.iter().enumerate() {
            let count = surplus.entry(row.data()).or_insert(0);
            if *count <= 0 {
                inserted.push(at as u32);
            }
            *count -= 1;
        }
        let mut deleted = Vec::new();
        for (at, row) in old_rows.iter().enumerate() {
            let count = surplus.entry(row.data()).or_insert(0);
            if *count > 0 && !self.inserts_only {
                *count -= 1;
                deleted.push(at as u32);
            }
        }
        let inserts = self.side(&new, inserted, "INSERT")?;
        let deletes = self.side(&old, deleted, "DELETE")?;
        Ok(concat_batches(&self.schema, &[inserts, deletes])?)
    }

    fn side(&self, rows: &RecordBatch, chosen: Vec<u32>, action: &str) -> Result<RecordBatch> {
        let chosen = take_record_batch(rows, &UInt32Array::from(chosen))?;
        let fields = self
            .own
            .fields()
            .iter()
            .map(|field| SortField::new(field.data_type().clone()))
            .collect();
        let keys = RowConverter::new(fields)?.convert_columns(chosen.columns())?;
        let count = chosen.num_rows();
        let ids = keys.iter().map(|row| {
            let mut hash = Sha1::new();
            hash.update(self.object.to_be_bytes());
            hash.update(row.data());
            hex::encode(hash.finalize())
        });
        let mut columns: Vec<ArrayRef> = chosen.columns().to_vec();
        columns.push(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            action, count,
        ))));
        columns.push(Arc::new(BooleanArray::from(vec![false; count])));
        columns.push(Arc::new(StringArray::from_iter_values(ids)));
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

#[async_trait]
impl TableProvider for ViewChanges {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
        let changes = self.changes().await?;
        let exec = MemorySourceConfig::try_new_exec(
            &[vec![changes]],
            Arc::clone(&self.schema),
            projection.cloned(),
        )?;
        Ok(exec)
    }
}
