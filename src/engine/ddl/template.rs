//! USING TEMPLATE: a table's columns from what a query says of them, as INFER_SCHEMA does of files.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-table>
//!
//! The query gives one value, an array of objects with COLUMN_NAME, TYPE and NULLABLE; other keys are INFER_SCHEMA's own.

use datafusion::sql::sqlparser::ast::Query;
use serde_json::Value;

use super::columns::duplicate_column;
use super::common::fault;
use crate::catalog::object::Column;
use crate::engine::copy::staged;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::sql;

/// The columns that a template has.
///
/// # Errors
/// When the query fails, or its value is not as wanted.
pub async fn columns(work: &Work<'_>, query: &Query) -> Result<Vec<Column>> {
    let items = items(work, query).await?;
    let mut columns: Vec<Column> = Vec::with_capacity(items.len());
    for (item, id) in items.iter().zip(1..) {
        let column = column(item, id)?;
        if columns.iter().any(|other| other.name == column.name) {
            return Err(duplicate_column(&column.name));
        }
        columns.push(column);
    }
    Ok(columns)
}

/// The objects that a template's query gives.
async fn items(work: &Work<'_>, query: &Query) -> Result<Vec<Value>> {
    let (planner, environment) = work.planner();
    staged::fetch(&environment, query).await?;
    let plan = planner.query(query)?;
    let (schema, batches) = execute::collect(plan, planner.state()).await?;
    let rows = StatementResult::of_batches(schema, batches).to_text(planner.types())?;
    let template = match rows.as_slice() {
        [row] => match row.as_slice() {
            [Some(text)] => serde_json::from_str::<Value>(text).ok(),
            _ => None,
        },
        _ => None,
    };
    let Some(Value::Array(items)) = template else {
        return Err(wrong("one array of objects is wanted"));
    };
    if items.is_empty() {
        return Err(wrong("there are no columns"));
    }
    Ok(items)
}

/// The columns of an external table that a template has: each with the expression that INFER_SCHEMA gives it.
///
/// # Errors
/// As [`columns`]; when a column has no expression.
pub async fn virtual_columns(work: &Work<'_>, query: &Query, first_id: u32) -> Result<Vec<Column>> {
    let items = items(work, query).await?;
    let mut columns: Vec<Column> = Vec::with_capacity(items.len());
    for (item, id) in items.iter().zip(first_id..) {
        let expression = item.get("EXPRESSION").and_then(Value::as_str);
        let expression = expression.ok_or_else(|| wrong("a column has no EXPRESSION"))?;
        let column = Column {
            expression: Some(over_value(expression)),
            nullable: true,
            ..column(item, id)?
        };
        if columns.iter().any(|other| other.name == column.name) {
            return Err(duplicate_column(&column.name));
        }
        columns.push(column);
    }
    Ok(columns)
}

/// INFER_SCHEMA's expressions are over `$1`, or over `$n` of a CSV file; an external table has VALUE instead.
fn over_value(expression: &str) -> String {
    match expression
        .strip_prefix('$')
        .and_then(|rest| rest.split_once("::"))
    {
        Some((number, data_type)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("(VALUE:c{number}::{data_type})")
        }
        _ => format!("({})", expression.replacen("$1", "VALUE", 1)),
    }
}

fn column(item: &Value, id: u32) -> Result<Column> {
    let text = |key: &str| {
        let value = item.get(key).and_then(Value::as_str);
        value.ok_or_else(|| wrong(format!("a column has no {key}")))
    };
    let nullable = match item.get("NULLABLE") {
        None | Some(Value::Null) => true,
        Some(Value::Bool(nullable)) => *nullable,
        Some(other) => return Err(wrong(format!("NULLABLE is {other}"))),
    };
    Ok(Column {
        nullable,
        ..Column::plain(id, text("COLUMN_NAME")?, sql::parse_type(text("TYPE")?)?)
    })
}

fn wrong(what: impl std::fmt::Display) -> Error {
    fault(1_003, "22023", format!("invalid template: {what}"))
}
