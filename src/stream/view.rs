//! A stream on a view: the view's rows now, less its rows then.
//!
//! The view's query is planned twice, over the tables as they were at the stream's offset and as they are. Rows are
//! paired by the identities of the table rows they come from: equal pairs cancel out, unequal ones are updates. A view
//! whose rows have no such identity (an aggregate, say) is compared by content: equal rows cancel out, and an update
//! shows as a DELETE and an INSERT with METADATA$ISUPDATE false. Either way the change set is exactly
//! view(new) ⊖ view(old) as multisets.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StringArray, UInt32Array, new_empty_array};
use datafusion::arrow::compute::{concat, concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, TableSource, TableType};
use datafusion::physical_plan::ExecutionPlan;
use sha1::{Digest, Sha1};

use super::changes::metadata_fields;
use super::identity::identified;
use super::read::initial_pending;
use crate::catalog::object::{Stream, StreamMode, View};
use crate::catalog::{Object, ObjectId};
use crate::engine::environment::StatementEnvironment;
use crate::error::Result;
use crate::plan::{Planner, execute, translate};
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
    let (mut old, _) = plan_at(environment, view, from)?;
    let (mut new, state) = plan_at(environment, view, to)?;
    let mut identity = 0;
    let both = (identified(&old, &mut 0), identified(&new, &mut 0));
    if let (Some(old_rows), Some(new_rows)) = (both.0.map_err(translate)?, both.1.map_err(translate)?) {
        identity = new_rows.count;
        (old, new) = (old_rows.plan, new_rows.plan);
    }
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
        identity,
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
    /// How many identity columns stand behind the view's own; 0 when its rows have none.
    identity: usize,
    state: SessionState,
    own: SchemaRef,
    schema: SchemaRef,
    inserts_only: bool,
}

/// The view's rows at one moment.
struct ViewRows {
    /// The view's own columns.
    batch: RecordBatch,
    /// Each row's content, as comparable bytes.
    content: Rows,
    /// Each row's identity, where rows have one.
    keys: Option<Rows>,
}

/// Rows of one side of the change set: their places, and whether each is half of an update.
#[derive(Default)]
struct Side {
    places: Vec<u32>,
    is_update: Vec<bool>,
}

impl Side {
    fn push(&mut self, place: usize, is_update: bool) {
        self.places.push(place as u32);
        self.is_update.push(is_update);
    }
}

impl ViewChanges {
    async fn rows(&self, plan: Option<&LogicalPlan>) -> Result<ViewRows> {
        let mut own: Vec<RecordBatch> = Vec::new();
        let mut keys: Vec<ArrayRef> = (0..self.identity)
            .map(|_| new_empty_array(&DataType::UInt64))
            .collect();
        if let Some(plan) = plan {
            let (_, batches) = execute::collect(plan.clone(), &self.state).await?;
            let width = self.own.fields().len();
            for batch in &batches {
                let columns = batch.columns().iter().take(width).cloned().collect();
                let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                own.push(RecordBatch::try_new_with_options(
                    Arc::clone(&self.own),
                    columns,
                    &options,
                )?);
            }
            for (at, key) in keys.iter_mut().enumerate() {
                let pieces: Vec<&dyn Array> = batches
                    .iter()
                    .filter_map(|batch| Some(batch.columns().get(width + at)?.as_ref()))
                    .collect();
                if !pieces.is_empty() {
                    *key = concat(&pieces)?;
                }
            }
        }
        let batch = concat_batches(&self.own, &own)?;
        let content = comparable(batch.columns())?;
        let keys = if keys.is_empty() {
            None
        } else {
            Some(comparable(&keys)?)
        };
        Ok(ViewRows { batch, content, keys })
    }

    async fn changes(&self) -> Result<RecordBatch> {
        let new = self.rows(Some(&self.new)).await?;
        let old = self.rows(self.old.as_ref()).await?;
        let (inserts, mut deletes) = match (&old.keys, &new.keys) {
            (Some(old_keys), Some(new_keys)) => by_identity(old_keys, &old.content, new_keys, &new.content),
            _ => by_content(&old.content, &new.content),
        };
        if self.inserts_only {
            deletes = Side::default();
        }
        let inserts = self.side(&new, inserts, "INSERT")?;
        let deletes = self.side(&old, deletes, "DELETE")?;
        Ok(concat_batches(&self.schema, &[inserts, deletes])?)
    }

    fn side(&self, rows: &ViewRows, side: Side, action: &str) -> Result<RecordBatch> {
        let ids = rows.keys.as_ref().unwrap_or(&rows.content);
        let count = side.places.len();
        let ids = side.places.iter().map(|place| {
            let mut hash = Sha1::new();
            hash.update(self.object.to_be_bytes());
            hash.update(ids.row(*place as usize).data());
            hex::encode(hash.finalize())
        });
        let ids = StringArray::from_iter_values(ids);
        let chosen = take_record_batch(&rows.batch, &UInt32Array::from(side.places))?;
        let mut columns: Vec<ArrayRef> = chosen.columns().to_vec();
        columns.push(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            action, count,
        ))));
        columns.push(Arc::new(BooleanArray::from(side.is_update)));
        columns.push(Arc::new(ids));
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

fn comparable(columns: &[ArrayRef]) -> Result<Rows> {
    let fields = columns
        .iter()
        .map(|column| SortField::new(column.data_type().clone()))
        .collect();
    Ok(RowConverter::new(fields)?.convert_columns(columns)?)
}

/// Pairs rows by identity: what is on both sides with other content is an update.
fn by_identity(old_keys: &Rows, old: &Rows, new_keys: &Rows, new: &Rows) -> (Side, Side) {
    let mut before: HashMap<&[u8], usize> = old_keys
        .iter()
        .enumerate()
        .map(|(at, key)| (key.data(), at))
        .collect();
    let (mut inserts, mut deletes) = (Side::default(), Side::default());
    for (at, key) in new_keys.iter().enumerate() {
        match before.remove(key.data()) {
            None => inserts.push(at, false),
            Some(was) if old.row(was) == new.row(at) => {}
            Some(was) => {
                inserts.push(at, true);
                deletes.push(was, true);
            }
        }
    }
    let mut gone: Vec<usize> = before.into_values().collect();
    gone.sort_unstable();
    gone.into_iter().for_each(|was| deletes.push(was, false));
    (inserts, deletes)
}

/// Cancels out equal rows, each as often as it is on both sides.
fn by_content(old: &Rows, new: &Rows) -> (Side, Side) {
    // How often each row was there, less how often it is there now.
    let mut surplus: HashMap<&[u8], i64> = HashMap::new();
    for row in old {
        *surplus.entry(row.data()).or_insert(0) += 1;
    }
    let (mut inserts, mut deletes) = (Side::default(), Side::default());
    for (at, row) in new.iter().enumerate() {
        let count = surplus.entry(row.data()).or_insert(0);
        if *count <= 0 {
            inserts.push(at, false);
        }
        *count -= 1;
    }
    for (at, row) in old.iter().enumerate() {
        let count = surplus.entry(row.data()).or_insert(0);
        if *count > 0 {
            *count -= 1;
            deletes.push(at, false);
        }
    }
    (inserts, deletes)
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
