//! An error as a person wants to see it: file, line, column, the line itself, and what to do.

use std::fmt::Write;

use crate::error::Error;

/// Renders an error of a statement that starts at a byte of a script.
///
/// The places that errors carry count from the statement's start; here they are turned into the script's own lines and
/// columns (both from 1). An error without a place is shown at the statement's first line.
pub fn show_error(script_name: &str, script_text: &str, statement_offset: usize, error: &Error) -> String {
    let before = script_text.get(..statement_offset).unwrap_or(script_text);
    let first_line = before.matches('\n').count();
    let first_column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let (line, column) = match error.place() {
        Some(place) if place.line <= 1 => (first_line, first_column + place.position as usize),
        Some(place) => (first_line + place.line as usize - 1, place.position as usize),
        None => (first_line, first_column),
    };
    let mut shown = format!("{script_name}:{}:{}: ", line + 1, column + 1);
    let _ = writeln!(
        shown,
        "{} ({}): {}",
        error.shown_code(),
        error.sqlstate(),
        error.message()
    );
    if let Some(text) = script_text.lines().nth(line) {
        let number = (line + 1).to_string();
        let margin = " ".repeat(number.len());
        // A tab stays one, so that the caret stands where the terminal shows the character.
        let indent: String = text
            .chars()
            .take(column)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let _ = write!(shown, "{margin} |\n{number} | {text}\n{margin} | {indent}^\n");
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(shown, "hint: {hint}");
    }
    shown
}
