//! [`Watch`]: what ends a handler that does not end by itself.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How often the engine may ask during one call of a function. It asks about every ten thousand jumps and calls, so a
/// function gets some ten thousand million of them: more than a minute.
const PATIENCE: u64 = 1_000_000;

/// Looks after a running handler: the engine asks it again and again whether to go on. It counts instead of reading a
/// clock, so that the same function always comes equally far.
#[derive(Debug)]
pub struct Watch {
    stopped: AtomicBool,
    limit: u64,
    left: AtomicU64,
}

impl Watch {
    /// For a procedure, which may take as long as its statement.
    pub fn patient() -> Self {
        Self::of(u64::MAX)
    }

    /// For a function, whose every call is limited.
    pub fn limited() -> Self {
        Self::of(PATIENCE)
    }

    /// One that lets the engine ask so often.
    pub(super) fn of(limit: u64) -> Self {
        Self {
            stopped: AtomicBool::new(false),
            limit,
            left: AtomicU64::new(limit),
        }
    }

    /// Ends the handler, from any thread.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether somebody ended the handler.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether the handler took too long.
    pub fn is_spent(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    /// Begins a call, which gets the whole limit.
    pub fn begin(&self) {
        self.left.store(self.limit, Ordering::Relaxed);
    }

    /// Whether the handler is to end now.
    pub(super) fn ends(&self) -> bool {
        let left = self.left.load(Ordering::Relaxed).saturating_sub(1);
        self.left.store(left, Ordering::Relaxed);
        left == 0 || self.is_stopped()
    }
}
