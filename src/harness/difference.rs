//! Two outcomes of a statement compared, and a difference as a person wants to see it: the cells that differ, marked.

use std::fmt::Write;

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

use super::cells::write_cell;
use super::outcome::{Column, Outcome, Table};
use super::snapshot::column_text;

/// In what two outcomes differ first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// One failed and the other did not, or both did in different ways.
    Error,
    /// The columns' names or their number.
    Names,
    /// The columns' types or whether they may be NULL.
    Types,
    /// The rows.
    Rows,
}

impl Kind {
    /// The word for it, as `compare` lists it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Names => "names",
            Self::Types => "types",
            Self::Rows => "rows",
        }
    }

    /// What differs, as a sentence begins.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Error => "the outcome differs",
            Self::Names => "the columns differ",
            Self::Types => "the types of the columns differ",
            Self::Rows => "the rows differ",
        }
    }
}

/// In what two outcomes differ; `None` when they are equal.
pub fn between(expected: &Outcome, found: &Outcome) -> Option<Kind> {
    let (expected, found) = match (expected, found) {
        (Outcome::Table(expected), Outcome::Table(found)) => (expected, found),
        (Outcome::Refused(expected), Outcome::Refused(found)) if expected == found => return None,
        _ => return Some(Kind::Error),
    };
    let names =
        |table: &Table| -> Vec<String> { table.columns.iter().map(|column| column.name.clone()).collect() };
    if names(expected) != names(found) {
        Some(Kind::Names)
    } else if expected.columns != found.columns {
        Some(Kind::Types)
    } else if expected.rows != found.rows {
        Some(Kind::Rows)
    } else {
        None
    }
}

/// How a part of a difference is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The same on both sides.
    Same,
    /// Only expected.
    Missing,
    /// Only found.
    Extra,
}

/// One line of a difference: its mark (`-`, `+`, blank), and its parts; a part that differs within the line is loud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which side it is from.
    pub tone: Tone,
    /// Texts, and whether each is what differs.
    pub parts: Vec<(String, bool)>,
}

impl Line {
    /// Nothing, between two parts of a difference.
    pub fn gap() -> Self {
        Self::plain(Tone::Same, "")
    }

    fn plain(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            tone,
            parts: vec![(text.into(), false)],
        }
    }
}

/// Rows of the same that are shown around one that differs.
const AROUND: usize = 2;
/// So many lines are shown of one difference.
const MOST_LINES: usize = 200;

/// The difference of two outcomes, line by line.
pub fn lines(expected: &Outcome, found: &Outcome) -> Vec<Line> {
    let mut lines = match (expected, found) {
        (Outcome::Table(expected), Outcome::Table(found)) if expected.columns == found.columns => {
            rows(expected, found)
        }
        (Outcome::Table(expected), Outcome::Table(found)) => {
            let mut lines = texts(&columns(expected), &columns(found));
            if expected.rows != found.rows && expected.columns.len() == found.columns.len() {
                lines.extend(rows(expected, found));
            }
            lines
        }
        _ => texts(&whole(expected), &whole(found)),
    };
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(Line::plain(Tone::Same, format!("… {more} more lines")));
    }
    lines
}

fn columns(table: &Table) -> Vec<String> {
    table.columns.iter().map(column_text).collect()
}

fn whole(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Table(table) => {
            let mut texts = columns(table);
            let row = |row: &Vec<Option<String>>| super::cells::write_row(row);
            texts.extend(table.rows.iter().map(row));
            texts
        }
        Outcome::Refused(refused) => {
            let mut texts = vec![format!("error {} ({})", refused.code, refused.sqlstate)];
            texts.extend(refused.message.lines().map(str::to_owned));
            texts
        }
    }
}

fn texts(expected: &[String], found: &[String]) -> Vec<Line> {
    of_texts(&expected.join("\n"), &found.join("\n"))
}

/// The difference of two texts, line by line, with a few of the equal lines around what differs.
pub fn of_texts(expected: &str, found: &str) -> Vec<Line> {
    let (expected, found) = (format!("{expected}\n"), format!("{found}\n"));
    let diff = TextDiff::from_lines(&expected, &found);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            lines.push(Line::plain(Tone::Same, "…"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let tone = match change.tag() {
                ChangeTag::Equal => Tone::Same,
                ChangeTag::Delete => Tone::Missing,
                ChangeTag::Insert => Tone::Extra,
            };
            lines.push(Line::plain(tone, change.value().trim_end_matches('\n')));
        }
    }
    lines
}

/// The rows of two tables of the same width under one header, aligned, with the cells that differ marked.
fn rows(expected: &Table, found: &Table) -> Vec<Line> {
    let written = |table: &Table| -> Vec<Vec<String>> {
        let row = |row: &Vec<Option<String>>| row.iter().map(|cell| write_cell(cell.as_deref())).collect();
        table.rows.iter().map(row).collect()
    };
    let (old, new) = (written(expected), written(found));
    let widths = widths(&expected.columns, old.iter().chain(&new));
    let header: Vec<String> = expected
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let mut lines = vec![aligned(Tone::Same, &header, &widths, &[])];
    for group in groups(&old, &new) {
        if group.skipped > 0 {
            lines.push(Line::plain(Tone::Same, format!("… {} equal rows", group.skipped)));
        }
        for op in group.ops {
            let (old, new) = (
                old.get(op.old_range()).unwrap_or_default(),
                new.get(op.new_range()).unwrap_or_default(),
            );
            if matches!(op, DiffOp::Equal { .. }) {
                lines.extend(old.iter().map(|row| aligned(Tone::Same, row, &widths, &[])));
                continue;
            }
            // Rows in the same place are versions of each other, if they have anything in common.
            let mut pairs = 0;
            for (old, new) in old.iter().zip(new) {
                let differs: Vec<bool> = old.iter().zip(new).map(|(a, b)| a != b).collect();
                let related = differs.iter().any(|differs| !differs) || differs.len() == 1;
                let loud = if related { differs } else { Vec::new() };
                lines.push(aligned(Tone::Missing, old, &widths, &loud));
                lines.push(aligned(Tone::Extra, new, &widths, &loud));
                pairs += 1;
            }
            let rest = |rows: &[Vec<String>], tone| -> Vec<Line> {
                let rows = rows.iter().skip(pairs);
                rows.map(|row| aligned(tone, row, &widths, &[])).collect()
            };
            lines.extend(rest(old, Tone::Missing));
            lines.extend(rest(new, Tone::Extra));
        }
    }
    lines
}

/// A run of operations with few equal rows around them, and how many equal rows come before.
struct Group {
    skipped: usize,
    ops: Vec<DiffOp>,
}

fn groups(old: &[Vec<String>], new: &[Vec<String>]) -> Vec<Group> {
    let ops = capture_diff_slices(Algorithm::Patience, old, new);
    let mut end = 0;
    let mut groups = Vec::new();
    for ops in similar::group_diff_ops(ops, AROUND) {
        let start = ops.first().map_or(end, |op| op.old_range().start);
        let skipped = start.saturating_sub(end);
        end = ops.last().map_or(end, |op| op.old_range().end);
        groups.push(Group { skipped, ops });
    }
    groups
}

fn widths<'a>(columns: &[Column], rows: impl Iterator<Item = &'a Vec<String>>) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|column| column.name.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

fn aligned(tone: Tone, cells: &[String], widths: &[usize], loud: &[bool]) -> Line {
    let mut parts: Vec<(String, bool)> = Vec::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if index > 0 {
            parts.push((" | ".to_owned(), false));
        }
        let padding = if index + 1 == cells.len() { 0 } else { *width };
        parts.push((
            format!("{cell:padding$}"),
            loud.get(index).copied().unwrap_or_default(),
        ));
    }
    Line { tone, parts }
}

/// The lines as plain text, each with `-`, `+` or a blank before it; under a line with cells that differ, carets.
pub fn plain(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let mark = match line.tone {
            Tone::Same => ' ',
            Tone::Missing => '-',
            Tone::Extra => '+',
        };
        let text: String = line.parts.iter().map(|(text, _)| text.as_str()).collect();
        let _ = writeln!(out, "{}", format!("{mark} {text}").trim_end());
        let loud = line.parts.iter().any(|(_, loud)| *loud);
        if loud && line.tone == Tone::Extra {
            let under: String = line
                .parts
                .iter()
                .map(|(text, loud)| {
                    let width = text.trim_end().chars().count();
                    let rest = text.chars().count() - width;
                    let mark = if *loud { "^" } else { " " };
                    mark.repeat(width) + &" ".repeat(rest)
                })
                .collect();
            let _ = writeln!(out, "  {}", under.trim_end());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::outcome::Refused;

    fn table(rows: &[&[&str]]) -> Outcome {
        let column = |name: &str| Column {
            name: name.to_owned(),
            data_type: "VARCHAR(16777216)".to_owned(),
            nullable: true,
        };
        let row = |row: &&[&str]| row.iter().map(|cell| Some((*cell).to_owned())).collect();
        Outcome::Table(Table {
            columns: vec![column("ID"), column("NAME")],
            rows: rows.iter().map(row).collect(),
        })
    }

    #[test]
    fn cells_that_differ_are_marked() {
        let expected = table(&[&["1", "Ada"], &["2", "Bob"], &["3", "Cleo"]]);
        let found = table(&[&["1", "Ada"], &["2", "Rob"], &["3", "Cleo"], &["4", "Dan"]]);
        assert_eq!(between(&expected, &found), Some(Kind::Rows));
        insta::assert_snapshot!(plain(&lines(&expected, &found)));
    }

    #[test]
    fn kinds_of_differences() {
        let one = table(&[&["1", "a"]]);
        assert_eq!(between(&one, &one.clone()), None);
        let refused = Outcome::Refused(Refused {
            code: "002003".to_owned(),
            sqlstate: "42S02".to_owned(),
            message: "no".to_owned(),
        });
        assert_eq!(between(&one, &refused), Some(Kind::Error));
        let Outcome::Table(mut other) = one.clone() else {
            unreachable!()
        };
        other.columns[0].nullable = false;
        assert_eq!(between(&one, &Outcome::Table(other.clone())), Some(Kind::Types));
        insta::assert_snapshot!(plain(&lines(&one, &Outcome::Table(other.clone()))));
        other.columns.pop();
        assert_eq!(between(&one, &Outcome::Table(other)), Some(Kind::Names));
        insta::assert_snapshot!(plain(&lines(&one, &refused)));
    }

    #[test]
    fn equal_rows_far_from_a_difference_are_left_out() {
        let rows: Vec<Vec<String>> = (0..100).map(|n| vec![n.to_string(), "x".to_owned()]).collect();
        let of = |rows: &Vec<Vec<String>>| {
            let rows: Vec<Vec<&str>> = rows
                .iter()
                .map(|row| row.iter().map(String::as_str).collect())
                .collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            table(&rows)
        };
        let mut changed = rows.clone();
        changed[50][1] = "y".to_owned();
        insta::assert_snapshot!(plain(&lines(&of(&rows), &of(&changed))));
    }
}
