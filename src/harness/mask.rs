//! What differs from run to run for no reason of the script's, and so is masked on both sides of every comparison.
//!
//! | what | becomes |
//! | --- | --- |
//! | ids of the form `01234567-89ab-cdef-0123-456789abcdef`: queries, requests | `<id>` |
//! | `METADATA$ROW_ID` | `<row 1>`, `<row 2>`, … in the order in which a case first shows them |
//! | times of objects, files and runs, by the names of their columns ([`TIMES`]), in what tells about objects | `<time>` |
//! | sizes and checksums of files, by the names of their columns ([`SIZES`]), there too | `<size>`, `<checksum>` |
//! | columns that `@mask` names | `<masked>` |
//!
//! SHOW, DESCRIBE, LIST, PUT, GET, COPY and queries of INFORMATION_SCHEMA tell about objects; a user's own column of such a
//! name is left alone. NULL stays NULL, so that one sees whether there is a value.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::outcome::{Column, Outcome, Table};
use super::script::Statement;

/// Columns of times at which something happened to objects, files and runs, in upper case.
pub const TIMES: &[&str] = &[
    "CREATED_ON",
    "DROPPED_ON",
    "LAST_MODIFIED",
    "LAST_COMMITTED_ON",
    "LAST_SUSPENDED_ON",
    "RESUMED_ON",
    "UPDATED_ON",
    "STALE_AFTER",
    "CREATED",
    "LAST_ALTERED",
    "LAST_DDL",
    "LAST_LOAD_TIME",
    "QUERY_START_TIME",
    "COMPLETED_TIME",
    "SCHEDULED_TIME",
];

/// Columns of sizes and checksums of files, in upper case.
pub const SIZES: &[(&str, &str)] = &[
    ("MD5", "<checksum>"),
    ("SIZE", "<size>"),
    ("SOURCE_SIZE", "<size>"),
    ("TARGET_SIZE", "<size>"),
    ("BYTES", "<size>"),
];

/// The column of a stream that names a row.
const ROW_ID: &str = "METADATA$ROW_ID";

static ID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b").ok()
});

/// Masks the outcomes of one case, in their order.
#[derive(Debug, Default)]
pub struct Masker {
    /// The numbers of row ids.
    rows: HashMap<String, usize>,
    /// What stands for the database that a case runs in, where that has a name of its own.
    pub database: Option<(String, String)>,
}

impl Masker {
    /// Masks what a statement gave, and puts rows that come in any order into one.
    pub fn mask(&mut self, statement: &Statement, outcome: &mut Outcome) {
        match outcome {
            Outcome::Refused(refused) => refused.message = self.text(&refused.message),
            Outcome::Table(table) => self.table(statement, table),
        }
    }

    fn table(&mut self, statement: &Statement, table: &mut Table) {
        self.name_types(table);
        let about_objects = tells_about_objects(&statement.text);
        let fixed = |column: &Column| constant(column, &statement.masks, about_objects);
        let fixed: Vec<Option<&'static str>> = table.columns.iter().map(fixed).collect();
        let ids = table
            .columns
            .iter()
            .position(|column| column.name.eq_ignore_ascii_case(ROW_ID));
        for row in &mut table.rows {
            for (index, (cell, fixed)) in row.iter_mut().zip(&fixed).enumerate() {
                match (cell, fixed) {
                    (Some(text), Some(fixed)) => *text = (*fixed).to_owned(),
                    (Some(text), None) if ids != Some(index) => *text = self.text(text),
                    _ => {}
                }
            }
        }
        if statement.unordered {
            // By what they hold besides their ids, which tell nothing.
            table.rows.sort_by_cached_key(|row| {
                let mut key = row.clone();
                if let Some(cell) = ids.and_then(|index| key.get_mut(index)) {
                    *cell = None;
                }
                key
            });
        }
        if let Some(index) = ids {
            for id in table
                .rows
                .iter_mut()
                .filter_map(|row| row.get_mut(index))
                .flatten()
            {
                let next = self.rows.len() + 1;
                let number = *self.rows.entry(id.clone()).or_insert(next);
                *id = format!("<row {number}>");
            }
        }
    }

    /// The database's own name is as long as its type says; so is the common one.
    fn name_types(&self, table: &mut Table) {
        let Some((own, common)) = &self.database else {
            return;
        };
        let (long, short) = (own.len(), common.len());
        for (index, column) in table.columns.iter_mut().enumerate() {
            let mut cells = table.rows.iter().filter_map(|row| row.get(index));
            let is_name = cells.any(|cell| cell.as_ref() == Some(own));
            if is_name && column.data_type == format!("VARCHAR({long})") {
                column.data_type = format!("VARCHAR({short})");
            }
        }
    }

    /// A text without ids and without the database's own name.
    fn text(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        if let Some((own, common)) = &self.database {
            masked = masked.replace(own.as_str(), common);
        }
        match ID.as_ref() {
            Some(id) if id.is_match(&masked) => {
                id.replace_all(&masked, |_: &Captures<'_>| "<id>").into_owned()
            }
            _ => masked,
        }
    }
}

/// Whether a statement's result is about objects, files or runs.
fn tells_about_objects(text: &str) -> bool {
    const WORDS: &[&str] = &["SHOW", "DESC", "DESCRIBE", "LIST", "LS", "PUT", "GET", "COPY"];
    let upper = text.to_ascii_uppercase();
    let word = upper
        .split(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or_default();
    WORDS.contains(&word) || upper.contains("INFORMATION_SCHEMA")
}

/// What stands in all cells of a column, if that is fixed.
fn constant(column: &Column, masks: &[String], about_objects: bool) -> Option<&'static str> {
    if masks.iter().any(|mask| mask.eq_ignore_ascii_case(&column.name)) {
        return Some("<masked>");
    }
    if !about_objects {
        return None;
    }
    let name = column.name.to_ascii_uppercase();
    let size = SIZES.iter().find(|(known, _)| *known == name);
    match TIMES.contains(&name.as_str()) {
        true => Some("<time>"),
        false => size.map(|(_, mask)| *mask),
    }
}
