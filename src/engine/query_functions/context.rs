//! Context functions. <https://docs.snowflake.com/en/sql-reference/functions-context>

use datafusion::common::ScalarValue;

use super::text;
use crate::engine::context::Context;
use crate::engine::ddl::SYSTEM_ROLES;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};

/// The account's locator and name, and its organization's, as this house has them.
const ACCOUNT: &str = "SNOWGLOBE";
const ORGANIZATION: &str = "SNOWGLOBE";
/// The region: none of a cloud's.
const REGION: &str = "LOCAL";

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
    if name == "GET_DDL" {
        return Some(super::ddl::get_ddl(environment, arguments));
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
        _ => return None,
    };
    Some(match arguments.is_empty() {
        true => Ok(value),
        false => Err(Error::too_many_arguments(
            format!("{name}(…)"),
            0,
            arguments.len(),
        )),
    })
}

/// The search path: the current schema, and PUBLIC of the current database, as a JSON array.
fn schemas(context: &Context) -> String {
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
fn last_query_id(context: &Context, arguments: &[ScalarValue]) -> Result<ScalarValue> {
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
