//! AT, BEFORE and CHANGES: a table as it was, and what changed between two moments.
//! <https://docs.snowflake.com/en/sql-reference/constructs/at-before>,
//! <https://docs.snowflake.com/en/sql-reference/constructs/changes>

use std::sync::Arc;

use datafusion::common::{DFSchema, ScalarValue};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::TableSource;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, TableVersion as Version,
};
use jiff::{SignedDuration, Timestamp};

use super::changes::ChangesTable;
use crate::catalog::Object;
use crate::catalog::ObjectKind;
use crate::catalog::object::Table;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::plan::{Planner, VersionedTable, execute};
use crate::sql::QualifiedName;
use crate::sql::statement::{TimeTravel, TravelPoint};
use crate::storage::{ChangeSet, TableHistory, TableVersion};
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::{SnowType, temporal};

/// A table with an AT, BEFORE or CHANGES clause, as a relation.
///
/// # Errors
/// 000707 when the table's past does not reach that far; a refusal for a form that is not there.
pub fn table_at(
    environment: &StatementEnvironment,
    object: &Object,
    table: &Table,
    version: &Version,
) -> Result<Arc<dyn TableSource>> {
    if table.external.is_some() {
        return Err(Error::unsupported("time travel on an external table"));
    }
    let history = environment
        .snapshot
        .table(object.id)
        .ok_or_else(|| Error::internal("a table without rows"))?;
    match version {
        Version::Function(clause) => {
            let version = resolve(environment, object, history, &point(clause)?)?;
            Ok(provider_as_source(Arc::new(VersionedTable::new(
                version,
                table.scan_columns()?,
            ))))
        }
        Version::Changes { changes, at, end } => {
            let append_only = information(changes)?;
            let old = resolve(environment, object, history, &point(at)?)?;
            let new = match end {
                Some(end) => resolve(environment, object, history, &point(end)?)?,
                None => history.current(),
            };
            let changes = match append_only {
                true => ChangeSet::appended(history, old.seq, new.seq)?,
                false => ChangeSet::between(&old, &new)?,
            };
            Ok(provider_as_source(Arc::new(ChangesTable::new(
                object.id,
                changes,
                table.scan_columns()?,
            ))))
        }
        other => Err(Error::unsupported(format!("{other}"))),
    }
}

/// The version of a table that a point in time names.
///
/// # Errors
/// As [`table_at`].
pub fn resolve(
    environment: &StatementEnvironment,
    object: &Object,
    history: &TableHistory,
    travel: &TimeTravel,
) -> Result<Arc<TableVersion>> {
    let found = match &travel.point {
        TravelPoint::Timestamp(expr) => {
            let value = evaluate(environment, expr)?;
            history.at_time(moment(environment, &value)?, travel.before)
        }
        TravelPoint::Offset(expr) => {
            let value = evaluate(environment, expr)?;
            let seconds = number(environment, &value)?;
            let moment = environment
                .context
                .types
                .now
                .checked_add(SignedDuration::from_millis((seconds * 1000.0) as i64));
            history.at_time(moment.map_err(|_| too_far(object))?, travel.before)
        }
        TravelPoint::Stream(expr) => {
            let ScalarValue::Utf8(Some(name)) = evaluate(environment, expr)? else {
                return Err(Error::invalid_type("STREAM takes the name of a stream as text"));
            };
            let name = QualifiedName::parse(&name).ok_or_else(|| Error::not_found("Stream", &name))?;
            let stream = environment.names().require(ObjectKind::Stream, &name)?;
            let offset = stream.as_stream().map_or(0, |stream| stream.offset);
            history.at_seq(if travel.before {
                offset.saturating_sub(1)
            } else {
                offset
            })
        }
        TravelPoint::Statement(expr) => {
            let id = evaluate(environment, expr)?;
            let ScalarValue::Utf8(Some(id)) = id else {
                return Err(Error::invalid_type("STATEMENT takes the id of a query as text"));
            };
            let record = environment.account.queries().get(&id);
            let (before, after) = record
                .and_then(|record| record.commits)
                .ok_or_else(|| Error::new(709, "02000", format!("Statement {id} not found")))?;
            history.at_seq(if travel.before { before } else { after })
        }
    };
    found.ok_or_else(|| too_far(object))
}

fn too_far(object: &Object) -> Error {
    let message = format!(
        "SQL compilation error:\nTime travel data is not available for table {}. The requested time is either beyond \
         the allowed time travel period or before the object creation time.",
        object.name
    );
    Error::new(707, "02000", message)
}

/// `AT(TIMESTAMP => …)` and its kin, from the call that the parser keeps it as.
fn point(clause: &Expr) -> Result<TimeTravel> {
    let (function, name, value) = call(clause)?;
    let point = match name.as_str() {
        "TIMESTAMP" => TravelPoint::Timestamp(value),
        "OFFSET" => TravelPoint::Offset(value),
        "STREAM" => TravelPoint::Stream(value),
        "STATEMENT" => TravelPoint::Statement(value),
        other => return Err(Error::syntax(1, 0, format!("unexpected '{other}'"))),
    };
    Ok(TimeTravel {
        before: function.name.to_string() == "BEFORE",
        point,
    })
}

/// Whether CHANGES(INFORMATION => …) asks for inserts only.
fn information(clause: &Expr) -> Result<bool> {
    let (_, _, value) = call(clause)?;
    match value.to_string().to_uppercase().as_str() {
        "DEFAULT" => Ok(false),
        "APPEND_ONLY" => Ok(true),
        other => Err(Error::invalid_property("INFORMATION", other)),
    }
}

/// A call with one named argument.
fn call(clause: &Expr) -> Result<(&Function, String, Expr)> {
    if let Expr::Function(function) = clause
        && let FunctionArguments::List(list) = &function.args
    {
        match list.args.as_slice() {
            [
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(value),
                    ..
                },
            ] => {
                return Ok((function, name.value.to_uppercase(), value.clone()));
            }
            [
                FunctionArg::ExprNamed {
                    name,
                    arg: FunctionArgExpr::Expr(value),
                    ..
                },
            ] => {
                return Ok((function, name.to_string().to_uppercase(), value.clone()));
            }
            _ => {}
        }
    }
    Err(Error::syntax(1, 0, format!("unexpected '{clause}'")))
}

fn evaluate(environment: &StatementEnvironment, expr: &Expr) -> Result<ScalarValue> {
    let current = |part: &Option<String>| part.clone().unwrap_or_default();
    let context = (
        current(&environment.context.database),
        current(&environment.context.schema),
    );
    let inner = Arc::new(environment.inside(&context)?);
    let planner = Planner::new(
        inner,
        environment.account.base_state(),
        &environment.context.types,
    );
    let planned = planner.expression(expr, &DFSchema::empty())?;
    execute::constant(planned, planner.state().config_options()).map_err(crate::plan::translate)
}

fn moment(environment: &StatementEnvironment, value: &ScalarValue) -> Result<Timestamp> {
    let from = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
    let types = &environment.context.types;
    match cast_scalar(value, &from, &SnowType::TIMESTAMP_LTZ, CastMode::Strict, types)? {
        ScalarValue::FixedSizeBinary(_, Some(bytes)) => {
            Timestamp::from_nanosecond(temporal::decode(&bytes)).map_err(|_| Error::not_timestamp(value))
        }
        _ => Err(Error::not_timestamp("NULL")),
    }
}

fn number(environment: &StatementEnvironment, value: &ScalarValue) -> Result<f64> {
    let from = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
    match cast_scalar(
        value,
        &from,
        &SnowType::Float,
        CastMode::Strict,
        &environment.context.types,
    )? {
        ScalarValue::Float64(Some(number)) => Ok(number),
        _ => Err(Error::not_numeric("NULL")),
    }
}
