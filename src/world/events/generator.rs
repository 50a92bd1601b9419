//! The way of messages out of their source: at which moment each leaves, which leave twice, late or broken.
//!
//! What the messages tell is the business of a [`Subject`].

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Event;
use super::customers::Customers;

/// What a [`Generator`] is made from; equal settings give equal bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratorConfig {
    /// Messages in all, duplicates and broken lines included.
    pub events: u64,
    /// The seed that everything random comes from.
    pub seed: u64,
    /// Messages per second of virtual time.
    pub rate: f64,
    /// When the first message is sent.
    pub start: Timestamp,
    /// How many customers, or whatever the events are about, there will be over the whole run, if there are events
    /// enough.
    pub entities: u64,
}

/// What messages tell.
pub(super) trait Subject: Send {
    /// The next thing that happens: the message's key and its line.
    fn happen(&mut self, moment: Moment, rng: &mut StdRng) -> (String, Vec<u8>);

    /// A line in the place of `line` that cannot be what it should be.
    fn broken(&self, line: &[u8], rng: &mut StdRng) -> Vec<u8>;
}

/// Where a generator stands when something happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When the message is sent, if nothing holds it back.
    pub now: Timestamp,
    /// Messages that are still to be sent.
    pub left: u64,
    /// [`GeneratorConfig::entities`].
    pub entities: u64,
}

/// How often messages fare badly on their way, as shares of all messages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Sent once more, soon after.
    pub duplicate: f64,
    /// Broken.
    pub broken: f64,
    /// Held back for up to ten minutes; in whole percents.
    pub late: f64,
    /// Overtaken by a few others; in whole percents.
    pub overtaken: f64,
}

impl Default for Shares {
    fn default() -> Self {
        Self {
            duplicate: 0.02,
            broken: 0.008,
            late: 0.04,
            overtaken: 0.04,
        }
    }
}

/// Duplicates are taken from this many of the latest messages.
const REMEMBERED: usize = 64;
/// A message held back arrives at most this many seconds of virtual time late.
const LONGEST_DELAY_SECONDS: f64 = 600.0;

/// An iterator over [`GeneratorConfig::events`] messages in the order of their sending.
pub struct Generator {
    config: GeneratorConfig,
    rng: StdRng,
    sent: u64,
    /// The slot that is sent at `config.start`.
    first: u64,
    subject: Box<dyn Subject>,
    shares: Shares,
    /// Messages held back: the slot they are due in, a tie-breaker, and their place in `waiting`.
    due: BinaryHeap<Reverse<(u64, u64)>>,
    waiting: std::collections::HashMap<u64, (String, Vec<u8>)>,
    held_back: u64,
    recent: VecDeque<(String, Vec<u8>)>,
}

impl Generator {
    /// A generator of customer events at its beginning.
    pub fn new(config: GeneratorConfig) -> Self {
        Self::of(Box::new(Customers::default()), Shares::default(), config)
    }

    /// A generator of any subject at its beginning.
    pub(super) fn of(subject: Box<dyn Subject>, shares: Shares, config: GeneratorConfig) -> Self {
        Self {
            rng: StdRng::seed_from_u64(config.seed),
            config,
            sent: 0,
            first: 0,
            subject,
            shares,
            due: BinaryHeap::new(),
            waiting: std::collections::HashMap::new(),
            held_back: 0,
            recent: VecDeque::new(),
        }
    }

    /// Lets the same subjects live on: [`events`](GeneratorConfig::events) more messages, from `start` on and at
    /// the rate of `more`, and so many more entities. What was held back so far still arrives. The seed of `more`
    /// does not count.
    pub fn go_on(&mut self, more: &GeneratorConfig) {
        self.first = self.sent;
        self.config.events = self.sent.saturating_add(more.events);
        self.config.entities = self.config.entities.saturating_add(more.entities);
        self.config.rate = more.rate;
        self.config.start = more.start;
    }

    /// When the message of slot `slot` is sent.
    fn moment(&self, slot: u64) -> Timestamp {
        let seconds = slot.saturating_sub(self.first) as f64 / self.config.rate.max(f64::MIN_POSITIVE);
        let passed = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::ZERO);
        // Whole milliseconds, as Kafka keeps them.
        let exact = self
            .config
            .start
            .saturating_add(passed)
            .unwrap_or(self.config.start);
        Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
    }

    fn message(&mut self, now: Timestamp) -> (String, Vec<u8>) {
        if let Some(&Reverse((slot, number))) = self.due.peek()
            && slot <= self.sent
        {
            self.due.pop();
            if let Some(message) = self.waiting.remove(&number) {
                return message;
            }
        }
        if !self.recent.is_empty() && self.rng.random_bool(self.shares.duplicate) {
            let at = self.rng.random_range(0..self.recent.len());
            if let Some(message) = self.recent.get(at) {
                return message.clone();
            }
        }
        loop {
            let moment = Moment {
                now,
                left: self.config.events.saturating_sub(self.sent).max(1),
                entities: self.config.entities,
            };
            let (key, payload) = self.subject.happen(moment, &mut self.rng);
            if self.rng.random_bool(self.shares.broken) {
                let payload = self.subject.broken(&payload, &mut self.rng);
                return (key, payload);
            }
            let longest = (self.config.rate * LONGEST_DELAY_SECONDS).clamp(1.0, 1e9) as u64;
            let percents = |share: f64| (share * 100.0).round() as i32;
            let late = percents(self.shares.late);
            let delay = match self.rng.random_range(0..100) {
                share if share < late => self.rng.random_range(1..=longest),
                share if share < late + percents(self.shares.overtaken) => {
                    self.rng.random_range(1..=longest.min(5))
                }
                _ => return (key, payload),
            };
            // Held back; another event takes its slot.
            let number = self.held_back;
            self.held_back += 1;
            self.due.push(Reverse((self.sent.saturating_add(delay), number)));
            self.waiting.insert(number, (key, payload));
        }
    }
}

impl Iterator for Generator {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        if self.sent >= self.config.events {
            return None;
        }
        let timestamp = self.moment(self.sent);
        let (key, payload) = self.message(timestamp);
        self.sent += 1;
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back((key.clone(), payload.clone()));
        Some(Event {
            key: Some(key),
            payload,
            timestamp,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.config.events - self.sent).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}
