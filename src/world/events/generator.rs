//! The lives of many customers, told as events.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Event;
use super::mess::{self, Tidy};
use super::profile::Profile;

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
    /// How many accounts are opened over the whole run, if there are events enough.
    pub customers: u64,
}

/// Duplicates are taken from this many of the latest messages.
const REMEMBERED: usize = 64;
/// A message held back arrives at most this many seconds of virtual time late.
const LONGEST_DELAY_SECONDS: f64 = 600.0;

struct Customer {
    id: u64,
    profile: Profile,
    open: bool,
    last_time: Timestamp,
}

/// An iterator over [`GeneratorConfig::events`] messages in the order of their sending.
pub struct Generator {
    config: GeneratorConfig,
    rng: StdRng,
    sent: u64,
    /// The slot that is sent at `config.start`.
    first: u64,
    customers: Vec<Customer>,
    /// Messages held back: the slot they are due in, a tie-breaker, and their place in `waiting`.
    due: BinaryHeap<Reverse<(u64, u64)>>,
    waiting: std::collections::HashMap<u64, (String, Vec<u8>)>,
    held_back: u64,
    recent: VecDeque<(String, Vec<u8>)>,
}

impl Generator {
    /// A generator at its beginning.
    pub fn new(config: GeneratorConfig) -> Self {
        Self {
            rng: StdRng::seed_from_u64(config.seed),
            config,
            sent: 0,
            first: 0,
            customers: Vec::new(),
            due: BinaryHeap::new(),
            waiting: std::collections::HashMap::new(),
            held_back: 0,
            recent: VecDeque::new(),
        }
    }

    /// Lets the same customers live on: [`events`](GeneratorConfig::events) more messages, from `start` on and at
    /// the rate of `more`, and so many more accounts. What was held back so far still arrives. The seed of `more`
    /// does not count.
    pub fn go_on(&mut self, more: &GeneratorConfig) {
        self.first = self.sent;
        self.config.events = self.sent.saturating_add(more.events);
        self.config.customers = self.config.customers.saturating_add(more.customers);
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
        if !self.recent.is_empty() && self.rng.random_bool(0.02) {
            let at = self.rng.random_range(0..self.recent.len());
            if let Some(message) = self.recent.get(at) {
                return message.clone();
            }
        }
        loop {
            let (key, payload) = self.event(now);
            if self.rng.random_bool(0.008) {
                let payload = mess::broken(&payload, &mut self.rng);
                return (key, payload);
            }
            let longest = (self.config.rate * LONGEST_DELAY_SECONDS).clamp(1.0, 1e9) as u64;
            let delay = match self.rng.random_range(0..100) {
                0..4 => self.rng.random_range(1..=longest),
                4..8 => self.rng.random_range(1..=longest.min(5)),
                _ => return (key, payload),
            };
            // Held back; another event takes its slot.
            let number = self.held_back;
            self.held_back += 1;
            self.due.push(Reverse((self.sent.saturating_add(delay), number)));
            self.waiting.insert(number, (key, payload));
        }
    }

    /// The next thing that happens to some customer.
    fn event(&mut self, now: Timestamp) -> (String, Vec<u8>) {
        let opened = self.customers.len() as u64;
        let slots_left = self.config.events.saturating_sub(self.sent).max(1);
        let to_open = self.config.customers.saturating_sub(opened);
        // A quarter of the accounts is opened early, so that what happens then happens to many; the others follow
        // evenly until the end.
        let share = if opened < self.config.customers / 4 {
            0.5
        } else {
            to_open as f64 / slots_left as f64
        };
        let open_now = opened == 0 || self.rng.random_bool(share.clamp(0.0, 1.0));
        let (index, event_type) = if open_now {
            let profile = Profile::random(&mut self.rng);
            self.customers.push(Customer {
                id: 1001 + opened,
                profile,
                open: true,
                last_time: Timestamp::MIN,
            });
            (self.customers.len() - 1, "ACCOUNT_CREATED")
        } else {
            let index = self.rng.random_range(0..self.customers.len());
            (index, self.happening(index))
        };
        let happened = now - SignedDuration::from_millis(self.rng.random_range(0..2000));
        let event_id = mess::event_id(&mut self.rng);
        // The index is always that of a customer; an empty line would show if it ever were not.
        let Some(customer) = self.customers.get_mut(index) else {
            return (String::new(), Vec::new());
        };
        let after_last = customer
            .last_time
            .saturating_add(SignedDuration::from_millis(1))
            .unwrap_or(happened);
        customer.last_time = happened.max(after_last);
        let tidy = Tidy {
            event_id: &event_id,
            event_type,
            event_time: customer.last_time,
            customer_id: customer.id,
            profile: &customer.profile,
        };
        (customer.id.to_string(), mess::write(&tidy, &mut self.rng))
    }

    /// Decides what happens to an existing customer, and lets it happen.
    fn happening(&mut self, index: usize) -> &'static str {
        let Some(customer) = self.customers.get_mut(index) else {
            return "PROFILE_UPDATED";
        };
        if !customer.open {
            // Some come back; of the others a source sometimes still says that they are gone.
            if self.rng.random_bool(0.3) {
                customer.open = true;
                if self.rng.random_bool(0.5) {
                    customer.profile.change(&mut self.rng);
                }
                return "ACCOUNT_CREATED";
            }
            return "ACCOUNT_CLOSED";
        }
        match self.rng.random_range(0..100) {
            0..5 => {
                customer.open = false;
                "ACCOUNT_CLOSED"
            }
            5..15 => "PROFILE_UPDATED", // says what is known already
            _ => {
                customer.profile.change(&mut self.rng);
                "PROFILE_UPDATED"
            }
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
