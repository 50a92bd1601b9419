//! What the server bears, and how long it waits.

use std::time::Duration;

use super::http::BodyLimits;
use crate::storage::Held;
use crate::world::http;

/// The bounds of a server. The defaults suit people and programs; tests make them small.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections, and what is awaited of each.
    pub connections: http::Limits,
    /// Bodies of requests.
    pub bodies: BodyLimits,
    /// The most sessions at a time.
    pub sessions: usize,
    /// How often sessions that nobody uses are looked for.
    pub sweep: Duration,
    /// How long a reply is held back while its statement runs.
    pub patience: Duration,
    /// The most statements that are remembered.
    pub jobs: usize,
    /// The most that results hold which are kept, apart from the newest.
    pub results: Held,
    /// Running statements have this long to end when the server stops.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: http::Limits::default(),
            bodies: BodyLimits::default(),
            sessions: 10_000,
            sweep: Duration::from_secs(60),
            patience: Duration::from_secs(45),
            jobs: 10_000,
            results: Held {
                memory: 512 << 20,
                files: 8 << 30,
            },
            grace: Duration::from_secs(10),
        }
    }
}
