//! Tumbling windows of event time, and what has been seen: the state between batches.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::ProcessSpec;
use super::clean::{Cell, Row, cell_of, decimal};

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It counts.
    Counted,
    /// It was seen before.
    Duplicate,
    /// It is older than the watermark.
    Late,
}

/// The state between batches.
#[derive(Debug, Default)]
pub struct State {
    watermark: Option<Timestamp>,
    latest: Option<Timestamp>,
    /// What identifies the rows that are not older than the watermark.
    seen: BTreeSet<String>,
    by_time: BTreeSet<(Timestamp, String)>,
    open: BTreeMap<(Timestamp, Vec<Cell>), Sums>,
}

/// What a window counts and sums up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sums {
    count: u64,
    sums: Vec<i128>,
}

/// The start of the window that a moment falls in. Windows are counted from 1970.
pub fn start_of(moment: Timestamp, length: SignedDuration) -> Timestamp {
    let length = length.as_millis().max(1);
    let start = i128::from(moment.as_millisecond()).div_euclid(length) * length;
    i64::try_from(start)
        .ok()
        .and_then(|start| Timestamp::from_millisecond(start).ok())
        .unwrap_or(moment)
}

impl State {
    /// The moment before which windows are final.
    pub fn watermark(&self) -> Option<Timestamp> {
        self.watermark
    }

    /// Takes a row.
    pub fn take(&mut self, spec: &ProcessSpec, row: &Row) -> Fate {
        if self.watermark.is_some_and(|watermark| row.time < watermark) {
            return Fate::Late;
        }
        if !self.seen.insert(row.unique.clone()) {
            return Fate::Duplicate;
        }
        self.by_time.insert((row.time, row.unique.clone()));
        self.latest = self.latest.max(Some(row.time));
        let cell = |name: &String| cell_of(spec, &row.cells, name).cloned().unwrap_or(Cell::Null);
        let group = spec.windows.by.iter().map(cell).collect();
        let key = (start_of(row.time, spec.windows.length), group);
        let window = self.open.entry(key).or_default();
        window.count += 1;
        window.sums.resize(spec.windows.sums.len(), 0);
        for (sum, name) in window.sums.iter_mut().zip(&spec.windows.sums) {
            if let Cell::Number(value, _) = cell(name) {
                *sum = sum.saturating_add(value);
            }
        }
        Fate::Counted
    }

    /// Ends a batch: moves the watermark, and gives the windows that are final now, as lines of text.
    pub fn end_batch(&mut self, spec: &ProcessSpec) -> Vec<Vec<Option<String>>> {
        let moved = self
            .latest
            .and_then(|latest| latest.checked_sub(spec.watermark).ok());
        self.watermark = self.watermark.max(moved);
        let Some(watermark) = self.watermark else {
            return Vec::new();
        };
        while let Some(first) = self.by_time.first()
            && first.0 < watermark
            && let Some((_, unique)) = self.by_time.pop_first()
        {
            self.seen.remove(&unique);
        }
        let mut rows = Vec::new();
        while let Some(window) = self.open.first_entry() {
            let start = window.key().0;
            let end = start
                .saturating_add(spec.windows.length)
                .unwrap_or(Timestamp::MAX);
            if end > watermark {
                break;
            }
            let ((_, group), window) = window.remove_entry();
            let time = |moment: Timestamp| Some(moment.strftime("%Y-%m-%d %H:%M:%S").to_string());
            let mut row = vec![time(start), time(end)];
            row.extend(group.iter().map(Cell::text));
            row.push(Some(window.count.to_string()));
            let sums = window.sums.iter().zip(&spec.windows.sums);
            row.extend(sums.map(|(sum, name)| Some(decimal(*sum, spec.decimals(name)))));
            rows.push(row);
        }
        rows
    }
}

/// The columns of [`State::end_batch`].
pub fn columns(spec: &ProcessSpec) -> Vec<String> {
    let mut columns = vec!["window_start".to_owned(), "window_end".to_owned()];
    columns.extend(spec.windows.by.iter().cloned());
    columns.push("row_count".to_owned());
    columns.extend(spec.windows.sums.iter().map(|name| format!("{name}_sum")));
    columns
}
