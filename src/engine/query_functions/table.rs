//! Table functions: GENERATOR, SPLIT_TO_TABLE, STRTOK_SPLIT_TO_TABLE, RESULT_SCAN, INFER_SCHEMA. Their arguments are constants.
//! <https://docs.snowflake.com/en/sql-reference/functions-table>

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::ScalarValue;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::TableSource;

use crate::engine::copy::infer;
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::Rows;
use crate::error::{Error, Result};
use crate::plan::{NamedArgument, row_set_table};
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast_scalar};

/// The rows of one batch that GENERATOR makes.
const GENERATED_BATCH: usize = 8192;
/// The most rows that GENERATOR makes.
const MOST_GENERATED: i128 = 1_000_000_000;

/// The table of a function; `None` when there is none of that name.
pub fn call(
    environment: &StatementEnvironment,
    name: &[String],
    arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    let [name] = name else { return None };
    Some(match name.as_str() {
        "GENERATOR" => generator(environment, arguments),
        "SPLIT_TO_TABLE" => split(environment, arguments, "SPLIT_TO_TABLE"),
        "STRTOK_SPLIT_TO_TABLE" => split(environment, arguments, "STRTOK_SPLIT_TO_TABLE"),
        "RESULT_SCAN" => result_scan(environment, arguments),
        infer::NAME => infer_schema(environment, arguments),
        _ => return None,
    })
}

/// The rows of INFER_SCHEMA, whose files are read before a query is planned.
fn infer_schema(
    environment: &StatementEnvironment,
    arguments: &[NamedArgument],
) -> Result<Arc<dyn TableSource>> {
    let mut values = infer::Arguments::with_capacity(arguments.len());
    for argument in arguments {
        let name = argument.name.clone();
        let name = name.ok_or_else(|| invalid(infer::NAME, argument))?;
        values.push((name, optional_text(environment, argument)?.unwrap_or_default()));
    }
    let found = environment.staged(&infer::key(&values));
    found.ok_or_else(|| Error::unsupported("INFER_SCHEMA in this place"))
}

/// An argument as a whole number.
pub fn number(environment: &StatementEnvironment, argument: &NamedArgument) -> Result<i128> {
    let from = SnowType::from_arrow(&argument.value.data_type()).unwrap_or(SnowType::VARCHAR);
    let types = &environment.context.types;
    match cast_scalar(
        &argument.value,
        &from,
        &SnowType::INTEGER,
        CastMode::Strict,
        types,
    )? {
        ScalarValue::Decimal128(Some(number), ..) => Ok(number),
        _ => Err(Error::not_numeric("NULL")),
    }
}

/// <https://docs.snowflake.com/en/sql-reference/functions/generator>
fn generator(
    environment: &StatementEnvironment,
    arguments: &[NamedArgument],
) -> Result<Arc<dyn TableSource>> {
    let mut rows = None;
    for (at, argument) in arguments.iter().enumerate() {
        match argument.name.as_deref() {
            // As if it were not there.
            Some("ROWCOUNT" | "TIMELIMIT") if argument.value.is_null() => {}
            Some("ROWCOUNT") => rows = Some(number(environment, argument)?),
            None if at == 0 => rows = Some(number(environment, argument)?),
            Some("TIMELIMIT") => return Err(Error::unsupported("GENERATOR(TIMELIMIT => …)")),
            _ => return Err(invalid("GENERATOR", argument)),
        }
    }
    let rows = rows.unwrap_or(0);
    if !(0..=MOST_GENERATED).contains(&rows) {
        return Err(Error::invalid_argument(
            "GENERATOR",
            rows,
            format!("ROWCOUNT is 0 to {MOST_GENERATED}"),
        ));
    }
    let rows = usize::try_from(rows).unwrap_or(0);
    let schema: SchemaRef = Arc::new(Schema::empty());
    let batch = |rows: usize| {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&schema), Vec::new(), &options)
    };
    let mut batches = vec![batch(GENERATED_BATCH)?; rows / GENERATED_BATCH];
    if !rows.is_multiple_of(GENERATED_BATCH) {
        batches.push(batch(rows % GENERATED_BATCH)?);
    }
    relation(schema, batches)
}

/// SPLIT_TO_TABLE, and STRTOK_SPLIT_TO_TABLE, whose second argument is a set of separators between tokens.
/// <https://docs.snowflake.com/en/sql-reference/functions/split_to_table>,
/// <https://docs.snowflake.com/en/sql-reference/functions/strtok_split_to_table>
fn split(
    environment: &StatementEnvironment,
    arguments: &[NamedArgument],
    function: &str,
) -> Result<Arc<dyn TableSource>> {
    let tokens = function.starts_with("STRTOK");
    let texts: Vec<Option<String>> = arguments
        .iter()
        .map(|argument| optional_text(environment, argument))
        .collect::<Result<_>>()?;
    let (input, separator) = match texts.as_slice() {
        [input, separator] => (input, separator.clone()),
        [input] if tokens => (input, Some(" ".to_string())),
        given if given.len() > 2 => {
            return Err(Error::too_many_arguments(
                format!("{function}(…)"),
                2,
                given.len(),
            ));
        }
        given => {
            return Err(Error::not_enough_arguments(
                format!("{function}(…)"),
                2,
                given.len(),
            ));
        }
    };
    let mut rows = Rows::new(&[
        ("SEQ", SnowType::INTEGER),
        ("INDEX", SnowType::INTEGER),
        ("VALUE", SnowType::VARCHAR),
    ]);
    if let (Some(input), Some(separator)) = (input, separator) {
        let parts: Vec<&str> = match (tokens, separator.is_empty()) {
            (true, _) => input
                .split(|c| separator.contains(c))
                .filter(|part| !part.is_empty())
                .collect(),
            (false, true) => vec![input.as_str()],
            (false, false) => input.split(separator.as_str()).collect(),
        };
        for (part, index) in parts.into_iter().zip(1_u64..) {
            rows.push(vec![1_u64.into(), index.into(), part.into()]);
        }
    }
    of_rows(&rows)
}

/// An argument as text; `None` for NULL.
pub fn optional_text(environment: &StatementEnvironment, argument: &NamedArgument) -> Result<Option<String>> {
    if argument.value.is_null() {
        return Ok(None);
    }
    let from = SnowType::from_arrow(&argument.value.data_type()).unwrap_or(SnowType::VARCHAR);
    let types = &environment.context.types;
    match cast_scalar(
        &argument.value,
        &from,
        &SnowType::VARCHAR,
        CastMode::Strict,
        types,
    )? {
        ScalarValue::Utf8(text) => Ok(text),
        other => Err(Error::internal(format!("{other} as text"))),
    }
}

/// <https://docs.snowflake.com/en/sql-reference/functions/result_scan>
fn result_scan(
    environment: &StatementEnvironment,
    arguments: &[NamedArgument],
) -> Result<Arc<dyn TableSource>> {
    let id = match arguments {
        [] => super::context::last_query_id(&environment.context, &[])?,
        [argument] if argument.value.data_type().is_numeric() => {
            super::context::last_query_id(&environment.context, std::slice::from_ref(&argument.value))?
        }
        [argument] => ScalarValue::Utf8(optional_text(environment, argument)?),
        more => return Err(Error::too_many_arguments("RESULT_SCAN(…)", 1, more.len())),
    };
    let id = match id {
        ScalarValue::Utf8(Some(id)) => id,
        _ => String::new(),
    };
    let user = &environment.context.user;
    let result = environment.account.queries().result(&id, user).ok_or_else(|| {
        let message = format!("SQL compilation error:\nStatement {id} not found");
        Error::new(709, "02000", message)
            .with_hint("results of the user's last statements are kept, the largest not")
    })?;
    let table = row_set_table(told_apart(&result.schema), result.rows.clone())?;
    Ok(provider_as_source(table))
}

/// A result's schema in which columns of one name are told apart: the second has `_1` behind it, and so on.
fn told_apart(schema: &SchemaRef) -> SchemaRef {
    let mut names: Vec<String> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let mut name = field.name().clone();
        for count in 1.. {
            if !names.contains(&name) {
                break;
            }
            name = format!("{}_{count}", field.name());
        }
        names.push(name);
    }
    let fields = schema.fields().iter().zip(names);
    let fields = fields.map(|(field, name)| field.as_ref().clone().with_name(name));
    Arc::new(Schema::new_with_metadata(
        fields.collect::<Vec<_>>(),
        schema.metadata().clone(),
    ))
}

/// Batches as a relation. They take its schema: names that users see, whatever names the plan had.
pub fn relation(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Arc<dyn TableSource>> {
    let named = with_schema(&schema, batches)?;
    Ok(provider_as_source(Arc::new(MemTable::try_new(
        schema,
        vec![named],
    )?)))
}

/// Batches under a schema that has other names for their columns.
///
/// # Errors
/// When the columns' types are others.
pub fn with_schema(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    let mut named = Vec::with_capacity(batches.len());
    for batch in batches {
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        named.push(RecordBatch::try_new_with_options(
            Arc::clone(schema),
            batch.columns().to_vec(),
            &options,
        )?);
    }
    Ok(named)
}

/// A small table as a relation.
pub fn of_rows(rows: &Rows) -> Result<Arc<dyn TableSource>> {
    relation(rows.schema(), vec![rows.batch()?])
}

/// An argument that a table function does not take.
pub fn invalid(function: &str, argument: &NamedArgument) -> Error {
    let shown = argument
        .name
        .clone()
        .unwrap_or_else(|| argument.value.to_string());
    let message = format!("SQL compilation error:\ninvalid argument '{shown}' for {function}");
    Error::new(1_003, "42000", message)
}
