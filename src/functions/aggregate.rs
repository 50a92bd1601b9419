//! An aggregate function as one entry of its family's table, and its form as a DataFusion function.
//!
//! An entry's plan says what the arguments are brought to, which accumulators add them up (DataFusion's own or one of
//! [`super::aggregates`]) and what type comes out. The adapter coerces on the way in and on the way out,
//! and steps aside where nothing needs coercion, so that grouped aggregation stays vectorized.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};

use super::aggregates::distinct::Distinct;
use super::arguments::{Arguments, Count};
use super::coercion::Coercion;
use super::scalar::Returns;
use crate::error::{Error, Result};
use crate::types::SnowType;

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
    /// Whether `inner` knows nothing of DISTINCT, and gets each different value once instead.
    pub over_distinct: bool,
    /// The argument that must be a constant.
    pub constant: Option<usize>,
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
            over_distinct: false,
            constant: None,
        }
    }

    /// The same for an `inner` of one argument that knows nothing of DISTINCT.
    pub fn over_distinct(mut self) -> Self {
        self.over_distinct = true;
        self
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
    /// Around an accumulator that gets each different value once, if DISTINCT asks for that.
    fn distinct(&self, is_distinct: bool, inner: Box<dyn Accumulator>) -> Box<dyn Accumulator> {
        match is_distinct && self.plan.over_distinct {
            true => Box::new(Distinct::new(inner, &self.fields)),
            false => inner,
        }
    }

    fn args<'a>(&'a self, outer: &AccumulatorArgs<'a>) -> AccumulatorArgs<'a> {
        AccumulatorArgs {
            return_field: Arc::clone(&self.return_field),
            schema: outer.schema,
            ignore_nulls: outer.ignore_nulls,
            order_bys: outer.order_bys,
            is_reversed: outer.is_reversed,
            name: outer.name,
            is_distinct: outer.is_distinct && !self.plan.over_distinct,
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

    fn not_constant(&self, index: usize, found: &Arc<dyn PhysicalExpr>) -> Error {
        let found = match found.downcast_ref::<Column>() {
            Some(column) => column.name().to_owned(),
            None => found.to_string(),
        };
        Error::new(
            1015,
            "22023",
            format!(
                "SQL compilation error:\nargument {} to function {} needs to be constant, found '{found}'",
                index + 1,
                self.name
            ),
        )
    }

    fn inner(&self, exprs: &[Arc<dyn PhysicalExpr>], fields: &[FieldRef]) -> Result<Inner> {
        let plan = self.plan(fields)?;
        let coercion = Coercion::new(&plan, fields)?;
        let mut exprs = exprs.to_vec();
        for (index, expr) in exprs.iter_mut().enumerate() {
            match expr.downcast_ref::<Literal>() {
                // The inner function looks at its constants before any row comes.
                Some(literal) => *expr = Arc::new(Literal::new(coercion.constant(index, literal.value())?)),
                None if plan.constant == Some(index) => return Err(self.not_constant(index, expr)),
                None => {}
            }
        }
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
        let accumulator = inner.distinct(args.is_distinct, accumulator);
        Ok(inner.coercion.over(accumulator))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        let inner = self.inner(args.exprs, args.expr_fields)?;
        let accumulator = inner.plan.inner.create_sliding_accumulator(inner.args(&args))?;
        let accumulator = inner.distinct(args.is_distinct, accumulator);
        Ok(inner.coercion.over(accumulator))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> DataFusionResult<Vec<FieldRef>> {
        let inner = self.inner(&[], args.input_fields)?;
        if args.is_distinct && inner.plan.over_distinct {
            return Ok(Distinct::state_fields(args.name, &inner.fields));
        }
        inner.plan.inner.state_fields(StateFieldsArgs {
            name: args.name,
            input_fields: &inner.fields,
            return_field: Arc::clone(&inner.return_field),
            ordering_fields: args.ordering_fields,
            is_distinct: args.is_distinct,
        })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner(args.exprs, args.expr_fields).is_ok_and(|inner| {
            !(args.is_distinct && inner.plan.over_distinct)
                && inner.plan.inner.groups_accumulator_supported(inner.args(&args))
        })
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
        // The accumulators sort what they hold, so each aggregate of a query can have an order of its own.
        if self.entry.ordered {
            AggregateOrderSensitivity::Beneficial
        } else {
            AggregateOrderSensitivity::Insensitive
        }
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        _beneficial_ordering: bool,
    ) -> DataFusionResult<Option<Arc<dyn AggregateUDFImpl>>> {
        Ok(Some(self))
    }
}
