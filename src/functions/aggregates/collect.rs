//! Aggregates that look at all values of a group at once (MEDIAN, MODE, MIN_BY …): the values are collected, and a
//! function of whole arrays gives the result. A `reduce` step keeps groups small where less than all values is enough.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array, new_empty_array};
use datafusion::arrow::compute::{self, SortOptions};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF};

use crate::error::Result;
use crate::functions::own_aggregate::{Accumulate, own_aggregate};

/// From the collected arguments, one array each and of one length, to the result of the given Arrow type.
pub type Evaluate = fn(&[ArrayRef], &DataType) -> Result<ScalarValue>;

/// From the collected arguments to fewer rows that give the same result.
pub type Reduce = fn(&[ArrayRef]) -> Result<Vec<ArrayRef>>;

/// An aggregate over collected values.
#[derive(Debug)]
pub struct Collect {
    name: &'static str,
    evaluate: Evaluate,
    reduce: Option<Reduce>,
    /// Rows where this argument is NULL are left out.
    known: usize,
}

impl Collect {
    /// Collects the rows whose first argument is not NULL.
    pub fn new(name: &'static str, evaluate: Evaluate) -> Self {
        Self {
            name,
            evaluate,
            reduce: None,
            known: 0,
        }
    }

    /// The same with a reduction.
    pub fn reduced(mut self, reduce: Reduce) -> Self {
        self.reduce = Some(reduce);
        self
    }

    /// The same over the rows whose argument at `index` is not NULL.
    pub fn known(mut self, index: usize) -> Self {
        self.known = index;
        self
    }

    /// The aggregate function.
    pub fn udaf(self) -> Arc<AggregateUDF> {
        own_aggregate(self.name, self)
    }
}

impl Accumulate for Collect {
    fn state_fields(&self, args: &StateFieldsArgs) -> Vec<FieldRef> {
        let list = |(index, field): (usize, &FieldRef)| {
            let item = Arc::new(Field::new_list_field(field.data_type().clone(), true));
            Arc::new(Field::new(
                format!("{}[{index}]", args.name),
                DataType::List(item),
                true,
            ))
        };
        let fields = args.input_fields.iter().chain(args.ordering_fields);
        fields.enumerate().map(list).collect()
    }

    fn accumulator(&self, args: &AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        let mut empty: Vec<ArrayRef> = args
            .expr_fields
            .iter()
            .map(|field| new_empty_array(field.data_type()))
            .collect();
        let arguments = empty.len();
        for key in args.order_bys {
            empty.push(new_empty_array(&key.expr.data_type(args.schema)?));
        }
        Ok(Box::new(Collected {
            evaluate: self.evaluate,
            reduce: self.reduce,
            known: self.known,
            distinct: args.is_distinct,
            data_type: args.return_type().clone(),
            empty,
            arguments,
            order: args.order_bys.iter().map(|key| key.options).collect(),
            parts: Vec::new(),
        }))
    }
}

#[derive(Debug)]
struct Collected {
    evaluate: Evaluate,
    reduce: Option<Reduce>,
    known: usize,
    distinct: bool,
    data_type: DataType,
    /// An empty array for each argument and, behind them, each key of ORDER BY.
    empty: Vec<ArrayRef>,
    arguments: usize,
    /// How the keys of ORDER BY sort.
    order: Vec<SortOptions>,
    /// Batches of collected rows.
    parts: Vec<Vec<ArrayRef>>,
}

impl Collected {
    fn add(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let mut values = values.to_vec();
        if let Some(decisive) = values.get(self.known)
            && decisive.logical_null_count() > 0
        {
            let known = compute::is_not_null(decisive)?;
            values = values
                .iter()
                .map(|array| compute::filter(array, &known))
                .collect::<Result<_, _>>()?;
        }
        if values.first().is_some_and(|array| !array.is_empty()) {
            self.parts.push(values);
            if self.reduce.is_some() {
                let all = self.all()?;
                self.parts = vec![all];
            }
        }
        Ok(())
    }

    /// All rows in one array per argument, reduced.
    fn all(&self) -> DataFusionResult<Vec<ArrayRef>> {
        let mut all = Vec::with_capacity(self.empty.len());
        for (index, empty) in self.empty.iter().enumerate() {
            let parts: Vec<&dyn Array> = self
                .parts
                .iter()
                .filter_map(|part| part.get(index))
                .map(AsRef::as_ref)
                .collect();
            all.push(if parts.is_empty() {
                Arc::clone(empty)
            } else {
                compute::concat(&parts)?
            });
        }
        match self.reduce {
            Some(reduce) if !self.parts.is_empty() => Ok(reduce(&all)?),
            _ => Ok(all),
        }
    }
}

/// The rows in the order of their keys; those with equal keys stay as they came.
fn sorted(
    values: &[ArrayRef],
    keys: Vec<ArrayRef>,
    order: &[SortOptions],
) -> DataFusionResult<Vec<ArrayRef>> {
    let rows = values.first().map_or(0, |array| array.len());
    let fields = keys
        .iter()
        .zip(order)
        .map(|(key, options)| SortField::new_with_options(key.data_type().clone(), *options))
        .collect();
    let keys = RowConverter::new(fields)?.convert_columns(&keys)?;
    let mut places: Vec<u32> = (0..rows as u32).collect();
    places.sort_by(|a, b| keys.row(*a as usize).cmp(&keys.row(*b as usize)));
    let places = UInt32Array::from(places);
    Ok(values
        .iter()
        .map(|array| compute::take(array, &places, None))
        .collect::<Result<_, _>>()?)
}

/// The rows whose values were not seen before.
fn different(values: &[ArrayRef]) -> DataFusionResult<Vec<ArrayRef>> {
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in 0..values.first().map_or(0, |array| array.len()) {
        let key = values
            .iter()
            .map(|array| ScalarValue::try_from_array(array, row))
            .collect::<DataFusionResult<Vec<_>>>()?;
        if seen.insert(key) {
            rows.push(row as u32);
        }
    }
    let rows = UInt32Array::from(rows);
    Ok(values
        .iter()
        .map(|array| compute::take(array, &rows, None))
        .collect::<Result<_, _>>()?)
}

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        self.add(values)
    }

    /// The rows that came first leave first.
    fn retract_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let decisive = values.get(self.known).or(values.first());
        let mut gone = decisive.map_or(0, |array| array.len() - array.logical_null_count());
        while gone > 0 {
            let Some(first) = self.parts.first_mut() else {
                break;
            };
            let rows = first.first().map_or(0, |array| array.len());
            if rows <= gone {
                self.parts.remove(0);
                gone -= rows;
            } else {
                for array in first.iter_mut() {
                    *array = array.slice(gone, rows - gone);
                }
                gone = 0;
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        self.reduce.is_none() && self.known != usize::MAX
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let mut all = self.all()?;
        let keys = all.split_off(self.arguments.min(all.len()));
        if !self.order.is_empty() {
            all = sorted(&all, keys, &self.order)?;
        }
        if self.distinct {
            all = different(&all)?;
        }
        Ok((self.evaluate)(&all, &self.data_type)?)
    }

    fn size(&self) -> usize {
        size_of_val(self)
            + self
                .parts
                .iter()
                .flatten()
                .map(|array| array.get_array_memory_size())
                .sum::<usize>()
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let list = |array| {
            SingleRowListArrayBuilder::new(array)
                .with_nullable(true)
                .build_list_scalar()
        };
        Ok(self.all()?.into_iter().map(list).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let rows = states.first().map_or(0, |array| array.len());
        for row in 0..rows {
            let values: Vec<ArrayRef> = states
                .iter()
                .map(|state| state.as_list::<i32>().value(row))
                .collect();
            self.add(&values)?;
        }
        Ok(())
    }
}
