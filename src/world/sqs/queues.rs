//! All queues by name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use super::error::SqsError;
use super::queue::{Counts, Queue, Received, Sent, Settings};
use crate::clock::Clock;

/// The account that all queues belong to.
pub const ACCOUNT: &str = "000000000000";
/// The region in the queues' ARNs.
pub const REGION: &str = "local";
/// The queue that is always there: SHOW PIPES names it.
pub const PIPES: &str = "snowglobe";

/// There are at most this many queues.
const MOST_QUEUES: usize = 1000;
/// How many messages a listener may lag behind.
const LISTENERS: usize = 1024;

/// All queues. Clones share them.
#[derive(Clone)]
pub struct Queues(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    queues: Mutex<BTreeMap<String, Queue>>,
    /// Wakes those who wait for a message.
    sent: Notify,
    /// The bodies of what is sent to [`PIPES`].
    told: broadcast::Sender<Arc<str>>,
}

impl Queues {
    /// The queue that is always there, and no other; messages are dated by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (told, _) = broadcast::channel(LISTENERS);
        let queues = Self(Arc::new(Inner {
            clock,
            queues: Mutex::new(BTreeMap::new()),
            sent: Notify::new(),
            told,
        }));
        let now = queues.0.clock.now();
        let pipes = Queue::new(PIPES, Settings::default(), now);
        queues.0.queues.lock().insert(PIPES.to_owned(), pipes);
        queues
    }

    /// The clock that messages are dated by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The ARN of a queue of that name.
    pub fn arn(name: &str) -> String {
        format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
    }

    /// The name of the queue that an ARN means, if there is one.
    pub fn by_arn(&self, arn: &str) -> Option<String> {
        let queues = self.0.queues.lock();
        queues.keys().find(|name| Self::arn(name) == arn).cloned()
    }

    /// The bodies of all messages sent to [`PIPES`] from now on. The messages stay in the queue.
    pub fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.0.told.subscribe()
    }

    /// The names of all queues.
    pub fn names(&self) -> Vec<String> {
        self.0.queues.lock().keys().cloned().collect()
    }

    /// Puts a message into a queue.
    ///
    /// # Errors
    /// No such queue, one that is full, or a body that is empty or too long.
    pub fn send(&self, queue: &str, body: String) -> Result<Sent, SqsError> {
        self.send_later(queue, body, None)
    }

    pub(super) fn send_later(&self, queue: &str, body: String, delay: Option<i64>) -> Result<Sent, SqsError> {
        let told: Option<Arc<str>> = (queue == PIPES).then(|| body.as_str().into());
        let now = self.0.clock.now();
        let sent = self.with(queue, |queue| queue.send(body, delay, now))??;
        self.0.sent.notify_waiters();
        if let Some(told) = told {
            // Nobody listening is fine.
            let _ = self.0.told.send(told);
        }
        Ok(sent)
    }

    /// Receives up to `most` messages; waits up to `wait` seconds for the first.
    pub(super) async fn receive(
        &self,
        queue: &str,
        most: usize,
        visibility: Option<i64>,
        wait: Option<i64>,
    ) -> Result<Vec<Received>, SqsError> {
        let own = self.with(queue, |queue| queue.settings.wait)?;
        let wait = Duration::from_secs(wait.unwrap_or(own).unsigned_abs());
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            let mut sent = std::pin::pin!(self.0.sent.notified());
            // From here on no message is missed.
            sent.as_mut().enable();
            let now = self.0.clock.now();
            let received = self.with(queue, |queue| queue.receive(most, visibility, now))?;
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            if !received.is_empty() || left.is_zero() {
                return Ok(received);
            }
            // A message may also become visible again while nothing is sent.
            let _ = tokio::time::timeout(left.min(Duration::from_millis(500)), sent).await;
        }
    }

    pub(super) fn delete(&self, queue: &str, receipt: &str) -> Result<(), SqsError> {
        self.with(queue, |queue| queue.delete(receipt))?
    }

    pub(super) fn hide(&self, queue: &str, receipt: &str, seconds: i64) -> Result<(), SqsError> {
        let now = self.0.clock.now();
        self.with(queue, |queue| queue.hide(receipt, seconds, now))?
    }

    pub(super) fn purge(&self, queue: &str) -> Result<(), SqsError> {
        self.with(queue, Queue::purge)
    }

    pub(super) fn create(&self, name: &str, settings: Settings) -> Result<(), SqsError> {
        let fine = !name.is_empty()
            && name.len() <= 80
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !fine {
            return Err(SqsError::invalid(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
            ));
        }
        let mut queues = self.0.queues.lock();
        match queues.get(name) {
            Some(queue) if queue.settings == settings => Ok(()),
            Some(_) => Err(SqsError::invalid(format!(
                "A queue named {name} exists already, with other attributes."
            ))),
            None if queues.len() >= MOST_QUEUES => Err(SqsError::full("There are too many queues.")),
            None => {
                queues.insert(name.to_owned(), Queue::new(name, settings, self.0.clock.now()));
                Ok(())
            }
        }
    }

    /// Settings, time of creation and counts of a queue.
    pub(super) fn describe(&self, queue: &str) -> Result<(Settings, jiff::Timestamp, Counts), SqsError> {
        let now = self.0.clock.now();
        self.with(queue, |queue| (queue.settings, queue.created, queue.counts(now)))
    }

    fn with<T>(&self, name: &str, work: impl FnOnce(&mut Queue) -> T) -> Result<T, SqsError> {
        match self.0.queues.lock().get_mut(name) {
            Some(queue) => Ok(work(queue)),
            None => Err(SqsError::no_such_queue()),
        }
    }
}
