//! CALL: which procedure is meant, what its arguments are, and what it gives back
//! (<https://docs.snowflake.com/en/sql-reference/sql/call>).

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident as AstIdent, SelectItem, SetExpr,
    Value as Literal,
};

use super::host::SessionHost;
use super::{compiled, expression, one_value};
use crate::catalog::routine::{ExecuteAs, Given, Language, Returns, Routine};
use crate::catalog::{Object, ObjectKind};
use crate::engine::context::{Context, Variable};
use crate::engine::ddl;
use crate::engine::events::Executable;
use crate::engine::result::StatementResult;
use crate::engine::session::Session;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::script::javascript::{Procedure, Settings, Watch};
use crate::script::log::Log;
use crate::script::{self, Bindings, Outcome, Returned, Script, Value};
use crate::sql::statement::Call;
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast};

/// How deep procedures may call each other.
/// <https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-limitations>
const MOST_CALLS: usize = 8;

/// An argument of a call: its value, and the variable it came from, if it was no more than that.
struct Argument {
    name: Option<String>,
    value: Value,
    variable: Option<String>,
}

/// Runs CALL.
pub(super) async fn run(session: &mut Session, call: Call) -> Result<StatementResult> {
    if is_system(&call) {
        return system(session, call).await;
    }
    let mut arguments = Vec::with_capacity(call.arguments.len());
    for argument in &call.arguments {
        arguments.push(evaluated(session, argument).await?);
    }
    let given: Vec<Given> = arguments.iter().map(given).collect();
    let meant = meant(session, &call, &given)?;
    let routine = &meant.routine;
    let names: Vec<Option<&str>> = arguments
        .iter()
        .map(|argument| argument.name.as_deref())
        .collect();
    let bound = routine
        .bind(&names)
        .map_err(|_| Error::argument_types(&routine.name, format!("{} given", arguments.len())))?;
    let mut values = Vec::with_capacity(bound.len());
    let mut outputs = Vec::new();
    for (parameter, at) in routine.arguments.iter().zip(bound) {
        let argument = at.and_then(|at| arguments.get(at));
        let value = match (argument, &parameter.default) {
            (Some(argument), _) => argument.value.clone(),
            (None, Some(default)) => {
                expression::by_query(session, crate::sql::parse_expr(default)?, &Bindings::new()).await?
            }
            (None, None) => Value::null(parameter.data_type),
        };
        if parameter.output {
            let Some(variable) = argument.and_then(|argument| argument.variable.clone()) else {
                return Err(Error::compilation(format!(
                    "argument {} of procedure {} is an output argument: it takes a variable",
                    parameter.name, routine.name
                )));
            };
            outputs.push((parameter.name.clone(), variable));
        }
        values.push((
            parameter.name.clone(),
            value.cast(&parameter.data_type, &session.context().types)?,
        ));
    }
    let (returned, last) = enter(session, &meant, values).await?;
    let assigned = outputs
        .into_iter()
        .filter_map(|(parameter, variable)| Some((variable, last.get(&parameter)?.clone())));
    session.context_mut().outputs = assigned.collect();
    shaped(session, routine, returned)
}

/// A procedure that is called.
struct Meant {
    routine: Routine,
    /// None for one of WITH … CALL.
    object: Option<Arc<Object>>,
    /// The database and schema that it lives in.
    home: Option<(String, String)>,
}

/// The procedure that a call means.
fn meant(session: &mut Session, call: &Call, given: &[Given]) -> Result<Meant> {
    if let Some(definition) = &call.anonymous {
        return Ok(Meant {
            routine: ddl::routine::routine(definition)?,
            object: None,
            home: None,
        });
    }
    let (before, held) = session.open_transaction();
    let (account, context) = session.parts();
    let work = Work::begin(account, context, before, held)?;
    let procedure = work.names().routine(ObjectKind::Procedure, &call.name, given)?;
    let home = work.snapshot().home(&procedure);
    Ok(Meant {
        routine: routine_of(&procedure)?.clone(),
        object: Some(procedure),
        home,
    })
}

/// Whether CALL is of a system function.
fn is_system(call: &Call) -> bool {
    call.name.schema().is_none() && call.name.object().starts_with("SYSTEM$")
}

/// CALL of a system function: a query of its value, with whatever else the function does.
async fn system(session: &mut Session, call: Call) -> Result<StatementResult> {
    let name = call.name.object().to_string();
    let mut function = crate::sql::parse_expr(&format!("{name}()"))?;
    if let Expr::Function(function) = &mut function
        && let FunctionArguments::List(list) = &mut function.args
    {
        list.args = call.arguments;
    }
    let mut query = crate::sql::parse_query("SELECT NULL")?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::ExprWithAlias {
            expr: function,
            alias: AstIdent::with_quote('"', name),
        }];
    }
    session.run_query(query).await
}

fn routine_of(procedure: &Object) -> Result<&Routine> {
    procedure
        .as_routine()
        .ok_or_else(|| Error::internal("a procedure without a body"))
}

fn given(argument: &Argument) -> Given {
    let untyped = argument.value.is_null() && argument.variable.is_none();
    Given {
        name: argument.name.clone(),
        data_type: (!untyped).then_some(argument.value.data_type),
    }
}

/// An argument's name and its value.
fn parts(argument: &FunctionArg) -> Result<(Option<String>, &Expr)> {
    let (name, value) = match argument {
        FunctionArg::Named { name, arg, .. } => (Some(name.value.clone()), arg),
        FunctionArg::ExprNamed {
            name: Expr::Identifier(name),
            arg,
            ..
        } => (Some(name.value.clone()), arg),
        FunctionArg::Unnamed(arg) => (None, arg),
        FunctionArg::ExprNamed { .. } => return Err(Error::compilation("an argument's name is no name")),
    };
    match value {
        FunctionArgExpr::Expr(expr) => Ok((name, expr)),
        _ => Err(Error::compilation("an argument of CALL is no value")),
    }
}

async fn evaluated(session: &mut Session, argument: &FunctionArg) -> Result<Argument> {
    let (name, expr) = parts(argument)?;
    let variable = match expr {
        Expr::Value(value) => match &value.value {
            Literal::Placeholder(name) => name.strip_prefix(':').map(str::to_string),
            _ => None,
        },
        _ => None,
    };
    let bound = variable
        .as_ref()
        .and_then(|variable| session.context().binds.value(variable));
    let value = match bound {
        Some(value) => value,
        None => expression::by_query(session, expr.clone(), &Bindings::new()).await?,
    };
    Ok(Argument {
        name,
        value,
        variable,
    })
}

/// What of a session a procedure has for itself.
#[derive(Debug)]
pub(in crate::engine) struct Entered {
    database: Option<String>,
    schema: Option<String>,
    role: String,
    variables: BTreeMap<String, Variable>,
    owners_rights: bool,
    calls: usize,
}

impl Entered {
    /// Remembers the caller's.
    pub(in crate::engine) fn note(context: &Context) -> Self {
        Self {
            database: context.database.clone(),
            schema: context.schema.clone(),
            role: context.role.clone(),
            variables: context.variables.clone(),
            owners_rights: context.owners_rights,
            calls: context.calls,
        }
    }

    /// Gives the caller its own back.
    pub(in crate::engine) fn restore(self, context: &mut Context) {
        context.database = self.database;
        context.schema = self.schema;
        context.role = self.role;
        context.variables = self.variables;
        context.owners_rights = self.owners_rights;
        context.calls = self.calls;
    }
}

/// Runs a procedure's body in a scope of its own. Answers what it returns and its arguments' last values.
async fn enter(
    session: &mut Session,
    meant: &Meant,
    arguments: Vec<(String, Value)>,
) -> Result<(Returned, Bindings)> {
    let routine = &meant.routine;
    let caller = Entered::note(session.context());
    if caller.calls >= MOST_CALLS {
        let message =
            format!("Stored procedure execution error: maximum depth of {MOST_CALLS} calls exceeded");
        return Err(Error::new(90_235, "P0000", message));
    }
    let depth = session.scopes.depth();
    session.scopes.enter();
    let context = session.context_mut();
    context.calls += 1;
    if routine.execute_as == ExecuteAs::Owner {
        context.owners_rights = true;
        context.variables = BTreeMap::new();
        if let Some((database, schema)) = meant.home.clone() {
            context.database = Some(database);
            context.schema = Some(schema);
        }
    }
    let outcome = body(session, meant, arguments).await;
    let left_open = session.scopes.leave(depth);
    session.note_transaction();
    let context = session.context_mut();
    match routine.execute_as {
        ExecuteAs::Owner => caller.restore(context),
        // What it changed of its caller's session stays.
        _ => context.calls = caller.calls,
    }
    let outcome = outcome?;
    match left_open {
        true => Err(Error::transaction_left_open()),
        false => Ok(outcome),
    }
}

async fn body(
    session: &mut Session,
    meant: &Meant,
    arguments: Vec<(String, Value)>,
) -> Result<(Returned, Bindings)> {
    let Meant {
        routine,
        object,
        home,
    } = meant;
    // STRICT has no meaning for procedures in SQL.
    let strict = routine.strict && routine.language != Language::Sql;
    if strict && arguments.iter().any(|(_, value)| value.is_null()) {
        return Ok((Returned::Nothing, Bindings::new()));
    }
    let log = super::log(session, Executable::Routine(routine, object.as_deref()));
    match &routine.language {
        Language::Sql => {
            let block = script::parse(&routine.body)?;
            let mut host = SessionHost::new(session, log);
            let script = Script {
                block: &block,
                arguments,
            };
            script::run(&mut host, script).await
        }
        Language::JavaScript => {
            let Returns::Scalar { data_type, .. } = routine.returns else {
                return Err(mismatch(routine));
            };
            let procedure = Procedure {
                settings: javascript(session, routine, &log),
                arguments,
                returns: data_type,
            };
            let mut host = SessionHost::new(session, log);
            let value = script::javascript::call(&mut host, procedure).await?;
            Ok((Returned::Value(value), Bindings::new()))
        }
        Language::Python(_) => super::python::call(session, routine, home.clone(), log, arguments).await,
    }
}

/// What a procedure's engine is made with.
fn javascript(session: &Session, routine: &Routine, log: &Arc<dyn Log>) -> Settings {
    let types = session.context().types.clone();
    let clock = session.account().clock();
    Settings {
        name: routine.name.clone(),
        body: routine.body.clone(),
        seed: clock.now().as_millisecond() as u32,
        clock: Arc::clone(clock),
        types,
        watch: Arc::new(Watch::patient()),
        log: Arc::clone(log),
    }
}

/// What a procedure returned, as RETURNS says.
fn shaped(session: &Session, routine: &Routine, returned: Returned) -> Result<StatementResult> {
    match (&routine.returns, returned) {
        (Returns::Scalar { data_type, not_null }, returned) => {
            let value = match returned {
                Returned::Value(value) => value,
                Returned::Nothing => Value::null(*data_type),
                Returned::Table(_) => return Err(mismatch(routine)),
            };
            let value = value.cast(data_type, &session.context().types)?;
            if *not_null && value.is_null() {
                return Err(Error::null_result(format_args!("procedure {}", routine.name)));
            }
            one_value(&routine.name, value)
        }
        (Returns::Table(columns), Returned::Table(outcome)) => table(session, columns, &outcome),
        (Returns::Table(_), _) => Err(mismatch(routine)),
    }
}

fn mismatch(routine: &Routine) -> Error {
    let message = format!(
        "Stored procedure execution error: {} does not return what its RETURNS clause says",
        routine.name
    );
    Error::new(90_233, "P0000", message)
}

/// Rows as RETURNS TABLE names and types them.
fn table(session: &Session, columns: &[(String, SnowType)], outcome: &Outcome) -> Result<StatementResult> {
    if columns.is_empty() {
        return Ok(super::table(outcome));
    }
    if columns.len() != outcome.schema.fields().len() {
        return Err(mismatch_of_table());
    }
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, data_type)| data_type.field(name, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let types = &session.context().types;
    let mut batches = Vec::with_capacity(outcome.batches.len());
    for batch in &outcome.batches {
        let mut arrays = Vec::with_capacity(columns.len());
        for ((array, field), (_, to)) in batch.columns().iter().zip(outcome.schema.fields()).zip(columns) {
            let from = SnowType::from_field(field).unwrap_or(SnowType::VARCHAR);
            let converted = cast(array, &from, to, CastMode::Strict, types);
            arrays.push(converted.map_err(|_| mismatch_of_table())?);
        }
        batches.push(RecordBatch::try_new(Arc::clone(&schema), arrays)?);
    }
    Ok(StatementResult::of_batches(schema, batches))
}

fn mismatch_of_table() -> Error {
    let message = "Stored procedure execution error: data type of returned table does not match expected returned table type";
    Error::new(90_233, "P0000", message)
}

/// The columns of a CALL's result, found without running it.
pub(super) fn columns(work: &Work<'_>, call: &Call) -> Result<Vec<(String, SnowType)>> {
    if is_system(call) {
        return Ok(vec![(call.name.object().to_string(), SnowType::VARCHAR)]);
    }
    let (planner, _) = work.planner();
    let given = call.arguments.iter().map(|argument| {
        let (name, value) = parts(argument)?;
        let data_type = compiled::type_of(&planner, value);
        Ok(Given { name, data_type })
    });
    let given = given.collect::<Result<Vec<_>>>()?;
    let routine = match &call.anonymous {
        Some(definition) => ddl::routine::routine(definition)?,
        None => {
            let procedure = work.names().routine(ObjectKind::Procedure, &call.name, &given)?;
            routine_of(&procedure)?.clone()
        }
    };
    Ok(match &routine.returns {
        Returns::Scalar { data_type, .. } => vec![(routine.name.clone(), *data_type)],
        Returns::Table(columns) if columns.is_empty() => vec![(routine.name.clone(), SnowType::VARCHAR)],
        Returns::Table(columns) => columns.clone(),
    })
}
