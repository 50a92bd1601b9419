//! The account of customer events as tables that a check can name.

use super::{CleanProfile, Expected};
use crate::world::events::outcome::{FOREVER, Outcome, OutcomeTable, Row, time_text};

/// The tables there are.
pub const TABLES: [&str; 3] = ["counts", "current", "history"];

const PROFILE: [&str; 9] = [
    "FIRST_NAME",
    "LAST_NAME",
    "EMAIL",
    "DOMAIN",
    "STREET",
    "CITY",
    "STATE",
    "COUNTRY",
    "ZIP",
];

/// CUSTOMER_ID, the profile, EVENT_TIME, EVENT_ID and `more`.
fn table(more: &[&str], rows: Vec<Row>) -> OutcomeTable {
    let columns = ["CUSTOMER_ID"]
        .iter()
        .chain(&PROFILE)
        .chain(&["EVENT_TIME", "EVENT_ID"])
        .chain(more);
    OutcomeTable {
        columns: columns.map(|name| (*name).to_owned()).collect(),
        rows,
    }
}

fn row(id: u64, profile: CleanProfile, rest: [String; 2]) -> Row {
    let p = profile;
    let profile = [
        p.first_name,
        p.last_name,
        p.email,
        p.domain,
        p.street,
        p.city,
        p.state,
        p.country,
        p.zip,
    ];
    std::iter::once(id.to_string())
        .chain(profile)
        .chain(rest)
        .map(Some)
        .collect()
}

impl Outcome for Expected {
    fn batch(&mut self, lines: &[Vec<u8>]) {
        Expected::batch(self, lines);
    }

    fn table(&self, name: &str) -> Option<OutcomeTable> {
        Some(match name {
            "counts" => {
                let fates = self.fates();
                let counts = [
                    fates.not_json,
                    fates.rejected,
                    fates.duplicates,
                    fates.cleansed,
                    fates.late,
                ];
                OutcomeTable {
                    columns: ["NOT_JSON", "REJECTED", "DUPLICATES", "CLEANSED", "LATE"]
                        .map(str::to_owned)
                        .to_vec(),
                    rows: vec![counts.map(|count| Some(count.to_string())).to_vec()],
                }
            }
            "current" => {
                let rows = self.current().into_iter();
                let rows = rows.map(|r| row(r.customer_id, r.profile, [time_text(r.event_time), r.event_id]));
                table(&[], rows.collect())
            }
            "history" => {
                let rows = self.history().into_iter().map(|r| {
                    let from = time_text(r.valid_from);
                    let mut row = row(r.customer_id, r.profile, [from.clone(), r.event_id]);
                    let end = r.valid_to.map_or_else(|| FOREVER.to_owned(), time_text);
                    row.extend([from, end, r.valid_to.is_none().to_string()].map(Some));
                    row
                });
                table(&["VALID_FROM", "VALID_TO", "IS_CURRENT"], rows.collect())
            }
            _ => return None,
        })
    }

    fn by_batch(&self, name: &str) -> bool {
        // Which events are late, and so make no version, depends on what was there before them.
        name != "current"
    }
}
