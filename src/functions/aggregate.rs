//! An aggregate function as one entry of its family's table, and its form as a DataFusion function.
//!
//! An entry's plan says what the arguments are brought to, which accumulators add them up (DataFusion's own or one of
//! [`super::aggregates`]) and what type comes out. The adapter coerces on the way in and on the way out,
//! and steps aside where nothing needs coercion, so that grouped aggregation stays vectorized.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;

use super::arguments::{Arguments, Count};
use super::call::cast_array;
use super::scalar::Returns;
use crate::error::Result;
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::context::TypeContext;

/// Changes the coerced arguments of one batch before they are accumulated.
pub type Prepare = fn(Vec<ArrayRef>) -> Result<Vec<ArrayRef>>;

/// Changes the results of some groups.
pub type Finish = fn(&ArrayRef) -> Result<ArrayRef>;

/// How one call is computed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What each argument is brought to. More types than arguments stand for constants in `appended`.
    pub inputs: Vec<SnowType>,
    /// What does the work.
    pub inner: Arc<AggregateUDF>,
    /// The Arrow type that `inner` is asked for.
    pub inner_type: DataType,
    /// The type of the call.
    pub returns: Returns,
    /// Applied to the coerced arguments.
    pub prepare: Option<Prepare>,
    /// Applied to what `inner` yields.
    pub finish: Option<Finish>,
    /// Constants that `inner` wants behind the arguments given.
    pub appended: Vec<ScalarValue>,
}

impl Plan {
    /// `inner` over arguments of these types, yielding `data_type` (NULL for no input) without further ado.
    pub fn new(inner: Arc<AggregateUDF>, inputs: Vec<SnowType>, data_type: SnowType) -> Self {
        Self {
            inputs,
            inner,
            inner_type: data_type.arrow(),
            returns: Returns {
                data_type,
                nullable: true,
            },
            prepare: None,
            finish: None,
            appended: Vec::new(),
        }
    }
}

/// The rule that plans a call.
pub type PlanRule = fn(&Arguments) -> Result<Plan>;

#[derive(Debug)]
enum Kind {
    Direct(fn() -> Arc<AggregateUDF>),
    Planned(PlanRule),
}

/// One aggregate function.
#[derive(Debug)]
pub struct Aggregate {
    names: &'static [&'static str],
    count: Count,
    kind: Kind,
    ordered: bool,
    empty: Option<fn() -> ScalarValue>,
    page: &'static str,
}

impl Aggregate {
    /// A function under its name and synonyms, all upper case. `page` is the last part of its documentation page's
    /// address.
    pub const fn new(
        names: &'static [&'static str],
        count: Count,
        plan: PlanRule,
        page: &'static str,
    ) -> Self {
        Self {
            names,
            count,
            kind: Kind::Planned(plan),
            ordered: false,
            empty: None,
            page,
        }
    }

    /// A function that DataFusion has exactly so, optimizations included.
    pub const fn direct(
        names: &'static [&'static str],
        count: Count,
        udaf: fn() -> Arc<AggregateUDF>,
        page: &'static str,
    ) -> Self {
        Self {
            names,
            count,
            kind: Kind::Direct(udaf),
            ordered: false,
            empty: None,
            page,
        }
    }

    /// The same function, whose result depends on the order of its input.
    pub const fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }

    /// The same function, with a value other than NULL for no input.
    pub const fn empty(mut self, value: fn() -> ScalarValue) -> Self {
        self.empty = Some(value);
        self
    }

    /// Its name and synonyms.
    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// How many arguments it takes.
    pub fn count(&self) -> Count {
        self.count
    }

    /// Where it is documented.
    pub fn documentation(&self) -> String {
        format!(
            "https://docs.snowflake.com/en/sql-reference/functions/{}",
            self.page
        )
    }

    /// The function as DataFusion calls it.
    pub fn udaf(&'static self) -> Arc<AggregateUDF> {
        match self.kind {
            Kind::Direct(udaf) => udaf(),
            Kind::Planned(plan) => Arc::new(AggregateUDF::from(Adapter {
                entry: self,
                plan,
                name: self.names.first().copied().unwrap_or_default(),
                signature: Signature::user_defined(Volatility::Immutable),
            })),
        }
    }
}

/// An [`Aggregate`] as DataFusion sees it.
#[derive(Debug)]
struct Adapter {
    entry: &'static Aggregate,
    plan: PlanRule,
    name: &'static str,
    signature: Signature,
}

impl PartialEq for Adapter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Adapter {}

impl Hash for Adapter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// The arguments that the inner function gets.
struct Inner {
    plan: Plan,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    fields: Vec<FieldRef>,
    return_field: FieldRef,
    coercion: Coercion,
}

impl Inner {
    fn args<'a>(&'a self, outer: &AccumulatorArgs<'a>) -> AccumulatorArgs<'a> {
        AccumulatorArgs {
            return_field: Arc::clone(&self.return_field),
            schema: outer.schema,
            ignore_nulls: outer.ignore_nulls,
            order_bys: outer.order_bys,
            is_reversed: outer.is_reversed,
            name: outer.name,
            is_distinct: outer.is_distinct,
            exprs: &self.exprs,
            expr_fields: &self.fields,
        }
    }
}

impl Adapter {
    fn plan(&self, fields: &[FieldRef]) -> Result<Plan> {
        let arguments = Arguments::new(self.name, fields, &[]);
        self.entry.count.check(arguments.len(), || arguments.text())?;
        (self.plan)(&arguments)
    }

    fn inner(&self, exprs: &[Arc<dyn PhysicalExpr>], fields: &[FieldRef]) -> Result<Inner> {
        let plan = self.plan(fields)?;
        let mut exprs = exprs.to_vec();
        exprs.extend(
            plan.appended
                .iter()
                .map(|value| Arc::new(Literal::new(value.clone())) as _),
        );
        let inner_fields = plan
            .inputs
            .iter()
            .map(|input| Arc::new(Field::new("", input.arrow(), true)))
            .collect();
        let return_field = Arc::new(Field::new(self.name, plan.inner_type.clone(), true));
        let coercion = Coercion::new(&plan, fields)?;
        Ok(Inner {
            plan,
            exprs,
            fields: inner_fields,
            return_field,
            coercion,
        })
    }
}

impl AggregateUDFImpl for Adapter {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> DataFusionResult<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, arg_types: &[DataType]) -> DataFusionResult<DataType> {
        let field = |data_type: &DataType| Arc::new(Field::new("", data_type.clone(), true));
        let fields: Vec<FieldRef> = arg_types.iter().map(field).collect();
        Ok(self.plan(&fields)?.returns.data_type.arrow())
    }

    fn return_field(&self, arg_fields: &[FieldRef]) -> DataFusionResult<FieldRef> {
        let returns = self.plan(arg_fields)?.returns;
        Ok(returns.data_type.field_ref(self.name, returns.nullable))
    }

    fn is_nullable(&self) -> bool {
        self.entry.empty.is_none()
    }

    fn default_value(&self, data_type: &DataType) -> DataFusionResult<ScalarValue> {
        self.entry
            .empty
            .map_or_else(|| ScalarValue::try_from(data_type), |value| Ok(value()))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        let inner = self.inner(args.exprs, args.expr_fields)?;
        let accumulator = inner.plan.inner.accumulator(inner.args(&args))?;
        Ok(inner.coercion.over(accumulator))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        let inner = self.inner(args.exprs, args.expr_fields)?;
        let accumulator = inner.plan.inner.create_sliding_accumulator(inner.args(&args))?;
        Ok(inner.coercion.over(accumulator))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> DataFusionResult<Vec<FieldRef>> {
        let inner = self.inner(&[], args.input_fields)?;
        inner.plan.inner.state_fields(StateFieldsArgs {
            name: args.name,
            input_fields: &inner.fields,
            return_field: Arc::clone(&inner.return_field),
            ordering_fields: args.ordering_fields,
            is_distinct: args.is_distinct,
        })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner(args.exprs, args.expr_fields)
            .is_ok_and(|inner| inner.plan.inner.groups_accumulator_supported(inner.args(&args)))
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> DataFusionResult<Box<dyn GroupsAccumulator>> {
        let inner = self.inner(args.exprs, args.expr_fields)?;
        let accumulator = inner.plan.inner.create_groups_accumulator(inner.args(&args))?;
        Ok(inner.coercion.over_groups(accumulator))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        if self.entry.ordered {
            AggregateOrderSensitivity::HardRequirement
        } else {
            AggregateOrderSensitivity::Insensitive
        }
    }
}

/// What is done to the arguments and the result around the inner accumulator.
#[derive(Debug)]
struct Coercion {
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
    fn new(plan: &Plan, fields: &[FieldRef]) -> Result<Self> {
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

    fn is_needed(&self) -> bool {
        self.casts.iter().any(Option::is_some)
            || !self.appended.is_empty()
            || self.prepare.is_some()
            || self.finish.is_some()
            || self.result.is_some()
    }

    fn over(self, inner: Box<dyn Accumulator>) -> Box<dyn Accumulator> {
        if self.is_needed() {
            Box::new(Coerced {
                inner,
                coercion: self,
            })
        } else {
            inner
        }
    }

    fn over_groups(self, inner: Box<dyn GroupsAccumulator>) -> Box<dyn GroupsAccumulator> {
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
