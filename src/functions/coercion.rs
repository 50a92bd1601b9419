//! What an aggregate does to its arguments and its result around the accumulator that does the work.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::aggregate::{Finish, Plan, Prepare};
use super::arguments::Arguments;
use super::call::cast_array;
use crate::error::Result;
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::context::TypeContext;

/// What is done to the arguments and the result around the inner accumulator.
#[derive(Debug)]
pub(super) struct Coercion {
    /// For each argument its type and the wanted one; `None` where they agree.
    casts: Vec<Option<(SnowType, SnowType)>>,
    /// Constants behind the arguments.
    appended: Vec<ScalarValue>,
    prepare: Option<Prepare>,
    finish: Option<Finish>,
    /// The Arrow type that results are brought to, if they need it.
    result: Option<DataType>,
    /// Conversions here are between numbers, text and VARIANT, which no session setting changes.
    context: TypeContext,
}

impl Coercion {
    pub(super) fn new(plan: &Plan, fields: &[FieldRef]) -> Result<Self> {
        let arguments = Arguments::new("", fields, &[]);
        let mut casts = Vec::with_capacity(fields.len());
        for (index, wanted) in plan.inputs.iter().enumerate().take(fields.len()) {
            let same = arguments.arrow(index) == &wanted.arrow();
            let from = if arguments.is_null(index) {
                *wanted
            } else {
                arguments.data_type(index)?
            };
            casts.push(if same { None } else { Some((from, *wanted)) });
        }
        let result = plan.returns.data_type.arrow();
        Ok(Self {
            casts,
            appended: plan.appended.clone(),
            prepare: plan.prepare,
            finish: plan.finish,
            result: (result != plan.inner_type).then_some(result),
            context: TypeContext::default(),
        })
    }

    /// A constant argument as the inner function gets it.
    pub(super) fn constant(&self, index: usize, value: &ScalarValue) -> Result<ScalarValue> {
        match self.casts.get(index) {
            Some(Some((from, to))) => {
                let array = cast_array(&value.to_array()?, from, to, CastMode::Strict, &self.context)?;
                Ok(ScalarValue::try_from_array(&array, 0)?)
            }
            _ => Ok(value.clone()),
        }
    }

    fn is_needed(&self) -> bool {
        self.casts.iter().any(Option::is_some)
            || !self.appended.is_empty()
            || self.prepare.is_some()
            || self.finish.is_some()
            || self.result.is_some()
    }

    pub(super) fn over(self, inner: Box<dyn Accumulator>) -> Box<dyn Accumulator> {
        if self.is_needed() {
            Box::new(Coerced {
                inner,
                coercion: self,
            })
        } else {
            inner
        }
    }

    pub(super) fn over_groups(self, inner: Box<dyn GroupsAccumulator>) -> Box<dyn GroupsAccumulator> {
        if self.is_needed() {
            Box::new(CoercedGroups {
                inner,
                coercion: self,
            })
        } else {
            inner
        }
    }

    fn inputs(&self, values: &[ArrayRef]) -> DataFusionResult<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |array| array.len());
        // Behind the arguments come the columns of an ORDER BY.
        let (arguments, ordering) = values.split_at(self.casts.len().min(values.len()));
        let mut inputs = Vec::with_capacity(values.len() + self.appended.len());
        for (array, casts) in arguments.iter().zip(&self.casts) {
            inputs.push(match casts {
                Some((from, to)) => cast_array(array, from, to, CastMode::Strict, &self.context)?,
                None => Arc::clone(array),
            });
        }
        for value in &self.appended {
            inputs.push(value.to_array_of_size(rows)?);
        }
        inputs.extend_from_slice(ordering);
        match self.prepare {
            Some(prepare) => Ok(prepare(inputs)?),
            None => Ok(inputs),
        }
    }

    fn result(&self, array: ArrayRef) -> DataFusionResult<ArrayRef> {
        let array = match &self.result {
            Some(data_type) => compute::cast(&array, data_type)?,
            None => array,
        };
        match self.finish {
            Some(finish) => Ok(finish(&array)?),
            None => Ok(array),
        }
    }
}

#[derive(Debug)]
struct Coerced {
    inner: Box<dyn Accumulator>,
    coercion: Coercion,
}

impl Accumulator for Coerced {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        self.inner.update_batch(&self.coercion.inputs(values)?)
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let value = self.inner.evaluate()?;
        let result = self.coercion.result(value.to_array()?)?;
        ScalarValue::try_from_array(&result, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.inner.size()
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        self.inner.retract_batch(&self.coercion.inputs(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

struct CoercedGroups {
    inner: Box<dyn GroupsAccumulator>,
    coercion: Coercion,
}

impl GroupsAccumulator for CoercedGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.inner.update_batch(
            &self.coercion.inputs(values)?,
            group_indices,
            opt_filter,
            total_num_groups,
        )
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let result = self.inner.evaluate(emit_to)?;
        self.coercion.result(result)
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.inner.merge_batch(values, group_indices, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        self.inner
            .convert_to_state(&self.coercion.inputs(values)?, opt_filter)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.inner.size()
    }
}
