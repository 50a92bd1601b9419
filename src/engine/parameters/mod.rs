//! Session parameters and session variables. <https://docs.snowflake.com/en/sql-reference/sql/alter-session>,
//! <https://docs.snowflake.com/en/sql-reference/sql/set>
//!
//! Parameters that shape values live in [`TypeContext`](crate::types::TypeContext); [`known`] lists all others, with
//! what each means here.

pub mod known;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast;

use super::context::{Context, Variable};
use super::{StatementResult, Work, events, options};
use crate::catalog::Fact;
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::sql;
use crate::sql::statement::{AlterParameters, SetVariables, UnsetVariables};
use crate::sql::{Ident, QualifiedName};
use crate::types::TypeContext;
use known::Effect;

/// The longest text or binary value of a variable, in bytes.
const MAX_VARIABLE_BYTES: usize = 16 << 10;
/// The longest name of a variable, in characters.
const MAX_VARIABLE_NAME: usize = 256;

/// Whether a name is a session parameter's.
pub fn is_known(name: &str) -> bool {
    TypeContext::default().get(name).is_some() || known::find(name).is_some()
}

/// Fails unless a session parameter takes a value.
///
/// # Errors
/// As [`apply`].
pub fn check(name: &str, value: &str) -> Result<()> {
    let Some(parameter) = known::find(name) else {
        return match TypeContext::default().set(name, value)? {
            true => Ok(()),
            false => Err(unknown(name)),
        };
    };
    if !parameter.takes(value) {
        return Err(Error::invalid_property(parameter.name, value));
    }
    if parameter.effect == Effect::DefaultOnly && !value.eq_ignore_ascii_case(parameter.default) {
        return Err(Error::unsupported(format!("{} = {value}", parameter.name)));
    }
    Ok(())
}

/// Sets a session parameter.
///
/// # Errors
/// 001424 for a name that is none, 001008 for a value that it does not take, a refusal of values whose effect is not
/// there.
pub fn apply(context: &mut Context, name: &str, value: &str) -> Result<()> {
    if !context.types.set(name, value)? {
        check(name, value)?;
        context
            .parameters
            .insert(name.to_ascii_uppercase(), value.to_string());
    }
    context.set_parameters.insert(name.to_ascii_uppercase());
    context.mark_parameters();
    Ok(())
}

/// A session parameter's present value and its default; `None` for a name that is none.
pub fn current(context: &Context, name: &str) -> Option<(String, String)> {
    if let Some(parameter) = known::find(name) {
        let default = parameter.default.to_string();
        return Some((
            context
                .parameters
                .get(parameter.name)
                .cloned()
                .unwrap_or_else(|| default.clone()),
            default,
        ));
    }
    Some((context.types.get(name)?, TypeContext::default().get(name)?))
}

/// What values a parameter takes, as far as SHOW PARAMETERS and clients tell them apart.
pub fn kind(name: &str) -> known::Kind {
    match known::find(name) {
        Some(parameter) => parameter.kind,
        None => match name {
            "WEEK_START" | "WEEK_OF_YEAR_POLICY" | "TWO_DIGIT_CENTURY_START" | "JSON_INDENT" => {
                known::Kind::Number(0, i64::MAX)
            }
            "STRICT_JSON_OUTPUT" | "TIMESTAMP_DAY_IS_ALWAYS_24H" => known::Kind::Boolean,
            _ => known::Kind::Text,
        },
    }
}

fn unknown(name: &str) -> Error {
    Error::new(
        1_424,
        "42601",
        format!("SQL compilation error:\ninvalid parameter '{name}'"),
    )
}

/// Runs ALTER SESSION.
pub(in crate::engine) fn alter(work: &mut Work<'_>, alter: AlterParameters) -> Result<StatementResult> {
    if alter.account {
        return alter_account(work, &alter);
    }
    for property in alter.set.iter() {
        let value = options::value(property)?
            .text()
            .ok_or_else(|| property.invalid())?;
        let value = if value == "TRUE" || value == "FALSE" {
            value.to_lowercase()
        } else {
            value
        };
        apply(work.context, &property.name, &value)?;
    }
    for name in &alter.unset {
        work.context.mark_parameters();
        work.context.set_parameters.remove(&name.to_ascii_uppercase());
        let default = match known::find(name) {
            Some(parameter) => {
                work.context.parameters.remove(parameter.name);
                continue;
            }
            None => TypeContext::default().get(name).ok_or_else(|| unknown(name))?,
        };
        work.context.types.set(name, &default)?;
    }
    StatementResult::status("Statement executed successfully.")
}

/// Runs ALTER ACCOUNT, of those parameters that mean something for a whole account here.
/// <https://docs.snowflake.com/en/sql-reference/sql/alter-account>
fn alter_account(work: &mut Work<'_>, alter: &AlterParameters) -> Result<StatementResult> {
    const MONITOR: &str = "RESOURCE_MONITOR";
    let refused = |name: &str| Error::unsupported(format!("ALTER ACCOUNT of {name}"));
    let mut options = work.snapshot().account_options().clone();
    for property in alter.set.iter() {
        let value = match property.name.as_str() {
            events::EVENT_TABLE => events::named(&work.names(), property)?,
            events::LOG_LEVEL => {
                let level = options::value(property)?;
                let text = level.text().ok_or_else(|| property.invalid())?;
                check(events::LOG_LEVEL, &text)?;
                level
            }
            MONITOR => {
                let name = property.value.as_text().ok_or_else(|| property.invalid())?;
                let name = (name != "NULL").then(|| QualifiedName::single(Ident::quoted(name)));
                super::ddl::monitor::of_account(work, name.as_ref())?;
                continue;
            }
            other => return Err(refused(other)),
        };
        options.set(property.name.as_str(), value);
    }
    for name in &alter.unset {
        match name.to_ascii_uppercase().as_str() {
            known @ (events::EVENT_TABLE | events::LOG_LEVEL) => drop(options.unset(known)),
            MONITOR => super::ddl::monitor::of_account(work, None)?,
            other => return Err(refused(other)),
        }
    }
    if options != *work.snapshot().account_options() {
        work.record(Fact::Account(options))?;
    }
    StatementResult::status("Statement executed successfully.")
}

/// Runs SET. All values are those from before the statement.
pub(in crate::engine) async fn set_variables(
    work: &mut Work<'_>,
    set: SetVariables,
) -> Result<StatementResult> {
    for (name, _) in &set.variables {
        check_variable_name(&name.value)?;
    }
    let mut query = sql::parse_query("SELECT 1")?;
    if let ast::SetExpr::Select(select) = query.body.as_mut() {
        select.projection = set
            .variables
            .iter()
            .map(|(_, expr)| ast::SelectItem::UnnamedExpr(expr.clone()))
            .collect();
    }
    let (planner, environment) = work.planner();
    let plan = planner.query(&query)?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let row = batches
        .iter()
        .find(|batch| batch.num_rows() > 0)
        .ok_or_else(|| Error::internal("SET without a row"))?;
    for ((name, _), column) in set.variables.iter().zip(row.columns()) {
        let value = ScalarValue::try_from_array(column, 0)?;
        let size = match &value {
            ScalarValue::Utf8(Some(text)) => text.len(),
            ScalarValue::Binary(Some(bytes)) | ScalarValue::LargeBinary(Some(bytes)) => bytes.len(),
            _ => 0,
        };
        if size > MAX_VARIABLE_BYTES {
            let message = format!(
                "Assignment to '{}' not done because value exceeds size limit for variables. Its size is {size}; the \
                 limit is {MAX_VARIABLE_BYTES} (internal storage size in bytes).",
                name.value
            );
            return Err(Error::new(1_045, "22000", message));
        }
        let created = work
            .context
            .variables
            .get(&name.value)
            .map_or(work.now, |old| old.created);
        let variable = Variable {
            value,
            created,
            updated: work.now,
        };
        work.context.variables.insert(name.value.clone(), variable);
    }
    environment.record_counters(work)?;
    StatementResult::status("Statement executed successfully.")
}

/// Fails for names that no variable can have.
fn check_variable_name(name: &str) -> Result<()> {
    let fault = if name.chars().count() > MAX_VARIABLE_NAME {
        format!("Variable name '{name}' is longer than {MAX_VARIABLE_NAME} characters.")
    } else if matches!(name, "CURRENT" | "PUBLIC") {
        format!("Variable name '{name}' is reserved.")
    } else {
        return Ok(());
    };
    Err(Error::compilation(fault))
}

/// Runs UNSET. Names that are not set are no error, as on Snowflake.
pub(in crate::engine) fn unset_variables(
    work: &mut Work<'_>,
    unset: UnsetVariables,
) -> Result<StatementResult> {
    for name in &unset.names {
        work.context.variables.remove(&name.value);
    }
    StatementResult::status("Statement executed successfully.")
}
