//! SUM and AVG of NUMBER: exact, over 128-bit unscaled values, refusing what 38 digits cannot hold.
//!
//! The state is the unscaled sum and the count of values. A sum that leaves 128 bits sticks at the limit, so that the
//! final check refuses it.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal128Builder, Int64Array,
};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Int64Type};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

use super::distinct::Distinct;
use crate::error::{Error, Result};
use crate::functions::build::unscaled;
use crate::types::number;

const LIMIT: i128 = 10_i128.pow(38);

/// The exact sum, or the average, of a `Decimal128` column.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Total {
    average: bool,
    /// Whether digits beyond the result's scale are cut, not rounded.
    cut: bool,
    signature: Signature,
}

impl Total {
    /// Adds up, and divides by the count if `average`.
    pub fn new(average: bool) -> Self {
        Self {
            average,
            cut: false,
            signature: Signature::any(1, Volatility::Immutable),
        }
    }

    /// The average, its last digit not rounded.
    pub fn cut_average() -> Self {
        Self {
            cut: true,
            ..Self::new(true)
        }
    }

    fn rule(&self, args: &AccumulatorArgs) -> Rule {
        let scale = |data_type: &DataType| match data_type {
            DataType::Decimal128(_, scale) => *scale,
            _ => 0,
        };
        let input = args
            .expr_fields
            .first()
            .map_or(0, |field| scale(field.data_type()));
        let output = scale(args.return_type());
        Rule {
            average: self.average,
            cut: self.cut,
            input_scale: input,
            scale: output,
        }
    }
}

/// From a sum and a count to the result.
#[derive(Debug, Clone, Copy)]
struct Rule {
    average: bool,
    cut: bool,
    input_scale: i8,
    scale: i8,
}

impl Rule {
    fn result(&self, sum: i128, count: i64) -> Result<Option<i128>> {
        if count == 0 {
            return Ok(None);
        }
        let value = if self.average {
            self.quotient(sum, i128::from(count))
        } else {
            Some(sum)
        };
        match value {
            Some(value) if value.unsigned_abs() < LIMIT.unsigned_abs() => Ok(Some(value)),
            Some(value) => Err(self.overflow(value, self.scale)),
            None => Err(self.overflow(sum, self.input_scale)),
        }
    }

    fn overflow(&self, value: i128, scale: i8) -> Error {
        let text = unscaled(value, scale.unsigned_abs());
        number::overflow(38, self.scale.unsigned_abs(), text)
    }

    /// The quotient with the result's scale, rounded half away from zero or cut.
    fn quotient(&self, sum: i128, count: i128) -> Option<i128> {
        let factor = 10_i128.checked_pow(u32::try_from(self.scale.checked_sub(self.input_scale)?).ok()?)?;
        // Whole part and remainder apart, so that a large sum need not be scaled before it is divided.
        let whole = (sum / count).checked_mul(factor)?;
        let rest = (sum % count).checked_mul(factor)?;
        let (quotient, rest) = (rest / count, rest % count);
        let round = if !self.cut && rest.unsigned_abs() * 2 >= count.unsigned_abs() {
            sum.signum()
        } else {
            0
        };
        whole.checked_add(quotient)?.checked_add(round)
    }

    fn array(&self, sums: &[i128], counts: &[i64]) -> Result<ArrayRef> {
        let mut result = Decimal128Builder::with_capacity(sums.len());
        for (sum, count) in sums.iter().zip(counts) {
            result.append_option(self.result(*sum, *count)?);
        }
        Ok(Arc::new(
            result.finish().with_precision_and_scale(38, self.scale)?,
        ))
    }
}

impl AggregateUDFImpl for Total {
    fn name(&self) -> &str {
        if self.average { "avg" } else { "sum" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> DataFusionResult<DataType> {
        Ok(arg_types.first().cloned().unwrap_or(DataType::Null))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> DataFusionResult<Vec<FieldRef>> {
        if args.is_distinct {
            return Ok(Distinct::state_fields(args.name, args.input_fields));
        }
        Ok(vec![
            Arc::new(Field::new(
                format!("{}[sum]", args.name),
                DataType::Decimal128(38, 0),
                true,
            )),
            Arc::new(Field::new(format!("{}[count]", args.name), DataType::Int64, true)),
        ])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        let total = Box::new(One {
            rule: self.rule(&args),
            sum: 0,
            count: 0,
        });
        if args.is_distinct {
            return Ok(Box::new(Distinct::new(total, args.expr_fields)));
        }
        Ok(total)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> DataFusionResult<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups {
            rule: self.rule(&args),
            sums: Vec::new(),
            counts: Vec::new(),
        }))
    }
}

fn sum_of(values: &Decimal128Array) -> i128 {
    if values.null_count() == 0 {
        return values
            .values()
            .iter()
            .fold(0, |sum: i128, value| sum.saturating_add(*value));
    }
    values.iter().flatten().fold(0, i128::saturating_add)
}

/// The total of one group, or of a sliding window.
#[derive(Debug)]
struct One {
    rule: Rule,
    sum: i128,
    count: i64,
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        if let Some(values) = values.first() {
            let values = values.as_primitive::<Decimal128Type>();
            self.sum = self.sum.saturating_add(sum_of(values));
            self.count += (values.len() - values.null_count()) as i64;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        if let Some(values) = values.first() {
            let values = values.as_primitive::<Decimal128Type>();
            self.sum = self.sum.saturating_sub(sum_of(values));
            self.count -= (values.len() - values.null_count()) as i64;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        Ok(ScalarValue::Decimal128(
            self.rule.result(self.sum, self.count)?,
            38,
            self.rule.scale,
        ))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        Ok(vec![
            ScalarValue::Decimal128(Some(self.sum), 38, 0),
            ScalarValue::Int64(Some(self.count)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        if let [sums, counts] = states {
            self.sum = self
                .sum
                .saturating_add(sum_of(sums.as_primitive::<Decimal128Type>()));
            self.count += compute::sum(counts.as_primitive::<Int64Type>()).unwrap_or(0);
        }
        Ok(())
    }
}

/// The totals of many groups.
#[derive(Debug)]
struct Groups {
    rule: Rule,
    sums: Vec<i128>,
    counts: Vec<i64>,
}

impl Groups {
    fn add(&mut self, group: usize, sum: i128, count: i64) {
        if let (Some(total), Some(counted)) = (self.sums.get_mut(group), self.counts.get_mut(group)) {
            *total = total.saturating_add(sum);
            *counted += count;
        }
    }

    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups, 0);
        self.counts.resize(groups, 0);
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.grow(total_num_groups);
        let Some(values) = values.first() else {
            return Ok(());
        };
        let values = values.as_primitive::<Decimal128Type>();
        if opt_filter.is_none() && values.null_count() == 0 {
            for (group, value) in group_indices.iter().zip(values.values()) {
                self.add(*group, *value, 1);
            }
            return Ok(());
        }
        for (row, (group, value)) in group_indices.iter().zip(values).enumerate() {
            let counts = opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if let (true, Some(value)) = (counts, value) {
                self.add(*group, value, 1);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> DataFusionResult<ArrayRef> {
        let (sums, counts) = (
            emit_to.take_needed(&mut self.sums),
            emit_to.take_needed(&mut self.counts),
        );
        Ok(self.rule.array(&sums, &counts)?)
    }

    fn state(&mut self, emit_to: EmitTo) -> DataFusionResult<Vec<ArrayRef>> {
        let (sums, counts) = (
            emit_to.take_needed(&mut self.sums),
            emit_to.take_needed(&mut self.counts),
        );
        let sums = Decimal128Array::from(sums).with_precision_and_scale(38, 0)?;
        Ok(vec![Arc::new(sums), Arc::new(Int64Array::from(counts))])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> DataFusionResult<()> {
        self.grow(total_num_groups);
        if let [sums, counts] = values {
            let (sums, counts) = (
                sums.as_primitive::<Decimal128Type>(),
                counts.as_primitive::<Int64Type>(),
            );
            for ((group, sum), count) in group_indices.iter().zip(sums.values()).zip(counts.values()) {
                self.add(*group, *sum, *count);
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> DataFusionResult<Vec<ArrayRef>> {
        let Some(values) = values.first() else {
            return Ok(Vec::new());
        };
        let values = values.as_primitive::<Decimal128Type>();
        let counts = |row: usize| {
            values.is_valid(row) && opt_filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
        };
        let (mut sums, mut ones) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
        for (row, value) in values.values().iter().enumerate() {
            let counts = counts(row);
            sums.push(if counts { *value } else { 0 });
            ones.push(i64::from(counts));
        }
        let sums = Decimal128Array::from(sums).with_precision_and_scale(38, 0)?;
        Ok(vec![Arc::new(sums), Arc::new(Int64Array::from(ones))])
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + self.sums.capacity() * size_of::<i128>()
            + self.counts.capacity() * size_of::<i64>()
    }
}
