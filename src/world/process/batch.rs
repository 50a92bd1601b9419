//! What one batch makes: files of rows and of windows, and what is set aside. No Kafka and no bucket here.

use super::clean::{Cell, clean};
use super::topic::Message;
use super::window::{Fate, State, columns};
use super::{ProcessConfig, ProcessSpec};
use crate::world::csv;
use crate::world::sink::DeadLetter;

/// The objects of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    /// Key and bytes of each file.
    pub files: Vec<(String, Vec<u8>)>,
    /// What is set aside.
    pub letters: Vec<DeadLetter>,
}

/// Processes the messages of a batch, in their order.
pub(super) fn process(
    spec: &ProcessSpec,
    config: &ProcessConfig,
    state: &mut State,
    number: u64,
    messages: Vec<Message>,
) -> Made {
    let mut made = Made::default();
    let mut rows = Vec::new();
    for message in messages {
        let cleaned = match &message.payload {
            None => Err("the message has no value".to_owned()),
            Some(payload) => clean(spec, payload),
        };
        let reason = match cleaned {
            Err(reason) => reason,
            Ok(row) => match state.take(spec, &row) {
                Fate::Counted => {
                    rows.push(row);
                    continue;
                }
                Fate::Duplicate => continue,
                Fate::Late => format!("late: {} is before the watermark", row.time),
            },
        };
        made.letters.push(DeadLetter {
            path: format!(
                "{}{}+{}+{:010}.json",
                config.dead_letter_prefix, config.topic, message.partition, message.offset
            ),
            partition: message.partition,
            offset: message.offset,
            timestamp: jiff::Timestamp::from_millisecond(message.timestamp).ok(),
            key: message.key,
            payload: message.payload,
            reason,
        });
    }
    let windows = state.end_batch(spec);
    if !rows.is_empty() {
        let names: Vec<String> = spec.columns.iter().map(|column| column.name.clone()).collect();
        let lines = rows.iter().map(|row| row.cells.iter().map(Cell::text).collect());
        made.files.push((
            format!("{}batch-{number:06}.csv", config.rows_prefix),
            table(&names, lines),
        ));
    }
    if !windows.is_empty() {
        let bytes = table(&columns(spec), windows.into_iter());
        made.files
            .push((format!("{}batch-{number:06}.csv", config.windows_prefix), bytes));
    }
    made
}

/// A file of CSV with its header.
fn table(columns: &[String], rows: impl Iterator<Item = Vec<Option<String>>>) -> Vec<u8> {
    let mut file = Vec::new();
    csv::line(&mut file, columns.iter().map(|name| Some(name.as_str())));
    for row in rows {
        csv::line(&mut file, row.iter().map(Option::as_deref));
    }
    file
}
