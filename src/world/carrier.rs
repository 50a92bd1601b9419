//! Carriers: what moves events on, from where a source left them to the bucket that the warehouse loads from.
//!
//! Whatever stands between a source and Snowpipe implements [`Carrier`]: the [`sink`](super::sink) of a topic, a stream
//! processor, a mover of files. A run drains its carriers one after the other when virtual time stands still, and lets
//! all of them work side by side in real time.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::error::Result;

/// What a carrier did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Records taken.
    pub records: u64,
    /// Files written.
    pub files: u64,
    /// What was set aside.
    pub dead_letters: u64,
    /// What was lost on the way to the carrier, in words.
    pub lost: Vec<String>,
}

impl Carried {
    /// Adds what was done elsewhere, or later.
    pub fn absorb(&mut self, other: Self) {
        self.records += other.records;
        self.files += other.files;
        self.dead_letters += other.dead_letters;
        self.lost.extend(other.lost);
    }
}

/// Something that moves events on.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Carries everything that is there at this moment.
    ///
    /// # Errors
    /// A neighbour that fails or stands still. What was carried by then stays; the next call goes on from there.
    async fn drain(&mut self) -> Result<Carried>;

    /// Works in real time until `stop`, and then carries what is left. `report` hears of everything that was done, and
    /// of failures, after which the carrier tries again.
    async fn run(&mut self, stop: CancellationToken, report: &mut (dyn FnMut(Result<Carried>) + Send));
}
