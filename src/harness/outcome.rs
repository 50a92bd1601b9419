//! What a client sees of a statement: columns with their types, rows in Snowflake's text form, or an error.

use std::fmt;

use crate::engine::StatementResult;
use crate::error::Error;
use crate::types::{SnowType, TypeContext};

/// More rows than this are no matter for a snapshot; the statement should count or limit them.
pub const MOST_ROWS: usize = 10_000;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, as Snowflake derives it.
    pub name: String,
    /// Its type, with precision and scale or length: `NUMBER(38,0)`.
    pub data_type: String,
    /// Whether it may hold NULL.
    pub nullable: bool,
}

/// A result that is a table: every successful statement has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its cells; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// An error as a client gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The number, with six digits.
    pub code: String,
    /// The SQLSTATE.
    pub sqlstate: String,
    /// The message.
    pub message: String,
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It gave a table.
    Table(Table),
    /// It failed.
    Refused(Refused),
}

impl Table {
    /// The table of a statement that went well, its cells written as the session `types` belong to would.
    ///
    /// # Errors
    /// A value without a text form; more than [`MOST_ROWS`] rows.
    pub fn of_result(result: &StatementResult, types: &TypeContext) -> Result<Self, Error> {
        if result.row_count() > MOST_ROWS {
            return Err(Error::configuration(format!(
                "{} rows are too many for a snapshot, which takes {MOST_ROWS}",
                result.row_count()
            ))
            .with_hint("count, sum up or LIMIT the rows"));
        }
        let columns = result.columns();
        let mut rows = result.to_text(types)?;
        for (index, column) in columns.iter().enumerate() {
            if is_json(&column.data_type) {
                for row in &mut rows {
                    if let Some(Some(text)) = row.get_mut(index) {
                        *text = on_one_line(text);
                    }
                }
            }
        }
        let columns = columns.into_iter().map(|column| Column {
            name: column.name,
            data_type: column.data_type.to_string(),
            nullable: column.nullable,
        });
        Ok(Self {
            columns: columns.collect(),
            rows,
        })
    }
}

impl From<&Error> for Outcome {
    fn from(error: &Error) -> Self {
        Self::Refused(Refused {
            code: error.shown_code(),
            sqlstate: error.sqlstate().to_owned(),
            message: error.message().trim_end().to_owned(),
        })
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.data_type)?;
        match self.nullable {
            true => Ok(()),
            false => f.write_str(" NOT NULL"),
        }
    }
}

fn is_json(data_type: &SnowType) -> bool {
    data_type.is_encoded() && !data_type.is_vector()
}

/// JSON text without its layout: clients get it over several lines, where a snapshot has one line for a row.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let (mut quoted, mut escaped, mut indented) = (false, false, false);
    for c in text.chars() {
        if !quoted && (c == '\n' || indented && c == ' ') {
            if c == '\n' && line.ends_with(',') {
                line.push(' ');
            }
            indented = true;
            continue;
        }
        indented = false;
        line.push(c);
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_comes_on_one_line_and_keeps_its_texts() {
        let text = "{\n  \"a\": [\n    1,\n    \"x  \\\" , y\"\n  ],\n  \"b\": {}\n}";
        assert_eq!(on_one_line(text), "{\"a\": [1, \"x  \\\" , y\"], \"b\": {}}");
        assert_eq!(on_one_line("\"a\\\\\""), "\"a\\\\\"");
    }
}
