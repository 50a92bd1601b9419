//! A scalar function as one entry of its family's table, and its form as a DataFusion function.
//!
//! An entry says what a function is called, how many arguments it takes, what type it returns for which arguments,
//! and how it computes. It accepts arguments of any type: a kernel asks [`Call`] for the form it
//! wants and so gets Snowflake's own coercion. When all arguments are constants, so is the result.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::arguments::{Arguments, Count};
use super::call::Call;
use crate::error::{Error, Result};
use crate::types::SnowType;

/// What a call yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returns {
    /// The type.
    pub data_type: SnowType,
    /// Whether it can be NULL.
    pub nullable: bool,
}

impl Returns {
    /// A type that can be NULL whatever the arguments are.
    pub fn nullable(data_type: SnowType) -> Result<Self> {
        Ok(Self {
            data_type,
            nullable: true,
        })
    }

    /// A type that is NULL exactly when one of the arguments is.
    pub fn strict(arguments: &Arguments, data_type: SnowType) -> Result<Self> {
        Ok(Self {
            data_type,
            nullable: arguments.any_nullable(),
        })
    }

    /// A type that is never NULL.
    pub fn never_null(data_type: SnowType) -> Result<Self> {
        Ok(Self {
            data_type,
            nullable: false,
        })
    }
}

/// The rule for a call's type.
pub type ReturnsRule = fn(&Arguments) -> Result<Returns>;

/// Computes one batch: an array of [`Call::rows`] values of the call's type.
pub type Kernel = fn(&Call) -> Result<ArrayRef>;

/// Replaces a call by another expression of the same type and nullability where that serves; `None` keeps it.
pub type Rewrite = fn(&Arguments, &Returns, &[Expr]) -> Result<Option<Expr>>;

/// One scalar function.
#[derive(Debug)]
pub struct Scalar {
    names: &'static [&'static str],
    count: Count,
    returns: ReturnsRule,
    kernel: Kernel,
    volatility: Volatility,
    rewrite: Option<Rewrite>,
    lazy: bool,
    page: &'static str,
}

impl Scalar {
    /// A function under its name and synonyms, all upper case. `page` is the last part of its documentation page's
    /// address below <https://docs.snowflake.com/en/sql-reference/functions/>.
    pub const fn new(
        names: &'static [&'static str],
        count: Count,
        returns: ReturnsRule,
        kernel: Kernel,
        page: &'static str,
    ) -> Self {
        Self {
            names,
            count,
            returns,
            kernel,
            volatility: Volatility::Immutable,
            rewrite: None,
            lazy: false,
            page,
        }
    }

    /// The same function, whose result holds for one statement only.
    pub const fn stable(mut self) -> Self {
        self.volatility = Volatility::Stable;
        self
    }

    /// The same function with a rewrite for the optimizer.
    pub const fn rewritten(mut self, rewrite: Rewrite) -> Self {
        self.rewrite = Some(rewrite);
        self
    }

    /// The same function with a form in which only the branch that is taken gets evaluated, so that an error in
    /// another one does not matter. It is asked for where a branch is more than a column or a constant, and may have
    /// branches of any type.
    pub const fn lazy(mut self, form: Rewrite) -> Self {
        self.rewrite = Some(form);
        self.lazy = true;
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
    pub fn udf(&'static self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::from(Adapter::new(self)))
    }
}

/// A [`Scalar`] as DataFusion sees it.
#[derive(Debug)]
struct Adapter {
    entry: &'static Scalar,
    name: &'static str,
    signature: Signature,
}

impl Adapter {
    fn new(entry: &'static Scalar) -> Self {
        let name = entry.names.first().copied().unwrap_or_default();
        Self {
            entry,
            name,
            signature: Signature::user_defined(entry.volatility),
        }
    }

    fn returns(&self, arguments: &Arguments) -> Result<Returns> {
        self.entry.count.check(arguments.len(), || arguments.text())?;
        (self.entry.returns)(arguments)
    }

    fn rewritten(&self, args: &[Expr], info: &SimplifyContext) -> DataFusionResult<Option<Expr>> {
        let Some(rewrite) = self.entry.rewrite else {
            return Ok(None);
        };
        let simple = |arg: &Expr| matches!(arg, Expr::Column(_) | Expr::Literal(..));
        if self.entry.lazy && args.iter().skip(1).all(simple) {
            return Ok(None);
        }
        let fields = args
            .iter()
            .map(|arg| Ok(arg.to_field(info.schema().as_ref())?.1))
            .collect::<DataFusionResult<Vec<FieldRef>>>()?;
        let constants = constants(args);
        let arguments = Arguments::new(self.name, &fields, &constants);
        let returns = self.returns(&arguments)?;
        match rewrite(&arguments, &returns, args)? {
            Some(expr) if self.entry.lazy => Ok(Some(super::operators::typed_case(expr, &returns)?)),
            other => Ok(other),
        }
    }
}

fn constants(args: &[Expr]) -> Vec<Option<&ScalarValue>> {
    fn constant(arg: &Expr) -> Option<&ScalarValue> {
        match arg {
            Expr::Literal(value, _) => Some(value),
            _ => None,
        }
    }
    args.iter().map(constant).collect()
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

impl ScalarUDFImpl for Adapter {
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
        Ok(self
            .returns(&Arguments::new(self.name, &fields, &[]))?
            .data_type
            .arrow())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> DataFusionResult<FieldRef> {
        let returns = self.returns(&Arguments::new(self.name, args.arg_fields, args.scalar_arguments))?;
        Ok(returns.data_type.field_ref(self.name, returns.nullable))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let call = Call::new(self.name, &args, constant)?;
        let result = (self.entry.kernel)(&call)?;
        if result.len() != call.rows() {
            return Err(Error::internal(format!("{} yields {} rows", self.name, result.len())).into());
        }
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> DataFusionResult<ExprSimplifyResult> {
        Ok(match self.rewritten(&args, info)? {
            Some(expr) => ExprSimplifyResult::Simplified(expr),
            None => ExprSimplifyResult::Original(args),
        })
    }

    fn short_circuits(&self) -> bool {
        self.entry.lazy
    }

    fn conditional_arguments<'a>(&self, args: &'a [Expr]) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        if !self.entry.lazy {
            return None;
        }
        let (always, sometimes) = args.split_at_checked(1)?;
        Some((always.iter().collect(), sometimes.iter().collect()))
    }

    fn with_updated_config(&self, _config: &ConfigOptions) -> Option<ScalarUDF> {
        None
    }
}
