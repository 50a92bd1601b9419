//! Checks: queries with a known result, by which a run proves itself.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::world::events::outcome::{OutcomeTable, Row};

/// The figures of a run that a check may mention as `${name}`, in its query or in what it expects.
pub const FIGURES: [&str; 2] = ["sent", "dead_letters"];

/// The figures of one run by name; see [`FIGURES`].
pub type Figures = BTreeMap<&'static str, u64>;

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is claimed, in words.
    pub name: String,
    /// The query.
    pub sql: String,
    /// What it must answer.
    pub expected: Expected,
}

/// What a check's query must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// No row.
    Empty,
    /// Exactly these rows, in this order; a single `expect` value is one row of one column. `NULL` is SQL NULL.
    Rows(Vec<Vec<String>>),
    /// In any order, the rows of this table of the generator's [outcome](crate::world::events::outcome), in the columns
    /// that the query has.
    Outcome(String),
}

/// How many rows of a wrong answer are quoted.
const QUOTED_ROWS: usize = 5;

impl Check {
    /// The query with the run's figures put in.
    ///
    /// # Errors
    /// A figure that `figures` lacks.
    pub fn query(&self, figures: &Figures) -> Result<String> {
        substitute(&self.sql, figures)
    }

    /// Compares an answer with a table of the generator's outcome; `Err` says what differs.
    ///
    /// # Errors
    /// What differs, in words.
    pub fn judge_outcome(
        table: &OutcomeTable,
        columns: &[String],
        answer: &[Row],
    ) -> std::result::Result<(), String> {
        table.compare(columns, answer, canonical)
    }

    /// Compares an answer (cells as text, `None` for NULL) with what is expected. `Ok(Err(why))` says what differs.
    ///
    /// # Errors
    /// A figure that `figures` lacks.
    pub fn judge(&self, answer: &[Vec<Option<String>>], figures: &Figures) -> Result<Result<(), String>> {
        let rows = match &self.expected {
            Expected::Empty if answer.is_empty() => return Ok(Ok(())),
            Expected::Empty => {
                return Ok(Err(format!(
                    "no row was expected, {} came: {}",
                    answer.len(),
                    quote(answer)
                )));
            }
            Expected::Rows(rows) => rows,
            Expected::Outcome(table) => return Ok(Err(format!("the outcome {table} is not known"))),
        };
        let mut expected = Vec::with_capacity(rows.len());
        for row in rows {
            expected.push(
                row.iter()
                    .map(|cell| substitute(cell, figures))
                    .collect::<Result<Vec<_>>>()?,
            );
        }
        let equal = expected.len() == answer.len()
            && expected.iter().zip(answer).all(|(want, got)| {
                want.len() == got.len() && want.iter().zip(got).all(|(want, got)| same(want, got.as_deref()))
            });
        if equal {
            return Ok(Ok(()));
        }
        let wanted: Vec<Vec<Option<String>>> = expected
            .into_iter()
            .map(|row| row.into_iter().map(Some).collect())
            .collect();
        Ok(Err(format!("expected {}, got {}", quote(&wanted), quote(answer))))
    }
}

/// One spelling for cells that are equal: numbers without what does not count, truth values in lower case.
fn canonical(text: &str) -> String {
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return text.to_ascii_lowercase();
    }
    match plain_number(text) {
        Some((negative, whole, fraction)) => {
            let sign = if negative { "-" } else { "" };
            format!("{sign}{whole}.{fraction}")
        }
        None => text.to_owned(),
    }
}

/// Whether a cell is as expected: numbers by value, truth values in any case, everything else by the letter.
fn same(want: &str, got: Option<&str>) -> bool {
    let Some(got) = got else { return want == "NULL" };
    if want == got {
        return true;
    }
    let truth = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    if truth(want) {
        return want.eq_ignore_ascii_case(got);
    }
    match (plain_number(want), plain_number(got)) {
        (Some(want), Some(got)) => want == got,
        _ => false,
    }
}

/// A decimal number without the zeros that do not count, so that `1.50` and `1.5` compare equal at any length.
fn plain_number(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !number(whole) || !number(fraction) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    Some((
        negative && !(whole.is_empty() && fraction.is_empty()),
        whole,
        fraction,
    ))
}

/// The first rows of an answer for a message.
fn quote(rows: &[Vec<Option<String>>]) -> String {
    if rows.is_empty() {
        return "no row".to_owned();
    }
    let mut text = rows
        .iter()
        .take(QUOTED_ROWS)
        .map(|row| {
            let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
            format!("({})", cells.join(", "))
        })
        .collect::<Vec<_>>()
        .join(", ");
    if rows.len() > QUOTED_ROWS {
        text.push_str(", …");
    }
    text
}

/// Puts the figures in for `${name}`.
fn substitute(text: &str, figures: &Figures) -> Result<String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            return Err(Error::configuration(format!("'${{' without '}}' in {text:?}")));
        };
        let Some(value) = figures.get(name) else {
            return Err(Error::configuration(format!(
                "unknown figure ${{{name}}}; there are {}",
                FIGURES.map(|figure| format!("${{{figure}}}")).join(", ")
            )));
        };
        result.push_str(before);
        result.push_str(&value.to_string());
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}
