//! INFER_SCHEMA: the columns of staged files as rows. <https://docs.snowflake.com/en/sql-reference/functions/infer_schema>
//!
//! As with [`super::staged`], the files are read before the query is planned; planning finds the rows by the values of
//! the call's arguments.

use std::collections::HashMap;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, UnaryOperator, Value};

use super::format;
use super::listing;
use super::place::Place;
use crate::engine::environment::StatementEnvironment;
use crate::engine::names::Names;
use crate::engine::query_functions::of_rows;
use crate::engine::rows::Rows;
use crate::error::{Error, Result};
use crate::plan::{Bound, Environment};
use crate::sql::{StageLocation, quote_if_needed};
use crate::stage::infer::{InferredColumn, common, infer};
use crate::stage::location::FileSelection;
use crate::stage::pieces::on_all_cores;
use crate::stage::{FileFormat, FileType, PropertyValue};
use crate::types::SnowType;

/// The function's name.
pub const NAME: &str = "INFER_SCHEMA";

/// Values of arguments with their names; a list is one argument for each of its members.
pub type Arguments = Vec<(String, String)>;

/// Under what name planning asks for the rows of a call.
pub fn key(arguments: &[(String, String)]) -> String {
    format!("@{NAME}{arguments:?}")
}

/// Reads the files of a call, so that planning can see its rows.
///
/// # Errors
/// Arguments that the function does not take; a stage, format or file that is not there or cannot be read.
pub async fn fetch(environment: &StatementEnvironment, call: &[FunctionArg]) -> Result<()> {
    let arguments = evaluate(environment, call)?;
    let rows = Request::new(&arguments)?.rows(environment).await?;
    environment.provide_staged(key(&arguments), of_rows(&rows)?);
    Ok(())
}

/// The values of a call's arguments: literals and bind variables.
fn evaluate(environment: &StatementEnvironment, call: &[FunctionArg]) -> Result<Arguments> {
    let mut arguments = Arguments::new();
    for argument in call {
        let (name, value) = match argument {
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.value.to_uppercase(), value),
            FunctionArg::ExprNamed {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.to_string().to_uppercase(), value),
            other => return Err(invalid(other)),
        };
        let members = match value {
            Expr::Tuple(members) => members.iter().collect(),
            Expr::Nested(member) => vec![member.as_ref()],
            single => vec![single],
        };
        for member in members {
            let text = text(environment, member).ok_or_else(|| invalid(argument))?;
            arguments.push((name.clone(), text));
        }
    }
    Ok(arguments)
}

fn invalid(argument: impl std::fmt::Display) -> Error {
    let message = format!("SQL compilation error:\ninvalid argument '{argument}' for {NAME}");
    Error::new(1_003, "42000", message)
}

fn text(environment: &StatementEnvironment, value: &Expr) -> Option<String> {
    match value {
        Expr::Value(value) => match &value.value {
            Value::Boolean(value) => Some(value.to_string()),
            Value::Number(value, _) => Some(value.to_string()),
            Value::Placeholder(name) => match environment.bind(name)? {
                Bound::Value(ScalarValue::Utf8(text)) => text,
                Bound::Value(ScalarValue::Boolean(value)) => value.map(|value| value.to_string()),
                Bound::Value(ScalarValue::Decimal128(Some(value), _, 0)) => Some(value.to_string()),
                _ => None,
            },
            other => other.clone().into_string(),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => Some(format!("-{}", text(environment, expr)?)),
        _ => None,
    }
}

/// What a call asks for.
#[derive(Debug, Default)]
struct Request {
    location: Option<String>,
    file_format: Option<String>,
    files: Option<Vec<String>>,
    ignore_case: bool,
    max_files: Option<usize>,
    max_records: Option<usize>,
}

/// A column of several files.
struct Merged {
    column: InferredColumn,
    files: Vec<String>,
    position: usize,
}

impl Request {
    fn new(arguments: &[(String, String)]) -> Result<Self> {
        let mut request = Self::default();
        for (name, value) in arguments {
            let wrong = || invalid(format_args!("{name} => {value}"));
            let count = || value.parse::<usize>().map_err(|_| wrong());
            match name.as_str() {
                "LOCATION" => request.location = Some(value.clone()),
                "FILE_FORMAT" => request.file_format = Some(value.clone()),
                "FILES" => request.files.get_or_insert_default().push(value.clone()),
                "IGNORE_CASE" => {
                    request.ignore_case = value.to_lowercase().parse().map_err(|_| wrong())?;
                }
                "MAX_FILE_COUNT" => request.max_files = Some(count()?),
                "MAX_RECORDS_PER_FILE" => request.max_records = Some(count()?),
                "KIND" if value.eq_ignore_ascii_case("STANDARD") => {}
                "KIND" if value.eq_ignore_ascii_case("ICEBERG") => {
                    return Err(Error::unsupported("INFER_SCHEMA(KIND => 'ICEBERG')"));
                }
                _ => return Err(wrong()),
            }
        }
        Ok(request)
    }

    async fn rows(self, environment: &StatementEnvironment) -> Result<Rows> {
        let missing = |name: &str| {
            let message = format!("SQL compilation error:\nmissing argument {name} for {NAME}");
            Error::new(1_003, "42000", message)
        };
        let names = environment.names();
        let location = self.location.as_ref().ok_or_else(|| missing("LOCATION"))?;
        let wanted = self.file_format.as_ref().ok_or_else(|| missing("FILE_FORMAT"))?;
        let found = StageLocation::parse(location).filter(|_| location.starts_with('@'));
        let found =
            found.ok_or_else(|| Error::compilation(format!("invalid stage reference '{location}'")))?;
        if matches!(found, StageLocation::Table { .. }) {
            return Err(Error::unsupported(format!("{NAME} of a table's stage")));
        }
        let place = Place::find(&names, &found)?;
        let format = binary_as_text(&names, &place, format::named(&names, wanted)?)?;
        let selection = FileSelection::new(&place.path, self.files.clone(), None)?;
        let storage = environment.account.storage();
        let mut selected = listing::select(storage, &place, &selection).await?;
        if let Some(key) = selected.missing.first() {
            return Err(Error::remote_file_not_found(place.shown(key)));
        }
        selected.files.truncate(self.max_files.unwrap_or(usize::MAX));
        let mut merge = Merge::new(format.file_type(), self.ignore_case);
        for group in listing::groups(selected.files) {
            let mut files = Vec::with_capacity(group.len());
            for fetched in listing::fetch(storage, &place, group).await {
                files.push(fetched.content?);
            }
            let (format, records): (FileFormat, _) = (format.clone(), self.max_records);
            let read = tokio::task::spawn_blocking(move || {
                on_all_cores(files.len(), |index| {
                    let file = files.get(index)?;
                    Some(infer(file, &format, records).map(|columns| (file.name.clone(), columns)))
                })
            });
            for inferred in read
                .await
                .map_err(|_| Error::internal("reading a file did not end well"))?
            {
                let (file, columns) = inferred.ok_or_else(|| Error::internal("a file was not read"))??;
                merge.add(&file, columns);
            }
        }
        Ok(merge.rows())
    }
}

/// A format that leaves BINARY_AS_TEXT open takes it from the stage: the Python connector says it there alone, and its
/// columns of bytes become BINARY.
fn binary_as_text(names: &Names<'_>, place: &Place, format: FileFormat) -> Result<FileFormat> {
    const OPTION: &str = "BINARY_AS_TEXT";
    if format.file_type() != FileType::Parquet || format.given().any(|(name, _)| name == OPTION) {
        return Ok(format);
    }
    let of_stage = format::of_options(names, &place.file_format)?;
    let given = of_stage.given().find(|(name, _)| *name == OPTION);
    match given {
        Some((_, value)) => format.with_properties(&[(OPTION.to_string(), PropertyValue::Text(value))]),
        None => Ok(format),
    }
}

/// Brings the columns of several files together, by name.
struct Merge {
    file_type: FileType,
    ignore_case: bool,
    columns: Vec<Merged>,
    places: HashMap<String, usize>,
    files: usize,
}

impl Merge {
    fn new(file_type: FileType, ignore_case: bool) -> Self {
        Self {
            file_type,
            ignore_case,
            columns: Vec::new(),
            places: HashMap::new(),
            files: 0,
        }
    }

    fn add(&mut self, file: &str, columns: Vec<InferredColumn>) {
        self.files += 1;
        for (position, mut column) in columns.into_iter().enumerate() {
            if self.ignore_case {
                column.name = column.name.to_uppercase();
            }
            let known = self.places.get(&column.name).copied();
            if let Some(known) = known.and_then(|place| self.columns.get_mut(place)) {
                let one = &mut known.column;
                one.data_type = common(self.file_type, one.data_type, column.data_type);
                one.nullable |= column.nullable;
                if known.files.last().is_none_or(|last| last != file) {
                    known.files.push(file.to_string());
                }
                continue;
            }
            self.places.insert(column.name.clone(), self.columns.len());
            self.columns.push(Merged {
                column,
                files: vec![file.to_string()],
                position,
            });
        }
    }

    fn rows(self) -> Rows {
        let mut rows = Rows::new(&[
            ("COLUMN_NAME", SnowType::VARCHAR),
            ("TYPE", SnowType::VARCHAR),
            ("NULLABLE", SnowType::Boolean),
            ("EXPRESSION", SnowType::VARCHAR),
            ("FILENAMES", SnowType::VARCHAR),
            ("ORDER_ID", SnowType::INTEGER),
        ]);
        for (merged, order) in self.columns.into_iter().zip(0_u64..) {
            let InferredColumn { name, nullable, .. } = merged.column;
            let data_type = type_name(merged.column.data_type);
            // A file without the column leaves it NULL.
            let nullable = nullable || merged.files.len() < self.files;
            let expression = match self.file_type {
                FileType::Csv => format!("${}::{data_type}", merged.position + 1),
                _ if self.ignore_case => format!("GET_IGNORE_CASE ($1, {name})::{data_type}"),
                _ => format!("$1:{}::{data_type}", path(&name)),
            };
            rows.push(vec![
                name.into(),
                data_type.into(),
                nullable.into(),
                expression.into(),
                merged.files.join(", ").into(),
                order.into(),
            ]);
        }
        rows
    }
}

/// A name as the step of a path: in quotes only where it is no word.
fn path(name: &str) -> String {
    match quote_if_needed(&name.to_uppercase()).starts_with('"') {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_string(),
    }
}

/// A type as the function names it; a column without values is TEXT.
fn type_name(data_type: Option<SnowType>) -> String {
    match data_type {
        None | Some(SnowType::Varchar { .. }) => "TEXT".to_string(),
        Some(SnowType::Number { precision, scale }) => format!("NUMBER({precision}, {scale})"),
        Some(SnowType::Float) => "REAL".to_string(),
        Some(SnowType::Binary { .. }) => "BINARY".to_string(),
        Some(SnowType::Time { .. }) => "TIME".to_string(),
        Some(SnowType::TimestampNtz { .. }) => "TIMESTAMP_NTZ".to_string(),
        Some(SnowType::TimestampLtz { .. }) => "TIMESTAMP_LTZ".to_string(),
        Some(SnowType::TimestampTz { .. }) => "TIMESTAMP_TZ".to_string(),
        Some(other) => other.to_string(),
    }
}
