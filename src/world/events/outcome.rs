//! Outcomes: what a pipeline's tables must hold at the end, told from the messages alone.
//!
//! Every kind of generator comes with an account of what its messages mean: it takes them as they were sent, batch by
//! batch, and then tells tables by name. A check of a `pipeline.toml` compares such a table with what a query finds. No
//! SQL takes part in it, so that a fault of the SQL or of the engine cannot hide in both.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A row; `None` is NULL.
pub type Row = Vec<Option<String>>;

/// A table that must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeTable {
    /// The columns' names, in upper case.
    pub columns: Vec<String>,
    /// The rows, in any order; times as [`time_text`] writes them.
    pub rows: Vec<Row>,
}

/// The account of what messages lead to.
pub trait Outcome: Send {
    /// Takes the messages that the pipeline gets to see at once, in the order of their sending.
    fn batch(&mut self, lines: &[Vec<u8>]);

    /// A table by name, as all messages so far make it.
    fn table(&self, name: &str) -> Option<OutcomeTable>;

    /// Whether a table depends on which messages are seen at once, and so cannot be told of a run in real time.
    fn by_batch(&self, name: &str) -> bool;
}

/// The end of what has no end.
pub const FOREVER: &str = "9999-12-31 00:00:00.000";

/// A moment as a session whose TIMESTAMP_OUTPUT_FORMAT has milliseconds writes it, in UTC.
pub fn time_text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// At most this many rows of each side are quoted.
const QUOTED_ROWS: usize = 3;

impl OutcomeTable {
    /// Compares what a query found with this table, as sets of rows that may repeat, in the columns that the query has;
    /// `canonical` gives cells that are equal one spelling. `Err` says what differs.
    pub fn compare(
        &self,
        columns: &[String],
        found: &[Row],
        canonical: impl Fn(&str) -> String,
    ) -> Result<(), String> {
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            match self
                .columns
                .iter()
                .position(|own| own.eq_ignore_ascii_case(column))
            {
                Some(place) => places.push(place),
                None => {
                    return Err(format!(
                        "there is no column {column}; there are {}",
                        self.columns.join(", ")
                    ));
                }
            }
        }
        let cell = |cell: Option<&Option<String>>| cell.and_then(|cell| cell.as_deref().map(&canonical));
        let mut balance: BTreeMap<Row, i64> = BTreeMap::new();
        for row in &self.rows {
            let row = places.iter().map(|place| cell(row.get(*place))).collect();
            *balance.entry(row).or_default() += 1;
        }
        for row in found {
            let row = row.iter().map(|found| cell(Some(found))).collect();
            *balance.entry(row).or_default() -= 1;
        }
        let side = |what: &str, sign: i64| {
            let rows: Vec<&Row> = balance
                .iter()
                .filter(|(_, count)| *count * sign > 0)
                .map(|(row, _)| row)
                .collect();
            let text = |row: &&Row| {
                let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
                format!("({})", cells.join(", "))
            };
            let quoted: Vec<String> = rows.iter().take(QUOTED_ROWS).map(text).collect();
            (!rows.is_empty()).then(|| format!("{what} {}: {}", rows.len(), quoted.join(", ")))
        };
        let sides: Vec<String> = [side("missing rows", 1), side("unexpected rows", -1)]
            .into_iter()
            .flatten()
            .collect();
        if sides.is_empty() {
            Ok(())
        } else {
            Err(sides.join("\n"))
        }
    }
}
