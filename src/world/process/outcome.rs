//! What a processor's tables must hold, told from all messages at once: no state, no order, no code of the processor's.
//!
//! A record counts if it is not older than the watermark was when its batch came, and its identifier is new. The
//! watermark is the latest time of the records that counted so far, less its delay. A window is final if it ends no
//! later than the last watermark.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{ColumnType, ProcessSpec};
use crate::world::events::outcome::{Outcome, OutcomeTable, Row, time_text};
use crate::world::events::records::Records;
use crate::world::events::records::read::{Reading, Record, read};

/// The tables there are.
pub const TABLES: [&str; 3] = ["counts", "rows", "windows"];

/// Numbers count billionths, products of two billionths of billionths.
const DIGITS: usize = 9;

/// A record that counted.
struct Counted {
    time: Timestamp,
    texts: BTreeMap<String, String>,
}

/// The account of what all messages so far lead to.
pub struct ProcessOutcome {
    records: Records,
    spec: ProcessSpec,
    messages: u64,
    refused: u64,
    late: u64,
    duplicates: u64,
    seen: BTreeSet<String>,
    counted: Vec<Counted>,
    watermark: Option<Timestamp>,
}

impl ProcessOutcome {
    /// Nothing has happened yet.
    pub fn new(records: Records, spec: ProcessSpec) -> Self {
        Self {
            records,
            spec,
            messages: 0,
            refused: 0,
            late: 0,
            duplicates: 0,
            seen: BTreeSet::new(),
            counted: Vec::new(),
            watermark: None,
        }
    }

    /// The texts of a record by the names of the columns; none if it is refused.
    fn texts(&self, record: &Record) -> Option<BTreeMap<String, String>> {
        let mut given: BTreeMap<&str, String> = BTreeMap::new();
        given.insert(&self.records.key, record.key.to_string());
        given.insert(&self.records.time, time_text(record.time));
        if let (Some(name), Some(id)) = (&self.records.id, &record.id) {
            given.insert(name, id.clone());
        }
        for (field, value) in self.records.fields.iter().zip(&record.fields) {
            given.extend(value.clone().map(|value| (field.name.as_str(), value)));
        }
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for column in &self.spec.columns {
            let text = if let Some(lookup) = &column.lookup {
                let found = texts.get(&lookup.of).and_then(|of| lookup.table.get(of));
                Some(found.unwrap_or(&lookup.otherwise).clone())
            } else if let Some([first, second]) = &column.product {
                let factors = texts.get(first).zip(texts.get(second));
                factors.and_then(|(a, b)| Some(shown(parsed(a)?.checked_mul(parsed(b)?)?, 2 * DIGITS)))
            } else {
                given.get(column.name.as_str()).cloned()
            };
            let text = match column.kind {
                ColumnType::Lower => text.map(|text| text.to_lowercase()),
                ColumnType::Number if column.product.is_none() => {
                    if let Some(text) = &text {
                        let unit = 10_i128.pow(9 - column.decimals.min(9));
                        parsed(text).filter(|value| value % unit == 0)?;
                    }
                    text
                }
                _ => text,
            };
            match text {
                Some(text) => {
                    texts.insert(column.name.clone(), text);
                }
                None if column.required || column.name == self.spec.unique => return None,
                None => {}
            }
        }
        Some(texts)
    }

    fn windows(&self) -> Vec<Row> {
        let mut windows: BTreeMap<(i64, Vec<Option<String>>), Vec<&Counted>> = BTreeMap::new();
        let length = self.spec.windows.length.as_secs().max(1);
        for counted in &self.counted {
            let group = self
                .spec
                .windows
                .by
                .iter()
                .map(|name| counted.texts.get(name).cloned());
            let start = counted.time.as_millisecond().div_euclid(1000).div_euclid(length) * length;
            windows.entry((start, group.collect())).or_default().push(counted);
        }
        let mut rows = Vec::new();
        for ((start, group), inside) in windows {
            let moment = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
            let end = moment(start.saturating_add(length));
            if self.watermark.is_none_or(|watermark| end > watermark) {
                continue;
            }
            let mut row = vec![Some(time_text(moment(start))), Some(time_text(end))];
            row.extend(group);
            row.push(Some(inside.len().to_string()));
            for name in &self.spec.windows.sums {
                let values = inside.iter().filter_map(|counted| long(counted.texts.get(name)?));
                row.push(Some(shown(values.sum(), 2 * DIGITS)));
            }
            rows.push(row);
        }
        rows
    }
}

/// A decimal number with at most nine decimals, in billionths.
fn parsed(text: &str) -> Option<i128> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let sound = whole.strip_prefix('-').unwrap_or(whole);
    if sound.is_empty() || sound.len() > 18 || !plain(sound) || !plain(rest) || rest.len() > DIGITS {
        return None;
    }
    format!("{whole}{rest:0<9}").parse().ok()
}

/// A number as it stands in a row, in billionths of billionths: a product has so many decimals already.
fn long(text: &str) -> Option<i128> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    (rest.len() <= 2 * DIGITS).then(|| format!("{whole}{rest:0<18}").parse().ok())?
}

fn shown(value: i128, digits: usize) -> String {
    let unit = 10_i128.pow(u32::try_from(digits).unwrap_or(0));
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.abs() / unit, value.abs() % unit);
    format!("{sign}{whole}.{rest:0digits$}")
}

impl Outcome for ProcessOutcome {
    fn batch(&mut self, lines: &[Vec<u8>]) {
        let watermark = self.watermark;
        for line in lines {
            self.messages += 1;
            let Reading::Record(record) = read(&self.records, line) else {
                self.refused += 1;
                continue;
            };
            let Some(texts) = self.texts(&record) else {
                self.refused += 1;
                continue;
            };
            if watermark.is_some_and(|watermark| record.time < watermark) {
                self.late += 1;
            } else if !self
                .seen
                .insert(texts.get(&self.spec.unique).cloned().unwrap_or_default())
            {
                self.duplicates += 1;
            } else {
                self.counted.push(Counted {
                    time: record.time,
                    texts,
                });
            }
        }
        let latest = self.counted.iter().map(|counted| counted.time).max();
        let delay: SignedDuration = self.spec.watermark;
        self.watermark = self
            .watermark
            .max(latest.and_then(|latest| latest.checked_sub(delay).ok()));
    }

    fn table(&self, name: &str) -> Option<OutcomeTable> {
        let upper = |name: &String| name.to_ascii_uppercase();
        Some(match name {
            "counts" => {
                let counted = self.counted.len() as u64;
                let counts = [self.messages, self.refused, self.late, self.duplicates, counted];
                OutcomeTable {
                    columns: ["MESSAGES", "REFUSED", "LATE", "DUPLICATES", "COUNTED"]
                        .map(str::to_owned)
                        .to_vec(),
                    rows: vec![counts.map(|count| Some(count.to_string())).to_vec()],
                }
            }
            "rows" => {
                let cells = |counted: &Counted| -> Row {
                    let names = self.spec.columns.iter().map(|column| &column.name);
                    names.map(|name| counted.texts.get(name).cloned()).collect()
                };
                OutcomeTable {
                    columns: self
                        .spec
                        .columns
                        .iter()
                        .map(|column| upper(&column.name))
                        .collect(),
                    rows: self.counted.iter().map(cells).collect(),
                }
            }
            "windows" => {
                let mut columns = vec!["WINDOW_START".to_owned(), "WINDOW_END".to_owned()];
                columns.extend(self.spec.windows.by.iter().map(upper));
                columns.push("ROW_COUNT".to_owned());
                columns.extend(
                    self.spec
                        .windows
                        .sums
                        .iter()
                        .map(|name| format!("{}_SUM", upper(name))),
                );
                OutcomeTable {
                    columns,
                    rows: self.windows(),
                }
            }
            _ => return None,
        })
    }

    fn by_batch(&self, _: &str) -> bool {
        // What is late depends on what came before it.
        true
    }
}
