//! [`Stop`]: how work that cannot be waited for learns that its statement is over.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::error::Error;

/// When a statement ends before it is done: cancelled, or out of time.
#[derive(Debug, Clone, Default)]
pub struct Stop(Option<Arc<Limits>>);

#[derive(Debug)]
struct Limits {
    cancelled: CancellationToken,
    clock: Arc<dyn Clock>,
    start: Timestamp,
    seconds: u64,
}

impl Stop {
    /// For a statement that begins now and may take so many seconds.
    pub fn new(cancelled: &CancellationToken, clock: &Arc<dyn Clock>, seconds: u64) -> Self {
        Self(Some(Arc::new(Limits {
            cancelled: cancelled.clone(),
            clock: Arc::clone(clock),
            start: clock.now(),
            seconds,
        })))
    }

    /// Why the statement is over; nothing while it goes on.
    pub fn reason(&self) -> Option<Error> {
        let limits = self.0.as_ref()?;
        if limits.cancelled.is_cancelled() {
            return Some(Error::cancelled());
        }
        let gone = limits.clock.now().duration_since(limits.start);
        let over = gone.as_secs() >= i64::try_from(limits.seconds).unwrap_or(i64::MAX);
        over.then(|| Error::statement_timeout(limits.seconds))
    }
}
