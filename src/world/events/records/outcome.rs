//! What tables lines of records must lead to, computed straight from their meaning, with no SQL involved.
//!
//! The rules: a line that holds no record counts for nothing. Of an entity's records that tell of one moment the first
//! to arrive counts. An entity is what its latest record says, whenever it arrived.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Records;
use super::dimension::Dimension;
use super::read::{Reading, Record, read};
use crate::world::events::outcome::{FOREVER, Outcome, OutcomeTable, Row, time_text};

/// The tables there are.
pub const TABLES: [&str; 7] = [
    "counts",
    "records",
    "latest",
    "last",
    "versions",
    "net_versions",
    "dimension",
];

/// An interval of [`RecordOutcome::net`].
#[derive(Debug, Clone)]
struct NetVersion {
    fields: Vec<Option<String>>,
    from: Timestamp,
    to: Option<Timestamp>,
}

/// The account of what all lines so far lead to.
pub struct RecordOutcome {
    records: Records,
    messages: u64,
    unreadable: u64,
    invalid: u64,
    valid: u64,
    /// Every moment of every entity.
    entities: BTreeMap<i64, BTreeMap<Timestamp, Record>>,
    /// The versions that somebody sees who looks after each batch.
    net: BTreeMap<i64, Vec<NetVersion>>,
    dimension: Dimension,
}

impl RecordOutcome {
    /// Nothing has happened yet.
    pub fn new(records: Records) -> Self {
        let is_overwritten = |name: &String| records.overwritten.contains(name);
        let overwritten = records.fields.iter().map(|field| is_overwritten(&field.name));
        Self {
            dimension: Dimension::new(overwritten.collect()),
            records,
            messages: 0,
            unreadable: 0,
            invalid: 0,
            valid: 0,
            entities: BTreeMap::new(),
            net: BTreeMap::new(),
        }
    }

    fn fields(&self) -> Vec<String> {
        let key = std::iter::once(&self.records.key);
        let names = key.chain(self.records.fields.iter().map(|field| &field.name));
        names.map(|name| name.to_ascii_uppercase()).collect()
    }

    /// A table of key, fields and `more` columns.
    fn table_of(&self, more: &[&str], rows: Vec<Row>) -> OutcomeTable {
        let mut columns = self.fields();
        columns.extend(more.iter().map(|name| (*name).to_owned()));
        OutcomeTable { columns, rows }
    }

    /// Each entity's last record.
    fn last(&self) -> impl Iterator<Item = &Record> {
        self.entities
            .values()
            .filter_map(|records| Some(records.last_key_value()?.1))
    }

    fn versions(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for records in self.entities.values() {
            let ends = records.keys().skip(1).map(|time| Some(*time)).chain([None]);
            for (record, end) in records.values().zip(ends) {
                let mut row = row(record.key, &record.fields);
                row.extend(interval(record.time, end));
                row.push(Some(record.deleted.to_string()));
                rows.push(row);
            }
        }
        rows
    }

    fn net_versions(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (key, versions) in &self.net {
            for version in versions {
                let mut row = row(*key, &version.fields);
                row.extend(interval(version.from, version.to));
                rows.push(row);
            }
        }
        rows
    }

    /// Looks at an entity after a batch.
    fn look(&mut self, key: i64) {
        let Some(last) = self
            .entities
            .get(&key)
            .and_then(|records| Some(records.last_key_value()?.1))
        else {
            return;
        };
        let versions = self.net.entry(key).or_default();
        let open = versions.last_mut().filter(|version| version.to.is_none());
        if let Some(open) = open {
            if !last.deleted && open.fields == last.fields {
                return;
            }
            open.to = Some(last.time);
        }
        if !last.deleted {
            versions.push(NetVersion {
                fields: last.fields.clone(),
                from: last.time,
                to: None,
            });
        }
    }
}

fn row(key: i64, fields: &[Option<String>]) -> Row {
    std::iter::once(Some(key.to_string()))
        .chain(fields.iter().cloned())
        .collect()
}

/// VALID_FROM, VALID_TO and IS_CURRENT.
fn interval(from: Timestamp, to: Option<Timestamp>) -> [Option<String>; 3] {
    let end = to.map_or_else(|| FOREVER.to_owned(), time_text);
    [Some(time_text(from)), Some(end), Some(to.is_none().to_string())]
}

impl Outcome for RecordOutcome {
    fn batch(&mut self, lines: &[Vec<u8>]) {
        let mut touched = BTreeSet::new();
        let mut arrived = Vec::new();
        for line in lines {
            self.messages += 1;
            match read(&self.records, line) {
                Reading::Unreadable => self.unreadable += 1,
                Reading::Invalid(_) => self.invalid += 1,
                Reading::Record(record) => {
                    self.valid += 1;
                    touched.insert(record.key);
                    arrived.push(record.clone());
                    let known = self.entities.entry(record.key).or_default();
                    known.entry(record.time).or_insert(record);
                }
            }
        }
        self.dimension.batch(arrived.iter());
        for key in touched {
            self.look(key);
        }
    }

    fn table(&self, name: &str) -> Option<OutcomeTable> {
        let time = self.records.time.to_ascii_uppercase();
        let timed = |record: &Record| {
            let mut row = row(record.key, &record.fields);
            row.push(Some(time_text(record.time)));
            row
        };
        Some(match name {
            "counts" => OutcomeTable {
                columns: ["MESSAGES", "UNREADABLE", "INVALID", "VALID"]
                    .map(str::to_owned)
                    .to_vec(),
                rows: vec![
                    [self.messages, self.unreadable, self.invalid, self.valid]
                        .map(|count| Some(count.to_string()))
                        .to_vec(),
                ],
            },
            "records" => {
                let all = self.entities.values().flat_map(BTreeMap::values);
                self.table_of(&[&time], all.map(timed).collect())
            }
            "latest" => {
                let living = self.last().filter(|record| !record.deleted);
                self.table_of(&[&time], living.map(timed).collect())
            }
            "last" => {
                let rows = self.last().map(|record| {
                    let mut row = timed(record);
                    row.push(Some(record.deleted.to_string()));
                    row
                });
                self.table_of(&[&time, "IS_DELETED"], rows.collect())
            }
            "versions" => self.table_of(
                &["VALID_FROM", "VALID_TO", "IS_CURRENT", "IS_DELETED"],
                self.versions(),
            ),
            "net_versions" => self.table_of(&["VALID_FROM", "VALID_TO", "IS_CURRENT"], self.net_versions()),
            "dimension" => {
                let rows = self.dimension.versions().map(|(key, version)| {
                    let mut row = row(key, &version.fields);
                    row.extend(interval(version.from, version.to));
                    row
                });
                self.table_of(&["VALID_FROM", "VALID_TO", "IS_CURRENT"], rows.collect())
            }
            _ => return None,
        })
    }

    fn by_batch(&self, name: &str) -> bool {
        matches!(name, "net_versions" | "dimension")
    }
}
