//! Results as aligned tables: NULL shown as NULL, numbers to the right.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use crate::engine::StatementResult;
use crate::error::Result;
use crate::types::{SnowType, TypeContext};

/// The characters of the longest bar of a chart.
const LONGEST_BAR: f64 = 30.0;

/// A result as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Grid {
    /// The columns' names.
    pub columns: Vec<String>,
    /// Which columns hold numbers.
    #[serde(skip)]
    pub numeric: Vec<bool>,
    /// The cells; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Grid {
    /// A grid that is filled by hand; `numeric` names columns of numbers.
    pub fn new(columns: &[&str], numeric: &[&str]) -> Self {
        Self {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            numeric: columns.iter().map(|name| numeric.contains(name)).collect(),
            rows: Vec::new(),
        }
    }

    /// A statement's result, in the session's formats.
    ///
    /// # Errors
    /// When a value has no text form.
    pub fn of(result: &StatementResult, types: &TypeContext) -> Result<Self> {
        let columns = result.columns();
        Ok(Self {
            numeric: columns
                .iter()
                .map(|column| matches!(column.data_type, SnowType::Number { .. } | SnowType::Float))
                .collect(),
            columns: columns.into_iter().map(|column| column.name).collect(),
            rows: result.to_text(types)?,
        })
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(Some).collect());
    }

    /// The grid with one more column, which draws the numbers of `column` as bars; the longest stands for the greatest.
    pub fn with_bars(&self, column: &str) -> Self {
        let place = self.columns.iter().position(|name| name == column);
        let value = |row: &Vec<Option<String>>| -> f64 {
            let cell = place.and_then(|place| row.get(place)?.as_ref());
            cell.and_then(|text| text.parse().ok()).unwrap_or(0.0)
        };
        let greatest = self.rows.iter().map(value).fold(0.0, f64::max);
        let bar = |value: f64| {
            // Eighths of a character; casts from floats saturate, and below zero there is no bar.
            let eighths = (value / greatest.max(f64::MIN_POSITIVE) * 8.0 * LONGEST_BAR).round() as usize;
            let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
            "█".repeat(eighths / 8) + rest.get(eighths % 8).copied().unwrap_or_default()
        };
        let mut grid = self.clone();
        grid.columns.push("CHART".to_owned());
        grid.numeric.push(false);
        for row in &mut grid.rows {
            let bar = bar(value(row));
            row.push(Some(bar));
        }
        grid
    }

    /// The grid drawn as a table, without a line feed at the end.
    pub fn draw(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_FULL_CONDENSED);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.force_no_tty();
        table.set_header(self.columns.iter().map(|name| Cell::new(printable(name))));
        for row in &self.rows {
            table.add_row(row.iter().zip(&self.numeric).map(|(cell, numeric)| {
                let text = cell.as_deref().map_or("NULL".into(), printable);
                let alignment = if *numeric {
                    CellAlignment::Right
                } else {
                    CellAlignment::Left
                };
                Cell::new(text).set_alignment(alignment)
            }));
        }
        // Lines that end in blanks come from empty cells only; a drawn border always closes them.
        table.to_string()
    }
}

/// Text whose control characters cannot disturb a terminal or the alignment; line feeds stay.
fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.chars().any(|c| c.is_control() && c != '\n') {
        let shown = |c: char| match c {
            '\n' => "\n".to_owned(),
            c if c.is_control() => c.escape_default().to_string(),
            c => c.to_string(),
        };
        text.chars().map(shown).collect::<String>().into()
    } else {
        text.into()
    }
}

/// `1 row`, `3,000 rows`.
pub fn count(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", thousands(number))
}

/// A number with commas between its thousands.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_null_is_told_from_text() {
        let mut grid = Grid::new(&["ID", "NAME"], &["ID"]);
        grid.push(["7".to_owned(), "a\tb".to_owned()]);
        grid.rows.push(vec![Some("1200".to_owned()), None]);
        let drawn = grid.draw();
        assert!(drawn.contains("│    7 ┆ a\\tb │"), "{drawn}");
        assert!(drawn.contains("│ 1200 ┆ NULL │"), "{drawn}");
    }

    #[test]
    fn counts_read_well() {
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(count(1_234_567, "row"), "1,234,567 rows");
        assert_eq!(thousands(100), "100");
    }
}
