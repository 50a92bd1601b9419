//! Context functions. <https://docs.snowflake.com/en/sql-reference/functions-context>

use datafusion::common::ScalarValue;

use super::text;
use crate::engine::context::Context;
use crate::engine::ddl::SYSTEM_ROLES;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::sql::quote_text;
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast_scalar};
use crate::variant::{Value, encoded, encoding};

/// The account's locator and name, and its organization's, as this house has them.
pub(super) const ACCOUNT: &str = "SNOWGLOBE";
pub(super) const ORGANIZATION: &str = "SNOWGLOBE";
/// The region: none of a cloud's.
pub(super) const REGION: &str = "LOCAL";

/// The value of a context function; `None` when there is none of that name.
pub fn call(
    environment: &StatementEnvironment,
    name: &str,
    arguments: &[ScalarValue],
) -> Option<Result<ScalarValue>> {
    let context = &environment.context;
    if name == "LAST_QUERY_ID" {
        return Some(last_query_id(context, arguments));
    }
    match name {
        "GET_DDL" => return Some(super::ddl::get_ddl(environment, arguments)),
        "GETVARIABLE" | "SESSION_CONTEXT" => return Some(variable(environment, name, arguments)),
        "SYS_CONTEXT" => return Some(super::sys_context::call(environment, arguments)),
        _ => {}
    }
    let value = match name {
        "CURRENT_DATABASE" => ScalarValue::Utf8(context.database.clone()),
        "CURRENT_SCHEMA" => ScalarValue::Utf8(context.schema.clone()),
        "CURRENT_SCHEMAS" => text(schemas(context)),
        "CURRENT_WAREHOUSE" => ScalarValue::Utf8(context.warehouse.clone()),
        "CURRENT_ROLE" | "CURRENT_PRIMARY_ROLE" | "INVOKER_ROLE" => text(&context.role),
        "CURRENT_ROLE_TYPE" => text("ROLE"),
        "CURRENT_SECONDARY_ROLES" => text(r#"{"roles":"","value":""}"#),
        "CURRENT_AVAILABLE_ROLES" => text(available_roles(environment)),
        "CURRENT_USER" => text(&context.user),
        "CURRENT_SESSION" => text(context.session.to_string()),
        "CURRENT_ACCOUNT" | "CURRENT_ACCOUNT_NAME" => text(ACCOUNT),
        "CURRENT_ORGANIZATION_NAME" => text(ORGANIZATION),
        "CURRENT_REGION" => text(REGION),
        "CURRENT_VERSION" => text(env!("CARGO_PKG_VERSION")),
        "CURRENT_CLIENT" => text(concat!("Snowglobe ", env!("CARGO_PKG_VERSION"))),
        "CURRENT_TRANSACTION" => ScalarValue::Utf8(context.transaction.map(|id| id.to_string())),
        "LAST_TRANSACTION" => ScalarValue::Utf8(context.last_transaction.map(|id| id.to_string())),
        "CURRENT_STATEMENT" => {
            let record = environment.account.queries().get(&context.query_id);
            ScalarValue::Utf8(record.map(|record| record.text.clone()))
        }
        "ALL_USER_NAMES" => all_user_names(environment),
        // Nothing is shared with or by another account.
        "INVOKER_SHARE" => ScalarValue::Utf8(None),
        _ => return None,
    };
    Some(match arguments.is_empty() {
        true => Ok(value),
        false => Err(Error::too_many_arguments(
            shown(name, arguments),
            0,
            arguments.len(),
        )),
    })
}

/// A call with its arguments, as an error shows it.
fn shown(function: &str, arguments: &[ScalarValue]) -> String {
    let shown = |argument: &ScalarValue| match argument {
        ScalarValue::Utf8(Some(text)) => quote_text(text),
        other => other.to_string().to_uppercase(),
    };
    let shown: Vec<String> = arguments.iter().map(shown).collect();
    format!("{function}({})", shown.join(", "))
}

/// The names of all users, as an ARRAY.
fn all_user_names(environment: &StatementEnvironment) -> ScalarValue {
    let users = environment.snapshot.all(crate::catalog::ObjectKind::User);
    let mut names: Vec<&str> = users.map(|user| user.name.as_str()).collect();
    names.push(&environment.context.user);
    names.sort_unstable();
    names.dedup();
    let names: Vec<Vec<u8>> = names
        .into_iter()
        .map(|name| encoded(&Value::String(name)))
        .collect();
    let mut array = Vec::new();
    match encoding::write_array(names.iter().map(Vec::as_slice), &mut array) {
        Ok(()) => ScalarValue::LargeBinary(Some(array)),
        Err(_) => ScalarValue::LargeBinary(None),
    }
}

/// GETVARIABLE: a session variable's value as text, by its name in upper case; NULL when it is not set.
/// <https://docs.snowflake.com/en/sql-reference/functions/getvariable>
fn variable(
    environment: &StatementEnvironment,
    function: &str,
    arguments: &[ScalarValue],
) -> Result<ScalarValue> {
    let [ScalarValue::Utf8(Some(name))] = arguments else {
        return match arguments.len() {
            0 => Err(Error::not_enough_arguments(format!("{function}()"), 1, 0)),
            1 => Ok(ScalarValue::Utf8(None)),
            given => Err(Error::too_many_arguments(shown(function, arguments), 1, given)),
        };
    };
    let Some(variable) = environment.context.variables.get(name) else {
        return Ok(ScalarValue::Utf8(None));
    };
    let from = SnowType::from_arrow(&variable.value.data_type()).unwrap_or(SnowType::VARCHAR);
    let types = &environment.context.types;
    cast_scalar(
        &variable.value,
        &from,
        &SnowType::VARCHAR,
        CastMode::Strict,
        types,
    )
}

/// The search path: the current schema, and PUBLIC of the current database, as a JSON array.
pub(super) fn schemas(context: &Context) -> String {
    let quoted = |schema: &str, database: &str| format!("\"{database}.{schema}\"");
    let mut found = Vec::new();
    if let Some(database) = &context.database {
        found.extend(context.schema.as_ref().map(|schema| quoted(schema, database)));
        found.extend((context.schema.as_deref() != Some("PUBLIC")).then(|| quoted("PUBLIC", database)));
    }
    format!("[{}]", found.join(", "))
}

/// Every role of the account, as a JSON array: each may be used.
fn available_roles(environment: &StatementEnvironment) -> String {
    let own = environment
        .snapshot
        .all(crate::catalog::ObjectKind::Role)
        .map(|role| role.name.clone());
    let mut roles: Vec<String> = SYSTEM_ROLES
        .iter()
        .map(|role| (*role).to_string())
        .chain(own)
        .collect();
    roles.sort();
    let quoted: Vec<String> = roles.iter().map(|role| format!("\"{role}\"")).collect();
    format!("[ {} ]", quoted.join(", "))
}

/// LAST_QUERY_ID([n]): the newest for -1, the session's first for 1.
/// <https://docs.snowflake.com/en/sql-reference/functions/last_query_id>
pub fn last_query_id(context: &Context, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let number = match arguments {
        [] => -1,
        [ScalarValue::Int64(Some(number))] => *number,
        [other] => {
            return Err(Error::invalid_argument(
                "LAST_QUERY_ID",
                other,
                "it takes a whole number",
            ));
        }
        _ => return Err(Error::too_many_arguments("LAST_QUERY_ID(…)", 1, arguments.len())),
    };
    let ids = &context.query_ids;
    let at = match number {
        0 => None,
        number if number < 0 => usize::try_from(number.unsigned_abs())
            .ok()
            .and_then(|back| ids.len().checked_sub(back)),
        number => usize::try_from(number - 1).ok(),
    };
    Ok(ScalarValue::Utf8(
        at.and_then(|at| ids.get(at)).map(|id| id.to_string()),
    ))
}
