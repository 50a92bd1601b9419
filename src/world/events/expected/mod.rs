//! What raw lines must lead to, computed in plain Rust straight from the meaning of events, with no SQL involved.
//!
//! [`Expected`] takes the lines batch by batch, a batch being what the curated layer sees at once, and then tells the
//! rows of the current table (SCD 1) and of the history (SCD 2), and how many lines had which fate. The rules:
//!
//! * A line that is no JSON is lost to the warehouse; JSON that is no event is rejected ([`clean`] says when).
//! * An `eventId` seen before is a duplicate. The first copy to arrive counts.
//! * A customer's events are ordered by `eventTime`, equal times by `eventId`. One that does not come after the last
//!   event that counted in an earlier batch is late and changes nothing.
//! * Every other event counts, also one that leaves the profile as it is, and a closure of an account that is not
//!   open: both change nothing now, but what is older than they are is late from then on.
//! * A version lasts from its event to the next event that changes something. Two changes at one moment leave a
//!   version of no length.

pub mod clean;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use tables::TABLES;

pub use clean::{CleanEvent, CleanProfile, EventType, Reading};

/// A row of the current table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentRow {
    /// The customer.
    pub customer_id: u64,
    /// The profile after the customer's last event.
    pub profile: CleanProfile,
    /// When that event happened.
    pub event_time: Timestamp,
    /// Which one it was.
    pub event_id: String,
}

/// A row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The customer.
    pub customer_id: u64,
    /// The profile of this version.
    pub profile: CleanProfile,
    /// The event that made it.
    pub event_id: String,
    /// When that event happened.
    pub valid_from: Timestamp,
    /// When the next change happened; `None` stands for `9999-12-31`.
    pub valid_to: Option<Timestamp>,
}

/// How many lines had which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fates {
    /// Lines that are no JSON; they end as dead letters.
    pub not_json: u64,
    /// JSON that is no event.
    pub rejected: u64,
    /// Copies of events seen before.
    pub duplicates: u64,
    /// Distinct events: the rows of the cleansed table.
    pub cleansed: u64,
    /// Cleansed events that came too late to count.
    pub late: u64,
}

#[derive(Debug, Default)]
struct Customer {
    /// Time and identifier of the last event that counted.
    last: Option<(Timestamp, String)>,
    /// Where the open version stands in the history, while the account is open.
    open: Option<usize>,
}

/// The account of what all lines so far lead to.
#[derive(Debug, Default)]
pub struct Expected {
    seen: BTreeSet<String>,
    customers: BTreeMap<u64, Customer>,
    history: Vec<HistoryRow>,
    fates: Fates,
}

impl Expected {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the lines that the curated layer sees at once, in the order of their arrival.
    pub fn batch<L: AsRef<[u8]>>(&mut self, lines: impl IntoIterator<Item = L>) {
        let mut events = Vec::new();
        for line in lines {
            match clean::read(line.as_ref()) {
                Reading::NotJson => self.fates.not_json += 1,
                Reading::Rejected(_) => self.fates.rejected += 1,
                Reading::Event(event) if self.seen.insert(event.event_id.clone()) => events.push(*event),
                Reading::Event(_) => self.fates.duplicates += 1,
            }
        }
        self.fates.cleansed += events.len() as u64;
        events.sort_by(|a, b| (a.event_time, &a.event_id).cmp(&(b.event_time, &b.event_id)));
        for event in events {
            self.apply(event);
        }
    }

    fn apply(&mut self, event: CleanEvent) {
        let customer = self.customers.entry(event.customer_id).or_default();
        let order = (event.event_time, event.event_id.clone());
        if customer.last.as_ref().is_some_and(|last| order <= *last) {
            self.fates.late += 1;
            return;
        }
        customer.last = Some(order);
        let next = (event.event_type != EventType::AccountClosed).then_some(event.profile);
        let open = customer.open.and_then(|at| self.history.get_mut(at));
        if next.as_ref() == open.as_ref().map(|row| &row.profile) {
            return;
        }
        if let Some(row) = open {
            row.valid_to = Some(event.event_time);
        }
        customer.open = next.is_some().then_some(self.history.len());
        if let Some(profile) = next {
            self.history.push(HistoryRow {
                customer_id: event.customer_id,
                profile,
                event_id: event.event_id,
                valid_from: event.event_time,
                valid_to: None,
            });
        }
    }

    /// The current table, by customer.
    pub fn current(&self) -> Vec<CurrentRow> {
        let row = |(id, customer): (&u64, &Customer)| {
            let (event_time, event_id) = customer.last.clone()?;
            let profile = self.history.get(customer.open?)?.profile.clone();
            Some(CurrentRow {
                customer_id: *id,
                profile,
                event_time,
                event_id,
            })
        };
        self.customers.iter().filter_map(row).collect()
    }

    /// The history, by customer and time.
    pub fn history(&self) -> Vec<HistoryRow> {
        let mut rows = self.history.clone();
        rows.sort_by(|a, b| {
            (a.customer_id, a.valid_from, &a.event_id).cmp(&(b.customer_id, b.valid_from, &b.event_id))
        });
        rows
    }

    /// How many lines had which fate.
    pub fn fates(&self) -> Fates {
        self.fates
    }
}
