//! Functions as queries see them: the overload that a call means, and its body planned in the function's own schema.
//! <https://docs.snowflake.com/en/developer-guide/udf/sql/udf-sql-introduction>
//!
//! As documented, a function in SQL takes numbers of any precision and scale and text of any length where it declares
//! NUMBER and VARCHAR, and gives what its body gives; only values of another type are converted.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::DFSchema;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast;
use parking_lot::Mutex;

use super::Overloads;
use super::evaluator::{Code, Evaluator, Site};
use super::partition::Partitioned;
use super::scripting::{self, Scripting};
use crate::catalog::routine::{Given, Language, Returns};
use crate::catalog::{Object, ObjectKind, Routine};
use crate::engine::Work;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::plan::{Body, Parameter, Partitions, Planner, Resolved, UserFunction, Value};
use crate::sql::{self, Ident, QualifiedName};
use crate::types::SnowType;
use crate::types::coerce;

/// The functions of one name, for one place in a query.
#[derive(Debug)]
struct Functions {
    overloads: Overloads,
    environment: StatementEnvironment,
    /// What calls were resolved to: planning asks for a call's type many times.
    resolved: Mutex<Vec<(Vec<Given>, Arc<Resolved>)>>,
}

/// The functions of a name; `None` when there are none.
///
/// # Errors
/// When a database that is part of the name is not there.
pub fn find(environment: &StatementEnvironment, name: &[String]) -> Result<Option<Arc<dyn UserFunction>>> {
    let parts = name.iter().map(|part| Ident::quoted(part.as_str())).collect();
    let Some(name) = QualifiedName::new(parts) else {
        return Ok(None);
    };
    let path = !environment.is_inside();
    let overloads = match environment.names().overloads(ObjectKind::Function, &name, path) {
        Ok(overloads) if !overloads.is_empty() => overloads,
        Ok(_) => return Ok(None),
        // A schema such as INFORMATION_SCHEMA is no object.
        Err(error) if error.code() == 2003 => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(Arc::new(Functions {
        overloads,
        environment: environment.share(),
        resolved: Mutex::default(),
    })))
}

/// Plans the body of a new function in SQL once, so that what is wrong with it is known before it is there.
///
/// # Errors
/// Whatever is wrong with the body.
pub fn check(work: &Work<'_>, home: &(String, String), function: &Routine) -> Result<()> {
    if function.language != Language::Sql {
        return Ok(());
    }
    if is_block(&function.body) {
        return scripting::check(function).map_err(in_body);
    }
    let parameters: Vec<(String, SnowType)> = function
        .arguments
        .iter()
        .map(|argument| (argument.name.clone(), argument.data_type))
        .collect();
    let (_, environment) = work.planner();
    let inner = Arc::new(environment.inside(home)?);
    let planner = planner(&inner);
    for default in function
        .arguments
        .iter()
        .filter_map(|argument| argument.default.as_deref())
    {
        planner.expression(&sql::parse_expr(default)?, &DFSchema::empty())?;
    }
    let query = body(&planner, function, &parameters)?;
    returns(function, &query).map(|_| ())
}

fn planner(environment: &Arc<StatementEnvironment>) -> Planner {
    Planner::new(
        Arc::clone(environment) as _,
        environment.account.base_state(),
        &environment.context.types,
    )
}

/// Whether a body is a Snowflake Scripting block.
fn is_block(body: &str) -> bool {
    starts_with(body, &["BEGIN", "DECLARE"])
}

fn starts_with(body: &str, words: &[&str]) -> bool {
    sql::first_word(body).is_some_and(|first| words.iter().any(|word| first.eq_ignore_ascii_case(word)))
}

/// The plan of a body in SQL: a query, or an expression as the only column of one.
fn body(planner: &Planner, function: &Routine, parameters: &[(String, SnowType)]) -> Result<LogicalPlan> {
    let plan = || {
        let query = match starts_with(&function.body, &["SELECT", "WITH", "VALUES"]) {
            true => sql::parse_query(&function.body)?,
            false => selecting(sql::parse_expr(&function.body)?)?,
        };
        planner.body(&query, parameters)
    };
    plan().map_err(in_body)
}

/// `SELECT expression`.
pub fn selecting(expr: ast::Expr) -> Result<Box<ast::Query>> {
    let mut query = sql::parse_query("SELECT NULL")?;
    if let ast::SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![ast::SelectItem::UnnamedExpr(expr)];
    }
    Ok(query)
}

/// An error of compilation inside a body says that it is there.
fn in_body(error: Error) -> Error {
    const START: &str = "SQL compilation error:";
    const INSIDE: &str = "SQL compilation error:\nCompilation of SQL UDF failed: ";
    if !error.message().starts_with(START) || error.message().starts_with(INSIDE) {
        return error;
    }
    let message = format!("{INSIDE}{}", error.message());
    error.reworded(message)
}

/// What a function in SQL gives, of exact types.
///
/// # Errors
/// When its body and RETURNS do not go together.
fn returns(function: &Routine, query: &LogicalPlan) -> Result<Returns> {
    let fields = query.schema().fields();
    let declared: Vec<SnowType> = match &function.returns {
        Returns::Scalar { data_type, .. } => vec![*data_type],
        Returns::Table(columns) => columns.iter().map(|(_, data_type)| *data_type).collect(),
    };
    let mismatch = || {
        let actual: Vec<String> = fields.iter().map(|field| type_of(field).to_string()).collect();
        let message = format!(
            "SQL compilation error:\nDeclared return type '{}' is incompatible with actual return type '{}'",
            function.returns,
            actual.join(", ")
        );
        Error::new(1_007, "22023", message)
    };
    if fields.len() != declared.len() {
        return Err(mismatch());
    }
    let exact = fields.iter().zip(declared).map(|(field, declared)| {
        let actual = type_of(field);
        let null = matches!(field.data_type(), DataType::Null);
        match coerce::same_kind(&actual, &declared) {
            true if !null => Ok(actual),
            _ if null || coerce::can_coerce(&actual, &declared) => Ok(declared),
            _ => Err(mismatch()),
        }
    });
    let exact = exact.collect::<Result<Vec<_>>>()?;
    Ok(match &function.returns {
        Returns::Scalar { data_type, not_null } => Returns::Scalar {
            data_type: exact.first().copied().unwrap_or(*data_type),
            not_null: *not_null,
        },
        Returns::Table(columns) => {
            let names = columns.iter().map(|(name, _)| name.clone());
            Returns::Table(names.zip(exact).collect())
        }
    })
}

fn type_of(field: &Field) -> SnowType {
    SnowType::from_field(field).unwrap_or(SnowType::VARCHAR)
}

impl Functions {
    fn plan(&self, object: &Arc<Object>, function: &Routine, given: &[Given]) -> Result<Resolved> {
        let inner = Arc::new(self.environment.inside_function(object)?);
        let planner = planner(&inner);
        let code = function.language != Language::Sql || is_block(&function.body);
        let parameters = parameters(&planner, function, given, code)?;
        let (returns, body) = if code {
            let evaluator: Arc<dyn Evaluator> = match function.language {
                Language::Sql => Arc::new(Scripting::new(&inner, planner, function)?),
                _ => inner.account.evaluators().of(&Site {
                    object,
                    function,
                    environment: &inner,
                })?,
            };
            let partitions = function.columns().map(|columns| {
                Arc::new(Partitioned {
                    object: Arc::clone(object),
                    function: function.clone(),
                    columns: columns.to_vec(),
                    evaluator: Arc::clone(&evaluator),
                }) as Arc<dyn Partitions>
            });
            let code = Code::function(object, evaluator)?;
            let body = Body::Code {
                function: Arc::new(code),
                partitions,
            };
            (function.returns.clone(), body)
        } else {
            let types: Vec<(String, SnowType)> = parameters
                .iter()
                .map(|parameter| (parameter.name.clone(), parameter.data_type))
                .collect();
            let query = body(&planner, function, &types)?;
            (returns(function, &query)?, Body::Query(query))
        };
        self.environment.absorb(&inner);
        Ok(Resolved {
            parameters,
            returns,
            body,
        })
    }
}

/// A function's parameters with the values that a call gives them. Code takes exactly the types that it declares.
fn parameters(planner: &Planner, function: &Routine, given: &[Given], code: bool) -> Result<Vec<Parameter>> {
    let names: Vec<Option<&str>> = given.iter().map(|given| given.name.as_deref()).collect();
    let bound = function
        .bind(&names)
        .map_err(|_| Error::internal("a call that does not fit"))?;
    let parameters = function.arguments.iter().zip(bound).map(|(argument, at)| {
        let data_type = at.and_then(|at| given.get(at)?.data_type);
        let data_type =
            data_type.filter(|data_type| !code && coerce::same_kind(data_type, &argument.data_type));
        let value = match (at, &argument.default) {
            (Some(at), _) => Value::Argument(at),
            (None, Some(default)) => {
                Value::Default(planner.expression(&sql::parse_expr(default)?, &DFSchema::empty())?)
            }
            (None, None) => return Err(Error::internal("a parameter without a value")),
        };
        Ok(Parameter {
            name: argument.name.clone(),
            data_type: data_type.unwrap_or(argument.data_type),
            value,
        })
    });
    parameters.collect()
}

impl UserFunction for Functions {
    fn name(&self) -> String {
        self.overloads.name.to_string()
    }

    fn resolve(&self, given: &[Given]) -> Result<Arc<Resolved>> {
        let known = self
            .resolved
            .lock()
            .iter()
            .find(|(known, _)| known == given)
            .map(|(_, r)| Arc::clone(r));
        if let Some(known) = known {
            return Ok(known);
        }
        let object = self.overloads.choose(given)?;
        let Some(function) = object.as_function() else {
            return Err(Error::internal("a call of what is no function"));
        };
        let resolved = Arc::new(self.plan(&object, function, given)?);
        self.resolved.lock().push((given.to_vec(), Arc::clone(&resolved)));
        Ok(resolved)
    }

    fn columns(&self) -> Option<Vec<String>> {
        let mut all = self
            .overloads
            .all()
            .filter_map(|object| object.as_function()?.columns());
        let names =
            |columns: &[(String, SnowType)]| columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let first = names(all.next()?);
        all.all(|other| names(other) == first).then_some(first)
    }
}
