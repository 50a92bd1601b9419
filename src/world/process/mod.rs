//! Stream processing: from a topic to tidy files and to sums over windows of time, as a Spark job would do it.
//!
//! A [`Processor`] reads a topic in micro-batches and, for each message,
//!
//! * cleans it: texts without blanks around, empty ones missing, values of the declared types ([`clean`]); what cannot
//!   be read becomes a dead letter with its reason
//! * enriches it: columns looked up in a table of the declaration, and products of two others
//! * drops a message seen before, by its identifier; one that is older than the watermark is set aside as late
//! * adds it to its tumbling window of event time ([`window`]).
//!
//! At the end of a batch the watermark moves to the latest event time so far less its delay, and windows that end before
//! it are final: they are written, once. Rows and windows go to CSV files of their own, named after the batch.
//!
//! **Exactly once.** Before a batch is processed, its range of offsets is written to a log in the bucket, as Spark's
//! checkpoints do. A processor that starts again plays the logged batches from the topic to have its state back, and
//! writes the last of them once more: the same names with the same bytes.

mod batch;
pub mod clean;
mod log;
pub mod outcome;
mod processor;
mod topic;
pub mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

pub use processor::Processor;

/// What a processor does with messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessSpec {
    /// The field that identifies a message.
    pub unique: String,
    /// The field of the event time, ISO 8601.
    pub time: String,
    /// The columns of the rows, in order; the event time among them.
    pub columns: Vec<Column>,
    /// How long messages may be late.
    pub watermark: SignedDuration,
    /// The windows.
    pub windows: Windows,
}

/// A column of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name; without `lookup` and `product` also that of the field.
    pub name: String,
    /// What it holds.
    #[serde(default, rename = "type")]
    pub kind: ColumnType,
    /// Whether a message without it is refused.
    #[serde(default)]
    pub required: bool,
    /// For a number: digits after the point, at most 9.
    #[serde(default)]
    pub decimals: u32,
    /// Enrichment: the value that a table has for another column's.
    pub lookup: Option<Lookup>,
    /// Enrichment: the product of two other columns of numbers; it has the decimals of both.
    pub product: Option<[String; 2]>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text.
    #[default]
    Text,
    /// Text in lower case.
    Lower,
    /// A decimal number.
    Number,
    /// The event time, in UTC with milliseconds.
    Time,
}

/// A table to look up in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The column whose value is looked up.
    pub of: String,
    /// The table.
    pub table: BTreeMap<String, String>,
    /// What stands for what the table lacks.
    pub otherwise: String,
}

/// Tumbling windows of event time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    /// Their length.
    pub length: SignedDuration,
    /// The columns whose values each have a window of their own.
    pub by: Vec<String>,
    /// The columns of numbers that are summed up.
    pub sums: Vec<String>,
}

/// Where a processor reads and writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessConfig {
    /// Kafka's addresses.
    pub brokers: String,
    /// The topic.
    pub topic: String,
    /// Key prefix of the rows' files.
    pub rows_prefix: String,
    /// Key prefix of the windows' files.
    pub windows_prefix: String,
    /// Key prefix of the log of batches.
    pub checkpoint_prefix: String,
    /// Key prefix of dead letters and late messages.
    pub dead_letter_prefix: String,
    /// In real time, a batch is taken so often.
    pub trigger: Duration,
    /// How long Kafka or the bucket may stand still.
    pub timeout: Duration,
}

impl ProcessSpec {
    /// Refuses what cannot be.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let mut known: BTreeMap<&str, &Column> = BTreeMap::new();
        for column in &self.columns {
            let name = &column.name;
            let refuse = |what: &str| Err(format!("process: the column \"{name}\" {what}"));
            if column.decimals > 9 {
                return refuse("has more than 9 decimals");
            }
            let derived = column
                .lookup
                .iter()
                .map(|lookup| &lookup.of)
                .chain(column.product.iter().flatten());
            for of in derived {
                match known.get(of.as_str()) {
                    None => return refuse(&format!("needs \"{of}\", which must stand before it")),
                    Some(source) if column.product.is_some() && source.kind != ColumnType::Number => {
                        return refuse(&format!("is a product of \"{of}\", which is no number"));
                    }
                    Some(_) => {}
                }
            }
            if column.product.is_some() && (column.lookup.is_some() || column.kind != ColumnType::Number) {
                return refuse("is a product: its type is number, and it is looked up nowhere");
            }
            if column.kind == ColumnType::Time && *name != self.time {
                return refuse("is a time, but only the event time can be one");
            }
            if known.insert(name, column).is_some() {
                return refuse("is there twice");
            }
        }
        for (what, name, kind) in [
            ("unique", &self.unique, None),
            ("time", &self.time, Some(ColumnType::Time)),
        ]
        .into_iter()
        .chain(self.windows.by.iter().map(|name| ("windows.by", name, None)))
        .chain(
            self.windows
                .sums
                .iter()
                .map(|name| ("windows.sums", name, Some(ColumnType::Number))),
        ) {
            match known.get(name.as_str()) {
                Some(column) if kind.is_none_or(|kind| column.kind == kind) => {}
                Some(_) => {
                    return Err(format!(
                        "process.{what}: the column \"{name}\" is of another type"
                    ));
                }
                None => return Err(format!("process.{what}: there is no column \"{name}\"")),
            }
        }
        if self.windows.length < SignedDuration::from_secs(1) || self.watermark.is_negative() {
            return Err("process: windows last at least a second, and the watermark runs behind".to_owned());
        }
        Ok(())
    }

    /// Decimals of a column of numbers; a product has those of its factors.
    pub fn decimals(&self, name: &str) -> u32 {
        let Some(column) = self.columns.iter().find(|column| column.name == name) else {
            return 0;
        };
        match &column.product {
            // A factor stands before its product, so this ends.
            Some(factors) => factors.iter().map(|factor| self.decimals(factor)).sum(),
            None => column.decimals,
        }
    }
}
