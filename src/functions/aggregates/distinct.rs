//! DISTINCT for an accumulator of one argument: it keeps the different values and feeds them on at the end.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::Accumulator;

/// Hands each different non-NULL value once to another accumulator.
#[derive(Debug)]
pub struct Distinct {
    inner: Box<dyn Accumulator>,
    data_type: DataType,
    values: HashSet<ScalarValue>,
}

impl Distinct {
    /// Around a fresh accumulator of one argument.
    pub fn new(inner: Box<dyn Accumulator>, fields: &[FieldRef]) -> Self {
        let data_type = fields
            .first()
            .map_or(DataType::Null, |field| field.data_type().clone());
        Self {
            inner,
            data_type,
            values: HashSet::new(),
        }
    }

    /// The state: one list of values.
    pub fn state_fields(name: &str, fields: &[FieldRef]) -> Vec<FieldRef> {
        let data_type = fields
            .first()
            .map_or(DataType::Null, |field| field.data_type().clone());
        vec![Arc::new(Field::new(
            format!("{name}[distinct]"),
            DataType::List(Arc::new(Field::new_list_field(data_type, true))),
            true,
        ))]
    }

    fn add(&mut self, array: &ArrayRef) -> DataFusionResult<()> {
        for row in 0..array.len() {
            if array.is_valid(row) {
                self.values.insert(ScalarValue::try_from_array(array, row)?);
            }
        }
        Ok(())
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        values.first().map_or(Ok(()), |array| self.add(array))
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        if !self.values.is_empty() {
            let mut values: Vec<_> = self.values.drain().collect();
            // A fixed order, so that sums of FLOAT do not depend on hashing.
            values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
            self.inner.update_batch(&[ScalarValue::iter_to_array(values)?])?;
        }
        self.inner.evaluate()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.iter().map(ScalarValue::size).sum::<usize>() + self.inner.size()
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let values: Vec<_> = self.values.iter().cloned().collect();
        Ok(vec![ScalarValue::List(ScalarValue::new_list_nullable(
            &values,
            &self.data_type,
        ))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        if let Some(lists) = states.first() {
            for list in lists.as_list::<i32>().iter().flatten() {
                self.add(&list)?;
            }
        }
        Ok(())
    }
}
