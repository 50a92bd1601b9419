//! Functions whose body is a Snowflake Scripting block: the [`Evaluator`] of them.
//! <https://docs.snowflake.com/en/developer-guide/udf/sql/udf-sql-procedural-functions>
//!
//! The block runs once for each row of arguments. It runs no statements ([`parse_function`] sees to that), so that its
//! walk never waits for anything: it is polled until it is done, and gives way only to look whether the statement is over.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, new_empty_array};
use datafusion::arrow::compute::concat;
use parking_lot::Mutex;

use super::evaluator::{Evaluator, FunctionCall, TableRows};
use crate::catalog::Routine;
use crate::catalog::routine::Returns;
use crate::engine::binds::Binds;
use crate::engine::environment::StatementEnvironment;
use crate::engine::procedure::compiled::{Compiled, as_binds};
use crate::error::{Error, Result};
use crate::plan::Planner;
use crate::script::function::parse_function;
use crate::script::host::JobId;
use crate::script::log::Message;
use crate::script::tree::{Block, Expression};
use crate::script::{self, Bindings, Host, Outcome, Returned, Script, Value};
use crate::types::{SnowType, Stop, TypeContext};

/// The most arguments of such a function.
const MOST_ARGUMENTS: usize = 500;

/// Runs one function in one statement.
#[derive(Debug)]
pub(super) struct Scripting {
    block: Block,
    /// The function's own schema, in which its expressions are planned.
    environment: Arc<StatementEnvironment>,
    planner: Planner,
    /// Expressions that were planned once, by their ids.
    compiled: Mutex<HashMap<u64, Arc<Compiled>>>,
}

/// Checks a function whose body is a block.
///
/// # Errors
/// Those of [`parse_function`]; a refusal of what such a function may not give or take.
pub(super) fn check(function: &Routine) -> Result<()> {
    let refused = |what: &str| Err(Error::unsupported(format!("{what} in Snowflake Scripting")));
    match &function.returns {
        Returns::Table(_) => return refused("table functions"),
        Returns::Scalar { data_type, .. } if data_type.is_encoded() => {
            return refused(&format!("functions that return {data_type}"));
        }
        Returns::Scalar { .. } => {}
    }
    if function.memoizable {
        return refused("MEMOIZABLE functions");
    }
    if function.arguments.len() > MOST_ARGUMENTS {
        return refused(&format!("functions of more than {MOST_ARGUMENTS} arguments"));
    }
    parse_function(&function.body).map(|_| ())
}

impl Scripting {
    /// A function in the environment of its own schema.
    pub(super) fn new(
        environment: &Arc<StatementEnvironment>,
        planner: Planner,
        function: &Routine,
    ) -> Result<Self> {
        Ok(Self {
            block: parse_function(&function.body)?,
            environment: Arc::clone(environment),
            planner,
            compiled: Mutex::default(),
        })
    }

    fn row(&self, call: &FunctionCall<'_>, row: usize, returns: &SnowType) -> Result<Value> {
        let arguments = call.function.arguments.iter().zip(call.arguments);
        let arguments = arguments.map(|(argument, values)| {
            let value = Value {
                data_type: argument.data_type,
                array: values.slice(row, 1),
            };
            (argument.name.clone(), value)
        });
        let mut host = FunctionHost {
            function: self,
            types: call.types,
        };
        let script = Script {
            block: &self.block,
            arguments: arguments.collect(),
        };
        let (returned, _) = finished(script::run(&mut host, script), &call.types.stop)??;
        match returned {
            Returned::Value(value) => value.cast(returns, call.types),
            Returned::Nothing => Ok(Value::null(*returns)),
            Returned::Table(_) => Err(Error::internal("rows of a function in Snowflake Scripting")),
        }
    }
}

/// Polls work that waits for nothing until it is done.
fn finished<T>(work: impl Future<Output = T>, stop: &Stop) -> Result<T> {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return Ok(done);
        }
        if let Some(error) = stop.reason() {
            return Err(error);
        }
    }
}

impl Evaluator for Scripting {
    fn scalar(&self, call: &FunctionCall<'_>) -> Result<ArrayRef> {
        let Returns::Scalar { data_type, not_null } = &call.function.returns else {
            return Err(Error::internal("a table function in Snowflake Scripting"));
        };
        let mut values = Vec::with_capacity(call.rows);
        for row in 0..call.rows {
            values.push(self.row(call, row, data_type)?.array);
        }
        let values: Vec<&dyn Array> = values.iter().map(|value| value.as_ref()).collect();
        let values = match values.is_empty() {
            true => new_empty_array(&data_type.arrow()),
            false => concat(&values)?,
        };
        match *not_null && values.null_count() > 0 {
            true => Err(Error::null_result(format_args!(
                "function {}",
                call.function.name
            ))),
            false => Ok(values),
        }
    }

    fn table(&self, _: &FunctionCall<'_>) -> Result<TableRows> {
        Err(Error::internal("a table function in Snowflake Scripting"))
    }
}

/// What a function's block has of the warehouse: expressions.
struct FunctionHost<'a> {
    function: &'a Scripting,
    types: &'a TypeContext,
}

impl FunctionHost<'_> {
    fn value(&self, expression: &Expression, variables: &Bindings) -> Result<Value> {
        let known = self.function.compiled.lock().get(&expression.id).cloned();
        if let Some(known) = known.filter(|known| known.fits(variables)) {
            return known.compute(variables);
        }
        let planner = &self.function.planner;
        let planned = Compiled::new(planner, &expression.tree, variables);
        if planner.calls_user_function() {
            let what = "a user-defined function in a function in Snowflake Scripting";
            return Err(Error::unsupported(what));
        }
        match planned.and_then(|planned| Ok((planned.compute(variables)?, planned))) {
            Ok((value, planned)) => {
                let mut compiled = self.function.compiled.lock();
                compiled.insert(expression.id, Arc::new(planned));
                Ok(value)
            }
            // It may want a constant where a variable stands.
            Err(_) => self.over_constants(expression, variables),
        }
    }

    /// The value of an expression in which the variables are constants.
    fn over_constants(&self, expression: &Expression, variables: &Bindings) -> Result<Value> {
        let mut environment = self.function.environment.share();
        environment.context.binds = Arc::new(Binds::of_values(variables));
        let base = environment.account.base_state().clone();
        let planner = Planner::new(Arc::new(environment), &base, self.types);
        let mut tree = expression.tree.as_ref().clone();
        as_binds(&mut tree, variables);
        Compiled::new(&planner, &tree, &Bindings::new())?.compute(&Bindings::new())
    }
}

fn no_statements<T>() -> Result<T> {
    Err(Error::internal(
        "a statement of a function in Snowflake Scripting",
    ))
}

#[async_trait]
impl Host for FunctionHost<'_> {
    async fn execute(&mut self, _: &str, _: &Bindings) -> Result<Outcome> {
        no_statements()
    }

    async fn immediate(&mut self, _: &str, _: &Bindings) -> Result<Outcome> {
        no_statements()
    }

    async fn evaluate(&mut self, expression: &Expression, variables: &Bindings) -> Result<Value> {
        self.value(expression, variables)
    }

    fn log(&mut self, _: Message) {
        // No function has a statement that comes here.
    }

    fn cast(&self, value: &Value, to: &SnowType) -> Result<Value> {
        value.cast(to, self.types)
    }

    fn start(&mut self, _: &str, _: &Bindings) -> Result<JobId> {
        no_statements()
    }

    async fn wait(&mut self, _: JobId) -> Result<Outcome> {
        no_statements()
    }

    fn cancel(&mut self, _: JobId) {}
}
