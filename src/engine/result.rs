//! What a statement gives back.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;

use super::rows::Rows;
use crate::error::Result;
use crate::plan::execute::ORIGIN_KEY;
use crate::sql::statement::StatementKind;
use crate::storage::RowSet;
use crate::types::SnowType;

/// The type of the counts that DML answers.
const COUNT: SnowType = SnowType::Number {
    precision: 19,
    scale: 0,
};

/// A column of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: SnowType,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// The database, the schema and the table whose column it is; `None` for whatever is computed.
    pub origin: Option<[String; 3]>,
}

/// How many rows a DML touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DmlCounts {
    /// Rows inserted.
    pub inserted: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows deleted.
    pub deleted: u64,
}

/// The result of one statement. Every statement has a table, if only of one status row.
#[derive(Debug, Clone)]
pub struct StatementResult {
    /// The statement's id.
    pub query_id: Arc<str>,
    /// The statement's kind.
    pub kind: StatementKind,
    /// The table's Arrow schema; names may repeat.
    pub schema: SchemaRef,
    /// The table's rows.
    pub rows: RowSet,
    /// For DML, how many rows it touched.
    pub counts: Option<DmlCounts>,
}

impl StatementResult {
    /// A result of a small table.
    ///
    /// # Errors
    /// Those of [`Rows::batch`].
    pub fn of_rows(rows: &Rows) -> Result<Self> {
        Ok(Self::of_batches(rows.schema(), vec![rows.batch()?]))
    }

    /// A result of batches.
    pub fn of_batches(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self::of_row_set(schema, RowSet::in_memory(batches))
    }

    /// A result of rows that may be many.
    pub fn of_row_set(schema: SchemaRef, rows: RowSet) -> Self {
        Self {
            query_id: Arc::default(),
            kind: StatementKind::Unknown,
            schema,
            rows,
            counts: None,
        }
    }

    /// The one-row result `status` of a statement that has nothing else to say.
    ///
    /// # Errors
    /// Never in practice: those of [`Rows::batch`].
    pub fn status(message: impl Into<String>) -> Result<Self> {
        let mut rows = Rows::new(&[("status", SnowType::VARCHAR)]);
        rows.push(vec![message.into().into()]);
        Self::of_rows(&rows)
    }

    /// The result of a DML: one row of counts.
    ///
    /// # Errors
    /// Never in practice: those of [`Rows::batch`].
    pub fn counted(columns: &[(impl AsRef<str>, u64)], counts: DmlCounts) -> Result<Self> {
        let types = columns
            .iter()
            .map(|(name, _)| (name.as_ref().to_string(), COUNT))
            .collect();
        let mut rows = Rows::with_columns(types);
        rows.push(columns.iter().map(|(_, count)| (*count).into()).collect());
        let mut result = Self::of_rows(&rows)?;
        let fields = columns.iter().map(|(name, _)| COUNT.field(name.as_ref(), false));
        result.schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        result.counts = Some(counts);
        Ok(result)
    }

    /// Keeps so many rows at most, of a result that is not the outcome of a change.
    ///
    /// # Errors
    /// Those of [`RowSet::slice`].
    pub fn cut(&mut self, most: usize) -> Result<()> {
        if self.counts.is_none() && self.row_count() > most {
            self.rows = RowSet::in_memory(self.rows.slice(0, most)?);
        }
        Ok(())
    }

    /// How many rows the table has.
    pub fn row_count(&self) -> usize {
        self.rows.count()
    }

    /// The columns as Snowflake describes them.
    pub fn columns(&self) -> Vec<ResultColumn> {
        columns_of(&self.schema)
    }

    /// The table as text, row by row, as a client shows it; `None` is NULL.
    ///
    /// # Errors
    /// When a value has no text form.
    pub fn to_text(&self, types: &crate::types::TypeContext) -> Result<Vec<Vec<Option<String>>>> {
        let columns = self.columns();
        let mut rows = Vec::with_capacity(self.row_count());
        for batch in self.rows.batches() {
            let batch = batch?;
            let mut texts = Vec::with_capacity(columns.len());
            for (array, column) in batch.columns().iter().zip(&columns) {
                texts.push(crate::types::text::column_to_text(array, &column.data_type, types)?.into_iter());
            }
            for _ in 0..batch.num_rows() {
                rows.push(texts.iter_mut().map(|column| column.next().flatten()).collect());
            }
        }
        Ok(rows)
    }
}

fn origin_of(field: &Field) -> Option<[String; 3]> {
    let parts = field.metadata().get(ORIGIN_KEY)?.split('\0').map(str::to_string);
    parts.collect::<Vec<_>>().try_into().ok()
}

/// The columns of a schema as Snowflake describes them.
pub fn columns_of(schema: &Schema) -> Vec<ResultColumn> {
    let column = |field: &datafusion::arrow::datatypes::FieldRef| ResultColumn {
        name: field.name().clone(),
        data_type: SnowType::from_field(field).unwrap_or(SnowType::VARCHAR),
        nullable: field.is_nullable(),
        origin: origin_of(field),
    };
    schema.fields().iter().map(column).collect()
}
