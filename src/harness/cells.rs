//! Cells of a snapshot: a row is one line, its cells stand between ` | `, and each can be read back.
//!
//! NULL is the bare word. A text that would not come back as it is, because it is empty, looks like NULL, holds a `|`, a
//! quote, a control character or blanks at its ends, is written as JSON writes a text.

/// The bare word for SQL NULL.
const NULL: &str = "NULL";
/// What stands between cells.
const BETWEEN: &str = " | ";

/// One row's line.
pub fn write_row(row: &[Option<String>]) -> String {
    let cells: Vec<String> = row.iter().map(|cell| write_cell(cell.as_deref())).collect();
    cells.join(BETWEEN)
}

/// One cell as a snapshot spells it.
pub fn write_cell(cell: Option<&str>) -> String {
    match cell {
        None => NULL.to_owned(),
        Some(text) if is_plain(text) => text.to_owned(),
        Some(text) => serde_json::Value::from(text).to_string(),
    }
}

/// Whether a text stands for itself. JSON's own objects and arrays may hold quotes.
fn is_plain(text: &str) -> bool {
    let structure = text.starts_with(['{', '[']);
    !text.is_empty()
        && text != NULL
        && text.trim() == text
        && !text.contains('|')
        && !text.starts_with('"')
        && (structure || !text.contains('"'))
        && !text.chars().any(char::is_control)
}

/// The cells of a row's line; `None` for a line that no row has.
pub fn read_row(line: &str) -> Option<Vec<Option<String>>> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, behind) = match rest.starts_with('"') {
            true => {
                let mut texts = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                let text = texts.next()?.ok()?;
                (Some(text), rest.get(texts.byte_offset()..)?)
            }
            false => {
                let end = rest.find(BETWEEN).unwrap_or(rest.len());
                let (text, behind) = rest.split_at_checked(end)?;
                ((text != NULL).then(|| text.to_owned()), behind)
            }
        };
        cells.push(cell);
        if behind.is_empty() {
            return Some(cells);
        }
        rest = behind.strip_prefix(BETWEEN)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_read_well() {
        let row = [
            Some("1"),
            None,
            Some("NULL"),
            Some(""),
            Some("a | b"),
            Some("{\"a\": 1}"),
        ];
        let row: Vec<Option<String>> = row.into_iter().map(|cell| cell.map(str::to_owned)).collect();
        let line = write_row(&row);
        assert_eq!(line, "1 | NULL | \"NULL\" | \"\" | \"a | b\" | {\"a\": 1}");
        assert_eq!(read_row(&line), Some(row));
        assert_eq!(read_row("\"a\"b"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(row in prop::collection::vec(prop::option::of(".{0,12}|[|\" NUL\\n]{0,6}"), 1..5)) {
            let line = write_row(&row);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(read_row(&line), Some(row));
        }
    }
}
