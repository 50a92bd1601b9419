//! SYS_CONTEXT: the session and its surroundings by the names of properties.
//! <https://docs.snowflake.com/en/sql-reference/functions/sys_context>

use datafusion::common::ScalarValue;

use super::{context, role_in_session, text};
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};

/// `SYS_CONTEXT('namespace', 'property or function' [, 'argument', …])`.
pub fn call(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let mut texts = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument {
            ScalarValue::Utf8(Some(text)) => texts.push(text.as_str()),
            _ => {
                let rule = "it takes texts";
                return Err(Error::invalid_argument("SYS_CONTEXT", argument, rule));
            }
        }
    }
    let [namespace, property, given @ ..] = texts.as_slice() else {
        return Err(Error::not_enough_arguments("SYS_CONTEXT(…)", 2, arguments.len()));
    };
    let (namespace, property) = (namespace.to_uppercase(), property.to_uppercase());
    let unknown = || Error::unsupported(format!("SYS_CONTEXT('{namespace}', '{property}')"));
    match (namespace.as_str(), property.as_str()) {
        ("SNOWFLAKE$SESSION" | "SNOWFLAKE$CURRENT", "IS_ROLE_ACTIVATED") => {
            let active = role_in_session::active(environment);
            let any = given.iter().any(|role| active.contains(*role));
            Ok(text(if any { "TRUE" } else { "FALSE" }))
        }
        ("SNOWFLAKE$SESSION", property) => session(environment, property).ok_or_else(unknown),
        ("SNOWFLAKE$ENVIRONMENT", "CLIENT") => of_function(environment, "CURRENT_CLIENT"),
        ("SNOWFLAKE$ENVIRONMENT", "ACCOUNT") => Ok(text(context::ACCOUNT)),
        ("SNOWFLAKE$ENVIRONMENT", "REGION") => Ok(text(context::REGION)),
        // Outside of an application.
        ("SNOWFLAKE$APPLICATION", _) => Ok(ScalarValue::Utf8(None)),
        _ => Err(unknown()),
    }
}

fn of_function(environment: &StatementEnvironment, name: &str) -> Result<ScalarValue> {
    context::call(environment, name, &[]).unwrap_or(Ok(ScalarValue::Utf8(None)))
}

/// A property of the session; `None` for one that is not known here.
fn session(environment: &StatementEnvironment, property: &str) -> Option<ScalarValue> {
    let context = &environment.context;
    let task = context.task.as_ref();
    Some(match property {
        "PRINCIPAL_NAME" => text(task.map_or(&context.user, |task| &task.name)),
        "PRINCIPAL_TYPE" => text(if task.is_some() { "TASK" } else { "USER" }),
        "ID" => text(context.session.to_string()),
        "ROLE" => text(&context.role),
        "ROLE_TYPE" => text("ROLE"),
        "ROLE_DATABASE" => ScalarValue::Utf8(None),
        "DATABASE" => ScalarValue::Utf8(context.database.clone()),
        "SCHEMA" => ScalarValue::Utf8(context.schema.clone()),
        "SCHEMAS" => text(context::schemas(context)),
        "WAREHOUSE" => ScalarValue::Utf8(context.warehouse.clone()),
        _ => return None,
    })
}
