//! Table functions over partitions: [`Code`](super::evaluator::Code) for lists of rows.
//! <https://docs.snowflake.com/en/developer-guide/udf/udf-calling-sql#table-functions-and-partitions>

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, StructArray, UInt32Array, new_null_array,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::compute::{concat, filter_record_batch, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::evaluator::{Evaluator, FunctionCall};
use crate::catalog::{Object, Routine};
use crate::error::{Error, Result};
use crate::plan::{ARGUMENT, KEPT, Kept, Partitions};
use crate::types::{SnowType, TypeContext};

/// A table function that is not written in SQL.
#[derive(Debug, Clone)]
pub(super) struct Partitioned {
    pub(super) object: Arc<Object>,
    pub(super) function: Routine,
    /// The columns in RETURNS.
    pub(super) columns: Vec<(String, SnowType)>,
    pub(super) evaluator: Arc<dyn Evaluator>,
}

impl Partitions for Partitioned {
    fn function(&self, kept: Vec<Kept>) -> ScalarUDF {
        let names = (0..kept.len()).map(|at| format!("{KEPT}{at}"));
        let beside = names.zip(&kept).map(|(name, kept)| {
            let field = kept.field.as_ref().clone().with_name(name).with_nullable(true);
            Arc::new(field)
        });
        let own = self
            .columns
            .iter()
            .map(|(name, data_type)| data_type.field_ref(name, true));
        ScalarUDF::from(Code {
            name: format!("{}#{}#partitions", self.object.name, self.object.id),
            fields: beside.chain(own).collect(),
            of: self.clone(),
            kept,
            signature: Signature::any(1, Volatility::Volatile),
        })
    }
}

/// Takes lists of rows and gives lists of rows.
#[derive(Debug)]
struct Code {
    name: String,
    of: Partitioned,
    kept: Vec<Kept>,
    /// Of a row that is given.
    fields: Fields,
    signature: Signature,
}

impl Code {
    fn item(&self) -> FieldRef {
        Arc::new(Field::new("item", DataType::Struct(self.fields.clone()), true))
    }

    /// The columns of the rows that come of one partition.
    fn partition(&self, rows: &StructArray, types: &TypeContext) -> Result<Vec<ArrayRef>> {
        let rows = self.wanted(rows)?;
        let member = |prefix: &str, at: usize| {
            let found = rows.column_by_name(&format!("{prefix}{at}"));
            found.ok_or_else(|| Error::internal("a partition's row without a member"))
        };
        let arguments: Vec<ArrayRef> = (0..self.of.function.arguments.len())
            .map(|at| member(ARGUMENT, at).map(Arc::clone))
            .collect::<Result<_>>()?;
        let made = self.of.evaluator.table(&FunctionCall {
            object: &self.of.object,
            function: &self.of.function,
            arguments: &arguments,
            rows: rows.num_rows(),
            types,
        })?;
        let count = made.inputs.len();
        if made.columns.len() != self.of.columns.len()
            || made.columns.iter().any(|column| column.len() != count)
        {
            return Err(Error::internal(format!("{} yields uneven columns", self.name)));
        }
        let own: UInt32Array = made.inputs.iter().copied().collect();
        // All rows have the same keys, those of the partition's end too.
        let first = made.inputs.iter().map(|input| Some(input.unwrap_or(0)));
        let first: UInt32Array = first.collect();
        let beside = self.kept.iter().enumerate().map(|(at, kept)| {
            let places = if kept.key { &first } else { &own };
            match rows.num_rows() {
                0 => Ok(new_null_array(kept.field.data_type(), count)),
                _ => Ok(take(member(KEPT, at)?, places, None)?),
            }
        });
        beside.chain(made.columns.into_iter().map(Ok)).collect()
    }

    /// The rows of a partition that are run: of a STRICT function those without NULL among the arguments.
    fn wanted(&self, rows: &StructArray) -> Result<RecordBatch> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let schema = Arc::new(datafusion::arrow::datatypes::Schema::new(rows.fields().clone()));
        let batch = RecordBatch::try_new_with_options(schema, rows.columns().to_vec(), &options)?;
        if !self.of.function.strict {
            return Ok(batch);
        }
        let given = (0..self.of.function.arguments.len())
            .filter_map(|at| batch.column_by_name(&format!("{ARGUMENT}{at}")));
        let given: Vec<&ArrayRef> = given.collect();
        let whole = |row: usize| given.iter().all(|argument| argument.is_valid(row));
        let wanted: BooleanArray = (0..batch.num_rows()).map(|row| Some(whole(row))).collect();
        Ok(filter_record_batch(&batch, &wanted)?)
    }

    fn lists(&self, partitions: &ListArray, types: &TypeContext) -> Result<ArrayRef> {
        let mut ends = vec![0_i32];
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); self.fields.len()];
        let mut total = 0_usize;
        for partition in partitions.iter() {
            if let Some(rows) = partition {
                let rows = rows
                    .as_struct_opt()
                    .ok_or_else(|| Error::internal("a partition of no rows"))?;
                let columns = self.partition(rows, types)?;
                total += columns.first().map_or(0, |column| column.len());
                for (part, column) in parts.iter_mut().zip(columns) {
                    part.push(column);
                }
            }
            let end = i32::try_from(total);
            ends.push(end.map_err(|_| Error::unsupported("a table function of more than 2^31 rows"))?);
        }
        let arrays = parts.iter().zip(&self.fields).map(|(part, field)| {
            let part: Vec<&dyn Array> = part.iter().map(|part| part.as_ref()).collect();
            match part.as_slice() {
                [] => Ok(new_null_array(field.data_type(), 0)),
                part => Ok(concat(part)?),
            }
        });
        let rows = StructArray::try_new(self.fields.clone(), arrays.collect::<Result<_>>()?, None)?;
        let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
        Ok(Arc::new(ListArray::try_new(
            self.item(),
            offsets,
            Arc::new(rows),
            None,
        )?))
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.fields) == (&other.name, &other.fields)
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Code {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::List(self.item()))
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> DataFusionResult<FieldRef> {
        Ok(Arc::new(Field::new(
            &self.name,
            DataType::List(self.item()),
            true,
        )))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let types = TypeContext::of(&args.config_options);
        let partitions = args.args.first().map(|value| value.to_array(args.number_rows));
        let partitions = partitions.ok_or_else(|| Error::internal("partitions without an argument"))??;
        let partitions = partitions
            .as_list_opt::<i32>()
            .ok_or_else(|| Error::internal("partitions that are no lists"))?;
        Ok(ColumnarValue::Array(self.lists(partitions, types)?))
    }
}
