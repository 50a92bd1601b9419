//! [`Evaluator`]: functions whose bodies are no queries, as queries call them.
//!
//! A language is an evaluator that an account knows ([`Evaluators`]). What holds for every language is here: values converted
//! to the types of the arguments, STRICT, and the forms in which DataFusion calls a function.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, ListArray, StructArray, UInt32Array, new_null_array,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::compute::{concat, filter, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use parking_lot::RwLock;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::catalog::routine::Returns;
use crate::catalog::{Object, Routine};
use crate::engine::environment::StatementEnvironment;
use crate::engine::events::{Executable, Source};
use crate::error::{Error, Result};
use crate::plan::CODE_MARK;
use crate::script::log::Log;
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast};
use crate::types::context::TypeContext;

/// Runs the functions of a language.
pub trait Evaluator: Debug + Send + Sync {
    /// An evaluator for one call in one statement, if what it keeps between batches is to live no longer than that.
    fn for_statement(&self, _: &Site<'_>) -> Option<Arc<dyn Evaluator>> {
        None
    }

    /// The values of a scalar function: [`FunctionCall::rows`] of them, in the Arrow form of the type in RETURNS.
    ///
    /// # Errors
    /// Whatever the function fails with.
    fn scalar(&self, call: &FunctionCall<'_>) -> Result<ArrayRef>;

    /// The rows that a table function gives for one partition of rows of arguments, those of its end included.
    ///
    /// # Errors
    /// Whatever the function fails with.
    fn table(&self, call: &FunctionCall<'_>) -> Result<TableRows>;
}

/// Where a statement calls a function.
#[derive(Debug)]
pub struct Site<'a> {
    /// The function's object.
    pub(super) object: &'a Object,
    /// The function.
    pub(super) function: &'a Routine,
    /// What the statement sees.
    pub(super) environment: &'a StatementEnvironment,
}

impl Site<'_> {
    /// Where the function's messages go.
    pub(super) fn log(&self) -> Arc<dyn Log> {
        let StatementEnvironment {
            account,
            snapshot,
            context,
            ..
        } = self.environment;
        let executable = Executable::Routine(self.function, Some(self.object));
        Arc::new(Source::new(account, snapshot, context, executable))
    }
}

/// A call of a function over rows of arguments.
#[derive(Debug)]
pub struct FunctionCall<'a> {
    /// The function's object.
    pub object: &'a Object,
    /// The function.
    pub function: &'a Routine,
    /// The arguments in the order of the function's own, in the Arrow form of their types.
    pub arguments: &'a [ArrayRef],
    /// How many rows of them there are.
    pub rows: usize,
    /// The session's formats, time zone and statement time.
    pub types: &'a TypeContext,
}

/// Rows of a table function.
#[derive(Debug, Clone)]
pub struct TableRows {
    /// The columns in RETURNS, in the Arrow form of their types.
    pub columns: Vec<ArrayRef>,
    /// For each row the row of arguments that it comes of; nothing for those of the partition's end.
    pub inputs: Vec<Option<u32>>,
}

/// The evaluators of an account, by language.
#[derive(Debug, Default)]
pub struct Evaluators {
    known: RwLock<BTreeMap<&'static str, Arc<dyn Evaluator>>>,
}

impl Evaluators {
    /// Has functions of a language run; `language` is [`Language::label`](crate::catalog::routine::Language::label).
    pub fn register(&self, language: &'static str, evaluator: Arc<dyn Evaluator>) {
        self.known.write().insert(language, evaluator);
    }

    /// The evaluator for a function.
    ///
    /// # Errors
    /// A refusal of languages that there is none for.
    pub fn of(&self, site: &Site<'_>) -> Result<Arc<dyn Evaluator>> {
        let language = site.function.language.label();
        let known = self.known.read().get(language).cloned();
        let known = known.map(|evaluator| evaluator.for_statement(site).unwrap_or(evaluator));
        known.ok_or_else(|| Error::unsupported(format!("functions in {language}")))
    }
}

/// Waits without keeping the runtime's other tasks waiting, where it can be helped.
pub(super) fn blocking<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}

/// A function as DataFusion calls it: of a scalar one the value, of a table function the list of rows of each row of
/// arguments, each of which is a partition of its own.
#[derive(Debug)]
pub(super) struct Code {
    object: Arc<Object>,
    function: Routine,
    evaluator: Arc<dyn Evaluator>,
    name: String,
    signature: Signature,
}

impl Code {
    /// The function of an object, which takes values for all its arguments.
    pub fn function(object: &Arc<Object>, evaluator: Arc<dyn Evaluator>) -> Result<ScalarUDF> {
        let Some(function) = object.as_function() else {
            return Err(Error::internal("a call of what is no function"));
        };
        let volatility = match function.immutable {
            true => Volatility::Immutable,
            false => Volatility::Volatile,
        };
        Ok(ScalarUDF::from(Self {
            name: format!("{}{CODE_MARK}{}", object.name, object.id),
            function: function.clone(),
            object: Arc::clone(object),
            evaluator,
            signature: Signature::user_defined(volatility),
        }))
    }

    /// The field of the result.
    fn field(&self) -> Field {
        match &self.function.returns {
            Returns::Scalar { data_type, .. } => data_type.field(&self.name, true),
            Returns::Table(columns) => Field::new(&self.name, DataType::List(Arc::new(item(columns))), true),
        }
    }

    /// The arguments of a call, in the types that the function declares.
    fn arguments(&self, args: &ScalarFunctionArgs, types: &TypeContext) -> Result<Vec<ArrayRef>> {
        let declared = self.function.arguments.iter();
        let given = args.args.iter().zip(&args.arg_fields);
        declared
            .zip(given)
            .map(|(argument, (value, field))| {
                let from = SnowType::from_field(field).unwrap_or(SnowType::VARCHAR);
                let values = value.to_array(args.number_rows)?;
                if matches!(values.data_type(), DataType::Null) {
                    return Ok(new_null_array(&argument.data_type.arrow(), args.number_rows));
                }
                cast(&values, &from, &argument.data_type, CastMode::Strict, types)
            })
            .collect()
    }

    /// The rows that are run: of a STRICT function those without NULL; all of them as nothing.
    fn wanted(&self, arguments: &[ArrayRef], rows: usize) -> Option<BooleanArray> {
        let nulls = |row: usize| arguments.iter().any(|argument| argument.is_null(row));
        if !self.function.strict || arguments.iter().all(|argument| argument.null_count() == 0) {
            return None;
        }
        Some((0..rows).map(|row| Some(!nulls(row))).collect())
    }

    fn scalars(&self, arguments: &[ArrayRef], rows: usize, types: &TypeContext) -> Result<ArrayRef> {
        let Some(wanted) = self.wanted(arguments, rows) else {
            return self.run(arguments, rows, types);
        };
        let kept = arguments
            .iter()
            .map(|argument| Ok(filter(argument, &wanted)?))
            .collect::<Result<Vec<_>>>()?;
        let values = self.run(&kept, wanted.true_count(), types)?;
        let mut next = 0;
        let places: UInt32Array = wanted
            .iter()
            .map(|wanted| {
                let place = next;
                let wanted = wanted == Some(true);
                next += u32::from(wanted);
                wanted.then_some(place)
            })
            .collect();
        Ok(take(&values, &places, None)?)
    }

    fn run(&self, arguments: &[ArrayRef], rows: usize, types: &TypeContext) -> Result<ArrayRef> {
        let values = self.evaluator.scalar(&self.call(arguments, rows, types))?;
        match values.len() == rows {
            true => Ok(values),
            false => Err(Error::internal(format!(
                "{} yields {} rows",
                self.name,
                values.len()
            ))),
        }
    }

    fn call<'a>(
        &'a self,
        arguments: &'a [ArrayRef],
        rows: usize,
        types: &'a TypeContext,
    ) -> FunctionCall<'a> {
        FunctionCall {
            object: &self.object,
            function: &self.function,
            arguments,
            rows,
            types,
        }
    }

    /// The lists of rows that a table function gives for each row of arguments.
    fn lists(
        &self,
        columns: &[(String, SnowType)],
        arguments: &[ArrayRef],
        rows: usize,
        types: &TypeContext,
    ) -> Result<ArrayRef> {
        let wanted = self.wanted(arguments, rows);
        let mut ends = vec![0_i32];
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); columns.len()];
        let mut total = 0_usize;
        for row in 0..rows {
            if wanted.as_ref().is_none_or(|wanted| wanted.value(row)) {
                let own: Vec<ArrayRef> = arguments.iter().map(|argument| argument.slice(row, 1)).collect();
                let made = self.evaluator.table(&self.call(&own, 1, types))?;
                let count = made.columns.first().map_or(0, |column| column.len());
                if made.columns.len() != columns.len()
                    || made.columns.iter().any(|column| column.len() != count)
                {
                    return Err(Error::internal(format!("{} yields uneven columns", self.name)));
                }
                total += count;
                parts
                    .iter_mut()
                    .zip(made.columns)
                    .for_each(|(part, column)| part.push(column));
            }
            let end = i32::try_from(total);
            ends.push(end.map_err(|_| Error::unsupported("a table function of more than 2^31 rows"))?);
        }
        let fields = fields(columns);
        let arrays = parts.iter().zip(&fields).map(|(part, field)| {
            let parts: Vec<&dyn Array> = part.iter().map(|part| part.as_ref()).collect();
            match parts.as_slice() {
                [] => Ok(new_null_array(field.data_type(), 0)),
                parts => Ok(concat(parts)?),
            }
        });
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        let structs = StructArray::try_new(fields, arrays, None)?;
        let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
        Ok(Arc::new(ListArray::try_new(
            Arc::new(item(columns)),
            offsets,
            Arc::new(structs),
            None,
        )?))
    }
}

/// A row of a table function.
fn item(columns: &[(String, SnowType)]) -> Field {
    Field::new("item", DataType::Struct(fields(columns)), true)
}

fn fields(columns: &[(String, SnowType)]) -> Fields {
    columns
        .iter()
        .map(|(name, data_type)| data_type.field_ref(name, true))
        .collect()
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
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

    fn coerce_types(&self, arg_types: &[DataType]) -> DataFusionResult<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(self.field().data_type().clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> DataFusionResult<FieldRef> {
        Ok(Arc::new(self.field()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let types = TypeContext::of(&args.config_options);
        let arguments = self.arguments(&args, types)?;
        let result = match &self.function.returns {
            Returns::Scalar { .. } => self.scalars(&arguments, args.number_rows, types)?,
            Returns::Table(columns) => self.lists(columns, &arguments, args.number_rows, types)?,
        };
        Ok(ColumnarValue::Array(result))
    }
}
