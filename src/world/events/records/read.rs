//! From a line to the record it holds, or to the reason why it holds none.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Form, Records};

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entity's number.
    pub key: i64,
    /// When it happened.
    pub time: Timestamp,
    /// Whether the entity was deleted.
    pub deleted: bool,
    /// The fields in the order of [`Records::fields`], without blanks around; `None` for what is missing or empty.
    pub fields: Vec<Option<String>>,
    /// The message's own identifier, if messages have one.
    pub id: Option<String>,
}

/// What a line turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// No line of the form: no JSON, or another number of columns.
    Unreadable,
    /// A line of the form, but no record, and why.
    Invalid(&'static str),
    /// A record.
    Record(Record),
}

/// Reads one line.
pub fn read(records: &Records, line: &[u8]) -> Reading {
    let columns = records.columns();
    let cells = match records.form {
        Form::Json => match serde_json::from_slice::<Value>(line) {
            Err(_) => return Reading::Unreadable,
            Ok(Value::Object(object)) => {
                let cell = |column: &&str| match object.get(*column) {
                    None | Some(Value::Null) => None,
                    Some(Value::String(text)) => Some(text.clone()),
                    Some(other) => Some(other.to_string()),
                };
                columns.iter().map(cell).collect()
            }
            Ok(_) => return Reading::Invalid("not a JSON object"),
        },
        Form::Csv => match split(line) {
            Some(cells) if cells.len() == columns.len() => cells.into_iter().map(Some).collect(),
            _ => return Reading::Unreadable,
        },
    };
    record(records, cells).map_or_else(Reading::Invalid, Reading::Record)
}

fn record(records: &Records, cells: Vec<Option<String>>) -> Result<Record, &'static str> {
    let mut cells = cells.into_iter().map(|cell| {
        let cell = cell?.trim_matches(' ').to_owned();
        (!cell.is_empty()).then_some(cell)
    });
    let id = records.id.as_ref().and_then(|_| cells.next().flatten());
    if records.id.is_some() && id.is_none() {
        return Err("no identifier");
    }
    let key = cells.next().flatten().and_then(|text| text.parse().ok());
    let fields = cells.by_ref().take(records.fields.len()).collect();
    let operation = records.operation.as_ref().map(|_| cells.next().flatten());
    let deleted = match operation.as_ref().map(Option::as_deref) {
        None | Some(Some("I" | "U")) => false,
        Some(Some("D")) => true,
        Some(_) => return Err("unknown operation"),
    };
    let time = cells
        .next()
        .flatten()
        .and_then(|text| moment(records.form, &text));
    Ok(Record {
        key: key.ok_or("the key is not a whole number")?,
        time: time.ok_or("the time is not a time")?,
        deleted,
        fields,
        id,
    })
}

fn moment(form: Form, text: &str) -> Option<Timestamp> {
    match form {
        Form::Json => text.parse().ok(),
        Form::Csv => {
            let local: DateTime = text.parse().ok()?;
            Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
        }
    }
}

/// The cells of a line of CSV; `None` if a quote is not closed.
fn split(line: &[u8]) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(line);
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let cell = cells.last_mut()?;
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            '\r' if !quoted && characters.peek().is_none() => {}
            c => cell.push(c),
        }
    }
    (!quoted).then_some(cells)
}
