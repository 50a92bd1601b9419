//! One queue. Nothing here waits or knows the time: moments are handed in.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use md5::{Digest, Md5};

use super::error::SqsError;

/// The longest body, in bytes.
pub(super) const LONGEST_BODY: usize = 1 << 20;
/// A queue holds at most this many messages.
const MOST_MESSAGES: usize = 120_000;
/// And at most this many bytes of bodies.
const MOST_BYTES: usize = 256 << 20;

/// A queue's settings, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// A message that was received is hidden for so long.
    pub visibility: i64,
    /// A message is kept for so long.
    pub retention: i64,
    /// A receive that finds nothing waits so long.
    pub wait: i64,
    /// A message is hidden for so long after it was sent.
    pub delay: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            visibility: 30,
            retention: 345_600,
            wait: 0,
            delay: 0,
        }
    }
}

/// What a sender learns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The message's identifier.
    pub id: String,
    /// The MD5 of its body in hex.
    pub md5: String,
}

/// A message as a receiver gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message's identifier.
    pub id: String,
    /// What deletes it.
    pub receipt: String,
    /// The MD5 of the body in hex.
    pub md5: String,
    /// The body.
    pub body: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// How often it was received, this time included.
    pub count: u64,
    /// When it was received for the first time.
    pub first_received: Timestamp,
}

struct Message {
    body: String,
    md5: String,
    sent: Timestamp,
    /// Nobody gets it before this.
    hidden_until: Timestamp,
    count: u64,
    first_received: Option<Timestamp>,
}

/// How many messages there are: visible, received and not deleted, not yet visible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub visible: u64,
    pub in_flight: u64,
    pub delayed: u64,
}

/// A queue.
pub(super) struct Queue {
    name: String,
    pub settings: Settings,
    pub created: Timestamp,
    next: u64,
    /// By number, and so in the order of their sending.
    messages: BTreeMap<u64, Message>,
    bytes: usize,
}

fn after(moment: Timestamp, seconds: i64) -> Timestamp {
    moment
        .saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

impl Queue {
    pub(super) fn new(name: &str, settings: Settings, created: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            settings,
            created,
            next: 1,
            messages: BTreeMap::new(),
            bytes: 0,
        }
    }

    pub(super) fn send(
        &mut self,
        body: String,
        delay: Option<i64>,
        now: Timestamp,
    ) -> Result<Sent, SqsError> {
        self.expire(now);
        if body.is_empty() {
            return Err(SqsError::missing("MessageBody"));
        }
        if body.len() > LONGEST_BODY {
            return Err(SqsError::invalid(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {LONGEST_BODY} bytes."
            )));
        }
        if self.messages.len() >= MOST_MESSAGES || self.bytes + body.len() > MOST_BYTES {
            return Err(SqsError::full(format!("The queue {} is full.", self.name)));
        }
        let number = self.next;
        self.next += 1;
        let md5 = hex::encode(Md5::digest(body.as_bytes()));
        self.bytes += body.len();
        let message = Message {
            body,
            md5: md5.clone(),
            sent: now,
            hidden_until: after(now, delay.unwrap_or(self.settings.delay)),
            count: 0,
            first_received: None,
        };
        self.messages.insert(number, message);
        Ok(Sent {
            id: self.id(number),
            md5,
        })
    }

    /// Up to `most` messages that nobody else has, oldest first, hidden from others for `visibility` seconds.
    pub(super) fn receive(&mut self, most: usize, visibility: Option<i64>, now: Timestamp) -> Vec<Received> {
        self.expire(now);
        let hidden_until = after(now, visibility.unwrap_or(self.settings.visibility));
        let mut received = Vec::new();
        for (number, message) in &mut self.messages {
            if received.len() == most {
                break;
            }
            if message.hidden_until > now {
                continue;
            }
            message.count += 1;
            message.hidden_until = hidden_until;
            let first_received = *message.first_received.get_or_insert(now);
            received.push(Received {
                id: id(&self.name, *number),
                receipt: URL_SAFE_NO_PAD.encode(format!("{} {number} {}", self.name, message.count)),
                md5: message.md5.clone(),
                body: message.body.clone(),
                sent: message.sent,
                count: message.count,
                first_received,
            });
        }
        received
    }

    /// Deletes the message of a receipt. One that is gone is fine; a receipt that a later one replaced deletes nothing.
    pub(super) fn delete(&mut self, receipt: &str) -> Result<(), SqsError> {
        let (number, count) = self.read(receipt)?;
        if self
            .messages
            .get(&number)
            .is_some_and(|message| message.count == count)
            && let Some(message) = self.messages.remove(&number)
        {
            self.bytes -= message.body.len();
        }
        Ok(())
    }

    /// Hides the message of a receipt for so many seconds from now on.
    pub(super) fn hide(&mut self, receipt: &str, seconds: i64, now: Timestamp) -> Result<(), SqsError> {
        let (number, count) = self.read(receipt)?;
        match self.messages.get_mut(&number) {
            Some(message) if message.count == count && message.hidden_until > now => {
                message.hidden_until = after(now, seconds);
                Ok(())
            }
            _ => Err(SqsError::not_in_flight()),
        }
    }

    pub(super) fn purge(&mut self) {
        self.messages.clear();
        self.bytes = 0;
    }

    pub(super) fn counts(&mut self, now: Timestamp) -> Counts {
        self.expire(now);
        let mut counts = Counts::default();
        for message in self.messages.values() {
            if message.hidden_until <= now {
                counts.visible += 1;
            } else if message.count > 0 {
                counts.in_flight += 1;
            } else {
                counts.delayed += 1;
            }
        }
        counts
    }

    fn expire(&mut self, now: Timestamp) {
        let retention = self.settings.retention;
        while let Some(first) = self.messages.first_entry() {
            if after(first.get().sent, retention) > now {
                return;
            }
            self.bytes -= first.remove().body.len();
        }
    }

    /// The number and the count of a receipt.
    fn read(&self, receipt: &str) -> Result<(u64, u64), SqsError> {
        let parts = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(receipt).ok()?).ok()?;
            let rest = text.strip_prefix(self.name.as_str())?.strip_prefix(' ')?;
            let (number, count) = rest.split_once(' ')?;
            Some((number.parse().ok()?, count.parse().ok()?))
        };
        parts().ok_or_else(|| SqsError::bad_receipt(receipt))
    }

    fn id(&self, number: u64) -> String {
        id(&self.name, number)
    }
}

/// An identifier in the form of a UUID, made from the queue and the message's number.
fn id(queue: &str, number: u64) -> String {
    let digits = hex::encode(Md5::digest(format!("{queue} {number}").as_bytes()));
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    format!(
        "{}-{}-3{}-8{}-{}",
        part(0..8),
        part(8..12),
        part(13..16),
        part(17..20),
        part(20..32)
    )
}
