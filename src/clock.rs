//! The one source of time: the real clock, or a virtual one that moves only when it is told to.
//!
//! Warehouse time (CURRENT_TIMESTAMP, commit times, task schedules, load history) always comes from a [`Clock`]
//! that was handed in; clippy forbids the real clock elsewhere.

use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

/// Where warehouse time comes from.
pub trait Clock: std::fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Moves on to `moment`. A virtual clock jumps there; the system clock answers how long is left to wait.
    /// Either never moves backwards.
    fn advance_to(&self, moment: Timestamp) -> Duration;

    /// Whether it moves only when it is told to.
    fn is_virtual(&self) -> bool;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that reads the real clock for the warehouse
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn advance_to(&self, moment: Timestamp) -> Duration {
        Duration::try_from(moment.duration_since(self.now())).unwrap_or_default()
    }

    fn is_virtual(&self) -> bool {
        false
    }
}

/// A clock that stands still until someone moves it.
#[derive(Debug)]
pub struct VirtualClock(Mutex<Timestamp>);

impl VirtualClock {
    /// A clock that starts at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }

    fn advance_to(&self, moment: Timestamp) -> Duration {
        let mut now = self.0.lock();
        *now = (*now).max(moment);
        Duration::ZERO
    }

    fn is_virtual(&self) -> bool {
        true
    }
}
