//! A window function as one entry of its family's table, and its form as a DataFusion function.
//!
//! Most of the work is DataFusion's own. The adapter hands it integers where it wants them (SQL's constants are
//! NUMBER), brings a default to the type of the value, and gives results Snowflake's type.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{ExpressionArgs, PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    LimitEffect, PartitionEvaluator, ReversedUDWF, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;

use super::arguments::{Arguments, Count, integer_of};
use super::call::cast_array;
use super::registry;
use super::scalar::ReturnsRule;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::context::TypeContext;

/// What one of DataFusion's functions needs done to its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Delegate {
    /// The function.
    pub inner: fn() -> Arc<WindowUDF>,
    /// The argument that must be a constant integer.
    pub integer: Option<usize>,
    /// The argument that is a constant of the first argument's type.
    pub default: Option<usize>,
    /// The function that yields the same over the reversed order. DataFusion tells it that the order is reversed, and
    /// LAG and LEAD turn themselves round then.
    pub reversed: &'static str,
}

#[derive(Debug)]
enum Kind {
    Direct(fn() -> Arc<WindowUDF>),
    Delegate(Delegate),
    Own {
        returns: ReturnsRule,
        evaluator: fn(&SnowType, &SnowType) -> Box<dyn PartitionEvaluator>,
    },
}

/// One window function.
#[derive(Debug)]
pub struct Window {
    names: &'static [&'static str],
    count: Count,
    kind: Kind,
    page: &'static str,
}

impl Window {
    /// A function that DataFusion has exactly so.
    pub const fn direct(
        names: &'static [&'static str],
        count: Count,
        inner: fn() -> Arc<WindowUDF>,
        page: &'static str,
    ) -> Self {
        Self {
            names,
            count,
            kind: Kind::Direct(inner),
            page,
        }
    }

    /// A function that DataFusion has but for its arguments.
    pub const fn delegate(
        names: &'static [&'static str],
        count: Count,
        delegate: Delegate,
        page: &'static str,
    ) -> Self {
        Self {
            names,
            count,
            kind: Kind::Delegate(delegate),
            page,
        }
    }

    /// A function of our own over a whole partition, from the types of its argument and of its result.
    pub const fn own(
        names: &'static [&'static str],
        count: Count,
        returns: ReturnsRule,
        evaluator: fn(&SnowType, &SnowType) -> Box<dyn PartitionEvaluator>,
        page: &'static str,
    ) -> Self {
        Self {
            names,
            count,
            kind: Kind::Own { returns, evaluator },
            page,
        }
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
    pub fn udwf(&'static self) -> Arc<WindowUDF> {
        match self.kind {
            Kind::Direct(inner) => inner(),
            _ => Arc::new(WindowUDF::from(Adapter {
                entry: self,
                name: self.names.first().copied().unwrap_or_default(),
                signature: Signature::user_defined(Volatility::Immutable),
            })),
        }
    }
}

/// A [`Window`] as DataFusion sees it.
#[derive(Debug)]
struct Adapter {
    entry: &'static Window,
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

impl Adapter {
    /// The expressions as DataFusion's function takes them.
    fn inner_exprs(
        &self,
        delegate: &Delegate,
        exprs: &[Arc<dyn PhysicalExpr>],
        fields: &[FieldRef],
    ) -> Result<Vec<Arc<dyn PhysicalExpr>>> {
        let mut exprs = exprs.to_vec();
        let constant = |expr: &Arc<dyn PhysicalExpr>| {
            let literal = expr
                .downcast_ref::<Literal>()
                .map(|literal| literal.value().clone());
            literal.ok_or_else(|| {
                Error::unsupported(format!("{} with an argument that varies by row", self.name))
            })
        };
        if let Some(expr) = delegate.integer.and_then(|index| exprs.get_mut(index)) {
            let value = constant(expr)?;
            let value = integer_of(&value).ok_or_else(|| Error::not_numeric(value))?;
            *expr = Arc::new(Literal::new(ScalarValue::Int64(Some(value))));
        }
        if let Some(index) = delegate.default
            && let Some(expr) = exprs.get_mut(index)
        {
            let arguments = Arguments::new(self.name, fields, &[]);
            let to = arguments.data_type(0)?;
            let from = if arguments.is_null(index) {
                to
            } else {
                arguments.data_type(index)?
            };
            let value = constant(expr)?.to_array()?;
            let value = cast_array(&value, &from, &to, CastMode::Strict, &TypeContext::default())?;
            *expr = Arc::new(Literal::new(ScalarValue::try_from_array(&value, 0)?));
        }
        Ok(exprs)
    }
}

impl WindowUDFImpl for Adapter {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> DataFusionResult<Vec<DataType>> {
        Ok(match self.entry.kind {
            // A literal that is still a machine integer is the NUMBER that its type says.
            Kind::Own { .. } => arg_types
                .iter()
                .map(|given| match given.is_integer() {
                    true => SnowType::INTEGER.arrow(),
                    false => given.clone(),
                })
                .collect(),
            Kind::Direct(_) | Kind::Delegate(_) => arg_types.to_vec(),
        })
    }

    fn expressions(&self, expr_args: ExpressionArgs) -> Vec<Arc<dyn PhysicalExpr>> {
        match &self.entry.kind {
            Kind::Direct(inner) | Kind::Delegate(Delegate { inner, .. }) => inner().expressions(expr_args),
            Kind::Own { .. } => expr_args.input_exprs().to_vec(),
        }
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs,
    ) -> DataFusionResult<Box<dyn PartitionEvaluator>> {
        match &self.entry.kind {
            Kind::Direct(inner) => inner().partition_evaluator_factory(args),
            Kind::Delegate(delegate) => {
                let exprs = self.inner_exprs(delegate, args.input_exprs(), args.input_fields())?;
                let args = PartitionEvaluatorArgs::new(
                    &exprs,
                    args.input_fields(),
                    args.is_reversed(),
                    args.ignore_nulls(),
                );
                (delegate.inner)().partition_evaluator_factory(args)
            }
            Kind::Own { returns, evaluator } => {
                let arguments = Arguments::new(self.name, args.input_fields(), &[]);
                Ok(evaluator(
                    &arguments.data_type(0)?,
                    &returns(&arguments)?.data_type,
                ))
            }
        }
    }

    fn field(&self, field_args: WindowUDFFieldArgs) -> DataFusionResult<FieldRef> {
        let arguments = Arguments::new(self.name, field_args.input_fields(), &[]);
        self.entry.count.check(arguments.len(), || arguments.text())?;
        match &self.entry.kind {
            Kind::Direct(inner) | Kind::Delegate(Delegate { inner, .. }) => inner().field(field_args),
            Kind::Own { returns, .. } => {
                let returns = returns(&arguments)?;
                Ok(returns.data_type.field_ref(field_args.name(), returns.nullable))
            }
        }
    }

    fn reverse_expr(&self) -> ReversedUDWF {
        let reversed = match &self.entry.kind {
            Kind::Delegate(delegate) => registry().window(delegate.reversed),
            _ => None,
        };
        reversed.map_or(ReversedUDWF::NotSupported, ReversedUDWF::Reversed)
    }

    fn limit_effect(&self, _args: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}
