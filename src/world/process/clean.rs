//! From a message to a clean row, or to the reason why it is none.

use jiff::Timestamp;
use serde_json::Value;

use super::{Column, ColumnType, ProcessSpec};

/// A clean row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What identifies the message.
    pub unique: String,
    /// The event time.
    pub time: Timestamp,
    /// The values of the columns, in order.
    pub cells: Vec<Cell>,
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Missing.
    Null,
    /// A text.
    Text(String),
    /// A number as a count of its least digit.
    Number(i128, u32),
}

impl Cell {
    /// As it is written; `None` for what is missing.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.clone()),
            Self::Number(value, decimals) => Some(decimal(*value, *decimals)),
        }
    }
}

/// A count of the least digit as a decimal number.
pub fn decimal(value: i128, decimals: u32) -> String {
    let digits = decimals as usize;
    let text = format!("{:0>width$}", value.unsigned_abs(), width = digits + 1);
    let (whole, rest) = text.split_at(text.len() - digits);
    let sign = if value < 0 { "-" } else { "" };
    match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest}"),
    }
}

/// Cleans a message.
///
/// # Errors
/// Why it cannot be a row.
pub fn clean(spec: &ProcessSpec, payload: &[u8]) -> Result<Row, String> {
    let value: Value = serde_json::from_slice(payload).map_err(|error| format!("not JSON: {error}"))?;
    let Value::Object(object) = value else {
        return Err("not a JSON object".to_owned());
    };
    let mut time = None;
    let mut cells: Vec<Cell> = Vec::with_capacity(spec.columns.len());
    for column in &spec.columns {
        let cell = match (&column.product, &column.lookup) {
            (Some(factors), _) => product(spec, &cells, factors)?,
            (None, Some(lookup)) => match cell_of(spec, &cells, &lookup.of).and_then(Cell::text) {
                Some(text) => Cell::Text(lookup.table.get(&text).unwrap_or(&lookup.otherwise).clone()),
                None => Cell::Text(lookup.otherwise.clone()),
            },
            (None, None) => typed(column, object.get(&column.name), &mut time)?,
        };
        if column.required && cell == Cell::Null {
            return Err(format!("{} is missing", column.name));
        }
        cells.push(cell);
    }
    let unique = cell_of(spec, &cells, &spec.unique).and_then(Cell::text);
    Ok(Row {
        unique: unique.ok_or_else(|| format!("{} is missing", spec.unique))?,
        time: time.ok_or_else(|| format!("{} is missing", spec.time))?,
        cells,
    })
}

/// The cell of a column that has been made already.
pub(super) fn cell_of<'a>(spec: &ProcessSpec, cells: &'a [Cell], name: &str) -> Option<&'a Cell> {
    cells.get(spec.columns.iter().position(|column| column.name == name)?)
}

fn typed(column: &Column, value: Option<&Value>, time: &mut Option<Timestamp>) -> Result<Cell, String> {
    let text = match value {
        None | Some(Value::Null) => return Ok(Cell::Null),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    };
    if text.is_empty() {
        return Ok(Cell::Null);
    }
    let wrong = || format!("{} = {text:?} is no {:?}", column.name, column.kind);
    Ok(match column.kind {
        ColumnType::Text => Cell::Text(text),
        ColumnType::Lower => Cell::Text(text.to_lowercase()),
        ColumnType::Number => {
            Cell::Number(number(&text, column.decimals).ok_or_else(wrong)?, column.decimals)
        }
        ColumnType::Time => {
            let moment: Timestamp = text.parse().map_err(|_| wrong())?;
            *time = Some(moment);
            Cell::Text(moment.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string())
        }
    })
}

/// A decimal number of at most 18 digits before its point and no more after it than it may have.
fn number(text: &str, decimals: u32) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    if fraction.len() > decimals as usize {
        return None;
    }
    let value: i128 = format!("{whole}{fraction:0<width$}", width = decimals as usize)
        .parse()
        .ok()?;
    Some(if negative { -value } else { value })
}

/// Both factors have at most 27 digits, so a product of two never overflows unless it is one of products.
fn product(spec: &ProcessSpec, cells: &[Cell], factors: &[String; 2]) -> Result<Cell, String> {
    let [first, second] = factors.each_ref().map(|name| cell_of(spec, cells, name));
    match (first, second) {
        (Some(Cell::Number(a, a_decimals)), Some(Cell::Number(b, b_decimals))) => {
            let product = a.checked_mul(*b).ok_or("a product is too large")?;
            Ok(Cell::Number(product, a_decimals + b_decimals))
        }
        _ => Ok(Cell::Null),
    }
}
