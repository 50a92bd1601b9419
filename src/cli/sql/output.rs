//! Results as tables for people, as JSON and as CSV for programs.

use std::io::Write;

use clap::ValueEnum;
use serde::de::IgnoredAny;

use crate::cli::failure::Failure;
use crate::cli::table::{Grid, count};
use crate::engine::StatementResult;
use crate::types::{SnowType, TypeContext};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An aligned table and the number of rows
    Table,
    /// An array of objects for each statement, one row a line
    Json,
    /// A header and records for each statement, as in RFC 4180; NULL is empty, an empty text is ""
    Csv,
}

/// Writes one statement's result; `first` tells that nothing was written before it.
pub(super) fn write(
    out: &mut impl Write,
    result: &StatementResult,
    types: &TypeContext,
    format: Format,
    first: bool,
) -> Result<(), Failure> {
    let grid = Grid::of(result, types)?;
    match format {
        Format::Table => {
            writeln!(out, "{}", grid.draw())?;
            writeln!(out, "{}", count(grid.rows.len() as u64, "row"))?;
        }
        Format::Json => {
            let types: Vec<SnowType> = result
                .columns()
                .into_iter()
                .map(|column| column.data_type)
                .collect();
            json(out, &grid, &types)?;
        }
        Format::Csv => {
            if !first {
                writeln!(out)?;
            }
            csv(out, &grid)?;
        }
    }
    Ok(())
}

fn json(out: &mut impl Write, grid: &Grid, types: &[SnowType]) -> std::io::Result<()> {
    let keys: Vec<String> = unique(&grid.columns)
        .into_iter()
        .map(|name| quoted(&name))
        .collect();
    write!(out, "[")?;
    for (number, row) in grid.rows.iter().enumerate() {
        write!(out, "{}\n  {{", if number == 0 { "" } else { "," })?;
        for (index, ((key, cell), data_type)) in keys.iter().zip(row).zip(types).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(
                out,
                "{separator}{key}: {}",
                json_value(cell.as_deref(), data_type)
            )?;
        }
        write!(out, "}}")?;
    }
    writeln!(out, "{}]", if grid.rows.is_empty() { "" } else { "\n" })
}

/// A cell as JSON: numbers, truth values and semi-structured values as themselves, everything else as text.
fn json_value(cell: Option<&str>, data_type: &SnowType) -> String {
    let Some(text) = cell else {
        return "null".to_owned();
    };
    let itself = match data_type {
        SnowType::Number { .. } | SnowType::Float | SnowType::Boolean => true,
        other => other.is_encoded(),
    };
    // NaN, and a VARIANT's text that happens to be none, are no JSON. A VARIANT's line feeds become blanks, so that
    // a row stays a line.
    if itself && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        text.split('\n').map(str::trim_start).collect()
    } else if itself && matches!(data_type, SnowType::Boolean) {
        text.to_ascii_lowercase()
    } else {
        quoted(text)
    }
}

/// A text in JSON's quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Names told apart: a repeated one gets `_2`, `_3`, …
fn unique(names: &[String]) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    names
        .iter()
        .map(|name| {
            let mut candidate = name.clone();
            let mut number = 2;
            while !taken.insert(candidate.clone()) {
                candidate = format!("{name}_{number}");
                number += 1;
            }
            candidate
        })
        .collect()
}

fn csv(out: &mut impl Write, grid: &Grid) -> std::io::Result<()> {
    let header: Vec<Option<String>> = grid.columns.iter().cloned().map(Some).collect();
    for row in std::iter::once(&header).chain(&grid.rows) {
        let fields: Vec<String> = row.iter().map(|cell| field(cell.as_deref())).collect();
        write!(out, "{}\r\n", fields.join(","))?;
    }
    Ok(())
}

fn field(cell: Option<&str>) -> String {
    match cell {
        None => String::new(),
        Some(text) if text.is_empty() || text.contains(['"', ',', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some(text) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn csv_tells_null_from_empty_text_and_quotes_what_needs_it() {
        let mut grid = Grid::new(&["A", "B,C"], &[]);
        grid.rows.push(vec![None, Some(String::new())]);
        grid.push(["say \"hi\"".to_owned(), "x".to_owned()]);
        let text = written(|out| csv(out, &grid).unwrap());
        assert_eq!(text, "A,\"B,C\"\r\n,\"\"\r\n\"say \"\"hi\"\"\",x\r\n");
    }

    #[test]
    fn json_keeps_values_as_they_are() {
        let mut grid = Grid::new(&["N", "V", "N", "T"], &[]);
        grid.push([
            "12345678901234567890.50".to_owned(),
            "{\n  \"a b\": [\n    1\n  ]\n}".to_owned(),
            "NaN".to_owned(),
            "1".to_owned(),
        ]);
        let types = [
            SnowType::INTEGER,
            SnowType::Variant,
            SnowType::Float,
            SnowType::VARCHAR,
        ];
        let text = written(|out| json(out, &grid, &types).unwrap());
        let row = r#"  {"N": 12345678901234567890.50, "V": {"a b": [1]}, "N_2": "NaN", "T": "1"}"#;
        assert_eq!(text, format!("[\n{row}\n]\n"));
        assert_eq!(
            written(|out| json(out, &Grid::new(&["A"], &[]), &types).unwrap()),
            "[]\n"
        );
        assert_eq!(json_value(Some("TRUE"), &SnowType::Boolean), "true");
        assert_eq!(json_value(None, &SnowType::Boolean), "null");
    }
}
