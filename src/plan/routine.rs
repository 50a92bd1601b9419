//! User-defined functions in queries.
//! <https://docs.snowflake.com/en/developer-guide/udf/udf-calling-sql>
//!
//! While a query is planned, a call of a user-defined function is a [`UserCall`]: a function of its own whose type is that
//! of the overload which the arguments choose. Then [`inline`](super::inline) puts the function's body in its place.

use std::any::Any;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DFSchema, TableReference};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::partition::Partitions;
use crate::catalog::routine::{Given, Returns};
use crate::error::{Error, Result};
use crate::types::SnowType;

/// The relation that a body's references to the function's parameters name.
const PARAMETERS: &str = "$PARAMETERS";

/// What the names of calls begin with, while a query is planned.
pub const CALL: &str = "$UDF:";

/// Stands in the names of functions that are not written in SQL, between the object's name and its id.
pub const CODE_MARK: char = '#';

/// Separates the parts of a function's name, and the names of arguments.
const PART: char = '\u{1f}';

/// Separates a function's name from the names of a call's arguments.
const ARGUMENTS: char = '\u{1e}';

/// The functions of one name.
pub trait UserFunction: Debug + Send + Sync {
    /// The name as it was written.
    fn name(&self) -> String;

    /// The function that a call means, with its body planned for arguments of these types.
    ///
    /// # Errors
    /// 001044 when the arguments fit none of the functions; whatever is wrong with the body.
    fn resolve(&self, given: &[Given]) -> Result<Arc<Resolved>>;

    /// The columns that its calls in FROM have, where all functions of the name agree.
    fn columns(&self) -> Option<Vec<String>>;
}

/// A function, as one call wants it.
#[derive(Debug)]
pub struct Resolved {
    /// Its parameters, and where their values come from.
    pub parameters: Vec<Parameter>,
    /// What it gives, of exact types.
    pub returns: Returns,
    /// What is run.
    pub body: Body,
}

/// A parameter of a function, for one call.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The type of its value in the body.
    pub data_type: SnowType,
    /// Its value.
    pub value: Value,
}

/// Where a parameter's value comes from.
#[derive(Debug)]
pub enum Value {
    /// The argument of the call at this place.
    Argument(usize),
    /// Its default.
    Default(Expr),
}

/// What a function runs.
#[derive(Debug)]
pub enum Body {
    /// A query that refers to the parameters as to columns of a query around it.
    Query(LogicalPlan),
    /// A function that takes the parameters' values and gives the result. A table function gives a list of rows for each
    /// row of arguments, or for partitions of them.
    Code {
        /// The function.
        function: Arc<ScalarUDF>,
        /// Of a table function, the same over partitions.
        partitions: Option<Arc<dyn Partitions>>,
    },
}

/// The columns that a body sees its parameters as.
///
/// # Errors
/// When two have one name.
pub fn parameter_schema(parameters: &[(String, SnowType)]) -> DataFusionResult<DFSchema> {
    let relation = TableReference::bare(PARAMETERS);
    let fields = parameters
        .iter()
        .map(|(name, data_type)| (Some(relation.clone()), data_type.field_ref(name, true)));
    DFSchema::new_with_metadata(fields.collect(), std::collections::HashMap::new())
}

/// Whether a relation is that of the parameters.
pub fn is_parameter(relation: Option<&TableReference>) -> bool {
    relation.is_some_and(|relation| relation.table() == PARAMETERS)
}

/// The name under which a call is planned.
pub fn call_name(function: &[String], arguments: &[Option<String>]) -> String {
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|name| name.as_deref().unwrap_or_default())
        .collect();
    let (part, between) = (PART.to_string(), ARGUMENTS);
    format!("{CALL}{}{between}{}", function.join(&part), arguments.join(&part))
}

/// The parts of a function's name and the names of a call's arguments, from the name under which it is planned.
pub fn called(name: &str) -> Option<(Vec<String>, Vec<Option<String>>)> {
    let (function, arguments) = name.strip_prefix(CALL)?.split_once(ARGUMENTS)?;
    let arguments = arguments
        .split(PART)
        .map(|name| (!name.is_empty()).then(|| name.to_string()));
    Some((
        function.split(PART).map(str::to_string).collect(),
        arguments.collect(),
    ))
}

/// A call of a user-defined function that is still to be replaced by the function's body.
#[derive(Debug)]
pub struct UserCall {
    name: String,
    arguments: Vec<Option<String>>,
    function: Arc<dyn UserFunction>,
    signature: Signature,
}

impl UserCall {
    /// A call under its planning name.
    pub fn new(name: &str, arguments: Vec<Option<String>>, function: Arc<dyn UserFunction>) -> Self {
        Self {
            name: name.to_string(),
            arguments,
            function,
            // Two calls may give two values: nothing merges or moves them before they are replaced.
            signature: Signature::user_defined(Volatility::Volatile),
        }
    }

    /// The call that an expression is.
    pub fn of(function: &ScalarUDF) -> Option<&Self> {
        let inner: &dyn Any = function.inner().as_ref();
        inner.downcast_ref()
    }

    /// The function that is meant for arguments of these fields.
    ///
    /// # Errors
    /// As [`UserFunction::resolve`]; 002140 for a table function.
    pub fn resolve(&self, fields: &[FieldRef]) -> Result<Arc<Resolved>> {
        let given: Vec<Given> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| given(self.arguments.get(at).cloned().flatten(), field))
            .collect();
        let resolved = self.function.resolve(&given)?;
        match resolved.returns {
            Returns::Scalar { .. } => Ok(resolved),
            Returns::Table(_) => Err(Error::unknown_function(self.function.name())),
        }
    }
}

/// What a call gives an argument.
pub fn given(name: Option<String>, field: &Field) -> Given {
    let data_type = match field.data_type() {
        DataType::Null => None,
        _ => SnowType::from_field(field),
    };
    Given { name, data_type }
}

impl PartialEq for UserCall {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for UserCall {}

impl Hash for UserCall {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for UserCall {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> DataFusionResult<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Err(Error::internal("a call's type without its arguments").into())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> DataFusionResult<FieldRef> {
        match self.resolve(args.arg_fields)?.returns {
            Returns::Scalar { data_type, .. } => Ok(data_type.field_ref(&self.name, true)),
            Returns::Table(_) => Err(Error::internal("a table function as a value").into()),
        }
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        // A call that nothing replaced, such as one in a place that is not planned as a query's.
        Err(Error::unsupported(format!("the function {} in this place", self.function.name())).into())
    }
}
